//! The agents' and leads' view: queue rows, people, and one opened case.

use super::attendee::HEARD_WITHIN_MS;
use super::label::{Lens, PlaceLabel, place_label};
use super::talk::{AnswerView, Answered, Asking, DeskLine, Gist, answer_view, answered, asking, for_desk, summary};
use crate::desk::State;
use crate::escalation::Step;
use crate::ids::{IncidentId, PersonId};
use crate::incident::{
    CloseReason, Dispatch, DispatchState, Incident, IncidentEvent, Origin, Priority, PriorityReason, Ranked, Status,
    rank,
};
use crate::person::{Duty, Role};
use crate::phrase::Phrase;
use crate::question::{Came, Question, Whom, WorksHere};
use crate::venue::Ordinal;
use crate::words::Words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One row of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRow {
    /// Which.
    pub id: IncidentId,
    /// Urgency.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// Nobody has looked at what happened last: the only rows with colour.
    pub unacknowledged: bool,
    /// Where.
    pub place: Option<PlaceLabel>,
    /// Language of the person's page.
    pub lang: String,
    /// Age of the first tap, milliseconds.
    pub age_ms: i64,
    /// Age of the running wait, milliseconds.
    pub wait_ms: Option<i64>,
    /// The last step of the ladder that fired in this wait.
    pub step: Option<Step>,
    /// Who has it.
    pub holder: Option<PersonId>,
    /// Taken back so many seconds after the tap.
    pub withdrawn_after_s: Option<u32>,
    /// Answer to the check question after *Undo*.
    pub check: Option<bool>,
    /// *I'm OK now*.
    pub ok_said: bool,
    /// How often the phone asked again.
    pub asked_again: u32,
    /// *Nobody is here*.
    pub nobody_here: bool,
    /// Set when a responder asks for help for themselves.
    pub responder_call: Option<PersonId>,
    /// The open call.
    pub call: Option<CallRow>,
    /// The dispatch that tells most: an open one, else the last.
    pub dispatch: Option<(PersonId, DispatchState)>,
    /// Why it was closed.
    pub closed: Option<CloseReason>,
    /// How long the person's first unanswered word has waited, milliseconds.
    pub chat_ms: Option<i64>,
    /// For whom the alert is, if it was said.
    pub whom: Option<Whom>,
    /// Whether whoever it is about works here.
    pub concern: Option<Concern>,
    /// How it came, where no phone opened it.
    pub came: Option<Came>,
    /// Left outside the hours and not looked at since.
    pub for_morning: bool,
    /// The page asks a question that silence will answer.
    pub silent_ms: Option<i64>,
}

/// *The person works here*, as far as the reader may know it before there are walls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Concern {
    /// Leads: as what.
    Works(WorksHere),
    /// Agents, while no lead is there: somebody who works here. Choose with care who goes.
    Somebody,
}

/// An open call, as the queue shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRow {
    /// Its age, milliseconds.
    pub age_ms: i64,
    /// The member of staff who offers it, or `None` for the person's own phone.
    pub by: Option<PersonId>,
    /// The staff who took part.
    pub joined: Vec<PersonId>,
}

/// Whether somebody's screen is connected now. Kept in memory, never in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Presence {
    /// Milliseconds since their screen was last heard; `None`: not since the server started.
    pub heard_ms: Option<i64>,
}

/// One member of staff, as colleagues see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Languages, best first.
    pub languages: Vec<String>,
    /// How an attendee will know them.
    pub appearance: String,
    /// Whether they can be sent.
    pub duty: Duty,
    /// The level they last confirmed.
    pub level: Option<Ordinal>,
    /// Where they last were.
    pub position: Option<PlaceLabel>,
    /// Age of the position, milliseconds.
    pub position_age_ms: Option<i64>,
    /// Milliseconds since their screen was last heard.
    pub heard_ms: Option<i64>,
    /// The incident they are sent to.
    pub busy: Option<IncidentId>,
    /// Open cases with a phone that they have: their chats.
    pub chats: u16,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteRow {
    /// Who.
    pub by: PersonId,
    /// Seconds since midnight, festival time.
    pub at: u32,
    /// What.
    pub text: String,
}

/// Who has read the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRow {
    /// Who.
    pub by: PersonId,
    /// When last: seconds since midnight, festival time.
    pub at: u32,
}

