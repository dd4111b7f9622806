//! What stands in the rooms: doors, furniture, points of interest, places for posters.

use super::build::Plan;
use super::category::{self, Reading};
use super::checkpoint::codes;
use super::feature::Feature;
use super::report::{Examples, Kind, Part, Why};
use super::shape;
use super::survey::{Parts, of};
use domain::venue::{
    Amenity, AmenityClass, Checkpoint, FeatureId, Fixture, FixtureClass, Names, Opening, Unit, Venue, Xy,
};
use std::collections::HashMap;

/// A point may lie this far outside its room, in decimetres: no more than rounding does.
const SLACK_DM: u32 = 1;

/// The names of who is in a room, by the room's identity.
pub(super) fn occupants(parts: &Parts, languages: &[String]) -> HashMap<FeatureId, Names> {
    let room = |anchor: &Feature| Some((anchor.id, *anchor.references("unit_id").first()?));
    let anchors: HashMap<_, _> = of(parts, Part::Anchor).iter().filter_map(room).collect();
    let mut names = HashMap::new();
    for occupant in of(parts, Part::Occupant) {
        let by_anchor = occupant.references("anchor_id");
        let rooms = by_anchor.iter().filter_map(|id| anchors.get(id)).copied();
        // Not in the standard, but plans have it.
        let named = occupant.references("unit_id");
        if let Some(room) = rooms.chain(named).next() {
            names.entry(room).or_insert_with(|| occupant.names("name", languages));
        }
    }
    names
}

/// Puts everything but levels and rooms into the venue.
pub(super) fn fill(venue: &mut Venue, parts: &Parts, plan: &mut Plan) {
    for feature in of(parts, Part::Opening) {
        match opening(feature, plan) {
            Ok(openings) => venue.openings.extend(openings),
            Err(why) => leave_out(feature, plan, why),
        }
    }
    for feature in of(parts, Part::Fixture) {
        match fixture(feature, plan) {
            Ok(fixture) => venue.fixtures.push(fixture),
            Err(why) => leave_out(feature, plan, why),
        }
    }
    amenities(venue, of(parts, Part::Amenity), plan);
    checkpoints(venue, of(parts, Part::Anchor), plan);
}

fn leave_out(feature: &Feature, plan: &mut Plan, why: Why) {
    let thing = feature.thing(None, &feature.names("name", &plan.languages));
    plan.notes.left_out(thing, why);
}

fn opening(feature: &Feature, plan: &Plan) -> Result<Vec<Opening>, Why> {
    let level = plan.level_named(feature)?;
    let mut openings = Vec::new();
    for line in shape::lines(feature)? {
        let mut line = shape::line_on_plan(plan.origin, &line)?;
        line.dedup();
        if line.len() > 1 {
            openings.push(Opening { level, line });
        }
    }
    if openings.is_empty() { Err(Why::TooSmall) } else { Ok(openings) }
}

fn fixture(feature: &Feature, plan: &mut Plan) -> Result<Fixture, Why> {
    let level = plan.level_named(feature)?;
    let polygons = shape::on_plan(plan.origin, &shape::areas(feature)?, true)?;
    let reading = feature.text("category").map(category::fixture);
    reading.iter().for_each(|reading| plan.note_category(feature, reading));
    let class = match reading {
        Some(Reading::Standard(class) | Reading::Guessed(class)) => class,
        Some(Reading::Unknown) | None => FixtureClass::Other,
    };
    Ok(Fixture { level, class, polygons })
}

fn amenities(venue: &mut Venue, features: &[Feature], plan: &mut Plan) {
    let mut outside = Examples::default();
    for feature in features {
        let (unit, point) = match located(feature, "unit_ids", &venue.units, plan) {
            Ok(located) => located,
            Err(why) => {
                leave_out(feature, plan, why);
                continue;
            }
        };
        let reading = feature.text("category").map(category::amenity);
        reading.iter().for_each(|reading| plan.note_category(feature, reading));
        let class = match reading {
            Some(Reading::Standard(class) | Reading::Guessed(class)) => class,
            Some(Reading::Unknown) | None => AmenityClass::Other,
        };
        let name = feature.names("name", &plan.languages);
        let room = &venue.units[usize::from(unit)];
        if is_outside(room, point) {
            outside.add(feature.thing(None, &name));
        }
        venue.amenities.push(Amenity { class, level: room.level, unit, point, name });
    }
    if outside.count > 0 {
        let of = venue.amenities.len();
        plan.notes.warn(Kind::AmenitiesOutside { of, which: outside });
    }
}

fn checkpoints(venue: &mut Venue, features: &[Feature], plan: &mut Plan) {
    let mut outside = Examples::default();
    let codes = codes(features.iter().map(|anchor| anchor.id));
    for feature in features {
        let (unit, point) = match located(feature, "unit_id", &venue.units, plan) {
            Ok(located) => located,
            Err(why) => {
                leave_out(feature, plan, why);
                continue;
            }
        };
        let room = &venue.units[usize::from(unit)];
        if is_outside(room, point) {
            outside.add(feature.thing(Some(room.class), &room.name));
        }
        let (Some(ordinal), Some(&code)) = (venue.ordinal_of(room), codes.get(&feature.id)) else {
            continue;
        };
        venue.checkpoints.push(Checkpoint { code, anchor: feature.id, unit, ordinal, point });
    }
    if outside.count > 0 {
        let of = venue.checkpoints.len();
        plan.notes.warn(Kind::PostersOutside { of, which: outside });
    }
}

/// The unit that a feature names, rather one that holds its point, and the point.
fn located(feature: &Feature, key: &str, units: &[Unit], plan: &Plan) -> Result<(u16, Xy), Why> {
    let point = shape::point_on_plan(plan.origin, shape::point(feature)?)?;
    let named = feature.references(key);
    let named: Vec<u16> = named.iter().filter_map(|id| plan.unit_of.get(id)).copied().collect();
    let holds = |ix: &&u16| !is_outside(&units[usize::from(**ix)], point);
    let unit = named.iter().find(holds).or(named.first()).ok_or(Why::UnknownUnit)?;
    Ok((*unit, point))
}

fn is_outside(room: &Unit, point: Xy) -> bool {
    room.distance_dm(point).is_none_or(|distance| distance > SLACK_DM)
}
