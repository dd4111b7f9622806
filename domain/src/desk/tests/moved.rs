//! A place that changes under somebody's way is said, to whoever is on it, until they act.

use super::converse::{ME, agent};
use super::world::{World, person, place, through, tries};
use crate::desk::{Actor, Body, Command, Event, Stream};
use crate::ids::IncidentId;
use crate::incident::{Found, Incident, IncidentEvent as E, MOVED_SHOWN_MS};
use crate::person::Role;
use crate::place::{Place, Source};
use crate::venue::Ordinal;
use crate::view::{GuardPing, guard, row};
use proptest::prelude::*;

fn guard_of(n: u8) -> Actor {
    Actor::Person(person(Role::Security, n))
}

fn on_level(level: i16, world: &World) -> Place {
    place(Some(level), Source::Zone, world.now.wall_ms)
}

fn ping(world: &World, n: u8) -> GuardPing {
    let me = person(Role::Security, n);
    through(world.now, |lens| guard(&world.state.people[&me], &world.state, lens)).pings.remove(0)
}

/// The level before, as the guard and the desk read it.
fn said(world: &World, id: IncidentId) -> [Option<Ordinal>; 2] {
    let desk = through(world.now, |lens| row(&world.state.incidents[&id], &world.state, lens)).moved;
    [ping(world, 0).moved, desk].map(|moved| moved.and_then(|moved| Some(moved.from.level?.ordinal)))
}

fn start() -> (World, IncidentId) {
    let mut world = World::new();
    let id = world.tap(0);
    let first = on_level(1, &world);
    world.ok(ME, Command::Move { place: first });
    world.ok(agent(), Command::Dispatch { incident: id, responder: person(Role::Security, 0) });
    (world, id)
}

#[test]
fn another_level_is_said_with_the_earlier_place_until_the_guard_acts_or_two_minutes_passed() {
    let (mut world, id) = start();
    assert_eq!(said(&world, id), [None; 2], "nobody was on the way to another place");
    let up = on_level(4, &world);
    world.ok(ME, Command::Move { place: up });
    assert_eq!(said(&world, id), [Some(Ordinal(1)); 2]);
    assert_eq!(ping(&world, 0).place.and_then(|place| place.level).map(|level| level.ordinal), Some(Ordinal(4)));
    world.later(5_000);
    assert_eq!(ping(&world, 0).moved.map(|moved| moved.age_ms), Some(5_000));
    let mut acted = world.clone();
    acted.ok(guard_of(0), Command::Go(id));
    assert_eq!(said(&acted, id), [None; 2]);
    world.later(MOVED_SHOWN_MS - 5_001);
    assert_eq!(said(&world, id), [Some(Ordinal(1)); 2]);
    world.later(1);
    assert_eq!(said(&world, id), [None; 2]);
}

#[test]
fn the_earlier_place_is_the_one_that_the_guard_knew() {
    let (mut world, id) = start();
    for level in [4, 2] {
        world.later(10_000);
        let next = on_level(level, &world);
        world.ok(ME, Command::Move { place: next });
        assert_eq!(said(&world, id), [Some(Ordinal(1)); 2]);
        assert_eq!(ping(&world, 0).moved.map(|moved| moved.age_ms), Some(0));
    }
    // The desk says where the person is: that is a move too.
    let place = on_level(-1, &world);
    world.ok(agent(), Command::FoundAt { incident: id, place, who: Found::Person });
    assert_eq!(said(&world, id), [Some(Ordinal(1)); 2]);
    let back = on_level(1, &world);
    world.ok(ME, Command::Move { place: back });
    assert_eq!(said(&world, id), [None; 2], "back where they were going");
}

#[test]
fn who_is_sent_afterwards_knows_one_place_only_and_a_reporters_own_place_moves_nobody() {
    let (mut world, id) = start();
    let up = on_level(4, &world);
    world.ok(ME, Command::Move { place: up });
    world.ok(agent(), Command::Dispatch { incident: id, responder: person(Role::Security, 1) });
    assert_eq!((ping(&world, 0).moved.is_some(), ping(&world, 1).moved), (true, None));
    let place = on_level(4, &world);
    world.ok(agent(), Command::FoundAt { incident: id, place, who: Found::Another });
    world.ok(guard_of(0), Command::Go(id));
    let down = on_level(0, &world);
    world.ok(ME, Command::Move { place: down });
    assert_eq!(said(&world, id), [None; 2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// No history sends an open dispatch to another level without a word, and none says a move that
    /// was none.
    #[test]
    fn no_open_dispatch_changes_its_level_in_silence(tries in tries(100)) {
        let mut world = World::new();
        let level = |incident: &Incident| incident.goal().map(|goal| goal.level);
        for step in &tries {
            let before = world.state.clone();
            let (.., outcome) = world.attempt(step);
            if outcome.is_err() {
                continue;
            }
            for incident in world.state.incidents.values() {
                let Some(old) = before.incidents.get(&incident.id) else { continue };
                for dispatch in incident.open_dispatches() {
                    let bound = old.dispatch_of(dispatch.responder).filter(|was| was.state.open());
                    let (Some(was), Some(from)) = (bound, old.goal()) else { continue };
                    let acted = was.state != dispatch.state;
                    if let Some(moved) = &dispatch.moved {
                        prop_assert!(!acted && incident.goal().is_some_and(|goal| moved.from.moved_to(goal)));
                    }
                    if level(old) != level(incident) && from.level.is_some() && was.moved.is_none() {
                        prop_assert!(dispatch.moved.as_ref().is_some_and(|moved| moved.from == *from));
                    }
                }
            }
        }
        // A place changes by what was said of it and by nothing else.
        for id in world.state.incidents.keys() {
            let told = world.log.iter().filter(|stored| stored.stream == Stream::Incident(*id)).any(|stored| {
                matches!(
                    stored.body,
                    Body::Open(Event::Incident(E::Placed { .. } | E::AskedAgain { .. } | E::FoundAt { .. }))
                )
            });
            let moved = world.state.incidents[id].dispatches.iter().any(|dispatch| dispatch.moved.is_some());
            prop_assert!(told || !moved);
        }
    }
}
