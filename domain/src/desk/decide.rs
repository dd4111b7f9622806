//! Decides commands. Law: a refused command changes nothing, and a repeated one decides nothing.

use super::command::{Actor, Command};
use super::converse::{by_phone, by_staff, take_over};
use super::event::{Event, FestivalEvent, Stream};
use super::state::State;
use super::team::{organise, terminal_command};
use super::text::clean_text;
use crate::escalation::silence_due;
use crate::ids::{IncidentId, PersonId, TokenHash};
use crate::incident::{CannotReason, DispatchState, Incident, IncidentEvent as I, Origin, Priority, PriorityReason};
use crate::pace::TAP_PACE;
use crate::person::{Duty, May, Person, PersonEvent as P};
use crate::place::{Place, Source};
use crate::refusal::Refusal;
use crate::time::Now;

/// After closing, the person can reopen the case this long (`machines.md`, Four endings).
pub const REOPEN_FOR_MS: i64 = 30 * 60_000;
/// One read of a case is recorded per person and this long (`machines.md`, The desk).
const READ_ONCE_MS: i64 = 10 * 60_000;
/// Longest approach note or reason, in characters: it must be read on the stairs.
const APPROACH_MAX: usize = 200;

/// The events of one command, all in one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The stream.
    pub stream: Stream,
    /// What happened; empty when nothing changes.
    pub events: Vec<Event>,
}

/// Decides `command` of `actor` against `state`, at `now`.
///
/// # Errors
/// A [`Refusal`]; the state is untouched in any case. Whoever may not see a thing gets
/// [`Refusal::Unknown`], as for a thing that does not exist.
pub fn decide(state: &State, command: &Command, actor: Actor, now: Now) -> Result<Decision, Refusal> {
    match actor {
        Actor::Phone(phone) => phone_command(state, command, phone, now),
        Actor::Person(id) => {
            let person = state.people.get(&id).filter(|person| !person.removed).ok_or(Refusal::Unknown)?;
            staff_command(state, command, person, now)
        }
        Actor::Clock => clock_command(state, command, now),
        Actor::Terminal => terminal_command(state, command, now),
    }
}

pub(super) fn on(incident: IncidentId, events: impl IntoIterator<Item = I>) -> Decision {
    Decision { stream: Stream::Incident(incident), events: events.into_iter().map(Event::Incident).collect() }
}

fn of(person: PersonId, event: P) -> Decision {
    Decision { stream: Stream::Person(person), events: vec![Event::Person(event)] }
}

pub(super) fn team(event: P) -> Decision {
    Decision { stream: Stream::Festival, events: vec![Event::Person(event)] }
}

pub(super) fn festival(event: Option<FestivalEvent>) -> Decision {
    Decision { stream: Stream::Festival, events: event.into_iter().map(Event::Festival).collect() }
}

pub(super) fn nothing(stream: Stream) -> Decision {
    Decision { stream, events: Vec::new() }
}

/// Where this phone was in a case that was closed a little while ago: the tap on its closed page
/// carries no place. The claim keeps its own time, so everyone sees how old it is.
fn last_place(closed: &Incident, now: Now) -> Option<Place> {
    let (mark, _) = closed.closed.as_ref()?;
    closed.place.clone().filter(|_| now.since(mark.at) < REOPEN_FOR_MS)
}

/// Another tap on an open case. One that changes how the case stands is always an event; one that
/// only says the same again is one as often as a hand can mean it.
fn ask_again(incident: &Incident, place: Option<Place>, for_morning: bool, now: Now) -> Decision {
    let waits = incident.wait_told().is_some();
    let stands = waits && incident.withdrawn.is_none() && incident.ok_said.is_none();
    let told = !stands || incident.pace.allows(TAP_PACE, now);
    on(incident.id, told.then_some(I::AskedAgain { place, for_morning }))
}

