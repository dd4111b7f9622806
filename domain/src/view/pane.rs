//! One opened case, as agents and leads see it.

use super::desk::{QueueRow, row};
use super::label::{Lens, PlaceLabel, place_label};
use super::talk::{AnswerView, Answered, Asking, DeskLine, Gist, answer_view, answered, asking, for_desk, summary};
use crate::desk::State;
use crate::escalation::Step;
use crate::ids::PersonId;
use crate::incident::{
    CloseReason, Dispatch, DispatchState, Incident, IncidentEvent, Origin, Priority, PriorityReason, Ranked, rank,
};
use crate::phrase::Phrase;
use crate::question::{Question, Whom, WorksHere};
use crate::words::Words;
use serde::{Deserialize, Serialize};

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
        E::FoundAt { by, place, .. } => (K::FoundAt(place_label(place, lens)), Some(*by)),
        E::CodeMade { by, .. } => (K::CodeMade, Some(*by)),
        E::CodeUsed { .. } => (K::CodeUsed, None),
        // Nothing is left to show.
        E::Erased => return None,
        // Kept out of the timeline: they have lists of their own.
        E::Wrote { .. } | E::Reached { .. } | E::Shown { .. } | E::Opened { .. } | E::Noted { .. } => return None,
    };
    Some(TimelineRow { at, what, by })
}
