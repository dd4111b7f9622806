//! The responder's bytes: place, level, instruction, danger; never a word of the story.

use super::world::{World, person, phone, through, tries};
use crate::desk::{Actor, Command, State};
use crate::ids::MessageId;
use crate::ids::PersonId;
use crate::incident::{
    CloseReason, DispatchState, Given, Incident, IncidentEvent, Mark, Message, Note, Origin, Priority, TimelineEntry,
};
use crate::person::{Duty, Role};
use crate::question::{Answer, Question, WorksHere};
use crate::time::Now;
use crate::view::{Danger, guard};
use crate::wire::encode;
use crate::words::Words;
use proptest::prelude::*;

/// A marker that must not travel.
const STORY: &str = "MARKER-of-the-story";

fn bytes(state: &State, me: PersonId, now: Now) -> Vec<u8> {
    through(now, |lens| encode(&guard(&state.people[&me], state, lens)))
}

/// Another story about the same place, instruction and danger.
fn retold(incident: &mut Incident, me: PersonId, dice: u64, now: Now) {
    let bit = |n: u32| dice >> n & 1 == 1;
    let someone = Mark { by: person(Role::Lead, (dice % 4) as u8), at: now };
    incident.lang = STORY.to_owned();
    incident.priority = if bit(0) { Priority::P3 } else { Priority::P2 };
    // *Not safe* is danger and is theirs to know; a yes or no answer at all is not.
    if incident.check != Some(false) {
        incident.check = bit(1).then_some(true);
    }
    incident.silence_raised = bit(2);
    incident.ok_said = bit(3).then_some(now);
    incident.withdrawn = bit(4).then_some(now);
    incident.claimed = bit(5).then_some(someone);
    incident.reads = vec![someone];
    incident.asked_again += u32::from(bit(6)) * 5;
    incident.rounds += 3;
    incident.opened = Now { wall_ms: 1, mono_ms: 1 };
    incident.asked = incident.opened;
    incident.changed = dice;
    incident.pings.clear();
    if let Origin::Phone(token) = &mut incident.origin {
        token.0 = [0x5e; 32];
    }
    retell(incident, dice, now);
    if let Some((mark, reason)) = &mut incident.closed {
        (*mark, *reason) = (someone, if bit(7) { CloseReason::SaidOk } else { CloseReason::Test });
    }
    // Whether a colleague's own call has been seen is told to that colleague only.
    if incident.origin != Origin::Responder(me) {
        incident.seen = bit(8).then_some(someone);
        incident.wait = None;
    }
    if let Some(approach) = &mut incident.approach {
        approach.by = someone.by;
    }
    let note = STORY.to_owned();
    let what = IncidentEvent::PrioritySet {
        to: Priority::P2,
        reason: crate::incident::PriorityReason::Judged,
        by: Some(someone.by),
        note,
    };
    incident.timeline = vec![TimelineEntry { at: now, what }];
    incident.dispatches.retain(|dispatch| dispatch.responder == me);
}

