//! The packed map: a venue as few bytes, to be compressed and drawn in a browser.
//!
//! Law: `unpack(pack(v))` is `v`, for any venue that the importer makes (without its checkpoints
//! for attendees); and no bytes make `unpack` panic or take more memory than some multiples of
//! their number.
//!
//! A format byte, then postcard of `Columns`: like beside like, because that is what the
//! compressor after it likes. Points are differences: within a ring from the point before, a
//! ring's first from the first of the ring before, a label's from its unit's first point.

mod read;
#[cfg(test)]
mod tests;

use super::{AmenityClass, FixtureClass, Polygon, Unit, UnitClass, Venue, Xy};
use read::Reader;
use serde::{Deserialize, Serialize};

/// Grows with every change of `Columns` or of a class list's order.
const FORMAT: u8 = 1;

/// Who gets the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackFor {
    /// Anybody: no poster codes, which the server resolves.
    Attendee,
    /// Staff: with the checkpoints.
    Staff,
}

/// Why bytes are not a packed map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// Made by another version.
    #[error("the map was made by another version of Sotto: load the page again")]
    Format,
    /// Damaged.
    #[error("the map arrived damaged: load the page again")]
    Broken,
}

#[derive(Default, Serialize, Deserialize)]
struct Columns {
    lat_e7: i32,
    lon_e7: i32,
    languages: Vec<String>,
    /// For each language the names of everything in order, one a line, empty for none.
    texts: Vec<String>,
    ordinals: Vec<i16>,
    outdoor: Vec<bool>,
    unit_class: Vec<u8>,
    unit_level: Vec<u16>,
    unit_has_id: Vec<bool>,
    opening_level: Vec<u16>,
    amenity_class: Vec<u8>,
    amenity_level: Vec<u16>,
    amenity_unit: Vec<u16>,
    fixture_class: Vec<u8>,
    fixture_level: Vec<u16>,
    checkpoint_unit: Vec<u16>,
    checkpoint_ordinal: Vec<i16>,
    checkpoint_code: Vec<u32>,
    /// Of shapes in order: polygons, of each its rings, of each its points; of lines: points.
    counts: Vec<u32>,
    xs: Vec<i32>,
    ys: Vec<i32>,
    /// Sixteen bytes each: levels, units that have one, anchors.
    ids: Vec<u8>,
}

/// The bytes of a venue.
///
/// Names in a language that `venue.languages` doesn't list are left out; a line break within a
/// name becomes a space.
pub fn pack(venue: &Venue, whom: PackFor) -> Vec<u8> {
    let mut out = Writer { columns: Columns::default(), start: Xy { x: 0, y: 0 }, at: Xy { x: 0, y: 0 } };
    let c = &mut out.columns;
    (c.lat_e7, c.lon_e7) = (venue.origin.lat_e7, venue.origin.lon_e7);
    c.languages.clone_from(&venue.languages);
    c.texts = venue.languages.iter().map(|tag| texts(venue, tag)).collect();
    for level in &venue.levels {
        out.columns.ordinals.push(level.ordinal.0);
        out.columns.outdoor.push(level.outdoor);
        out.columns.ids.extend(level.id.0);
        out.shape(&level.outline);
    }
    for unit in &venue.units {
        out.columns.unit_class.push(index_in(UnitClass::ALL, &unit.class));
        out.columns.unit_level.push(unit.level);
        out.columns.unit_has_id.push(unit.id.is_some());
        out.columns.ids.extend(unit.id.iter().flat_map(|id| id.0));
        out.shape(&unit.polygons);
    }
    for fixture in &venue.fixtures {
        out.columns.fixture_class.push(index_in(FixtureClass::ALL, &fixture.class));
        out.columns.fixture_level.push(fixture.level);
        out.shape(&fixture.polygons);
    }
    for opening in &venue.openings {
        out.columns.opening_level.push(opening.level);
        out.ring(&opening.line);
    }
    for unit in &venue.units {
        out.label(anchor_of(unit), unit.display);
    }
    let display = |ix: u16| venue.units.get(usize::from(ix)).map_or(ORIGIN, |unit| unit.display);
    for amenity in &venue.amenities {
        out.columns.amenity_class.push(index_in(AmenityClass::ALL, &amenity.class));
        out.columns.amenity_level.push(amenity.level);
        out.columns.amenity_unit.push(amenity.unit);
        out.label(display(amenity.unit), amenity.point);
    }
    if whom == PackFor::Staff {
        for checkpoint in &venue.checkpoints {
            out.columns.checkpoint_unit.push(checkpoint.unit);
            out.columns.checkpoint_ordinal.push(checkpoint.ordinal.0);
            out.columns.checkpoint_code.push(checkpoint.code.seed());
            out.columns.ids.extend(checkpoint.anchor.0);
            out.label(display(checkpoint.unit), checkpoint.point);
        }
    }
    // Into a growing buffer, a struct of plain lists always serializes.
    postcard::to_extend(&out.columns, vec![FORMAT]).unwrap_or_default()
}

