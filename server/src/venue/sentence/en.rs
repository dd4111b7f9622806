//! English.

use super::super::Refused;
use super::super::report::{Examples, Kind, Part, Thing, Why};
use super::languages::name;
use super::{list, shown};
use domain::venue::UnitClass;

pub(super) fn line(kind: &Kind) -> String {
    match kind {
        Kind::Summary { levels, units, openings, amenities, checkpoints, languages } => {
            let languages: Vec<_> = languages.iter().map(|tag| name(tag, false)).collect();
            let names = match list(&languages, "and") {
                none if none.is_empty() => "no names".to_owned(),
                languages => format!("names in {languages}"),
            };
            format!(
                "{}, {}, {}, {}, {}, {names}.",
                count(*levels, "level", "levels"),
                count(*units, "room, space or wall", "rooms, spaces and walls"),
                count(*openings, "door", "doors"),
                count(*amenities, "amenity", "amenities"),
                count(*checkpoints, "place for a poster", "places for posters"),
            )
        }
        Kind::StrayCommas { file, count: 1 } => {
            format!("The file {file} had a stray comma: repaired.")
        }
        Kind::StrayCommas { file, count } => {
            format!("The file {file} had {count} stray commas: repaired.")
        }
        Kind::InvisibleMark { file } => {
            format!("The file {file} began with an invisible mark: taken off.")
        }
        Kind::FileBroken { part, file, line } => format!(
            "The file {file} cannot be read, something is wrong near line {line}: left out, so {}.",
            without(*part)
        ),
        Kind::FileMissing { part } => {
            format!("There is no file {}.geojson, so {}.", part.stem(), without(*part))
        }
        Kind::NotDrawn { files } => {
            format!("Left aside, because the map does not show such things: {}.", list(files, "and"))
        }
        Kind::SharedNumbers { count: 1, pairs } => {
            let pair = pairs.first().map(pair).unwrap_or_default();
            format!("Two things share one number: {pair}. Both kept.")
        }
        Kind::SharedNumbers { count, pairs } => {
            let pairs: Vec<_> = pairs.iter().map(pair).collect();
            format!("{count} numbers are shared by two things each: {}. All kept.", pairs.join("; "))
        }
        Kind::NoNumbers { count: n, posters } => {
            let posters = match posters {
                true => {
                    " Places for posters are among them: after a change of the plan their posters may have to be printed again."
                }
                false => "",
            };
            let things = count(*n, "thing has", "things have");
            format!("{things} no number in the plan: Sotto gave one to each.{posters}")
        }
        Kind::LeftOut { part, why, which } => {
            let was = if which.count == 1 { "was" } else { "were" };
            let what = noun(*part, which.count);
            format!("{} {what} {was} left out: {}.{}", which.count, because(*why), examples(which))
        }
        Kind::UnitsOutside { of, which } => {
            let (verb, their) = match which.count {
                1 => ("lies", "its"),
                _ => ("lie", "their"),
            };
            format!(
                "{} of {of} rooms and spaces {verb} outside the outline of {their} level: kept.{}",
                which.count,
                examples(which)
            )
        }
        Kind::AmenitiesOutside { of, which } => {
            let verb =
                if which.count == 1 { "lies outside the room it names" } else { "lie outside the room they name" };
            format!(
                "{} of {of} amenities (such as lifts, toilets, desks) {verb}: kept, on that room's level.{}",
                which.count,
                examples(which)
            )
        }
        Kind::PostersOutside { of, which } => {
            let verb =
                if which.count == 1 { "lies outside the room it names" } else { "lie outside the room they name" };
            format!(
                "{} of {of} places for posters {verb}: kept. Look at them before you print.{}",
                which.count,
                examples(which)
            )
        }
        Kind::Crossing { which } => {
            let what = match which.count {
                1 => "The outline of one room crosses itself".to_owned(),
                n => format!("The outlines of {n} rooms cross themselves"),
            };
            format!("{what}: kept, but may look odd.{}", examples(which))
        }
        Kind::NoOutline { which } => {
            let has = if which.count == 1 { "has" } else { "have" };
            format!("{} {} {has} no outline: drawn by the rooms alone.", which.count, noun(Part::Level, which.count))
        }
        Kind::SameHeight { which } => {
            let (labels, _) = shown(which, label);
            format!("{} lie at the same height: shown as one level.", list(&labels, "and"))
        }
        Kind::HomeMade { part, guessed, unknown } => {
            let n = guessed.len() + unknown.len();
            let first = match n {
                1 => format!("One kind of {} has a name that the standard (IMDF) does not know.", thing_of(*part)),
                _ => format!("{n} kinds of {} have names that the standard (IMDF) does not know.", thing_of(*part)),
            };
            let guessed = match guessed.as_slice() {
                [] => String::new(),
                words => format!(" Understood by their wording: {}.", list(words, "and")),
            };
            let unknown = match unknown.as_slice() {
                [] => String::new(),
                words => format!(" Shown without a symbol: {}.", list(words, "and")),
            };
            format!("{first}{guessed}{unknown}")
        }
        Kind::ExtraEntries { entries } => {
            let entries: Vec<_> =
                entries.iter().map(|(part, entry)| format!("{entry} (in {}.geojson)", part.stem())).collect();
            format!("Extra entries that the map does not need, left aside: {}.", list(&entries, "and"))
        }
        Kind::LanguageForm { given, used } => format!(
            "The plan gives its language as {given} and marks its names with {used}: taken for the same, {}.",
            name(used, false)
        ),
    }
}

