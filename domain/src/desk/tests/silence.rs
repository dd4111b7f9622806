//! Silence: when it is a sign, and when time alone must say nothing (decision 0009).

use super::converse::{ME, agent, say, says, text};
use super::escalation::tick;
use super::world::{World, person, through, tries};
use crate::desk::{Actor, Body, Command, Event};
use crate::escalation::{SILENCE_MS, silence_due};
use crate::incident::{IncidentEvent, Priority, PriorityReason};
use crate::person::Role;
use crate::question::{Answer, Question, Whom};
use crate::view::{Unseen, case};
use proptest::prelude::*;

/// Which silences were recorded.
fn silences(world: &World) -> usize {
    let silent =
        |event: &IncidentEvent| matches!(event, IncidentEvent::PrioritySet { reason: PriorityReason::Silence, .. });
    world
        .log
        .iter()
        .filter(|stored| matches!(&stored.body, Body::Open(Event::Incident(event)) if silent(event)))
        .count()
}

/// Whether the priority rises by itself, `ms` after what happened last.
fn rises_after(world: &World, ms: i64) -> bool {
    let mut world = world.clone();
    world.later(ms);
    let before = silences(&world);
    tick(&mut world, false);
    silences(&world) > before
}

#[test]
fn silence_counts_from_the_tap_and_only_on_danger() {
    let mut world = World::new();
    let id = world.tap(0);
    assert!(!rises_after(&world, SILENCE_MS - 1));
    assert!(rises_after(&world, SILENCE_MS));
    // Skip is a sign of life: the clock begins anew at the next question.
    world.later(50_000);
    world.ok(ME, says(Question::Safe, Answer::Skipped));
    assert!(!rises_after(&world, SILENCE_MS - 1));
    assert!(rises_after(&world, SILENCE_MS));
    world.later(50_000);
    world.ok(ME, says(Question::Near, Answer::No));
    world.ok(ME, says(Question::Hurt, Answer::Skipped));
    // What is left to ask is no danger, and can wait for ever.
    assert_eq!(world.state.incidents[&id].asking(), Some(Question::CanMove));
    assert!(!rises_after(&world, 10 * SILENCE_MS));
}

#[test]
fn whoever_said_safe_is_not_made_urgent_by_time() {
    let mut world = World::new();
    world.tap(0);
    world.ok(ME, says(Question::Safe, Answer::Yes));
    assert!(!rises_after(&world, 10 * SILENCE_MS));
    world.ok(ME, says(Question::Safe, Answer::Skipped));
    assert!(rises_after(&world, SILENCE_MS), "taken back");
}

#[test]
fn a_talk_holds_the_clock_and_its_end_lets_it_run() {
    let mut world = World::new();
    let id = world.tap(0);
    world.later(40_000);
    world.ok(agent(), say(id, 9));
    assert!(!rises_after(&world, SILENCE_MS - 1), "the team has just written");
    assert!(rises_after(&world, SILENCE_MS), "and nothing came back");
    world.later(40_000);
    world.ok(ME, text(1, "he is outside the door"));
    assert!(!rises_after(&world, SILENCE_MS - 1));
    world.ok(ME, Command::OpenCall);
    assert!(!rises_after(&world, SILENCE_MS - 1), "the press is an act of the phone");
    assert!(rises_after(&world, SILENCE_MS), "whoever opened it may be gone, and nobody hears them");
    world.ok(agent(), Command::JoinCall(id));
    assert!(!rises_after(&world, 10 * SILENCE_MS), "they speak");
    world.later(5 * SILENCE_MS);
    world.ok(ME, Command::LeaveCall);
    assert!(!rises_after(&world, SILENCE_MS - 1));
    assert!(rises_after(&world, SILENCE_MS));
}

#[test]
fn somebody_at_their_side_an_end_or_a_report_stops_the_clock() {
    let start = || {
        let mut world = World::new();
        let id = world.tap(0);
        (world, id)
    };
    let (mut world, id) = start();
    let guard = person(Role::Security, 0);
    world.ok(agent(), Command::Dispatch { incident: id, responder: guard });
    assert!(rises_after(&world, SILENCE_MS), "on the way is not there");
    world.ok(Actor::Person(guard), Command::Arrive(id));
    assert!(!rises_after(&world, 10 * SILENCE_MS));
    for command in [Command::SayOk, Command::SayWhom(Whom::Saw), Command::SayWhom(Whom::Someone)] {
        let (mut world, _) = start();
        world.ok(ME, command);
        assert!(!rises_after(&world, 10 * SILENCE_MS));
    }
}

#[test]
fn silence_raises_once_for_each_tap() {
    let mut world = World::new();
    let id = world.tap(0);
    world.later(SILENCE_MS);
    tick(&mut world, true);
    let lower = |world: &mut World| {
        let note = "seen on the stairs, laughing".to_owned();
        world.ok(agent(), Command::SetPriority { incident: id, to: Priority::P2, note });
    };
    lower(&mut world);
    world.later(10 * SILENCE_MS);
    tick(&mut world, true);
    assert_eq!((silences(&world), world.state.incidents[&id].priority), (1, Priority::P2));
    world.tap(0);
    world.later(SILENCE_MS);
    tick(&mut world, true);
    assert_eq!(silences(&world), 2, "a new tap asks anew");
}

#[test]
fn outside_the_hours_nobody_is_asked_and_silence_says_nothing() {
    let mut world = World::new();
    let (fresh, lang) = (world.fresh_incident(), "fr".to_owned());
    world.ok(ME, Command::Alert { fresh, lang, place: None, for_morning: true });
    assert!(!rises_after(&world, 10 * SILENCE_MS));
    let incident = &world.state.incidents[&fresh];
    assert_eq!((incident.asking(), incident.for_morning), (None, true));
    world.ok(agent(), Command::See(fresh));
    assert!(world.state.incidents[&fresh].asking().is_some());
    // A message is taken all the same.
    world.ok(ME, text(1, "for the morning"));
    let closed = crate::hours::Service::Closed { back_wall_ms: Some(world.now.wall_ms + 3_600_000) };
    let mut world = World::new();
    let id = world.tap(0);
    let incident = &world.state.incidents[&id];
    let view = through(world.now, |lens| case(incident, &world.state, &crate::view::Lens { service: closed, ..*lens }));
    assert_eq!((view.unseen, view.team.answering), (Unseen::NumbersGrow, 0), "nobody is being alerted");
    let open = through(world.now, |lens| case(incident, &world.state, lens));
    assert_eq!(open.unseen, Unseen::No);
    assert_eq!(open.team.answering, 4, "those of the desk whose screens are heard, not a list");
}

proptest! {
#![proptest_config(ProptestConfig::with_cases(128))]

#[test]
fn silence_never_raises_what_it_should_not(tries in tries(100)) {
    let mut world = World::new();
    for step in &tries {
        let _ = world.attempt(step);
        for incident in world.state.incidents.values().filter(|one| silence_due(one, world.now)) {
            prop_assert!(!incident.is_closed() && incident.ok_said.is_none() || incident.withdrawn.is_some());
            if incident.withdrawn.is_none() {
                let said = &incident.conversation;
                let heard = incident.call.as_ref().is_some_and(|call| !call.joined.is_empty());
                prop_assert!(incident.phone().is_some() && !heard && !said.said_safe());
                let quiet = said.messages.iter().all(|line| world.now.since(line.at) >= SILENCE_MS);
                prop_assert!(quiet && world.now.since(incident.asked) >= SILENCE_MS);
            }
        }
    }
}}
