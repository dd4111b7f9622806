//! A look over the whole plan before anything is drawn: its features, languages and numbers.

use super::archive::{Files, Source};
use super::category::{self, Reading};
use super::feature::{Feature, derive, is_tag};
use super::report::{Kind, Notes, Part, Thing, Why};
use super::{Refused, json};
use domain::venue::{FeatureId, Names, UnitClass};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Things in a plan; the largest congress centres have some thousands.
const MOST_THINGS: usize = 20_000;
/// Points of all shapes; the largest congress centres have some ten thousand.
const MOST_POINTS: usize = 200_000;
/// Commas of all files, counted before any is read: what is read takes many times the room of the
/// file. Three points need nine, and names and notes some more.
const MOST_COMMAS: usize = 2_000_000;
/// Languages of one venue; the rarest beyond are left out.
const MOST_LANGUAGES: usize = 40;

/// Features by file.
pub(super) type Parts = BTreeMap<Part, Vec<Feature>>;

/// What a plan consists of.
pub(super) struct Survey {
    pub(super) parts: Parts,
    /// Language tags, the venue's own first.
    pub(super) languages: Vec<String>,
    /// Language tags that names are in, the commonest first.
    pub(super) spoken: Vec<String>,
}

/// Reads all files.
///
/// # Errors
/// If there are too many things, or the levels or rooms cannot be read.
pub(super) fn survey(mut files: Files, notes: &mut Notes) -> Result<Survey, Refused> {
    let language = files.known.remove(&Part::Manifest).and_then(|file| language(&file, notes));
    let mut parts = read(files, notes)?;
    let (languages, spoken) = languages(language.as_deref(), &parts, notes);
    settle_identities(&mut parts, &languages, notes);
    extra_entries(&parts, notes);
    Ok(Survey { parts, languages, spoken })
}

fn language(manifest: &Source, notes: &mut Notes) -> Option<String> {
    match json::parse(manifest, notes) {
        Ok(value) => value.get("language")?.as_str().map(str::to_owned),
        Err(broken) => {
            let file = manifest.name.clone();
            notes.warn(Kind::FileBroken { part: Part::Manifest, file, line: broken.line });
            None
        }
    }
}

/// The features of a file, none if it is not there.
pub(super) fn of(parts: &Parts, part: Part) -> &[Feature] {
    parts.get(&part).map_or(&[], Vec::as_slice)
}

fn read(files: Files, notes: &mut Notes) -> Result<Parts, Refused> {
    let mut parts = Parts::new();
    let commas = files.known.values().map(|file| file.bytes.iter().filter(|byte| **byte == b',').count());
    if commas.sum::<usize>() > MOST_COMMAS {
        return Err(Refused::TooManyPoints { limit: MOST_POINTS });
    }
    let (mut count, mut points) = (0, 0);
    for (part, file) in files.known {
        let values = match json::features(&file, notes) {
            Ok(values) => values,
            Err(broken) if matches!(part, Part::Level | Part::Unit) => {
                return Err(Refused::FileBroken { name: file.name, line: broken.line });
            }
            Err(broken) => {
                notes.warn(Kind::FileBroken { part, file: file.name, line: broken.line });
                parts.insert(part, Vec::new());
                continue;
            }
        };
        count += values.len();
        if count > MOST_THINGS {
            return Err(Refused::TooManyThings { limit: MOST_THINGS });
        }
        let all = parts.entry(part).or_default();
        for (index, value) in values.into_iter().enumerate() {
            match Feature::read(part, index, value) {
                Some(feature) => {
                    points += feature.points();
                    if points > MOST_POINTS {
                        return Err(Refused::TooManyPoints { limit: MOST_POINTS });
                    }
                    all.push(feature);
                }
                None => notes.left_out(nameless(part, index), Why::NotAThing),
            }
        }
    }
    for part in [Part::Venue, Part::Opening, Part::Anchor] {
        if !parts.contains_key(&part) {
            notes.info(Kind::FileMissing { part });
        }
    }
    if !files.unused.is_empty() {
        notes.info(Kind::NotDrawn { files: files.unused });
    }
    Ok(parts)
}

fn nameless(part: Part, index: usize) -> Thing {
    Thing { part, class: None, name: Names::new(), number: format!("{}", index + 1) }
}

