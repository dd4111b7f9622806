//! Fingers on the map: what a sequence of pointer events means.
//!
//! Law: a hand that trembles less than 8 pixels taps; after a second finger no tap follows.

use super::Px;

/// A finger that moved farther than this in pixels doesn't tap.
const SLOP: i32 = 8;
/// A second tap within this many milliseconds and pixels zooms in.
const DOUBLE: (i32, i32) = (300, 24);

/// What the map is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Move the plan by so many pixels.
    Pan(i32, i32),
    /// Move it, and zoom at a place: what was the first number of pixels long becomes the second.
    Pinch { by: (i32, i32), at: Px, from: u32, to: u32 },
    /// Pick what is here.
    Tap(Px),
    /// Zoom in here.
    DoubleTap(Px),
}

/// The fingers that are down, and the tap before.
#[derive(Debug, Default)]
pub(super) struct Gesture {
    fingers: Vec<(i32, Px)>,
    /// Where the first finger went down, while it may still tap.
    tap: Option<Px>,
    last: Option<(i32, Px)>,
}

impl Gesture {
    /// A finger goes down. A third one is ignored.
    pub(super) fn down(&mut self, id: i32, at: Px) {
        self.fingers.retain(|finger| finger.0 != id);
        if self.fingers.len() < 2 {
            self.tap = self.fingers.is_empty().then_some(at);
            self.fingers.push((id, at));
        }
    }

    /// A finger moves.
    pub(super) fn moved(&mut self, id: i32, at: Px) -> Option<Act> {
        let here = self.fingers.iter().position(|finger| finger.0 == id)?;
        if let Some(start) = self.tap {
            if within(start, at, SLOP) {
                return None;
            }
            self.tap = None;
        }
        let before = self.fingers[here].1;
        self.fingers[here].1 = at;
        let Some(&(_, other)) = self.fingers.get(1 - here) else {
            return Some(Act::Pan(at.x - before.x, at.y - before.y));
        };
        let half = |a: i32, b: i32| (a + b) / 2;
        let middle = Px { x: half(at.x, other.x), y: half(at.y, other.y) };
        Some(Act::Pinch {
            by: (middle.x - half(before.x, other.x), middle.y - half(before.y, other.y)),
            at: middle,
            from: apart(before, other),
            to: apart(at, other),
        })
    }

    /// A finger is lifted, at a time in milliseconds.
    pub(super) fn up(&mut self, id: i32, at: Px, ms: i32) -> Option<Act> {
        self.fingers.retain(|finger| finger.0 != id);
        self.tap.take()?;
        let double = self.last.take().is_some_and(|(then, place)| ms - then < DOUBLE.0 && within(place, at, DOUBLE.1));
        if double {
            return Some(Act::DoubleTap(at));
        }
        self.last = Some((ms, at));
        Some(Act::Tap(at))
    }

    /// The browser took the finger away.
    pub(super) fn cancel(&mut self, id: i32) {
        self.fingers.retain(|finger| finger.0 != id);
        self.tap = None;
    }
}

fn within(a: Px, b: Px, by: i32) -> bool {
    let (dx, dy) = (a.x - b.x, a.y - b.y);
    dx * dx + dy * dy < by * by
}

/// Pixels between two fingers, never so few that a zoom jumps.
fn apart(a: Px, b: Px) -> u32 {
    let (dx, dy) = (a.x.abs_diff(b.x), a.y.abs_diff(b.y));
    (dx * dx + dy * dy).isqrt().max(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn px(x: i32, y: i32) -> Px {
        Px { x, y }
    }

    #[test]
    fn a_trembling_finger_taps_and_a_moving_one_pans() {
        let mut hand = Gesture::default();
        hand.down(1, px(100, 100));
        assert_eq!(hand.moved(1, px(105, 104)), None);
        assert_eq!(hand.up(1, px(105, 104), 0), Some(Act::Tap(px(105, 104))));
        hand.down(1, px(100, 100));
        assert_eq!(hand.moved(1, px(120, 100)), Some(Act::Pan(20, 0)));
        assert_eq!(hand.moved(1, px(100, 101)), Some(Act::Pan(-20, 1)));
        assert_eq!(hand.up(1, px(100, 101), 900), None);
    }

    #[test]
    fn a_second_tap_at_once_and_near_zooms() {
        let mut hand = Gesture::default();
        let mut tap = |x, ms| {
            hand.down(1, px(x, 0));
            hand.up(1, px(x, 0), ms)
        };
        assert_eq!(tap(0, 0), Some(Act::Tap(px(0, 0))));
        assert_eq!(tap(10, 200), Some(Act::DoubleTap(px(10, 0))));
        assert_eq!(tap(10, 300), Some(Act::Tap(px(10, 0))), "a third is a new first");
        assert_eq!(tap(80, 400), Some(Act::Tap(px(80, 0))), "elsewhere");
        assert_eq!(tap(80, 900), Some(Act::Tap(px(80, 0))), "later");
    }

    #[test]
    fn two_fingers_pinch_and_never_tap() {
        let mut hand = Gesture::default();
        hand.down(1, px(100, 100));
        hand.down(2, px(200, 100));
        hand.down(3, px(0, 0));
        assert_eq!(hand.moved(2, px(300, 100)), Some(Act::Pinch { by: (50, 0), at: px(200, 100), from: 100, to: 200 }));
        assert_eq!(hand.moved(3, px(9, 9)), None);
        assert_eq!(hand.up(2, px(300, 100), 10), None);
        assert_eq!(hand.moved(1, px(101, 100)), Some(Act::Pan(1, 0)));
        assert_eq!(hand.up(1, px(101, 100), 20), None);
    }

    #[test]
    fn a_finger_that_the_browser_takes_does_nothing() {
        let mut hand = Gesture::default();
        hand.down(1, px(0, 0));
        hand.cancel(1);
        assert_eq!(hand.moved(1, px(50, 0)), None);
        assert_eq!(hand.up(1, px(0, 0), 0), None);
    }
}
