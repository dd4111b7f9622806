//! One rule, one test.

use super::hall::{Hall, OFFER, incident, no_floor, offer, person, phone, refused};
use crate::relay::LinkEvent;
use crate::relay::frame::{Order, Report};
use domain::desk::{Actor, Command};
use domain::incident::{CloseReason, Found};
use domain::person::Role;
use domain::place::Place;
use domain::wire::{FloorView, Member, NoFloor, OFFER_MAX, PhoneVoice, Speaker, StaffVoice, VoiceSay};

fn staff_offer() -> StaffVoice {
    StaffVoice::Offer { sdp: OFFER.to_owned(), restart: false }
}

#[test]
fn a_phone_speaks_and_is_heard_by_those_who_joined() {
    let mut hall = Hall::new();
    let (ann, bob) = (hall.warm(Role::Agent, 0), hall.warm(Role::Lead, 0));
    let seat = hall.talking(0);
    assert!(hall.state.incidents[&incident(0)].call.is_some());
    assert_eq!((hall.talk[&seat].desk, hall.talk[&seat].floor), (0, FloorView::Idle));
    hall.staff(ann, StaffVoice::Join(incident(0)));
    assert_eq!(hall.talk[&seat].desk, 1);
    hall.phone(seat, PhoneVoice::Press(1));
    assert_eq!(hall.heard(), (Some(seat), vec![ann]));
    assert!(matches!(hall.talk[&seat].floor, FloorView::Yours { burst: 1, .. }));
    assert_eq!(hall.views[&(ann, incident(0))].floor, FloorView::Taken(Speaker::Attendee));
    // The lead sees the call and hears nothing of it.
    assert!(!hall.views[&(bob, incident(0))].joined);
    hall.phone(seat, PhoneVoice::Release(1));
    hall.later(150);
    assert_eq!(hall.heard(), (None, vec![]));
    assert_eq!(hall.talk[&seat].floor, FloorView::Idle);
}

#[test]
fn a_phone_hears_nothing_until_it_wants_to_and_is_told_roles_only() {
    let mut hall = Hall::new();
    let ann = hall.warm(Role::Agent, 0);
    let seat = hall.talking(0);
    hall.staff(ann, StaffVoice::Join(incident(0)));
    hall.staff(ann, StaffVoice::Press(incident(0), 1));
    assert_eq!(hall.heard(), (Some(ann), vec![]));
    assert_eq!(hall.talk[&seat].floor, FloorView::Taken(Speaker::Desk(None)));
    let attendee = |hears| Member { who: Speaker::Attendee, connected: true, hears };
    assert_eq!(hall.views[&(ann, incident(0))].members[0], attendee(false));
    hall.phone(seat, PhoneVoice::Sound(true));
    assert_eq!(hall.heard(), (Some(ann), vec![seat]));
    assert_eq!(hall.views[&(ann, incident(0))].members[0], attendee(true));
    hall.phone(seat, PhoneVoice::Sound(false));
    assert_eq!(hall.heard(), (Some(ann), vec![]));
}

#[test]
fn the_person_who_asked_for_help_goes_first() {
    let mut hall = Hall::new();
    let ann = hall.warm(Role::Agent, 0);
    let seat = hall.talking(0);
    hall.staff(ann, StaffVoice::Join(incident(0)));
    hall.staff(ann, StaffVoice::Press(incident(0), 5));
    hall.phone(seat, PhoneVoice::Press(1));
    assert_eq!(hall.told(ann).last(), Some(&no_floor(5, NoFloor::AttendeeFirst)));
    assert_eq!(hall.heard(), (Some(seat), vec![ann]));
    hall.staff(ann, StaffVoice::Press(incident(0), 6));
    assert_eq!(hall.told(ann), [no_floor(6, NoFloor::Taken)]);
}

