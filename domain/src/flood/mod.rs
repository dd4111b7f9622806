//! A flood: more alerts than the desk can open one by one.
//!
//! Law: nobody is turned away and nothing is lost. In a flood rows stand in another order and some
//! stand as one line, but each stays a case of its own, each is in exactly one line, a P1 row is
//! never folded, and one alert at a place of its own is never beneath those of another place.
//!
//! All of it is worked out from rows that every desk has, so that all desks say the same, also after
//! a reload. Sources: `machines.md` (queue order), `security.md` section 5.

mod detect;
mod fold;
#[cfg(test)]
mod tests;

pub use detect::{BURST, BURST_MS, ENDS_AFTER_MS, Gauge, PER_AGENT, RATE_MS, agents_here};
pub use fold::{Crowd, Glance, LOOK_AGAIN_MS, Line, Spot, answered, fold, lined_up, quiet};

use crate::view::QueueRow;

/// A row as it is now: rows travel with the age that they had when they were sent.
#[derive(Debug, Clone, Copy)]
pub struct RowNow<'a> {
    /// What was sent.
    pub row: &'a QueueRow,
    /// How long ago that was, milliseconds.
    pub later_ms: i64,
}

impl RowNow<'_> {
    /// Age of the first tap, milliseconds.
    pub fn age_ms(&self) -> i64 {
        self.row.age_ms.saturating_add(self.later_ms)
    }

    /// How long somebody has waited for a look, milliseconds: the running wait, else since the tap.
    fn waited_ms(&self) -> i64 {
        self.row.wait_ms.unwrap_or(self.row.age_ms).saturating_add(self.later_ms)
    }
}
