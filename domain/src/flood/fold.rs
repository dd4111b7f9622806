//! The order of rows in a flood, and which of them stand as one line.
//!
//! Order (`security.md`, section 5): evidence and waiting time. Silence never subtracts; language,
//! name and what the words say are never used.

use super::RowNow;
use crate::ids::IncidentId;
use crate::incident::{Priority, Status};
use crate::venue::Ordinal;
use crate::view::QueueRow;
use core::cmp::Reverse;
use std::collections::BTreeMap;

/// A row that somebody looked at, that nobody took and whose person said nothing, is looked at again
/// after this long (`machines.md`, Queue order).
pub const LOOK_AGAIN_MS: i64 = 120_000;
/// More new alerts at a place than this within [`HOT_MS`] make it hot.
const HOT_ABOVE: usize = 3;
/// The time over which a place's alerts are counted.
const HOT_MS: i64 = 120_000;
/// Worth of a sign that somebody is there who answers.
const ANSWERED: i64 = 3;
/// Worth of a place that is not hot.
const CALM_PLACE: i64 = 1;
/// One of evidence counts like so much waiting.
const EVIDENCE_MS: i64 = 10_000;

/// Where alerts are counted as one crowd: the closest thing that is known of their place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// A poster.
    Poster(String),
    /// A room or zone, named on the map or in the list.
    Room(Option<Ordinal>, String),
    /// A level and nothing more.
    Level(Ordinal),
    /// Nothing is known.
    Unknown,
}

impl Spot {
    /// The spot of `row`.
    pub fn of(row: &QueueRow) -> Self {
        let Some(place) = &row.place else { return Spot::Unknown };
        let level = place.level.as_ref().map(|level| level.ordinal);
        match (&place.code, &place.room, level) {
            (Some(code), ..) => Spot::Poster(code.clone()),
            (None, Some(room), level) => Spot::Room(level, room.clone()),
            (None, None, Some(level)) => Spot::Level(level),
            (None, None, None) => Spot::Unknown,
        }
    }
}

/// How many alerts came lately at each place, whatever became of them.
#[derive(Debug, Clone, Default)]
pub struct Crowd(BTreeMap<Spot, usize>);

impl Crowd {
    /// Counts them. `rows` are all rows that there are.
    pub fn of<'a>(rows: impl IntoIterator<Item = RowNow<'a>>) -> Self {
        let mut crowd = Crowd::default();
        for row in rows.into_iter().filter(|row| row.age_ms() < HOT_MS) {
            *crowd.0.entry(Spot::of(row.row)).or_default() += 1;
        }
        crowd
    }

    fn hot(&self, spot: &Spot) -> bool {
        self.0.get(spot).is_some_and(|count| *count > HOT_ABOVE)
    }
}

/// Several alerts at one place, as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// Where.
    pub spot: Spot,
    /// Which, the first to look at first; at least two, none of them P1.
    pub rows: Vec<IncidentId>,
}

/// One line of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A case of its own.
    Case(IncidentId),
    /// Several at one place.
    Glance(Glance),
}

impl Line {
    /// The cases that it stands for.
    pub fn cases(&self) -> &[IncidentId] {
        match self {
            Line::Case(id) => core::slice::from_ref(id),
            Line::Glance(glance) => &glance.rows,
        }
    }
}

/// The person said something by tap, word or voice, so far as a row tells.
pub fn answered(row: &QueueRow) -> bool {
    row.wrote > 0
        || row.whom.is_some()
        || row.check.is_some()
        || row.ok_said
        || row.nobody_here
        || row.concern.is_some()
        || row.call.as_ref().is_some_and(|call| call.by.is_none())
}

/// Somebody looked, nobody took it, nobody goes, and the person said nothing: what waits aside in a
/// flood, and is looked at again after [`LOOK_AGAIN_MS`]. Never a P1.
pub fn quiet(row: &QueueRow) -> bool {
    row.status == Status::Seen
        && !row.unacknowledged
        && row.priority != Priority::P1
        && row.dispatch.is_none()
        && row.came.is_none()
        && row.responder_call.is_none()
        && !answered(row)
}

/// A row among those it is sorted with.
struct Ranked {
    id: IncidentId,
    spot: Spot,
    p1: bool,
    score: i64,
}

impl Ranked {
    /// First those to look at first. Total: two rows never have the same number.
    fn rank(&self) -> (Reverse<i64>, IncidentId) {
        (Reverse(self.score), self.id)
    }
}

/// `rows` as lines, the first to look at first: P1 rows, each its own line; then the rest by
/// evidence and waiting time, several at one place as one line where its first row would stand.
///
/// P1 rows go round the places: the first of each place, then the second of each. When silence has
/// made P1 of a whole crowd, one alert elsewhere is still among the first.
pub fn fold<'a>(rows: impl IntoIterator<Item = RowNow<'a>>, crowd: &Crowd) -> Vec<Line> {
    let mut ranked: Vec<Ranked> = rows.into_iter().map(|row| ranked(row, crowd)).collect();
    ranked.sort_unstable_by_key(Ranked::rank);
    let mut turns: BTreeMap<Spot, usize> = BTreeMap::new();
    let mut urgent: Vec<(usize, IncidentId)> = Vec::new();
    let mut lines: Vec<(Spot, Vec<IncidentId>)> = Vec::new();
    let mut at: BTreeMap<Spot, usize> = BTreeMap::new();
    for row in ranked {
        if row.p1 {
            let turn = turns.entry(row.spot).or_default();
            urgent.push((*turn, row.id));
            *turn += 1;
        } else if let Some((_, rows)) = at.get(&row.spot).and_then(|line| lines.get_mut(*line)) {
            rows.push(row.id);
        } else {
            at.insert(row.spot.clone(), lines.len());
            lines.push((row.spot, vec![row.id]));
        }
    }
    // Stable: within a turn the order of evidence stays.
    urgent.sort_by_key(|(turn, _)| *turn);
    let folded = lines.into_iter().map(|(spot, rows)| match rows.as_slice() {
        [one] => Line::Case(*one),
        _ => Line::Glance(Glance { spot, rows }),
    });
    urgent.into_iter().map(|(_, id)| Line::Case(id)).chain(folded).collect()
}

/// `rows`, each as a line of its own.
pub fn lined_up<'a>(rows: impl IntoIterator<Item = RowNow<'a>>) -> Vec<Line> {
    rows.into_iter().map(|row| Line::Case(row.row.id)).collect()
}

fn ranked(row: RowNow<'_>, crowd: &Crowd) -> Ranked {
    let spot = Spot::of(row.row);
    let mut evidence = 0;
    if answered(row.row) {
        evidence += ANSWERED;
    }
    if !crowd.hot(&spot) {
        evidence += CALM_PLACE;
    }
    let score = (evidence * EVIDENCE_MS).saturating_add(row.waited_ms());
    Ranked { id: row.row.id, spot, p1: row.row.priority == Priority::P1, score }
}