fn phone_command(state: &State, command: &Command, phone: TokenHash, now: Now) -> Result<Decision, Refusal> {
    let own = state.incident_of(&phone);
    if let Command::Alert { fresh, lang, place, for_morning } = command {
        let for_morning = *for_morning;
        return Ok(match own.filter(|incident| !incident.is_closed()) {
            Some(incident) => ask_again(incident, place.clone(), for_morning, now),
            None => on(
                *fresh,
                [I::Alerted {
                    origin: Origin::Phone(phone),
                    lang: lang.clone(),
                    place: place.clone().or_else(|| last_place(own?, now)),
                    priority: Priority::P2,
                    for_morning,
                }],
            ),
        });
    }
    if let Command::UseCode { code, lang } = command {
        return take_over(state, phone, code, lang, now);
    }
    let incident = own.ok_or(Refusal::Unknown)?;
    if let Some(decision) = by_phone(incident, command, now) {
        return decision;
    }
    if let (Command::ReopenOwn, Some((mark, _))) = (command, &incident.closed) {
        return if now.since(mark.at) < REOPEN_FOR_MS {
            Ok(on(incident.id, [I::Reopened { by: None }]))
        } else {
            Err(Refusal::TooLate)
        };
    }
    if incident.is_closed() {
        return Err(Refusal::Closed);
    }
    let once =
        |done: bool, event: I| Ok(if done { nothing(Stream::Incident(incident.id)) } else { on(incident.id, [event]) });
    match command {
        // Taken back and asked again faster than a hand can mean it: what stands is the asking.
        Command::Withdraw => once(incident.withdrawn.is_some() || !incident.undone.allows(TAP_PACE, now), I::Withdrawn),
        // The question is asked after *Undo* only: a yes to no question must not answer a later one.
        Command::AnswerCheck { safe: true } if incident.withdrawn.is_none() => Err(Refusal::OutOfOrder),
        // A no counts from then on, also from an older page: but nobody makes themself P1 unasked.
        Command::AnswerCheck { safe: false } if !incident.check_asked => Err(Refusal::OutOfOrder),
        Command::AnswerCheck { safe } => {
            let mut events = vec![I::CheckAnswered { safe: *safe }];
            if incident.check == Some(*safe) {
                events.clear();
            } else if !safe && incident.priority > Priority::P1 {
                events.push(I::PrioritySet {
                    to: Priority::P1,
                    reason: PriorityReason::NotSafe,
                    by: None,
                    note: String::new(),
                });
            }
            Ok(on(incident.id, events))
        }
        Command::Move { place } => {
            let told = incident.pace.allows(TAP_PACE, now);
            Ok(on(incident.id, told.then(|| I::Placed { place: place.clone() })))
        }
        Command::SayOk => once(incident.ok_said.is_some(), I::OkSaid),
        Command::SayNobodyHere => {
            // Only *Here* can be untrue: whoever sees none is answered alike, whoever has arrived.
            if !incident.dispatches_told().any(|dispatch| dispatch.state == DispatchState::OnScene) {
                return Err(Refusal::OutOfOrder);
            }
            once(incident.nobody_here.is_some(), I::NobodyHereSaid)
        }
        Command::OpenCall => once(incident.call.is_some(), I::CallOpened { by: None }),
        Command::LeaveCall => once(incident.call.is_none(), I::CallEnded { by: None }),
        Command::ReopenOwn => Err(Refusal::NotClosed),
        _ => Err(Refusal::Unknown),
    }
}

fn staff_command(state: &State, command: &Command, me: &Person, now: Now) -> Result<Decision, Refusal> {
    match command {
        Command::SignOut(session) => {
            let mine = me.sessions.iter().any(|open| open.hash == *session);
            return if mine { Ok(of(me.id, P::SignedOut { session: *session })) } else { Err(Refusal::Unknown) };
        }
        Command::EverywhereOut if me.sessions.is_empty() => return Ok(nothing(Stream::Person(me.id))),
        Command::EverywhereOut => return Ok(of(me.id, P::EverywhereOut)),
        _ => {}
    }
    let role = me.profile.role;
    match command {
        Command::Invite { .. }
        | Command::InviteAgain { .. }
        | Command::TakeOff { .. }
        | Command::Remove(_)
        | Command::ImportVenue(_)
            if role.may(May::Organise) =>
        {
            organise(state, command, me)
        }
        Command::RaiseDuty(person) if role.may(May::LeadShift) => raise(state, *person, me, now),
        _ if role.may(May::Respond) => respond(state, command, me, now),
        _ if role.may(May::WorkIncidents) => work(state, command, me, now),
        _ => Err(Refusal::Unknown),
    }
}

