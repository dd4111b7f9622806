//! Whoever reports for another, once the other was found: nothing that becomes of the help for them
//! reaches the reporter's phone, neither by its page nor by an answer (`product.md`, rule 14).

use super::converse::{ME, agent, says, text};
use super::escalation::tick;
use super::world::{World, person, place, through, tries};
use crate::desk::{Actor, Command};
use crate::ids::{CodeHash, IncidentId};
use crate::incident::{CannotReason, CloseReason, Found, Incident};
use crate::person::{Duty, Person, Role};
use crate::place::Source;
use crate::question::{Answer, Came, Question, Whom, WorksHere};
use crate::refusal::Refusal;
use crate::venue::Ordinal;
use crate::view::{CaseView, Gist, GuardView, StepView, Unseen, case, guard, pane, row};
use proptest::prelude::*;

fn found(incident: IncidentId, level: i16, world: &World) -> Command {
    found_who(incident, level, Found::Unsaid, world)
}

fn found_who(incident: IncidentId, level: i16, who: Found, world: &World) -> Command {
    Command::FoundAt { incident, place: place(Some(level), Source::Zone, world.now.wall_ms), who }
}

/// How the case became one of a reporter: by the phone's word, or by the team's alone.
#[derive(Debug, Clone, Copy)]
enum Wall {
    Says(Whom),
    Team { said_me: bool, who: Found },
}

impl Wall {
    fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            Just(Wall::Says(Whom::Someone)),
            Just(Wall::Says(Whom::Saw)),
            any::<bool>().prop_map(|said_me| Wall::Team { said_me, who: Found::Another }),
            Just(Wall::Team { said_me: false, who: Found::Unsaid }),
        ]
    }

    fn build(self, world: &mut World, phone: Actor, id: IncidentId) {
        let who = match self {
            Wall::Says(whom) => {
                world.ok(phone, Command::SayWhom(whom));
                Found::Unsaid
            }
            Wall::Team { said_me, who } => {
                if said_me {
                    let _ = world.act(phone, &Command::SayWhom(Whom::Me));
                }
                who
            }
        };
        let there = found_who(id, 20, who, world);
        world.ok(agent(), there);
    }
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
fn the_wall_stands_without_a_word_of_the_phone() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(ME, text(1, "My girlfriend ran off"));
    let guard = person(Role::Security, 0);
    world.ok(agent(), Command::Dispatch { incident: id, responder: guard });
    world.ok(Actor::Person(guard), Command::Go(id));
    assert!(matches!(shown(&world, id).coming, StepView::Lit(_)));
    world.ok(agent(), found_who(id, -1, Found::Another, &world));
    for later in [None, Some(Command::SayWhom(Whom::Me)), Some(Command::Move { place: somewhere(&world) })] {
        if let Some(command) = later {
            world.ok(ME, command);
        }
        let view = shown(&world, id);
        assert_eq!((view.coming, view.here, view.who.as_str(), view.dark), (StepView::Dark, StepView::Dark, "", None));
        assert_eq!(
            world.state.incidents[&id].goal().and_then(|goal| goal.level),
            Some(Ordinal(-1)),
            "still goes there"
        );
    }
    let summary = through(world.now, |lens| pane(&world.state.incidents[&id], &world.state, lens).summary);
    assert!(summary.contains(&Gist::For(Whom::Someone)), "the desk reads what it decided");
    // A slip of the desk is the desk's to mend, and an older screen does not mend it by not asking.
    world.ok(agent(), found_who(id, -1, Found::Unsaid, &world));
    assert!(world.state.incidents[&id].apart());
    world.ok(agent(), found_who(id, -1, Found::Person, &world));
    assert!(matches!(shown(&world, id).coming, StepView::Lit(_)));
}

#[test]
fn an_older_screen_that_does_not_ask_means_somebody_else_unless_the_phone_said_for_me() {
    for (said, apart) in [(None, true), (Some(Whom::Me), false), (Some(Whom::Saw), true)] {
        let mut world = World::new();
        let id = world.tap(0);
        if let Some(whom) = said {
            world.ok(ME, Command::SayWhom(whom));
        }
        world.ok(agent(), found(id, 3, &world));
        assert_eq!(world.state.incidents[&id].apart(), apart, "{said:?}");
    }
}

#[test]
fn whoever_takes_over_a_case_of_the_desk_is_the_person_whom_it_found() {
    let mut world = World::new();
    let fresh = world.fresh_incident();
    let (came, lang, note) = (Came::InPerson, "fr".to_owned(), String::new());
    world.ok(agent(), Command::OpenFor { fresh, came, lang, place: None, note });
    world.ok(agent(), found(fresh, 3, &world));
    let code = CodeHash([5; 32]);
    world.ok(agent(), Command::MakeCode { incident: fresh, code });
    world.ok(ME, Command::UseCode { code, lang: "ko".to_owned() });
    assert!(!world.state.incidents[&fresh].apart());
}

fn somewhere(world: &World) -> crate::place::Place {
    place(Some(4), Source::Zone, world.now.wall_ms)
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

    /// Time alone is no news: what a socket compares does not hang on it.
    #[test]
    fn a_view_that_stands_still_is_the_same_a_while_later(tries in tries(80), ms in 0i64..600_000) {
        let mut world = World::new();
        world.run(&tries);
        let open = world.state.incidents.values().filter(|one| !one.is_closed());
        let look = |now| {
            let still = |one: &Incident| through(now, |lens| case(one, &world.state, lens).still(now));
            open.clone().map(still).collect::<Vec<_>>()
        };
        prop_assert_eq!(look(world.now), look(world.now.plus(ms)));
        // A dispatch that ended is shown for ten minutes, a change of place for two.
        let on_duty = world.state.people.values().filter(|one| one.duty != Duty::Off);
        let look = |now| {
            let still = |one: &Person| through(now, |lens| guard(one, &world.state, lens).still(now));
            let open = |mut view: GuardView| {
                view.pings.retain(|ping| ping.state.open());
                view.pings.iter_mut().for_each(|ping| ping.moved = None);
                view
            };
            on_duty.clone().map(still).map(open).collect::<Vec<_>>()
        };
        prop_assert_eq!(look(world.now), look(world.now.plus(ms)));
    }

    /// Two histories that differ only in what the dispatches do: one phone, one view, one answer.
    #[test]
    fn a_reporters_phone_cannot_tell_what_the_dispatches_do(
        tries in tries(60),
        wall in Wall::any(),
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
        // An old *for me* is believed by an old screen.
        let said = quiet.state.incidents[&id].conversation.whom;
        prop_assume!(!matches!(wall, Wall::Team { who: Found::Unsaid, .. }) || said != Some(Whom::Me));
        wall.build(&mut quiet, phone, id);
        prop_assert!(quiet.state.incidents[&id].apart());
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
