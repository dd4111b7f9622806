//! Calls and people as marks: on this level, on another, old, many in one place.
//!
//! Law: a mark is on the level that is shown or says how many levels away it is; one whose level
//! is not known has none. Shapes say what colours say.

use super::camera::{Px, on_sheet};
use super::icon::stamp;
use super::label::{Box, Word, width};
use super::model::{MapPerson, MapPing, PersonKind, PingKind};
use super::plan::{Shape, circle};
use domain::place::Age;
use domain::venue::{Ordinal, Xy};
use std::collections::BTreeSet;

/// Marks of one level at one zoom, in pixels from the plan's origin, the most urgent on top.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Discs, their signs, squares of people.
    pub(super) shapes: Vec<Shape>,
    /// Levels up or down, how many in one place, names of people.
    pub(super) words: Vec<Word>,
    /// What they cover.
    pub(super) boxes: Vec<Box>,
    spots: Vec<Spot>,
}

/// Calls that are drawn as one.
#[derive(Debug)]
struct Spot {
    at: Px,
    /// Levels above this one.
    up: i16,
    top: PingKind,
    age: Age,
    ids: Vec<u64>,
}

/// Marks this near are one, in pixels.
const TOGETHER: u32 = 10;
/// With more marks than this, those that are farther apart become one too: a flood must neither hide
/// the map nor stop it.
const AT_MOST: usize = 100;
/// Half of what a finger needs, in pixels.
const REACH: u32 = 24;

/// A disc of 9 pixels.
const DISC: &str = "m-9 0a9 9 0 1 1 18 0a9 9 0 1 1-18 0z";
/// A disc of 7 pixels.
const SMALL: &str = "m-7 0a7 7 0 1 1 14 0a7 7 0 1 1-14 0z";
/// A circle of 14 pixels round the one that is open.
const CHOSEN: &str = "m-14 0a14 14 0 1 1 28 0a14 14 0 1 1-28 0z";
/// A person.
const SQUARE: &str = "m-4-6h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2z";

impl Marks {
    /// Those of the level shown. `chosen` is the call that is open beside the map.
    pub(super) fn of(pings: &[MapPing], people: &[MapPerson], shown: Ordinal, zoom: i64, chosen: Option<u64>) -> Self {
        let mut marks = Self::default();
        for person in people {
            marks.person(person, shown, zoom);
        }
        let mut together = TOGETHER;
        let joined = loop {
            match spots(pings, shown, zoom, together) {
                Some(spots) => break spots,
                None => together = together.saturating_mul(2),
            }
        };
        let mut spots: Vec<Spot> = Vec::new();
        for spot in joined {
            let rank = |spot: &Spot| (spot.up == 0, spot.top);
            spots.insert(spots.partition_point(|below| rank(below) <= rank(&spot)), spot);
        }
        for spot in &spots {
            marks.draw(spot, chosen.is_some_and(|id| spot.ids.contains(&id)));
        }
        marks.spots = spots;
        marks
    }

    /// The call that a finger means, pixels from the plan's origin.
    pub(super) fn at(&self, px: Px) -> Option<u64> {
        let calls = self.spots.iter().rev().filter(|spot| spot.top != PingKind::Me);
        let near = calls.map(|spot| (apart(spot.at, px), spot));
        near.filter(|(far, _)| *far < REACH).min_by_key(|(far, _)| *far)?.1.ids.first().copied()
    }

    fn draw(&mut self, spot: &Spot, chosen: bool) {
        let kind = kind_class(spot.top);
        if chosen {
            self.shape("map-chosen", spot.at, CHOSEN);
        }
        let mut tag = if spot.up == 0 {
            self.shape(&format!("map-disc {kind}{}", age_class(spot.age)), spot.at, DISC);
            if let Some(sign) = sign(spot.top) {
                self.shape(&format!("map-sign {kind}{}", age_class(spot.age)), spot.at, sign);
            }
            String::new()
        } else {
            self.shape(&format!("map-else {kind}{}", age_class(spot.age)), spot.at, SMALL);
            away(spot.up)
        };
        if spot.ids.len() > 1 {
            tag = format!("{}{}×{}", tag, if tag.is_empty() { "" } else { " " }, spot.ids.len());
        }
        self.tag(&format!("map-tag {kind}"), spot.at, tag);
    }