/// Puts somebody on duty who is not: what they agreed by voice. Their phone says so.
fn raise(state: &State, person: PersonId, me: &Person, now: Now) -> Result<Decision, Refusal> {
    let security = |found: &&Person| !found.removed && found.profile.role.may(May::Respond);
    let found = state.people.get(&person).filter(security).ok_or(Refusal::Unknown)?;
    match found.duty {
        Duty::Off if !found.signed_in_somewhere(now) => Err(Refusal::Unreachable(person)),
        Duty::Off => Ok(of(person, P::DutyOn { level: None, by: Some(me.id) })),
        Duty::On | Duty::Unreachable => Ok(nothing(Stream::Person(person))),
    }
}

/// Any act on a row that waits for a look is a look.
pub(super) fn look(incident: &Incident, by: PersonId) -> Option<I> {
    incident.unacknowledged().then_some(I::Seen { by })
}

fn work(state: &State, command: &Command, me: &Person, now: Now) -> Result<Decision, Refusal> {
    if let Some(decision) = by_staff(state, command, me) {
        return decision;
    }
    let by = me.id;
    let find = |id: &IncidentId| state.incidents.get(id).ok_or(Refusal::Unknown);
    let find_open = |id: &IncidentId| {
        find(id).and_then(|incident| if incident.is_closed() { Err(Refusal::Closed) } else { Ok(incident) })
    };
    let look = |incident: &Incident| look(incident, by);
    match command {
        Command::See(id) => find_open(id).map(|incident| on(*id, look(incident))),
        Command::Read(id) => {
            let recent = find(id)?.reads.iter().any(|read| read.by == by && now.since(read.at) < READ_ONCE_MS);
            Ok(on(*id, (!recent).then_some(I::Read { by })))
        }
        Command::Claim { incident, over } => {
            let found = find_open(incident)?;
            let take = match found.claimed.map(|mark| mark.by) {
                Some(holder) if holder == by => None,
                Some(holder) if *over != Some(holder) => return Err(Refusal::ClaimedBy(holder)),
                _ => Some(I::Claimed { by }),
            };
            Ok(on(*incident, look(found).into_iter().chain(take)))
        }
        Command::SetPriority { incident, to, note } => {
            let found = find_open(incident)?;
            let note = if note.trim().is_empty() { String::new() } else { clean_text(note, APPROACH_MAX)? };
            if *to > found.priority && note.is_empty() {
                return Err(Refusal::ReasonNeeded);
            }
            let set = (*to != found.priority).then_some(I::PrioritySet {
                to: *to,
                reason: PriorityReason::Judged,
                by: Some(by),
                note,
            });
            Ok(on(*incident, look(found).into_iter().chain(set)))
        }
        Command::SetApproach { incident, text } => {
            let found = find_open(incident)?;
            let text = clean_text(text, APPROACH_MAX)?;
            let set = (found.approach.as_ref().map(|approach| &approach.text) != Some(&text))
                .then_some(I::ApproachSet { text, by });
            Ok(on(*incident, look(found).into_iter().chain(set)))
        }
        Command::Dispatch { incident, responder } => {
            let found = find_open(incident)?;
            let person = state
                .people
                .get(responder)
                .filter(|person| !person.removed && person.profile.role.may(May::Respond))
                .ok_or(Refusal::Unknown)?;
            // Nobody can come to their own call.
            if found.origin == Origin::Responder(*responder) {
                return Err(Refusal::Busy(*responder));
            }
            match person.duty {
                Duty::Off => return Err(Refusal::OffDuty(*responder)),
                Duty::Unreachable => return Err(Refusal::Unreachable(*responder)),
                Duty::On => {}
            }
            match state.dispatch_of(*responder) {
                Some(bound) if bound.id == *incident => return Ok(nothing(Stream::Incident(*incident))),
                Some(_) => return Err(Refusal::Busy(*responder)),
                None => {}
            }
            let take = found.claimed.is_none().then_some(I::Claimed { by });
            Ok(on(*incident, look(found).into_iter().chain(take).chain([I::Dispatched { responder: *responder, by }])))
        }
        Command::Recall { incident, responder } => {
            let found = find_open(incident)?;
            let dispatch = found.dispatch_of(*responder).ok_or(Refusal::Unknown)?;
            Ok(on(*incident, dispatch.state.open().then_some(I::Recalled { responder: *responder, by })))
        }
        Command::Close { incident, reason } => {
            let found = find(incident)?;
            if found.is_closed() {
                return Ok(nothing(Stream::Incident(*incident)));
            }
            if let Some(dispatch) = found.open_dispatches().next() {
                return Err(Refusal::DispatchOpen(dispatch.responder));
            }
            Ok(on(*incident, look(found).into_iter().chain([I::Closed { by, reason: *reason }])))
        }
        Command::Reopen(id) => {
            let found = find(id)?;
            if !found.is_closed() {
                return Ok(nothing(Stream::Incident(*id)));
            }
            // A phone has one open incident: its newer one must not be doubled by an old one.
            let same = |other: &&Incident| match found.phone() {
                Some(phone) => other.phone() == Some(phone),
                None => matches!(found.origin, Origin::Responder(_)) && other.origin == found.origin,
            };
            if state.open_incidents().any(|other| same(&other)) {
                return Err(Refusal::OutOfOrder);
            }
            let take = found.claimed.is_none_or(|mark| mark.by != by).then_some(I::Claimed { by });
            Ok(on(*id, [I::Reopened { by: Some(by) }].into_iter().chain(take)))
        }
        Command::JoinCall(id) => find_open(id).map(|found| on(*id, look(found).into_iter().chain(join(found, by)))),
        Command::EndCall(id) => {
            let found = find_open(id)?;
            Ok(on(*id, found.call.is_some().then_some(I::CallEnded { by: Some(by) })))
        }
        _ => Err(Refusal::Unknown),
    }
}

