//! Sending a responder: *dispatched, en route, on scene, clear*, and who is nearest.

use crate::ids::PersonId;
use crate::person::{Duty, Person};
use crate::place::{DIM_AFTER_MS, Place};
use crate::time::Now;
use crate::venue::{Venue, distance_dm};
use serde::{Deserialize, Serialize};

/// Why a responder does not go, or turns back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CannotReason {
    /// Busy with something else.
    Busy,
    /// Too far, or no way through.
    NoWay,
    /// Was there, and cannot find her.
    CannotFind,
    /// Taken off the team.
    Removed,
}

/// Where a dispatch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DispatchState {
    /// The responder was told.
    Dispatched,
    /// *I'm going*.
    EnRoute,
    /// *I've arrived*.
    OnScene,
    /// *Done*.
    Clear,
    /// *Can't*.
    Cannot(CannotReason),
    /// Called back by the desk.
    Recalled,
}

impl DispatchState {
    /// How far the help has come, 0 for nothing that is still under way: on scene before on the way
    /// before told.
    pub fn progress(self) -> u8 {
        match self {
            DispatchState::OnScene => 3,
            DispatchState::EnRoute => 2,
            DispatchState::Dispatched => 1,
            DispatchState::Clear | DispatchState::Cannot(_) | DispatchState::Recalled => 0,
        }
    }

    /// Whether the responder is still bound by it.
    pub fn open(self) -> bool {
        matches!(self, DispatchState::Dispatched | DispatchState::EnRoute | DispatchState::OnScene)
    }
}

/// One responder sent to one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Who was sent.
    pub responder: PersonId,
    /// Where it stands.
    pub state: DispatchState,
    /// When they were told.
    pub sent: Now,
    /// When they said *I'm going*.
    pub en_route: Option<Now>,
    /// When they said *I've arrived*.
    pub on_scene: Option<Now>,
    /// When it ended.
    pub ended: Option<Now>,
    /// The place changed while the responder was bound to the one before; until they act.
    pub moved: Option<Moved>,
}

/// A change of the place under somebody's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Where they were going until then.
    pub from: Place,
    /// When it changed.
    pub at: Now,
}

/// A change of the place is said this long, unless the responder acts before.
pub const MOVED_SHOWN_MS: i64 = 120_000;

impl Dispatch {
    /// The place to go to is `to` now, where it was `from`. However often it changes, the earlier
    /// place is the one that the responder knew; back there, nothing has changed.
    pub(super) fn goes_on_to(&mut self, from: &Place, to: &Place, at: Now) {
        let said = self.moved.take_if(|moved| at.since(moved.at) < MOVED_SHOWN_MS);
        let known = said.as_ref().map_or(from, |moved| &moved.from);
        let when = match &said {
            Some(moved) if !from.moved_to(to) => moved.at,
            _ => at,
        };
        self.moved = known.moved_to(to).then(|| Moved { from: known.clone(), at: when });
    }
}

/// A responder as a candidate for a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Who.
    pub person: PersonId,
    /// How many levels up (+) or down (-) from the responder to the place; `None`: one is unknown.
    pub levels: Option<i16>,
    /// Straight distance in metres, `None` when a position is unknown.
    pub metres: Option<u32>,
    /// Age of the responder's position, milliseconds; `None` when there is none.
    pub position_age_ms: Option<i64>,
    /// Whether the position is older than 75 s.
    pub old: bool,
    /// Whether the responder can be sent at all (on duty, reachable, free).
    pub free: bool,
}

/// Every responder on duty, best first: free before busy, fresh positions before old ones, then
/// level difference, then straight distance. One level counts as much as [`LEVEL_METRES`].
pub fn rank<'a>(
    place: Option<&Place>,
    people: impl Iterator<Item = &'a Person>,
    busy: impl Fn(PersonId) -> bool,
    venue: Option<&Venue>,
    now: Now,
) -> Vec<Ranked> {
    let mut ranked: Vec<Ranked> = people
        .filter(|person| !person.removed && person.duty != Duty::Off)
        .map(|person| {
            let levels =
                place.and_then(|place| place.level).zip(person.level).map(|(to, from)| to.0.saturating_sub(from.0));
            let points = place.and_then(|place| place.point).zip(person.position.as_ref().and_then(|at| at.point));
            let metres =
                points.zip(venue).map(|((to, from), venue)| distance_dm(venue.to_local(from), venue.to_local(to)) / 10);
            let position_age_ms = person.positioned.map(|at| now.since(at));
            Ranked {
                person: person.id,
                levels,
                metres,
                position_age_ms,
                old: position_age_ms.is_none_or(|age| age >= DIM_AFTER_MS),
                free: person.duty == Duty::On && !busy(person.id),
            }
        })
        .collect();
    ranked.sort_by_key(|candidate| {
        let climb = candidate.levels.map_or(UNKNOWN_METRES, |levels| u32::from(levels.unsigned_abs()) * LEVEL_METRES);
        let walk = candidate.metres.unwrap_or(UNKNOWN_METRES);
        (!candidate.free, candidate.old, climb + walk, candidate.person)
    });
    ranked
}

/// One level by stairs costs about as much time as this many metres on the flat: some 25 s
/// against 1.4 m/s. An estimate until routes exist (stairs and lifts come with the venue's graph).
pub(super) const LEVEL_METRES: u32 = 35;
/// Someone whose place is unknown ranks after anyone whose place is known.
const UNKNOWN_METRES: u32 = 10_000;