/// One dispatch of an opened case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchRow {
    /// Who.
    pub responder: PersonId,
    /// Where it stands.
    pub state: DispatchState,
    /// Milliseconds since it came there.
    pub since_ms: i64,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineRow {
    /// Seconds since midnight, festival time.
    pub at: u32,
    /// What.
    pub what: TimelineKind,
    /// Who did it, where a member of staff did.
    pub by: Option<PersonId>,
}

/// What a timeline line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimelineKind {
    /// The tap, with the place if it came along.
    Alerted(Option<PlaceLabel>),
    /// The phone asked again.
    AskedAgain(Option<PlaceLabel>),
    /// A new place.
    Placed(PlaceLabel),
    /// *Undo*.
    Withdrawn,
    /// The check question was answered.
    CheckAnswered(bool),
    /// *I'm OK now*.
    OkSaid,
    /// *Nobody is here*.
    NobodyHere,
    /// Looked at.
    Seen,
    /// Taken.
    Claimed,
    /// Urgency changed.
    Priority(Priority, PriorityReason, String),
    /// The approach note was written.
    Approach(String),
    /// A step of the ladder.
    Escalated(Step),
    /// Somebody was sent; `by` sent them.
    Dispatched(PersonId),
    /// A responder's step.
    Moved(DispatchState),
    /// Somebody was called back.
    Recalled(PersonId),
    /// A call was opened; `by` offers it, or the phone asks.
    CallOpened,
    /// `by` takes part in the call.
    CallJoined,
    /// The call is over.
    CallEnded,
    /// Over.
    Closed(CloseReason),
    /// Open again.
    Reopened,
    /// A question was answered.
    Answered(Question, AnswerView),
    /// For whom.
    Whom(Whom),
    /// *The person works here*; `None`: not for this reader.
    WorksHere(Option<WorksHere>),
    /// `by` gave it to a colleague.
    HandedOver(PersonId),
    /// `by` says where the person is.
    FoundAt(PlaceLabel),
    /// `by` made a code for the person's own phone.
    CodeMade,
    /// The person's own phone has it now.
    CodeUsed,
}

/// An opened case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pane {
    /// Its row.
    pub row: QueueRow,
    /// *Sent*, *Seen*, *Coming*, *Here* as the attendee sees them.
    pub steps: super::CaseView,
    /// What responders are told.
    pub approach: String,
    /// Everyone who was sent, newest first.
    pub dispatches: Vec<DispatchRow>,
    /// Responders for this place, best first.
    pub ranked: Vec<Ranked>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineRow>,
    /// The case in one line.
    pub summary: Vec<Gist>,
    /// The question on the person's page.
    pub asking: Option<Asking>,
    /// What was answered, in the order of the questions.
    pub answers: Vec<Answered>,
    /// The newest messages, oldest first.
    pub messages: Vec<DeskLine>,
    /// Phrases that the team has sent already.
    pub phrases_sent: Vec<Phrase>,
    /// Notes, oldest first.
    pub notes: Vec<NoteRow>,
    /// Who has read it; a hand-over hides nobody.
    pub reads: Vec<ReadRow>,
    /// There is a phone that can show a message.
    pub has_phone: bool,
    /// A code is open: milliseconds for which it still works.
    pub code_ms: Option<i64>,
}

/// A queue row.
pub fn row(incident: &Incident, state: &State, lens: &Lens) -> QueueRow {
    let since = |at: crate::time::Now| lens.now.since(at);
    let telling = incident.open_dispatches().last().or(incident.dispatches.last());
    QueueRow {
        id: incident.id,
        priority: incident.priority,
        status: incident.status(),
        unacknowledged: incident.unacknowledged(),
        place: incident.goal().map(|place| place_label(place, lens)),
        lang: incident.lang.clone(),
        age_ms: since(incident.opened),
        wait_ms: incident.wait.map(|wait| since(wait.since)),
        step: incident.wait.and_then(|wait| wait.reached),
        holder: incident.claimed.map(|mark| mark.by),
        withdrawn_after_s: incident.withdrawn.map(|at| (at.since(incident.asked) / 1_000) as u32),
        check: incident.check,
        ok_said: incident.ok_said.is_some(),
        asked_again: incident.asked_again,
        nobody_here: incident.nobody_here.is_some(),
        responder_call: match incident.origin {
            Origin::Responder(person) => Some(person),
            Origin::Phone(_) | Origin::Desk { .. } => None,
        },
        call: incident.call.as_ref().map(|call| CallRow {
            age_ms: since(call.opened),
            by: call.by,
            joined: call.joined.clone(),
        }),
        dispatch: telling.map(|dispatch| (dispatch.responder, dispatch.state)),
        closed: incident.closed.as_ref().map(|(_, reason)| *reason),
        chat_ms: incident.conversation.waiting.filter(|_| !incident.is_closed()).map(since),
        whom: incident.conversation.whom,
        concern: concern(incident, state, lens),
        came: match incident.origin {
            Origin::Desk { came, .. } => Some(came),
            Origin::Phone(_) | Origin::Responder(_) => None,
        },
        for_morning: incident.for_morning && incident.seen.is_none(),
        silent_ms: incident.silence_counts().then(|| since(incident.conversation.stirred)),
    }
}

