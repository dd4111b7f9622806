//! How often one phone or one sign-in may do something. A new connection is no new allowance.

use std::collections::{HashMap, VecDeque};

/// Whose allowance: the hash of a phone's token or of a staff session.
pub(super) type Whose = [u8; 32];

/// More entries than this are looked through for those that have run out.
const TIDY_ABOVE: usize = 1024;

/// So many times within so long.
#[derive(Debug)]
pub(super) struct Limit {
    times: usize,
    within_ms: i64,
    seen: HashMap<Whose, VecDeque<i64>>,
}

impl Limit {
    pub(super) fn new(times: usize, within_ms: i64) -> Self {
        Limit { times, within_ms, seen: HashMap::new() }
    }

    /// Whether it may be done once more now. What is refused does not count.
    pub(super) fn allows(&mut self, whose: Whose, now: i64) -> bool {
        let oldest = now - self.within_ms;
        if self.seen.len() > TIDY_ABOVE {
            self.seen.retain(|_, times| times.back().is_some_and(|at| *at > oldest));
        }
        let times = self.seen.entry(whose).or_default();
        while times.front().is_some_and(|at| *at <= oldest) {
            times.pop_front();
        }
        let allowed = times.len() < self.times;
        if allowed {
            times.push_back(now);
        }
        allowed
    }
}
