//! How much one phone may add to the log.
//!
//! Law: nobody is refused. What would only say the same once more is not written, and the answer is
//! the same; what changes how the case stands is always written (`desk::decide`).

use crate::time::Now;

/// Taps and places that are written one after the other: more than a shaking hand makes.
const AT_ONCE: i64 = 8;
/// After them one is written each so many milliseconds.
const THEN_EVERY_MS: i64 = 5_000;

/// What is left of a phone's allowance (a leaky bucket, by the clock that never jumps).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// When the whole allowance is there again.
    whole: Now,
}

impl Pace {
    /// A whole allowance.
    pub(super) fn begin(at: Now) -> Self {
        Pace { whole: at }
    }

    /// Whether one more is written at `now`.
    pub fn allows(&self, now: Now) -> bool {
        self.whole.since(now) <= (AT_ONCE - 1) * THEN_EVERY_MS
    }

    /// One more was written. Never deeper than empty: events that a restart clamps to one moment
    /// must not silence a phone for long.
    pub(super) fn spend(&mut self, at: Now) {
        let from = if self.whole.since(at) > 0 { self.whole } else { at };
        let next = from.plus(THEN_EVERY_MS);
        self.whole = if next.since(at) > AT_ONCE * THEN_EVERY_MS { at.plus(AT_ONCE * THEN_EVERY_MS) } else { next };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_flood_of_any_rhythm_stays_within_its_allowance(gaps in proptest::collection::vec(0i64..4_000, 1..1_000)) {
            let start = Now { wall_ms: 1_790_000_000_000, mono_ms: 77 };
            let (mut now, mut pace, mut written) = (start, Pace::begin(start), 0);
            for gap in gaps {
                now = now.plus(gap);
                if pace.allows(now) {
                    pace.spend(now);
                    written += 1;
                }
                prop_assert!(written <= AT_ONCE + now.since(start) / THEN_EVERY_MS);
            }
            // It does not last: somebody who rests is written again.
            prop_assert!(pace.allows(now.plus(THEN_EVERY_MS)));
        }
    }
}