#[test]
fn after_25_s_a_warning_and_after_30_s_the_end() {
    let mut hall = Hall::new();
    let seat = hall.talking(0);
    hall.told(seat);
    hall.phone(seat, PhoneVoice::Press(1));
    hall.later(24_999);
    assert_eq!(hall.told(seat), []);
    hall.later(1);
    assert_eq!(hall.told(seat), [VoiceSay::Ending(1)]);
    hall.later(5_000);
    assert_eq!(hall.told(seat), [no_floor(1, NoFloor::TooLong)]);
    assert_eq!(hall.heard().0, None);
}

#[test]
fn a_press_that_nobody_would_hear_gets_no_floor() {
    let mut hall = Hall::new();
    let seat = hall.enter_phone(0);
    hall.phone(seat, PhoneVoice::Press(1));
    assert_eq!(hall.told(seat), [no_floor(1, NoFloor::NotInCall)]);
    hall.phone(seat, offer());
    hall.phone(seat, PhoneVoice::Press(2));
    assert_eq!(hall.told(seat), []);
    hall.phone(seat, PhoneVoice::Release(2));
    assert_eq!(hall.told(seat), [no_floor(2, NoFloor::NotConnected)]);
    hall.connected(seat, true);
    hall.phone(seat, PhoneVoice::Press(3));
    assert_eq!(hall.heard().0, Some(seat));
    hall.connected(seat, false);
    assert_eq!((hall.told(seat), hall.heard().0), (vec![no_floor(3, NoFloor::NotConnected)], None));
    let ann = hall.enter_staff(Role::Agent, 0);
    hall.staff(ann, StaffVoice::Press(incident(0), 1));
    hall.staff(ann, StaffVoice::Join(incident(0)));
    hall.staff(ann, StaffVoice::Press(incident(0), 2));
    assert_eq!(hall.told(ann), [no_floor(1, NoFloor::NotInCall), no_floor(2, NoFloor::NotConnected)]);
}

#[test]
fn a_press_on_a_connection_that_is_on_its_way_is_granted_when_it_stands() {
    let mut hall = Hall::new();
    let ann = hall.enter_staff(Role::Agent, 0);
    hall.staff(ann, StaffVoice::Join(incident(0)));
    hall.staff(ann, StaffVoice::Offer { sdp: OFFER.to_owned(), restart: false });
    let seat = hall.enter_phone(0);
    hall.phone(seat, offer());
    // Its browser knows of the connection before the relay's word of it is here.
    hall.phone(seat, PhoneVoice::Press(1));
    hall.phone(seat, PhoneVoice::Press(2));
    assert_eq!(hall.told(seat), [no_floor(1, NoFloor::NotConnected)]);
    hall.connected(seat, true);
    assert_eq!((hall.told(seat), hall.heard().0), (vec![], Some(seat)));
    hall.phone(seat, PhoneVoice::Release(2));
    hall.later(1_000);
    hall.staff(ann, StaffVoice::Press(incident(0), 1));
    assert_eq!((hall.told(ann), hall.heard().0), (vec![], None));
    hall.connected(ann, true);
    assert_eq!((hall.told(ann), hall.heard().0), (vec![], Some(ann)));
}

#[test]
fn a_staff_screen_hears_the_call_it_joined_or_pressed_in_last() {
    let mut hall = Hall::new();
    let ann = hall.warm(Role::Agent, 0);
    let (one, two) = (hall.talking(0), hall.talking(1));
    hall.staff(ann, StaffVoice::Join(incident(0)));
    hall.staff(ann, StaffVoice::Join(incident(1)));
    assert_eq!((hall.talk[&one].desk, hall.talk[&two].desk), (0, 1), "said to hear and does not");
    hall.phone(one, PhoneVoice::Press(1));
    assert_eq!(hall.heard(), (Some(one), vec![]));
    hall.staff(ann, StaffVoice::Join(incident(0)));
    assert_eq!(hall.heard(), (Some(one), vec![ann]));
    hall.phone(one, PhoneVoice::Release(1));
    hall.later(200);
    hall.staff(ann, StaffVoice::Press(incident(1), 1));
    assert_eq!((hall.talk[&one].desk, hall.talk[&two].desk), (0, 1));
    // One microphone: the press in the other call ends the first at once.
    hall.staff(ann, StaffVoice::Press(incident(0), 2));
    assert_eq!(hall.heard(), (Some(ann), vec![]));
    assert_eq!(hall.talk[&two].floor, FloorView::Idle);
    hall.staff(ann, StaffVoice::Leave(incident(0)));
    assert_eq!((hall.heard().0, hall.talk[&one].desk, hall.talk[&two].desk), (None, 0, 0));
}

