//! The ladder under any ticking: late, doubled, after a restart, with a wall clock that jumps.

use super::world::{World, person, phone, tries};
use crate::desk::{Actor, Body, Command, Event, State, Stream};
use crate::escalation::{Ladder, SILENCE_MS, Step, due, silence_due};
use crate::ids::IncidentId;
use crate::incident::{IncidentEvent, Priority, PriorityReason};
use crate::person::Role;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One look at the clock, as the server's ticker takes it; `stale` ticks send everything twice.
pub(super) fn tick(world: &mut World, stale: bool) {
    loop {
        let ladder = Ladder::default();
        let open = world.state.incidents.values();
        let steps = open.filter_map(|incident| Some((incident.id, due(incident, &ladder, world.now)?)));
        let mut commands: Vec<Command> =
            steps.map(|(incident, (step, round))| Command::Escalate { incident, step, round }).collect();
        let silent = world.state.incidents.values().filter(|incident| silence_due(incident, world.now));
        commands.extend(silent.map(|incident| Command::RaiseForSilence(incident.id)));
        if commands.is_empty() {
            return;
        }
        for command in commands {
            world.ok(Actor::Clock, command.clone());
            if stale {
                assert!(world.ok(Actor::Clock, command).is_empty(), "a step fires twice");
            }
        }
    }
}

