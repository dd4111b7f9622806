//! One test for each slip that the properties found, so that nobody makes it again.

use super::world::{World, person, phone, place, session, through};
use crate::desk::{Actor, Command};
use crate::ids::InviteHash;
use crate::incident::{CannotReason, CloseReason, DispatchState, Priority, Status};
use crate::person::Role;
use crate::place::Source;
use crate::refusal::Refusal;
use crate::view::{Check, Stage, case, pane};

const AGENT: fn() -> Actor = || Actor::Person(person(Role::Agent, 0));

#[test]
fn an_older_case_that_is_reopened_is_the_phones_case_again() {
    let mut world = World::new();
    let close = |incident| Command::Close { incident, reason: CloseReason::Helped };
    let old = world.tap(0);
    world.ok(AGENT(), close(old));
    let newer = world.tap(0);
    world.ok(AGENT(), close(newer));
    world.ok(AGENT(), Command::Reopen(old));
    assert_eq!(world.tap(0), old, "the next tap joins the open case");
    assert_eq!(world.act(AGENT(), &Command::Reopen(newer)), Err(Refusal::OutOfOrder));
    let open = world.state.incidents.values().filter(|incident| incident.status() != Status::Closed);
    assert_eq!(open.count(), 1);
}

#[test]
fn nobody_is_sent_to_their_own_call() {
    let mut world = World::new();
    let me = person(Role::Security, 0);
    let (fresh, lang) = (world.fresh_incident(), "fr".to_owned());
    world.ok(Actor::Person(me), Command::NeedHelp { fresh, lang });
    let send = Command::Dispatch { incident: fresh, responder: me };
    assert_eq!(world.act(AGENT(), &send), Err(Refusal::Busy(me)));
    let pane = through(world.now, |lens| pane(&world.state.incidents[&fresh], &world.state, lens));
    assert_eq!(pane.ranked.len(), 1);
    assert!(pane.ranked.iter().all(|candidate| candidate.person != me));
}

#[test]
fn a_responder_has_one_open_call_too() {
    let mut world = World::new();
    let me = person(Role::Security, 0);
    let (first, second, lang) = (world.fresh_incident(), world.fresh_incident(), "fr".to_owned());
    world.ok(Actor::Person(me), Command::NeedHelp { fresh: first, lang: lang.clone() });
    world.ok(AGENT(), Command::Close { incident: first, reason: CloseReason::Helped });
    world.ok(Actor::Person(me), Command::NeedHelp { fresh: second, lang });
    assert_eq!(world.act(AGENT(), &Command::Reopen(first)), Err(Refusal::OutOfOrder));
}

#[test]
fn whoever_reopens_a_withdrawn_case_asks_for_help_again() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(Actor::Phone(phone(0)), Command::Withdraw);
    world.ok(Actor::Phone(phone(0)), Command::AnswerCheck { safe: true });
    world.ok(AGENT(), Command::Close { incident: id, reason: CloseReason::SaidOk });
    world.ok(Actor::Phone(phone(0)), Command::ReopenOwn);
    let view = through(world.now, |lens| case(&world.state.incidents[&id], &world.state, lens));
    assert_eq!((view.stage, view.check), (Stage::Open, Check::None));
    // A later *Undo* asks its own question.
    world.ok(Actor::Phone(phone(0)), Command::Withdraw);
    assert_eq!(world.state.incidents[&id].check, None);
}

#[test]
fn a_yes_to_no_question_is_not_kept_for_a_later_one() {
    let mut world = World::new();
    let id = world.tap(0);
    let yes = Command::AnswerCheck { safe: true };
    assert_eq!(world.act(Actor::Phone(phone(0)), &yes), Err(Refusal::OutOfOrder));
    world.ok(Actor::Phone(phone(0)), Command::Withdraw);
    assert_eq!(world.state.incidents[&id].check, None);
    world.ok(Actor::Phone(phone(0)), yes);
    assert_eq!(world.state.incidents[&id].check, Some(true));
    // A no counts from then on: an older page may still show the question.
    world.tap(0);
    world.ok(Actor::Phone(phone(0)), Command::AnswerCheck { safe: false });
    assert_eq!(world.state.incidents[&id].priority, Priority::P1);
}

#[test]
fn nobody_makes_themself_p1_by_an_answer_to_no_question() {
    let mut world = World::new();
    let id = world.tap(0);
    let no = Command::AnswerCheck { safe: false };
    assert_eq!(world.act(Actor::Phone(phone(0)), &no), Err(Refusal::OutOfOrder));
    assert_eq!(world.state.incidents[&id].priority, Priority::P2);
    world.ok(Actor::Phone(phone(0)), Command::Withdraw);
    world.ok(Actor::Phone(phone(0)), no.clone());
    assert_eq!(world.state.incidents[&id].priority, Priority::P1);
    // A double tap, or the form of a page without script sent twice, says it once.
    assert_eq!(world.ok(Actor::Phone(phone(0)), no), []);
}