#[test]
fn a_screen_that_wants_no_sound_is_not_said_to_hear() {
    let mut hall = Hall::new();
    let ann = hall.warm(Role::Agent, 0);
    let seat = hall.talking(0);
    hall.staff(ann, StaffVoice::Join(incident(0)));
    hall.staff(ann, StaffVoice::Sound(false));
    assert_eq!(hall.talk[&seat].desk, 0);
    hall.phone(seat, PhoneVoice::Press(1));
    assert_eq!(hall.heard(), (Some(seat), vec![]));
}

#[test]
fn two_screens_of_one_agent_are_one_person_to_the_phone() {
    let mut hall = Hall::new();
    let (one, two) = (hall.warm(Role::Agent, 0), hall.warm(Role::Agent, 0));
    let seat = hall.talking(0);
    for ann in [one, two] {
        hall.staff(ann, StaffVoice::Join(incident(0)));
    }
    assert_eq!(hall.talk[&seat].desk, 1);
    assert_eq!(hall.views[&(one, incident(0))].members.len(), 2);
    hall.phone(seat, PhoneVoice::Press(1));
    assert_eq!(hall.heard(), (Some(seat), vec![one, two]));
}

#[test]
fn a_responder_sees_and_hears_where_they_are_sent_and_not_after() {
    let mut hall = Hall::new();
    let (guard, other) = (hall.warm(Role::Security, 0), hall.warm(Role::Security, 1));
    let seat = hall.talking(0);
    assert!(hall.views.is_empty(), "a call is shown to somebody who is not sent");
    hall.staff(guard, StaffVoice::Join(incident(0)));
    assert_eq!(hall.told(guard), [refused("unknown")]);
    let (agent, responder) = (Actor::Person(person(Role::Agent, 0)), person(Role::Security, 0));
    hall.log(agent, Command::Dispatch { incident: incident(0), responder }).unwrap();
    assert!(hall.views.contains_key(&(guard, incident(0))));
    hall.staff(guard, StaffVoice::Join(incident(0)));
    assert_eq!((hall.talk[&seat].responders, hall.talk[&seat].desk), (1, 0));
    hall.staff(guard, StaffVoice::Press(incident(0), 1));
    assert_eq!(hall.talk[&seat].floor, FloorView::Taken(Speaker::Responder(None)));
    // Called back in the middle of a word.
    hall.log(agent, Command::Recall { incident: incident(0), responder }).unwrap();
    assert_eq!((hall.told(guard), hall.heard().0), (vec![no_floor(1, NoFloor::NotInCall)], None));
    assert_eq!(hall.views[&(guard, incident(0))].members, []);
    hall.phone(seat, PhoneVoice::Press(1));
    assert_eq!(hall.heard(), (Some(seat), vec![]));
    hall.staff(guard, StaffVoice::Join(incident(0)));
    assert_eq!(hall.told(guard), [refused("unknown")]);
    assert!(!hall.views.contains_key(&(other, incident(0))));
}

#[test]
fn a_reporters_phone_hears_the_team_and_not_that_a_responder_is_there() {
    let mut hall = Hall::new();
    let guard = hall.warm(Role::Security, 0);
    let seat = hall.talking(0);
    let (agent, responder) = (Actor::Person(person(Role::Agent, 0)), person(Role::Security, 0));
    hall.log(agent, Command::Dispatch { incident: incident(0), responder }).unwrap();
    hall.staff(guard, StaffVoice::Join(incident(0)));
    hall.staff(guard, StaffVoice::Press(incident(0), 1));
    assert_eq!((hall.talk[&seat].responders, hall.talk[&seat].desk), (1, 0));
    let (level, source) = (Some(domain::venue::Ordinal(-1)), domain::place::Source::Zone);
    let place = Place { level, unit: None, point: None, radius_m: 0, source, code: None, at_wall_ms: 0 };
    hall.log(agent, Command::FoundAt { incident: incident(0), place, who: Found::Another }).unwrap();
    assert_eq!((hall.talk[&seat].responders, hall.talk[&seat].desk), (0, 1));
    assert_eq!(hall.talk[&seat].floor, FloorView::Taken(Speaker::Desk(None)));
}

