//! Frames: round trips, damage, other protocols.

use super::world::{World, person, through, tries};
use crate::ids::{IncidentId, PersonId};
use crate::incident::{CannotReason, CloseReason, Found, Priority};
use crate::person::{Duty, Role};
use crate::phrase::Phrase;
use crate::question::Came;
use crate::venue::Ordinal;
use crate::view::{Pages, Presence, case, guard, pane, people, row};
use crate::wire::{
    FromPhone, FromStaff, Me, PROTOCOL, PagingView, StaffCommand, StaffPost, ToPhone, ToStaff, WireError, decode,
    encode,
};
use crate::words::Words;
use core::fmt::Debug;
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(message: &T) -> Vec<u8> {
    let frame = encode(message);
    assert_eq!(frame[0], PROTOCOL);
    assert_eq!(&decode::<T>(&frame).unwrap(), message);
    // Neither a byte more nor one less is the same message.
    assert_eq!(decode::<T>(&[frame.as_slice(), &[0]].concat()), Err(WireError::Damaged));
    assert!(decode::<T>(&frame[..frame.len() - 1]).is_err());
    for other in (0..=u8::MAX).filter(|byte| *byte != PROTOCOL) {
        let mut frame = frame.clone();
        frame[0] = other;
        assert_eq!(decode::<T>(&frame), Err(WireError::Protocol(other)));
    }
    frame
}

/// Every command of a staff screen, once.
fn commands() -> Vec<StaffCommand> {
    use StaffCommand as C;
    let (id, who) = (IncidentId([1; 8]), PersonId([2; 8]));
    let all = vec![
        C::See(id),
        C::Claim(id, Some(who)),
        C::SetPriority(id, Priority::P3, "é".to_owned()),
        C::SetApproach(id, String::new()),
        C::Dispatch(id, who),
        C::Recall(id, who),
        C::Close(id, CloseReason::HandedOn),
        C::Reopen(id),
        C::Go(id),
        C::Arrive(id),
        C::Done(id),
        C::Cannot(id, CannotReason::CannotFind),
        C::DutyOn(Some(Ordinal(-1))),
        C::DutyOff,
        C::Level(Ordinal(3)),
        C::Scan("7K3-F9Q".to_owned()),
        C::NeedHelp,
        C::Remove(who),
        C::SignOut,
        C::EverywhereOut,
        C::Say(id, Words::Phrase(Phrase::WithYou)),
        C::Say(id, Words::Text("안녕".to_owned())),
        C::Open(id, 7),
        C::Note(id, "n".to_owned()),
        C::HandOver(id, who, String::new()),
        C::FoundAt(id, "l:1".to_owned()),
        C::OpenFor { came: Came::Telephone, lang: "ko".to_owned(), place: String::new(), note: "x".to_owned() },
        C::MakeCode(id),
        C::RaiseDuty(who),
        C::FoundWho(id, "l:1".to_owned(), Found::Person),
    ];
    // The match makes a new command a compile error here until it is listed above.
    for command in &all {
        match command {
            C::See(_) | C::Claim(..) | C::SetPriority(..) | C::SetApproach(..) | C::Dispatch(..) | C::Recall(..) => {}
            C::Close(..) | C::Reopen(_) | C::Go(_) | C::Arrive(_) | C::Done(_) | C::Cannot(..) | C::DutyOn(_) => {}
            C::DutyOff | C::Level(_) | C::Scan(_) | C::NeedHelp | C::Remove(_) | C::SignOut | C::EverywhereOut => {}
            C::Say(..) | C::Open(..) | C::Note(..) | C::HandOver(..) | C::FoundAt(..) | C::OpenFor { .. } => {}
            C::MakeCode(_) | C::RaiseDuty(_) | C::FoundWho(..) => {}
        }
    }
    all
}

#[test]
fn every_command_of_a_screen_arrives_as_it_was_sent() {
    for command in commands() {
        there_and_back(&StaffPost { key: [7; 16], command });
    }
}

#[test]
fn an_empty_frame_is_told_from_a_damaged_one() {
    assert_eq!(decode::<FromStaff>(&[]), Err(WireError::Empty));
    assert_eq!(decode::<FromStaff>(&[PROTOCOL]), Err(WireError::Damaged));
    assert_eq!(decode::<FromStaff>(&[0, 1, 2]), Err(WireError::Protocol(0)));
}

#[test]
fn small_messages_arrive_as_they_were_sent() {
    there_and_back(&FromPhone::Hello { token: Some("a".repeat(64)), cursor: vec![1, 2, 3] });
    there_and_back(&FromPhone::Pong);
    there_and_back(&FromPhone::Got { upto: 300, shown: true });
    there_and_back(&FromStaff::Watch(Some(IncidentId([3; 8]))));
    there_and_back(&FromStaff::Hello { cursor: Vec::new() });
    there_and_back(&ToPhone::Refused("cursor".to_owned()));
    there_and_back(&ToStaff::Reload);
    there_and_back(&FromStaff::Sight(true));
    for pages in [Pages::Off, Pages::Untested, Pages::Underway { ago_ms: 300 }, Pages::Failed { ago_ms: 1 }] {
        there_and_back(&ToStaff::Paging(PagingView { here: pages != Pages::Off, pages }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_view_of_every_state_arrives_as_it_was_sent(tries in tries(100)) {
        let mut world = World::new();
        world.run(&tries);
        let state = &world.state;
        let presence = |_: PersonId| Presence { heard_ms: Some(5), in_sight: true, pages: Pages::Came { ago_ms: 70_000, after_ms: 2_000 } };
        through(world.now, |lens| {
            let me = Me { id: person(Role::Agent, 0), name: "Zoé".to_owned(), role: Role::Agent };
            let rows: Vec<_> = state.incidents.values().map(|incident| row(incident, state, lens)).collect();
            let first = state.incidents.values().next();
            let pane = first.map(|incident| Box::new(pane(incident, state, lens)));
            let people = people(state, &presence, lens);
            let (cursor, map) = (vec![9; 16], "/map/x".to_owned());
            there_and_back(&ToStaff::Desk { cursor, reset: true, me, rows, people, pane, map });
            for person in state.people.values().filter(|person| person.duty != Duty::Off) {
                let me = Me { id: person.id, name: String::new(), role: Role::Security };
                let view = guard(person, state, lens);
                there_and_back(&ToStaff::Guard { cursor: Vec::new(), me, view, map: String::new() });
            }
            for incident in state.incidents.values() {
                let view = Box::new(case(incident, state, lens));
                there_and_back(&ToPhone::Case { cursor: Vec::new(), view });
            }
        });
    }

    #[test]
    fn no_bytes_make_the_reader_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let framed = [&[PROTOCOL], bytes.as_slice()].concat();
        for frame in [&bytes, &framed] {
            let _ = decode::<FromPhone>(frame);
            let _ = decode::<FromStaff>(frame);
            let _ = decode::<StaffPost>(frame);
            let _ = decode::<ToPhone>(frame);
            let _ = decode::<ToStaff>(frame);
        }
    }

    #[test]
    fn a_flipped_bit_is_another_message_or_none(bit in 0usize..8, at in any::<prop::sample::Index>()) {
        for command in commands() {
            let mut frame = encode(&StaffPost { key: [7; 16], command: command.clone() });
            let index = at.index(frame.len());
            frame[index] ^= 1 << bit;
            // Some damage reads as another command: the connection is protected elsewhere. It must
            // neither panic nor read as what was sent.
            if let Ok(read) = decode::<StaffPost>(&frame) {
                prop_assert_ne!(read, StaffPost { key: [7; 16], command });
            }
        }
    }
}
