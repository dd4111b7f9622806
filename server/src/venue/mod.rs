//! Reading a venue plan: an IMDF 1.0.0 archive, as a zip or as a folder.
//!
//! Law: whatever the bytes, the answer is a venue with a report in plain words, or one sentence
//! that says why not. `archive` unpacks within limits, `survey` reads the files, `build` makes the venue and the report, `sentence` says it in English and French.

mod archive;
mod build;
mod category;
mod checkpoint;
mod feature;
mod json;
mod outline;
mod refused;
mod report;
mod sentence;
mod shape;
mod survey;
mod things;

#[cfg(test)]
mod tests;

pub use refused::Refused;
pub use report::{Examples, Kind, Line, Part, Report, Severity, Thing, Why};

use archive::LIMITS;
use domain::venue::Venue;
use std::path::Path;

/// A venue and what was noticed while reading it.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The venue.
    pub venue: Venue,
    /// What an organiser should know about it.
    pub report: Report,
}

/// Reads a plan from a folder with its files, or from a zip file.
///
/// # Errors
/// A [`Refused`] with a sentence for the organiser if it cannot be a venue.
pub fn import_path(path: &Path) -> Result<Imported, Refused> {
    build::build(archive::open(path, &LIMITS)?)
}

/// Reads a plan from the bytes of a zip file. The files may sit in one of its folders.
///
/// # Errors
/// As [`import_path`].
pub fn import_zip(bytes: &[u8]) -> Result<Imported, Refused> {
    build::build(archive::unzip(bytes, &LIMITS)?)
}
