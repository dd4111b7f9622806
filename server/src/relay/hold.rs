//! Packets that came before their floor did: a press is an implicit request, so the first syllable
//! waits here until the grant arrives.
//!
//! Law: nothing waits longer than 300 ms, and nothing leaves but to a granted floor.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Longest wait for a grant (`media.md` 5).
pub const WAIT: Duration = Duration::from_millis(300);
/// Frames of 10 ms for [`WAIT`], and some.
const LENGTH_MAX: usize = 40;
/// A gap in the sender's time that ends one press and begins another: what lies before it is a
/// stray silence of a shut microphone, and would only delay what follows. 60 ms at 48 kHz.
const GAP: u32 = 2_880;

/// What one talker said without the floor.
#[derive(Debug)]
pub struct Hold<T> {
    waiting: VecDeque<(Instant, u32, T)>,
}

impl<T> Default for Hold<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new() }
    }
}

impl<T> Hold<T> {
    /// Keeps a packet whose own timestamp is `at`; the ones that waited too long are gone.
    pub fn keep(&mut self, at: u32, packet: T, now: Instant) {
        self.forget(now);
        if self.waiting.len() == LENGTH_MAX {
            self.waiting.pop_front();
        }
        self.waiting.push_back((now, at, packet));
    }

    /// Drops what waited too long; true when nothing waits any more.
    pub fn forget(&mut self, now: Instant) -> bool {
        while self.waiting.front().is_some_and(|(came, ..)| now.saturating_duration_since(*came) > WAIT) {
            self.waiting.pop_front();
        }
        self.waiting.is_empty()
    }

    /// The floor is granted: what waited and when it came, in that order.
    pub fn release(&mut self, now: Instant) -> impl Iterator<Item = (Instant, T)> + use<T> {
        self.forget(now);
        let times = self.waiting.iter().map(|(_, at, _)| *at);
        let gaps = times.clone().zip(times.skip(1)).enumerate();
        let begin = gaps.filter(|(_, (a, b))| b.wrapping_sub(*a).cast_signed() > GAP.cast_signed()).last();
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_iter().skip(begin.map_or(0, |(before, _)| before + 1)).map(|(came, _, packet)| (came, packet))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_grant_within_300_ms_loses_nothing(packets in 1..=15u32, begin: u32) {
            let start = Instant::now();
            let mut hold = Hold::default();
            for n in 0..packets {
                let at = begin.wrapping_add(n * 960);
                hold.keep(at, n, start + Duration::from_millis(20 * u64::from(n)));
            }
            let released: Vec<u32> = hold.release(start + WAIT).map(|(_, n)| n).collect();
            prop_assert_eq!(released, (0..packets).collect::<Vec<_>>());
            prop_assert_eq!(hold.release(start + WAIT).count(), 0);
        }

        #[test]
        fn nothing_older_leaves(waits in prop::collection::vec(0..200u64, 1..60)) {
            let mut now = Instant::now();
            let mut hold = Hold::default();
            let mut at = 0;
            for wait in waits {
                now += Duration::from_millis(wait);
                at += 960;
                hold.keep(at, now, now);
            }
            for (at, came) in hold.release(now) {
                prop_assert_eq!(at, came);
                prop_assert!(now - came <= WAIT);
            }
        }
    }

    #[test]
    fn a_stray_silence_before_the_press_is_left_out() {
        let now = Instant::now();
        let mut hold = Hold::default();
        hold.keep(0, "stray", now);
        hold.keep(9_600, "first", now);
        hold.keep(10_560, "second", now);
        assert_eq!(hold.release(now).collect::<Vec<_>>(), [(now, "first"), (now, "second")]);
    }
}
