//! Whom an incident can ask, what it asks, and when silence on it counts.
//!
//! Law: whoever reports for another is asked about themselves only, and learns nothing by what is
//! asked or not asked.

use super::dispatch::{Dispatch, DispatchState};
use super::event::Origin;
use super::state::Incident;
use crate::escalation::Wait;
use crate::ids::TokenHash;
use crate::place::Place;
use crate::question::Question;
use crate::time::Now;

impl Incident {
    /// The phone of the person, if there is one.
    pub fn phone(&self) -> Option<TokenHash> {
        match self.origin {
            Origin::Phone(phone) => Some(phone),
            Origin::Responder(_) | Origin::Desk { .. } => self.claimant,
        }
    }

    /// Whether the phone belongs to somebody who reports for another.
    pub fn reported(&self) -> bool {
        self.conversation.reports()
    }

    /// Whether the team has found the person elsewhere than the phone that reports for them. From
    /// then on nothing of where they are, of who goes there or of when somebody arrives is this
    /// phone's to know, neither by its page nor by what it is answered.
    pub fn apart(&self) -> bool {
        self.reported() && self.found.is_some()
    }

    /// The dispatches that the phone may know of: all of them, or none when [`Incident::apart`].
    pub fn dispatches_told(&self) -> impl Iterator<Item = &Dispatch> {
        let told = !self.apart();
        self.dispatches.iter().filter(move |_| told)
    }

    /// The running wait, unless it tells the phone of a dispatch that it must not know of.
    pub fn wait_told(&self) -> Option<Wait> {
        self.wait.filter(|wait| !(wait.of_dispatch && self.apart()))
    }

    /// Where the team goes: where it found the person, else where the phone says.
    pub fn goal(&self) -> Option<&Place> {
        self.found.as_ref().or(self.place.as_ref())
    }

    /// What the phone's page asks now, if anything.
    ///
    /// Whoever reports for another is asked about their own safety only. Nobody is asked after
    /// *Undo* (one check question stands there), after *I'm OK now*, outside the hours, or with a
    /// responder at their side.
    pub fn asking(&self) -> Option<Question> {
        let quiet = self.is_closed() || self.withdrawn.is_some() || self.ok_said.is_some();
        let morning = self.for_morning && self.seen.is_none();
        // Whoever reports for another must not learn from it that somebody has arrived.
        let together =
            !self.reported() && self.dispatches.iter().any(|dispatch| dispatch.state == DispatchState::OnScene);
        if quiet || morning || together || self.phone().is_none() {
            return None;
        }
        self.conversation.next_question()
    }

    /// Whether silence on the current question will be a sign (decision 0009).
    pub fn silence_counts(&self) -> bool {
        self.asking().is_some_and(Question::about_danger)
            && !self.silence_raised
            && !self.for_morning
            && !self.reported()
            // A call in which nobody of the team is may be one that was opened and left.
            && self.call.as_ref().is_none_or(|call| call.joined.is_empty())
            && !self.conversation.said_safe()
            && !self.met()
    }

    /// Whether somebody of the team has been with the person since the last tap, and said *Done*.
    fn met(&self) -> bool {
        let since = |at: Now| at.mono_ms >= self.asked.mono_ms;
        let there =
            |dispatch: &Dispatch| dispatch.state == DispatchState::Clear && dispatch.on_scene.is_some_and(since);
        self.dispatches.iter().any(there)
    }
}
