//! What no history reaches, and what every history can be rebuilt from.

use super::world::{Try, World, person, tries};
use crate::desk::{Actor, Body, Command, Event, State, Stream, decide};
use crate::ids::IncidentId;
use crate::incident::{CannotReason, DispatchState, Incident, IncidentEvent, Origin, Priority, Status};
use crate::person::{Duty, Role};
use crate::phrase::Direction;
use crate::refusal::Refusal;
use crate::words::Words;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Everything that is true of every state.
fn check(state: &State) {
    let mut open_of_phone = BTreeMap::new();
    let mut bound = BTreeMap::new();
    for incident in state.incidents.values() {
        let at = incident.id;
        if let (Some(phone), false) = (incident.phone(), incident.is_closed()) {
            assert!(open_of_phone.insert(phone, at).is_none(), "{phone} has two open incidents");
            assert_eq!(state.phones.get(&phone), Some(&at), "a phone's open incident is the one it is shown");
        }
        for dispatch in incident.open_dispatches() {
            let sent = dispatch.responder;
            assert!(bound.insert(sent, at).is_none(), "{sent} is sent to two places");
            assert!(!incident.is_closed(), "somebody is on the way to a closed incident");
            let responder = &state.people[&sent];
            assert!(!responder.removed && responder.duty != Duty::Off, "somebody off duty is bound");
            assert!(dispatch.ended.is_none());
            assert!(incident.origin != Origin::Responder(sent), "a responder is sent to themself");
        }
        for dispatch in &incident.dispatches {
            assert_eq!(state.people[&dispatch.responder].profile.role, Role::Security);
            assert_eq!(dispatch.ended.is_none(), dispatch.state.open());
            assert!(dispatch.state != DispatchState::OnScene || dispatch.on_scene.is_some());
            assert!(dispatch.state != DispatchState::EnRoute || dispatch.en_route.is_some());
        }
        let desk = |by| matches!(state.people[&by].profile.role, Role::Agent | Role::Lead);
        assert!(incident.seen.is_none_or(|mark| desk(mark.by)));
        assert!(incident.claimed.is_none_or(|mark| desk(mark.by)));
        assert!(incident.closed.is_none_or(|(mark, _)| desk(mark.by)));
        assert!(incident.reads.iter().all(|mark| desk(mark.by)));
        // Whoever has not been looked at is waited for, and nobody waits on what is over.
        assert!(incident.seen.is_some() || incident.wait.is_some(), "{at} is unseen and nothing waits");
        assert!(!incident.is_closed() || incident.wait.is_none(), "{at} is closed and waits");
        assert!(incident.wait.is_none_or(|wait| wait.round + 1 == incident.rounds));
        match incident.status() {
            Status::Unseen => assert!(incident.seen.is_none() && incident.claimed.is_none()),
            Status::Seen => assert!(incident.seen.is_some()),
            Status::Claimed => assert!(incident.claimed.is_some()),
            Status::Closed => assert!(incident.closed.is_some()),
        }
        if let Some(call) = &incident.call {
            assert!(!incident.is_closed() && incident.withdrawn.is_none_or(|at| at <= call.opened), "{at} has a call");
            let may = |by| matches!(state.people[by].profile.role, Role::Agent | Role::Lead | Role::Security);
            assert!(call.joined.iter().chain(&call.by).all(may));
        }
        assert!(incident.nobody_here.is_none() || incident.wait.is_some() || incident.is_closed());
        said(incident);
    }
    for (phone, id) in &state.phones {
        assert_eq!(state.incidents[id].phone(), Some(*phone));
    }
    for person in state.people.values() {
        assert!(person.sessions.len() <= person.profile.role.sessions_at_once());
        assert!(!person.removed || (person.sessions.is_empty() && person.duty == Duty::Off));
        assert!(person.profile.role == Role::Security || person.duty == Duty::Off);
        assert_eq!(state.dispatch_of(person.id).map(|incident| incident.id), bound.get(&person.id).copied());
    }
    indexed(state);
    assert_eq!(state.versions.values().sum::<u64>(), state.seq, "each event moves one stream by one");
}