#[test]
fn a_thousand_taps_of_one_phone_are_few_events() {
    let mut world = World::new();
    let id = world.tap(0);
    let (start, fresh) = (world.log.len(), world.fresh_incident());
    for n in 0..1_000 {
        world.later(10);
        let level = place(Some(n % 7), Source::MapTap, world.now.wall_ms);
        let alert = Command::Alert { fresh, lang: "fr".to_owned(), place: Some(level.clone()), for_morning: false };
        let sent = if n % 2 == 0 { alert } else { Command::Move { place: level } };
        world.ok(Actor::Phone(phone(0)), sent);
    }
    assert!(world.log.len() - start <= 10, "{} events", world.log.len() - start);
    // What changes how things stand is said at once, however much was said before.
    world.ok(AGENT(), Command::See(id));
    let asked = world.state.incidents[&id].asked_again;
    world.tap(0);
    world.ok(Actor::Phone(phone(0)), Command::Withdraw);
    world.tap(0);
    let case = &world.state.incidents[&id];
    assert_eq!((case.asked_again, case.withdrawn, case.unacknowledged()), (asked + 2, None, true));
    // Another phone is not held back by it.
    let other = world.tap(1);
    world.tap(1);
    assert_eq!(world.state.incidents[&other].asked_again, 1);
}

#[test]
fn a_responder_in_the_middle_of_a_dispatch_can_be_taken_off_the_team() {
    let mut world = World::new();
    let (me, organiser) = (person(Role::Security, 0), Actor::Person(person(Role::Organiser, 0)));
    let id = world.tap(0);
    world.ok(AGENT(), Command::Dispatch { incident: id, responder: me });
    world.ok(Actor::Person(me), Command::Go(id));
    assert!(!world.state.incidents[&id].unacknowledged());
    let take_off = Command::TakeOff { incident: id, responder: me };
    assert_eq!(world.act(AGENT(), &take_off), Err(Refusal::Unknown), "the organiser's act");
    assert_eq!(world.act(organiser, &Command::Remove(me)), Err(Refusal::DispatchOpen(me)));
    world.ok(organiser, take_off.clone());
    assert_eq!(world.ok(organiser, take_off), []);
    world.ok(organiser, Command::Remove(me));
    let case = &world.state.incidents[&id];
    assert!(case.unacknowledged(), "somebody has to send the next one: the row is work again");
    assert_eq!(case.dispatch_of(me).map(|d| d.state), Some(DispatchState::Cannot(CannotReason::Removed)));
    let shown = through(world.now, |lens| crate::view::case(case, &world.state, lens));
    assert_eq!(shown.dark, Some(crate::view::Dark::TurnedBack), "the person is told");
}

#[test]
fn a_used_link_does_not_come_back_to_life() {
    let mut world = World::new();
    let invite = InviteHash([0; 32]);
    let organiser = Actor::Person(person(Role::Organiser, 0));
    let again = Command::Invite { invite, profile: super::world::profile(Role::Lead, "x"), valid_ms: 60_000 };
    assert_eq!(world.ok(organiser, again), []);
    let me = person(Role::Agent, 0);
    assert_eq!(world.ok(organiser, Command::InviteAgain { invite, person: me, valid_ms: 60_000 }), []);
    let join = Command::Join { invite, fresh: me, name: String::new(), session: session(me, 9) };
    assert_eq!(world.act(Actor::Terminal, &join), Err(Refusal::InviteSpent));
}

#[test]
fn no_other_venue_takes_the_place_of_one_with_open_cases() {
    let mut world = World::new();
    let venue = |n| Command::ImportVenue(crate::ids::VenueDigest([n; 32]));
    world.ok(Actor::Terminal, venue(1));
    let case = world.tap(1);
    assert_eq!(world.act(Actor::Terminal, &venue(2)), Err(Refusal::CasesOpen));
    // The same one again is nothing new.
    assert!(world.ok(Actor::Terminal, venue(1)).is_empty());
    world.ok(AGENT(), close(case));
    assert_eq!(world.ok(Actor::Terminal, venue(2)).len(), 1);
}

#[test]
fn asking_again_from_a_closed_page_keeps_the_place_for_half_an_hour() {
    let mut world = World::new();
    let case = world.tap(1);
    let here = place(Some(1), Source::Checkpoint, world.now.wall_ms);
    world.ok(Actor::Phone(phone(1)), Command::Move { place: here.clone() });
    world.ok(AGENT(), close(case));
    world.later(60_000);
    let newer = world.tap(1);
    assert_ne!(newer, case);
    assert_eq!(world.state.incidents[&newer].place, Some(here), "with its own time");
    world.ok(AGENT(), close(newer));
    world.later(crate::desk::REOPEN_FOR_MS);
    let last = world.tap(1);
    assert_eq!(world.state.incidents[&last].place, None);
}

fn close(incident: crate::ids::IncidentId) -> Command {
    Command::Close { incident, reason: CloseReason::Test }
}

/// Nobody's hand goes back and forth so often: it neither fills the log nor leaves the case taken back.
#[test]
fn taking_back_and_asking_without_a_pause_is_paced_and_ends_asked_for() {
    let mut world = World::new();
    world.tap(0);
    for _ in 0..200 {
        world.ok(Actor::Phone(phone(0)), Command::Withdraw);
        world.tap(0);
    }
    let incident = world.state.incidents.values().next().unwrap();
    assert!(world.log.len() < 100, "{} events", world.log.len());
    assert!(incident.withdrawn.is_none());
    // Whoever means it may take it back a little later.
    world.later(10_000);
    world.ok(Actor::Phone(phone(0)), Command::Withdraw);
    assert!(world.state.incidents.values().next().unwrap().withdrawn.is_some());
}
