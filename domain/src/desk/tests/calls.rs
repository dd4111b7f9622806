//! Calls in the log: who may open, join, leave and end one, and what ends it besides.

use super::world::{World, person, phone, through, tries};
use crate::desk::{Actor, Command, Event};
use crate::ids::{IncidentId, PersonId};
use crate::incident::{Call, CannotReason, CloseReason, IncidentEvent as I, Origin};
use crate::person::Role;
use crate::refusal::Refusal;
use crate::view::{CallOffer, case};
use proptest::prelude::*;

fn agent() -> PersonId {
    person(Role::Agent, 0)
}

fn by(who: PersonId) -> Actor {
    Actor::Person(who)
}

fn call(world: &World, id: IncidentId) -> Option<&Call> {
    world.state.incidents[&id].call.as_ref()
}

fn kinds(events: Vec<Event>) -> Vec<&'static str> {
    events.iter().map(Event::kind).collect()
}

fn offer(world: &World, id: IncidentId) -> CallOffer {
    through(world.now, |lens| case(&world.state.incidents[&id], &world.state, lens)).call
}

#[test]
fn a_phone_talks_about_its_own_case_only() {
    let mut world = World::new();
    let (mine, other) = (world.tap(0), world.tap(1));
    assert_eq!(world.act(Actor::Phone(phone(2)), &Command::OpenCall), Err(Refusal::Unknown));
    assert_eq!(kinds(world.ok(Actor::Phone(phone(0)), Command::OpenCall)), ["call_opened"]);
    assert_eq!((offer(&world, mine), offer(&world, other)), (CallOffer::Own, CallOffer::None));
    // Twice is once; the other phone's leaving is not heard here.
    assert_eq!(world.ok(Actor::Phone(phone(0)), Command::OpenCall), []);
    assert_eq!(world.ok(Actor::Phone(phone(1)), Command::LeaveCall), []);
    assert!(call(&world, mine).is_some());
    assert_eq!(kinds(world.ok(Actor::Phone(phone(0)), Command::LeaveCall)), ["call_ended"]);
    assert_eq!(world.ok(Actor::Phone(phone(0)), Command::LeaveCall), []);
    // A phone joins nothing and ends nothing by name.
    for command in [Command::JoinCall(mine), Command::EndCall(mine)] {
        assert_eq!(world.act(Actor::Phone(phone(0)), &command), Err(Refusal::Unknown));
    }
}

#[test]
fn wanting_to_talk_is_work_to_do_and_joining_is_a_look() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(by(agent()), Command::See(id));
    world.ok(Actor::Phone(phone(0)), Command::OpenCall);
    assert!(world.state.incidents[&id].unacknowledged());
    assert_eq!(kinds(world.ok(by(agent()), Command::JoinCall(id))), ["seen", "call_joined"]);
    assert!(!world.state.incidents[&id].unacknowledged());
    assert_eq!(world.ok(by(agent()), Command::JoinCall(id)), []);
    assert_eq!(call(&world, id).unwrap().joined, [agent()]);
}

#[test]
fn the_team_offers_a_call_without_waking_anybody() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(by(agent()), Command::See(id));
    assert_eq!(kinds(world.ok(by(agent()), Command::JoinCall(id))), ["call_opened", "call_joined"]);
    assert_eq!(offer(&world, id), CallOffer::Team);
    assert!(!world.state.incidents[&id].unacknowledged());
    // The phone takes the offer: nothing new is opened.
    assert_eq!(world.ok(Actor::Phone(phone(0)), Command::OpenCall), []);
    let lead = person(Role::Lead, 0);
    assert_eq!(kinds(world.ok(by(lead), Command::EndCall(id))), ["call_ended"]);
    assert_eq!(world.ok(by(lead), Command::EndCall(id)), []);
    assert_eq!(offer(&world, id), CallOffer::None);
}

#[test]
fn a_responder_joins_where_they_are_sent_and_ends_nothing() {
    let mut world = World::new();
    let (id, other) = (world.tap(0), world.tap(1));
    let (me, colleague) = (person(Role::Security, 0), person(Role::Security, 1));
    world.ok(Actor::Phone(phone(0)), Command::OpenCall);
    assert_eq!(world.act(by(me), &Command::JoinCall(id)), Err(Refusal::Unknown));
    world.ok(by(agent()), Command::Dispatch { incident: id, responder: me });
    assert_eq!(kinds(world.ok(by(me), Command::JoinCall(id))), ["call_joined"]);
    for (who, id) in [(me, other), (colleague, id), (me, IncidentId([0xff; 8]))] {
        assert_eq!(world.act(by(who), &Command::JoinCall(id)), Err(Refusal::Unknown));
    }
    for command in [Command::EndCall(id), Command::OpenCall, Command::LeaveCall] {
        assert_eq!(world.act(by(me), &command), Err(Refusal::Unknown));
    }
    world.ok(by(me), Command::Cannot { incident: id, reason: CannotReason::Busy });
    assert_eq!(world.act(by(me), &Command::JoinCall(id)), Err(Refusal::Unknown));
}

