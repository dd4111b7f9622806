//! What part of the plan is in the picture, in whole numbers.
//!
//! Law: the point under the finger stays under it, whatever the zoom.

use domain::venue::Xy;

/// A place in the picture: CSS pixels right of and below its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Px {
    /// Pixels to the right.
    pub x: i32,
    /// Pixels down.
    pub y: i32,
}

/// A box of the plan, in decimetres. Empty if `max` is below `min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// South-western corner.
    pub min: Xy,
    /// North-eastern corner.
    pub max: Xy,
}

/// Parts of the picture that something else covers, in pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inset {
    /// At the left.
    pub left: i32,
    /// At the right.
    pub right: i32,
}

/// Where the picture looks, and how closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Camera {
    /// Middle of the picture, millimetres east of the plan's origin.
    x_mm: i64,
    /// Middle of the picture, millimetres south of it: down, like the picture.
    y_mm: i64,
    /// Micrometres of the plan in one pixel.
    zoom: i64,
    /// Size of the picture in pixels.
    size: Px,
}

/// Nobody needs a closer look: a pixel is 1.5 cm, a phone's width 6 m.
const CLOSEST: i64 = 15_000;
/// Pixels kept free round what [`Camera::fit`] shows.
const MARGIN: i32 = 16;
/// Micrometres in a decimetre.
const UM: i64 = 100_000;

impl Bounds {
    /// Holds nothing.
    pub const EMPTY: Self = Self { min: Xy { x: i32::MAX, y: i32::MAX }, max: Xy { x: i32::MIN, y: i32::MIN } };

    /// The smallest box with these points.
    pub fn of<'a>(points: impl IntoIterator<Item = &'a Xy>) -> Self {
        points.into_iter().fold(Self::EMPTY, |b, p| Self {
            min: Xy { x: b.min.x.min(p.x), y: b.min.y.min(p.y) },
            max: Xy { x: b.max.x.max(p.x), y: b.max.y.max(p.y) },
        })
    }

    /// Whether no point is in it.
    pub fn is_empty(&self) -> bool {
        self.max.x < self.min.x
    }

    /// Width and height in decimetres.
    pub fn size(&self) -> (i64, i64) {
        (i64::from(self.max.x) - i64::from(self.min.x), i64::from(self.max.y) - i64::from(self.min.y))
    }
}

impl Camera {
    /// A picture of this size, 50 m wide, over the plan's origin.
    pub fn new(size: Px) -> Self {
        let size = Px { x: size.x.max(1), y: size.y.max(1) };
        Self { x_mm: 0, y_mm: 0, zoom: 50_000_000 / i64::from(size.x), size }
    }

    /// Size of the picture in pixels.
    pub fn size(&self) -> Px {
        self.size
    }

    /// Micrometres of the plan in one pixel.
    pub fn zoom(&self) -> i64 {
        self.zoom
    }

    /// Middle of the picture.
    pub fn middle(&self) -> Px {
        Px { x: self.size.x / 2, y: self.size.y / 2 }
    }

    /// The same view in a picture of another size.
    #[must_use]
    pub fn resized(self, size: Px) -> Self {
        Self { size: Px { x: size.x.max(1), y: size.y.max(1) }, ..self }
    }

    /// All of `bounds`, beside what is covered.
    #[must_use]
    pub fn fit(self, bounds: Bounds, inset: Inset) -> Self {
        if bounds.is_empty() {
            return self;
        }
        let (width, height) = bounds.size();
        let free = |all: i32, covered: i32| i64::from((all - covered - 2 * MARGIN).max(MARGIN));
        let across = width * UM / free(self.size.x, inset.left + inset.right);
        let down = height * UM / free(self.size.y, 0);
        // Rounded up, so that what fits still fits.
        let zoom = (across.max(down) + 1).max(CLOSEST);
        let aside = i64::from(inset.right - inset.left) * zoom / 2_000;
        let middle = |a: i32, b: i32| (i64::from(a) + i64::from(b)) * 50;
        Self {
            x_mm: middle(bounds.min.x, bounds.max.x) + aside,
            y_mm: -middle(bounds.min.y, bounds.max.y),
            zoom,
            ..self
        }
    }

    /// This point of the plan in the middle, with at most `width_m` metres across.
    #[must_use]
    pub fn focused(self, at: Xy, width_m: u16) -> Self {
        let most = i64::from(width_m) * 1_000_000 / i64::from(self.size.x);
        Self {
            x_mm: i64::from(at.x) * 100,
            y_mm: -i64::from(at.y) * 100,
            zoom: self.zoom.min(most).max(CLOSEST),
            ..self
        }
    }