#[test]
fn organisers_get_no_connection_and_no_call() {
    let mut hall = Hall::new();
    hall.talking(0);
    let seat = hall.enter_staff(Role::Organiser, 0);
    for say in [staff_offer(), StaffVoice::Join(incident(0)), StaffVoice::End(incident(0))] {
        hall.staff(seat, say);
        assert_eq!(hall.told(seat), [refused("unknown")]);
    }
    hall.staff(seat, StaffVoice::Press(incident(0), 1));
    assert_eq!(hall.told(seat), [no_floor(1, NoFloor::NotInCall)]);
    assert!(hall.views.is_empty());
}

#[test]
fn whoever_is_signed_out_or_removed_hears_nothing_from_that_moment() {
    for (n, command) in [Command::EverywhereOut, Command::Remove(person(Role::Agent, 0))].into_iter().enumerate() {
        let mut hall = Hall::new();
        let ann = hall.warm(Role::Agent, 0);
        let seat = hall.talking(0);
        hall.staff(ann, StaffVoice::Join(incident(0)));
        hall.phone(seat, PhoneVoice::Press(1));
        assert_eq!(hall.heard(), (Some(seat), vec![ann]));
        let by = if n == 0 { person(Role::Agent, 0) } else { person(Role::Organiser, 0) };
        hall.log(Actor::Person(by), command).unwrap();
        assert_eq!(hall.heard(), (Some(seat), vec![]));
        assert_eq!(hall.talk[&seat].desk, 0);
    }
}

#[test]
fn ending_closing_and_taking_back_put_everybody_out() {
    let end = StaffVoice::End(incident(0));
    for n in 0..3 {
        let mut hall = Hall::new();
        let ann = hall.warm(Role::Agent, 0);
        let seat = hall.talking(0);
        hall.staff(ann, StaffVoice::Join(incident(0)));
        hall.phone(seat, PhoneVoice::Press(1));
        let agent = Actor::Person(person(Role::Agent, 0));
        match n {
            0 => hall.staff(ann, end.clone()),
            1 => hall.log(agent, Command::Close { incident: incident(0), reason: CloseReason::Helped }).unwrap(),
            _ => hall.log(Actor::Phone(phone(0)), Command::Withdraw).unwrap(),
        }
        assert_eq!(hall.heard(), (None, vec![]));
        let told = hall.told(seat);
        assert!(told.contains(&no_floor(1, NoFloor::NotInCall)) && told.contains(&refused("ended")), "{told:?}");
        assert_eq!(hall.views[&(ann, incident(0))].members, []);
        assert!(!hall.peers.contains_key(&seat) && hall.peers.contains_key(&ann), "the agent's connection stays warm");
        hall.phone(seat, offer());
        let again: &[VoiceSay] = if n == 0 { &[] } else { &[refused("closed")] };
        assert_eq!(hall.told(seat), again);
    }
}

#[test]
fn a_phone_that_leaves_ends_the_call_and_one_that_vanishes_does_not() {
    let mut hall = Hall::new();
    let ann = hall.warm(Role::Agent, 0);
    let seat = hall.talking(0);
    hall.staff(ann, StaffVoice::Join(incident(0)));
    hall.phone(seat, PhoneVoice::Press(1));
    hall.gone(seat);
    assert_eq!(hall.heard(), (None, vec![]));
    assert!(hall.state.incidents[&incident(0)].call.is_some());
    assert!(!hall.views[&(ann, incident(0))].members[0].connected);
    // The page comes back; nothing has to be joined again.
    let seat = hall.talking(0);
    hall.phone(seat, PhoneVoice::Press(1));
    assert_eq!(hall.heard(), (Some(seat), vec![ann]));
    hall.phone(seat, PhoneVoice::Leave);
    assert_eq!(hall.heard(), (None, vec![]));
    assert_eq!(hall.state.incidents[&incident(0)].call, None);
    assert_eq!(hall.views[&(ann, incident(0))].members, []);
    // And wants to talk again.
    hall.phone(seat, offer());
    assert!(hall.state.incidents[&incident(0)].call.is_some());
    assert!(!hall.views[&(ann, incident(0))].joined, "a new call is not the old one");
}

