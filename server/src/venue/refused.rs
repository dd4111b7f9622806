//! Why something is no venue.

use super::report::Part;
use super::sentence;

/// Why a plan was refused. Displays as an English sentence; [`Refused::sentence`] knows French.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", sentence::refused(self, "en"))]
pub enum Refused {
    /// The file or folder cannot be opened.
    NotThere {
        /// Its name.
        name: String,
    },
    /// Not a zip file.
    NotAZip,
    /// A zip file with something missing or overwritten.
    CutShort,
    /// An entry needs a password.
    Locked {
        /// Its name.
        name: String,
    },
    /// An entry is packed in a way that is not understood.
    UnknownPacking {
        /// Its name.
        name: String,
    },
    /// An entry cannot be unpacked, or a file not read to its end.
    FileDamaged {
        /// Its name.
        name: String,
    },
    /// More entries than any plan has.
    TooManyEntries {
        /// How many are allowed.
        limit: usize,
    },
    /// An entry that points out of its folder.
    OutsidePath {
        /// Its name.
        name: String,
    },
    /// One file is too large.
    FileTooLarge {
        /// Its name.
        name: String,
        /// The limit in MiB.
        mib: u64,
    },
    /// All together are too large.
    TooLarge {
        /// The limit in MiB.
        mib: u64,
    },
    /// An entry that swells when unpacked.
    Bomb {
        /// Its name.
        name: String,
    },
    /// Two plans in one archive.
    SeveralPlans {
        /// One folder.
        first: String,
        /// Another.
        second: String,
    },
    /// A file without which there is no map.
    NoFile {
        /// Which.
        part: Part,
    },
    /// A file without which there is no map cannot be read.
    FileBroken {
        /// Its name.
        name: String,
        /// Where reading stopped.
        line: usize,
    },
    /// A file without which there is no map holds nothing usable.
    Nothing {
        /// Which.
        part: Part,
    },
    /// Positions are not degrees of longitude and latitude.
    NotDegrees,
    /// Larger than 20 km.
    TooWide {
        /// How large, in km.
        km: u32,
    },
    /// More things than a map can show.
    TooManyThings {
        /// How many are allowed.
        limit: usize,
    },
    /// More points than a map can be drawn of.
    TooManyPoints {
        /// How many are allowed.
        limit: usize,
    },
    /// Most rooms are not where their level is.
    UnitsOutside {
        /// How many.
        outside: usize,
        /// Of how many.
        of: usize,
    },
}

impl Refused {
    /// One sentence for the organiser, in `fr` or else in English.
    pub fn sentence(&self, lang: &str) -> String {
        sentence::refused(self, lang)
    }
}
