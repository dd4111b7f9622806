//! Names and pictograms of a level at a zoom, in pixels from the plan's origin.
//!
//! Law: a name stands inside its room and on no other name; what does not fit is left out.

use super::camera::{Px, on_sheet, px_to_dm};
use super::icon::Icon;
use domain::venue::{Ordinal, Unit, UnitClass, Venue, Xy};

/// One line of text, centred on a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Its look in the style sheet.
    pub(super) class: String,
    /// Its middle; its foot is 4 pixels lower.
    pub(super) at: Px,
    /// What it says.
    pub(super) text: String,
}

/// Left, upper, right and lower edge in pixels.
pub(super) type Box = [i32; 4];

/// What stands on a level.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// All pictograms, one path.
    pub(super) icons: String,
    /// Names.
    pub(super) words: Vec<Word>,
    taken: Vec<Box>,
}

/// Height of a line in pixels, of the 13 pixels that letters have in the style sheet.
const LINE: i32 = 16;
/// Half of a pictogram in pixels.
const ICON: i32 = 8;

impl Labels {
    /// Those of a level: what helps first, then pictograms, then names from large rooms to small.
    /// Names keep off the boxes in `taken`.
    pub(super) fn of(venue: &Venue, ordinal: Ordinal, lang: &str, zoom: i64, taken: Vec<Box>) -> Self {
        let mut labels = Self::default();
        let on_level = |level: u16| venue.levels.get(usize::from(level)).is_some_and(|level| level.ordinal == ordinal);
        let mut points: Vec<(Icon, Xy, Option<&Unit>)> = Vec::new();
        let mut names: Vec<(u64, &Unit, &str)> = Vec::new();
        for (ix, unit) in venue.units_on(ordinal).filter(|(_, unit)| unit.class.is_walkable()) {
            if let Some(icon) = Icon::of_unit(unit.class) {
                points.push((icon, unit.display, Some(unit)));
            }
            if let Some(name) = venue.unit_label(ix, lang) {
                let area = unit.twice_area();
                // Inserted in order: code for sorting is larger, and there are some hundreds at most.
                names.insert(names.partition_point(|before| before.0 >= area), (area, unit, name));
            }
        }
        for amenity in venue.amenities.iter().filter(|amenity| on_level(amenity.level)) {
            let of_unit = venue.units.get(usize::from(amenity.unit)).and_then(|unit| Icon::of_unit(unit.class));
            if let Some(icon) = Icon::of_amenity(amenity.class).filter(|icon| of_unit != Some(*icon)) {
                points.push((icon, amenity.point, None));
            }
        }
        for help in [true, false] {
            for &(icon, at, unit) in points.iter().filter(|(icon, ..)| icon.is_help() == help) {
                labels.icon(icon, on_sheet(at, zoom), unit.filter(|_| !help), zoom);
            }
        }
        labels.taken.extend(taken);
        for (_, unit, name) in names {
            labels.name(unit, name, zoom);
        }
        labels
    }

    /// Stamps a pictogram, if its room is large enough to hold it.
    fn icon(&mut self, icon: Icon, at: Px, unit: Option<&Unit>, zoom: i64) {
        let reach = px_to_dm(6, zoom);
        let fits = unit.is_none_or(|unit| holds(unit, unit.display, reach, reach));
        if fits && self.take([at.x - ICON, at.y - ICON, at.x + ICON, at.y + ICON]) {
            icon.stamp(&mut self.icons, at);
        }
    }

    /// Writes a name in one line, or two, or three; where something else is, below or above it.
    fn name(&mut self, unit: &Unit, name: &str, zoom: i64) {
        let middle = on_sheet(unit.display, zoom);
        let wraps: Vec<_> = (1..=3).filter_map(|count| wrap(name, count)).collect();
        let places = [0, 1, -1].into_iter().flat_map(|side| wraps.iter().map(move |lines| (side, lines)));
        for (side, lines) in places {
            let half = lines.iter().map(|line| width(line)).max().unwrap_or(0) / 2;
            let tall = LINE * lines.len() as i32 / 2;
            let down = side * (ICON + 2 + tall);
            let at = Px { y: middle.y + down, ..middle };
            let point = Xy { y: unit.display.y - px_to_dm(down, zoom), ..unit.display };
            // Everybody knows a hall: its name may be wider than one rank of its seats.
            let hold = if unit.class == UnitClass::Auditorium { half * 2 / 3 } else { half };
            if !holds(unit, point, px_to_dm(hold, zoom), px_to_dm(tall, zoom))
                || !self.take([at.x - half, at.y - tall, at.x + half, at.y + tall])
            {
                continue;
            }
            let class = match unit.class {
                UnitClass::Auditorium => "map-name is-hall",
                UnitClass::Outdoor | UnitClass::Walkway => "map-name is-open",
                _ => "map-name",
            };
            for (ix, line) in lines.iter().enumerate() {
                let at = Px { x: at.x, y: at.y - tall + LINE / 2 + LINE * ix as i32 };
                self.words.push(Word { class: class.to_owned(), at, text: line.clone() });
            }
            break;
        }
    }

