//! Shapes from degrees to the venue's plan, on a grid of 10 cm.

use super::feature::Feature;
use super::outline;
use super::report::Why;
use domain::venue::{Polygon, Wgs84, Xy, to_local};
use geojson::{GeometryValue, Position};

/// Rings of one polygon in degrees.
pub(super) type Rings = Vec<Vec<Wgs84>>;

/// The polygons of a feature.
pub(super) fn areas(feature: &Feature) -> Result<Vec<Rings>, Why> {
    let rings = |rings: &Vec<Vec<Position>>| rings.iter().map(|ring| degrees(ring)).collect::<Result<Rings, _>>();
    let areas = match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        Some(GeometryValue::Polygon { coordinates }) => vec![rings(coordinates)?],
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates.iter().map(rings).collect::<Result<_, _>>()?,
        _ => return Err(Why::NoShape),
    };
    let some = areas.iter().any(|rings| rings.first().is_some_and(|ring| !ring.is_empty()));
    if some { Ok(areas) } else { Err(Why::NoShape) }
}

/// The lines of a feature.
pub(super) fn lines(feature: &Feature) -> Result<Vec<Vec<Wgs84>>, Why> {
    match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        Some(GeometryValue::LineString { coordinates }) => Ok(vec![degrees(coordinates)?]),
        Some(GeometryValue::MultiLineString { coordinates }) => coordinates.iter().map(|line| degrees(line)).collect(),
        _ => Err(Why::NoShape),
    }
}

/// The point of a feature.
pub(super) fn point(feature: &Feature) -> Result<Wgs84, Why> {
    match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        Some(GeometryValue::Point { coordinates }) => degree(coordinates),
        _ => Err(Why::NoShape),
    }
}

/// The property `display_point`, if it is a good one.
pub(super) fn display_point(feature: &Feature) -> Option<Wgs84> {
    let value = feature.properties.get("display_point")?.clone();
    match serde_json::from_value(value).ok()? {
        GeometryValue::Point { coordinates } => degree(&coordinates).ok(),
        _ => None,
    }
}

fn degrees(positions: &[Position]) -> Result<Vec<Wgs84>, Why> {
    positions.iter().map(degree).collect()
}

fn degree(position: &Position) -> Result<Wgs84, Why> {
    match *position.as_slice() {
        [lon, lat, ..] if lon.abs() <= 180.0 && lat.abs() <= 90.0 => {
            Ok(Wgs84 { lat_e7: (lat * 1e7).round() as i32, lon_e7: (lon * 1e7).round() as i32 })
        }
        [_, _, ..] => Err(Why::NowhereOnEarth),
        _ => Err(Why::NoShape),
    }
}

/// Puts polygons on the plan. Rings that vanish on its grid are left out; a polygon whose outer
/// ring does too stays only as the line of a thin wall.
///
/// # Errors
/// [`Why::FarAway`] if a point is no point of a plan, [`Why::TooSmall`] if nothing is left.
pub(super) fn on_plan(origin: Wgs84, areas: &[Rings], thin: bool) -> Result<Vec<Polygon>, Why> {
    let mut polygons = Vec::new();
    for rings in areas {
        let mut left = Vec::new();
        for (at, ring) in rings.iter().enumerate() {
            let ring = outline::simplify(&line_on_plan(origin, ring)?);
            match ring.len() {
                3.. => left.push(ring),
                2 if thin && at == 0 => left.push(ring),
                _ if at == 0 => break,
                _ => {}
            }
        }
        if !left.is_empty() {
            polygons.push(Polygon { rings: left });
        }
    }
    if polygons.is_empty() { Err(Why::TooSmall) } else { Ok(polygons) }
}

/// Puts a line on the plan, each point as it is.
pub(super) fn line_on_plan(origin: Wgs84, line: &[Wgs84]) -> Result<Vec<Xy>, Why> {
    line.iter().map(|&point| point_on_plan(origin, point)).collect()
}

/// Puts a point on the plan.
pub(super) fn point_on_plan(origin: Wgs84, point: Wgs84) -> Result<Xy, Why> {
    let at = to_local(origin, point);
    if at.on_a_plan() { Ok(at) } else { Err(Why::FarAway) }
}
