//! Who is to be paged, and whose phone answers.
//!
//! Law: nobody off duty is ever paged. A page is a hint that says nothing; what it is about is fetched
//! after the unlock, and what counts is the act that follows.

use crate::desk::{Body, Event, State, Stored, Stream};
use crate::escalation::Step;
use crate::ids::{IncidentId, PersonId};
use crate::incident::{DispatchState, IncidentEvent};
use crate::person::{Duty, May, Person, PersonEvent, Role, UNREACHABLE_AFTER_MS};
use crate::time::Now;
use serde::{Deserialize, Serialize};

/// Whoever works at a desk has no duty switch: they are there while their screen was heard within
/// this, milliseconds. A phone that sleeps is heard no more; half an hour later nobody is believed
/// to wait beside it.
pub const AT_DESK_MS: i64 = 30 * 60_000;

/// How the pages of somebody fare: what the phone proved, never what is hoped. Kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Pages {
    /// No browser of theirs may be paged.
    #[default]
    Off,
    /// One may be; none has answered yet.
    Untested,
    /// The newest page was answered by the phone itself.
    Came {
        /// Milliseconds since.
        ago_ms: i64,
        /// How long it was on its way, milliseconds.
        after_ms: i64,
    },
    /// The newest page was sent; no answer yet.
    Underway {
        /// Milliseconds since.
        ago_ms: i64,
    },
    /// The push service took no page, or the phone did not answer.
    Failed {
        /// Milliseconds since it was sent.
        ago_ms: i64,
    },
}

/// A page that no phone has answered after this long, milliseconds, has failed: one that arrives
/// usually takes a second or two.
pub const ANSWERED_WITHIN_MS: i64 = 20_000;

/// Whether somebody's screen is there now. Kept in memory, never in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Presence {
    /// Milliseconds since a screen of theirs was last heard; `None`: not since the server started.
    pub heard_ms: Option<i64>,
    /// A connected screen of theirs says that it is in sight.
    pub in_sight: bool,
    /// How their pages fare.
    pub pages: Pages,
}

/// Whether a responder's phone answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It was heard so many milliseconds ago.
    Heard(i64),
    /// It was silent for 75 s, or not heard at all.
    Silent(Option<i64>),
}

/// Reads how a responder on duty can be reached. The server's word (`duty`) counts, and so does an
/// age that has grown past the limit since.
pub fn reach(duty: Duty, heard_ms: Option<i64>) -> Reach {
    match heard_ms {
        Some(ms) if duty == Duty::On && ms < UNREACHABLE_AFTER_MS => Reach::Heard(ms),
        other => Reach::Silent(other),
    }
}

/// Why somebody is paged. Each is named once: whoever pages for each once pages for each step once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// A responder was sent somewhere. `n` tells this dispatch from earlier ones of the same two.
    Sent {
        /// Who.
        responder: PersonId,
        /// Where to.
        incident: IncidentId,
        /// How many dispatches the incident had before.
        n: usize,
    },
    /// A responder's phone fell silent. `version` is that of their stream.
    Silent {
        /// Whose.
        responder: PersonId,
        /// When, in their stream.
        version: u64,
    },
    /// Somebody waits for a look: from the beginning of the wait, and again at each step.
    Waits {
        /// Who waits.
        incident: IncidentId,
        /// Which wait of theirs.
        round: u32,
        /// The step of the ladder, `None` at the beginning.
        step: Option<Step>,
    },
    /// The person wrote, and nothing of theirs waited for an answer before.
    Wrote {
        /// In which incident.
        incident: IncidentId,
        /// The message's number.
        n: u32,
    },
    /// The person wants to talk.
    Call {
        /// In which incident.
        incident: IncidentId,
        /// The number of the event.
        seq: u64,
    },
}

/// What has to be known of the state before an event to tell what it calls for.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    rounds: u32,
    chat: bool,
    call: bool,
    dispatches: usize,
}

impl Before {
    /// Looks before `stored` is applied.
    pub fn of(state: &State, stored: &Stored) -> Self {
        let incident = match stored.stream {
            Stream::Incident(id) => state.incidents.get(&id),
            Stream::Person(_) | Stream::Festival => None,
        };
        Before {
            rounds: incident.map_or(0, |incident| incident.rounds),
            chat: incident.is_some_and(|incident| incident.conversation.waiting.is_some()),
            call: incident.is_some_and(|incident| incident.call.is_some()),
            dispatches: incident.map_or(0, |incident| incident.dispatches.len()),
        }
    }

