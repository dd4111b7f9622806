//! What everybody of a simulation shares: how fast time runs, where places are, what is counted.

use super::dice::Dice;
use super::plan::Spot;
use crate::visitor::{Answer, Site};
use domain::venue::{UnitClass, Venue};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;

/// What came of a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Alerts that were acknowledged.
    pub opened: u32,
    /// Of them, those whose page said that somebody looked.
    pub seen: u32,
    /// Of them, those to which somebody came.
    pub met: u32,
    /// Words of the team that were read on a phone.
    pub heard: u32,
    /// Cases whose page said that they are over.
    pub ended: u32,
    /// Requests that came too late, because somebody else was quicker.
    pub late: u32,
    /// Requests that were refused and should not have been.
    pub refused: u32,
}

/// Shared by everybody.
#[derive(Debug)]
pub struct World {
    /// The attendees' site.
    pub attendee: Site,
    speed: u32,
    places: OnceLock<Places>,
    counts: [AtomicU32; 7],
    refusals: RwLock<Vec<String>>,
    /// Becomes true when the crew may go home.
    pub over: watch::Sender<bool>,
}

/// One thing that is counted.
#[derive(Debug, Clone, Copy)]
pub enum Count {
    Opened,
    Seen,
    Met,
    Heard,
    Ended,
    Late,
    Refused,
}

/// Values of places, as forms carry them, and the codes of posters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    posters: Vec<String>,
    rooms: Vec<String>,
    taps: Vec<String>,
    /// Codes of the posters of each level: where a responder walks past.
    codes: Vec<(i16, String)>,
}

impl Places {
    /// The places of a map, as staff get it: rooms that the public may be in, every poster.
    pub fn of(venue: &Venue) -> Self {
        let public = |class: UnitClass| {
            class.is_walkable() && !matches!(class, UnitClass::NonPublic | UnitClass::Storage | UnitClass::Office)
        };
        let mut places = Places::default();
        for unit in venue.units.iter().filter(|unit| public(unit.class)) {
            let Some(level) = venue.ordinal_of(unit) else { continue };
            if let Some(id) = unit.id {
                places.rooms.push(format!("u:{}:{id}", level.0));
            }
            places.taps.push(format!("m:{}:{}:{}:8", level.0, unit.display.x, unit.display.y));
        }
        for checkpoint in &venue.checkpoints {
            let code = checkpoint.code.url_form();
            places.posters.push(format!("c:{code}"));
            places.codes.push((checkpoint.ordinal.0, code));
        }
        places
    }

    /// A spot's value, and the address of its page.
    pub fn value(&self, spot: Spot) -> (String, String) {
        let pick = |from: &[String], n: u64| {
            let at = n.checked_rem(from.len() as u64).unwrap_or_default() as usize;
            from.get(at).cloned().unwrap_or_default()
        };
        let value = match spot {
            Spot::Poster(n) => pick(&self.posters, n),
            Spot::Room(n) => pick(&self.rooms, n),
            Spot::Tap(n) => pick(&self.taps, n),
            Spot::Unsaid => String::new(),
        };
        let page = format!("/{}", value.strip_prefix("c:").unwrap_or_default());
        (value, page)
    }

    /// A poster of a level, or of any level where it has none.
    pub fn code_near(&self, level: Option<i16>, dice: &mut Dice) -> Option<String> {
        let near: Vec<&String> = self.codes.iter().filter(|(at, _)| Some(*at) == level).map(|(_, code)| code).collect();
        let all: Vec<&String> = self.codes.iter().map(|(_, code)| code).collect();
        dice.of(if near.is_empty() { &all } else { &near }).cloned()
    }
}

impl World {
    /// A world whose time runs `speed` times as fast as ours.
    pub fn new(attendee: Site, speed: u32) -> Self {
        World {
            attendee,
            speed: speed.max(1),
            places: OnceLock::new(),
            counts: Default::default(),
            refusals: RwLock::default(),
            over: watch::Sender::new(false),
        }
    }

    /// Where people can be, once somebody of the desk has seen the map.
    pub fn places(&self) -> Option<&Places> {
        self.places.get()
    }

    /// The map was seen. Only the first counts.
    pub fn set_places(&self, places: Places) {
        let _ = self.places.set(places);
    }

    /// So much of the simulated time, as it passes here.
    pub fn span(&self, ms: u64) -> Duration {
        Duration::from_millis(ms) / self.speed
    }

    /// A moment of hesitation, between so many simulated milliseconds.
    pub fn moment(&self, dice: &mut Dice, least_ms: u64, most_ms: u64) -> Duration {
        self.span(dice.between(least_ms, most_ms))
    }

    /// One more.
    pub fn count(&self, what: Count) {
        if let Some(count) = self.counts.get(what as usize) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// Looks at an answer: done, or counted as too late or refused.
    pub fn done(&self, what: &str, answer: &Answer) -> bool {
        if answer.done() {
            return true;
        }
        // 409 says that the case stands otherwise by now (`http::problem`): several people work on it.
        if answer.status == 409 {
            self.count(Count::Late);
            return false;
        }
        self.refused(format!("{what}: {} {}", answer.status, answer.code()));
        false
    }

    /// Something was refused that should not have been.
    pub fn refused(&self, why: String) {
        self.count(Count::Refused);
        tracing::warn!(why, "the simulation was refused something");
        let mut refusals = self.refusals.write().unwrap_or_else(PoisonError::into_inner);
        if refusals.len() < 20 {
            refusals.push(why);
        }
    }

    /// The first refusals, in words.
    pub fn refusals(&self) -> Vec<String> {
        self.refusals.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        let [opened, seen, met, heard, ended, late, refused] = self.counts.each_ref().map(|count| count.load(Relaxed));
        Counts { opened, seen, met, heard, ended, late, refused }
    }
}
