//! From files to a venue: its levels and rooms. `things` does what stands in the rooms.

use super::archive::Files;
use super::category::Reading;
use super::feature::Feature;
use super::report::{Examples, Kind, Notes, Part, Why};
use super::shape::{self, Rings};
use super::survey::{Parts, Survey, class_of, of, survey};
use super::{Imported, Refused, outline, things};
use domain::venue::{
    FeatureId, Level, Names, Ordinal, Polygon, Unit, UnitClass, Venue, Wgs84, Xy, distance_dm, to_local,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A venue reaches at most this far, in decimetres (20 km).
const WIDEST_DM: u32 = 200_000;
/// No venue spans a degree: such numbers are metres on somebody's drawing board.
const A_DEGREE_E7: i64 = 10_000_000;
/// A room may stick out of its level's outline by this much, in decimetres.
const SLACK_DM: u32 = 20;

/// What is known while the venue grows.
pub(super) struct Plan {
    pub(super) notes: Notes,
    pub(super) languages: Vec<String>,
    pub(super) origin: Wgs84,
    /// Index of a level by its identity in the plan.
    pub(super) level_of: HashMap<FeatureId, u16>,
    /// Index of a unit by its identity in the plan, walls too.
    pub(super) unit_of: HashMap<FeatureId, u16>,
    home_made: BTreeMap<Part, (BTreeSet<String>, BTreeSet<String>)>,
}

pub(super) fn build(files: Files) -> Result<Imported, Refused> {
    let mut notes = Notes::default();
    let Survey { parts, languages, spoken } = survey(files, &mut notes)?;
    let (outlines, origin) = outlines(&parts, &mut notes)?;
    let mut plan = Plan {
        notes,
        languages,
        origin,
        level_of: HashMap::new(),
        unit_of: HashMap::new(),
        home_made: BTreeMap::new(),
    };
    let levels = plan.levels(&parts, outlines)?;
    let units = plan.units(&parts, &levels)?;
    let name = of(&parts, Part::Venue).first().map(|venue| venue.names("name", &plan.languages));
    let mut venue = Venue {
        name: name.unwrap_or_default(),
        languages: plan.languages.clone(),
        origin,
        levels,
        units,
        openings: Vec::new(),
        amenities: Vec::new(),
        fixtures: Vec::new(),
        checkpoints: Vec::new(),
    };
    things::fill(&mut venue, &parts, &mut plan);
    for (part, (guessed, unknown)) in std::mem::take(&mut plan.home_made) {
        let [guessed, unknown] = [guessed, unknown].map(|words| words.into_iter().collect());
        plan.notes.info(Kind::HomeMade { part, guessed, unknown });
    }
    let summary = Kind::Summary {
        levels: venue.levels.len(),
        units: venue.units.len(),
        openings: venue.openings.len(),
        amenities: venue.amenities.len(),
        checkpoints: venue.checkpoints.len(),
        languages: spoken,
    };
    Ok(Imported { venue, report: plan.notes.report(summary) })
}

/// The outline of each level in degrees, and the middle of them all.
fn outlines(parts: &Parts, notes: &mut Notes) -> Result<(Vec<Vec<Rings>>, Wgs84), Refused> {
    let levels = of(parts, Part::Level);
    let (mut outlines, mut without) = (Vec::new(), Examples::default());
    for level in levels {
        outlines.push(match shape::areas(level) {
            Ok(areas) => areas,
            Err(Why::NowhereOnEarth) => return Err(Refused::NotDegrees),
            Err(_) => {
                without.add(level.thing(None, &Names::new()));
                Vec::new()
            }
        });
    }
    if without.count > 0 {
        notes.warn(Kind::NoOutline { which: without });
    }
    let of_levels = outlines.iter().flatten().flatten().flatten();
    let origin = match middle(of_levels)? {
        Some(origin) => origin,
        None => {
            let units: Vec<_> = of(parts, Part::Unit).iter().flat_map(shape::areas).collect();
            let of_units = units.iter().flatten().flatten().flatten();
            middle(of_units)?.ok_or(Refused::Nothing { part: Part::Unit })?
        }
    };
    Ok((outlines, origin))
}

/// The middle of the box around some points, if there are any.
fn middle<'a>(points: impl Iterator<Item = &'a Wgs84>) -> Result<Option<Wgs84>, Refused> {
    let corners = points.fold(None, |corners: Option<(Wgs84, Wgs84)>, &p| {
        let (low, high) = corners.unwrap_or((p, p));
        let low = Wgs84 { lat_e7: low.lat_e7.min(p.lat_e7), lon_e7: low.lon_e7.min(p.lon_e7) };
        let high = Wgs84 { lat_e7: high.lat_e7.max(p.lat_e7), lon_e7: high.lon_e7.max(p.lon_e7) };
        Some((low, high))
    });
    let Some((low, high)) = corners else {
        return Ok(None);
    };
    let halfway = |low: i32, high: i32| ((i64::from(low) + i64::from(high)) / 2) as i32;
    let span = |low: i32, high: i32| i64::from(high) - i64::from(low);
    if span(low.lat_e7, high.lat_e7).max(span(low.lon_e7, high.lon_e7)) > A_DEGREE_E7 {
        return Err(Refused::NotDegrees);
    }
    let origin = Wgs84 { lat_e7: halfway(low.lat_e7, high.lat_e7), lon_e7: halfway(low.lon_e7, high.lon_e7) };
    let [a, b] = [low, high].map(|corner| to_local(origin, corner));
    match distance_dm(a, b) {
        dm if dm > WIDEST_DM => Err(Refused::TooWide { km: dm / 10_000 }),
        _ => Ok(Some(origin)),
    }
}