/// What is found without walking over all incidents is what a walk finds.
fn indexed(state: &State) {
    let walk = |like: &dyn Fn(&Incident) -> bool| -> Vec<IncidentId> {
        state.incidents.values().filter(|incident| like(incident)).map(|incident| incident.id).collect()
    };
    let open: Vec<_> = state.open_incidents().map(|incident| incident.id).collect();
    assert_eq!(open, walk(&|incident| !incident.is_closed()));
    for person in state.people.keys().copied() {
        let sent: Vec<_> = state.sent_to(person).map(|incident| incident.id).collect();
        assert_eq!(sent, walk(&|incident| incident.dispatches.iter().any(|sent| sent.responder == person)));
        let own = walk(&|incident| !incident.is_closed() && incident.origin == Origin::Responder(person));
        assert_eq!(state.own_call(person).map(|incident| incident.id), own.first().copied());
        let held = |incident: &Incident| incident.claimed.is_some_and(|mark| mark.by == person);
        let chats = walk(&|incident| !incident.is_closed() && incident.phone().is_some() && held(incident));
        assert_eq!(usize::from(state.chats(person)), chats.len());
    }
}

/// What is true of every conversation.
fn said(incident: &Incident) {
    let said = &incident.conversation;
    assert!(said.messages.len() <= 60 && said.notes.len() <= 40);
    assert!(said.messages.windows(2).all(|pair| pair[0].n < pair[1].n), "two messages with one number");
    assert!(said.messages.last().is_none_or(|message| message.n <= said.last));
    for message in &said.messages {
        let mine = message.by.is_none();
        // Whatever is read has reached its reader, and nothing reached a phone that there is not.
        assert!(mine || message.read.is_none() || message.reached.is_some());
        assert!(!mine || message.reached.is_none());
        assert!(mine || incident.phone().is_some());
        if let Words::Phrase(phrase) = message.words {
            let side = if mine { Direction::FromPerson } else { Direction::FromStaff };
            assert!([side, Direction::Both].contains(&phrase.direction()));
        }
    }
    let unanswered = said.messages.last().is_some_and(|message| message.by.is_none());
    assert!(!unanswered || said.waiting.is_some(), "somebody waits and no timer runs");
    assert!(said.answers.iter().all(|(question, given)| given.answer.fits(*question)));
    assert!(incident.code.is_none() || (incident.claimant.is_none() && matches!(incident.origin, Origin::Desk { .. })));
    assert!(!incident.silence_counts() || incident.asking().is_some());
}

/// What is true of each single event, seen against the state before its command.
fn check_step(before: &State, actor: Actor, stream: Stream, events: &[Event]) {
    let mut priority = None;
    for event in events {
        let Event::Incident(event) = event else { continue };
        let Stream::Incident(id) = stream else { panic!("{event:?} in {stream:?}") };
        let incident = before.incidents.get(&id);
        match event {
            IncidentEvent::PrioritySet { to, by, note, .. } => {
                let from: Priority = priority.or(incident.map(|incident| incident.priority)).unwrap();
                assert_ne!(*to, from);
                assert!(*to < from || !note.is_empty(), "the priority goes down without a reason");
                assert!(*to < from || by.is_some(), "only a person lowers a priority");
                priority = Some(*to);
            }
            IncidentEvent::Dispatched { responder, .. } => {
                assert_eq!(before.people[responder].duty, Duty::On, "somebody off duty is sent somewhere");
            }
            IncidentEvent::Seen { by } | IncidentEvent::Claimed { by } | IncidentEvent::Closed { by, .. } => {
                assert_eq!(Actor::Person(*by), actor, "somebody acts in another's name");
            }
            IncidentEvent::EnRoute { responder }
            | IncidentEvent::OnScene { responder }
            | IncidentEvent::Cleared { responder } => assert_eq!(Actor::Person(*responder), actor),
            // An organiser ends the dispatch of somebody whom they take off the team.
            IncidentEvent::Cannot { reason: CannotReason::Removed, .. } => {
                let Actor::Person(by) = actor else { panic!("{actor:?} takes somebody off the team") };
                assert_eq!(before.people[&by].profile.role, Role::Organiser);
            }
            IncidentEvent::Cannot { responder, .. } => assert_eq!(Actor::Person(*responder), actor),
            IncidentEvent::HandedOver { by, .. }
            | IncidentEvent::Opened { by, .. }
            | IncidentEvent::Noted { by, .. }
            | IncidentEvent::Wrote { by: Some(by), .. } => assert_eq!(Actor::Person(*by), actor),
            IncidentEvent::Wrote { by: None, .. } | IncidentEvent::Answered { .. } => {
                assert_eq!(incident.and_then(Incident::phone).map(Actor::Phone), Some(actor));
            }
            _ => {}
        }
    }
}

/// Commands that mean something new each time they are sent.
fn means_more_each_time(command: &Command) -> bool {
    matches!(
        command,
        Command::Alert { .. }
            | Command::Move { .. }
            | Command::Position { .. }
            | Command::NeedHelp { .. }
            | Command::FoundAt { .. }
            | Command::OpenFor { .. }
    )
}

