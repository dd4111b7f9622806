//! Outlines: fewer points, a point inside, and whether they cross themselves.

use super::shape::Rings;
use domain::venue::{Polygon, Xy};
use geo::Validation;

/// A ring without its closing point, doubled points, and points that lie within 5 cm of the
/// line between their neighbours. May leave two points (a line) or one.
pub(super) fn simplify(ring: &[Xy]) -> Vec<Xy> {
    let mut points = ring.to_vec();
    points.dedup();
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    if points.len() < 3 {
        return points;
    }
    // Start at a corner, so that the seam is not a point that should go.
    if let Some(at) = (0..points.len()).find(|&at| !superfluous(&points, at)) {
        points.rotate_left(at);
    }
    let mut kept: Vec<Xy> = Vec::with_capacity(points.len());
    let mut from = 0;
    while from < points.len() {
        kept.push(points[from]);
        let mut to = from + 1;
        // As far as everything between still lies on the straight line.
        while to < points.len() && to - from < 64 && (to + 1) % points.len() != from {
            let end = points[(to + 1) % points.len()];
            if points[from + 1..=to].iter().all(|&p| on_line(points[from], p, end)) {
                to += 1;
            } else {
                break;
            }
        }
        from = to;
    }
    kept
}

fn superfluous(points: &[Xy], at: usize) -> bool {
    let n = points.len();
    n > 2 && on_line(points[(at + n - 1) % n], points[at], points[(at + 1) % n])
}

/// Whether `p` lies between `a` and `b`, at most half a decimetre aside.
fn on_line(a: Xy, p: Xy, b: Xy) -> bool {
    let [dx, dy] = [b.x - a.x, b.y - a.y].map(i64::from);
    let [px, py] = [p.x - a.x, p.y - a.y].map(i64::from);
    let square = dx * dx + dy * dy;
    let along = dx * px + dy * py;
    let aside = i128::from(dx * py - dy * px);
    (0..=square).contains(&along) && 4 * aside * aside <= i128::from(square)
}

/// A point well inside: the centre of gravity, or else the middle of the widest stretch of a
/// line across.
pub(super) fn point_inside(polygons: &[Polygon]) -> Option<Xy> {
    let largest = polygons.iter().max_by_key(|polygon| polygon.twice_area())?;
    let outer = largest.rings.first()?;
    let centre = centre(outer);
    if let Some(centre) = centre.filter(|&centre| largest.contains(centre)) {
        return Some(centre);
    }
    let ys = || outer.iter().map(|p| p.y);
    let (low, high) = (ys().min()?, ys().max()?);
    let across = (1..8).filter_map(|part| widest(largest, low + (high - low) / 8 * part));
    let best = across.max_by_key(|&(width, _)| width).map(|(_, point)| point);
    best.or_else(|| outer.first().copied())
}

fn centre(ring: &[Xy]) -> Option<Xy> {
    let first = ring.first()?;
    let (mut area, mut sum) = (0i128, (0i128, 0i128));
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let [ax, ay] = [a.x - first.x, a.y - first.y].map(i128::from);
        let [bx, by] = [b.x - first.x, b.y - first.y].map(i128::from);
        let cross = ax * by - bx * ay;
        area += cross;
        sum.0 += (ax + bx) * cross;
        sum.1 += (ay + by) * cross;
    }
    let at = |sum: i128| i32::try_from(sum.checked_div(3 * area)?).ok();
    Some(Xy { x: first.x + at(sum.0)?, y: first.y + at(sum.1)? })
}

/// The widest stretch of the polygon along a line just above `y`, and its middle.
fn widest(polygon: &Polygon, y: i32) -> Option<(i32, Xy)> {
    let mut crossings = Vec::new();
    for ring in &polygon.rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            if (a.y > y) != (b.y > y) {
                let part = f64::from(y - a.y) / f64::from(b.y - a.y);
                crossings.push(a.x + (f64::from(b.x - a.x) * part) as i32);
            }
        }
    }
    crossings.sort_unstable();
    let stretches = crossings.chunks_exact(2).map(|pair| (pair[1] - pair[0], pair[0]));
    let points = stretches.map(|(width, x)| (width, Xy { x: x + width / 2, y }));
    points.filter(|&(_, point)| polygon.contains(point)).max_by_key(|&(width, _)| width)
}

/// Whether an outline crosses itself or its holes. Not asked of very long ones, where the
/// answer would take too long: `budget` is what is left to spend.
pub(super) fn crosses(areas: &[Rings], budget: &mut usize) -> bool {
    areas.iter().any(|rings| {
        let points: usize = rings.iter().map(Vec::len).sum();
        let cost = points * points;
        if cost > *budget {
            return false;
        }
        *budget -= cost;
        let mut lines = rings.iter().map(|ring| -> geo::LineString {
            ring.iter().map(|p| (f64::from(p.lon_e7), f64::from(p.lat_e7))).collect()
        });
        let Some(outer) = lines.next() else {
            return false;
        };
        !geo::Polygon::new(outer, lines.collect()).is_valid()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(points: &[(i32, i32)]) -> Vec<Xy> {
        points.iter().map(|&(x, y)| Xy { x, y }).collect()
    }

    #[test]
    fn straight_and_doubled_points_go_and_corners_stay() {
        let square = [(0, 0), (100, 0), (100, 100), (0, 100)];
        let noisy = [(50, 0), (50, 0), (100, 0), (100, 30), (100, 60), (100, 100), (0, 100), (0, 0), (50, 0)];
        let mut simple = simplify(&ring(&noisy));
        simple.sort();
        let mut expected = ring(&square);
        expected.sort();
        assert_eq!(simple, expected);
    }

    #[test]
    fn a_thin_wall_becomes_a_line_and_a_dot_a_point() {
        assert_eq!(simplify(&ring(&[(0, 0), (90, 0), (90, 0), (0, 0)])).len(), 2);
        assert_eq!(simplify(&ring(&[(5, 5), (5, 5), (5, 5)])).len(), 1);
        assert_eq!(simplify(&[]).len(), 0);
        assert_eq!(simplify(&ring(&[(0, 0), (90, 0), (90, 1), (0, 1)])).len(), 4);
    }

    proptest! {
        #[test]
        fn any_ring_keeps_its_area_but_for_a_seam(points in prop::collection::vec((-500..500i32, -500..500i32), 0..40)) {
            let before = Polygon { rings: vec![ring(&points)] };
            let after = Polygon { rings: vec![simplify(&before.rings[0])] };
            // Half a decimetre along a way of at most 40 · 1,415 dm, on twice the area.
            prop_assert!(before.twice_area().abs_diff(after.twice_area()) <= 60_000);
        }

        #[test]
        fn a_point_inside_is_inside(points in prop::collection::vec((-500..500i32, -500..500i32), 3..12)) {
            let polygon = Polygon { rings: vec![simplify(&ring(&points))] };
            prop_assume!(polygon.twice_area() > 0);
            let point = point_inside(std::slice::from_ref(&polygon)).unwrap();
            prop_assert!(polygon.contains(point));
        }
    }
}