/// Other words, other notes, other answers that are no danger and no instruction.
fn retell(incident: &mut Incident, dice: u64, now: Now) {
    let bit = |n: u32| dice >> n & 1 == 1;
    let said = &mut incident.conversation;
    let text = Words::Text(STORY.to_owned());
    let by = bit(10).then_some(person(Role::Agent, 0));
    said.messages = vec![Message { n: 9, id: MessageId([7; 16]), by, words: text, at: now, reached: None, read: None }];
    said.notes = vec![Note { by: person(Role::Agent, 1), text: STORY.to_owned(), at: now }];
    said.waiting = bit(11).then_some(now);
    said.works_here = bit(12).then_some(WorksHere::Security);
    for question in [Question::CanMove, Question::Woman] {
        let answer = if bit(14) { Answer::No } else { Answer::Skipped };
        said.answers.insert(question, Given { answer, at: now });
    }
    if said.answer(Question::Safe) == Some(&Answer::Yes) && bit(15) {
        said.answers.remove(&Question::Safe);
    }
    incident.for_morning = bit(16);
    // Whose phone it is, and how the case came to be, are not theirs.
    if let Origin::Desk { by, .. } = &mut incident.origin {
        *by = person(Role::Lead, 3);
    }
    incident.claimant = bit(17).then_some(phone(2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn two_stories_about_one_place_give_the_same_bytes(tries in tries(120), dice in any::<u64>()) {
        let mut world = World::new();
        world.run(&tries);
        for n in 0..2 {
            let me = person(Role::Security, n);
            let mut told = world.state.clone();
            told.incidents.values_mut().for_each(|incident| retold(incident, me, dice, world.now));
            for colleague in told.people.values_mut().filter(|person| person.id != me) {
                colleague.profile.name = STORY.to_owned();
                colleague.profile.appearance = STORY.to_owned();
            }
            prop_assert_eq!(bytes(&world.state, me, world.now), bytes(&told, me, world.now));
        }
    }

    #[test]
    fn off_duty_nothing_is_told_and_on_duty_only_ones_own_dispatches(tries in tries(120)) {
        let mut world = World::new();
        world.run(&tries);
        for me in world.state.people.values() {
            let view = through(world.now, |lens| guard(me, &world.state, lens));
            prop_assert!(me.duty != Duty::Off || view.pings.is_empty());
            for ping in &view.pings {
                let incident = &world.state.incidents[&ping.incident];
                let dispatch = incident.dispatch_of(me.id);
                prop_assert!(dispatch.is_some(), "a ping without a dispatch");
                prop_assert_eq!(Some(ping.state), dispatch.map(|dispatch| dispatch.state));
                // After the end nothing more is learnt about the person.
                let over = ping.place.is_none() && ping.approach.is_empty() && !ping.nobody_here;
                let silent = ping.danger.iter().all(|danger| *danger == Danger::Colleague)
                    && ping.how.is_none()
                    && ping.known_by.is_empty();
                prop_assert!(ping.state.open() || over && silent);
            }
        }
    }
}

#[test]
fn a_responder_who_was_called_back_hears_no_more_of_it() {
    let mut world = World::new();
    let (agent, me) = (Actor::Person(person(Role::Agent, 0)), person(Role::Security, 0));
    let incident = world.tap(0);
    world.ok(agent, Command::Dispatch { incident, responder: me });
    world.ok(agent, Command::SetApproach { incident, text: "Ask for the lost-property desk.".to_owned() });
    world.ok(agent, Command::Recall { incident, responder: me });
    let before = bytes(&world.state, me, world.now);
    world.ok(Actor::Phone(phone(0)), Command::Withdraw);
    world.ok(Actor::Phone(phone(0)), Command::AnswerCheck { safe: false });
    world.ok(agent, Command::SetApproach { incident, text: "He wears a red cap.".to_owned() });
    assert_eq!(bytes(&world.state, me, world.now), before);
    let view = through(world.now, |lens| guard(&world.state.people[&me], &world.state, lens));
    assert_eq!(view.pings[0].state, DispatchState::Recalled);
}

#[test]
fn danger_and_instruction_do_travel() {
    let mut world = World::new();
    let (agent, me) = (Actor::Person(person(Role::Agent, 0)), person(Role::Security, 0));
    let incident = world.tap(0);
    world.ok(Actor::Phone(phone(0)), Command::Withdraw);
    world.ok(Actor::Phone(phone(0)), Command::AnswerCheck { safe: false });
    world.ok(agent, Command::SetApproach { incident, text: "By the stairs.".to_owned() });
    world.ok(agent, Command::Dispatch { incident, responder: me });
    let view = through(world.now, |lens| guard(&world.state.people[&me], &world.state, lens));
    assert_eq!(view.pings[0].danger, [Danger::NotSafe]);
    assert_eq!(view.pings[0].approach, "By the stairs.");
}
