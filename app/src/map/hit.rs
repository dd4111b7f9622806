//! Which room somebody means.

use super::model::{Picked, PickedBy};
use domain::venue::{Ordinal, Venue, Xy};

/// The unit that a tap means: that of the point, or the nearest to stand in if the point is on
/// a wall, or outside by no more than the finger may be off.
pub(super) fn room_at(venue: &Venue, level: Ordinal, at: Xy, radius_m: u16) -> Option<u16> {
    let hit = venue.unit_at(level, at);
    let walkable = |ix: &u16| venue.units.get(usize::from(*ix)).is_some_and(|unit| unit.class.is_walkable());
    hit.filter(walkable).or_else(|| {
        let (near, far) = venue.nearest_unit(level, at)?;
        (hit.is_some() || far <= u32::from(radius_m) * 10).then_some(near)
    })
}

/// A room that was chosen by its name: somewhere within half the side of a square as large.
pub(super) fn room(venue: &Venue, level: Ordinal, ix: u16) -> Option<Picked> {
    let unit = venue.units.get(usize::from(ix))?;
    let radius_m = ((unit.twice_area() / 2).isqrt() / 20).clamp(1, 250) as u16;
    Some(Picked { level, at: unit.display, unit: Some(ix), radius_m, by: PickedBy::Room })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_tap_on_a_wall_means_the_room_beside_it_and_one_far_outside_means_none() {
        let venue = sample::venue();
        let at = |x, y| room_at(&venue, Ordinal(1), Xy { x, y }, 10);
        assert_eq!(at(500, 250), Some(1));
        assert_eq!(at(500, 650), Some(0), "5 m outside, with a finger of 10 m");
        assert_eq!(at(500, 750), None);
        assert_eq!(room_at(&venue, Ordinal(0), Xy { x: 0, y: 0 }, 10), None, "no such level");
    }

    #[test]
    fn a_room_chosen_by_name_is_as_wide_as_it_is() {
        let picked = room(&sample::venue(), Ordinal(1), 1).unwrap();
        assert_eq!((picked.at, picked.radius_m), (Xy { x: 500, y: 275 }, 8));
        assert_eq!(room(&sample::venue(), Ordinal(1), 99), None);
    }
}
