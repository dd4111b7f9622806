//! The conversation: what raises, what marks stand on, what a reporter learns.

use super::escalation::tick;
use super::world::{World, person, phone, place, through, tries};
use crate::desk::{Actor, CODE_VALID_MS, Command, Event};
use crate::ids::{CodeHash, IncidentId, MessageId, TokenHash};
use crate::incident::{Found, IncidentEvent, Origin, Priority, PriorityReason, Status};
use crate::person::Role;
use crate::phrase::Phrase;
use crate::place::Source;
use crate::question::{Answer, Came, How, Question, Whom, WorksHere};
use crate::refusal::Refusal;
use crate::view::{Concern, Delivery, Gist, HowView, case, guard, offers, pane, people, row};
use crate::wire::encode;
use crate::words::Words;
use proptest::prelude::*;

pub(super) const ME: Actor = Actor::Phone(TokenHash([1; 32]));

pub(super) fn agent() -> Actor {
    Actor::Person(person(Role::Agent, 0))
}

pub(super) fn says(question: Question, answer: Answer) -> Command {
    Command::Answer { question, answer }
}

pub(super) fn text(n: u8, text: &str) -> Command {
    Command::Write { id: MessageId([n; 16]), words: Words::Text(text.to_owned()) }
}

pub(super) fn say(incident: IncidentId, n: u8) -> Command {
    Command::Say { incident, id: MessageId([n; 16]), words: Words::Phrase(Phrase::WithYou) }
}

#[test]
fn three_answers_make_danger_and_no_answer_takes_it_back() {
    let dangers = [
        (Question::Safe, Answer::No, PriorityReason::NotSafe),
        (Question::Near, Answer::Yes, PriorityReason::NearMe),
        (Question::Hurt, Answer::Yes, PriorityReason::Hurt),
    ];
    for (question, answer, why) in dangers {
        let mut world = World::new();
        let id = world.tap(0);
        let events = world.ok(ME, says(question, answer.clone()));
        let raised = IncidentEvent::PrioritySet { to: Priority::P1, reason: why, by: None, note: String::new() };
        assert_eq!(events.last(), Some(&Event::Incident(raised)));
        assert!(world.ok(ME, says(question, answer.clone())).is_empty(), "said twice");
        let other = if answer == Answer::Yes { Answer::No } else { Answer::Yes };
        world.ok(ME, says(question, other));
        assert_eq!(world.state.incidents[&id].priority, Priority::P1, "only a person lowers");
        let note = "spoke to her".to_owned();
        world.ok(agent(), Command::SetPriority { incident: id, to: Priority::P2, note });
        world.ok(ME, says(question, answer));
        assert_eq!(world.state.incidents[&id].priority, Priority::P1, "a changed answer is a new one");
    }
}

#[test]
fn an_answer_belongs_to_its_question() {
    let mut world = World::new();
    world.tap(0);
    let before = world.state.clone();
    for (question, answer) in [
        (Question::How, Answer::Yes),
        (Question::Safe, Answer::How(How::Discreetly)),
        (Question::KnownBy, Answer::Look(Vec::new())),
        (Question::KnownBy, Answer::No),
    ] {
        assert_eq!(world.act(ME, &says(question, answer)), Err(Refusal::BadAnswer));
    }
    assert_eq!(world.state, before);
}

#[test]
fn a_message_sent_twice_is_one_message() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(ME, text(1, "help"));
    assert!(world.ok(ME, text(1, "help")).is_empty());
    assert!(world.ok(ME, text(1, "other words under the same key")).is_empty());
    world.ok(agent(), say(id, 1));
    assert!(world.ok(agent(), say(id, 1)).is_empty());
    let numbers: Vec<_> = world.state.incidents[&id].conversation.messages.iter().map(|line| line.n).collect();
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn too_fast_is_told_and_the_same_message_passes_a_moment_later() {
    let mut world = World::new();
    world.tap(0);
    for n in 0..10 {
        world.ok(ME, text(n, "a"));
    }
    assert_eq!(world.act(ME, &text(10, "a")), Err(Refusal::TooFast));
    assert!(world.ok(ME, text(3, "a")).is_empty(), "a repetition costs nothing");
    // Nobody who says what is dangerous is held back.
    world.ok(ME, says(Question::Safe, Answer::No));
    world.later(1_000);
    world.ok(ME, text(10, "a"));
}