    /// Takes a box, unless a part of it is taken.
    fn take(&mut self, [x, y, right, low]: Box) -> bool {
        let free = self.taken.iter().all(|t| right <= t[0] || t[2] <= x || low <= t[1] || t[3] <= y);
        if free {
            self.taken.push([x, y, right, low]);
        }
        free
    }
}

/// Whether the middles of a box's sides, and points on the way to its corners, lie in the unit.
fn holds(unit: &Unit, at: Xy, half_w: i32, half_h: i32) -> bool {
    let (w, h) = (half_w * 3 / 4, half_h * 3 / 4);
    let reach = [(half_w, 0), (-half_w, 0), (0, half_h), (0, -half_h), (w, h), (w, -h), (-w, h), (-w, -h)];
    reach.into_iter().all(|(dx, dy)| unit.contains(Xy { x: at.x + dx, y: at.y + dy }))
}

/// About as many pixels as the text is wide.
pub(super) fn width(text: &str) -> i32 {
    let of = |c: char| match c {
        '\u{1100}'.. => 13,
        'i' | 'j' | 'l' | ' ' | '.' | ',' | '\'' => 4,
        'm' | 'w' | 'A'..='Z' => 9,
        _ => 7,
    };
    text.chars().map(of).sum()
}

/// The text in so many lines, as even as its words allow; `None` with fewer words than lines.
fn wrap(text: &str, count: usize) -> Option<Vec<String>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() < count || count == 0 {
        return None;
    }
    let mut lines = vec![String::new()];
    let share = width(text) / count as i32;
    for (ix, word) in words.iter().enumerate() {
        let (left, done) = (words.len() - ix, lines.len());
        let Some(line) = lines.last_mut() else { break };
        // A word that is more beyond the share than before it begins a line.
        let full = width(line) + width(word) / 2 >= share || left <= count - done;
        if !line.is_empty() && done < count && full {
            lines.push((*word).to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            *line += word;
        }
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn said(zoom: i64) -> Vec<String> {
        Labels::of(&sample::venue(), Ordinal(1), "en", zoom, vec![]).words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_name_that_does_not_fit_its_room_is_left_out() {
        assert_eq!(said(100_000), ["Deck", "Auditorium Alizé", "First aid"], "ten pixels a metre");
        assert_eq!(said(340_000), ["Deck", "Auditorium", "Alizé"], "two lines where one is too long");
        assert_eq!(said(2_000_000), Vec::<String>::new());
    }

    #[test]
    fn a_name_makes_room_for_a_mark() {
        let mark = Px { x: 833, y: -458 };
        let taken = vec![[mark.x - 10, mark.y - 10, mark.x + 10, mark.y + 10]];
        let labels = Labels::of(&sample::venue(), Ordinal(1), "en", 60_000, taken);
        let name = labels.words.iter().find(|word| word.text == "Auditorium Alizé").unwrap();
        assert_eq!(name.at, Px { y: mark.y + 18, ..mark });
    }

    #[test]
    fn help_is_shown_from_afar_and_toilets_from_nearer() {
        let icons = |zoom| Labels::of(&sample::venue(), Ordinal(1), "en", zoom, vec![]).icons.matches('M').count();
        assert_eq!(icons(100_000), 3);
        assert_eq!(icons(1_000_000), 2, "first aid and information");
    }

    #[test]
    fn names_never_lie_on_each_other() {
        for zoom in (20_000..2_000_000).step_by(7_001) {
            let taken = Labels::of(&sample::venue(), Ordinal(1), "en", zoom, vec![]).taken;
            for (ix, a) in taken.iter().enumerate() {
                for b in &taken[..ix] {
                    assert!(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1], "{zoom}: {a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn a_text_is_parted_evenly() {
        let parts = |text, count| wrap(text, count).map(|lines| lines.join("/"));
        assert_eq!(parts("Auditorium Alizé", 2).as_deref(), Some("Auditorium/Alizé"));
        assert_eq!(parts("Salle de la Vigie", 2).as_deref(), Some("Salle de/la Vigie"));
        assert_eq!(parts("Toilets", 2), None);
        assert_eq!(parts("a b c", 3).as_deref(), Some("a/b/c"));
        assert_eq!(parts("A longest b", 3).as_deref(), Some("A/longest/b"));
    }
}
