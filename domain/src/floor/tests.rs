//! Random calls: four seats that press, release, vanish and come back, at any moment.

use super::{Class, Floor, LIMIT_MS, REST_MS, STORM_MS, STORM_PRESSES, Seat, Standing, TAIL_MS, Told, WARNING_MS};
use crate::wire::{Burst, NoFloor};
use proptest::prelude::*;
use std::collections::BTreeMap;

const ATTENDEE: Seat = Seat(0);
const ANNA: Seat = Seat(1);
const BEN: Seat = Seat(2);

fn class(seat: Seat) -> Class {
    if seat == ATTENDEE { Class::Attendee } else { Class::Staff }
}

fn press(floor: &mut Floor, seat: Seat, burst: Burst, now: i64) -> Vec<Told> {
    floor.request(seat, class(seat), burst, now)
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Press,
    /// The same number again.
    PressAgain,
    Release,
    /// A number that was released long ago.
    StaleRelease,
    Revoke,
    Leave,
}

fn acts() -> impl Strategy<Value = Vec<(Act, Seat, i64)>> {
    let act = prop_oneof![
        6 => Just(Act::Press),
        1 => Just(Act::PressAgain),
        6 => Just(Act::Release),
        1 => Just(Act::StaleRelease),
        1 => Just(Act::Revoke),
        1 => Just(Act::Leave),
    ];
    let wait = prop_oneof![3 => 0i64..60, 3 => 60i64..400, 1 => 400i64..12_000, 1 => 12_000i64..70_000];
    proptest::collection::vec((act, (0u64..4).prop_map(Seat), wait), 1..200)
}

/// A call that is watched from outside.
#[derive(Default)]
struct Watched {
    floor: Floor,
    now: i64,
    next: Burst,
    /// The newest press of each seat.
    newest: BTreeMap<Seat, Burst>,
    /// Answers for each press.
    answers: BTreeMap<(Seat, Burst), Vec<Told>>,
    /// When each press was granted.
    granted: BTreeMap<(Seat, Burst), i64>,
    ending: BTreeMap<(Seat, Burst), u32>,
}

impl Watched {
    /// Lets time pass as the server does: woken when something is due.
    fn later(&mut self, ms: i64) {
        let until = self.now + ms;
        while let Some(due) = self.floor.due().filter(|due| *due <= until) {
            assert!(due > self.now || due == until, "something was due and not done");
            self.now = due;
            let told = self.floor.tick(due);
            self.take(told);
        }
        self.now = until;
    }

    fn act(&mut self, act: Act, seat: Seat) {
        let newest = self.newest.get(&seat).copied();
        let (floor, now) = (&mut self.floor, self.now);
        let told = match (act, newest) {
            (Act::Press, _) | (Act::PressAgain, None) => {
                self.next += 1;
                self.newest.insert(seat, self.next);
                self.answers.insert((seat, self.next), Vec::new());
                press(floor, seat, self.next, now)
            }
            (Act::PressAgain, Some(burst)) => press(floor, seat, burst, now),
            (Act::Release, Some(burst)) => floor.release(seat, burst, now),
            (Act::StaleRelease, Some(burst)) => {
                let before = floor.speaker();
                let told = floor.release(seat, burst.wrapping_sub(1), now);
                assert_eq!((floor.speaker(), &told[..]), (before, &[][..]));
                told
            }
            (Act::Revoke, _) => floor.revoke(seat, NoFloor::NotConnected, now),
            (Act::Leave, _) => {
                self.newest.remove(&seat);
                floor.leave(seat, now)
            }
            (Act::Release | Act::StaleRelease, None) => Vec::new(),
        };
        self.take(told);
        if matches!(act, Act::Revoke | Act::Leave) {
            assert_ne!(self.floor.speaker(), Some(seat), "the floor is taken by somebody gone");
        }
    }

    fn take(&mut self, told: Vec<Told>) {
        // Nothing that one act sets off is larger than the call.
        assert!(told.len() <= 8, "{told:?}");
        for told in told {
            match told {
                Told::Granted(seat, burst) => {
                    self.granted.insert((seat, burst), self.now);
                    self.answers.get_mut(&(seat, burst)).unwrap().push(told);
                }
                Told::Denied(seat, burst, why) => {
                    self.answers.get_mut(&(seat, burst)).unwrap().push(told);
                    if why == NoFloor::Taken && seat == ATTENDEE && self.newest.get(&seat) == Some(&burst) {
                        panic!("the attendee was denied for staff");
                    }
                    assert!(why != NoFloor::AttendeeFirst || seat != ATTENDEE);
                }
                Told::Revoked(seat, burst, _) => {
                    let granted = self.answers[&(seat, burst)].iter().any(|told| matches!(told, Told::Granted(..)));
                    assert!(granted, "revoked what was never granted");
                    assert_ne!(self.newest_of_speaker(), Some((seat, burst)), "revoked and still heard");
                }
                Told::Ending(seat, burst) => *self.ending.entry((seat, burst)).or_default() += 1,
            }
        }
    }