/// What puts `by` into the call of `incident`.
fn join(incident: &Incident, by: PersonId) -> impl Iterator<Item = I> + use<> {
    let open = incident.call.is_none().then_some(I::CallOpened { by: Some(by) });
    let known = incident.call.as_ref().is_some_and(|call| call.joined.contains(&by));
    open.into_iter().chain((!known).then_some(I::CallJoined { by }))
}

fn respond(state: &State, command: &Command, me: &Person, now: Now) -> Result<Decision, Refusal> {
    let responder = me.id;
    let step = |id: &IncidentId, from: &[DispatchState], to: DispatchState, event: I| {
        let incident = state.incidents.get(id).ok_or(Refusal::Unknown)?;
        let dispatch = incident.dispatch_of(responder).ok_or(Refusal::Unknown)?;
        if dispatch.state == to {
            return Ok(nothing(Stream::Incident(*id)));
        }
        if incident.is_closed() || !from.contains(&dispatch.state) {
            return Err(Refusal::OutOfOrder);
        }
        Ok(on(*id, [event]))
    };
    use DispatchState as D;
    match command {
        Command::Go(id) => step(id, &[D::Dispatched], D::EnRoute, I::EnRoute { responder }),
        Command::Arrive(id) => step(id, &[D::Dispatched, D::EnRoute], D::OnScene, I::OnScene { responder }),
        Command::Done(id) => step(id, &[D::OnScene], D::Clear, I::Cleared { responder }),
        Command::Cannot { incident, reason } if *reason != CannotReason::Removed => step(
            incident,
            &[D::Dispatched, D::EnRoute, D::OnScene],
            D::Cannot(*reason),
            I::Cannot { responder, reason: *reason },
        ),
        Command::JoinCall(id) => {
            let incident = state.incidents.get(id).filter(|incident| incident.may_talk(me)).ok_or(Refusal::Unknown)?;
            Ok(on(*id, join(incident, responder)))
        }
        Command::DutyOn { level } => Ok(match me.duty {
            Duty::Off => of(responder, P::DutyOn { level: *level, by: None }),
            _ => nothing(Stream::Person(responder)),
        }),
        Command::DutyOff if state.dispatch_of(responder).is_some() => Err(Refusal::StillDispatched),
        Command::DutyOff => Ok(match me.duty {
            Duty::Off => nothing(Stream::Person(responder)),
            _ => of(responder, P::DutyOff),
        }),
        Command::Position { level, place } => match me.duty {
            Duty::Off => Err(Refusal::OffDuty(responder)),
            _ => Ok(of(responder, P::Positioned { level: *level, place: place.clone() })),
        },
        Command::NeedHelp { fresh, lang } => {
            // A level confirmed by hand is a place too.
            let by_hand = me.level.zip(me.positioned).map(|(level, at)| Place {
                level: Some(level),
                unit: None,
                point: None,
                radius_m: 0,
                source: Source::Zone,
                code: None,
                at_wall_ms: at.wall_ms,
            });
            let place = me.position.clone().or(by_hand);
            Ok(match state.own_call(responder) {
                Some(incident) => ask_again(incident, place, false, now),
                None => on(
                    *fresh,
                    [I::Alerted {
                        origin: Origin::Responder(responder),
                        lang: lang.clone(),
                        place,
                        priority: Priority::P1,
                        for_morning: false,
                    }],
                ),
            })
        }
        _ => Err(Refusal::Unknown),
    }
}

