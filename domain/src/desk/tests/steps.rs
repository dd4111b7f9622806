//! The attendee's four steps and the desk's queue, against the events they stand on.

use super::world::{World, person, phone, through, tries};
use crate::desk::{Actor, Body, Command, Event, Stream};
use crate::ids::{IncidentId, PersonId};
use crate::incident::{CannotReason, CloseReason, DispatchState, IncidentEvent as E, Priority, Status};
use crate::person::Role;
use crate::view::{Check, Dark, QueueRow, Stage, StepView, case, queue_order, row};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What the events of one incident give ground for, written without looking at the state.
#[derive(Default)]
struct Ground {
    seen: bool,
    /// Who is on the way (`false`) or there (`true`).
    moving: BTreeMap<PersonId, bool>,
    dark: Option<Dark>,
    withdrawn: bool,
    answered: Option<bool>,
    closed: bool,
}

fn ground(world: &World, id: IncidentId) -> Ground {
    let mut ground = Ground::default();
    for stored in world.log.iter().filter(|stored| stored.stream == Stream::Incident(id)) {
        let Body::Open(Event::Incident(event)) = &stored.body else { continue };
        let mut fell = |who: &PersonId, why| {
            if ground.moving.remove(who).is_some() {
                ground.dark = Some(why);
            }
        };
        match event {
            E::Cleared { responder } => fell(responder, Dark::Left),
            E::Cannot { responder, reason: CannotReason::CannotFind } => fell(responder, Dark::NotFound),
            E::Cannot { responder, .. } | E::Recalled { responder, .. } => fell(responder, Dark::TurnedBack),
            E::EnRoute { responder } => drop(ground.moving.insert(*responder, false)),
            E::OnScene { responder } => drop(ground.moving.insert(*responder, true)),
            E::Seen { .. } => ground.seen = true,
            E::AskedAgain { .. } => {
                (ground.seen, ground.withdrawn, ground.answered) = (false, false, None);
            }
            E::Withdrawn => ground.withdrawn = true,
            E::CheckAnswered { safe } => ground.answered = Some(*safe),
            E::Closed { .. } => ground.closed = true,
            E::Reopened { by } => {
                ground.closed = false;
                if by.is_none() {
                    (ground.seen, ground.withdrawn, ground.answered) = (false, false, None);
                }
            }
            _ => {}
        }
    }
    ground
}

fn lit(step: StepView) -> bool {
    matches!(step, StepView::Lit(_))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_step_is_lit_only_while_an_event_stands_for_it(
        tries in tries(120),
        jumps in proptest::collection::vec(-3_600_000i64..3_600_000, 120),
    ) {
        let mut world = World::new();
        for (step, jump) in tries.iter().zip(jumps) {
            let _ = world.attempt(step);
            // What is lit or dark does not hang on a wall clock that somebody sets.
            world.wall_jumps(jump);
        }
        for incident in world.state.incidents.values() {
            // The reporter's steps stand on other ground: `converse` has them.
            if incident.reported() {
                continue;
            }
            let ground = ground(&world, incident.id);
            let view = through(world.now, |lens| case(incident, &world.state, lens));
            prop_assert_eq!(lit(view.seen), ground.seen);
            // After the end the steps say what was.
            if !ground.closed {
                prop_assert_eq!(lit(view.coming), !ground.moving.is_empty());
                prop_assert_eq!(lit(view.here), ground.moving.values().any(|there| *there));
                prop_assert_eq!(view.dark, if ground.moving.is_empty() { ground.dark } else { None });
            }
            prop_assert!(!view.who.is_empty() || !view.who_here.is_empty() || ground.moving.is_empty());
            prop_assert_eq!(matches!(view.stage, Stage::Closed { .. }), ground.closed);
            prop_assert_eq!(view.stage == Stage::Withdrawn, ground.withdrawn && !ground.closed);
            let asked = match ground.answered {
                _ if view.stage != Stage::Withdrawn => Check::None,
                None => Check::Asked,
                Some(safe) => Check::Answered(safe),
            };
            prop_assert_eq!(view.check, asked);
            prop_assert!(view.undo_ms == 0 || view.stage == Stage::Open);
        }
    }

    #[test]
    fn the_queue_has_unacknowledged_first_then_danger_then_age_and_closed_last(tries in tries(120)) {
        let mut world = World::new();
        world.run(&tries);
        let mut rows: Vec<QueueRow> =
            through(world.now, |lens| world.state.incidents.values().map(|incident| row(incident, &world.state, lens)).collect());
        rows.sort_by_key(queue_order);
        for pair in rows.windows(2) {
            let (first, second) = (&pair[0], &pair[1]);
            let closed = |row: &QueueRow| row.status == Status::Closed;
            prop_assert!(closed(second) || !closed(first));
            if closed(first) != closed(second) {
                continue;
            }
            prop_assert!(first.unacknowledged || !second.unacknowledged);
            if first.unacknowledged != second.unacknowledged {
                continue;
            }
            prop_assert!(first.priority <= second.priority);
            prop_assert!(first.priority < second.priority || first.age_ms >= second.age_ms);
        }
        for row in rows.iter().filter(|row| row.unacknowledged) {
            prop_assert!(row.wait_ms.is_some() && row.status != Status::Closed);
        }
    }
}

#[test]
fn priorities_sort_danger_first() {
    assert!(Priority::P1 < Priority::P2 && Priority::P2 < Priority::P3);
}

/// Somebody frightened must know each of those who come, and what was is read after the end.
#[test]
fn two_who_come_are_both_to_be_known_and_the_furthest_stands_for_the_case() {
    let mut world = World::new();
    let (id, desk) = (world.tap(0), Actor::Person(person(Role::Agent, 0)));
    let guards = [0, 1].map(|n| person(Role::Security, n));
    world.ok(desk, Command::See(id));
    let seen = world.state.incidents[&id].seen;
    for guard in guards {
        world.ok(desk, Command::Dispatch { incident: id, responder: guard });
        world.ok(Actor::Person(guard), Command::Go(id));
    }
    world.ok(Actor::Person(guards[0]), Command::Arrive(id));
    let look = |n: usize| world.state.people[&guards[n]].profile.appearance("en").to_owned();
    let (first, second) = (look(0), look(1));
    let shown = |world: &World| through(world.now, |lens| case(&world.state.incidents[&id], &world.state, lens));
    let view = shown(&world);
    assert_eq!((view.who, view.who_here), (second, first));
    let row = through(world.now, |lens| row(&world.state.incidents[&id], &world.state, lens));
    assert_eq!(row.dispatch, Some((guards[0], DispatchState::OnScene)), "the last one sent has not come as far");
    // Talk begins another wait; the first look keeps its time.
    world.later(90_000);
    world.ok(Actor::Phone(phone(0)), Command::OpenCall);
    world.ok(desk, Command::See(id));
    assert_eq!(world.state.incidents[&id].seen, seen);
    for guard in guards {
        world.ok(Actor::Person(guard), Command::Arrive(id));
        world.ok(Actor::Person(guard), Command::Done(id));
    }
    assert_eq!(shown(&world).here, StepView::Dark, "nobody is there now");
    assert!(!world.state.incidents[&id].silence_counts(), "somebody has been with them");
    world.ok(desk, Command::Close { incident: id, reason: CloseReason::Helped });
    assert_ne!(shown(&world).here, StepView::Dark, "the desk reads afterwards that somebody was");
}
