//! Where somebody is: claims with a source, their ranking and ageing.
//!
//! Law: a place has a level or says that it does not know it. No level is ever guessed.

use crate::venue::{Code, FeatureId, Ordinal, Wgs84};
use serde::{Deserialize, Serialize};

/// A position older than this is dimmed and ranks lower (`product.md`, Security phone).
pub const DIM_AFTER_MS: i64 = 75_000;
/// A position older than this is drawn hollow.
pub const HOLLOW_AFTER_MS: i64 = 300_000;

/// How a place was learnt, best first (`product.md`, Words).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A printed code was scanned: exact.
    Checkpoint,
    /// The code of a poster was typed.
    TypedCode,
    /// A room or zone was chosen from the list.
    Zone,
    /// A point on the map was tapped.
    MapTap,
    /// The phone's own location: never tells the level.
    Geolocation,
}

/// One claim of where somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The level, or `None` for *level unknown*.
    pub level: Option<Ordinal>,
    /// The room or zone, if the claim names one.
    pub unit: Option<FeatureId>,
    /// The point, WGS 84.
    pub point: Option<Wgs84>,
    /// How far off the point may be, in metres.
    pub radius_m: u16,
    /// How it was learnt.
    pub source: Source,
    /// The poster, if one was scanned or typed.
    pub code: Option<Code>,
    /// When the server received it, milliseconds since the epoch.
    pub at_wall_ms: i64,
}

impl Place {
    /// Whether `self` should be shown rather than `other`: the newer claim of the person wins,
    /// except that the phone's own location never replaces a better source of the last 5 min.
    pub fn replaces(&self, other: &Place) -> bool {
        let worse = self.source == Source::Geolocation && other.source != Source::Geolocation;
        !(worse && self.at_wall_ms - other.at_wall_ms < HOLLOW_AFTER_MS)
    }
}

/// How a position of some age is drawn. Never removed while the incident is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Age {
    /// Younger than 75 s.
    Fresh,
    /// Dimmed, 75 s to 5 min.
    Dim,
    /// Hollow, older than 5 min.
    Hollow,
}

/// The drawing of a position that is `age_ms` old.
pub fn age(age_ms: i64) -> Age {
    match age_ms {
        ..DIM_AFTER_MS => Age::Fresh,
        DIM_AFTER_MS..HOLLOW_AFTER_MS => Age::Dim,
        _ => Age::Hollow,
    }
}
