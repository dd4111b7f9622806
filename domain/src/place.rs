//! Where somebody is: claims with a source, their ranking and ageing.
//!
//! Law: a place has a level or says that it does not know it. No level is ever guessed.

use crate::venue::{Code, FeatureId, Ordinal, Wgs84, distance_dm, to_local};
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

    /// Whether whoever walks here would walk elsewhere for `to`: another level, a level that is not
    /// known any more, or a point farther away than either claim is exact. A claim that only says it
    /// better or worse is no move.
    pub fn moved_to(&self, to: &Place) -> bool {
        if self.level.is_some() && self.level != to.level {
            return true;
        }
        match (self.point, to.point) {
            (Some(from), Some(point)) => {
                let origin = to_local(from, from);
                distance_dm(origin, to_local(from, point)) > 10 * u32::from(self.radius_m.max(to.radius_m))
            }
            _ => self.unit.is_some() && to.unit.is_some() && self.unit != to.unit,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venue::{Xy, to_wgs84};
    use proptest::prelude::*;

    const ORIGIN: Wgs84 = Wgs84 { lat_e7: 435_512_345, lon_e7: 70_171_234 };

    fn at(level: Option<i16>, x: i32, radius_m: u16) -> Place {
        let point = Some(to_wgs84(ORIGIN, Xy { x, y: 0 }));
        let (level, source) = (level.map(Ordinal), Source::MapTap);
        Place { level, unit: None, point, radius_m, source, code: None, at_wall_ms: 0 }
    }

    #[test]
    fn another_level_is_a_move_and_a_level_that_is_learnt_is_none() {
        assert!(at(Some(1), 0, 3).moved_to(&at(Some(4), 0, 0)));
        assert!(at(Some(1), 0, 3).moved_to(&at(None, 0, 40)), "the level is not known any more");
        assert!(!at(None, 0, 40).moved_to(&at(Some(1), 0, 3)));
        let whole = Place { point: None, ..at(Some(1), 0, 0) };
        assert!(!at(Some(1), 0, 3).moved_to(&whole), "the same level, said less exactly");
    }

    proptest! {
        #[test]
        fn a_move_on_a_level_is_one_beyond_both_radii(
            x in -2_000i32..2_000, here in 0u16..80, there in 0u16..80, other in any::<bool>(),
        ) {
            let (from, to) = (at(Some(1), 0, here), at(Some(if other { 2 } else { 1 }), x, there));
            let far = x.unsigned_abs() > 10 * u32::from(here.max(there));
            // The grid of degrees is a centimetre wide.
            prop_assume!(x.unsigned_abs().abs_diff(10 * u32::from(here.max(there))) > 1);
            prop_assert_eq!(from.moved_to(&to), other || far);
            prop_assert!(!from.moved_to(&from));
        }
    }
}
