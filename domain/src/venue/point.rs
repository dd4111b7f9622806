//! Positions: degrees as the world has them, decimetres as the venue's plan has them.

use serde::{Deserialize, Serialize};

/// A position on Earth in ten-millionths of a degree (1 cm), WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wgs84 {
    /// Latitude, north positive, within ±900,000,000.
    pub lat_e7: i32,
    /// Longitude, east positive, within ±1,800,000,000.
    pub lon_e7: i32,
}

/// A position on the venue's plan: decimetres east and north of its origin.
///
/// What a plan holds stays within [`Xy::LIMIT`]; a phone may be anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Xy {
    /// Decimetres east of the origin.
    pub x: i32,
    /// Decimetres north of the origin.
    pub y: i32,
}

impl Xy {
    /// No point of a plan is farther from the origin on either axis (20 km, in decimetres).
    pub const LIMIT: i32 = 200_000;

    /// Whether a plan may hold this point.
    pub fn on_a_plan(self) -> bool {
        self.x.unsigned_abs() <= Self::LIMIT as u32 && self.y.unsigned_abs() <= Self::LIMIT as u32
    }
}

/// Straight distance in decimetres, rounded down.
pub fn distance_dm(a: Xy, b: Xy) -> u32 {
    let dx = u64::from(a.x.abs_diff(b.x));
    let dy = u64::from(a.y.abs_diff(b.y));
    // At most 2^32 squared twice: the sum needs 65 bits only at the very corners.
    (dx * dx).saturating_add(dy * dy).isqrt().min(u64::from(u32::MAX)) as u32
}

/// Where `place` lies on a plan with this origin.
///
/// Flat, scaled at the origin's latitude: 20 km away it is wrong by some metres, within a
/// building by less than the grid.
pub fn to_local(origin: Wgs84, place: Wgs84) -> Xy {
    let (east, north) = dm_per_e7(origin.lat_e7);
    let mut lon = i64::from(place.lon_e7) - i64::from(origin.lon_e7);
    if lon > HALF_TURN {
        lon -= 2 * HALF_TURN;
    } else if lon < -HALF_TURN {
        lon += 2 * HALF_TURN;
    }
    let lat = i64::from(place.lat_e7) - i64::from(origin.lat_e7);
    Xy { x: round(lon as f64 * east), y: round(lat as f64 * north) }
}

/// The inverse of [`to_local`].
pub fn to_wgs84(origin: Wgs84, at: Xy) -> Wgs84 {
    let (east, north) = dm_per_e7(origin.lat_e7);
    Wgs84 {
        lat_e7: round(f64::from(origin.lat_e7) + f64::from(at.y) / north),
        lon_e7: round(f64::from(origin.lon_e7) + f64::from(at.x) / east),
    }
}

const HALF_TURN: i64 = 1_800_000_000;

/// Nearest whole number; saturates. (`f64::round` would bring a library function into Wasm.)
fn round(value: f64) -> i32 {
    (value + 0.5).floor() as i32
}

/// Decimetres in one ten-millionth of a degree, eastwards and northwards, at a latitude.
///
/// The usual series for the WGS 84 ellipsoid (metres per degree, good to a centimetre), written
/// with powers of the cosine so that server and browser get the very same bits.
fn dm_per_e7(lat_e7: i32) -> (f64, f64) {
    let c = cos(f64::from(lat_e7) / 1e7 * (core::f64::consts::PI / 180.0));
    let c2 = 2.0 * c * c - 1.0;
    let c3 = (4.0 * c * c - 3.0) * c;
    let c4 = 2.0 * c2 * c2 - 1.0;
    let c5 = 2.0 * c * c4 - c3;
    let north = 111_132.92 - 559.82 * c2 + 1.175 * c4 - 0.0023 * (2.0 * c2 * c4 - c2);
    let east = 111_412.84 * c - 93.5 * c3 + 0.118 * c5;
    (east * 1e-6, north * 1e-6)
}

/// Cosine by its power series, exact to 1e-14 up to a quarter turn.
fn cos(radians: f64) -> f64 {
    let square = radians * radians;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..=10 {
        let n = f64::from(n);
        term *= -square / ((2.0 * n - 1.0) * 2.0 * n);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_point_of_a_plan_survives_the_way_to_degrees_and_back(
            lat in -800_000_000..=800_000_000i32,
            lon in -1_799_000_000..=1_799_000_000i32,
            x in -Xy::LIMIT..=Xy::LIMIT,
            y in -Xy::LIMIT..=Xy::LIMIT,
        ) {
            let origin = Wgs84 { lat_e7: lat, lon_e7: lon };
            let at = Xy { x, y };
            prop_assert_eq!(to_local(origin, to_wgs84(origin, at)), at);
        }

        #[test]
        fn the_series_is_the_cosine(x in -1.58..=1.58f64) {
            prop_assert!((cos(x) - x.cos()).abs() < 1e-14);
        }

        #[test]
        fn any_position_has_a_place_without_panic(a: (i32, i32), b: (i32, i32)) {
            let [a, b] = [a, b].map(|(lat_e7, lon_e7)| Wgs84 { lat_e7, lon_e7 });
            let at = to_local(a, b);
            let _ = to_wgs84(a, at);
            let _ = distance_dm(at, Xy { x: a.lat_e7, y: a.lon_e7 });
        }
    }

    #[test]
    fn a_degree_has_its_known_length() {
        // Length of one degree at 45° on WGS 84: 111,131.8 m of latitude, 78,846.8 m of longitude.
        let origin = Wgs84 { lat_e7: 450_000_000, lon_e7: 70_000_000 };
        let there = Wgs84 { lat_e7: 450_100_000, lon_e7: 70_100_000 };
        assert_eq!(to_local(origin, there), Xy { x: 7_885, y: 11_113 });
    }

    #[test]
    fn the_date_line_is_not_far_from_itself() {
        let origin = Wgs84 { lat_e7: 0, lon_e7: 1_799_999_000 };
        let there = Wgs84 { lat_e7: 0, lon_e7: -1_799_999_000 };
        assert_eq!(to_local(origin, there).x, 223);
    }

    #[test]
    fn distance_is_pythagoras_rounded_down() {
        assert_eq!(distance_dm(Xy { x: 0, y: 0 }, Xy { x: 30, y: -40 }), 50);
        assert_eq!(distance_dm(Xy { x: 0, y: 0 }, Xy { x: 1, y: 1 }), 1);
    }
}
