//! Logs that earlier builds wrote. Law: a file is never written again; payload types only grow, so
//! it replays in every build to come. A later issue adds a file of its own.

use crate::desk::{Body, Event, State, Stored};
use crate::escalation::Step;
use crate::ids::{IncidentId, PersonId, TokenHash, VenueDigest};
use crate::incident::{CannotReason, DispatchState, Priority, Status};
use crate::person::{Duty, Role};
use crate::phrase::Phrase;
use crate::question::{Answer, Colour, Garment, How, Piece, Whom, WorksHere};
use crate::time::Now;
use crate::venue::Ordinal;
use crate::words::Words;
use serde::Deserialize;
use std::collections::BTreeSet;

const ISSUE_3: &str = include_str!("../../../tests/golden/log-issue-3.jsonl");
const ISSUE_4: &str = include_str!("../../../tests/golden/log-issue-4.jsonl");
const ISSUE_5: &str = include_str!("../../../tests/golden/log-issue-5.jsonl");
const RETENTION: &str = include_str!("../../../tests/golden/log-issue-6-retention.jsonl");
const LOGS: &[&str] = &[ISSUE_3, ISSUE_4, ISSUE_5, RETENTION];

/// One line of the file: the envelope as far as the domain reads it.
#[derive(Deserialize)]
struct Line {
    seq: u64,
    stream: String,
    version: u64,
    at_wall_ms: i64,
    kind: String,
    kind_version: u16,
    body: Event,
}

fn lines(file: &str) -> Vec<Line> {
    file.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn replay(file: &str) -> State {
    let mut state = State::default();
    let start = Now { wall_ms: 1_800_000_000_000, mono_ms: 17 };
    for line in lines(file) {
        assert_eq!((line.kind.as_str(), line.kind_version), (line.body.kind(), 1));
        assert_eq!(line.seq, state.seq + 1);
        let stream = line.stream.parse().unwrap();
        assert_eq!(line.version, state.version(&stream) + 1);
        let at = start.replayed(line.at_wall_ms);
        state.apply(&Stored { seq: line.seq, stream, version: line.version, at, body: Body::Open(line.body) });
    }
    state
}

/// Every kind of event there is, as `event.rs` names them.
pub(super) fn kinds() -> Vec<&'static str> {
    let source = include_str!("../event.rs");
    let kinds: Vec<_> = source.lines().filter_map(|line| line.split_once("=> \"")?.1.split('"').next()).collect();
    assert!(kinds.len() >= 33, "event.rs is read wrongly here");
    kinds
}

#[test]
fn every_kind_of_event_stands_in_a_golden_log() {
    let met: BTreeSet<String> = LOGS.iter().flat_map(|log| lines(log)).map(|line| line.kind).collect();
    for kind in kinds() {
        assert!(met.contains(kind), "no golden log holds {kind}: write one for this issue");
    }
}

#[test]
fn what_was_written_is_what_would_be_written() {
    // A renamed field or variant would still be read by an alias, and then not by the build before.
    for (line, text) in LOGS.iter().flat_map(|log| lines(log).into_iter().zip(log.lines())) {
        let now = serde_json::to_value(&line.body).unwrap();
        let then = serde_json::from_str::<serde_json::Value>(text).unwrap()["body"].clone();
        assert!(contains(&now, &then), "{then} is written as {now} now");
    }
}

/// Whether `now` says all that `then` said; new fields are welcome.
fn contains(now: &serde_json::Value, then: &serde_json::Value) -> bool {
    match (now, then) {
        (serde_json::Value::Object(now), serde_json::Value::Object(then)) => {
            then.iter().all(|(name, then)| now.get(name).is_some_and(|now| contains(now, then)))
        }
        _ => now == then,
    }
}

#[test]
fn the_log_of_issue_3_leads_where_it_led_then() {
    let state = replay(ISSUE_3);
    assert_eq!((state.seq, state.venue), (61, Some(VenueDigest([0xfd; 32]))));
    let incident = |n| &state.incidents[&IncidentId([0xc0, 0, 0, 0, 0, 0, 0, n])];
    let person = |n| &state.people[&PersonId([0xb0, 0, 0, 0, 0, 0, 0, n])];

    let first = incident(1);
    assert_eq!(
        (first.status(), first.priority, first.asked_again, first.rounds),
        (Status::Claimed, Priority::P2, 1, 4)
    );
    assert_eq!(first.place.as_ref().unwrap().level, Some(Ordinal(1)), "a phone's own location replaces no poster");
    assert_eq!(first.pings.len(), 2);
    assert_eq!(first.claimed.unwrap().by, person(3).id);
    let went: Vec<_> = first.dispatches.iter().map(|dispatch| (dispatch.responder, dispatch.state)).collect();
    let not_found = DispatchState::Cannot(CannotReason::CannotFind);
    assert_eq!(went, [(person(4).id, not_found), (person(5).id, DispatchState::Clear)]);
    assert!(first.unacknowledged());
    assert_eq!(first.wait.unwrap().reached, None::<Step>);

    let second = incident(2);
    assert_eq!((second.status(), second.priority, second.check), (Status::Claimed, Priority::P1, Some(false)));
    assert!(second.withdrawn.is_some() && second.silence_raised);
    assert_eq!(second.dispatches[0].state, DispatchState::Recalled);

    let call = incident(3);
    assert_eq!((call.status(), call.priority), (Status::Unseen, Priority::P1));
    assert_eq!(call.place.as_ref().unwrap().level, Some(Ordinal(-1)));

    assert_eq!((person(1).profile.role, person(1).sessions.len()), (Role::Organiser, 1));
    assert_eq!((person(2).profile.name.as_str(), person(2).sessions.len()), ("Amina", 1));
    assert_eq!(person(3).sessions, []);
    assert!(person(4).removed);
    assert_eq!((person(5).duty, person(5).level), (Duty::On, Some(Ordinal(-1))));
    assert!(state.invites.values().all(|invite| invite.spent));
}