#[test]
fn the_newest_page_of_a_phone_talks_and_the_older_is_told() {
    let mut hall = Hall::new();
    let old = hall.talking(0);
    hall.phone(old, PhoneVoice::Press(1));
    let new = hall.enter_phone(0);
    assert_eq!(hall.heard().0, Some(old), "opening a tab is not talking in it");
    hall.phone(new, offer());
    let told = hall.told(old);
    assert_eq!(told.last(), Some(&refused("elsewhere")), "{told:?}");
    hall.connected(new, true);
    hall.phone(old, PhoneVoice::Press(2));
    assert_eq!(hall.told(old), [no_floor(2, NoFloor::NotInCall)]);
    hall.phone(new, PhoneVoice::Press(1));
    assert_eq!(hall.heard().0, Some(new));
    assert_eq!(hall.state.incidents[&incident(0)].call.as_ref().unwrap().by, None);
}

#[test]
fn an_offer_replaces_the_connection_and_a_restart_keeps_it() {
    let mut hall = Hall::new();
    let seat = hall.talking(0);
    let first = hall.peers[&seat];
    hall.phone(seat, PhoneVoice::Offer { sdp: OFFER.to_owned(), restart: true });
    assert_eq!(hall.relay.orders.last(), Some(&Order::Restart { peer: first, offer: OFFER.to_owned() }));
    hall.report(Report::Answer { peer: first, sdp: "answer".to_owned() });
    assert_eq!(hall.told(seat), [VoiceSay::Answer("answer".to_owned())]);
    hall.phone(seat, offer());
    let second = hall.peers[&seat];
    assert!(second != first && !hall.relay.open.contains(&first));
    // What the old one still reports is nothing any more.
    hall.report(Report::Answer { peer: first, sdp: "late".to_owned() });
    hall.report(Report::Connected(first, true));
    hall.report(Report::Gone(first));
    assert_eq!(hall.told(seat), []);
    // A restart that is refused is a new connection.
    hall.phone(seat, PhoneVoice::Offer { sdp: OFFER.to_owned(), restart: true });
    hall.report(Report::Refused { peer: second, code: "bad_offer".to_owned() });
    assert_eq!(hall.told(seat), [VoiceSay::Again]);
    assert!(!hall.relay.open.contains(&second));
}