/// The venue in bytes of [`pack`].
///
/// # Errors
/// [`PackError::Format`] for another format byte, [`PackError::Broken`] for anything else that
/// is not the work of [`pack`].
pub fn unpack(bytes: &[u8]) -> Result<Venue, PackError> {
    let (&format, rest) = bytes.split_first().ok_or(PackError::Broken)?;
    if format != FORMAT {
        return Err(PackError::Format);
    }
    let (columns, left) = postcard::take_from_bytes::<Columns>(rest).map_err(|_| PackError::Broken)?;
    if !left.is_empty() {
        return Err(PackError::Broken);
    }
    Reader::new(&columns).venue().ok_or(PackError::Broken)
}

const ORIGIN: Xy = Xy { x: 0, y: 0 };

/// What a unit's label is measured from.
fn anchor_of(unit: &Unit) -> Xy {
    let points = unit.polygons.iter().flat_map(|polygon| polygon.rings.iter().flatten());
    points.copied().next().unwrap_or(ORIGIN)
}

/// The names of everything in the order in which [`Reader::venue`] asks for them.
fn texts(venue: &Venue, tag: &str) -> String {
    let levels = venue.levels.iter().flat_map(|level| [&level.name, &level.short_name]);
    let units = venue.units.iter().map(|unit| &unit.name);
    let amenities = venue.amenities.iter().map(|amenity| &amenity.name);
    let mut all = String::new();
    for names in [&venue.name].into_iter().chain(levels).chain(units).chain(amenities) {
        let text = names.iter().find(|(known, _)| *known == tag).map_or("", |(_, text)| text);
        all.extend(text.chars().map(|c| if c == '\n' { ' ' } else { c }));
        all.push('\n');
    }
    all
}

fn index_in<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|item| item == one).unwrap_or(0) as u8
}

struct Writer {
    columns: Columns,
    /// First point of the ring before.
    start: Xy,
    /// The point before.
    at: Xy,
}

impl Writer {
    fn shape(&mut self, polygons: &[Polygon]) {
        self.columns.counts.push(polygons.len() as u32);
        for polygon in polygons {
            self.columns.counts.push(polygon.rings.len() as u32);
            polygon.rings.iter().for_each(|ring| self.ring(ring));
        }
    }

    fn ring(&mut self, ring: &[Xy]) {
        self.columns.counts.push(ring.len() as u32);
        self.at = self.start;
        self.start = ring.first().copied().unwrap_or(self.start);
        ring.iter().for_each(|&point| self.point(point));
    }

    fn label(&mut self, from: Xy, point: Xy) {
        self.at = from;
        self.point(point);
    }

    fn point(&mut self, point: Xy) {
        self.columns.xs.push(point.x.wrapping_sub(self.at.x));
        self.columns.ys.push(point.y.wrapping_sub(self.at.y));
        self.at = point;
    }
}
