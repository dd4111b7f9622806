//! Places as forms and addresses carry them, turned into claims against the venue in place.
//!
//! | value | meaning |
//! | --- | --- |
//! | `c:7K3F9Q` | a poster was scanned |
//! | `t:7K3F9Q` | a poster's code was typed |
//! | `u:1:0a1b…` | the room with this id, on level 1 |
//! | `l:-1` | only the level |
//! | `m:1:-120:340:15` | a tap on the map: level, x, y in decimetres, radius in metres |
//! | `g:435512345:70171234:40` | the phone's location: latitude and longitude × 10⁷, radius |

use domain::place::{Place, Source};
use domain::venue::{Code, CodeError, FeatureId, Ordinal, UnitClass, Venue, Wgs84, Xy};

/// A poster is exact: the person stands before it.
const POSTER_RADIUS_M: u16 = 3;
/// Radii beyond this say nothing about where in a venue somebody is.
const RADIUS_MAX_M: u16 = 5_000;

/// Why a value became no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// None was given.
    Empty,
    /// The code has a typing mistake: its check character says so.
    Typo,
    /// The code is well formed, but no poster of this venue bears it.
    UnknownCode,
    /// Anything else.
    Unreadable,
}

/// The place that `value` claims.
///
/// # Errors
/// [`NoPlace`]: the alert goes on without a place.
pub fn claim(value: &str, venue: Option<&Venue>, at_wall_ms: i64) -> Result<Place, NoPlace> {
    if value.is_empty() {
        return Err(NoPlace::Empty);
    }
    let (kind, rest) = value.split_once(':').ok_or(NoPlace::Unreadable)?;
    let parts: Vec<&str> = rest.split(':').take(8).collect();
    let number = |text: &str| text.parse::<i32>().map_err(|_| NoPlace::Unreadable);
    let ordinal = |text: &str| text.parse().map(Ordinal).map_err(|_| NoPlace::Unreadable);
    let level_there =
        |level: Ordinal| venue.filter(|venue| venue.ordinals().contains(&level)).ok_or(NoPlace::Unreadable);
    let radius =
        |text: &str| text.parse::<u16>().map(|metres| metres.min(RADIUS_MAX_M)).map_err(|_| NoPlace::Unreadable);
    let blank =
        Place { level: None, unit: None, point: None, radius_m: 0, source: Source::Zone, code: None, at_wall_ms };
    match (kind, parts.as_slice()) {
        ("c", [code]) => poster(code, Source::Checkpoint, venue, blank),
        ("t", [code]) => poster(code, Source::TypedCode, venue, blank),
        ("l", [level]) => {
            let level = ordinal(level)?;
            level_there(level).map(|_| Place { level: Some(level), ..blank })
        }
        ("u", [level, id]) => {
            let (level, id) = (ordinal(level)?, id.parse::<FeatureId>().map_err(|_| NoPlace::Unreadable)?);
            let venue = level_there(level)?;
            let unit =
                venue.unit_by_id(id).and_then(|ix| venue.units.get(usize::from(ix))).ok_or(NoPlace::Unreadable)?;
            if venue.ordinal_of(unit) != Some(level) {
                return Err(NoPlace::Unreadable);
            }
            let point = Some(venue.to_wgs84(unit.display));
            Ok(Place { level: Some(level), unit: Some(id), point, radius_m: unit_radius(unit), ..blank })
        }
        ("m", [level, x, y, metres]) => {
            let (level, xy) = (ordinal(level)?, Xy { x: number(x)?, y: number(y)? });
            let venue = level_there(level)?;
            if !xy.on_a_plan() {
                return Err(NoPlace::Unreadable);
            }
            let unit =
                venue.unit_at(level, xy).and_then(|ix| venue.units.get(usize::from(ix))).and_then(|unit| unit.id);
            let point = Some(venue.to_wgs84(xy));
            Ok(Place { level: Some(level), unit, point, radius_m: radius(metres)?, source: Source::MapTap, ..blank })
        }
        ("g", [lat, lon, metres]) => {
            let point = Wgs84 { lat_e7: number(lat)?, lon_e7: number(lon)? };
            if point.lat_e7.unsigned_abs() > 900_000_000 || point.lon_e7.unsigned_abs() > 1_800_000_000 {
                return Err(NoPlace::Unreadable);
            }
            Ok(Place { point: Some(point), radius_m: radius(metres)?, source: Source::Geolocation, ..blank })
        }
        _ => Err(NoPlace::Unreadable),
    }
}

fn poster(text: &str, source: Source, venue: Option<&Venue>, blank: Place) -> Result<Place, NoPlace> {
    let code = Code::parse(text).map_err(|error| match error {
        CodeError::Typo => NoPlace::Typo,
        _ => NoPlace::Unreadable,
    })?;
    let (venue, checkpoint) =
        venue.and_then(|venue| Some((venue, venue.checkpoint(&code)?))).ok_or(NoPlace::UnknownCode)?;
    Ok(Place {
        level: Some(checkpoint.ordinal),
        unit: venue.units.get(usize::from(checkpoint.unit)).and_then(|unit| unit.id),
        point: Some(venue.to_wgs84(checkpoint.point)),
        radius_m: POSTER_RADIUS_M,
        source,
        code: Some(code),
        ..blank
    })
}

/// A room's radius: as far as its farthest corner is from its label, 5 m at least.
fn unit_radius(unit: &domain::venue::Unit) -> u16 {
    let corners = unit.polygons.iter().flat_map(|polygon| polygon.rings.first().into_iter().flatten());
    let farthest = corners.map(|corner| domain::venue::distance_dm(*corner, unit.display)).max().unwrap_or(0);
    (farthest / 10).clamp(5, u32::from(RADIUS_MAX_M)) as u16
}

/// Rooms of a level that a person can name, in the reader's language, without doubles.
pub fn rooms(venue: &Venue, level: Ordinal, lang: &str) -> Vec<(String, FeatureId)> {
    let mut rooms: Vec<(String, FeatureId)> = venue
        .units_on(level)
        .filter(|(_, unit)| unit.class.is_walkable() && !matches!(unit.class, UnitClass::NonPublic))
        .filter_map(|(ix, unit)| {
            let own = venue.unit_label(ix, lang).map(str::to_owned);
            Some((own.or_else(|| super::super::class_name(unit.class, lang))?, unit.id?))
        })
        .collect();
    rooms.sort();
    rooms.dedup_by(|a, b| a.0 == b.0);
    rooms
}
