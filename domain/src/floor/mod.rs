//! Who may speak in one call: push-to-talk in the terms of 3GPP MCPTT (request, granted, denied,
//! taken, idle, release, revoke). Time is an argument: milliseconds on a clock that never jumps.
//!
//! Law: at most one seat has the floor, what [`Floor::speaker`] says is all that the relay lets
//! pass, and every request gets exactly one answer. Nothing of this is in the log: a grant that
//! outlived the process would be a hot microphone.

#[cfg(test)]
mod tests;

use crate::wire::{Burst, NoFloor};
use std::collections::{BTreeMap, VecDeque};

/// The longest press, from its grant to the last packet that passes.
pub const LIMIT_MS: i64 = 30_000;
/// The speaker is told this long after the grant that the end is near.
pub const WARNING_MS: i64 = 25_000;
/// After a release the speaker's packets pass this much longer, so that the last word is whole:
/// they are on their way when the button comes up.
pub const TAIL_MS: i64 = 150;
/// Whoever had the floor to its limit leaves it for this long: an answer must be possible.
pub const REST_MS: i64 = 2_000;
/// More presses of one seat than this within [`STORM_MS`] are refused.
pub const STORM_PRESSES: usize = 10;
/// See [`STORM_PRESSES`].
pub const STORM_MS: i64 = 2_000;

/// A participant, numbered by whoever runs the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat(pub u64);

/// Whose press goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The person who asked for help: takes the floor from staff at once.
    Attendee,
    /// Agents, leads, responders.
    Staff,
}

/// What a seat has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// This press has the floor.
    Granted(Seat, Burst),
    /// This press gets no floor.
    Denied(Seat, Burst, NoFloor),
    /// This press has lost the floor.
    Revoked(Seat, Burst, NoFloor),
    /// Five seconds are left.
    Ending(Seat, Burst),
}

/// The floor as it is shown to one seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody is heard.
    Idle,
    /// This seat is heard.
    Yours {
        /// For this press.
        burst: Burst,
        /// Milliseconds left.
        left_ms: u32,
    },
    /// Another seat is heard.
    Taken(Seat),
}

/// One press that is heard.
#[derive(Debug, Clone, Copy)]
struct Hold {
    seat: Seat,
    class: Class,
    burst: Burst,
    /// Since when this seat is heard without a gap.
    since: i64,
    warned: bool,
    /// Set by the release: when the last words have passed.
    tail: Option<i64>,
}

/// A press that came during somebody else's tail. The relay holds its packets meanwhile.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    seat: Seat,
    class: Class,
    burst: Burst,
    released: bool,
}

/// What is remembered of a seat.
#[derive(Debug, Clone, Default)]
struct Seen {
    /// Its newest press: an older number is a duplicate.
    burst: Option<Burst>,
    /// When it pressed lately, oldest first, at most [`STORM_PRESSES`].
    presses: VecDeque<i64>,
    /// Until when it rests after a press that came to its limit.
    rests: Option<i64>,
}

/// The floor of one call.
#[derive(Debug, Clone, Default)]
pub struct Floor {
    hold: Option<Hold>,
    /// In the order of their presses, one for each seat; only during a tail.
    waiting: Vec<Waiting>,
    seen: BTreeMap<Seat, Seen>,
}

impl Floor {
    /// A press. What has become due before is done first, as in every method.
    pub fn request(&mut self, seat: Seat, class: Class, burst: Burst, now: i64) -> Vec<Told> {
        let mut told = self.tick(now);
        let seen = self.seen.entry(seat).or_default();
        if seen.burst.is_some_and(|newest| burst <= newest) {
            return told;
        }
        seen.burst = Some(burst);
        if seen.storm(now) {
            told.push(Told::Denied(seat, burst, NoFloor::TooOften));
            return told;
        }
        if seen.rests.is_some_and(|until| now < until) {
            told.push(Told::Denied(seat, burst, NoFloor::TooLong));
            return told;
        }
        // A newer press of the same seat: the older one is over, whether or not that was said.
        if let Some(at) = self.waiting.iter().position(|waiting| waiting.seat == seat) {
            let old = self.waiting.remove(at);
            told.push(Told::Denied(seat, old.burst, NoFloor::Taken));
        }
        match &mut self.hold {
            None => self.grant(Waiting { seat, class, burst, released: false }, now, &mut told),
            Some(hold) if hold.seat == seat && !first(&self.waiting, hold.class) => {
                // A shaking hand: nothing is cut between two presses, and the clock goes on.
                (hold.burst, hold.tail) = (burst, None);
                told.push(Told::Granted(seat, burst));
                if hold.warned {
                    told.push(Told::Ending(seat, burst));
                }
                self.deny_waiting(class, &mut told);
            }
            Some(hold) if hold.tail.is_some() => self.waiting.push(Waiting { seat, class, burst, released: false }),
            Some(hold) if class == Class::Attendee && hold.class == Class::Staff => {
                told.push(Told::Revoked(hold.seat, hold.burst, NoFloor::AttendeeFirst));
                self.grant(Waiting { seat, class, burst, released: false }, now, &mut told);
            }
            Some(_) => told.push(Told::Denied(seat, burst, NoFloor::Taken)),
        }
        told
    }

