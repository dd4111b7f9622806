//! Who is paged: nobody off duty, nobody with a console in sight, nobody twice for one thing.

use super::world::{World, person, phone, tries};
use crate::desk::{Actor, Command, State};
use crate::escalation::Step;
use crate::ids::{IncidentId, PersonId};
use crate::incident::{CannotReason, CloseReason};
use crate::person::{Duty, Role, UNREACHABLE_AFTER_MS};
use crate::reach::{AT_DESK_MS, Before, Cause, Presence, Reach, may_be_paged, paged, reach, stands};
use crate::refusal::Refusal;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Everything that a history calls for, event by event, with the state just after.
fn causes(world: &World) -> Vec<(Cause, State)> {
    let mut state = State::default();
    let mut found = Vec::new();
    for stored in &world.log {
        let before = Before::of(&state, stored);
        state.apply(stored);
        found.extend(before.cause(&state, stored).map(|cause| (cause, state.clone())));
    }
    found
}

fn newest(world: &World) -> Option<Cause> {
    causes(world).last().map(|(cause, _)| *cause)
}

fn there(in_sight: bool) -> impl Fn(PersonId) -> Presence {
    move |_| Presence { heard_ms: Some(1_000), in_sight, ..Presence::default() }
}

fn roles(people: &[PersonId], state: &State) -> Vec<Role> {
    people.iter().map(|id| state.people[id].profile.role).collect()
}

