//! The venue as data. Lists refer to each other by index; an index is below the list's length.

use super::{AmenityClass, Code, FeatureId, FixtureClass, Names, Ordinal, Polygon, UnitClass, Wgs84, Xy};

/// A whole venue: what the importer makes and the packed map carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    /// Its name.
    pub name: Names,
    /// Tags of the languages that names are in, the venue's own first.
    pub languages: Vec<String>,
    /// Where the plan's (0, 0) lies.
    pub origin: Wgs84,
    /// Levels, lowest first. Several may share an ordinal.
    pub levels: Vec<Level>,
    /// Rooms, spaces and walls.
    pub units: Vec<Unit>,
    /// Doors and other ways through.
    pub openings: Vec<Opening>,
    /// Points of interest.
    pub amenities: Vec<Amenity>,
    /// Furniture and stages.
    pub fixtures: Vec<Fixture>,
    /// Places of posters. Empty in an attendee's packed map.
    pub checkpoints: Vec<Checkpoint>,
}

/// One floor of the building, or the ground outside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its identity.
    pub id: FeatureId,
    /// Its height.
    pub ordinal: Ordinal,
    /// Its name, *Level 1*.
    pub name: Names,
    /// Its short name for a level picker, *L1*.
    pub short_name: Names,
    /// Whether it is under the sky.
    pub outdoor: bool,
    /// Its outline.
    pub outline: Vec<Polygon>,
}

/// A room, space or wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its identity. Walls and glass have none: no place refers to them.
    pub id: Option<FeatureId>,
    /// Index of its level.
    pub level: u16,
    /// Its kind.
    pub class: UnitClass,
    /// Its own name, or else that of who is in it.
    pub name: Names,
    /// Its shape.
    pub polygons: Vec<Polygon>,
    /// Where a label or icon sits, inside the shape.
    pub display: Xy,
}

/// A door or another way through a wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Index of its level.
    pub level: u16,
    /// Its line, two points at least.
    pub line: Vec<Xy>,
}

/// A point of interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amenity {
    /// Its kind.
    pub class: AmenityClass,
    /// Index of its level (that of the unit it names).
    pub level: u16,
    /// Index of the unit it names. The point may lie outside: real plans err.
    pub unit: u16,
    /// Where it is.
    pub point: Xy,
    /// Its name.
    pub name: Names,
}

/// A thing that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixture {
    /// Index of its level.
    pub level: u16,
    /// Its kind.
    pub class: FixtureClass,
    /// Its shape.
    pub polygons: Vec<Polygon>,
}

/// The place of a poster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// What the poster bears.
    pub code: Code,
    /// The anchor of the plan that it stands at.
    pub anchor: FeatureId,
    /// Index of its unit.
    pub unit: u16,
    /// Its level's height.
    pub ordinal: Ordinal,
    /// Where it hangs.
    pub point: Xy,
}
