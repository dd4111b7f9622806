//! The state behind one map on a page, and what hands and keys do to it.

use super::Px;
use super::camera::{Camera, finger_m};
use super::gesture::{Act, Gesture};
use super::mark::Marks;
use super::model::{MapPerson, MapPing, MapWords, Picked, PickedBy};
use super::plan;
use domain::venue::{Ordinal, Venue, Xy};
use leptos::prelude::*;
use std::sync::Arc;

/// How wide a look `focus` and a chosen room give, in metres.
const FOCUS_M: u16 = 60;
/// Pixels that an arrow key moves.
const STEP: i32 = 60;

/// Handles to everything that a map is made of.
#[derive(Clone, Copy)]
pub(super) struct Scene {
    pub(super) venue: Signal<Arc<Venue>>,
    pub(super) level: RwSignal<Ordinal>,
    pub(super) lang: Signal<String>,
    pub(super) words: StoredValue<MapWords>,
    /// Calls, with the reader's own place.
    pub(super) pings: Signal<Vec<MapPing>>,
    pub(super) people: Signal<Vec<MapPerson>>,
    pub(super) picked: Option<RwSignal<Option<Picked>>>,
    pub(super) on_select: Option<Callback<u64>>,
    pub(super) chosen: Signal<Option<u64>>,
    pub(super) camera: RwSignal<Camera>,
    /// Micrometres in a pixel: what names are laid out for.
    pub(super) zoom: Memo<i64>,
    pub(super) hand: StoredValue<Gesture>,
    /// Whether somebody, or `focus`, has chosen where to look: until then a resize fits the level.
    pub(super) looked: StoredValue<bool>,
    /// Whether the list stands in place of the picture.
    pub(super) listed: RwSignal<bool>,
}

impl Scene {
    /// One of the map's words.
    pub(super) fn word(&self, of: fn(&MapWords) -> &String) -> String {
        self.words.with_value(|words| of(words).clone())
    }

    /// Marks as they are now. Follows what they depend on.
    pub(super) fn marks(&self) -> Marks {
        let (shown, zoom, chosen) = (self.level.get(), self.zoom.get(), self.chosen.get());
        self.pings.with(|pings| self.people.with(|people| Marks::of(pings, people, shown, zoom, chosen)))
    }

    /// Looks elsewhere, but never away from the venue.
    pub(super) fn look(&self, change: &dyn Fn(Camera) -> Camera) {
        let extent = self.venue.with_untracked(|venue| plan::extent(venue));
        self.looked.set_value(true);
        self.camera.update(|camera| *camera = change(*camera).clamp(extent));
    }

    /// Looks at a place of a level.
    pub(super) fn focus(&self, level: Ordinal, at: Xy) {
        self.level.set(level);
        self.look(&|camera| camera.focused(at, FOCUS_M));
    }

    /// Zooms round the middle: what was `from` long is then `to`.
    pub(super) fn zoom_by(&self, from: u32, to: u32) {
        self.look(&|camera| camera.zoom_at(camera.middle(), from, to));
    }

    /// Does what fingers mean.
    pub(super) fn act(&self, act: Act) {
        match act {
            Act::Pan(dx, dy) => self.look(&|camera| camera.pan_by(dx, dy)),
            Act::Pinch { by, at, from, to } => self.look(&|camera| camera.pan_by(by.0, by.1).zoom_at(at, from, to)),
            Act::DoubleTap(at) => self.look(&|camera| camera.zoom_at(at, 1, 2)),
            Act::Tap(at) => self.tap(at),
        }
    }

    /// Does what a key means; `false` if it means nothing here.
    pub(super) fn key(&self, key: &str) -> bool {
        let pan = |dx, dy| self.look(&|camera| camera.pan_by(dx, dy));
        match key {
            "ArrowLeft" => pan(STEP, 0),
            "ArrowRight" => pan(-STEP, 0),
            "ArrowUp" => pan(0, STEP),
            "ArrowDown" => pan(0, -STEP),
            "+" | "=" => self.zoom_by(2, 3),
            "-" => self.zoom_by(3, 2),
            "Enter" | " " => self.tap(self.camera.with_untracked(Camera::middle)),
            _ => return false,
        }
        true
    }

    /// Opens the call here, or else picks the place.
    fn tap(&self, px: Px) {
        let camera = self.camera.get_untracked();
        let shift = camera.shift();
        let on_mark = untrack(|| self.marks()).at(Px { x: px.x - shift.x, y: px.y - shift.y });
        if let Some((id, select)) = on_mark.zip(self.on_select) {
            return select.run(id);
        }
        let (level, at, radius_m) = (self.level.get_untracked(), camera.to_map(px), finger_m(camera.zoom()));
        let unit = self.venue.with_untracked(|venue| room_at(venue, level, at, radius_m));
        self.pick(Picked { level, at, unit, radius_m, by: PickedBy::Tap });
    }

    /// Shows a room that was chosen by its name, and picks it.
    pub(super) fn room(&self, level: Ordinal, ix: u16) {
        let unit = self
            .venue
            .with_untracked(|venue| venue.units.get(usize::from(ix)).map(|unit| (unit.display, unit.twice_area())));
        let Some((at, twice_area)) = unit else { return };
        self.listed.set(false);
        self.focus(level, at);
        // Half the side of a square as large.
        let radius_m = ((twice_area / 2).isqrt() / 20).clamp(1, 250) as u16;
        self.pick(Picked { level, at, unit: Some(ix), radius_m, by: PickedBy::Room });
    }

    fn pick(&self, place: Picked) {
        if let Some(picked) = self.picked {
            picked.set(Some(place));
        }
    }
}

/// The unit that a tap means: that of the point, or the nearest to stand in if the point is on
/// a wall, or outside by no more than the finger may be off.
fn room_at(venue: &Venue, level: Ordinal, at: Xy, radius_m: u16) -> Option<u16> {
    let hit = venue.unit_at(level, at);
    let walkable = |ix: &u16| venue.units.get(usize::from(*ix)).is_some_and(|unit| unit.class.is_walkable());
    hit.filter(walkable).or_else(|| {
        let (near, far) = venue.nearest_unit(level, at)?;
        (hit.is_some() || far <= u32::from(radius_m) * 10).then_some(near)
    })
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
}
