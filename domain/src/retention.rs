//! How long a case is kept, and whether the clock may be believed about it.
//!
//! Law: nothing is erased early, whatever the clock does. How long a case has been closed is counted
//! on the clock that never jumps; what only the calendar can say (time while no server ran, the
//! festival's end) is believed while the log's own times go on steadily, and else a person is asked.

use crate::incident::Incident;
use crate::time::Now;
use serde::{Deserialize, Serialize};

/// Times in the log, or the clock beside them, that are further apart than this are a leap: a running
/// server writes at least once a day.
pub const LEAP_MS: i64 = 3 * DAY_MS;
/// A clock may be set back, or differ from the one that never jumps, by this much without a question.
pub const STRAY_MS: i64 = 3_600_000;
/// A night passes once in this long at most.
pub const NIGHT_MS: i64 = DAY_MS / 2;
/// A day, in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// The festival's rule (`../research/security.md`, 3.2: the festival's end and 30 days).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// How long a case is kept after it was closed and after the festival's end, milliseconds.
    pub kept_ms: i64,
    /// The festival's end, milliseconds since the epoch, if it has one.
    pub ends_wall_ms: Option<i64>,
}

impl Retention {
    /// Whether `incident` is to be erased at `now`. An open one never is.
    pub fn due(&self, incident: &Incident, now: Now) -> bool {
        let over = self.ends_wall_ms.is_none_or(|end| now.wall_ms.saturating_sub(end) >= self.kept_ms);
        over && incident.closed.as_ref().is_some_and(|(mark, _)| now.since(mark.at) >= self.kept_ms)
    }
}

/// Times that do not follow from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leap {
    /// What the clock had shown, milliseconds since the epoch.
    pub from_wall_ms: i64,
    /// What it showed next.
    pub to_wall_ms: i64,
}

impl Leap {
    fn between(from_wall_ms: i64, to_wall_ms: i64) -> Option<Self> {
        let ms = to_wall_ms.saturating_sub(from_wall_ms);
        (!(-STRAY_MS..=LEAP_MS).contains(&ms)).then_some(Leap { from_wall_ms, to_wall_ms })
    }
}

/// What a running server sees of a leap: its two clocks no longer go alike since `then`.
pub fn strays(then: Now, now: Now) -> Option<Leap> {
    let stray = now.wall_ms.saturating_sub(then.wall_ms).saturating_sub(now.mono_ms.saturating_sub(then.mono_ms));
    (!(-STRAY_MS..=STRAY_MS).contains(&stray)).then_some(Leap { from_wall_ms: then.wall_ms, to_wall_ms: now.wall_ms })
}

/// What the log's times say about the clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Course {
    /// The newest entry.
    last: Option<Now>,
    /// The first entry.
    began: Option<Now>,
    /// The last night that passed.
    night: Option<Now>,
    /// The first leap since somebody looked at the clock.
    leapt: Option<Leap>,
}

impl Course {
    /// An entry of that time follows.
    pub(crate) fn goes_on(&mut self, at: Now) {
        let leap = self.last.and_then(|last| Leap::between(last.wall_ms, at.wall_ms));
        self.leapt = self.leapt.or(leap);
        self.last = Some(at);
        self.began = self.began.or(self.last);
    }

    /// Somebody has looked at the clock, and it is right.
    pub(crate) fn confirmed(&mut self, at: Now) {
        self.leapt = None;
        // A night in the future would not be followed by another before it comes.
        let past = |then: Now| Now { wall_ms: then.wall_ms.min(at.wall_ms), ..then };
        (self.began, self.night) = (self.began.map(past), self.night.map(past));
    }

    /// The running server saw the clock leap.
    pub(crate) fn leapt(&mut self, leap: Leap) {
        self.leapt = self.leapt.or(Some(leap));
    }

    /// A night has passed.
    pub(crate) fn passed(&mut self, at: Now) {
        self.night = Some(at);
    }

    /// The leap that somebody has to look at before anything is erased, if there is one.
    pub fn leap(&self, now: Now) -> Option<Leap> {
        let last = self.last?;
        self.leapt.or(Leap::between(last.wall_ms, now.wall_ms)).or(strays(last, now))
    }

    /// The leap that is on record and that nobody has looked at.
    pub fn recorded(&self) -> Option<Leap> {
        self.leapt
    }

    /// The last night that passed, or the beginning; `None` while the log is empty.
    pub fn night(&self) -> Option<Now> {
        self.night.or(self.began)
    }

    /// Whether a night may pass: not twice in one.
    pub(crate) fn may_pass(&self, now: Now) -> bool {
        self.leap(now).is_none() && self.night.is_none_or(|night| now.since(night) >= NIGHT_MS)
    }
}