    fn person(&mut self, person: &MapPerson, shown: Ordinal, zoom: i64) {
        let Some((at, level)) = person.at.zip(person.level) else { return };
        let class = match person.kind {
            PersonKind::Coming => "is-coming",
            PersonKind::Free => "is-free",
            PersonKind::Busy => "is-busy",
        };
        let (at, up) = (on_sheet(at, zoom), level.0.saturating_sub(shown.0));
        let class = format!("{class}{}", age_class(person.age));
        self.shape(&format!("map-person {class}"), at, SQUARE);
        let text = if up == 0 { person.label.clone() } else { format!("{} {}", person.label, away(up)) };
        self.tag(&format!("map-tag {class}"), at, text);
    }

    fn shape(&mut self, class: &str, at: Px, outline: &str) {
        let mut d = String::new();
        stamp(&mut d, at, outline);
        self.shapes.push(Shape { class: class.to_owned(), d });
    }

    /// Writes beside a mark, and notes what both cover.
    fn tag(&mut self, class: &str, at: Px, text: String) {
        self.boxes.push([at.x - 10, at.y - 10, at.x + 10 + width(&text), at.y + 10]);
        if !text.is_empty() {
            self.words.push(Word { class: class.to_owned(), at: Px { x: at.x + 12, y: at.y }, text });
        }
    }
}

/// Calls as marks, those nearer than `together` as one; `None` if that gives too many. Marks on other
/// levels, and the reader's own, stay apart: of those there are few.
fn spots(pings: &[MapPing], shown: Ordinal, zoom: i64, together: u32) -> Option<Vec<Spot>> {
    let mut spots: Vec<Spot> = Vec::new();
    for ping in pings {
        let Some((at, level)) = ping.at.zip(ping.level) else { continue };
        let (at, up) = (on_sheet(at, zoom), level.0.saturating_sub(shown.0));
        let mine = ping.kind == PingKind::Me;
        let same = |spot: &&mut Spot| {
            spot.up == up && (spot.top == PingKind::Me) == mine && square(spot.at, at) < u64::from(together).pow(2)
        };
        match spots.iter_mut().find(same) {
            Some(spot) if ping.kind > spot.top => {
                (spot.top, spot.age) = (ping.kind, ping.age);
                spot.ids.insert(0, ping.id);
            }
            Some(spot) => spot.ids.push(ping.id),
            None => spots.push(Spot { at, up, top: ping.kind, age: ping.age, ids: vec![ping.id] }),
        }
        // At the largest reach only levels keep marks apart.
        if spots.len() > AT_MOST && together < u32::MAX {
            return None;
        }
    }
    Some(spots)
}

/// How far off each call on the level shown may be, in decimetres, y down.
pub(super) fn rings(pings: &[MapPing], shown: Ordinal) -> Vec<Shape> {
    let here = pings.iter().filter(|ping| ping.level == Some(shown) && ping.radius_m > 0);
    let ring = |ping: &MapPing| {
        let class = format!("map-ring {}{}", kind_class(ping.kind), age_class(ping.age));
        let d = circle(ping.at?, i32::from(ping.radius_m) * 10);
        Some(Shape { class, d })
    };
    // Thirty calls at one poster would make an opaque ring.
    let mut drawn = BTreeSet::new();
    let here = here.filter(|ping| ping.at.is_some_and(|at| drawn.insert((at.x, at.y, ping.radius_m))));
    here.filter_map(ring).take(AT_MOST).collect()
}

/// `▲2` or `▼1`.
fn away(up: i16) -> String {
    format!("{}{}", if up > 0 { '▲' } else { '▼' }, up.unsigned_abs())
}

/// The class of a kind.
pub(super) fn kind_class(kind: PingKind) -> &'static str {
    match kind {
        PingKind::Me => "is-me",
        PingKind::P1 => "is-p1",
        PingKind::P2 => "is-p2",
        PingKind::P3 => "is-p3",
        PingKind::Neutral => "is-held",
    }
}

fn age_class(age: Age) -> &'static str {
    match age {
        Age::Fresh => "",
        Age::Dim => " is-dim",
        Age::Hollow => " is-hollow",
    }
}

