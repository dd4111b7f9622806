//! A level as outlines in decimetres, y down: few paths, one for each look.
//!
//! Law: an outline turns one way and its holes the other, so that shapes of one look may overlap.

use super::Bounds;
use domain::venue::{FixtureClass, Ordinal, Polygon, UnitClass, Venue, Xy};

/// One `<path>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// Its look in the style sheet.
    pub(super) class: String,
    /// Its outline.
    pub(super) d: String,
}

/// Looks of units, in the order of drawing.
const LOOKS: [&str; 8] =
    ["map-outdoor", "map-walkway", "map-room", NON_PUBLIC, "map-link", "map-void", "map-walls", "map-glass"];

/// The look that is also hatched.
const NON_PUBLIC: &str = "map-nonpublic";
/// The look of the hatching, which is a pattern.
pub(super) const HATCH: &str = "map-hatch";

fn look(class: UnitClass) -> usize {
    use UnitClass as U;
    match class {
        U::Outdoor => 0,
        U::Walkway | U::Lobby | U::Ramp => 1,
        U::NonPublic => 3,
        U::Stairs | U::Elevator | U::Escalator => 4,
        U::Void => 5,
        U::Wall => 6,
        U::Glass => 7,
        _ => 2,
    }
}

/// All of a level, from the ground up: the level below as a ghost, floors, units, furniture,
/// outer walls, and openings as lines that cover the walls.
pub(super) fn level(venue: &Venue, ordinal: Ordinal) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let below = venue.levels.iter().map(|level| level.ordinal).filter(|other| *other < ordinal).max();
    let floor = |ordinal: Ordinal, outdoor: bool| {
        let mut d = String::new();
        let levels = venue.levels_at(ordinal).filter(|level| level.outdoor == outdoor);
        levels.flat_map(|level| &level.outline).for_each(|polygon| area(&mut d, polygon));
        d
    };
    if let Some(below) = below {
        push(&mut shapes, "map-ghost", floor(below, false));
    }
    push(&mut shapes, "map-ground", floor(ordinal, true));
    let floor = floor(ordinal, false);
    push(&mut shapes, "map-floor", floor.clone());
    let mut looks = [const { String::new() }; LOOKS.len()];
    for (_, unit) in venue.units_on(ordinal) {
        unit.polygons.iter().for_each(|polygon| area(&mut looks[look(unit.class)], polygon));
    }
    for (class, d) in LOOKS.into_iter().zip(looks) {
        let hatch = (class == NON_PUBLIC).then(|| d.clone());
        push(&mut shapes, class, d);
        push(&mut shapes, HATCH, hatch.unwrap_or_default());
    }
    let here = |level: u16| venue.levels.get(usize::from(level)).is_some_and(|level| level.ordinal == ordinal);
    let [mut things, mut water, mut doors] = [const { String::new() }; 3];
    for fixture in venue.fixtures.iter().filter(|fixture| here(fixture.level)) {
        let d = if fixture.class == FixtureClass::Water { &mut water } else { &mut things };
        fixture.polygons.iter().for_each(|polygon| area(d, polygon));
    }
    push(&mut shapes, "map-water", water);
    push(&mut shapes, "map-fixture", things);
    push(&mut shapes, "map-shell", floor);
    for opening in venue.openings.iter().filter(|opening| here(opening.level)) {
        line(&mut doors, opening.line.iter());
    }
    push(&mut shapes, "map-doors", doors);
    shapes
}

/// The outline of every level at a height, to keep rings in.
pub(super) fn outline(venue: &Venue, ordinal: Ordinal) -> String {
    let mut d = String::new();
    venue.levels_at(ordinal).flat_map(|level| &level.outline).for_each(|polygon| area(&mut d, polygon));
    d
}

/// A circle.
pub(super) fn circle(at: Xy, radius: i32) -> String {
    let (r, across) = (radius, 2 * radius);
    format!("M{} {}a{r} {r} 0 1 1 {across} 0a{r} {r} 0 1 1-{across} 0z", at.x - r, -at.y)
}

/// The box of a level, that of its parts with a roof if there are any.
pub(super) fn bounds(venue: &Venue, ordinal: Ordinal) -> Bounds {
    let indoors = venue.levels_at(ordinal).any(|level| !level.outdoor);
    let levels = venue.levels.iter().filter(|level| level.ordinal == ordinal && !(indoors && level.outdoor));
    Bounds::of(points(levels.flat_map(|level| &level.outline)))
}

