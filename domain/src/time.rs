//! Time as an argument. Law: only `mono_ms` decides when something is due; `wall_ms` is shown.

use serde::{Deserialize, Serialize};

/// One instant, read by the server from both of its clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Now {
    /// Milliseconds since the Unix epoch, UTC. May jump.
    pub wall_ms: i64,
    /// Milliseconds on a clock that never jumps; its zero has no meaning.
    pub mono_ms: i64,
}

impl Now {
    /// Milliseconds from `earlier` to `self` that really went by, never negative.
    pub fn since(self, earlier: Now) -> i64 {
        (self.mono_ms - earlier.mono_ms).max(0)
    }

    /// The instant of an event read back from the log after a restart.
    ///
    /// `self` is the moment of the start. An event from the future (the clock was set back)
    /// counts as just now: its age is clamped to zero (`machines.md`, Time).
    pub fn replayed(self, event_wall_ms: i64) -> Now {
        let age = self.wall_ms.saturating_sub(event_wall_ms).max(0);
        Now { wall_ms: event_wall_ms, mono_ms: self.mono_ms.saturating_sub(age) }
    }

    /// The same instant, `ms` later on both clocks.
    pub fn plus(self, ms: i64) -> Now {
        Now { wall_ms: self.wall_ms + ms, mono_ms: self.mono_ms + ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_from_the_future_counts_as_just_now() {
        let start = Now { wall_ms: 1_000, mono_ms: 50 };
        assert_eq!(start.since(start.replayed(9_000)), 0);
        assert_eq!(start.since(start.replayed(400)), 600);
    }
}