fn clock_command(state: &State, command: &Command, now: Now) -> Result<Decision, Refusal> {
    match command {
        Command::Escalate { incident, step, round } => {
            let found = state.incidents.get(incident).ok_or(Refusal::Unknown)?;
            let wait = found.wait.filter(|wait| wait.round == *round && !found.is_closed());
            let fires = wait.is_some_and(|wait| wait.reached.is_none_or(|reached| *step > reached));
            Ok(on(*incident, fires.then_some(I::Escalated { step: *step, round: *round })))
        }
        Command::RaiseForSilence(id) => {
            let found = state.incidents.get(id).ok_or(Refusal::Unknown)?;
            // Looked at once more: an answer may have come since the clock was read.
            let raise = silence_due(found, now);
            let event =
                I::PrioritySet { to: Priority::P1, reason: PriorityReason::Silence, by: None, note: String::new() };
            Ok(on(*id, raise.then_some(event)))
        }
        Command::Heard { person, reachable } => {
            let found = state.people.get(person).ok_or(Refusal::Unknown)?;
            Ok(match (found.duty, reachable) {
                (Duty::On, false) => of(*person, P::BecameUnreachable),
                (Duty::Unreachable, true) => of(*person, P::BecameReachable),
                _ => nothing(Stream::Person(*person)),
            })
        }
        Command::Erase { incident, rule } => {
            let found = state.incidents.get(incident).ok_or(Refusal::Unknown)?;
            let over = state.course.leap(now).is_none() && rule.due(found, now);
            Ok(on(*incident, over.then_some(I::Erased)))
        }
        Command::NoteLeap(leap) => {
            Ok(festival(state.course.recorded().is_none().then_some(FestivalEvent::ClockLeapt(*leap))))
        }
        Command::PassNight { erased } => {
            let event = FestivalEvent::NightPassed { erased: *erased };
            Ok(festival(state.course.may_pass(now).then_some(event)))
        }
        _ => Err(Refusal::Unknown),
    }
}