fn replay(world: &World) -> State {
    let mut state = State::default();
    world.log.iter().for_each(|stored| state.apply(stored));
    state
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_history_reaches_an_impossible_state(tries in tries(120)) {
        let mut world = World::new();
        check(&world.state);
        for step in &tries {
            let before = world.state.clone();
            let (actor, command, outcome) = world.attempt(step);
            match outcome {
                Err(_) => prop_assert_eq!(&world.state, &before),
                Ok(events) => {
                    if let Some(stored) = world.log.last().filter(|_| !events.is_empty()) {
                        check_step(&before, actor, stored.stream, &events);
                    }
                    check(&world.state);
                    if !means_more_each_time(&command) {
                        let again = decide(&world.state, &command, actor, world.now);
                        let nothing = again.as_ref().is_ok_and(|decision| decision.events.is_empty());
                        prop_assert!(again.is_err() || nothing, "{:?} said twice decides {:?}", command, again);
                    }
                }
            }
        }
    }

    #[test]
    fn replaying_the_log_gives_the_same_state(tries in tries(80), down_ms in 0i64..1_000_000) {
        let mut world = World::new();
        world.run(&tries);
        prop_assert_eq!(replay(&world), world.state.clone());
        // After a restart at which both clocks have gone on alike, every age is what it would be.
        let start = world.now.plus(down_ms);
        let mut again = State::default();
        for stored in &world.log {
            let mut stored = stored.clone();
            let bytes = match &stored.body {
                Body::Open(event) => serde_json::to_vec(event).unwrap(),
                Body::Gone => unreachable!("nothing was erased"),
            };
            stored.body = Body::Open(serde_json::from_slice(&bytes).unwrap());
            stored.at = start.replayed(stored.at.wall_ms);
            again.apply(&stored);
        }
        prop_assert_eq!(again, world.state);
    }

    #[test]
    fn a_log_with_erased_bodies_still_applies(tries in tries(80), gone in proptest::collection::vec(any::<bool>(), 160)) {
        let mut world = World::new();
        world.run(&tries);
        let mut state = State::default();
        for (stored, gone) in world.log.iter().zip(gone.iter().chain(std::iter::repeat(&false))) {
            let mut stored = stored.clone();
            if *gone {
                stored.body = Body::Gone;
            }
            state.apply(&stored);
            // A row whose newest event was erased is sent again like any other: its cursor moves.
            if let Stream::Incident(id) = stored.stream && let Some(incident) = state.incidents.get(&id) {
                prop_assert_eq!(incident.changed, stored.seq);
            }
        }
        prop_assert_eq!(&state.versions, &world.state.versions);
        prop_assert_eq!(state.seq, world.state.seq);
        // It can go on: every command is still answered, and every view can still be drawn.
        let mut on = world.clone();
        on.state = state;
        on.run(&tries);
        super::world::through(on.now, |lens| {
            for incident in on.state.incidents.values() {
                crate::view::case(incident, &on.state, lens);
                crate::view::pane(incident, &on.state, lens);
            }
            on.state.people.values().for_each(|person| { crate::view::guard(person, &on.state, lens); });
        });
    }

    #[test]
    fn a_wrong_role_learns_nothing_that_a_wrong_id_would_not_tell(tries in tries(60), asked in tries(40)) {
        let mut world = World::new();
        world.run(&tries);
        for step in &asked {
            let (_, command) = world.meaning(step);
            for role in Role::ALL {
                if may(role, &command) {
                    continue;
                }
                let actor = Actor::Person(person(role, 0));
                prop_assert_eq!(decide(&world.state, &command, actor, world.now), Err(Refusal::Unknown));
                let nowhere = elsewhere(&command);
                prop_assert_eq!(decide(&world.state, &nowhere, actor, world.now), Err(Refusal::Unknown));
            }
        }
    }

    #[test]
    fn a_responder_sees_no_difference_between_a_foreign_incident_and_none(tries in tries(60), asked in tries(40)) {
        let mut world = World::new();
        world.run(&tries);
        let me = person(Role::Security, 3);
        for step in &asked {
            let (_, command) = world.meaning(step);
            let Some(id) = named(&command) else { continue };
            let own = |incident: &Incident| {
                incident.dispatch_of(me).is_some() || incident.origin == Origin::Responder(me)
            };
            if world.state.incidents.get(&id).is_some_and(own) {
                continue;
            }
            let here = decide(&world.state, &command, Actor::Person(me), world.now);
            let nowhere = decide(&world.state, &elsewhere(&command), Actor::Person(me), world.now);
            prop_assert_eq!(here, Err(Refusal::Unknown));
            prop_assert_eq!(nowhere, Err(Refusal::Unknown));
        }
    }
}

