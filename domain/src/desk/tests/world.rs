//! A small festival in which anybody tries anything: three phones, four people of each role.

use crate::desk::{Actor, Body, Command, Decision, Event, State, Stored, Stream, decide};
use crate::escalation::Step;
use crate::hours::Service;
use crate::ids::{CodeHash, IncidentId, InviteHash, MessageId, PersonId, SessionHash, TokenHash, VenueDigest};
use crate::incident::{CannotReason, CloseReason, Found, Priority};
use crate::person::{Profile, Role};
use crate::phrase::Phrase;
use crate::place::{Place, Source};
use crate::question::{Answer, Came, Colour, Garment, How, Piece, Question, Whom, WorksHere};
use crate::refusal::Refusal;
use crate::retention::{Leap, Retention};
use crate::time::Now;
use crate::venue::Ordinal;
use crate::view::Lens;
use crate::words::Words;
use proptest::prelude::*;

/// How many of each role there are; one more id of each role belongs to nobody.
pub(super) const EACH: u8 = 4;

pub(super) fn person(role: Role, n: u8) -> PersonId {
    PersonId([role as u8 + 1, n, 0, 0, 0, 0, 0, 1])
}

pub(super) fn phone(n: u8) -> TokenHash {
    TokenHash([n + 1; 32])
}

/// The session of the first browser of somebody.
pub(super) fn session(of: PersonId, n: u8) -> SessionHash {
    let mut bytes = [n; 32];
    bytes[..8].copy_from_slice(&of.0);
    SessionHash(bytes)
}

pub(super) fn profile(role: Role, name: &str) -> Profile {
    Profile {
        name: name.to_owned(),
        role,
        languages: Vec::new(),
        appearance: "grey jacket".to_owned(),
        appearance_in: Default::default(),
    }
}

pub(super) fn place(level: Option<i16>, source: Source, at_wall_ms: i64) -> Place {
    Place { level: level.map(Ordinal), unit: None, point: None, radius_m: 10, source, code: None, at_wall_ms }
}

/// A history: what was decided, and the state it led to.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) state: State,
    pub(super) log: Vec<Stored>,
    pub(super) now: Now,
    /// Every incident ever opened, in order.
    pub(super) opened: Vec<IncidentId>,
    fresh: u8,
}

impl World {
    /// Everyone has joined; two responders are on duty.
    pub(super) fn new() -> Self {
        let now = Now { wall_ms: 1_790_000_000_000, mono_ms: 5_000_000 };
        let mut world = World { state: State::default(), log: Vec::new(), now, opened: Vec::new(), fresh: 0 };
        for role in Role::ALL {
            for n in 0..EACH {
                let (id, invite) = (person(role, n), InviteHash([role as u8 * 16 + n; 32]));
                let valid_ms = 60_000;
                world.ok(Actor::Terminal, Command::Invite { invite, profile: profile(role, "someone"), valid_ms });
                let session = session(id, 0);
                world.ok(Actor::Terminal, Command::Join { invite, fresh: id, name: String::new(), session });
            }
        }
        for n in 0..2 {
            world.ok(Actor::Person(person(Role::Security, n)), Command::DutyOn { level: None });
        }
        world
    }

    /// Decides, and if it is not refused, records and applies.
    pub(super) fn act(&mut self, actor: Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        let Decision { stream, events } = decide(&self.state, command, actor, self.now)?;
        for event in &events {
            let version = self.state.version(&stream) + 1;
            let seq = self.state.seq + 1;
            let stored = Stored { seq, stream, version, at: self.now, body: Body::Open(event.clone()) };
            self.state.apply(&stored);
            self.log.push(stored);
        }
        if let (Stream::Incident(id), Some(Event::Incident(crate::incident::IncidentEvent::Alerted { .. }))) =
            (stream, events.first())
        {
            self.opened.push(id);
        }
        Ok(events)
    }

    /// A command that must not be refused.
    pub(super) fn ok(&mut self, actor: Actor, command: Command) -> Vec<Event> {
        self.act(actor, &command).unwrap_or_else(|refusal| panic!("{actor:?} {command:?}: {refusal:?}"))
    }

    /// A tap of a phone.
    pub(super) fn tap(&mut self, n: u8) -> IncidentId {
        let fresh = self.fresh_incident();
        let (lang, place, for_morning) = ("fr".to_owned(), None, false);
        self.ok(Actor::Phone(phone(n)), Command::Alert { fresh, lang, place, for_morning });
        self.state.phones[&phone(n)]
    }

