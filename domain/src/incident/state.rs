//! What follows from the events of one incident.
//!
//! Law: `apply` is total. It never fails, it accepts events whose body is gone, and replaying the
//! log gives the same state.

use super::conversation::Conversation;
use super::dispatch::{Dispatch, DispatchState};
use super::event::{CloseReason, IncidentEvent, Origin, PriorityReason};
use crate::escalation::Wait;
use crate::ids::{CodeHash, IncidentId, PersonId, TokenHash};
use crate::pace::{TAP_PACE, Used};
use crate::person::{Duty, May, Person};
use crate::place::Place;
use crate::time::Now;
use serde::{Deserialize, Serialize};

/// How urgent: never shown by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Danger now.
    P1,
    /// Help needed.
    P2,
    /// Information or test.
    P3,
}

/// Where the incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has looked.
    Unseen,
    /// A named person looked.
    Seen,
    /// A named person has it.
    Claimed,
    /// Over; may be reopened.
    Closed,
}

/// A named act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Now,
}

/// What the responder is told about coming near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approach {
    /// One or two sentences.
    pub text: String,
    /// Who wrote them.
    pub by: PersonId,
}

/// A call that is open: who is heard in it now is not in the log, who took part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Since when.
    pub opened: Now,
    /// The member of staff who offers it, or `None` for the person's own phone.
    pub by: Option<PersonId>,
    /// The staff who took part, oldest first.
    pub joined: Vec<PersonId>,
}

/// A code with which the person takes the case over on their own phone: one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseCode {
    /// Its hash.
    pub hash: CodeHash,
    /// When it was made.
    pub made: Now,
    /// How long it works, milliseconds.
    pub valid_ms: i64,
}

impl CaseCode {
    /// Whether it works at `now`.
    pub fn works(&self, now: Now) -> bool {
        now.since(self.made) < self.valid_ms
    }
}

/// One line of the case's timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When.
    pub at: Now,
    /// What.
    pub what: IncidentEvent,
}

/// Pings kept per incident; older ones stay in the log only.
pub(super) const PINGS_KEPT: usize = 50;
/// Timeline lines kept in memory; older ones stay in the log only.
pub(super) const TIMELINE_KEPT: usize = 200;

/// What the team works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Identity.
    pub id: IncidentId,
    /// The first tap.
    pub opened: Now,
    /// The latest tap: *Sent* stands on it.
    pub asked: Now,
    /// Who asked.
    pub origin: Origin,
    /// The language of their page.
    pub lang: String,
    /// Urgency.
    pub priority: Priority,
    /// The place shown, if any.
    pub place: Option<Place>,
    /// All places, oldest first, at most [`PINGS_KEPT`].
    pub pings: Vec<Place>,
    /// Who looked since the latest tap.
    pub seen: Option<Mark>,
    /// Who has it.
    pub claimed: Option<Mark>,
    /// Who closed it and why.
    pub closed: Option<(Mark, CloseReason)>,
    /// When it was taken back.
    pub withdrawn: Option<Now>,
    /// Answer to the check question after *Undo*.
    pub check: Option<bool>,
    /// The check question has been asked in this case: from then on a *no* counts.
    pub check_asked: bool,
    /// The silence after the check question has raised the priority already.
    pub silence_raised: bool,
    /// *I'm OK now*.
    pub ok_said: Option<Now>,
    /// *Nobody is here*, until somebody looks.
    pub nobody_here: Option<Now>,
    /// How often the phone asked again.
    pub asked_again: u32,
    /// How much of its taps and places the phone has used up.
    pub pace: Used,
    /// How much of the pace of taking back is used up.
    pub undone: Used,
    /// The running wait for somebody to look; `None` while nothing is waiting.
    pub wait: Option<Wait>,
    /// How many waits there have been: the round of the next one.
    pub rounds: u32,
    /// The open call, if any.
    pub call: Option<Call>,
    /// For the responder.
    pub approach: Option<Approach>,
    /// Everyone who was sent, oldest first; the last one of a responder counts.
    pub dispatches: Vec<Dispatch>,
    /// Last read per person, for the audit.
    pub reads: Vec<Mark>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// The phone that took over a case which no phone had opened.
    pub claimant: Option<TokenHash>,
    /// The open code for that.
    pub code: Option<CaseCode>,
    /// Where the team found the person, until they say otherwise themselves.
    pub found: Option<Place>,
    /// The latest tap came outside the hours, and its page said so.
    pub for_morning: bool,
    /// What was asked, answered and written.
    pub conversation: Conversation,
    /// Log sequence of the newest event: what a cursor compares.
    pub changed: u64,
    /// Log sequence of the event by which it became its phone's case.
    pub came: u64,
}

