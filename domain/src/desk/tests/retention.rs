//! Nothing is erased early, whatever the clock does, and what is erased leaves no trace in the state.

use super::world::{World, person, phone, tries};
use crate::desk::{Actor, Body, Command, Event, State, Stored, Stream};
use crate::ids::IncidentId;
use crate::incident::{CloseReason, IncidentEvent};
use crate::person::Role;
use crate::retention::{DAY_MS, LEAP_MS, Leap, Retention, STRAY_MS, strays};
use crate::time::Now;
use proptest::prelude::*;
use std::collections::BTreeMap;

const RULE: Retention = Retention { kept_ms: 30 * DAY_MS, ends_wall_ms: None };

/// What may happen to a server between two looks at it.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Tap(u8),
    Close(u8),
    Reopen(u8),
    /// Time goes by while it runs.
    Runs(i64),
    /// The clock is set, forwards or back.
    Jumps(i64),
    /// It is off for so long, and the clock is wrong by so much afterwards.
    Restarts {
        down_ms: i64,
        jump_ms: i64,
    },
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let jump = prop_oneof![
        3 => -STRAY_MS..STRAY_MS,
        2 => -4 * DAY_MS..4 * DAY_MS,
        1 => Just(3_650 * DAY_MS),
        1 => Just(-3_650 * DAY_MS),
    ];
    let turn = prop_oneof![
        3 => (0u8..3).prop_map(Turn::Tap),
        3 => (0u8..3).prop_map(Turn::Close),
        1 => (0u8..3).prop_map(Turn::Reopen),
        6 => (0..9 * DAY_MS).prop_map(Turn::Runs),
        2 => jump.clone().prop_map(Turn::Jumps),
        2 => (0..5 * DAY_MS, prop_oneof![3 => Just(0), 1 => jump]).prop_map(|(down_ms, jump_ms)| Turn::Restarts { down_ms, jump_ms }),
    ];
    proptest::collection::vec(turn, 1..60)
}

/// A server and the time that really went by.
struct Served {
    world: World,
    /// Where this process' two clocks were last seen to go alike.
    anchor: Now,
    real_ms: i64,
    /// When a case was really closed, and at which restart.
    closed: BTreeMap<IncidentId, (i64, i64)>,
    restarts: i64,
    erased: usize,
}

impl Served {
    fn new() -> Self {
        let world = World::new();
        let anchor = world.now;
        Served { world, anchor, real_ms: 0, closed: BTreeMap::new(), restarts: 0, erased: 0 }
    }

    fn of_phone(&self, n: u8) -> Option<IncidentId> {
        self.world.state.phones.get(&phone(n)).copied()
    }

    fn turn(&mut self, turn: Turn) {
        let lead = Actor::Person(person(Role::Lead, 0));
        match turn {
            Turn::Tap(n) => {
                self.world.tap(n);
            }
            Turn::Close(n) => {
                let Some(incident) = self.of_phone(n) else { return };
                let events = self.world.ok(lead, Command::Close { incident, reason: CloseReason::Helped });
                if !events.is_empty() {
                    self.closed.insert(incident, (self.real_ms, self.restarts));
                }
            }
            Turn::Reopen(n) => {
                let Some(incident) = self.of_phone(n) else { return };
                self.world.ok(lead, Command::Reopen(incident));
                self.closed.remove(&incident);
            }
            Turn::Runs(ms) => {
                // Day by day: a server that runs writes every night.
                let mut left = ms;
                while left > 0 {
                    let day = left.min(DAY_MS);
                    self.world.later(day);
                    self.real_ms += day;
                    left -= day;
                    self.look();
                    self.night();
                }
            }
            Turn::Jumps(ms) => self.world.wall_jumps(ms),
            Turn::Restarts { down_ms, jump_ms } => {
                self.restarts += 1;
                self.real_ms += down_ms;
                let wall_ms = self.world.now.wall_ms + down_ms + jump_ms;
                // A new process' clock that never jumps begins anywhere.
                let start = Now { wall_ms, mono_ms: 77 };
                let mut state = State::default();
                for stored in &mut self.world.log {
                    stored.at = start.replayed(stored.at.wall_ms);
                    state.apply(stored);
                }
                (self.world.state, self.world.now, self.anchor) = (state, start, start);
            }
        }
        self.look();
        self.night();
    }