#[test]
fn a_call_that_a_responder_opens_is_work_to_do_until_the_desk_looks() {
    let mut world = World::new();
    let id = world.tap(0);
    let me = person(Role::Security, 0);
    world.ok(by(agent()), Command::See(id));
    world.ok(by(agent()), Command::Dispatch { incident: id, responder: me });
    assert!(!world.state.incidents[&id].unacknowledged());
    assert_eq!(kinds(world.ok(by(me), Command::JoinCall(id))), ["call_opened", "call_joined"]);
    assert!(world.state.incidents[&id].unacknowledged());
    assert_eq!(kinds(world.ok(by(agent()), Command::JoinCall(id))), ["seen", "call_joined"]);
    assert!(!world.state.incidents[&id].unacknowledged());
}

#[test]
fn a_responder_who_calls_for_help_may_talk_about_it() {
    let mut world = World::new();
    let (me, colleague) = (person(Role::Security, 0), person(Role::Security, 1));
    let fresh = world.fresh_incident();
    world.ok(by(me), Command::NeedHelp { fresh, lang: "fr".to_owned() });
    assert_eq!(kinds(world.ok(by(me), Command::JoinCall(fresh))), ["call_opened", "call_joined"]);
    assert_eq!(world.act(by(colleague), &Command::JoinCall(fresh)), Err(Refusal::Unknown));
}

#[test]
fn organisers_and_people_who_were_removed_take_no_part() {
    let mut world = World::new();
    let id = world.tap(0);
    let organiser = person(Role::Organiser, 0);
    world.ok(Actor::Phone(phone(0)), Command::OpenCall);
    world.ok(by(organiser), Command::Remove(person(Role::Agent, 1)));
    for who in [by(organiser), by(person(Role::Agent, 1)), Actor::Clock, Actor::Terminal] {
        for command in [Command::JoinCall(id), Command::EndCall(id), Command::OpenCall, Command::LeaveCall] {
            assert_eq!(world.act(who, &command), Err(Refusal::Unknown), "{who:?} {command:?}");
        }
    }
}

#[test]
fn closing_and_taking_back_end_the_call_and_nothing_joins_it_after() {
    let mut world = World::new();
    let (one, two) = (world.tap(0), world.tap(1));
    for n in 0..2 {
        world.ok(Actor::Phone(phone(n)), Command::OpenCall);
    }
    world.ok(by(agent()), Command::Close { incident: one, reason: CloseReason::Helped });
    world.ok(Actor::Phone(phone(1)), Command::Withdraw);
    assert_eq!((call(&world, one), call(&world, two)), (None, None));
    for command in [Command::OpenCall, Command::LeaveCall] {
        assert_eq!(world.act(Actor::Phone(phone(0)), &command), Err(Refusal::Closed));
    }
    for command in [Command::JoinCall(one), Command::EndCall(one)] {
        assert_eq!(world.act(by(agent()), &command), Err(Refusal::Closed));
    }
    // A withdrawn case is still a case: the team may offer to talk.
    assert!(kinds(world.ok(by(agent()), Command::JoinCall(two))).contains(&"call_opened"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whoever_joined_was_allowed_to_and_is_on_record_first(tries in tries(150)) {
        let mut world = World::new();
        for step in &tries {
            let before = world.state.clone();
            let (actor, command, outcome) = world.attempt(step);
            for event in outcome.unwrap_or_default() {
                let Event::Incident(I::CallJoined { by }) = event else { continue };
                let Command::JoinCall(id) = command else { panic!("{command:?} joined somebody") };
                prop_assert_eq!(actor, Actor::Person(by));
                let incident = &before.incidents[&id];
                prop_assert!(!incident.is_closed());
                let sent = incident.dispatch_of(by).is_some_and(|dispatch| dispatch.state.open());
                let may = match before.people[&by].profile.role {
                    Role::Agent | Role::Lead => true,
                    Role::Security => sent || incident.origin == Origin::Responder(by),
                    Role::Organiser => false,
                };
                prop_assert!(may);
                prop_assert!(world.state.incidents[&id].call.as_ref().unwrap().joined.contains(&by));
            }
        }
    }
}