/// Leads are told as what; agents only that there is something to mind, and only while no lead is
/// there to mind it: whom it concerns may sit at this desk (`product.md`, rule 13).
fn concern(incident: &Incident, state: &State, lens: &Lens) -> Option<Concern> {
    let who = incident.conversation.works_here.filter(|who| *who != WorksHere::No)?;
    if lens.lead {
        return Some(Concern::Works(who));
    }
    let leads = state.people.values().filter(|person| !person.removed && person.profile.role == Role::Lead);
    let there = leads.filter_map(|lead| (lens.heard_ms)(lead.id)).any(|ms| ms < HEARD_WITHIN_MS);
    (!there).then_some(Concern::Somebody)
}

/// What rows are sorted by: unacknowledged first, then priority, then oldest; closed ones last.
pub fn queue_order(row: &QueueRow) -> (bool, bool, Priority, core::cmp::Reverse<i64>, IncidentId) {
    (row.status == Status::Closed, !row.unacknowledged, row.priority, core::cmp::Reverse(row.age_ms), row.id)
}

/// Everyone on the team.
pub fn people(state: &State, presence: &dyn Fn(PersonId) -> Presence, lens: &Lens) -> Vec<PersonRow> {
    let on_team = state.people.values().filter(|person| !person.removed);
    let mut chats = BTreeMap::<PersonId, u16>::new();
    for incident in state.incidents.values().filter(|incident| !incident.is_closed() && incident.phone().is_some()) {
        if let Some(mark) = incident.claimed {
            *chats.entry(mark.by).or_default() += 1;
        }
    }
    on_team
        .map(|person| PersonRow {
            id: person.id,
            name: person.profile.name.clone(),
            role: person.profile.role,
            languages: person.profile.languages.clone(),
            appearance: person.profile.appearance(lens.lang).to_owned(),
            duty: person.duty,
            level: person.level,
            position: person.position.as_ref().map(|place| place_label(place, lens)),
            position_age_ms: person.positioned.map(|at| lens.now.since(at)),
            heard_ms: presence(person.id).heard_ms,
            busy: state.dispatch_of(person.id).map(|incident| incident.id),
            chats: chats.get(&person.id).copied().unwrap_or_default(),
        })
        .collect()
}