    pub(super) fn fresh_incident(&mut self) -> IncidentId {
        self.fresh += 1;
        IncidentId([0xaa, 0, 0, 0, 0, 0, 0, self.fresh])
    }

    pub(super) fn later(&mut self, ms: i64) {
        self.now = self.now.plus(ms);
    }

    /// Moves the wall clock alone.
    pub(super) fn wall_jumps(&mut self, ms: i64) {
        self.now.wall_ms += ms;
    }

    fn incident(&self, pick: u8) -> IncidentId {
        let unknown = IncidentId([0xff; 8]);
        // One pick in eight is an incident that does not exist.
        if pick % 8 == 7 || self.opened.is_empty() {
            return unknown;
        }
        self.opened[self.opened.len() - 1 - usize::from(pick / 8) % self.opened.len().min(4)]
    }

    /// What a step means here and now.
    pub(super) fn meaning(&mut self, step: &Try) -> (Actor, Command) {
        let Try { who, what, a, b, .. } = *step;
        let (role, n) = (Role::ALL[usize::from(who % 4)], who / 4 % (EACH + 1));
        let actor = match who % 8 {
            // Phones and the clock get their turn; a phone that never alerted is among them.
            0..=4 => Actor::Person(person(role, n)),
            5 | 6 => Actor::Phone(phone(who / 8 % 4)),
            _ if who / 8 % 2 == 0 => Actor::Clock,
            _ => Actor::Terminal,
        };
        let (incident, now) = (self.incident(a), self.now);
        let anybody = person(Role::ALL[usize::from(b / 5 % 4)], b / 4 % 5);
        let somebody = if b % 5 == 0 { anybody } else { person(Role::Security, b / 5 % 2) };
        let note = ["", " ", "because", "dans l'escalier", "\u{202e}"][usize::from(b % 5)].to_owned();
        let level = (b % 3 != 0).then_some(Ordinal(i16::from(b % 4) - 1));
        let spot = place(
            level.map(|level| level.0),
            [Source::Checkpoint, Source::Geolocation][usize::from(b % 2)],
            now.wall_ms,
        );
        let mine = match actor {
            Actor::Person(id) => session(id, b % 2),
            _ => SessionHash([b; 32]),
        };
        let reason = [CannotReason::Busy, CannotReason::NoWay, CannotReason::CannotFind, CannotReason::Removed]
            [usize::from(b % 4)];
        let invite = InviteHash([b; 32]);
        let command = match what % 56 {
            0..=2 => Command::Alert {
                fresh: self.fresh_incident(),
                lang: "fr".to_owned(),
                place: (b % 2 == 0).then_some(spot),
                for_morning: b % 16 == 3,
            },
            3 => Command::Withdraw,
            4 => Command::AnswerCheck { safe: b % 2 == 0 },
            5 => Command::Move { place: spot },
            6 => Command::SayOk,
            7 | 19 => Command::SayNobodyHere,
            8 => Command::ReopenOwn,
            9 => Command::See(incident),
            10 => Command::Read(incident),
            11 => Command::Claim { incident, over: (b % 2 == 0).then_some(person(Role::Agent, b / 2 % 4)) },
            12 => Command::SetPriority {
                incident,
                to: [Priority::P1, Priority::P2, Priority::P3][usize::from(b / 5 % 3)],
                note,
            },
            13 => Command::SetApproach { incident, text: note },
            14..=16 => Command::Dispatch { incident, responder: somebody },
            17 => Command::Recall { incident, responder: somebody },
            18 => Command::Close {
                incident,
                reason: [CloseReason::Helped, CloseReason::SaidOk, CloseReason::HandedOn, CloseReason::Test]
                    [usize::from(b % 4)],
            },
            20 => Command::Reopen(incident),
            21 => Command::Go(incident),
            22 => Command::Arrive(incident),
            23 => Command::Done(incident),
            24 => Command::Cannot { incident, reason },
            25 if b < 64 => Command::RaiseDuty(person(Role::Security, b % 4)),
            25 => Command::DutyOn { level },
            26 => Command::DutyOff,
            27 => Command::Position { level: level.unwrap_or(Ordinal(0)), place: (b % 2 == 0).then_some(spot) },
            28 => Command::NeedHelp { fresh: self.fresh_incident(), lang: "fr".to_owned() },
            29 if b < 32 => Command::Remove(somebody),
            29 if b < 80 => Command::TakeOff { incident, responder: somebody },
            29 => Command::Invite { invite, profile: profile(Role::Agent, "new"), valid_ms: 60_000 },
            30 if b < 128 => Command::InviteAgain { invite, person: somebody, valid_ms: 60_000 },
            30 => Command::ImportVenue(VenueDigest([b % 2; 32])),
            31 if b < 64 => Command::EverywhereOut,
            31 => Command::SignOut(mine),
            32 => Command::Heard { person: somebody, reachable: b % 3 != 0 },
            33 => Command::OpenCall,
            34 if b < 64 => Command::LeaveCall,
            34 if b < 128 => Command::EndCall(incident),
            34 | 35 => Command::JoinCall(incident),
            36 | 37 if b < 96 => Command::Erase { incident, rule: Retention { kept_ms: 1_000, ends_wall_ms: None } },
            36 if b < 112 => Command::PassNight { erased: 0 },
            36 if b < 128 => Command::NoteLeap(Leap { from_wall_ms: now.wall_ms, to_wall_ms: 0 }),
            36 if b < 176 => Command::ConfirmClock,
            36 | 37 => Command::RaiseForSilence(incident),
            38..=41 => {
                let question = Question::ALL[usize::from(b % 7)];
                Command::Answer { question, answer: answer(a, question, &spot) }
            }
            42 => Command::SayWhom(Whom::ALL[usize::from(b % 3)]),
            43 => Command::SayWorksHere(WorksHere::ALL[usize::from(b % 5)]),
            44 | 45 => Command::Write { id: MessageId([a / 4; 16]), words: words(b) },
            46 => Command::Got { upto: u32::from(b % 8), shown: b % 3 == 0 },
            47 => Command::UseCode { code: CodeHash([b % 2; 32]), lang: "ko".to_owned() },
            48 => Command::Say { incident, id: MessageId([b; 16]), words: words(b) },
            49 => Command::Open { incident, upto: u32::from(b % 8) },
            50 => Command::Note { incident, text: note },
            51 => {
                let to = if b % 3 == 0 { anybody } else { person(Role::Agent, b % 4) };
                Command::HandOver { incident, to, note }
            }
            52 if b < 128 => {
                let who = [Found::Another, Found::Unsaid, Found::Person][usize::from(b / 4 % 3)];
                Command::FoundAt { incident, place: spot, who }
            }
            52 => Command::OpenFor {
                fresh: self.fresh_incident(),
                came: Came::ALL[usize::from(b % 2)],
                lang: "en".to_owned(),
                place: (b % 3 == 0).then_some(spot),
                note,
            },
            53 => {
                Command::MakeCode { incident: self.opened_by_desk().unwrap_or(incident), code: CodeHash([b % 2; 32]) }
            }
            _ => Command::Escalate { incident, step: Step::ALL[usize::from(b % 3)], round: u32::from(b / 64) },
        };
        let actor = suited(actor, &command, who);
        (actor, self.bound(actor, command, b))
    }

