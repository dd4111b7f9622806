//! The agents' and leads' view: queue rows and people. One opened case is in `pane`.

use super::attendee::HEARD_WITHIN_MS;
use super::label::{Lens, MovedLabel, PlaceLabel, moved_label, place_label};
use crate::desk::State;
use crate::escalation::Step;
use crate::ids::{IncidentId, PersonId};
use crate::incident::{CloseReason, DispatchState, Incident, Origin, Priority, Status};
use crate::person::{Duty, Role};
use crate::question::{Came, Whom, WorksHere};
use crate::reach::{Pages, Presence};
use crate::venue::Ordinal;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

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
    /// It was another one until a moment ago, and somebody who is sent has not acted since.
    pub moved: Option<MovedLabel>,
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
    /// The dispatch that tells most: the open one that has come furthest, else the last.
    pub dispatch: Option<(PersonId, DispatchState)>,
    /// Why it was closed.
    pub closed: Option<CloseReason>,
    /// How long the person's first unanswered word has waited, milliseconds.
    pub chat_ms: Option<i64>,
    /// The number of the person's newest message, 0 without one: a screen knows by it what is new.
    pub wrote: u32,
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
    /// A connected screen of theirs is in sight.
    pub in_sight: bool,
    /// How their pages fare.
    pub pages: Pages,
    /// They are signed in somewhere: a lead can put them on duty.
    pub signed_in: bool,
    /// The incident they are sent to.
    pub busy: Option<IncidentId>,
    /// Open cases with a phone that they have: their chats.
    pub chats: u16,
}

/// A queue row.
pub fn row(incident: &Incident, state: &State, lens: &Lens) -> QueueRow {
    let since = |at: crate::time::Now| lens.now.since(at);
    let furthest = incident.open_dispatches().min_by_key(|sent| Reverse(sent.state.progress()));
    let telling = furthest.or(incident.dispatches.last());
    QueueRow {
        id: incident.id,
        priority: incident.priority,
        status: incident.status(),
        unacknowledged: incident.unacknowledged(),
        place: incident.goal().map(|place| place_label(place, lens)),
        moved: incident
            .open_dispatches()
            .filter_map(|dispatch| moved_label(dispatch, lens))
            .min_by_key(|moved| moved.age_ms),
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
        wrote: incident
            .conversation
            .messages
            .iter()
            .rev()
            .find(|message| message.by.is_none())
            .map_or(0, |message| message.n),
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
    on_team
        .map(|person| (person, presence(person.id)))
        .map(|(person, presence)| PersonRow {
            id: person.id,
            name: person.profile.name.clone(),
            role: person.profile.role,
            languages: person.profile.languages.clone(),
            appearance: person.profile.appearance(lens.lang).to_owned(),
            duty: person.duty,
            level: person.level,
            position: person.position.as_ref().map(|place| place_label(place, lens)),
            position_age_ms: person.positioned.map(|at| lens.now.since(at)),
            heard_ms: presence.heard_ms,
            in_sight: presence.in_sight,
            pages: presence.pages,
            signed_in: person.signed_in_somewhere(lens.now),
            busy: state.dispatch_of(person.id).map(|incident| incident.id),
            chats: state.chats(person.id),
        })
        .collect()
}