#[test]
fn each_side_has_its_own_phrases() {
    let mut world = World::new();
    let id = world.tap(0);
    let words = Words::Phrase(Phrase::CantTalk);
    let theirs = Command::Say { incident: id, id: MessageId([1; 16]), words };
    assert_eq!(world.act(agent(), &theirs), Err(Refusal::BadAnswer));
    let words = Words::Phrase(Phrase::WithYou);
    assert_eq!(world.act(ME, &Command::Write { id: MessageId([1; 16]), words }), Err(Refusal::BadAnswer));
    for phrase in Phrase::of_person() {
        world.later(1_000);
        let id = MessageId([phrase.number() as u8; 16]);
        world.ok(ME, Command::Write { id, words: Words::Phrase(phrase) });
    }
    let said = &world.state.incidents[&id].conversation;
    assert_eq!(said.answer(Question::Near), Some(&Answer::Yes), "they are near me");
    assert_eq!(said.answer(Question::CanMove), Some(&Answer::No), "I can't walk");
    assert_eq!(world.state.incidents[&id].priority, Priority::P1);
}

#[test]
fn marks_stand_on_the_other_sides_acts() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(ME, text(1, "one"));
    world.ok(agent(), say(id, 2));
    world.ok(ME, text(3, "three"));
    let marks = |world: &World| -> Vec<Delivery> {
        let view = through(world.now, |lens| case(&world.state.incidents[&id], &world.state, lens));
        view.messages.iter().map(|line| line.delivery).collect()
    };
    use Delivery as D;
    assert_eq!(marks(&world), [D::OnDisk; 3]);
    world.ok(ME, Command::Got { upto: 9, shown: false });
    assert_eq!(marks(&world), [D::OnDisk, D::Reached, D::OnDisk]);
    world.ok(ME, Command::Got { upto: 1, shown: true });
    assert_eq!(marks(&world), [D::OnDisk, D::Reached, D::OnDisk], "only what was on the page");
    world.ok(ME, Command::Got { upto: 2, shown: true });
    world.ok(agent(), Command::Open { incident: id, upto: 1 });
    assert_eq!(marks(&world), [D::Read, D::Read, D::OnDisk]);
    for done in [Command::Got { upto: 2, shown: false }, Command::Got { upto: 2, shown: true }] {
        assert!(world.ok(ME, done).is_empty());
    }
    // Written before the end, shown after it.
    world.ok(agent(), say(id, 4));
    world.ok(agent(), Command::Close { incident: id, reason: crate::incident::CloseReason::Helped });
    world.ok(ME, Command::Got { upto: 4, shown: true });
    assert_eq!(marks(&world).last(), Some(&D::Read));
    assert_eq!(world.act(ME, &text(5, "wait")), Err(Refusal::Closed));
}

#[test]
fn half_an_hour_after_the_end_the_phone_is_sent_nothing_of_it() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(ME, text(1, "he is outside the door"));
    world.ok(ME, says(Question::Safe, Answer::No));
    world.ok(ME, Command::SayWorksHere(WorksHere::Team));
    world.ok(agent(), Command::Close { incident: id, reason: crate::incident::CloseReason::Helped });
    let view = |world: &World| through(world.now, |lens| case(&world.state.incidents[&id], &world.state, lens));
    assert_eq!(view(&world).messages.len(), 1, "the last words can still be read");
    world.later(crate::desk::REOPEN_FOR_MS);
    let late = view(&world);
    assert!(late.messages.is_empty() && late.answered.is_empty() && late.works_here.is_none());
}