/// A presence for everyone, thrown by dice.
fn thrown(dice: u64) -> impl Fn(PersonId) -> Presence {
    move |id| {
        let n = dice.rotate_left(u32::from(id.0[0]) * 7 + u32::from(id.0[1]));
        let heard_ms = [None, Some(0), Some(70_000), Some(AT_DESK_MS - 1), Some(AT_DESK_MS)][(n % 5) as usize];
        Presence { heard_ms, in_sight: n.is_multiple_of(3), ..Presence::default() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nobody_off_duty_is_ever_paged(tries in tries(120), dice in any::<u64>(), late_ms in 0i64..40_000_000) {
        let mut world = World::new();
        world.run(&tries);
        let (presence, now) = (thrown(dice), world.now.plus(late_ms));
        let end = world.state.clone();
        for (cause, at_once) in causes(&world) {
            // At once, and by a late repetition: the rule is read again each time.
            for state in [&at_once, &end] {
                for id in paged(state, cause, &presence, now) {
                    let (found, seen) = (&state.people[&id], presence(id));
                    prop_assert!(!found.removed && found.signed_in_somewhere(now));
                    match found.profile.role {
                        Role::Security => prop_assert!(found.duty != Duty::Off),
                        Role::Agent | Role::Lead => {
                            prop_assert!(!seen.in_sight);
                            prop_assert!(seen.heard_ms.is_some_and(|ms| ms < AT_DESK_MS));
                        }
                        Role::Organiser => prop_assert!(false, "an organiser is paged"),
                    }
                    prop_assert!(may_be_paged(found, &seen, now) && stands(state, cause));
                }
            }
        }
    }

    #[test]
    fn each_thing_calls_once(tries in tries(120)) {
        let mut world = World::new();
        world.run(&tries);
        let all: Vec<Cause> = causes(&world).into_iter().map(|(cause, _)| cause).collect();
        let different: BTreeSet<Cause> = all.iter().copied().collect();
        prop_assert_eq!(all.len(), different.len(), "{:?}", all);
    }

    #[test]
    fn every_step_and_every_dispatch_calls(tries in tries(120)) {
        let mut world = World::new();
        world.run(&tries);
        let (mut steps, mut sent) = (0, 0);
        for stored in &world.log {
            match stored.body_kind() {
                Some("escalated") => steps += 1,
                Some("dispatched") => sent += 1,
                _ => {}
            }
        }
        let all = causes(&world);
        let stepped = all.iter().filter(|(cause, _)| matches!(cause, Cause::Waits { step: Some(_), .. })).count();
        prop_assert_eq!(stepped, steps);
        prop_assert_eq!(all.iter().filter(|(cause, _)| matches!(cause, Cause::Sent { .. })).count(), sent);
    }

    #[test]
    fn an_age_that_grew_past_the_limit_counts_as_silent(ms in 0i64..200_000) {
        let silent = reach(Duty::On, Some(ms)) == Reach::Silent(Some(ms));
        prop_assert_eq!(silent, ms >= UNREACHABLE_AFTER_MS);
        prop_assert_eq!(reach(Duty::Unreachable, Some(ms)), Reach::Silent(Some(ms)));
    }
}

/// The kind of an event that can be read.
trait Kind {
    fn body_kind(&self) -> Option<&'static str>;
}

impl Kind for crate::desk::Stored {
    fn body_kind(&self) -> Option<&'static str> {
        match &self.body {
            crate::desk::Body::Open(event) => Some(event.kind()),
            crate::desk::Body::Gone => None,
        }
    }
}

fn escalate(world: &mut World, incident: IncidentId, step: Step) {
    let round = world.state.incidents[&incident].wait.unwrap().round;
    world.ok(Actor::Clock, Command::Escalate { incident, step, round });
}

#[test]
fn the_ladder_pages_agents_then_leads_then_everyone_of_the_desk() {
    let mut world = World::new();
    let id = world.tap(0);
    let who = |world: &World| {
        let people = paged(&world.state, newest(world).unwrap(), &there(false), world.now);
        roles(&people, &world.state).into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(who(&world), [Role::Agent]);
    for (step, expected) in
        Step::ALL.into_iter().zip([vec![Role::Agent], vec![Role::Lead], vec![Role::Agent, Role::Lead]])
    {
        escalate(&mut world, id, step);
        assert_eq!(who(&world), expected, "{step:?}");
        assert!(paged(&world.state, newest(&world).unwrap(), &there(true), world.now).is_empty(), "all see it");
    }
    let last = newest(&world).unwrap();
    world.ok(Actor::Person(person(Role::Agent, 0)), Command::See(id));
    assert!(paged(&world.state, last, &there(false), world.now).is_empty(), "somebody looks");
}

#[test]
fn without_an_agent_at_the_desk_the_lead_is_paged_at_once() {
    let mut world = World::new();
    world.tap(0);
    let leads_only = |id: PersonId| Presence {
        heard_ms: (id.0[0] == person(Role::Lead, 0).0[0]).then_some(500),
        ..Presence::default()
    };
    let people = paged(&world.state, newest(&world).unwrap(), &leads_only, world.now);
    assert!(!people.is_empty());
    assert!(roles(&people, &world.state).into_iter().all(|role| role == Role::Lead));
}

#[test]
fn a_dispatch_pages_its_responder_until_they_answer() {
    let mut world = World::new();
    let (id, guard) = (world.tap(0), person(Role::Security, 0));
    let desk = Actor::Person(person(Role::Agent, 0));
    world.ok(desk, Command::Dispatch { incident: id, responder: guard });
    let cause = newest(&world).unwrap();
    let now = world.now;
    // Also a phone that shows its page: it may do so in a pocket.
    assert_eq!(paged(&world.state, cause, &there(true), now), [guard]);
    let mut going = world.clone();
    going.ok(Actor::Person(guard), Command::Go(id));
    assert!(paged(&going.state, cause, &there(true), now).is_empty());
    let cannot = Command::Cannot { incident: id, reason: CannotReason::Busy };
    world.ok(Actor::Person(guard), cannot);
    assert!(paged(&world.state, cause, &there(true), now).is_empty());
    // Sent again: another page, and the old one does not come back to life.
    world.ok(desk, Command::Dispatch { incident: id, responder: guard });
    assert!(paged(&world.state, cause, &there(true), now).is_empty());
    assert_eq!(paged(&world.state, newest(&world).unwrap(), &there(true), now), [guard]);
}

#[test]
fn what_is_left_for_the_morning_wakes_nobody() {
    let mut world = World::new();
    let fresh = IncidentId([77; 8]);
    let alert = Command::Alert { fresh, lang: "fr".to_owned(), place: None, for_morning: true };
    world.ok(Actor::Phone(phone(2)), alert);
    let cause = newest(&world).unwrap();
    assert!(paged(&world.state, cause, &there(false), world.now).is_empty());
}

/// The ladder of the night is spent by the morning; whoever asks then waits from then on.
#[test]
fn what_was_left_for_the_morning_and_is_asked_again_in_hours_climbs_the_ladder_anew() {
    let mut world = World::new();
    let alert = |fresh: u8, for_morning| Command::Alert {
        fresh: IncidentId([fresh; 8]),
        lang: "fr".to_owned(),
        place: None,
        for_morning,
    };
    world.ok(Actor::Phone(phone(2)), alert(77, true));
    world.later(8 * 3_600_000);
    world.ok(Actor::Phone(phone(2)), alert(78, false));
    let cause = newest(&world).unwrap();
    assert!(matches!(cause, Cause::Waits { step: None, round: 1, .. }), "{cause:?}");
    assert!(!paged(&world.state, cause, &there(false), world.now).is_empty());
    let incident = &world.state.incidents[&IncidentId([77; 8])];
    assert_eq!((incident.wait.unwrap().reached, incident.wait.unwrap().since), (None, world.now));
}

#[test]
fn a_lead_puts_security_on_duty_and_nobody_else_does() {
    let mut world = World::new();
    let (lead, guard) = (Actor::Person(person(Role::Lead, 0)), person(Role::Security, 2));
    assert_eq!(world.state.people[&guard].duty, Duty::Off);
    for role in [Role::Agent, Role::Security, Role::Organiser] {
        assert_eq!(world.act(Actor::Person(person(role, 0)), &Command::RaiseDuty(guard)), Err(Refusal::Unknown));
    }
    assert_eq!(world.act(lead, &Command::RaiseDuty(person(Role::Agent, 0))), Err(Refusal::Unknown));
    assert_eq!(world.ok(lead, Command::RaiseDuty(guard)).len(), 1);
    assert_eq!(
        (world.state.people[&guard].duty, world.state.people[&guard].raised),
        (Duty::On, Some(person(Role::Lead, 0)))
    );
    assert!(newest(&world).is_none(), "being put on duty pages nobody: the person agreed by voice");
    assert!(world.ok(lead, Command::RaiseDuty(guard)).is_empty());
    // Whoever goes off and on by themselves was not put there any more.
    world.ok(Actor::Person(guard), Command::DutyOff);
    world.ok(Actor::Person(guard), Command::DutyOn { level: None });
    assert_eq!(world.state.people[&guard].raised, None);
    // Nobody signed in: nobody to put on duty.
    world.ok(Actor::Person(guard), Command::DutyOff);
    world.ok(Actor::Person(guard), Command::EverywhereOut);
    assert_eq!(world.act(lead, &Command::RaiseDuty(guard)), Err(Refusal::Unreachable(guard)));
}

#[test]
fn a_closed_case_calls_nobody() {
    let mut world = World::new();
    let id = world.tap(0);
    let cause = newest(&world).unwrap();
    let desk = Actor::Person(person(Role::Agent, 0));
    world.ok(desk, Command::Close { incident: id, reason: CloseReason::Test });
    assert!(!stands(&world.state, cause));
}