/// Who may send what: written down once more, so that a slip in the rules is seen.
fn may(role: Role, command: &Command) -> bool {
    use Command as C;
    match command {
        C::SignOut(_) | C::EverywhereOut => true,
        C::See(_)
        | C::Read(_)
        | C::Claim { .. }
        | C::SetPriority { .. }
        | C::SetApproach { .. }
        | C::Dispatch { .. } => {
            matches!(role, Role::Agent | Role::Lead)
        }
        C::Recall { .. } | C::Close { .. } | C::Reopen(_) => matches!(role, Role::Agent | Role::Lead),
        C::Say { .. } | C::Open { .. } | C::Note { .. } | C::HandOver { .. } | C::FoundAt { .. } => {
            matches!(role, Role::Agent | Role::Lead)
        }
        C::EndCall(_) | C::OpenFor { .. } | C::MakeCode { .. } => matches!(role, Role::Agent | Role::Lead),
        C::JoinCall(_) => role != Role::Organiser,
        C::RaiseDuty(_) => role == Role::Lead,
        C::Go(_)
        | C::Arrive(_)
        | C::Done(_)
        | C::Cannot { .. }
        | C::DutyOn { .. }
        | C::DutyOff
        | C::Position { .. }
        | C::NeedHelp { .. } => role == Role::Security,
        C::Invite { .. } | C::InviteAgain { .. } | C::TakeOff { .. } | C::Remove(_) | C::ImportVenue(_) => {
            role == Role::Organiser
        }
        _ => false,
    }
}

fn named(command: &Command) -> Option<IncidentId> {
    use Command as C;
    match command {
        C::See(id) | C::Read(id) | C::Reopen(id) | C::Go(id) | C::Arrive(id) | C::Done(id) => Some(*id),
        C::JoinCall(id) | C::EndCall(id) => Some(*id),
        C::Claim { incident, .. }
        | C::SetPriority { incident, .. }
        | C::SetApproach { incident, .. }
        | C::Dispatch { incident, .. }
        | C::Recall { incident, .. }
        | C::TakeOff { incident, .. }
        | C::Say { incident, .. }
        | C::Open { incident, .. }
        | C::Note { incident, .. }
        | C::HandOver { incident, .. }
        | C::FoundAt { incident, .. }
        | C::MakeCode { incident, .. }
        | C::Close { incident, .. } => Some(*incident),
        // Saying *Removed* is for the desk alone, wherever.
        C::Cannot { incident, .. } => Some(*incident),
        _ => None,
    }
}

/// The same command for an incident that does not exist.
fn elsewhere(command: &Command) -> Command {
    use Command as C;
    let mut command = command.clone();
    let nowhere = IncidentId([0xee; 8]);
    match &mut command {
        C::See(id) | C::Read(id) | C::Reopen(id) | C::Go(id) | C::Arrive(id) | C::Done(id) => *id = nowhere,
        C::JoinCall(id) | C::EndCall(id) => *id = nowhere,
        C::Claim { incident, .. }
        | C::SetPriority { incident, .. }
        | C::SetApproach { incident, .. }
        | C::Dispatch { incident, .. }
        | C::Recall { incident, .. }
        | C::TakeOff { incident, .. }
        | C::Close { incident, .. }
        | C::Say { incident, .. }
        | C::Open { incident, .. }
        | C::Note { incident, .. }
        | C::HandOver { incident, .. }
        | C::FoundAt { incident, .. }
        | C::MakeCode { incident, .. }
        | C::Cannot { incident, .. } => *incident = nowhere,
        _ => {}
    }
    command
}

#[test]
fn random_histories_get_somewhere() {
    // Without this the properties above could be about nothing: every kind of event has to turn up.
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, TestRunner};
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let mut met = BTreeMap::<&str, u32>::new();
    for _ in 0..500 {
        let tries: Vec<Try> = tries(120).new_tree(&mut runner).unwrap().current();
        let mut world = World::new();
        world.run(&tries);
        for stored in &world.log {
            if let Body::Open(event) = &stored.body {
                *met.entry(event.kind()).or_default() += 1;
            }
        }
    }
    for kind in super::golden::kinds() {
        // Signing in by a second link needs a secret that only `Join` carries; `golden` has it.
        assert!(met.contains_key(kind) || kind == "signed_in", "{kind} never happened: {met:?}");
    }
}