#[test]
fn the_chats_timer_runs_from_the_first_word_without_an_answer() {
    let mut world = World::new();
    let id = world.tap(0);
    let waits = |world: &World| through(world.now, |lens| row(&world.state.incidents[&id], &world.state, lens).chat_ms);
    assert_eq!(waits(&world), None);
    for n in 0..3 {
        world.ok(ME, text(n, "he is"));
        world.later(10_000);
    }
    assert_eq!(waits(&world), Some(30_000), "whoever writes more is not heard later");
    world.ok(agent(), Command::Open { incident: id, upto: 3 });
    assert_eq!(waits(&world), Some(30_000), "read is not answered");
    world.ok(agent(), say(id, 9));
    assert_eq!(waits(&world), None);
}

#[test]
fn a_word_in_a_case_that_nobody_has_is_work_to_do() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(agent(), Command::See(id));
    world.ok(ME, text(1, "please"));
    assert!(world.state.incidents[&id].unacknowledged());
    assert!(world.ok(agent(), Command::Open { incident: id, upto: 0 }).is_empty(), "an open pane is no act");
    world.ok(agent(), Command::Open { incident: id, upto: 1 });
    assert!(!world.state.incidents[&id].unacknowledged());
    world.ok(agent(), say(id, 1));
    assert_eq!(world.state.incidents[&id].status(), Status::Claimed, "who answers has it");
    world.ok(ME, text(2, "please"));
    assert!(!world.state.incidents[&id].unacknowledged());
}

#[test]
fn a_hand_over_takes_everything_along_and_waits_for_a_look() {
    let mut world = World::new();
    let id = world.tap(0);
    let to = person(Role::Agent, 1);
    world.ok(agent(), Command::Read(id));
    world.ok(agent(), Command::Claim { incident: id, over: None });
    world.ok(agent(), Command::Note { incident: id, text: "speaks Italian".to_owned() });
    let give = Command::HandOver { incident: id, to, note: "she waits by the lift".to_owned() };
    world.ok(agent(), give.clone());
    assert!(world.ok(agent(), give).is_empty());
    let incident = &world.state.incidents[&id];
    assert_eq!((incident.claimed.unwrap().by, incident.unacknowledged()), (to, true));
    world.later(20_000);
    tick(&mut world, false);
    assert!(world.state.incidents[&id].wait.unwrap().reached.is_some(), "nobody looked: offered again");
    world.ok(Actor::Person(to), Command::See(id));
    let pane = through(world.now, |lens| pane(&world.state.incidents[&id], &world.state, lens));
    assert_eq!(pane.reads[0].by, person(Role::Agent, 0), "earlier reads stay listed");
    let notes: Vec<_> = pane.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(notes, ["speaks Italian", "she waits by the lift"]);
    let nobody = Command::HandOver { incident: id, to: person(Role::Security, 0), note: String::new() };
    assert_eq!(world.act(agent(), &nobody), Err(Refusal::Unknown));
}