    fn newest_of_speaker(&self) -> Option<(Seat, Burst)> {
        let seat = self.floor.speaker()?;
        match self.floor.standing(seat, self.now) {
            Standing::Yours { burst, .. } => Some((seat, burst)),
            other => panic!("the speaker is shown {other:?}"),
        }
    }

    fn check(&self) {
        let shown = |seat| self.floor.standing(seat, self.now);
        let yours: Vec<_> = (0..4).map(Seat).filter(|seat| matches!(shown(*seat), Standing::Yours { .. })).collect();
        assert_eq!(yours, Vec::from_iter(self.floor.speaker()), "shown is what the relay is told");
        for seat in (0..4).map(Seat).filter(|seat| Some(*seat) != self.floor.speaker()) {
            let other = self.floor.speaker().map_or(Standing::Idle, Standing::Taken);
            assert_eq!(shown(seat), other);
        }
        assert!(self.ending.values().all(|count| *count == 1), "warned more than once for one press");
        assert!(self.floor.waiting.len() <= 4 && self.floor.seen.len() <= 4);
        assert!(self.floor.seen.values().all(|seen| seen.presses.len() <= STORM_PRESSES));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn one_is_heard_for_30_s_at_most_and_every_press_is_answered_once(acts in acts()) {
        let mut call = Watched::default();
        for (act, seat, wait) in acts {
            call.later(wait);
            call.act(act, seat);
            call.check();
            if let Standing::Yours { left_ms, .. } = call.floor.standing(seat, call.now) {
                prop_assert!(i64::from(left_ms) <= LIMIT_MS);
            }
            if let Some(press) = call.newest_of_speaker() {
                prop_assert!(call.now - call.granted[&press] < LIMIT_MS, "heard for too long");
            }
        }
        // Whatever happened, silence follows, and nobody is owed an answer.
        call.later(LIMIT_MS + TAIL_MS);
        call.later(LIMIT_MS + TAIL_MS);
        prop_assert_eq!(call.floor.speaker(), None);
        for (press, answers) in &call.answers {
            prop_assert_eq!(answers.len(), 1, "{:?}: {:?}", press, answers);
        }
    }

    #[test]
    fn a_server_that_wakes_late_still_ends_what_is_over(acts in acts(), late in 0i64..100_000) {
        let (mut floor, mut now, mut burst) = (Floor::default(), 0, 0);
        for (act, seat, wait) in acts {
            now += wait + late;
            match act {
                Act::Press | Act::PressAgain => {
                    burst += 1;
                    press(&mut floor, seat, burst, now);
                }
                Act::Release | Act::StaleRelease => drop(floor.release(seat, burst, now)),
                Act::Revoke => drop(floor.revoke(seat, NoFloor::NotConnected, now)),
                Act::Leave => drop(floor.leave(seat, now)),
            }
            prop_assert!(floor.due().is_none_or(|due| due > now));
            prop_assert!(floor.hold.is_none_or(|hold| now - hold.since < LIMIT_MS));
        }
    }

    #[test]
    fn a_storm_gets_ten_presses_in_two_seconds(gaps in proptest::collection::vec(0i64..50, 50..400)) {
        let (mut floor, mut now, mut granted) = (Floor::default(), 0, Vec::new());
        for (burst, gap) in (1..).zip(gaps) {
            now += gap;
            for told in press(&mut floor, ANNA, burst, now) {
                match told {
                    Told::Granted(..) => granted.push(now),
                    Told::Denied(_, _, why) => prop_assert_eq!(why, NoFloor::TooOften),
                    other => prop_assert!(false, "{:?}", other),
                }
            }
            floor.release(ANNA, burst, now);
        }
        for window in granted.windows(STORM_PRESSES + 1) {
            prop_assert!(window[STORM_PRESSES] - window[0] >= STORM_MS);
        }
    }
}

#[test]
fn a_press_on_an_idle_floor_is_granted_and_the_next_one_is_taken() {
    let mut floor = Floor::default();
    assert_eq!(press(&mut floor, ANNA, 1, 0), [Told::Granted(ANNA, 1)]);
    assert_eq!(press(&mut floor, BEN, 1, 10), [Told::Denied(BEN, 1, NoFloor::Taken)]);
    assert_eq!(floor.standing(ANNA, 10), Standing::Yours { burst: 1, left_ms: 29_990 });
    assert_eq!(floor.standing(BEN, 10), Standing::Taken(ANNA));
}

#[test]
fn the_person_who_asked_for_help_takes_the_floor_from_staff_and_not_the_reverse() {
    let mut floor = Floor::default();
    press(&mut floor, ANNA, 1, 0);
    let told = press(&mut floor, ATTENDEE, 7, 10);
    assert_eq!(told, [Told::Revoked(ANNA, 1, NoFloor::AttendeeFirst), Told::Granted(ATTENDEE, 7)]);
    assert_eq!(press(&mut floor, ANNA, 2, 20), [Told::Denied(ANNA, 2, NoFloor::Taken)]);
    // The release of what was lost says nothing about what is there now.
    assert_eq!(floor.release(ANNA, 1, 30), []);
    assert_eq!(floor.speaker(), Some(ATTENDEE));
}

#[test]
fn the_last_word_passes_and_a_press_meanwhile_is_answered_after_it() {
    let mut floor = Floor::default();
    press(&mut floor, ANNA, 1, 0);
    floor.release(ANNA, 1, 1_000);
    assert_eq!(floor.speaker(), Some(ANNA));
    assert_eq!(press(&mut floor, BEN, 1, 1_050), []);
    assert_eq!(press(&mut floor, ATTENDEE, 1, 1_100), []);
    assert_eq!(floor.tick(1_149), []);
    let told = floor.tick(1_150);
    assert_eq!(told, [Told::Granted(ATTENDEE, 1), Told::Denied(BEN, 1, NoFloor::AttendeeFirst)]);
}

#[test]
fn a_quick_word_in_anothers_tail_is_heard_after_it() {
    let mut floor = Floor::default();
    press(&mut floor, ANNA, 1, 0);
    floor.release(ANNA, 1, 1_000);
    press(&mut floor, BEN, 1, 1_010);
    floor.release(BEN, 1, 1_090);
    assert_eq!(floor.tick(1_150), [Told::Granted(BEN, 1)]);
    assert_eq!(floor.speaker(), Some(BEN));
    assert_eq!((floor.tick(1_300), floor.speaker()), (vec![], None));
}

#[test]
fn a_quick_double_press_goes_on_without_a_gap() {
    let mut floor = Floor::default();
    press(&mut floor, ATTENDEE, 1, 0);
    floor.release(ATTENDEE, 1, 500);
    press(&mut floor, ANNA, 1, 550);
    let told = press(&mut floor, ATTENDEE, 2, 600);
    assert_eq!(told, [Told::Granted(ATTENDEE, 2), Told::Denied(ANNA, 1, NoFloor::AttendeeFirst)]);
    // A release that comes twice ends nothing.
    assert_eq!(floor.release(ATTENDEE, 1, 610), []);
    assert_eq!((floor.tick(1_000), floor.speaker()), (vec![], Some(ATTENDEE)));
    // The clock of both presses is one.
    assert_eq!(floor.tick(WARNING_MS), [Told::Ending(ATTENDEE, 2)]);
    assert_eq!(floor.tick(LIMIT_MS), [Told::Revoked(ATTENDEE, 2, NoFloor::TooLong)]);
    assert_eq!(floor.speaker(), None);
    // Somebody must be able to answer.
    let early = press(&mut floor, ATTENDEE, 3, LIMIT_MS + REST_MS - 1);
    assert_eq!(early, [Told::Denied(ATTENDEE, 3, NoFloor::TooLong)]);
    assert_eq!(press(&mut floor, ATTENDEE, 4, LIMIT_MS + REST_MS), [Told::Granted(ATTENDEE, 4)]);
}

#[test]
fn after_the_limit_another_has_the_floor_at_once() {
    let mut floor = Floor::default();
    press(&mut floor, ATTENDEE, 1, 0);
    floor.tick(LIMIT_MS);
    assert_eq!(press(&mut floor, ANNA, 1, LIMIT_MS), [Told::Granted(ANNA, 1)]);
}

#[test]
fn a_member_of_staff_who_presses_again_does_not_pass_a_waiting_attendee() {
    let mut floor = Floor::default();
    press(&mut floor, ANNA, 1, 0);
    floor.release(ANNA, 1, 500);
    press(&mut floor, ATTENDEE, 1, 550);
    assert_eq!(press(&mut floor, ANNA, 2, 600), []);
    let told = floor.tick(650);
    assert_eq!(told, [Told::Granted(ATTENDEE, 1), Told::Denied(ANNA, 2, NoFloor::AttendeeFirst)]);
}

#[test]
fn a_release_at_the_very_end_has_no_tail_past_the_limit() {
    let mut floor = Floor::default();
    press(&mut floor, ANNA, 1, 0);
    floor.release(ANNA, 1, LIMIT_MS - 10);
    assert_eq!((floor.tick(LIMIT_MS), floor.speaker()), (vec![], None));
}

#[test]
fn somebody_gone_leaves_the_floor_to_the_next_at_once() {
    let mut floor = Floor::default();
    press(&mut floor, ANNA, 1, 0);
    floor.release(ANNA, 1, 100);
    press(&mut floor, BEN, 1, 110);
    assert_eq!(floor.leave(ANNA, 120), [Told::Granted(BEN, 1)]);
    assert_eq!(floor.leave(BEN, 130), [Told::Revoked(BEN, 1, NoFloor::NotInCall)]);
    assert_eq!((floor.speaker(), floor.due()), (None, None));
    assert!(floor.seen.is_empty());
}
