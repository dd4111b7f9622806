//! The ladder: what is due when nobody has looked.
//!
//! Law: each step fires once per wait, as a command keyed (incident, step, round), decided on the
//! clock that never jumps.

use crate::incident::Incident;
use crate::time::Now;
use serde::{Deserialize, Serialize};

/// A step of the ladder, in the order in which they fall due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Offered again to every agent, louder.
    OfferedAgain,
    /// The lead and the attendee are told.
    LeadTold,
    /// The emergency numbers grow on the attendee's page.
    NumbersGrow,
}

impl Step {
    /// All steps in order.
    pub const ALL: [Step; 3] = [Step::OfferedAgain, Step::LeadTold, Step::NumbersGrow];
}

/// When each step falls due, in seconds after the wait began (`machines.md`; the defaults follow
/// the 15 to 20 s answer targets of NENA-STA-020). A setting of the festival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ladder {
    /// Offered again.
    pub offered_again: u32,
    /// Lead and attendee told.
    pub lead_told: u32,
    /// Emergency numbers grow.
    pub numbers_grow: u32,
}

impl Default for Ladder {
    fn default() -> Self {
        Ladder { offered_again: 20, lead_told: 45, numbers_grow: 90 }
    }
}

impl Ladder {
    /// Milliseconds after the beginning of a wait at which `step` is due.
    pub fn due_ms(&self, step: Step) -> i64 {
        let seconds = match step {
            Step::OfferedAgain => self.offered_again,
            Step::LeadTold => self.lead_told,
            Step::NumbersGrow => self.numbers_grow,
        };
        i64::from(seconds) * 1_000
    }
}

/// A running wait for somebody to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When it began.
    pub since: Now,
    /// Which wait of the incident this is, from 0.
    pub round: u32,
    /// The last step that fired.
    pub reached: Option<Step>,
    /// It began because somebody who was sent does not come.
    pub of_dispatch: bool,
}

impl Wait {
    /// A wait that begins at `since`.
    pub fn begin(since: Now, round: u32) -> Self {
        Wait { since, round, reached: None, of_dispatch: false }
    }
}

/// The next step of `incident` that is due at `now`, if any. After a late start several steps may
/// be overdue: they come out one by one, each once.
pub fn due(incident: &Incident, ladder: &Ladder, now: Now) -> Option<(Step, u32)> {
    if incident.is_closed() {
        return None;
    }
    let wait = incident.wait?;
    let step = Step::ALL.into_iter().find(|step| wait.reached.is_none_or(|reached| *step > reached))?;
    (now.since(wait.since) >= ladder.due_ms(step)).then_some((step, wait.round))
}

/// A question about danger counts as unanswered after this long (`machines.md`, Priority).
pub const SILENCE_MS: i64 = 60_000;

/// Whether silence has become a sign: P1 is due. Once for each tap (decision 0009).
///
/// After *Undo* the one check question counts. Otherwise a question about danger that is on the
/// phone's page, with nothing from the phone and no word of either side for [`SILENCE_MS`].
pub fn silence_due(incident: &Incident, now: Now) -> bool {
    if incident.is_closed() || incident.priority == crate::incident::Priority::P1 || incident.silence_raised {
        return false;
    }
    match incident.withdrawn {
        Some(at) => incident.check.is_none() && now.since(at) >= SILENCE_MS,
        None => incident.silence_counts() && now.since(incident.conversation.stirred) >= SILENCE_MS,
    }
}