    /// As if a hand moved the plan by so many pixels.
    #[must_use]
    pub fn pan_by(self, dx: i32, dy: i32) -> Self {
        let mm = |px: i32| i64::from(px) * self.zoom / 1_000;
        Self { x_mm: self.x_mm - mm(dx), y_mm: self.y_mm - mm(dy), ..self }
    }

    /// Closer if `to` is above `from`: what was `from` pixels long is then `to`. The point at
    /// `px` stays where it is.
    #[must_use]
    pub fn zoom_at(self, px: Px, from: u32, to: u32) -> Self {
        let wanted = self.zoom.saturating_mul(i64::from(from.max(1))) / i64::from(to.max(1));
        // Past a continent numbers would lose their meaning.
        let zoom = wanted.clamp(CLOSEST, 1_000_000_000);
        // Half pixels from the middle; what grows on one side of the point shrinks on the other.
        let kept = |px: i32, all: i32| i64::from(2 * px - all) * (self.zoom - zoom) / 2_000;
        Self { x_mm: self.x_mm + kept(px.x, self.size.x), y_mm: self.y_mm + kept(px.y, self.size.y), zoom, ..self }
    }

    /// Keeps the middle within `bounds`, and no farther off than one and a half times what shows all.
    #[must_use]
    pub fn clamp(self, bounds: Bounds) -> Self {
        if bounds.is_empty() {
            return self;
        }
        let widest = self.fit(bounds, Inset::default()).zoom * 3 / 2;
        let zoom = self.zoom.min(widest);
        let mm = |dm: i32| i64::from(dm) * 100;
        Self {
            x_mm: self.x_mm.clamp(mm(bounds.min.x), mm(bounds.max.x)),
            y_mm: self.y_mm.clamp(-mm(bounds.max.y), -mm(bounds.min.y)),
            zoom,
            ..self
        }
    }

    /// The point of the plan at a place in the picture.
    pub fn to_map(&self, px: Px) -> Xy {
        let dm = |centre: i64, px: i32, all: i32| {
            let mm = centre + i64::from(2 * px - all) * self.zoom / 2_000;
            (mm + 50).div_euclid(100) as i32
        };
        Xy { x: dm(self.x_mm, px.x, self.size.x), y: -dm(self.y_mm, px.y, self.size.y) }
    }

    /// Where a point of the plan is in the picture.
    pub fn to_px(&self, at: Xy) -> Px {
        let shift = self.shift();
        let at = on_sheet(at, self.zoom);
        Px { x: at.x + shift.x, y: at.y + shift.y }
    }

    /// Where the plan's origin is in the picture.
    pub fn shift(&self) -> Px {
        let px = |mm: i64, all: i32| all / 2 - div_round(mm * 1_000, self.zoom) as i32;
        Px { x: px(self.x_mm, self.size.x), y: px(self.y_mm, self.size.y) }
    }

    /// The value of `transform` for what is drawn in decimetres.
    pub fn plan_transform(&self) -> String {
        let Px { x, y } = self.shift();
        // A float's text costs 7 KB; an exponent makes the fraction whole.
        format!("translate({x} {y})scale({}e-6)", UM * 1_000_000 / self.zoom)
    }

    /// The value of `transform` for what is drawn in pixels from the plan's origin.
    pub fn sheet_transform(&self) -> String {
        let Px { x, y } = self.shift();
        format!("translate({x} {y})")
    }
}

/// Where a point is at a zoom, in pixels from the plan's origin.
pub(crate) fn on_sheet(at: Xy, zoom: i64) -> Px {
    let px = |dm: i32| div_round(i64::from(dm) * UM, zoom) as i32;
    Px { x: px(at.x), y: -px(at.y) }
}

/// How many decimetres so many pixels are at a zoom.
pub(crate) fn px_to_dm(px: i32, zoom: i64) -> i32 {
    (i64::from(px) * zoom / UM) as i32
}

/// How many metres a finger may be off: half of a fingertip's 44 pixels, 5 to 25 m.
pub(crate) fn finger_m(zoom: i64) -> u16 {
    ((22 * zoom + 500_000) / 1_000_000).clamp(5, 25) as u16
}

/// Metres and pixels of a scale bar that is a round length, and at most `most` pixels if it can.
pub(crate) fn scale_bar(zoom: i64, most: i64) -> (i64, i64) {
    let fits = |m: &i64| m * 1_000_000 / zoom <= most;
    let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];
    let metres = steps.into_iter().rev().find(fits).unwrap_or(1);
    (metres, metres * 1_000_000 / zoom)
}