#[test]
fn offers_that_cannot_be_taken_are_refused_with_a_reason() {
    let mut hall = Hall::new();
    let stranger = hall.enter_phone(7);
    hall.phone(stranger, offer());
    assert_eq!(hall.told(stranger), [refused("unknown")]);
    let seat = hall.enter_phone(0);
    let lines = |n: usize| format!("v=0\r\n{}", "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(n));
    let long = format!("{OFFER}{}", "a=x\r\n".repeat(OFFER_MAX / 5));
    for sdp in [String::new(), "v=0".to_owned(), lines(0), lines(200), long, "\0\0\0".to_owned()] {
        hall.phone(seat, PhoneVoice::Offer { sdp, restart: false });
        assert_eq!(hall.told(seat), [refused("bad_offer")]);
    }
    assert_eq!(hall.state.incidents[&incident(0)].call, None, "nothing is opened for nothing");
    for code in ["bad_offer", "relay_full"] {
        hall.phone(seat, offer());
        let peer = hall.peers[&seat];
        hall.report(Report::Refused { peer, code: code.to_owned() });
        hall.relay.open.remove(&peer);
        assert_eq!(hall.told(seat), [refused(code)]);
    }
    hall.later(60_000);
    let close = Command::Close { incident: incident(0), reason: CloseReason::Test };
    hall.log(Actor::Person(person(Role::Agent, 0)), close).unwrap();
    hall.told(seat);
    hall.phone(seat, offer());
    assert_eq!(hall.told(seat), [refused("closed")]);
}

#[test]
fn a_storm_of_offers_is_refused_also_over_new_sockets() {
    let mut hall = Hall::new();
    let mut refusals = 0;
    for _ in 0..30 {
        let seat = hall.enter_phone(0);
        hall.phone(seat, offer());
        refusals += usize::from(hall.told(seat).contains(&refused("too_often")));
    }
    assert_eq!(refusals, 24);
    // Somebody else is not their storm, and it passes.
    hall.talking(1);
    hall.later(10_000);
    let seat = hall.enter_phone(0);
    hall.phone(seat, offer());
    assert_eq!(hall.told(seat), []);
}

#[test]
fn presses_and_joins_in_a_storm_are_bounded() {
    let mut hall = Hall::new();
    let ann = hall.warm(Role::Agent, 0);
    let seat = hall.talking(0);
    for burst in 1..=100 {
        hall.phone(seat, PhoneVoice::Press(burst));
        hall.phone(seat, PhoneVoice::Release(burst));
    }
    let told = hall.told(seat);
    assert_eq!(told.iter().filter(|say| matches!(say, VoiceSay::NoFloor(_, NoFloor::TooOften))).count(), 90);
    let before = hall.state.seq;
    for _ in 0..100 {
        hall.staff(ann, StaffVoice::Join(incident(1)));
        hall.staff(ann, StaffVoice::End(incident(1)));
    }
    assert!(hall.state.seq - before <= 20, "{} events", hall.state.seq - before);
    assert!(hall.told(ann).contains(&refused("too_often")));
}

#[test]
fn a_relay_that_dies_frees_every_floor_and_every_page_comes_back() {
    let mut hall = Hall::new();
    let ann = hall.warm(Role::Agent, 0);
    let seat = hall.talking(0);
    hall.staff(ann, StaffVoice::Join(incident(0)));
    hall.phone(seat, PhoneVoice::Press(1));
    hall.told(ann);
    hall.link(LinkEvent::Down);
    assert_eq!(hall.told(seat), [no_floor(1, NoFloor::NotConnected), VoiceSay::Again]);
    assert_eq!(hall.told(ann), [VoiceSay::Again]);
    assert_eq!((hall.talk[&seat].floor, hall.talk[&seat].desk), (FloorView::Idle, 0));
    // An offer before the next one is there waits for it.
    hall.phone(seat, offer());
    assert_eq!((hall.told(seat), &hall.relay.orders[..]), (vec![], &[][..]));
    hall.link(LinkEvent::Up);
    assert!(matches!(&hall.relay.orders[..], [Order::Connect { .. }]), "{:?}", hall.relay.orders);
    hall.connected(seat, true);
    hall.staff(ann, staff_offer());
    hall.connected(ann, true);
    hall.phone(seat, PhoneVoice::Press(2));
    assert_eq!(hall.heard(), (Some(seat), vec![ann]), "nothing has to be joined again");
}

#[test]
fn without_a_relay_an_offer_is_refused_and_asked_for_when_there_is_one() {
    let mut hall = Hall::new();
    hall.link(LinkEvent::Down);
    let seat = hall.enter_phone(0);
    hall.phone(seat, offer());
    hall.later(1_999);
    assert_eq!(hall.told(seat), []);
    hall.later(1);
    assert_eq!(hall.told(seat), [refused("relay_down")]);
    assert_eq!(hall.state.incidents[&incident(0)].call, None, "a call that cannot be had was announced");
    hall.link(LinkEvent::Up);
    assert_eq!(hall.told(seat), [VoiceSay::Again]);
    hall.link(LinkEvent::Down);
    hall.link(LinkEvent::Up);
    assert_eq!(hall.told(seat), [], "said once");
}

#[test]
fn a_connection_that_fails_is_offered_anew() {
    let mut hall = Hall::new();
    let ann = hall.warm(Role::Agent, 0);
    hall.told(ann);
    let peer = hall.peers[&ann];
    hall.relay.open.remove(&peer);
    hall.report(Report::Gone(peer));
    assert_eq!(hall.told(ann), [VoiceSay::Again]);
    hall.staff(ann, StaffVoice::Hangup);
    hall.gone(ann);
    assert_eq!(hall.relay.open.len(), 0);
}

#[test]
fn a_call_that_the_team_offers_is_silent_and_its_answer_is_taken() {
    let mut hall = Hall::new();
    let ann = hall.warm(Role::Agent, 0);
    let seat = hall.enter_phone(0);
    hall.staff(ann, StaffVoice::Join(incident(0)));
    assert_eq!(hall.said.get(&seat), None, "the phone is told by its case, never by a sound");
    assert!(hall.views[&(ann, incident(0))].joined);
    hall.phone(seat, offer());
    hall.connected(seat, true);
    assert_eq!(hall.talk[&seat].desk, 1);
    // Taken back by the person, who may be forced to: the team may offer again and is answered.
    hall.log(Actor::Phone(phone(0)), Command::Withdraw).unwrap();
    assert_eq!(hall.told(seat), [refused("ended")]);
    hall.phone(seat, offer());
    assert_eq!(hall.told(seat), [refused("closed")]);
    hall.staff(ann, StaffVoice::Join(incident(0)));
    hall.phone(seat, offer());
    assert_eq!(hall.told(seat), []);
}

#[test]
fn a_responder_who_asks_for_help_is_a_member_of_their_own_call() {
    let mut hall = Hall::new();
    let guard = person(Role::Security, 0);
    let fresh = incident(9);
    hall.log(Actor::Person(guard), Command::NeedHelp { fresh, lang: "fr".to_owned() }).unwrap();
    let (ann, me) = (hall.warm(Role::Agent, 0), hall.warm(Role::Security, 0));
    hall.staff(ann, StaffVoice::Join(fresh));
    let own = |hears| Member { who: Speaker::Responder(Some(guard)), connected: hears, hears };
    assert_eq!(hall.views[&(me, fresh)].members[0], own(false));
    hall.staff(me, StaffVoice::Join(fresh));
    assert_eq!(hall.views[&(ann, fresh)].members[0], own(true));
    hall.staff(me, StaffVoice::Press(fresh, 1));
    assert_eq!(hall.heard(), (Some(me), vec![ann]));
    hall.staff(ann, StaffVoice::Press(fresh, 1));
    assert_eq!(hall.told(ann), [no_floor(1, NoFloor::Taken)]);
}

#[test]
fn whoever_opens_one_call_after_another_rings_four_times_a_minute() {
    let mut hall = Hall::new();
    let seat = hall.enter_phone(0);
    let mut refusals = Vec::new();
    for _ in 0..6 {
        hall.phone(seat, offer());
        refusals.push(hall.told(seat).contains(&refused("too_often")));
        hall.phone(seat, PhoneVoice::Leave);
        hall.told(seat);
        hall.later(9_000);
    }
    assert_eq!(refusals, [false, false, false, false, true, true]);
    assert_eq!(hall.state.incidents[&incident(0)].call, None);
    hall.later(60_000);
    hall.phone(seat, offer());
    assert_eq!(hall.told(seat), []);
}

#[test]
fn a_person_is_told_when_the_team_is_with_another_call() {
    let mut hall = Hall::new();
    let (first, second) = (hall.talking(0), hall.talking(1));
    let desk = hall.warm(Role::Agent, 0);
    hall.staff(desk, StaffVoice::Join(incident(0)));
    assert_eq!((hall.talk[&first].desk, hall.talk[&first].away), (1, 0));
    hall.staff(desk, StaffVoice::Join(incident(1)));
    assert_eq!((hall.talk[&first].desk, hall.talk[&first].away), (0, 1));
    assert_eq!((hall.talk[&second].desk, hall.talk[&second].away), (1, 0));
}