/// The opened case.
pub fn pane(incident: &Incident, state: &State, lens: &Lens) -> Pane {
    let moved =
        |dispatch: &Dispatch| dispatch.ended.or(dispatch.on_scene).or(dispatch.en_route).unwrap_or(dispatch.sent);
    // Whoever calls for help is the nearest of all, and cannot be the one who comes.
    let responders = state.people.values().filter(|person| {
        person.profile.role.may(crate::person::May::Respond) && incident.origin != Origin::Responder(person.id)
    });
    let said = &incident.conversation;
    let mut phrases_sent: Vec<Phrase> = said
        .messages
        .iter()
        .filter(|message| message.by.is_some())
        .filter_map(|message| if let Words::Phrase(phrase) = message.words { Some(phrase) } else { None })
        .collect();
    phrases_sent.sort();
    phrases_sent.dedup();
    Pane {
        row: row(incident, state, lens),
        steps: super::case(incident, state, lens),
        approach: incident.approach.as_ref().map(|approach| approach.text.clone()).unwrap_or_default(),
        dispatches: incident
            .dispatches
            .iter()
            .rev()
            .map(|dispatch| DispatchRow {
                responder: dispatch.responder,
                state: dispatch.state,
                since_ms: lens.now.since(moved(dispatch)),
            })
            .collect(),
        ranked: rank(incident.goal(), responders, |person| state.dispatch_of(person).is_some(), lens.venue, lens.now),
        timeline: incident
            .timeline
            .iter()
            .filter_map(|entry| timeline_row(&entry.what, (lens.clock)(entry.at.wall_ms), lens))
            .collect(),
        summary: summary(incident, lens),
        asking: asking(incident, lens),
        answers: answered(said, lens),
        messages: for_desk(said, &incident.lang, lens),
        phrases_sent,
        notes: said
            .notes
            .iter()
            .map(|note| NoteRow { by: note.by, at: (lens.clock)(note.at.wall_ms), text: note.text.clone() })
            .collect(),
        reads: incident.reads.iter().map(|read| ReadRow { by: read.by, at: (lens.clock)(read.at.wall_ms) }).collect(),
        has_phone: incident.phone().is_some(),
        code_ms: incident
            .code
            .filter(|code| code.works(lens.now))
            .map(|code| code.valid_ms - lens.now.since(code.made)),
    }
}

fn timeline_row(event: &IncidentEvent, at: u32, lens: &Lens) -> Option<TimelineRow> {
    use IncidentEvent as E;
    use TimelineKind as K;
    let label = |place: &Option<crate::place::Place>| place.as_ref().map(|place| place_label(place, lens));
    let (what, by) = match event {
        E::Alerted { place, .. } => (K::Alerted(label(place)), None),
        E::AskedAgain { place, .. } => (K::AskedAgain(label(place)), None),
        E::Placed { place } => (K::Placed(place_label(place, lens)), None),
        E::Withdrawn => (K::Withdrawn, None),
        E::CheckAnswered { safe } => (K::CheckAnswered(*safe), None),
        E::OkSaid => (K::OkSaid, None),
        E::NobodyHereSaid => (K::NobodyHere, None),
        E::Seen { by } | E::Read { by } => (K::Seen, Some(*by)),
        E::Claimed { by } => (K::Claimed, Some(*by)),
        E::PrioritySet { to, reason, by, note } => (K::Priority(*to, *reason, note.clone()), *by),
        E::ApproachSet { text, by } => (K::Approach(text.clone()), Some(*by)),
        E::Escalated { step, .. } => (K::Escalated(*step), None),
        E::Dispatched { responder, by } => (K::Dispatched(*responder), Some(*by)),
        E::EnRoute { responder } => (K::Moved(DispatchState::EnRoute), Some(*responder)),
        E::OnScene { responder } => (K::Moved(DispatchState::OnScene), Some(*responder)),
        E::Cleared { responder } => (K::Moved(DispatchState::Clear), Some(*responder)),
        E::Cannot { responder, reason } => (K::Moved(DispatchState::Cannot(*reason)), Some(*responder)),
        E::Recalled { responder, by } => (K::Recalled(*responder), Some(*by)),
        E::Closed { by, reason } => (K::Closed(*reason), Some(*by)),
        E::CallOpened { by } => (K::CallOpened, *by),
        E::CallJoined { by } => (K::CallJoined, Some(*by)),
        E::CallEnded { by } => (K::CallEnded, *by),
        E::Reopened { by } => (K::Reopened, *by),
        E::Answered { question, answer } => (K::Answered(*question, answer_view(answer, lens)), None),
        E::WhomSaid { whom } => (K::Whom(*whom), None),
        E::WorksHereSaid { who } => (K::WorksHere(lens.lead.then_some(*who)), None),
        E::HandedOver { by, to, .. } => (K::HandedOver(*to), Some(*by)),
        E::FoundAt { by, place } => (K::FoundAt(place_label(place, lens)), Some(*by)),
        E::CodeMade { by, .. } => (K::CodeMade, Some(*by)),
        E::CodeUsed { .. } => (K::CodeUsed, None),
        // Kept out of the timeline: they have lists of their own.
        E::Wrote { .. } | E::Reached { .. } | E::Shown { .. } | E::Opened { .. } | E::Noted { .. } => return None,
    };
    Some(TimelineRow { at, what, by })
}
