//! Decides what is said: answers, messages, notes, hand-over, cases opened for others.
//!
//! Law: an answer may raise the priority and never lowers it; a repeated message is one message.

use super::command::Command;
use super::decide::{Decision, look, nothing, on};
use super::event::Stream;
use super::state::State;
use super::text::clean_text;
use crate::ids::{CodeHash, IncidentId, MessageId, PersonId, TokenHash};
use crate::incident::{Incident, IncidentEvent as I, Origin, Priority, PriorityReason};
use crate::pace::TEXT_PACE;
use crate::person::{May, Person};
use crate::phrase::Direction;
use crate::question::{Answer, Question, Whom};
use crate::refusal::Refusal;
use crate::time::Now;
use crate::words::{Words, inert};

/// A code of the desk works this long.
pub const CODE_VALID_MS: i64 = 12 * 3_600_000;
/// Longest note, in characters.
const NOTE_MAX: usize = 1_000;

type Decided = Result<Decision, Refusal>;

/// What the phone of `incident` says; `None` for a command that is not of this kind.
pub(super) fn by_phone(incident: &Incident, command: &Command, now: Now) -> Option<Decided> {
    let said = &incident.conversation;
    // Also after the end: the last words may come into sight later.
    if let Command::Got { upto, shown } = command {
        return Some(Ok(on(incident.id, got(incident, *upto, *shown))));
    }
    let unless = |done: bool, event: I| on(incident.id, (!done).then_some(event));
    let decided = match command {
        Command::Answer { question, answer } => answered(incident, *question, answer),
        // Whoever reported for another stays a reporter once the other was found: an abuser would
        // only have to change the answer to see who goes there.
        Command::SayWhom(whom)
            if !whom.reports() && said.whom.is_some_and(Whom::reports) && incident.found.is_some() =>
        {
            Err(Refusal::OutOfOrder)
        }
        Command::SayWhom(whom) => Ok(unless(said.whom == Some(*whom), I::WhomSaid { whom: *whom })),
        Command::SayWorksHere(who) => Ok(unless(said.works_here == Some(*who), I::WorksHereSaid { who: *who })),
        Command::Write { id, words } => write(incident, *id, words, now),
        _ => return None,
    };
    Some(if incident.is_closed() { Err(Refusal::Closed) } else { decided })
}

fn raise(incident: &Incident, reason: Option<PriorityReason>) -> Option<I> {
    let reason = reason.filter(|_| incident.priority > Priority::P1)?;
    Some(I::PrioritySet { to: Priority::P1, reason, by: None, note: String::new() })
}

fn answered(incident: &Incident, question: Question, answer: &Answer) -> Decided {
    if !answer.fits(question) {
        return Err(Refusal::BadAnswer);
    }
    if incident.conversation.answer(question) == Some(answer) {
        return Ok(nothing(Stream::Incident(incident.id)));
    }
    let event = I::Answered { question, answer: answer.clone() };
    Ok(on(incident.id, [event].into_iter().chain(raise(incident, answer.danger(question)))))
}

fn write(incident: &Incident, id: MessageId, words: &Words, now: Now) -> Decided {
    let said = &incident.conversation;
    if said.messages.iter().any(|message| message.id == id && message.by.is_none()) {
        return Ok(nothing(Stream::Incident(incident.id)));
    }
    let words = clean(words, Direction::FromPerson)?;
    if !said.pace.allows(TEXT_PACE, now) {
        return Err(Refusal::TooFast);
    }
    let answer = match &words {
        Words::Phrase(phrase) => phrase.answers(),
        Words::Text(_) => None,
    };
    let new = answer.filter(|(question, answer)| said.answer(*question) != Some(answer));
    let danger = new.as_ref().and_then(|(question, answer)| answer.danger(*question));
    let answered = new.map(|(question, answer)| I::Answered { question, answer });
    let wrote = I::Wrote { n: said.last + 1, id, by: None, words };
    Ok(on(incident.id, [wrote].into_iter().chain(answered).chain(raise(incident, danger))))
}

/// The words as they may be kept, said by `side`.
fn clean(words: &Words, side: Direction) -> Result<Words, Refusal> {
    match words {
        Words::Phrase(phrase) if phrase.direction() == side || phrase.direction() == Direction::Both => {
            Ok(words.clone())
        }
        Words::Phrase(_) => Err(Refusal::BadAnswer),
        Words::Text(text) => inert(text).map(Words::Text),
    }
}

fn got(incident: &Incident, upto: u32, shown: bool) -> Option<I> {
    let upto = incident.conversation.unmarked(upto, shown)?;
    Some(if shown { I::Shown { upto } } else { I::Reached { upto } })
}