impl Incident {
    /// The incident that an [`IncidentEvent::Alerted`] opens.
    pub(crate) fn open(
        id: IncidentId,
        at: Now,
        origin: Origin,
        lang: String,
        place: Option<Place>,
        priority: Priority,
        for_morning: bool,
    ) -> Self {
        Incident {
            id,
            opened: at,
            asked: at,
            origin,
            lang,
            priority,
            pings: place.iter().cloned().collect(),
            place,
            seen: None,
            claimed: None,
            closed: None,
            withdrawn: None,
            check: None,
            check_asked: false,
            silence_raised: false,
            ok_said: None,
            nobody_here: None,
            asked_again: 0,
            pace: Used::default(),
            undone: Used::default(),
            wait: Some(Wait::begin(at, 0)),
            rounds: 1,
            call: None,
            approach: None,
            dispatches: Vec::new(),
            reads: Vec::new(),
            timeline: Vec::new(),
            claimant: None,
            code: None,
            found: None,
            for_morning,
            conversation: Conversation::begin(at),
            changed: 0,
            came: 0,
        }
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        match (&self.closed, &self.claimed, &self.seen) {
            (Some(_), ..) => Status::Closed,
            (None, Some(_), _) => Status::Claimed,
            (None, None, Some(_)) => Status::Seen,
            (None, None, None) => Status::Unseen,
        }
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    /// Whether nobody has looked at what happened last: a new alert, or one asked again.
    pub fn unacknowledged(&self) -> bool {
        self.wait.is_some() && !self.is_closed()
    }

    /// The newest dispatch of `responder`.
    pub fn dispatch_of(&self, responder: PersonId) -> Option<&Dispatch> {
        self.dispatches.iter().rev().find(|dispatch| dispatch.responder == responder)
    }

    /// Dispatches that still bind somebody.
    pub fn open_dispatches(&self) -> impl Iterator<Item = &Dispatch> {
        self.dispatches.iter().filter(|dispatch| dispatch.state.open())
    }

    /// Whether `person` may take part in a call of this incident, and see that there is one: agents
    /// and leads in all, responders on duty where they are sent or ask for help themselves.
    pub fn may_talk(&self, person: &Person) -> bool {
        let role = person.profile.role;
        if person.removed || self.is_closed() {
            return false;
        }
        let sent = || self.dispatch_of(person.id).is_some_and(|dispatch| dispatch.state.open());
        let own = || self.origin == Origin::Responder(person.id);
        role.may(May::WorkIncidents) || role.may(May::Respond) && person.duty != Duty::Off && (sent() || own())
    }

    /// Applies one event after the first.
    pub(crate) fn apply(&mut self, event: &IncidentEvent, at: Now) {
        use IncidentEvent as E;
        let before = self.open_dispatches().next().and_then(|_| self.goal().cloned());
        match event {
            // The state was made from it.
            E::Alerted { .. } => {}
            E::AskedAgain { place, for_morning } => {
                // The night was no wait, nobody was to look: it begins now.
                if self.for_morning && !*for_morning {
                    self.wait = None;
                }
                self.for_morning = *for_morning;
                self.silence_raised = false;
                self.asked = at;
                self.asked_again += 1;
                self.pace.take(TAP_PACE, at);
                self.withdrawn = None;
                self.check = None;
                self.ok_said = None;
                self.seen = None;
                self.begin_wait(at);
                if let Some(place) = place {
                    self.place_at(place);
                }
            }
            E::Placed { place } => {
                self.pace.take(TAP_PACE, at);
                self.place_at(place);
            }
            E::Withdrawn => {
                self.withdrawn = Some(at);
                self.undone.take(TAP_PACE, at);
                self.check_asked = true;
                self.silence_raised = false;
                self.call = None;
            }
            E::CheckAnswered { safe } => self.check = Some(*safe),
            E::OkSaid => self.ok_said = Some(at),
            E::NobodyHereSaid => {
                self.nobody_here = Some(at);
                self.begin_wait(at);
            }
            E::Seen { by } => {
                // The first look at this alert is the one that counts; a later one is at what came since.
                self.seen = self.seen.or(Some(Mark { by: *by, at }));
                self.nobody_here = None;
                self.wait = None;
            }
            E::Claimed { by } => self.claimed = Some(Mark { by: *by, at }),
            E::Read { by } => {
                self.reads.retain(|read| read.by != *by);
                self.reads.push(Mark { by: *by, at });
            }
            E::PrioritySet { to, reason, .. } => {
                self.priority = *to;
                self.silence_raised |= *reason == PriorityReason::Silence;
            }
            E::ApproachSet { text, by } => self.approach = Some(Approach { text: text.clone(), by: *by }),
            E::Escalated { step, round } => {
                if let Some(wait) = self.wait.as_mut().filter(|wait| wait.round == *round) {
                    wait.reached = Some(*step);
                }
            }
            E::Dispatched { responder, .. } => self.dispatches.push(Dispatch {
                responder: *responder,
                state: DispatchState::Dispatched,
                sent: at,
                en_route: None,
                on_scene: None,
                ended: None,
                moved: None,
            }),
            E::EnRoute { responder } => self.move_dispatch(*responder, DispatchState::EnRoute, at),
            E::OnScene { responder } => self.move_dispatch(*responder, DispatchState::OnScene, at),
            E::Cleared { responder } => self.move_dispatch(*responder, DispatchState::Clear, at),
            E::Cannot { responder, reason } => {
                self.move_dispatch(*responder, DispatchState::Cannot(*reason), at);
                // Somebody has to send the next one: the row comes back as work to do.
                if self.wait.is_none() {
                    self.begin_wait(at);
                    self.wait = self.wait.map(|wait| Wait { of_dispatch: true, ..wait });
                }
            }
            E::Recalled { responder, .. } => self.move_dispatch(*responder, DispatchState::Recalled, at),
            E::Closed { by, reason } => {
                self.closed = Some((Mark { by: *by, at }, *reason));
                self.wait = None;
                self.call = None;
            }
            E::CallOpened { by } => {
                self.call = Some(Call { opened: at, by: *by, joined: Vec::new() });
                // Somebody wants to be heard, and nobody of the desk is there: work to do, whoever has
                // the case. What the desk itself opens wakes nobody.
                if by.is_none_or(|by| self.goes_there(by)) {
                    self.begin_wait(at);
                }
            }
            E::CallJoined { by } => {
                if let Some(call) = self.call.as_mut().filter(|call| !call.joined.contains(by)) {
                    call.joined.push(*by);
                }
            }
            E::CallEnded { .. } => self.call = None,
            E::Reopened { by } => {
                self.closed = None;
                self.ok_said = None;
                if by.is_none() {
                    self.silence_raised = false;
                    // As a new tap: what was taken back before is asked for again.
                    self.asked = at;
                    self.withdrawn = None;
                    self.check = None;
                    self.seen = None;
                    self.begin_wait(at);
                }
            }
            // A word to a team in which nobody has the case is work to do; whoever has it sees the
            // chat's own timer.
            E::Wrote { by: None, .. } if self.claimed.is_none() && !self.is_closed() => self.begin_wait(at),
            E::HandedOver { to, .. } => {
                self.claimed = Some(Mark { by: *to, at });
                // Until the new holder looks, nobody has it in hand.
                self.begin_wait(at);
            }
            E::FoundAt { place, who, .. } => {
                self.found = Some(place.clone());
                // Where there is no phone, there is nobody to keep it from: whoever takes the case over
                // later is the person.
                if self.phone().is_some() {
                    self.conversation.found(*who);
                }
            }
            E::CodeMade { code, valid_ms, .. } => {
                self.code = Some(CaseCode { hash: *code, made: at, valid_ms: *valid_ms });
            }
            E::CodeUsed { phone, lang } => {
                self.claimant = Some(*phone);
                self.code = None;
                self.lang.clone_from(lang);
            }
            // The state forgets it whole.
            E::Erased => {}
            E::Answered { .. }
            | E::WhomSaid { .. }
            | E::WorksHereSaid { .. }
            | E::Wrote { .. }
            | E::Reached { .. }
            | E::Shown { .. }
            | E::Opened { .. }
            | E::Noted { .. } => {}
        }
        if let (Some(from), Some(to)) = (before, self.goal().cloned())
            && from != to
        {
            let open = self.dispatches.iter_mut().filter(|dispatch| dispatch.state.open());
            open.for_each(|dispatch| dispatch.goes_on_to(&from, &to, at));
        }
        self.note(event, at);
        self.conversation.apply(event, at);
    }

    /// Adds a line to the timeline. Reads are for the audit, not for the story of the case; messages
    /// and notes have lists of their own.
    pub(crate) fn note(&mut self, event: &IncidentEvent, at: Now) {
        use IncidentEvent as E;
        if matches!(
            event,
            E::Read { .. } | E::Wrote { .. } | E::Reached { .. } | E::Shown { .. } | E::Opened { .. } | E::Noted { .. }
        ) {
            return;
        }
        if self.timeline.len() == TIMELINE_KEPT {
            // How it began stays.
            self.timeline.remove(1);
        }
        self.timeline.push(TimelineEntry { at, what: event.clone() });
    }

    /// Whether `person` is the responder of this case, or the one who calls for help by it.
    fn goes_there(&self, person: PersonId) -> bool {
        let sent = self.dispatches.iter().any(|dispatch| dispatch.responder == person && dispatch.state.open());
        sent || self.origin == Origin::Responder(person)
    }

    /// Starts the clock, unless it runs: whoever asks more often must not be heard of later. One that
    /// a reporter must not know of gives way: its steps would tell them how a dispatch went.
    fn begin_wait(&mut self, at: Now) {
        if self.wait_told().is_some() {
            return;
        }
        self.wait = Some(Wait::begin(at, self.rounds));
        self.rounds += 1;
    }

    fn place_at(&mut self, place: &Place) {
        // The person knows better than we where they are; whoever reports for them does not.
        if !self.reported() {
            self.found = None;
        }
        if self.place.as_ref().is_none_or(|shown| place.replaces(shown)) {
            self.place = Some(place.clone());
        }
        if self.pings.len() == PINGS_KEPT {
            self.pings.remove(0);
        }
        self.pings.push(place.clone());
    }

    fn move_dispatch(&mut self, responder: PersonId, to: DispatchState, at: Now) {
        let Some(dispatch) = self.dispatches.iter_mut().rev().find(|dispatch| dispatch.responder == responder) else {
            return;
        };
        dispatch.state = to;
        // Whoever acts has looked.
        dispatch.moved = None;
        match to {
            DispatchState::EnRoute => dispatch.en_route = Some(at),
            DispatchState::OnScene => dispatch.on_scene = Some(at),
            DispatchState::Dispatched => {}
            DispatchState::Clear | DispatchState::Cannot(_) | DispatchState::Recalled => dispatch.ended = Some(at),
        }
    }
}