#[test]
fn a_case_without_a_phone_goes_to_one_by_its_code_once() {
    let mut world = World::new();
    let fresh = world.fresh_incident();
    let (came, lang, note) = (Came::Telephone, "fr".to_owned(), "calls from the car park".to_owned());
    world.ok(agent(), Command::OpenFor { fresh, came, lang, place: None, note });
    let incident = &world.state.incidents[&fresh];
    assert_eq!((incident.status(), incident.unacknowledged(), incident.asking()), (Status::Claimed, false, None));
    assert_eq!(world.act(agent(), &say(fresh, 1)), Err(Refusal::NoPhone));
    let code = CodeHash([5; 32]);
    let makes = Command::MakeCode { incident: fresh, code };
    world.ok(agent(), makes.clone());
    assert!(world.ok(agent(), makes.clone()).is_empty());
    let takes = Command::UseCode { code, lang: "ko".to_owned() };
    let wrong = Command::UseCode { code: CodeHash([6; 32]), lang: "ko".to_owned() };
    assert_eq!(world.act(ME, &wrong), Err(Refusal::CodeUnknown));
    let mut late = world.clone();
    late.later(CODE_VALID_MS);
    assert_eq!(late.act(ME, &takes), Err(Refusal::CodeUnknown));
    let busy = Actor::Phone(phone(1));
    world.tap(1);
    assert_eq!(world.act(busy, &takes), Err(Refusal::CaseOpen));
    world.ok(ME, takes.clone());
    assert_eq!(world.act(Actor::Phone(phone(2)), &takes), Err(Refusal::CodeUnknown), "one use");
    assert_eq!(world.act(agent(), &makes), Err(Refusal::OutOfOrder));
    // From here on it is a case like any other: the next tap joins it.
    assert_eq!(world.tap(0), fresh);
    world.ok(agent(), say(fresh, 1));
    let incident = &world.state.incidents[&fresh];
    assert_eq!((incident.phone(), incident.lang.as_str()), (Some(phone(0)), "ko"));
    let pane = through(world.now, |lens| pane(incident, &world.state, lens));
    assert_eq!(pane.messages[0].theirs.as_deref(), Some("ko:with_you"), "as the person reads it");
    assert!(matches!(incident.origin, Origin::Desk { .. }) && pane.summary.contains(&Gist::Came(Came::Telephone)));
}

#[test]
fn two_cases_of_the_desk_do_not_stand_in_each_others_way() {
    let mut world = World::new();
    let open = |world: &mut World| {
        let fresh = world.fresh_incident();
        let (came, lang, note) = (Came::InPerson, "fr".to_owned(), String::new());
        world.ok(agent(), Command::OpenFor { fresh, came, lang, place: None, note });
        fresh
    };
    let first = open(&mut world);
    world.ok(agent(), Command::Close { incident: first, reason: crate::incident::CloseReason::Helped });
    open(&mut world);
    world.ok(agent(), Command::Reopen(first));
    assert!(!world.state.incidents[&first].is_closed());
}

#[test]
fn who_works_here_is_told_to_leads_and_to_agents_only_when_no_lead_is_there() {
    let mut world = World::new();
    let id = world.tap(0);
    world.ok(ME, Command::SayWorksHere(WorksHere::Security));
    let incident = &world.state.incidents[&id];
    let see = |lead: bool, there: bool| {
        let heard = |_| there.then_some(500);
        through(world.now, |lens| {
            let lens = crate::view::Lens { lead, heard_ms: &heard, ..*lens };
            let pane = pane(incident, &world.state, &lens);
            let told = encode(&pane.timeline);
            assert_eq!(told == encode(&lead_timeline(&world, id)), lead);
            pane.row.concern
        })
    };
    assert_eq!(see(true, true), Some(Concern::Works(WorksHere::Security)));
    assert_eq!(see(false, true), None);
    assert_eq!(see(false, false), Some(Concern::Somebody));
}

fn lead_timeline(world: &World, id: IncidentId) -> Vec<crate::view::TimelineRow> {
    through(world.now, |lens| {
        pane(&world.state.incidents[&id], &world.state, &crate::view::Lens { lead: true, ..*lens }).timeline
    })
}

#[test]
fn rows_are_offered_to_the_least_loaded_who_are_there() {
    let mut world = World::new();
    for n in 0..3 {
        let id = world.tap(n);
        if n < 2 {
            world.ok(agent(), Command::Claim { incident: id, over: None });
        }
    }
    let (rows, mut people) = through(world.now, |lens| {
        let rows: Vec<_> = world.state.incidents.values().map(|incident| row(incident, &world.state, lens)).collect();
        let presence = |_| crate::view::Presence { heard_ms: Some(100), ..Default::default() };
        (rows, people(&world.state, &presence, lens))
    });
    assert_eq!(people.iter().map(|person| person.chats).max(), Some(2));
    let offered = offers(&rows, &people);
    assert_eq!(offered.len(), 1);
    assert_eq!(offered[0].1, person(Role::Agent, 1), "the first of those with none");
    people.iter_mut().for_each(|person| person.chats = 3);
    assert!(offers(&rows, &people).is_empty(), "everyone has three");
    people.iter_mut().for_each(|person| (person.chats, person.heard_ms) = (0, Some(20_000)));
    assert!(offers(&rows, &people).is_empty(), "nobody is there");
}