#[test]
fn the_log_of_issue_4_leads_where_it_led_then() {
    let state = replay(ISSUE_4);
    assert_eq!(state.seq, 28);
    let incident = |n| &state.incidents[&IncidentId([0xc0, 0, 0, 0, 0, 0, 0, n])];
    let person = |n| PersonId([0xb0, 0, 0, 0, 0, 0, 0, n]);

    // The phone opened it, an agent and the responder who was sent took part, the phone left; then
    // the team offered one, which nobody has ended.
    let first = incident(1);
    let call = first.call.as_ref().unwrap();
    assert_eq!((call.by, &call.joined[..]), (Some(person(1)), &[person(1)][..]));
    assert!(!first.unacknowledged());
    // Ended by an agent, asked for again by the phone: the row is work to do.
    let second = incident(2);
    assert_eq!((second.call.as_ref().unwrap().by, second.rounds), (None, 2));
    assert!(second.unacknowledged());
    // Closing ends a call, and so does taking the alert back.
    assert!(incident(3).is_closed() && incident(3).call.is_none());
    assert!(incident(4).withdrawn.is_some() && incident(4).call.is_none());
}

#[test]
fn the_log_of_issue_5_leads_where_it_led_then() {
    let state = replay(ISSUE_5);
    let incident = |n| &state.incidents[&IncidentId([0xd0, 0, 0, 0, 0, 0, 0, n])];
    let lead = PersonId([3, 0, 0, 0, 0, 0, 0, 1]);

    let first = incident(1);
    let said = &first.conversation;
    assert_eq!((first.status(), first.priority, first.claimed.unwrap().by), (Status::Claimed, Priority::P1, lead));
    assert_eq!(first.found.as_ref().unwrap().level, Some(Ordinal(2)));
    let scarf = Piece { garment: Garment::Scarf, colour: Colour::Green };
    let answers: Vec<_> = said.answers.values().map(|given| given.answer.clone()).collect();
    let (how, look) = (Answer::How(How::Discreetly), Answer::Look(vec![scarf]));
    // Hurt was a No until the phrase said otherwise.
    assert_eq!(answers, [Answer::No, Answer::Yes, Answer::Yes, Answer::Skipped, how, look]);
    assert_eq!((said.whom, said.works_here), (Some(Whom::Me), Some(WorksHere::Team)));
    let words: Vec<_> = said.messages.iter().map(|message| message.words.clone()).collect();
    let text = Words::Text("he is outside the door \u{fffd}".to_owned());
    assert_eq!(words, [Words::Phrase(Phrase::WithYou), text, Words::Phrase(Phrase::NeedDoctor)]);
    assert!(said.messages.iter().all(|message| message.read.is_some()));
    let notes: Vec<_> = said.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(notes, ["speaks some French", "end of my shift"]);
    assert_eq!(first.call, None);

    let second = incident(2);
    assert_eq!((second.phone(), second.lang.as_str(), second.code), (Some(TokenHash([2; 32])), "uk", None));
    assert!(second.reported() && second.status() == Status::Claimed);

    let third = incident(3);
    assert_eq!((third.priority, third.silence_raised, third.for_morning), (Priority::P1, true, false));
}

#[test]
fn the_log_of_the_first_nights_leads_where_it_led_then() {
    let state = replay(RETENTION);
    assert_eq!(state.seq, 10);
    // The first case was erased, and its phone is nobody's; the second one stays.
    let left: Vec<_> = state.incidents.keys().map(|id| id.0[7]).collect();
    assert_eq!((left, state.phones.len()), (vec![2], 1));
    // The clock leapt by ten years and back, and somebody looked.
    assert_eq!((state.course.recorded(), state.course.night().map(|at| at.wall_ms)), (None, Some(1_792_800_000_000)));
}