impl Plan {
    /// Notes a category that is not the standard's.
    pub(super) fn note_category<T>(&mut self, feature: &Feature, reading: &Reading<T>) {
        let word: String = feature.text("category").unwrap_or("").chars().take(40).collect();
        let words = match reading {
            Reading::Standard(_) => return,
            Reading::Guessed(_) => &mut self.home_made.entry(feature.part).or_default().0,
            Reading::Unknown => &mut self.home_made.entry(feature.part).or_default().1,
        };
        words.insert(word);
    }

    fn levels(&mut self, parts: &Parts, outlines: Vec<Vec<Rings>>) -> Result<Vec<Level>, Refused> {
        let mut levels = Vec::new();
        for (feature, outline) in of(parts, Part::Level).iter().zip(outlines) {
            let name = feature.names("name", &self.languages);
            let ordinal = feature.whole_number("ordinal").and_then(|n| i16::try_from(n).ok());
            let Some(ordinal) = ordinal else {
                self.notes.left_out(feature.thing(None, &name), Why::NoHeight);
                continue;
            };
            levels.push(Level {
                id: feature.id,
                ordinal: Ordinal(ordinal),
                short_name: feature.names("short_name", &self.languages),
                name,
                outdoor: feature.properties.get("outdoor").and_then(|v| v.as_bool()) == Some(true),
                // Checked to be on the plan with the origin; what is too thin is no outline.
                outline: shape::on_plan(self.origin, &outline, false).unwrap_or_default(),
            });
        }
        levels.sort_by_key(|level| (level.ordinal, level.outdoor));
        self.level_of = levels.iter().enumerate().map(|(ix, l)| (l.id, ix as u16)).collect();
        let same = |pair: &&[Level]| pair.len() > 1;
        for group in levels.chunk_by(|a, b| a.ordinal == b.ordinal).filter(same) {
            let mut which = Examples::default();
            for level in group {
                let feature = of(parts, Part::Level).iter().find(|f| f.id == level.id);
                feature.into_iter().for_each(|f| which.add(f.thing(None, &level.name)));
            }
            self.notes.info(Kind::SameHeight { which });
        }
        if levels.is_empty() { Err(Refused::Nothing { part: Part::Level }) } else { Ok(levels) }
    }

