//! Which alerts sound. Law: only what nobody has looked at sounds, and looking ends it.

use domain::escalation::Step;
use domain::ids::{IncidentId, PersonId};
use domain::incident::Priority;
use domain::view::QueueRow;
use std::collections::BTreeMap;

/// One sound to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ring {
    /// Which sound.
    pub(crate) priority: Priority,
    /// It was offered before and nobody looked.
    pub(crate) louder: bool,
}

/// How much of a sound may be heard while this desk talks.
///
/// An alert is on the screen at once whatever is said; what a tone may do to a call is different each
/// time. Into an open microphone it would go out to a phone beside somebody who hides: none then, and
/// what came meanwhile sounds at the release, 30 s later at most. Over a voice it would drown a word
/// that was hard to say: a short low one then. Otherwise it sounds as always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// Nobody talks.
    Full,
    /// Somebody is heard.
    Low,
    /// The microphone is open.
    Hold,
}

/// What has sounded, by alert: its urgency, the ladder's step, how often the phone asked, and
/// whether it wants to talk.
pub(crate) type Rung = BTreeMap<IncidentId, (Priority, Option<Step>, u32, bool)>;

/// The rows that are new to the ear since `rung`, which is brought up to date.
pub(crate) fn rings<'a>(rows: impl Iterator<Item = &'a QueueRow>, rung: &mut Rung) -> Vec<(IncidentId, Ring)> {
    let wants_to_talk = |row: &QueueRow| row.call.as_ref().is_some_and(|call| call.by.is_none());
    let waiting: Rung = rows
        .filter(|row| row.unacknowledged)
        .map(|row| (row.id, (row.priority, row.step, row.asked_again, wants_to_talk(row))))
        .collect();
    let fresh = waiting
        .iter()
        .filter(|(id, state)| rung.get(id) != Some(state))
        .map(|(id, (priority, step, ..))| (*id, Ring { priority: *priority, louder: step.is_some() }))
        .collect();
    *rung = waiting;
    fresh
}

/// The newest message of every case that has sounded.
pub(crate) type Read = BTreeMap<IncidentId, u32>;

/// Whether somebody wrote since `heard`, which is brought up to date: to `me`, or in a case that
/// nobody has. News, not an alert.
pub(crate) fn wrote<'a>(rows: impl Iterator<Item = &'a QueueRow>, me: Option<PersonId>, heard: &mut Read) -> bool {
    let mut fresh = false;
    for row in rows {
        let before = heard.insert(row.id, row.wrote).unwrap_or_default();
        let concerns = row.holder.is_none() || row.holder == me;
        fresh |= row.wrote > before && row.chat_ms.is_some() && concerns && row.closed.is_none();
    }
    fresh
}

/// Whether a P1 alert still waits: its sound is repeated.
pub(crate) fn repeats(rung: &Rung) -> bool {
    rung.values().any(|(priority, ..)| *priority == Priority::P1)
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::row;
    use super::*;
    use domain::incident::Status;
    use domain::view::CallRow;

    #[test]
    fn an_alert_sounds_once_and_louder_when_it_is_offered_again() {
        let mut rung = Rung::new();
        let mut alert = row(1, Priority::P2, Status::Unseen, 0);
        let heard = rings([&alert].into_iter(), &mut rung);
        assert_eq!(heard, [(alert.id, Ring { priority: Priority::P2, louder: false })]);
        assert!(rings([&alert].into_iter(), &mut rung).is_empty());
        alert.step = Some(Step::OfferedAgain);
        assert!(rings([&alert].into_iter(), &mut rung)[0].1.louder);
    }

    #[test]
    fn acknowledging_ends_the_sound_and_asking_again_begins_it_anew() {
        let mut rung = Rung::new();
        let mut alert = row(1, Priority::P1, Status::Unseen, 0);
        rings([&alert].into_iter(), &mut rung);
        assert!(repeats(&rung));
        alert.unacknowledged = false;
        assert!(rings([&alert].into_iter(), &mut rung).is_empty());
        assert!(!repeats(&rung));
        alert.unacknowledged = true;
        alert.asked_again = 1;
        assert_eq!(rings([&alert].into_iter(), &mut rung).len(), 1);
    }

    #[test]
    fn a_phone_that_wants_to_talk_sounds_also_while_its_alert_still_waits() {
        let mut rung = Rung::new();
        let mut alert = row(1, Priority::P2, Status::Unseen, 0);
        rings([&alert].into_iter(), &mut rung);
        alert.call = Some(CallRow { age_ms: 0, by: None, joined: Vec::new() });
        assert_eq!(rings([&alert].into_iter(), &mut rung).len(), 1);
        assert!(rings([&alert].into_iter(), &mut rung).is_empty());
    }

    #[test]
    fn a_call_that_the_desk_offers_does_not_sound() {
        let mut rung = Rung::new();
        let mut case = row(1, Priority::P2, Status::Claimed, 0);
        case.call = Some(CallRow { age_ms: 0, by: Some(domain::ids::PersonId([1; 8])), joined: Vec::new() });
        assert!(rings([&case].into_iter(), &mut rung).is_empty());
    }

    #[test]
    fn every_new_message_sounds_once_for_whoever_has_the_case() {
        let (me, other) = (PersonId([1; 8]), PersonId([2; 8]));
        let mut heard = Read::new();
        let mut case = row(1, Priority::P2, Status::Claimed, 0);
        (case.holder, case.wrote, case.chat_ms) = (Some(me), 1, Some(0));
        assert!(wrote([&case].into_iter(), Some(me), &mut heard));
        assert!(!wrote([&case].into_iter(), Some(me), &mut heard));
        case.wrote = 2;
        assert!(wrote([&case].into_iter(), Some(me), &mut heard));
        (case.wrote, case.holder) = (3, Some(other));
        assert!(!wrote([&case].into_iter(), Some(me), &mut heard));
        (case.wrote, case.holder) = (4, None);
        assert!(wrote([&case].into_iter(), Some(me), &mut heard));
    }
}