    fn opened_by_desk(&self) -> Option<IncidentId> {
        let by_desk = |id: &&IncidentId| {
            self.state.incidents.get(id).is_some_and(|incident| {
                matches!(incident.origin, crate::incident::Origin::Desk { .. }) && !incident.is_closed()
            })
        };
        self.opened.iter().rev().find(by_desk).copied()
    }

    /// Responders mostly speak of the place that they are sent to.
    fn bound(&self, actor: Actor, mut command: Command, b: u8) -> Command {
        let Actor::Person(me) = actor else { return command };
        let Some(own) = self.state.dispatch_of(me).filter(|_| b > 31) else { return command };
        match &mut command {
            Command::Go(id) | Command::Arrive(id) | Command::Done(id) | Command::JoinCall(id) => *id = own.id,
            Command::Cannot { incident, .. } => *incident = own.id,
            _ => {}
        }
        command
    }

    /// Tries every step.
    pub(super) fn run(&mut self, tries: &[Try]) {
        for step in tries {
            // A refusal is part of the history.
            let _ = self.attempt(step);
        }
    }

    /// Tries a step; the answer says what came of it.
    pub(super) fn attempt(&mut self, step: &Try) -> (Actor, Command, Result<Vec<Event>, Refusal>) {
        self.now.mono_ms += step.ms;
        self.now.wall_ms += step.ms;
        let (actor, command) = self.meaning(step);
        let outcome = self.act(actor, &command);
        (actor, command, outcome)
    }
}