/// The shape of a priority.
fn sign(kind: PingKind) -> Option<&'static str> {
    match kind {
        PingKind::P1 => Some("m0-6l5 9h-10z"),
        PingKind::P2 => Some("m-4-4h8v8h-8z"),
        PingKind::P3 => Some("m-4 0a4 4 0 1 1 8 0a4 4 0 1 1-8 0z"),
        PingKind::Me | PingKind::Neutral => None,
    }
}

fn apart(a: Px, b: Px) -> u32 {
    square(a, b).isqrt() as u32
}

fn square(a: Px, b: Px) -> u64 {
    let (dx, dy) = (u64::from(a.x.abs_diff(b.x)), u64::from(a.y.abs_diff(b.y)));
    dx.saturating_mul(dx).saturating_add(dy.saturating_mul(dy))
}

/// The reader's own place as a call.
pub(super) fn mine(level: Ordinal, at: Xy, radius_m: u16) -> MapPing {
    MapPing {
        id: 0,
        level: Some(level),
        at: Some(at),
        radius_m,
        kind: PingKind::Me,
        age: Age::Fresh,
        label: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ping(id: u64, level: Option<i16>, x: i32, kind: PingKind) -> MapPing {
        MapPing { id, kind, level: level.map(Ordinal), ..mine(Ordinal(0), Xy { x, y: 0 }, 10) }
    }

    fn marks(pings: &[MapPing]) -> Marks {
        Marks::of(pings, &[], Ordinal(1), 100_000, None)
    }

    #[test]
    fn here_it_is_a_disc_and_elsewhere_hollow_with_the_levels_between() {
        let all = marks(&[
            ping(1, Some(1), 0, PingKind::P1),
            ping(2, Some(3), 100, PingKind::P2),
            ping(3, Some(-1), 200, PingKind::Neutral),
        ]);
        let classes: Vec<_> = all.shapes.iter().map(|shape| shape.class.as_str()).collect();
        assert_eq!(classes, ["map-else is-held", "map-else is-p2", "map-disc is-p1", "map-sign is-p1"]);
        assert_eq!(all.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["▼2", "▲2"]);
        assert_eq!(rings(&[ping(2, Some(3), 100, PingKind::P2)], Ordinal(1)), []);
    }

    proptest! {
        #[test]
        fn nothing_is_drawn_for_an_unknown_level(shown: i16, x in -9_000..9_000i32, zoom in 15_000..9_000_000i64) {
            let unknown = [ping(1, None, x, PingKind::P1)];
            let marks = Marks::of(&unknown, &[], Ordinal(shown), zoom, Some(1));
            prop_assert!(marks.shapes.is_empty() && marks.words.is_empty() && marks.spots.is_empty());
            prop_assert!(rings(&unknown, Ordinal(shown)).is_empty());
        }
    }

    #[test]
    fn many_calls_in_one_place_are_one_mark_with_their_number_and_the_most_urgent_opens() {
        let all = marks(&[
            ping(1, Some(1), 0, PingKind::P3),
            ping(2, Some(1), 5, PingKind::P1),
            ping(3, Some(1), 0, PingKind::Neutral),
            ping(4, Some(1), 90, PingKind::Neutral),
        ]);
        assert_eq!(all.words.len(), 1);
        assert_eq!(all.words[0].text, "×3");
        assert_eq!(all.at(Px { x: 4, y: 4 }), Some(2));
        assert_eq!(all.at(Px { x: 85, y: 0 }), Some(4));
        assert_eq!(all.at(Px { x: 45, y: 0 }), None);
    }

    #[test]
    fn a_flood_all_over_a_level_is_a_bounded_number_of_marks_that_count_all() {
        let many: Vec<MapPing> = (0..5_000)
            .map(|n| {
                let at = Xy { x: (n % 71) * 40, y: (n / 71) * 40 };
                MapPing { at: Some(at), ..ping(n as u64, Some(1 + n as i16 % 3), 0, PingKind::P2) }
            })
            .collect();
        let all = marks(&many);
        assert!(all.spots.len() <= AT_MOST);
        assert_eq!(all.spots.iter().map(|spot| spot.ids.len()).sum::<usize>(), 5_000);
        assert!(rings(&many, Ordinal(1)).len() <= AT_MOST);
    }

    #[test]
    fn age_shows() {
        let old = MapPing { age: Age::Hollow, ..ping(1, Some(1), 0, PingKind::P3) };
        assert_eq!(marks(&[old]).shapes[0].class, "map-disc is-p3 is-hollow");
    }
}