#[test]
fn the_summary_says_danger_first_and_the_responder_gets_instructions_only() {
    let mut world = World::new();
    let id = world.tap(0);
    let summary =
        |world: &World| through(world.now, |lens| pane(&world.state.incidents[&id], &world.state, lens).summary);
    assert_eq!(summary(&world), [Gist::NothingSaid]);
    world.ok(ME, says(Question::Safe, Answer::Yes));
    world.ok(ME, says(Question::How, Answer::How(How::Discreetly)));
    world.ok(ME, says(Question::Woman, Answer::Skipped));
    world.ok(ME, says(Question::Hurt, Answer::Yes));
    use crate::view::AnswerView as V;
    let expected = [
        Gist::Said(Question::Hurt, V::Yes),
        Gist::Said(Question::Safe, V::Yes),
        Gist::Said(Question::How, V::How(HowView::Discreetly)),
    ];
    assert_eq!(summary(&world), expected);
    let me = person(Role::Security, 0);
    world.ok(agent(), Command::Dispatch { incident: id, responder: me });
    let view = through(world.now, |lens| guard(&world.state.people[&me], &world.state, lens));
    assert_eq!(view.pings[0].danger, [crate::view::Danger::Hurt]);
    assert_eq!(view.pings[0].how, Some(HowView::Discreetly));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever happens after the team has found her, the reporter's phone shows the same.
    #[test]
    fn a_reporter_never_learns_where_the_other_was_found(
        tries in tries(60), level in 0i16..9, went in any::<bool>(), arrived in any::<bool>(), saw in any::<bool>(),
    ) {
        let mut world = World::new();
        world.run(&tries);
        let open = world.state.incidents.values().find(|one| !one.is_closed() && one.phone().is_some());
        let desk = (0..4).map(|n| person(Role::Agent, n)).find(|id| !world.state.people[id].removed);
        let (Some((id, token)), Some(desk)) = (open.and_then(|one| Some((one.id, one.phone()?))), desk) else {
            return Ok(());
        };
        let desk = Actor::Person(desk);
        world.ok(Actor::Phone(token), Command::SayWhom(if saw { Whom::Saw } else { Whom::Someone }));
        let found = |level: i16| {
            let place = place(Some(level), Source::Zone, 7);
            Command::FoundAt { incident: id, place, who: Found::Unsaid }
        };
        world.ok(desk, found(20));
        let before = world.clone();
        world.ok(desk, found(level));
        let sent = (0..2).map(|n| person(Role::Security, n)).find(|responder| {
            let send = Command::Dispatch { incident: id, responder: *responder };
            went && world.act(desk, &send).is_ok_and(|did| !did.is_empty())
        });
        if let Some(me) = sent {
            world.ok(Actor::Person(me), Command::Go(id));
            if arrived {
                world.ok(Actor::Person(me), Command::Arrive(id));
            }
        }
        // That somebody looked, and that somebody has it, is the reporter's to know: made alike.
        let back = world.act(Actor::Phone(token), &Command::SayWhom(Whom::Me));
        prop_assert_eq!(back, Err(Refusal::OutOfOrder), "no way round it");
        let bytes = |world: &World| {
            let mut state = world.state.clone();
            let incident = state.incidents.get_mut(&id).unwrap();
            (incident.seen, incident.wait, incident.claimed) = (None, None, None);
            let incident = &state.incidents[&id];
            through(world.now, |lens| encode(&case(incident, &state, lens)))
        };
        prop_assert_eq!(bytes(&before), bytes(&world));
    }
}
