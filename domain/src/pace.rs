//! How fast somebody may go: so many at once, then one for each interval (a leaky bucket).
//!
//! Law: nobody who asks for help is refused. A word that is held back is said to be and stays where
//! it was written; a tap that would only say the same once more is not written, and its answer is
//! the same.

use crate::time::Now;

/// A pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// One for each of these, milliseconds.
    pub every_ms: i64,
    /// So many at once.
    pub burst: i64,
}

/// Messages of one phone (`../research/security.md`, section 5): 1 a second, 10 at once.
pub const TEXT_PACE: Pace = Pace { every_ms: 1_000, burst: 10 };

/// Taps and places of one phone that are written: more at once than a shaking hand makes.
pub const TAP_PACE: Pace = Pace { every_ms: 5_000, burst: 8 };

/// How much of a pace has been used up: the instant at which it would be unused again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used(Option<i64>);

impl Used {
    /// Milliseconds until one more may pass; 0: now.
    pub fn wait_ms(self, pace: Pace, now: Now) -> i64 {
        let ahead = self.0.map_or(0, |until| (until - now.mono_ms).max(0));
        (ahead - pace.every_ms * (pace.burst - 1)).max(0)
    }

    /// Whether one more may pass now.
    pub fn allows(self, pace: Pace, now: Now) -> bool {
        self.wait_ms(pace, now) == 0
    }

    /// One has passed.
    pub fn take(&mut self, pace: Pace, now: Now) {
        let from = self.0.map_or(now.mono_ms, |until| until.max(now.mono_ms));
        // Never further ahead than a full burst: events that a restart clamps to one moment must not
        // silence a phone for long.
        self.0 = Some((from + pace.every_ms).min(now.mono_ms + pace.every_ms * pace.burst));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(mono_ms: i64) -> Now {
        Now { wall_ms: 0, mono_ms }
    }

    #[test]
    fn ten_at_once_then_one_a_second() {
        let mut used = Used::default();
        for _ in 0..10 {
            assert_eq!(used.wait_ms(TEXT_PACE, at(0)), 0);
            used.take(TEXT_PACE, at(0));
        }
        assert_eq!(used.wait_ms(TEXT_PACE, at(0)), 1_000);
        assert_eq!(used.wait_ms(TEXT_PACE, at(999)), 1);
        assert_eq!(used.wait_ms(TEXT_PACE, at(1_000)), 0);
    }

    proptest! {
        #[test]
        fn no_window_lets_more_through_than_the_pace(
            steps in proptest::collection::vec(0i64..3_000, 1..200),
            pace in prop_oneof![Just(TEXT_PACE), Just(TAP_PACE)],
        ) {
            let (mut used, mut now, mut passed) = (Used::default(), 77, Vec::new());
            for step in steps {
                now += step;
                if used.allows(pace, at(now)) {
                    used.take(pace, at(now));
                    passed.push(now);
                }
            }
            for (first, from) in passed.iter().enumerate() {
                for (last, to) in passed.iter().enumerate().skip(first) {
                    let count = (last - first) as i64 + 1;
                    prop_assert!(count <= pace.burst + (to - from) / pace.every_ms);
                }
            }
            // It does not last: whoever rests passes again.
            prop_assert!(used.allows(pace, at(now + pace.every_ms)));
        }
    }
}
