//! What an import has to say, as data; `sentence` puts it into words.

use super::sentence;
use domain::venue::{Names, UnitClass};
use std::collections::BTreeMap;

/// Everything noticed during an import: the summary first, then the gravest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// One line for each kind of thing noticed.
    pub lines: Vec<Line>,
}

impl Report {
    /// The language of [`Report::sentences`] for a reader of `lang`: `en` or `fr`.
    pub fn language(lang: &str) -> &'static str {
        sentence::language(lang)
    }

    /// The report as sentences in `en` or `fr` (anything else reads English).
    pub fn sentences(&self, lang: &str) -> Vec<String> {
        self.lines.iter().map(|line| line.kind.sentence(lang)).collect()
    }
}

/// One thing noticed.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What.
    pub kind: Kind,
    /// How much it matters.
    pub severity: Severity,
}

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The map is not quite what its maker meant: look at it.
    Warning,
    /// A slip that was put right.
    Repaired,
    /// Good to know.
    Info,
}

/// A file of a plan, and the kind of thing it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Language and version of the plan.
    Manifest,
    /// The venue as a whole.
    Venue,
    /// Levels.
    Level,
    /// Rooms, spaces, walls.
    Unit,
    /// Doors.
    Opening,
    /// Points of interest.
    Amenity,
    /// Furniture.
    Fixture,
    /// Places for posters.
    Anchor,
    /// Who is in a room.
    Occupant,
}

impl Part {
    pub(super) const ALL: [Self; 9] = [
        Self::Manifest,
        Self::Venue,
        Self::Level,
        Self::Unit,
        Self::Opening,
        Self::Amenity,
        Self::Fixture,
        Self::Anchor,
        Self::Occupant,
    ];

    /// Its file's name without the ending.
    pub fn stem(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Venue => "venue",
            Self::Level => "level",
            Self::Unit => "unit",
            Self::Opening => "opening",
            Self::Amenity => "amenity",
            Self::Fixture => "fixture",
            Self::Anchor => "anchor",
            Self::Occupant => "occupant",
        }
    }
}

/// Something in the plan, to be named in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// What it is.
    pub part: Part,
    /// What kind of room, if it is one.
    pub class: Option<UnitClass>,
    /// Its name (of a place for a poster: its room's).
    pub name: Names,
    /// The beginning of its number in the plan.
    pub number: String,
}

/// How many, and the first few of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examples {
    /// How many there are.
    pub count: usize,
    /// At most five.
    pub shown: Vec<Thing>,
}

impl Examples {
    pub(super) fn add(&mut self, thing: Thing) {
        self.count += 1;
        if self.shown.len() < 5 {
            self.shown.push(thing);
        }
    }
}

/// Why something was left out of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The entry is not what the standard calls a feature.
    NotAThing,
    /// No shape, or not the right sort of shape.
    NoShape,
    /// A position that is nowhere on Earth.
    NowhereOnEarth,
    /// More than 20 km from the rest.
    FarAway,
    /// Thinner than the map's grid of 10 cm.
    TooSmall,
    /// It names a level that is not there, or none.
    UnknownLevel,
    /// It names a room that is not there, or none.
    UnknownUnit,
    /// A level that does not say how high it lies.
    NoHeight,
}

/// Everything an import can notice.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// What the map holds.
    Summary {
        /// Levels.
        levels: usize,
        /// Rooms, spaces, walls.
        units: usize,
        /// Doors.
        openings: usize,
        /// Points of interest.
        amenities: usize,
        /// Places for posters.
        checkpoints: usize,
        /// Language tags, the one with most names first.
        languages: Vec<String>,
    },
    /// Commas before a closing bracket.
    StrayCommas {
        /// The file.
        file: String,
        /// How many.
        count: usize,
    },
    /// A byte order mark.
    InvisibleMark {
        /// The file.
        file: String,
    },
    /// A file that could not be read and can be done without.
    FileBroken {
        /// What it would have held.
        part: Part,
        /// Its name.
        file: String,
        /// Where reading stopped.
        line: usize,
    },
    /// A file that is missed, though the map works without.
    FileMissing {
        /// What it would have held.
        part: Part,
    },
    /// Files of the plan that the map does not show.
    NotDrawn {
        /// Their names.
        files: Vec<String>,
    },
    /// The same number on two things.
    SharedNumbers {
        /// How many numbers.
        count: usize,
        /// Up to five pairs.
        pairs: Vec<(Thing, Thing)>,
    },
    /// Things without a number of their own.
    NoNumbers {
        /// How many.
        count: usize,
        /// Whether places for posters are among them.
        posters: bool,
    },
    /// Things that were left out.
    LeftOut {
        /// What they are.
        part: Part,
        /// Why.
        why: Why,
        /// Which.
        which: Examples,
    },
    /// Rooms outside the outline of their level.
    UnitsOutside {
        /// Of how many.
        of: usize,
        /// Which.
        which: Examples,
    },
    /// Amenities outside the room they name.
    AmenitiesOutside {
        /// Of how many.
        of: usize,
        /// Which.
        which: Examples,
    },
    /// Places for posters outside the room they name.
    PostersOutside {
        /// Of how many.
        of: usize,
        /// Which.
        which: Examples,
    },
    /// Outlines that cross themselves.
    Crossing {
        /// Which.
        which: Examples,
    },
    /// Levels without an outline.
    NoOutline {
        /// Which.
        which: Examples,
    },
    /// Several levels at one height.
    SameHeight {
        /// Which.
        which: Examples,
    },
    /// Categories that are not in the standard's list.
    HomeMade {
        /// Of what.
        part: Part,
        /// Those whose meaning could be guessed.
        guessed: Vec<String>,
        /// Those that could not.
        unknown: Vec<String>,
    },
    /// Entries that the standard does not know.
    ExtraEntries {
        /// Where, and their names.
        entries: Vec<(Part, String)>,
    },
    /// The manifest's language is written otherwise than the names'.
    LanguageForm {
        /// As the manifest has it.
        given: String,
        /// As the names have it.
        used: String,
    },
}

impl Kind {
    /// The line in plain words, in `fr` or else in English.
    pub fn sentence(&self, lang: &str) -> String {
        sentence::line(self, lang)
    }
}

/// Lines while they are being collected.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) lines: Vec<Line>,
    left_out: BTreeMap<(Part, Why), Examples>,
}

impl Notes {
    pub(super) fn warn(&mut self, kind: Kind) {
        self.lines.push(Line { kind, severity: Severity::Warning });
    }

    pub(super) fn repaired(&mut self, kind: Kind) {
        self.lines.push(Line { kind, severity: Severity::Repaired });
    }

    pub(super) fn info(&mut self, kind: Kind) {
        self.lines.push(Line { kind, severity: Severity::Info });
    }

    pub(super) fn left_out(&mut self, thing: Thing, why: Why) {
        self.left_out.entry((thing.part, why)).or_default().add(thing);
    }

    /// How many of a part were left out for a reason.
    pub(super) fn count(&self, part: Part, why: Why) -> usize {
        self.left_out.get(&(part, why)).map_or(0, |which| which.count)
    }

    pub(super) fn report(mut self, summary: Kind) -> Report {
        for ((part, why), which) in std::mem::take(&mut self.left_out) {
            self.warn(Kind::LeftOut { part, why, which });
        }
        self.lines.sort_by_key(|line| line.severity);
        self.lines.insert(0, Line { kind: summary, severity: Severity::Info });
        Report { lines: self.lines }
    }
}