pub(super) fn refused(why: &Refused) -> String {
    match why {
        Refused::NotThere { name } => {
            format!("{name} cannot be opened. Check the path, and that it may be read.")
        }
        Refused::NotAZip => "This is not a zip file. Choose the archive that your mapping tool exported (IMDF, a .zip file).".into(),
        Refused::CutShort => "This zip file is cut short or damaged. Send it again, or export it anew.".into(),
        Refused::Locked { name } => {
            format!("The file {name} in the archive is locked with a password. Export the archive without one.")
        }
        Refused::UnknownPacking { name } => {
            format!("The file {name} in the archive is packed in an unusual way. Zip the files again with your computer's own tool.")
        }
        Refused::FileDamaged { name } => {
            format!("The file {name} is damaged and cannot be read to its end. Export the archive anew.")
        }
        Refused::TooManyEntries { limit } => {
            format!("The archive holds more than {limit} files. A plan has about a dozen: choose the archive of one venue only.")
        }
        Refused::OutsidePath { name } => {
            format!("The archive tries to put a file outside its own folder ({name}). Nothing was read: ask who made it.")
        }
        Refused::FileTooLarge { name, mib } => {
            format!("The file {name} is larger than {mib} MB unpacked. Leave out details such as furniture and export it again.")
        }
        Refused::TooLarge { mib } => {
            format!("The plan is larger than {mib} MB unpacked. Leave out details such as furniture and export it again.")
        }
        Refused::Bomb { name } => {
            format!("The file {name} swells to many times its size when unpacked, as only harmful archives do. Nothing was read: ask who made it.")
        }
        Refused::SeveralPlans { first, second } => {
            let [first, second] = [first, second].map(|f| if f.is_empty() { "the top" } else { f.as_str() });
            format!("The archive holds two plans, in {first} and in {second}. Send one at a time.")
        }
        Refused::NoFile { part } => {
            format!("There is no file {}.geojson in it, so this is no venue plan. Choose an IMDF archive: it holds level.geojson and unit.geojson.", part.stem())
        }
        Refused::FileBroken { name, line } => {
            format!("The file {name} cannot be read: something is wrong near line {line}, often a bracket that is missing. Export it again.")
        }
        Refused::Nothing { part } => {
            format!("The file {}.geojson holds no {} that can be used, so there is nothing to draw.", part.stem(), noun(*part, 2))
        }
        Refused::NotDegrees => "The positions are not longitude and latitude in degrees, but perhaps metres on a drawing. Export the plan in WGS 84.".into(),
        Refused::TooWide { km } => {
            format!("The plan spans {km} km. A venue is at most 20 km wide: choose one venue, or correct the level that lies far off.")
        }
        Refused::TooManyThings { limit } => {
            format!("The plan holds more than {limit} things. Leave out details such as furniture and export it again.")
        }
        Refused::TooManyPoints { limit } => {
            format!("The plan is drawn with more than {limit} points. Simplify its outlines, for instance to 10 cm, and export it again.")
        }
        Refused::UnitsOutside { outside, of } => {
            format!("{outside} of {of} rooms and spaces lie outside their level: levels and rooms seem to come from different drawings.")
        }
    }
}