/// The case whose code this is becomes the phone's.
pub(super) fn take_over(state: &State, phone: TokenHash, code: &CodeHash, lang: &str, now: Now) -> Decided {
    let works = |incident: &&Incident| incident.code.is_some_and(|open| open.hash == *code && open.works(now));
    let found = state.open_incidents().find(works).ok_or(Refusal::CodeUnknown)?;
    if state.incident_of(&phone).is_some_and(|own| !own.is_closed()) {
        return Err(Refusal::CaseOpen);
    }
    Ok(on(found.id, [I::CodeUsed { phone, lang: lang.to_owned() }]))
}

/// What a member of the desk says; `None` for a command that is not of this kind.
pub(super) fn by_staff(state: &State, command: &Command, me: &Person) -> Option<Decided> {
    let by = me.id;
    let find = |id: &IncidentId| state.incidents.get(id).ok_or(Refusal::Unknown);
    let find_open =
        |id: &IncidentId| find(id).and_then(|found| if found.is_closed() { Err(Refusal::Closed) } else { Ok(found) });
    Some(match command {
        Command::Say { incident, id, words } => find_open(incident).and_then(|found| say(found, *id, words, by)),
        Command::Open { incident, upto } => find(incident).map(|found| open(found, *upto, by)),
        Command::Note { incident, text } => find(incident).and_then(|found| note(found, text, by)),
        Command::HandOver { incident, to, note } => {
            find_open(incident).and_then(|found| hand_over(state, found, *to, note, by))
        }
        Command::FoundAt { incident, place, who } => find_open(incident).map(|found| {
            let found_at = I::FoundAt { by, place: place.clone(), who: *who };
            on(*incident, look(found, by).into_iter().chain([found_at]))
        }),
        Command::OpenFor { fresh, came, lang, place, note } => {
            let alerted = I::Alerted {
                origin: Origin::Desk { by, came: *came },
                lang: lang.clone(),
                place: place.clone(),
                priority: Priority::P2,
                for_morning: false,
            };
            let text = if note.trim().is_empty() { Ok(None) } else { clean_text(note, NOTE_MAX).map(Some) };
            // Whoever opens it has seen it and has it.
            let taken = [alerted, I::Seen { by }, I::Claimed { by }];
            text.map(|text| on(*fresh, taken.into_iter().chain(text.map(|text| I::Noted { by, text }))))
        }
        Command::MakeCode { incident, code } => find_open(incident).and_then(|found| {
            // Only a case that no phone has yet can go to one.
            if !matches!(found.origin, Origin::Desk { .. }) || found.claimant.is_some() {
                return Err(Refusal::OutOfOrder);
            }
            let known = found.code.is_some_and(|open| open.hash == *code);
            let made = I::CodeMade { by, code: *code, valid_ms: CODE_VALID_MS };
            Ok(on(*incident, (!known).then_some(made)))
        }),
        _ => return None,
    })
}

fn say(incident: &Incident, id: MessageId, words: &Words, by: PersonId) -> Decided {
    if incident.phone().is_none() {
        return Err(Refusal::NoPhone);
    }
    let said = &incident.conversation;
    if said.messages.iter().any(|message| message.id == id && message.by.is_some()) {
        return Ok(nothing(Stream::Incident(incident.id)));
    }
    let words = clean(words, Direction::FromStaff)?;
    let take = incident.claimed.is_none().then_some(I::Claimed { by });
    let wrote = I::Wrote { n: said.last + 1, id, by: Some(by), words };
    Ok(on(incident.id, look(incident, by).into_iter().chain(take).chain([wrote])))
}

fn open(incident: &Incident, upto: u32, by: PersonId) -> Decision {
    let newest = incident.conversation.messages.iter().rev().filter(|message| message.by.is_none());
    let newest = newest.filter(|message| message.n <= upto).find(|message| message.read.is_none());
    // Opening something is a look at the row; a pane that merely stands open is none.
    let opened = newest.map(|message| I::Opened { by, upto: message.n });
    let look = look(incident, by).filter(|_| opened.is_some());
    on(incident.id, look.into_iter().chain(opened))
}

fn note(incident: &Incident, text: &str, by: PersonId) -> Decided {
    let text = clean_text(text, NOTE_MAX)?;
    let last = incident.conversation.notes.last();
    let said = last.is_some_and(|note| note.by == by && note.text == text);
    Ok(on(incident.id, look(incident, by).into_iter().chain((!said).then_some(I::Noted { by, text }))))
}

fn hand_over(state: &State, incident: &Incident, to: PersonId, note: &str, by: PersonId) -> Decided {
    let colleague = state.people.get(&to).filter(|person| !person.removed);
    if !colleague.is_some_and(|person| person.profile.role.may(May::WorkIncidents)) {
        return Err(Refusal::Unknown);
    }
    // Taking a case oneself is a claim, which asks whether somebody else has it.
    if to == by {
        return Err(Refusal::OutOfOrder);
    }
    let note = if note.trim().is_empty() { String::new() } else { clean_text(note, NOTE_MAX)? };
    let has = incident.claimed.is_some_and(|mark| mark.by == to);
    Ok(on(incident.id, (!has).then_some(I::HandedOver { by, to, note })))
}
