//! Wrong codes, counted for the whole festival.
//!
//! Law: a code is short, so guessing is slow; everyone shares one address, so nobody is singled
//! out. Only wrong tries count, and they are forgotten with the process.

use domain::pace::{Pace, Used};
use domain::time::Now;
use std::sync::{Mutex, PoisonError};

/// 20 at once, then 20 a minute: against 24 million codes that leaves a guesser of twelve hours
/// with one chance in 1,700 for each code that is open.
const PACE: Pace = Pace { every_ms: 3_000, burst: 20 };

/// The wrong tries of late.
#[derive(Debug, Default)]
pub struct Tries(Mutex<Used>);

impl Tries {
    /// Whether one more may be tried.
    pub fn may(&self, now: Now) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).allows(PACE, now)
    }

    /// One was wrong.
    pub fn failed(&self, now: Now) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take(PACE, now);
    }
}