fn count(n: usize, one: &str, many: &str) -> String {
    match n {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

fn noun(part: Part, n: usize) -> &'static str {
    match (part, n) {
        (Part::Manifest, _) => "cover sheet",
        (Part::Venue, 1) => "venue",
        (Part::Venue, _) => "venues",
        (Part::Level, 1) => "level",
        (Part::Level, _) => "levels",
        (Part::Unit, 1) => "room or space",
        (Part::Unit, _) => "rooms or spaces",
        (Part::Opening, 1) => "door",
        (Part::Opening, _) => "doors",
        (Part::Amenity, 1) => "amenity",
        (Part::Amenity, _) => "amenities",
        (Part::Fixture, 1) => "piece of furniture",
        (Part::Fixture, _) => "pieces of furniture",
        (Part::Anchor, 1) => "place for a poster",
        (Part::Anchor, _) => "places for posters",
        (Part::Occupant, 1) => "occupant",
        (Part::Occupant, _) => "occupants",
    }
}

/// After *a kind of*.
fn thing_of(part: Part) -> &'static str {
    match part {
        Part::Unit => "room",
        Part::Fixture => "furniture",
        other => noun(other, 1),
    }
}

fn without(part: Part) -> &'static str {
    match part {
        Part::Anchor => "there are no places for posters yet",
        Part::Opening => "the map shows no doors",
        Part::Amenity => "the map shows no amenities such as lifts and toilets",
        Part::Fixture => "the map shows no furniture",
        Part::Occupant => "rooms without a name of their own stay nameless",
        Part::Venue => "the venue has no name",
        Part::Manifest => "the language of the names is a guess",
        Part::Level | Part::Unit => "there is no map",
    }
}

fn because(why: Why) -> &'static str {
    match why {
        Why::NotAThing => "not written as the standard asks",
        Why::NoShape => "no shape is drawn, or not the right sort of shape",
        Why::NowhereOnEarth => "drawn at a position that does not exist on Earth",
        Why::FarAway => "drawn more than 20 km from the rest",
        Why::TooSmall => "too small to be seen",
        Why::UnknownLevel => "on a level that the plan does not have",
        Why::UnknownUnit => "in a room that the plan does not have",
        Why::NoHeight => "it is not said how high it lies",
    }
}

fn article(thing: &Thing) -> &'static str {
    match (thing.part, thing.class) {
        (Part::Unit, Some(class)) => room(class),
        (Part::Manifest, _) => "a cover sheet",
        (Part::Venue, _) => "the venue",
        (Part::Level, _) => "a level",
        (Part::Unit, None) => "a room",
        (Part::Opening, _) => "a door",
        (Part::Amenity, _) => "an amenity",
        (Part::Fixture, _) => "a piece of furniture",
        (Part::Anchor, _) => "a place for a poster",
        (Part::Occupant, _) => "an occupant",
    }
}

fn room(class: UnitClass) -> &'static str {
    match class {
        UnitClass::Walkway => "a walkway",
        UnitClass::NonPublic => "a closed area",
        UnitClass::Stairs => "a staircase",
        UnitClass::Elevator => "a lift",
        UnitClass::Escalator => "an escalator",
        UnitClass::Ramp => "a ramp",
        UnitClass::Restroom | UnitClass::RestroomFemale | UnitClass::RestroomMale | UnitClass::RestroomWheelchair => {
            "a toilet"
        }
        UnitClass::Auditorium => "a hall",
        UnitClass::Lobby => "a foyer",
        UnitClass::Outdoor => "an outdoor area",
        UnitClass::Void => "an opening in the floor",
        UnitClass::Wall => "a wall",
        UnitClass::Glass => "a glass wall",
        _ => "a room",
    }
}

/// A name, or what it is and the beginning of its number.
fn label(thing: &Thing) -> String {
    match thing.name.pick("en") {
        "" => format!("{} without a name (number {}…)", article(thing), thing.number),
        name => name.to_owned(),
    }
}

fn pair((a, b): &(Thing, Thing)) -> String {
    let described = |thing: &Thing| match thing.name.pick("en") {
        "" => article(thing).to_owned(),
        name => format!("{} ({name})", article(thing)),
    };
    format!("{} and {}, number {}…", described(a), described(b), a.number)
}

fn examples(which: &Examples) -> String {
    let (labels, more) = shown(which, label);
    let lead = match (more, labels.len()) {
        (_, 0) => return String::new(),
        (true, _) => "Among them",
        (false, 1) => "It is",
        (false, _) => "They are",
    };
    format!(" {lead}: {}.", list(&labels, "and"))
}