/// When each wait began, read from the events alone.
fn check_ladder(world: &World) {
    let mut since = BTreeMap::<IncidentId, (i64, u32)>::new();
    let (mut held, mut morning) = (BTreeSet::new(), BTreeSet::new());
    // Whose wait began with a dispatch that ended, and what a reporter must not know of it.
    let (mut of_dispatch, mut state) = (BTreeSet::new(), State::default());
    let mut fired = BTreeMap::<(IncidentId, u32), Vec<Step>>::new();
    for stored in &world.log {
        let apart = |id| state.incidents.get(&id).is_some_and(|incident| incident.apart());
        let apart = matches!(stored.stream, Stream::Incident(id) if apart(id));
        state.apply(stored);
        let (Stream::Incident(id), Body::Open(Event::Incident(event))) = (stored.stream, &stored.body) else {
            continue;
        };
        let at = stored.at.mono_ms;
        if matches!(event, IncidentEvent::Claimed { .. } | IncidentEvent::HandedOver { .. }) {
            held.insert(id);
        }
        match event {
            // A word to a team in which somebody has the case begins no wait.
            IncidentEvent::Wrote { by: None, .. } if held.contains(&id) => {}
            // What the desk itself opens wakes nobody; a responder's call does.
            IncidentEvent::CallOpened { by: Some(by) } if world.state.people[by].profile.role != Role::Security => {}
            IncidentEvent::Alerted { for_morning, .. } => {
                since.insert(id, (at, 0));
                if *for_morning {
                    morning.insert(id);
                }
            }
            // The night was no wait: the tap inside the hours begins one.
            IncidentEvent::AskedAgain { for_morning: false, .. } if morning.remove(&id) => {
                let wait = since.get_mut(&id).unwrap();
                *wait = (at, wait.1 + 1);
                of_dispatch.remove(&id);
            }
            IncidentEvent::AskedAgain { .. }
            | IncidentEvent::HandedOver { .. }
            | IncidentEvent::NobodyHereSaid
            | IncidentEvent::Cannot { .. }
            | IncidentEvent::CallOpened { .. }
            | IncidentEvent::Wrote { by: None, .. }
            | IncidentEvent::Reopened { by: None } => {
                if matches!(event, IncidentEvent::AskedAgain { for_morning: true, .. }) {
                    morning.insert(id);
                }
                let wait = since.get_mut(&id).unwrap();
                // A running wait goes on: asking more often must never be heard of later.
                let ended = matches!(event, IncidentEvent::Cannot { .. });
                // A reporter's own wait takes the place of one that they must not know of.
                let hidden = of_dispatch.contains(&id) && apart && !ended;
                if wait.0 == i64::MAX || hidden {
                    *wait = (at, wait.1 + 1);
                    if ended {
                        of_dispatch.insert(id)
                    } else {
                        of_dispatch.remove(&id)
                    };
                }
            }
            // A wait that is over fires no more.
            IncidentEvent::Seen { .. } | IncidentEvent::Closed { .. } => since.get_mut(&id).unwrap().0 = i64::MAX,
            IncidentEvent::Escalated { step, round } => {
                let (began, current) = since[&id];
                assert_eq!(*round, current, "a step of an old wait");
                assert!(at.saturating_sub(began) >= Ladder::default().due_ms(*step), "{step:?} came early");
                let before = fired.entry((id, *round)).or_default();
                assert!(before.last().is_none_or(|last| last < step), "{step:?} after {before:?}");
                before.push(*step);
            }
            _ => {}
        }
    }
    for ((_, _), steps) in &fired {
        assert_eq!(steps[..], Step::ALL[..steps.len()], "a step was left out");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn each_step_fires_once_in_order_and_never_early(
        tries in tries(60),
        ticks in proptest::collection::vec((any::<bool>(), any::<bool>(), -3_600_000i64..3_600_000), 60),
    ) {
        let mut world = World::new();
        for (step, (looked, stale, jump)) in tries.iter().zip(ticks) {
            // Only the ticker speaks for the clock here.
            let (actor, _) = world.clone().meaning(step);
            if actor != Actor::Clock {
                let _ = world.attempt(step);
            }
            world.wall_jumps(jump);
            if looked {
                tick(&mut world, stale);
            }
        }
        check_ladder(&world);
    }

    #[test]
    fn a_ticker_that_was_away_fires_what_is_overdue_once(away_ms in 0i64..200_000, down in any::<bool>()) {
        let mut world = World::new();
        let id = world.tap(0);
        world.later(away_ms);
        if down {
            // A restart in between: the log is read back against the clocks of the new process.
            let start = world.now;
            let mut state = State::default();
            for stored in &world.log {
                let mut stored = stored.clone();
                stored.at = start.replayed(stored.at.wall_ms);
                state.apply(&stored);
            }
            world.state = state;
        }
        tick(&mut world, true);
        let expected = Step::ALL.into_iter().rfind(|step| away_ms >= Ladder::default().due_ms(*step));
        prop_assert_eq!(world.state.incidents[&id].wait.unwrap().reached, expected);
    }

    #[test]
    fn a_clock_set_back_while_the_server_was_down_makes_nothing_due(back_ms in 1i64..86_400_000) {
        let mut world = World::new();
        let id = world.tap(0);
        let start = crate::time::Now { wall_ms: world.now.wall_ms - back_ms, mono_ms: 40 };
        let mut state = State::default();
        for stored in &world.log {
            let mut stored = stored.clone();
            stored.at = start.replayed(stored.at.wall_ms);
            state.apply(&stored);
        }
        let incident = &state.incidents[&id];
        prop_assert_eq!(due(incident, &Ladder::default(), start), None);
        prop_assert_eq!(due(incident, &Ladder::default(), start.plus(19_999)), None);
        prop_assert_eq!(due(incident, &Ladder::default(), start.plus(20_000)), Some((Step::OfferedAgain, 0)));
    }
}

#[test]
fn a_look_ends_the_ladder_and_a_new_tap_begins_it_again() {
    let mut world = World::new();
    let id = world.tap(0);
    world.later(46_000);
    tick(&mut world, false);
    assert_eq!(world.state.incidents[&id].wait.unwrap().reached, Some(Step::LeadTold));
    world.ok(Actor::Person(person(Role::Agent, 0)), Command::See(id));
    // Whoever is safe lets no other clock run.
    let (question, answer) = (crate::question::Question::Safe, crate::question::Answer::Yes);
    world.ok(Actor::Phone(phone(0)), Command::Answer { question, answer });
    world.later(3_600_000);
    let before = world.log.len();
    tick(&mut world, false);
    assert_eq!(world.log.len(), before);
    assert_eq!(world.tap(0), id);
    world.later(20_000);
    tick(&mut world, false);
    let wait = world.state.incidents[&id].wait.unwrap();
    assert_eq!((wait.round, wait.reached), (1, Some(Step::OfferedAgain)));
}

#[test]
fn silence_after_undo_makes_danger_after_a_minute_and_once() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(Actor::Phone(phone(0)), Command::Withdraw);
    world.later(SILENCE_MS - 1);
    tick(&mut world, false);
    assert_eq!(world.state.incidents[&id].priority, Priority::P2);
    world.later(1);
    tick(&mut world, true);
    assert_eq!(world.state.incidents[&id].priority, Priority::P1);
    // A person may lower it again, with a reason; the same silence does not raise it twice.
    let note = "spoke to her".to_owned();
    world.ok(Actor::Person(person(Role::Agent, 0)), Command::SetPriority { incident: id, to: Priority::P3, note });
    world.later(SILENCE_MS);
    tick(&mut world, true);
    assert_eq!(world.state.incidents[&id].priority, Priority::P3);
    let raised = world.log.iter().filter(|stored| {
        let silence = PriorityReason::Silence;
        matches!(&stored.body, Body::Open(Event::Incident(IncidentEvent::PrioritySet { reason, .. })) if *reason == silence)
    });
    assert_eq!(raised.count(), 1);
}
