//! Whoever reports for another, once the other was found: nothing that becomes of the help for them
//! reaches the reporter's phone, neither by its page nor by an answer (`product.md`, rule 14).

use super::converse::{ME, agent, says, text};
use super::escalation::tick;
use super::world::{World, person, place, through, tries};
use crate::desk::{Actor, Command};
use crate::ids::IncidentId;
use crate::incident::{CannotReason, CloseReason};
use crate::person::Role;
use crate::place::Source;
use crate::question::{Answer, Question, Whom, WorksHere};
use crate::refusal::Refusal;
use crate::view::{CaseView, Unseen, case, guard, row};
use proptest::prelude::*;

fn found(incident: IncidentId, level: i16, world: &World) -> Command {
    Command::FoundAt { incident, place: place(Some(level), Source::Zone, world.now.wall_ms) }
}

fn shown(world: &World, id: IncidentId) -> CaseView {
    through(world.now, |lens| case(&world.state.incidents[&id], &world.state, lens))
}

/// Everything that a phone can send.
fn of_phone(dice: u8, world: &mut World) -> Command {
    let level = i16::from(dice % 3);
    let spot = place(Some(level), Source::Zone, world.now.wall_ms);
    match dice % 20 {
        0 => Command::Alert {
            fresh: world.fresh_incident(),
            lang: "fr".to_owned(),
            place: (dice > 128).then_some(spot),
            for_morning: false,
        },
        1 => Command::Withdraw,
        2 => Command::AnswerCheck { safe: dice > 128 },
        3 | 4 => Command::Move { place: spot },
        5 => Command::SayOk,
        6 => Command::ReopenOwn,
        7 => Command::OpenCall,
        8 => Command::LeaveCall,
        9 | 10 => says(Question::ALL[usize::from(dice / 20) % 7], Answer::Yes),
        11 => Command::SayWhom(Whom::ALL[usize::from(dice / 20) % 3]),
        12 => Command::SayWorksHere(WorksHere::ALL[usize::from(dice / 20) % 5]),
        13 => text(dice, "where is she?"),
        14 => Command::Got { upto: u32::from(dice / 20), shown: dice > 128 },
        _ => Command::SayNobodyHere,
    }
}

/// What becomes of a dispatch, by whoever says so.
fn of_dispatch(dice: u8, incident: IncidentId) -> (Actor, Command) {
    let responder = person(Role::Security, dice / 32 % 2);
    let reason = [CannotReason::Busy, CannotReason::NoWay, CannotReason::CannotFind][usize::from(dice / 64 % 3)];
    match dice % 9 {
        0 | 1 => (agent(), Command::Dispatch { incident, responder }),
        2 => (Actor::Person(responder), Command::Go(incident)),
        3 | 4 => (Actor::Person(responder), Command::Arrive(incident)),
        5 => (Actor::Person(responder), Command::Done(incident)),
        6 => (Actor::Person(responder), Command::Cannot { incident, reason }),
        7 => (agent(), Command::Recall { incident, responder }),
        _ => (Actor::Person(person(Role::Organiser, 0)), Command::TakeOff { incident, responder }),
    }
}

#[test]
fn nobody_is_here_is_answered_alike_wherever_the_guard_stands() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(ME, Command::SayWhom(Whom::Someone));
    world.ok(agent(), found(id, -1, &world));
    world.ok(agent(), Command::Claim { incident: id, over: None });
    let me = person(Role::Security, 0);
    let says = |world: &mut World| (world.act(ME, &Command::SayNobodyHere), shown(world, id));
    let before = says(&mut world);
    assert_eq!(before.0, Err(Refusal::OutOfOrder));
    world.ok(agent(), Command::Dispatch { incident: id, responder: me });
    for step in [Command::Go(id), Command::Arrive(id), Command::Done(id)] {
        world.ok(Actor::Person(me), step);
        assert_eq!(says(&mut world), before);
        let view = through(world.now, |lens| guard(&world.state.people[&me], &world.state, lens));
        assert!(!view.pings[0].nobody_here, "the help is not disturbed from far away");
        assert!(!world.state.incidents[&id].unacknowledged());
    }
}

#[test]
fn nobody_is_here_still_counts_for_the_reporters_own_place() {
    let mut world = World::new();
    let id = world.tap(0);
    let me = person(Role::Security, 0);
    world.ok(ME, Command::SayWhom(Whom::Someone));
    world.ok(agent(), Command::Dispatch { incident: id, responder: me });
    world.ok(Actor::Person(me), Command::Arrive(id));
    assert_eq!(world.ok(ME, Command::SayNobodyHere).len(), 1);
    assert!(through(world.now, |lens| row(&world.state.incidents[&id], &world.state, lens)).nobody_here);
}