/// Three in four tries come from somebody who could be meant, so that histories get somewhere.
fn suited(actor: Actor, command: &Command, who: u8) -> Actor {
    if who >= 192 {
        return actor;
    }
    use Command as C;
    match command {
        C::Alert { .. }
        | C::Withdraw
        | C::AnswerCheck { .. }
        | C::Move { .. }
        | C::SayOk
        | C::SayNobodyHere
        | C::ReopenOwn
        | C::OpenCall
        | C::LeaveCall
        | C::Answer { .. }
        | C::SayWhom(_)
        | C::SayWorksHere(_)
        | C::Write { .. }
        | C::Got { .. } => Actor::Phone(phone(who % 3)),
        // The fourth phone rarely has a case of its own.
        C::UseCode { .. } => Actor::Phone(phone(3)),
        C::Go(_)
        | C::Arrive(_)
        | C::Done(_)
        | C::Cannot { .. }
        | C::DutyOn { .. }
        | C::DutyOff
        | C::Position { .. }
        | C::NeedHelp { .. } => Actor::Person(person(Role::Security, who % 2)),
        C::Escalate { .. } | C::RaiseForSilence(_) | C::Heard { .. } => Actor::Clock,
        C::Erase { .. } | C::PassNight { .. } | C::NoteLeap(_) => Actor::Clock,
        C::ConfirmClock => Actor::Terminal,
        C::Invite { .. } | C::InviteAgain { .. } | C::ImportVenue(_) | C::TakeOff { .. } | C::Remove(_) => {
            Actor::Person(person(Role::Organiser, who % 4))
        }
        C::RaiseDuty(_) => Actor::Person(person(Role::Lead, who / 2 % 4)),
        C::SignOut(_) | C::EverywhereOut => actor,
        _ => Actor::Person(person(if who < 96 { Role::Agent } else { Role::Lead }, who / 2 % 4)),
    }
}

/// An answer, mostly one that fits.
fn answer(dice: u8, question: Question, spot: &Place) -> Answer {
    let piece = Piece { garment: Garment::ALL[usize::from(dice % 10)], colour: Colour::ALL[usize::from(dice % 13)] };
    let how = [How::Discreetly, How::MeetAt(Some(spot.clone())), How::OnlyWrite, How::OnlyWatch, How::MeetAt(None)];
    match (dice % 8, question) {
        (0, _) => Answer::Skipped,
        (1, _) => Answer::Look(vec![piece; usize::from(dice / 8 % 6)]),
        (_, Question::How) => Answer::How(how[usize::from(dice / 8 % 5)].clone()),
        (_, Question::KnownBy) => Answer::Look(vec![piece; 1 + usize::from(dice / 8 % 3)]),
        (n, _) => {
            if n % 2 == 0 {
                Answer::Yes
            } else {
                Answer::No
            }
        }
    }
}

/// A message of either side, or of neither.
fn words(dice: u8) -> Words {
    match dice % 4 {
        0 => Words::Text(
            ["", "he is outside the door", "\u{202e}x", "a\u{301}\u{301}"][usize::from(dice / 4 % 4)].to_owned(),
        ),
        1 => Words::Text("é".repeat(usize::from(dice) * 16)),
        _ => Words::Phrase(Phrase::ALL[usize::from(dice / 4) % Phrase::ALL.len()]),
    }
}

/// One try, to be read against the world as it is by then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Try {
    who: u8,
    what: u8,
    a: u8,
    b: u8,
    ms: i64,
}

pub(super) fn tries(longest: usize) -> impl Strategy<Value = Vec<Try>> {
    let ms = prop_oneof![6 => 0i64..3_000, 2 => 3_000i64..60_000, 1 => 60_000i64..2_500_000];
    let one = (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), ms);
    proptest::collection::vec(one.prop_map(|(who, what, a, b, ms)| Try { who, what, a, b, ms }), 1..longest)
}

/// Looks at a state without a venue, in French.
pub(super) fn through<T>(now: Now, look: impl FnOnce(&Lens) -> T) -> T {
    let clock = |wall_ms: i64| (wall_ms / 1_000).rem_euclid(86_400) as u32;
    look(&Lens {
        venue: None,
        lang: "fr",
        now,
        clock: &clock,
        class_name: &|_| None,
        phrase: &|phrase, lang| Some(format!("{lang}:{}", phrase.name())),
        heard_ms: &|person| (person.0[0] != Role::Lead as u8 + 1).then_some(1_000),
        service: Service::Open,
        lead: false,
        country: &|_| None,
    })
}