/// The box of the whole venue.
pub(super) fn extent(venue: &Venue) -> Bounds {
    Bounds::of(points(venue.levels.iter().flat_map(|level| &level.outline)))
}

fn points<'a>(polygons: impl Iterator<Item = &'a Polygon>) -> impl Iterator<Item = &'a Xy> {
    polygons.flat_map(|polygon| polygon.rings.iter().flatten())
}

fn push(shapes: &mut Vec<Shape>, class: &str, d: String) {
    if !d.is_empty() {
        shapes.push(Shape { class: class.to_owned(), d });
    }
}

fn area(d: &mut String, polygon: &Polygon) {
    for (ix, ring) in polygon.rings.iter().enumerate() {
        // Outer rings to the left, holes to the right.
        if turns_left(ring) == (ix == 0) {
            line(d, ring.iter());
        } else {
            line(d, ring.iter().rev());
        }
        d.push('z');
    }
}

fn line<'a>(d: &mut String, mut points: impl Iterator<Item = &'a Xy>) {
    let Some(first) = points.next() else { return };
    *d += &format!("M{} {}", first.x, -first.y);
    let mut before = first;
    for (ix, at) in points.enumerate() {
        // After one `l` pairs of numbers suffice, and a minus parts them as well as a space.
        let (dx, dy) = (at.x - before.x, before.y - at.y);
        let lead = if ix == 0 {
            "l"
        } else if dx < 0 {
            ""
        } else {
            " "
        };
        let gap = if dy < 0 { "" } else { " " };
        *d += &format!("{lead}{dx}{gap}{dy}");
        before = at;
    }
}

fn turns_left(ring: &[Xy]) -> bool {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    ends.map(|(a, b)| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y)).sum::<i64>() > 0
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn of<'a>(shapes: &'a [Shape], class: &str) -> Option<&'a str> {
        shapes.iter().find(|shape| shape.class == class).map(|shape| shape.d.as_str())
    }

    #[test]
    fn units_of_one_look_are_one_path_and_y_points_down() {
        let shapes = level(&sample::venue(), Ordinal(1));
        assert_eq!(of(&shapes, "map-walkway"), Some("M0 0l1000 0 0-600-1000 0z"));
        assert_eq!(of(&shapes, "map-room").unwrap().matches('M').count(), 3);
        assert_eq!(of(&shapes, "map-doors"), Some("M290 -100l20 0"));
        let order: Vec<_> = shapes.iter().map(|shape| shape.class.as_str()).collect();
        assert_eq!(order.first(), Some(&"map-ghost"));
        assert_eq!(order.last(), Some(&"map-doors"), "openings cover the walls");
    }

    #[test]
    fn the_ghost_is_the_next_level_below_and_the_lowest_has_none() {
        let venue = sample::venue();
        assert_eq!(of(&level(&venue, Ordinal(1)), "map-ghost"), Some(outline(&venue, Ordinal(-1)).as_str()));
        assert_eq!(of(&level(&venue, Ordinal(-1)), "map-ghost"), None);
    }

    #[test]
    fn a_hole_turns_against_its_outline_however_it_was_drawn() {
        let corners = [(0, 0), (9, 0), (9, 9), (0, 9)];
        let ring = |by: i32| corners.iter().map(|&(x, y)| Xy { x: by + x / by, y: by + y / by }).collect::<Vec<_>>();
        for (outer, hole) in [(false, false), (false, true), (true, false), (true, true)] {
            let turned = |mut ring: Vec<Xy>, back: bool| {
                if back {
                    ring.reverse();
                }
                ring
            };
            let mut d = String::new();
            area(&mut d, &Polygon { rings: vec![turned(ring(1), outer), turned(ring(3), hole)] });
            let (outline, hole) = d.split_once('z').unwrap();
            assert!(outline.contains("l9 0 0-9") || outline.contains("0-9-9 0") || outline.contains("l0-9"), "{d}");
            assert!(hole.contains("0 3") && !hole.contains("l3 0 0-3"), "{d}");
        }
    }

    #[test]
    fn a_level_under_the_sky_does_not_widen_the_look_at_the_building() {
        let venue = sample::venue();
        assert_eq!(bounds(&venue, Ordinal(1)).size(), (1000, 600));
        assert_eq!(extent(&venue).max, Xy { x: 1500, y: 600 });
    }
}
