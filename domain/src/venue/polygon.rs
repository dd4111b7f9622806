//! Shapes: point inside, area, distance, in whole decimetres.

use super::{Xy, distance_dm};

/// A shape with holes.
///
/// Rings are not closed: the last point does not repeat the first. A wall thinner than the grid
/// may be left with two points, a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Polygon {
    /// The outer ring first, then the holes.
    pub rings: Vec<Vec<Xy>>,
}

enum Side {
    Inside,
    Edge,
    Outside,
}

impl Polygon {
    /// Whether the point lies inside or on an edge.
    pub fn contains(&self, point: Xy) -> bool {
        let Some((outer, holes)) = self.rings.split_first() else {
            return false;
        };
        match side(outer, point) {
            Side::Outside => false,
            Side::Edge => true,
            Side::Inside => holes.iter().all(|hole| !matches!(side(hole, point), Side::Inside)),
        }
    }

    /// Twice its area in square decimetres, holes taken off.
    pub fn twice_area(&self) -> u64 {
        let mut areas = self.rings.iter().map(|ring| twice_area(ring).unsigned_abs());
        let outer = areas.next().unwrap_or(0);
        areas.fold(outer, u64::saturating_sub)
    }

    /// Distance of a point from the shape in decimetres, 0 inside; `None` if it has no points.
    pub fn distance_dm(&self, point: Xy) -> Option<u32> {
        if self.contains(point) {
            return Some(0);
        }
        let edges = self.rings.iter().flat_map(|ring| edges(ring));
        edges.map(|(a, b)| to_edge(a, b, point)).min()
    }
}

/// Edges of a ring, the closing one first.
fn edges(ring: &[Xy]) -> impl Iterator<Item = (Xy, Xy)> {
    let before = ring.last().into_iter().chain(ring);
    before.copied().zip(ring.iter().copied())
}

/// Twice the area to the left of a→b→c: positive if c lies left.
fn turn(a: Xy, b: Xy, c: Xy) -> i64 {
    let [ax, ay, bx, by, cx, cy] = [a.x, a.y, b.x, b.y, c.x, c.y].map(i64::from);
    // Saturating, for points that no plan holds.
    ((bx - ax).saturating_mul(cy - ay)).saturating_sub((by - ay).saturating_mul(cx - ax))
}

fn side(ring: &[Xy], p: Xy) -> Side {
    let mut inside = false;
    for (a, b) in edges(ring) {
        let turn = turn(a, b, p);
        let within = |a: i32, b: i32, p: i32| a.min(b) <= p && p <= a.max(b);
        if turn == 0 && within(a.x, b.x, p.x) && within(a.y, b.y, p.y) {
            return Side::Edge;
        }
        // A ray to the east crosses the edge: half-open, so that a corner counts once.
        if (a.y > p.y) != (b.y > p.y) && (turn > 0) == (b.y > a.y) {
            inside = !inside;
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

fn twice_area(ring: &[Xy]) -> i64 {
    let Some(&first) = ring.first() else { return 0 };
    edges(ring).map(|(a, b)| turn(first, a, b)).fold(0, i64::saturating_add)
}

fn to_edge(a: Xy, b: Xy, p: Xy) -> u32 {
    let [dx, dy] = [i64::from(b.x) - i64::from(a.x), i64::from(b.y) - i64::from(a.y)];
    let [px, py] = [i64::from(p.x) - i64::from(a.x), i64::from(p.y) - i64::from(a.y)];
    let [dx, dy, px, py] = [dx as f64, dy as f64, px as f64, py as f64];
    let along = px * dx + py * dy;
    let square = dx * dx + dy * dy;
    if along <= 0.0 {
        distance_dm(a, p)
    } else if along >= square {
        distance_dm(b, p)
    } else {
        (turn(a, b, p).unsigned_abs() as f64 / square.sqrt()) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, Intersects};
    use proptest::prelude::*;

    /// A star-shaped ring around (0, 0): points sorted by angle, each angle once.
    fn ring(reach: i32) -> impl Strategy<Value = Vec<Xy>> {
        prop::collection::vec((-reach..=reach, -reach..=reach), 3..12).prop_filter_map("three directions", |points| {
            let mut points: Vec<_> = points.into_iter().filter(|&p| p != (0, 0)).collect();
            let angle = |&(x, y): &(i32, i32)| f64::from(y).atan2(f64::from(x));
            points.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
            points.dedup_by(|a, b| angle(a) == angle(b));
            let ring: Vec<_> = points.into_iter().map(|(x, y)| Xy { x, y }).collect();
            (ring.len() >= 3).then_some(ring)
        })
    }

    fn oracle(polygon: &Polygon) -> geo::Polygon {
        let line =
            |ring: &Vec<Xy>| -> geo::LineString { ring.iter().map(|p| (f64::from(p.x), f64::from(p.y))).collect() };
        geo::Polygon::new(line(&polygon.rings[0]), polygon.rings[1..].iter().map(line).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn inside_agrees_with_the_geo_crate(
            outer in ring(12),
            hole in prop::option::of(ring(6)),
            x in -13..=13i32,
            y in -13..=13i32,
        ) {
            let polygon = Polygon { rings: [outer].into_iter().chain(hole).collect() };
            let point = geo::Point::new(f64::from(x), f64::from(y));
            prop_assert_eq!(polygon.contains(Xy { x, y }), oracle(&polygon).intersects(&point));
        }

        #[test]
        fn area_agrees_with_the_geo_crate(outer in ring(100_000)) {
            let polygon = Polygon { rings: vec![outer] };
            prop_assert_eq!(polygon.twice_area() as f64, oracle(&polygon).unsigned_area() * 2.0);
        }

        #[test]
        fn distance_agrees_with_the_geo_crate(
            outer in ring(1_000),
            x in -2_000..=2_000i32,
            y in -2_000..=2_000i32,
        ) {
            use geo::{Distance, Euclidean};
            let polygon = Polygon { rings: vec![outer] };
            let point = geo::Point::new(f64::from(x), f64::from(y));
            let theirs = Euclidean.distance(&oracle(&polygon), &point);
            let ours = f64::from(polygon.distance_dm(Xy { x, y }).unwrap());
            prop_assert!(ours <= theirs + 1e-6 && theirs < ours + 1.0 + 1e-6, "{ours} {theirs}");
        }

        #[test]
        fn no_point_makes_it_panic(points: Vec<(i32, i32)>, x: i32, y: i32) {
            let ring = points.into_iter().map(|(x, y)| Xy { x, y }).collect();
            let polygon = Polygon { rings: vec![ring] };
            let _ = polygon.contains(Xy { x, y });
            let _ = (polygon.distance_dm(Xy { x, y }), polygon.twice_area());
        }
    }
}