fn div_round(value: i64, by: i64) -> i64 {
    (value + by / 2).div_euclid(by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    prop_compose! {
        fn cameras()(x in -20_000..20_000i32, y in -20_000..20_000i32, w in 300..2_000i32, h in 200..1_500i32, width in 8..900u16)
            -> Camera {
            let mut camera = Camera::new(Px { x: w, y: h });
            camera.zoom = 1_000_000_000;
            camera.focused(Xy { x, y }, width)
        }
    }

    fn near(a: Px, b: Px, by: u32) -> bool {
        a.x.abs_diff(b.x) <= by && a.y.abs_diff(b.y) <= by
    }

    proptest! {
        #[test]
        fn the_point_under_the_finger_stays(camera in cameras(), x in 0..300i32, y in 0..200i32, from in 50..400u32, to in 50..400u32) {
            let px = Px { x, y };
            let after = camera.zoom_at(px, from, to);
            let (then, now) = (camera.to_map(px), after.to_map(px));
            prop_assert!(then.x.abs_diff(now.x) <= 1 && then.y.abs_diff(now.y) <= 1, "{then:?} {now:?}");
        }

        #[test]
        fn zooming_in_and_out_again_returns(camera in cameras(), x in 0..300i32, y in 0..200i32) {
            prop_assume!(camera.zoom >= 2 * CLOSEST);
            let px = Px { x, y };
            let back = camera.zoom_at(px, 1, 2).zoom_at(px, 2, 1);
            prop_assert!(camera.zoom.abs_diff(back.zoom) <= 1);
            prop_assert!(near(camera.shift(), back.shift(), 2), "{:?} {:?}", camera.shift(), back.shift());
        }

        #[test]
        fn a_place_in_the_picture_and_on_the_plan_agree(camera in cameras(), x in 0..300i32, y in 0..200i32) {
            let px = Px { x, y };
            // Half a decimetre off is more pixels the closer the look.
            let by = (UM / 2 / camera.zoom) as u32 + 2;
            prop_assert!(near(camera.to_px(camera.to_map(px)), px, by));
        }

        #[test]
        fn a_hand_that_moves_the_plan_moves_it_that_far(camera in cameras(), dx in -500..500i32, dy in -500..500i32) {
            let at = camera.to_map(Px { x: 10, y: 10 });
            let (before, after) = (camera.to_px(at), camera.pan_by(dx, dy).to_px(at));
            let moved = Px { x: before.x + dx, y: before.y + dy };
            prop_assert!(near(moved, after, 1));
        }

        #[test]
        fn what_is_fitted_is_in_the_free_part_of_the_picture(
            camera in cameras(), x in -5_000..5_000i32, y in -5_000..5_000i32, w in 1..5_000i32, h in 1..5_000i32,
            left in 0..100i32, right in 0..100i32,
        ) {
            let bounds = Bounds { min: Xy { x, y }, max: Xy { x: x + w, y: y + h } };
            let camera = camera.fit(bounds, Inset { left, right });
            let (low, high) = (camera.to_px(bounds.min), camera.to_px(bounds.max));
            prop_assert!(low.x >= left && low.y <= camera.size.y, "{low:?}");
            prop_assert!(high.x <= camera.size.x - right && high.y >= 0, "{high:?}");
        }

        #[test]
        fn a_clamped_camera_never_loses_the_plan(camera in cameras(), dx in -90_000..90_000i32, out in 1..1_000u32) {
            let bounds = Bounds { min: Xy { x: -500, y: -300 }, max: Xy { x: 700, y: 200 } };
            let camera = camera.pan_by(dx, -dx).zoom_at(Px { x: 0, y: 0 }, out, 1).clamp(bounds);
            let at = camera.to_map(camera.middle());
            // The middle of an odd number of pixels is half a pixel off.
            let by = px_to_dm(1, camera.zoom) + 1;
            prop_assert!((-500 - by..=700 + by).contains(&at.x) && (-300 - by..=200 + by).contains(&at.y), "{at:?}");
            prop_assert_eq!(camera.clamp(bounds), camera);
        }
    }

    #[test]
    fn a_finger_is_worth_five_to_twenty_five_metres() {
        assert_eq!([15_000, 400_000, 680_000, 9_000_000].map(finger_m), [5, 9, 15, 25]);
    }

    #[test]
    fn the_scale_bar_is_a_round_length() {
        assert_eq!(scale_bar(100_000, 120), (10, 100));
        assert_eq!(scale_bar(128_000, 120), (10, 78));
        assert_eq!(scale_bar(15_000, 120), (1, 66));
    }
}