    /// What `stored` calls for, now that it is applied.
    pub fn cause(self, state: &State, stored: &Stored) -> Option<Cause> {
        let Body::Open(event) = &stored.body else { return None };
        match (stored.stream, event) {
            (Stream::Person(responder), Event::Person(PersonEvent::BecameUnreachable)) => {
                Some(Cause::Silent { responder, version: stored.version })
            }
            (Stream::Incident(id), Event::Incident(event)) => {
                let incident = state.incidents.get(&id)?;
                let waits = |step| Some(Cause::Waits { incident: id, round: incident.wait?.round, step });
                match event {
                    IncidentEvent::Dispatched { responder, .. } => {
                        Some(Cause::Sent { responder: *responder, incident: id, n: self.dispatches })
                    }
                    IncidentEvent::Escalated { step, .. } => waits(Some(*step)),
                    IncidentEvent::CallOpened { by: None } if !self.call => {
                        Some(Cause::Call { incident: id, seq: stored.seq })
                    }
                    IncidentEvent::Wrote { by: None, .. } if !self.chat => {
                        Some(Cause::Wrote { incident: id, n: incident.conversation.last })
                    }
                    _ if incident.rounds > self.rounds => waits(None),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Whether what somebody is paged for is still to be answered: before each try, since a page that
/// comes after the act only wakes people.
pub fn stands(state: &State, cause: Cause) -> bool {
    let open = |id| state.incidents.get(id).filter(|incident| !incident.is_closed());
    match cause {
        Cause::Sent { responder, incident, n } => open(&incident).is_some_and(|incident| {
            incident
                .dispatches
                .get(n)
                .is_some_and(|dispatch| dispatch.responder == responder && dispatch.state == DispatchState::Dispatched)
        }),
        Cause::Silent { responder, .. } => {
            state.people.get(&responder).is_some_and(|person| person.duty == Duty::Unreachable)
        }
        // What was left for the morning waits for the morning.
        Cause::Waits { incident, round, .. } => open(&incident)
            .is_some_and(|incident| !incident.for_morning && incident.wait.is_some_and(|wait| wait.round == round)),
        Cause::Wrote { incident, .. } => {
            open(&incident).is_some_and(|incident| incident.conversation.waiting.is_some() && !incident.for_morning)
        }
        Cause::Call { incident, .. } => {
            open(&incident).is_some_and(|incident| incident.call.as_ref().is_some_and(|call| call.joined.is_empty()))
        }
    }
}

/// Whether somebody may be paged at all: on duty, or at the desk with no screen in sight.
pub fn may_be_paged(person: &Person, presence: &Presence, now: Now) -> bool {
    if person.removed || !person.signed_in_somewhere(now) {
        return false;
    }
    let role = person.profile.role;
    if role.may(May::Respond) {
        // A phone in a pocket may show its page all the same: who is on duty is always paged.
        return person.duty != Duty::Off;
    }
    role.may(May::WorkIncidents) && !presence.in_sight && at_desk(presence)
}

fn at_desk(presence: &Presence) -> bool {
    presence.heard_ms.is_some_and(|ms| ms < AT_DESK_MS)
}

/// Who is paged for `cause` now; nobody when it no longer stands.
pub fn paged(state: &State, cause: Cause, presence: &dyn Fn(PersonId) -> Presence, now: Now) -> Vec<PersonId> {
    if !stands(state, cause) {
        return Vec::new();
    }
    let one = |id: PersonId| state.people.get(&id).into_iter().collect::<Vec<_>>();
    let roles = |wanted: &[Role]| {
        state.people.values().filter(|person| wanted.contains(&person.profile.role)).collect::<Vec<_>>()
    };
    let desk = [Role::Agent, Role::Lead];
    // Without an agent at the desk the lead is the desk.
    let agents = || {
        let there = |person: &&Person| !person.removed && at_desk(&presence(person.id));
        if roles(&[Role::Agent]).iter().any(there) { roles(&[Role::Agent]) } else { roles(&desk) }
    };
    let holder = |id: &IncidentId| state.incidents.get(id).and_then(|incident| incident.claimed).map(|mark| mark.by);
    let meant = match cause {
        Cause::Sent { responder, .. } | Cause::Silent { responder, .. } => one(responder),
        Cause::Waits { step: None | Some(Step::OfferedAgain), .. } => agents(),
        Cause::Waits { step: Some(Step::LeadTold), .. } => roles(&[Role::Lead]),
        Cause::Waits { step: Some(Step::NumbersGrow), .. } => roles(&desk),
        Cause::Wrote { incident, .. } | Cause::Call { incident, .. } => holder(&incident).map_or_else(agents, one),
    };
    meant.into_iter().filter(|person| may_be_paged(person, &presence(person.id), now)).map(|person| person.id).collect()
}