#[test]
fn the_ladder_of_a_dispatch_that_failed_is_not_the_reporters() {
    let mut world = World::new();
    let id = world.tap(0);
    let me = person(Role::Security, 0);
    world.ok(ME, Command::SayWhom(Whom::Someone));
    world.ok(agent(), found(id, -1, &world));
    world.ok(agent(), Command::Dispatch { incident: id, responder: me });
    world.ok(Actor::Person(me), Command::Cannot { incident: id, reason: CannotReason::CannotFind });
    world.later(46_000);
    tick(&mut world, false);
    let step = |world: &World| world.state.incidents[&id].wait.and_then(|wait| wait.reached);
    assert!(step(&world).is_some(), "the team is told");
    assert_eq!(shown(&world, id).unseen, Unseen::No, "the reporter is not");
    // Their own tap waits from their own tap on.
    assert_eq!(world.tap(0), id);
    assert_eq!((shown(&world, id).unseen, step(&world)), (Unseen::No, None));
    world.later(46_000);
    tick(&mut world, false);
    assert_eq!(shown(&world, id).unseen, Unseen::Told);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Two histories that differ only in what the dispatches do: one phone, one view, one answer.
    #[test]
    fn a_reporters_phone_cannot_tell_what_the_dispatches_do(
        tries in tries(60),
        saw in any::<bool>(),
        steps in proptest::collection::vec((0u8..8, any::<u8>(), 0i64..30_000), 1..60),
    ) {
        let mut quiet = World::new();
        quiet.run(&tries);
        let open = quiet.state.incidents.values().find(|one| !one.is_closed() && one.phone().is_some());
        let Some((id, token)) = open.and_then(|one| Some((one.id, one.phone()?))) else { return Ok(()) };
        if quiet.state.people[&person(Role::Agent, 0)].removed {
            return Ok(());
        }
        let phone = Actor::Phone(token);
        quiet.ok(phone, Command::SayWhom(if saw { Whom::Saw } else { Whom::Someone }));
        let place = found(id, 20, &quiet);
        quiet.ok(agent(), place);
        let holder = quiet.state.incidents[&id].claimed.map(|mark| mark.by);
        quiet.ok(agent(), Command::Claim { incident: id, over: holder });
        let mut busy = quiet.clone();
        for (kind, dice, ms) in steps {
            quiet.later(ms);
            busy.later(ms);
            match kind {
                // Only what becomes of the dispatches differs. Sending is also a look at the row: one
                // that both have made.
                0..=3 => {
                    let (actor, command) = of_dispatch(dice, id);
                    if matches!(command, Command::Dispatch { .. }) {
                        for world in [&mut quiet, &mut busy] {
                            let _ = world.act(agent(), &Command::See(id));
                        }
                    }
                    let _ = busy.act(actor, &command);
                }
                4 | 5 => {
                    let command = of_phone(dice, &mut quiet);
                    let _ = of_phone(dice, &mut busy);
                    let answers = [&mut quiet, &mut busy].map(|world| world.act(phone, &command));
                    prop_assert_eq!(&answers[0], &answers[1], "{:?}", command);
                    if command == Command::SayNobodyHere {
                        prop_assert!(answers[1].is_err());
                    }
                }
                6 => for world in [&mut quiet, &mut busy] {
                    let seen = if dice % 3 == 0 {
                        world.act(agent(), &Command::See(id))
                    } else {
                        world.act(agent(), &super::converse::say(id, dice))
                    };
                    drop(seen);
                },
                _ => for world in [&mut quiet, &mut busy] {
                    tick(world, false);
                },
            }
            prop_assert_eq!(shown(&quiet, id), shown(&busy, id));
        }
        // Nobody can close it under somebody who is on the way; when it is over, it is over alike.
        for n in 0..2 {
            let responder = person(Role::Security, n);
            for world in [&mut quiet, &mut busy] {
                let _ = world.act(agent(), &Command::Recall { incident: id, responder });
            }
        }
        for world in [&mut quiet, &mut busy] {
            let _ = world.act(agent(), &Command::Close { incident: id, reason: CloseReason::Helped });
        }
        prop_assert_eq!(shown(&quiet, id), shown(&busy, id));
    }
}