    fn units(&mut self, parts: &Parts, levels: &[Level]) -> Result<Vec<Unit>, Refused> {
        let features = of(parts, Part::Unit);
        let occupants = things::occupants(parts, &self.languages);
        let mut units = Vec::new();
        let mut crossing = Examples::default();
        let mut outside = Examples::default();
        let mut budget = 20_000_000;
        for feature in features {
            let mut name = feature.names("name", &self.languages);
            if let (true, Some(occupant)) = (name.is_empty(), occupants.get(&feature.id)) {
                name.clone_from(occupant);
            }
            let (reading, class) = class_of(feature);
            reading.iter().for_each(|reading| self.note_category(feature, reading));
            let thing = feature.thing(Some(class), &name);
            let (level, areas, polygons) = match self.placed(feature, class) {
                Ok(placed) => placed,
                Err(why) => {
                    self.notes.left_out(thing, why);
                    continue;
                }
            };
            if outline::crosses(&areas, &mut budget) {
                crossing.add(thing.clone());
            }
            let display = self.display(feature, class, &polygons);
            if is_outside(&levels[usize::from(level)], display) {
                outside.add(thing);
            }
            self.unit_of.insert(feature.id, units.len() as u16);
            let id = class.is_walkable().then_some(feature.id);
            units.push(Unit { id, level, class, name, polygons, display });
        }
        self.judge(features.len(), &units, outside)?;
        if crossing.count > 0 {
            self.notes.warn(Kind::Crossing { which: crossing });
        }
        Ok(units)
    }

    /// Where a unit's label sits. Walls bear none: their first point packs into nothing.
    fn display(&self, feature: &Feature, class: UnitClass, polygons: &[Polygon]) -> Xy {
        let first = || polygons.iter().flat_map(|polygon| polygon.rings.iter().flatten()).next();
        let wished = || Some(to_local(self.origin, shape::display_point(feature)?));
        let inside = |at: &Xy| polygons.iter().any(|polygon| polygon.contains(*at));
        let found = match class.is_walkable() {
            true => wished().filter(inside).or_else(|| outline::point_inside(polygons)),
            false => None,
        };
        found.or_else(|| first().copied()).unwrap_or(Xy { x: 0, y: 0 })
    }

    /// Refuses a plan most of whose rooms are somewhere else; notes those of the others.
    fn judge(&mut self, of: usize, units: &[Unit], outside: Examples) -> Result<(), Refused> {
        let most = |count: usize| count * 10 > of * 3;
        if most(self.notes.count(Part::Unit, Why::NowhereOnEarth)) {
            return Err(Refused::NotDegrees);
        }
        let away = outside.count + self.notes.count(Part::Unit, Why::FarAway);
        if most(away) {
            return Err(Refused::UnitsOutside { outside: away, of });
        }
        if units.is_empty() {
            return Err(Refused::Nothing { part: Part::Unit });
        }
        if outside.count > 0 {
            self.notes.warn(Kind::UnitsOutside { of, which: outside });
        }
        Ok(())
    }

    fn placed(&self, feature: &Feature, class: UnitClass) -> Result<Placed, Why> {
        let level = self.level_named(feature)?;
        let areas = shape::areas(feature)?;
        let polygons = shape::on_plan(self.origin, &areas, !class.is_walkable())?;
        Ok((level, areas, polygons))
    }

    /// The level that a feature names.
    pub(super) fn level_named(&self, feature: &Feature) -> Result<u16, Why> {
        let named = feature.references("level_id");
        named.iter().find_map(|id| self.level_of.get(id)).copied().ok_or(Why::UnknownLevel)
    }
}

type Placed = (u16, Vec<Rings>, Vec<Polygon>);

fn is_outside(level: &Level, point: Xy) -> bool {
    let distance = level.outline.iter().filter_map(|polygon| polygon.distance_dm(point)).min();
    distance.is_some_and(|distance| distance > SLACK_DM)
}