    /// The end of a press. Any number but the one that is held or waits is stale and does nothing.
    pub fn release(&mut self, seat: Seat, burst: Burst, now: i64) -> Vec<Told> {
        let told = self.tick(now);
        if let Some(hold) = self.hold.as_mut().filter(|hold| (hold.seat, hold.burst) == (seat, burst)) {
            hold.tail.get_or_insert((now + TAIL_MS).min(hold.since + LIMIT_MS));
        }
        if let Some(found) = self.waiting.iter_mut().find(|found| (found.seat, found.burst) == (seat, burst)) {
            // A quick word within another's tail: it is still heard, after it.
            found.released = true;
        }
        told
    }

    /// Takes the floor, or the place in the queue, from a seat whose microphone cannot be heard.
    pub fn revoke(&mut self, seat: Seat, why: NoFloor, now: i64) -> Vec<Told> {
        let mut told = self.tick(now);
        self.waiting.retain(|waiting| {
            let stays = waiting.seat != seat;
            if !stays {
                told.push(Told::Denied(seat, waiting.burst, why));
            }
            stays
        });
        if let Some(hold) = self.hold.take_if(|hold| hold.seat == seat) {
            // A press that was released is over: there is nothing left to lose.
            if hold.tail.is_none() {
                told.push(Told::Revoked(seat, hold.burst, why));
            }
            self.answer_waiting(now, &mut told);
        }
        told
    }

    /// A seat that is not in the call any more: as [`Floor::revoke`], and nothing of it is kept.
    pub fn leave(&mut self, seat: Seat, now: i64) -> Vec<Told> {
        let told = self.revoke(seat, NoFloor::NotInCall, now);
        self.seen.remove(&seat);
        told
    }

    /// Does what is due at `now`.
    pub fn tick(&mut self, now: i64) -> Vec<Told> {
        let mut told = Vec::new();
        while self.due().is_some_and(|due| due <= now) {
            let Some(hold) = &mut self.hold else { break };
            if hold.tail.is_some_and(|until| until <= now) {
                self.hold = None;
                self.answer_waiting(now, &mut told);
            } else if hold.since + LIMIT_MS <= now {
                told.push(Told::Revoked(hold.seat, hold.burst, NoFloor::TooLong));
                let end = hold.since + LIMIT_MS;
                self.seen.entry(hold.seat).or_default().rests = Some(end + REST_MS);
                self.hold = None;
                self.answer_waiting(now, &mut told);
            } else {
                hold.warned = true;
                if hold.tail.is_none() {
                    told.push(Told::Ending(hold.seat, hold.burst));
                }
            }
        }
        told
    }

    /// When [`Floor::tick`] has something to do, if nothing else happens before.
    pub fn due(&self) -> Option<i64> {
        let hold = self.hold?;
        let end = hold.tail.unwrap_or(hold.since + LIMIT_MS);
        let warning = (!hold.warned).then_some(hold.since + WARNING_MS);
        Some(warning.map_or(end, |warning| warning.min(end)))
    }

    /// Who is heard: the one with the floor, or the last words of the one who had it.
    pub fn speaker(&self) -> Option<Seat> {
        self.hold.map(|hold| hold.seat)
    }

    /// What is shown to `seat`.
    pub fn standing(&self, seat: Seat, now: i64) -> Standing {
        match self.hold {
            None => Standing::Idle,
            Some(hold) if hold.seat == seat => {
                let left = hold.tail.unwrap_or(hold.since + LIMIT_MS) - now;
                Standing::Yours { burst: hold.burst, left_ms: left.clamp(0, LIMIT_MS) as u32 }
            }
            Some(hold) => Standing::Taken(hold.seat),
        }
    }

    fn grant(&mut self, press: Waiting, now: i64, told: &mut Vec<Told>) {
        let Waiting { seat, class, burst, released } = press;
        let tail = released.then_some(now + TAIL_MS);
        self.hold = Some(Hold { seat, class, burst, since: now, warned: false, tail });
        told.push(Told::Granted(seat, burst));
    }

    /// The floor has become free: the attendee, or whoever pressed first, has it.
    fn answer_waiting(&mut self, now: i64, told: &mut Vec<Told>) {
        let attendee = self.waiting.iter().position(|waiting| waiting.class == Class::Attendee);
        if self.waiting.is_empty() {
            return;
        }
        let next = self.waiting.remove(attendee.unwrap_or(0));
        self.grant(next, now, told);
        self.deny_waiting(next.class, told);
    }

    fn deny_waiting(&mut self, winner: Class, told: &mut Vec<Told>) {
        for waiting in self.waiting.drain(..) {
            let first = (winner, waiting.class) == (Class::Attendee, Class::Staff);
            let why = if first { NoFloor::AttendeeFirst } else { NoFloor::Taken };
            told.push(Told::Denied(waiting.seat, waiting.burst, why));
        }
    }
}

impl Seen {
    /// Whether this press is one too many. Presses that are refused don't count: a storm ends
    /// [`STORM_MS`] after its first ten presses, however long it goes on.
    fn storm(&mut self, now: i64) -> bool {
        while self.presses.front().is_some_and(|at| now - at >= STORM_MS) {
            self.presses.pop_front();
        }
        if self.presses.len() >= STORM_PRESSES {
            return true;
        }
        self.presses.push_back(now);
        false
    }
}

/// Whether an attendee waits for `holder`, a member of staff, to end.
fn first(waiting: &[Waiting], holder: Class) -> bool {
    holder == Class::Staff && waiting.iter().any(|waiting| waiting.class == Class::Attendee)
}