/// The languages of the venue, its own first, and those that names are in, commonest first.
fn languages(given: Option<&str>, parts: &Parts, notes: &mut Notes) -> (Vec<String>, Vec<String>) {
    let mut counts = BTreeMap::<&str, usize>::new();
    for tag in parts.values().flatten().flat_map(Feature::languages) {
        *counts.entry(tag).or_default() += 1;
    }
    let mut spoken: Vec<_> = counts.iter().map(|(&tag, &count)| (count, tag)).collect();
    spoken.sort_by_key(|&(count, tag)| (std::cmp::Reverse(count), tag));
    spoken.truncate(MOST_LANGUAGES);
    let spoken: Vec<_> = spoken.into_iter().map(|(_, tag)| tag.to_owned()).collect();
    let given = given.filter(|tag| is_tag(tag));
    let known = |tag: &str| spoken.iter().find(|known| known.as_str() == tag).cloned();
    let primary = given.and_then(|tag| tag.split('-').next());
    let own = match (given.and_then(known), primary.and_then(known), given) {
        (Some(own), _, _) => own,
        (None, Some(own), Some(given)) => {
            notes.info(Kind::LanguageForm { given: given.to_owned(), used: own.clone() });
            own
        }
        _ => spoken.first().cloned().unwrap_or_else(|| given.unwrap_or("und").to_owned()),
    };
    let others = spoken.iter().filter(|tag| **tag != own).cloned();
    (std::iter::once(own.clone()).chain(others).collect(), spoken)
}

/// Reports numbers that two things share, and gives the second of a kind another.
fn settle_identities(parts: &mut Parts, languages: &[String], notes: &mut Notes) {
    let mut seen = HashMap::<FeatureId, Thing>::new();
    let (mut count, mut pairs) = (0, Vec::new());
    let (mut without, mut posters) = (0, false);
    for (&part, features) in parts.iter_mut() {
        let mut own = BTreeSet::new();
        for feature in features {
            if feature.has_id {
                let class = (part == Part::Unit).then(|| class_of(feature).1);
                let thing = feature.thing(class, &feature.names("name", languages));
                if let Some(first) = seen.get(&feature.id) {
                    count += 1;
                    if pairs.len() < 5 {
                        pairs.push((first.clone(), thing));
                    }
                } else {
                    seen.insert(feature.id, thing);
                }
            } else if matches!(part, Part::Level | Part::Unit | Part::Anchor) {
                without += 1;
                posters |= part == Part::Anchor;
            }
            let given = feature.id;
            for n in 2.. {
                if own.insert(feature.id) {
                    break;
                }
                feature.id = derive(&format!("{given} {n}"));
            }
        }
    }
    if count > 0 {
        notes.warn(Kind::SharedNumbers { count, pairs });
    }
    if without > 0 {
        notes.warn(Kind::NoNumbers { count: without, posters });
    }
}

/// Properties of the standard, by file (IMDF 1.0.0, Feature Types).
fn standard(part: Part) -> &'static str {
    match part {
        Part::Manifest => "",
        Part::Venue => "category restriction name alt_name hours phone website display_point address_id",
        Part::Level => {
            "category restriction outdoor ordinal name short_name display_point address_id \
             building_ids"
        }
        Part::Unit => "category restriction name alt_name level_id accessibility display_point",
        Part::Opening => "category accessibility access_control door name alt_name level_id display_point",
        Part::Amenity => {
            "category accessibility name alt_name hours phone website unit_ids address_id \
             correlation_id"
        }
        Part::Fixture => "category name alt_name anchor_id level_id display_point",
        Part::Anchor => "address_id unit_id",
        Part::Occupant => "category name hours phone website validity anchor_id correlation_id",
    }
}

fn extra_entries(parts: &Parts, notes: &mut Notes) {
    let mut entries = BTreeSet::new();
    for feature in parts.values().flatten() {
        for key in feature.properties.keys() {
            let known = standard(feature.part).split(' ').any(|known| known == key);
            if !known && entries.len() < 20 {
                entries.insert((feature.part, key.chars().take(40).collect::<String>()));
            }
        }
    }
    if !entries.is_empty() {
        notes.info(Kind::ExtraEntries { entries: entries.into_iter().collect() });
    }
}

/// A unit's class, and how its category was read.
pub(super) fn class_of(unit: &Feature) -> (Option<Reading<UnitClass>>, UnitClass) {
    let reading = unit.text("category").map(category::unit);
    let class = match reading {
        Some(Reading::Standard(class) | Reading::Guessed(class)) => class,
        Some(Reading::Unknown) | None => UnitClass::Other,
    };
    let closed = unit.text("restriction").is_some_and(|text| !text.is_empty());
    match class {
        UnitClass::Room | UnitClass::Walkway | UnitClass::Other if closed => (reading, UnitClass::NonPublic),
        _ => (reading, class),
    }
}