    /// What the running server does every few seconds.
    fn look(&mut self) {
        if let Some(leap) = strays(self.anchor, self.world.now) {
            self.world.ok(Actor::Clock, Command::NoteLeap(leap));
        }
    }

    /// The nightly job, at any hour.
    fn night(&mut self) {
        let ids: Vec<_> = self.world.state.incidents.keys().copied().collect();
        for incident in ids {
            let events = self.world.ok(Actor::Clock, Command::Erase { incident, rule: RULE });
            if events.is_empty() {
                continue;
            }
            self.erased += 1;
            let (at, restarts) =
                self.closed.get(&incident).copied().unwrap_or_else(|| panic!("an open case was erased"));
            let age = self.real_ms - at;
            // Nobody can tell how long a stopped server was stopped, up to the leap that is asked about.
            let unknown = (self.restarts - restarts) * (LEAP_MS + STRAY_MS);
            assert!(age + unknown >= RULE.kept_ms, "erased after {} of 30 days", age / DAY_MS);
        }
        self.world.ok(Actor::Clock, Command::PassNight { erased: 0 });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_is_erased_early_whatever_the_clock_does(turns in turns()) {
        let mut served = Served::new();
        turns.into_iter().for_each(|turn| served.turn(turn));
    }

    #[test]
    fn while_it_runs_not_a_millisecond_early(turns in turns()) {
        let mut served = Served::new();
        for turn in turns {
            if !matches!(turn, Turn::Restarts { .. }) {
                served.turn(turn);
            }
        }
    }

    /// What a restart reads, with the bodies of every erased case gone, is what the running server knows.
    #[test]
    fn an_erased_case_leaves_the_state_that_a_log_without_it_leads_to(steps in tries(120), days in 0i64..3) {
        let mut world = World::new();
        world.run(&steps);
        world.later(days * DAY_MS);
        let ids: Vec<_> = world.state.incidents.keys().copied().collect();
        let rule = Retention { kept_ms: DAY_MS, ends_wall_ms: None };
        for incident in ids {
            world.ok(Actor::Clock, Command::Erase { incident, rule });
        }
        let mut state = State::default();
        for stored in &without_erased(&world.log) {
            state.apply(stored);
        }
        prop_assert_eq!(state, world.state);
    }
}

/// The log with the bodies gone that a server erases: everything before a stream's `erased`.
fn without_erased(log: &[Stored]) -> Vec<Stored> {
    let is_end = |stored: &Stored| matches!(stored.body, Body::Open(Event::Incident(IncidentEvent::Erased)));
    let ended: BTreeMap<Stream, u64> =
        log.iter().filter(|stored| is_end(stored)).map(|stored| (stored.stream, stored.version)).collect();
    let gone = |stored: &Stored| ended.get(&stored.stream).is_some_and(|end| stored.version < *end);
    let keep = |stored: &Stored| Stored {
        body: if gone(stored) { Body::Gone } else { stored.body.clone() },
        ..stored.clone()
    };
    log.iter().map(keep).collect()
}

#[test]
fn a_closed_case_goes_after_thirty_days_and_a_person_who_taps_again_has_a_new_one() {
    let mut served = Served::new();
    served.turn(Turn::Tap(0));
    served.turn(Turn::Tap(1));
    served.turn(Turn::Close(0));
    served.turn(Turn::Runs(30 * DAY_MS - 1));
    assert_eq!((served.erased, served.world.state.incidents.len()), (0, 2));
    served.turn(Turn::Runs(1));
    assert_eq!((served.erased, served.world.state.incidents.len()), (1, 1));
    served.turn(Turn::Runs(400 * DAY_MS));
    assert_eq!(served.world.state.incidents.len(), 1, "an open case stays");
    assert_eq!(served.of_phone(0), None);
    served.turn(Turn::Tap(0));
    assert!(served.of_phone(0).is_some());
}

#[test]
fn ten_years_ahead_nothing_is_erased_until_somebody_says_that_the_clock_is_right() {
    for restarted in [false, true] {
        let mut served = Served::new();
        served.turn(Turn::Tap(0));
        served.turn(Turn::Close(0));
        let jump_ms = 3_650 * DAY_MS;
        served.turn(if restarted { Turn::Restarts { down_ms: 0, jump_ms } } else { Turn::Jumps(jump_ms) });
        served.turn(Turn::Runs(29 * DAY_MS));
        assert_eq!(served.erased, 0);
        // Also after it was put right: nobody knows what was written meanwhile.
        served.turn(Turn::Jumps(-jump_ms));
        assert!(served.world.state.course.leap(served.world.now).is_some());
        served.turn(Turn::Runs(10 * DAY_MS));
        assert_eq!(served.erased, 0);
        served.world.ok(Actor::Terminal, Command::ConfirmClock);
        served.anchor = served.world.now;
        served.turn(Turn::Runs(30 * DAY_MS));
        assert_eq!(served.erased, 1);
    }
}

#[test]
fn the_festivals_end_keeps_everything() {
    let mut served = Served::new();
    served.turn(Turn::Tap(0));
    served.turn(Turn::Close(0));
    let rule = Retention { ends_wall_ms: Some(served.world.now.wall_ms + 100 * DAY_MS), ..RULE };
    let incident = served.of_phone(0).unwrap();
    let mut decides = |ms: i64| {
        served.world.later(ms);
        // The log goes on, as it does every night.
        served.world.ok(Actor::Clock, Command::PassNight { erased: 0 });
        served.world.ok(Actor::Clock, Command::Erase { incident, rule }).len()
    };
    assert_eq!((0..130).map(|_| decides(DAY_MS - 1)).sum::<usize>(), 0);
    assert_eq!(decides(DAY_MS), 1);
}

#[test]
fn a_night_passes_once() {
    let mut world = World::new();
    let pass = |world: &mut World| world.ok(Actor::Clock, Command::PassNight { erased: 0 }).len();
    assert_eq!((pass(&mut world), pass(&mut world)), (1, 0));
    world.later(DAY_MS);
    assert_eq!((pass(&mut world), pass(&mut world)), (1, 0));
    world.wall_jumps(10 * DAY_MS);
    world.later(DAY_MS);
    assert_eq!(pass(&mut world), 0);
    let leap = world.state.course.leap(world.now);
    assert!(leap.is_some_and(|Leap { from_wall_ms, to_wall_ms }| to_wall_ms - from_wall_ms == 11 * DAY_MS));
}

#[test]
fn only_the_clock_erases_and_only_the_terminal_says_that_the_clock_is_right() {
    let mut world = World::new();
    let incident = world.tap(0);
    world.ok(Actor::Person(person(Role::Lead, 0)), Command::Close { incident, reason: CloseReason::Test });
    world.later(40 * DAY_MS);
    world.wall_jumps(DAY_MS);
    let everybody = Role::ALL.map(|role| Actor::Person(person(role, 0)));
    let others = everybody.into_iter().chain([Actor::Phone(phone(0)), Actor::Phone(phone(9))]);
    let leap = Leap { from_wall_ms: 0, to_wall_ms: 1 };
    for command in [
        Command::Erase { incident, rule: RULE },
        Command::PassNight { erased: 1 },
        Command::NoteLeap(leap),
        Command::ConfirmClock,
    ] {
        for actor in others.clone() {
            assert!(world.act(actor, &command).is_err(), "{actor:?} {command:?}");
        }
        let wrong = if command == Command::ConfirmClock { Actor::Clock } else { Actor::Terminal };
        assert!(world.act(wrong, &command).is_err());
    }
    assert!(world.state.incidents.contains_key(&incident));
}
