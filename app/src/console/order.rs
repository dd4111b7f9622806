//! Which row stands where. Law: while somebody points at the queue, no row moves.

use domain::flood::{Crowd, Line, RowNow, Spot, fold, lined_up, quiet};
use domain::ids::IncidentId;
use domain::incident::{Priority, Status};
use domain::view::queue_order;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A part of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// Nobody has looked yet.
    Nobody,
    /// In a flood: seen, silent ever since, and due for another look.
    Again,
    /// Somebody has it.
    Hand,
}

impl Part {
    /// Top to bottom.
    pub(crate) const ALL: [Part; 3] = [Part::Nobody, Part::Again, Part::Hand];
}

/// Where the selection can rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Stop {
    /// A case.
    Case(IncidentId),
    /// The line of several cases at one place.
    Glance(Part, Spot),
}

/// The rows of the queue, top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Layout {
    /// Nobody has looked yet.
    pub(crate) nobody: Vec<Line>,
    /// Due for another look.
    pub(crate) again: Vec<Line>,
    /// Somebody has it.
    pub(crate) hand: Vec<Line>,
    /// Over.
    pub(crate) closed: Vec<IncidentId>,
    /// Came while the queue stood still: shown beside it until it may move.
    pub(crate) held: Vec<IncidentId>,
    /// Alerts are grouped by place.
    pub(crate) grouped: bool,
    /// The counts say that it is a flood, whether it is grouped or not.
    pub(crate) flood: bool,
}

/// How rows are to be laid out.
pub(crate) struct How<'a> {
    /// Somebody points at the queue.
    pub(crate) frozen: bool,
    /// Alerts are to be grouped by place.
    pub(crate) grouped: bool,
    /// The counts say that it is a flood.
    pub(crate) flood: bool,
    /// Whether a silent row is due for another look.
    pub(crate) due: &'a dyn Fn(IncidentId) -> bool,
}

impl Layout {
    /// The lines of a part.
    pub(crate) fn part(&self, part: Part) -> &[Line] {
        match part {
            Part::Nobody => &self.nobody,
            Part::Again => &self.again,
            Part::Hand => &self.hand,
        }
    }

    /// How many cases a part has.
    pub(crate) fn count(&self, part: Part) -> usize {
        self.part(part).iter().map(|line| line.cases().len()).sum()
    }

    /// How many cases are open, held ones with them.
    pub(crate) fn open(&self) -> usize {
        Part::ALL.into_iter().map(|part| self.count(part)).sum::<usize>() + self.held.len()
    }

    /// The cases of a line, if it is there.
    pub(crate) fn glance(&self, part: Part, spot: &Spot) -> &[IncidentId] {
        let fits = |line: &&Line| matches!(line, Line::Glance(glance) if glance.spot == *spot);
        self.part(part).iter().find(fits).map_or(&[], Line::cases)
    }

    /// Everything that can be chosen, top to bottom. Beneath the line `opened` its cases.
    pub(crate) fn stops(&self, opened: Option<&Stop>) -> Vec<(Part, Stop)> {
        let mut stops = Vec::new();
        for part in Part::ALL {
            for line in self.part(part) {
                match line {
                    Line::Case(id) => stops.push((part, Stop::Case(*id))),
                    Line::Glance(glance) => {
                        let stop = Stop::Glance(part, glance.spot.clone());
                        let beneath = if opened == Some(&stop) { glance.rows.as_slice() } else { &[] };
                        stops.push((part, stop));
                        stops.extend(beneath.iter().map(|id| (part, Stop::Case(*id))));
                    }
                }
            }
        }
        stops
    }

    fn ids(&self) -> BTreeSet<IncidentId> {
        let open = Part::ALL.into_iter().flat_map(|part| self.part(part)).flat_map(Line::cases);
        open.chain(&self.closed).copied().collect()
    }
}

/// The stop `step` below (or above) `from`, and its number; the first one when nothing is chosen yet.
pub(crate) fn neighbour(stops: &[(Part, Stop)], from: Option<&Stop>, step: isize) -> Option<(usize, Stop)> {
    let at = from.and_then(|from| stops.iter().position(|(_, stop)| stop == from));
    let to = at.map_or(0, |at| at.saturating_add_signed(step).min(stops.len().saturating_sub(1)));
    stops.get(to).map(|(_, stop)| (to, stop.clone()))
}

/// Lays `rows` out. While `frozen`, every row of `before` keeps its place and new ones are held;
/// only closed rows, which nobody waits for, are put below at once.
pub(crate) fn lay_out(mut rows: Vec<RowNow<'_>>, before: Option<&Layout>, how: &How<'_>) -> Layout {
    rows.sort_unstable_by_key(order);
    if let Some(before) = before.filter(|_| how.frozen) {
        return stand_still(&rows, before);
    }
    let crowd = if how.grouped { Crowd::of(rows.iter().copied()) } else { Crowd::default() };
    let (mut nobody, mut again, mut hand, mut aside) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut closed = Vec::new();
    for row in rows {
        match (row.row.status, row.row.unacknowledged) {
            (Status::Closed, _) => closed.push(row.row.id),
            (_, true) => nobody.push(row),
            (_, false) if how.grouped && quiet(row.row) && (how.due)(row.row.id) => again.push(row),
            (_, false) if how.grouped && quiet(row.row) => aside.push(row),
            (_, false) => hand.push(row),
        }
    }
    let lines = |rows| if how.grouped { fold(rows, &crowd) } else { lined_up(rows) };
    Layout {
        nobody: lines(nobody),
        again: lines(again),
        // What somebody works on first; what was only seen waits beneath, by place.
        hand: lined_up(hand).into_iter().chain(lines(aside)).collect(),
        closed,
        held: Vec::new(),
        grouped: how.grouped,
        flood: how.flood,
    }
}

/// The layout of before with what has come since held beside it. `rows` in the order of the queue.
fn stand_still(rows: &[RowNow<'_>], before: &Layout) -> Layout {
    let there: BTreeSet<IncidentId> = rows.iter().map(|row| row.row.id).collect();
    let known = before.ids();
    let keep = |lines: &[Line]| {
        let mut lines = lines.to_vec();
        lines.retain_mut(|line| match line {
            Line::Case(id) => there.contains(id),
            Line::Glance(glance) => {
                glance.rows.retain(|id| there.contains(id));
                !glance.rows.is_empty()
            }
        });
        lines
    };
    let mut closed: Vec<IncidentId> = before.closed.iter().filter(|id| there.contains(id)).copied().collect();
    let mut held = Vec::new();
    for row in rows.iter().filter(|row| !known.contains(&row.row.id)) {
        let group = if row.row.status == Status::Closed { &mut closed } else { &mut held };
        group.push(row.row.id);
    }
    Layout {
        nobody: keep(&before.nobody),
        again: keep(&before.again),
        hand: keep(&before.hand),
        closed,
        held,
        grouped: before.grouped,
        flood: before.flood,
    }
}

/// [`queue_order`] with the ages of now.
fn order(row: &RowNow<'_>) -> (bool, bool, Priority, Reverse<i64>, IncidentId) {
    let (closed, seen, priority, _, id) = queue_order(row.row);
    (closed, seen, priority, Reverse(row.age_ms()), id)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::view::{PlaceLabel, QueueRow};
    use proptest::prelude::*;

    pub(crate) fn row(number: u8, priority: Priority, status: Status, age_ms: i64) -> QueueRow {
        QueueRow {
            id: IncidentId([number; 8]),
            priority,
            status,
            unacknowledged: status == Status::Unseen,
            place: None,
            moved: None,
            lang: "fr".into(),
            age_ms,
            wait_ms: None,
            step: None,
            holder: None,
            withdrawn_after_s: None,
            check: None,
            ok_said: false,
            asked_again: 0,
            nobody_here: false,
            call: None,
            responder_call: None,
            dispatch: None,
            closed: None,
            chat_ms: None,
            wrote: 0,
            whom: None,
            concern: None,
            came: None,
            for_morning: false,
            silent_ms: None,
        }
    }

    /// The same with a poster.
    fn at(row: QueueRow, code: &str) -> QueueRow {
        let place = PlaceLabel {
            level: None,
            room: None,
            radius_m: 5,
            source: domain::place::Source::Checkpoint,
            code: Some(code.into()),
            xy: None,
            age_ms: 0,
            country: None,
        };
        QueueRow { place: Some(place), ..row }
    }

    fn numbers(ids: &[IncidentId]) -> Vec<u8> {
        ids.iter().map(|id| id.0[0]).collect()
    }

    fn cases(lines: &[Line]) -> Vec<u8> {
        lines.iter().flat_map(Line::cases).map(|id| id.0[0]).collect()
    }

    fn laid(rows: &[QueueRow], before: Option<&Layout>, frozen: bool, grouped: bool) -> Layout {
        let now = rows.iter().map(|row| RowNow { row, later_ms: 0 }).collect();
        lay_out(now, before, &How { frozen, grouped, flood: grouped, due: &|id| id.0[0] >= 100 })
    }

    #[test]
    fn unacknowledged_rows_come_first_then_priority_then_the_oldest() {
        let rows = [
            row(1, Priority::P2, Status::Unseen, 10),
            row(2, Priority::P2, Status::Unseen, 20),
            row(3, Priority::P1, Status::Unseen, 1),
            row(4, Priority::P1, Status::Claimed, 99),
            row(5, Priority::P1, Status::Closed, 99),
        ];
        let layout = laid(&rows, None, false, false);
        assert_eq!(cases(&layout.nobody), [3, 2, 1]);
        assert_eq!(cases(&layout.hand), [4]);
        assert_eq!(numbers(&layout.closed), [5]);
    }

    #[test]
    fn a_row_never_moves_under_the_pointer() {
        let rows = [row(1, Priority::P2, Status::Unseen, 10), row(2, Priority::P2, Status::Claimed, 20)];
        let before = laid(&rows, None, false, false);
        let changed = [
            row(1, Priority::P2, Status::Claimed, 11),
            row(2, Priority::P1, Status::Claimed, 21),
            row(3, Priority::P1, Status::Unseen, 0),
        ];
        let frozen = laid(&changed, Some(&before), true, false);
        assert_eq!((&frozen.nobody, &frozen.hand), (&before.nobody, &before.hand));
        assert_eq!(numbers(&frozen.held), [3]);
        let again = laid(&changed, Some(&frozen), true, false);
        assert_eq!(again, frozen);
        let free = laid(&changed, Some(&frozen), false, false);
        assert_eq!((cases(&free.nobody), cases(&free.hand), numbers(&free.held)), (vec![3], vec![2, 1], vec![]));
    }

    #[test]
    fn the_selection_stops_at_both_ends() {
        let rows = [row(1, Priority::P2, Status::Unseen, 10), row(2, Priority::P2, Status::Claimed, 20)];
        let stops = laid(&rows, None, false, false).stops(None);
        let [one, two] = [1, 2].map(|number| Stop::Case(IncidentId([number; 8])));
        let next = |from, step| neighbour(&stops, from, step).map(|(_, stop)| stop);
        assert_eq!(next(None, 1), Some(one.clone()));
        assert_eq!(next(Some(&one), 1), Some(two.clone()));
        assert_eq!(next(Some(&two), 1), Some(two.clone()));
        assert_eq!(next(Some(&one), -1), Some(one));
        assert_eq!(neighbour(&[], None, 1), None);
    }

    #[test]
    fn an_opened_line_shows_its_cases_beneath_it() {
        let rows = [1, 2, 3].map(|n| at(row(n, Priority::P2, Status::Unseen, i64::from(n)), "A"));
        let layout = laid(&rows, None, false, true);
        let line = Stop::Glance(Part::Nobody, Spot::Poster("A".into()));
        assert_eq!(layout.stops(None), [(Part::Nobody, line.clone())]);
        let stops: Vec<Stop> = layout.stops(Some(&line)).into_iter().map(|(_, stop)| stop).collect();
        assert_eq!(
            stops,
            [line, Stop::Case(IncidentId([3; 8])), Stop::Case(IncidentId([2; 8])), Stop::Case(IncidentId([1; 8]))]
        );
    }

    #[test]
    fn in_a_flood_seen_silent_rows_wait_aside_and_come_back() {
        let mut rows = vec![row(1, Priority::P1, Status::Seen, 5), row(2, Priority::P2, Status::Claimed, 5)];
        rows.extend([3, 4, 100, 101].map(|n| at(row(n, Priority::P2, Status::Seen, 5), "A")));
        let layout = laid(&rows, None, false, true);
        assert_eq!(cases(&layout.again), [100, 101]);
        assert_eq!((cases(&layout.hand), layout.hand.len()), (vec![1, 2, 3, 4], 3));
        assert!(laid(&rows, None, false, false).again.is_empty());
    }

    #[test]
    fn a_queue_that_stands_still_does_not_begin_to_group() {
        let rows: Vec<QueueRow> = (0..9).map(|n| at(row(n, Priority::P2, Status::Unseen, 5), "A")).collect();
        let before = laid(&rows[..8], None, false, false);
        let frozen = laid(&rows, Some(&before), true, true);
        assert_eq!((frozen.grouped, frozen.nobody.len(), frozen.held.len()), (false, 8, 1));
    }

    proptest! {
        #[test]
        fn every_row_is_somewhere(
            kinds in proptest::collection::vec((0..4_u8, 0..3_u8, 0..5_u8, any::<bool>()), 0..60),
            known in 0..60_usize, frozen in any::<bool>(), grouped in any::<bool>(), before in any::<bool>(),
        ) {
            let kind = |(n, (status, priority, code, placed)): (usize, &(u8, u8, u8, bool))| {
                let status = [Status::Unseen, Status::Seen, Status::Claimed, Status::Closed][usize::from(*status)];
                let priority = [Priority::P1, Priority::P2, Priority::P3][usize::from(*priority)];
                let row = QueueRow { id: IncidentId([n as u8; 8]), ..row(0, priority, status, 9) };
                if *placed { at(row, &code.to_string()) } else { row }
            };
            let rows: Vec<QueueRow> = kinds.iter().enumerate().map(kind).collect();
            let earlier = laid(&rows[..known.min(rows.len())], None, false, before);
            let layout = laid(&rows, Some(&earlier), frozen, grouped);
            let mut shown: Vec<IncidentId> = layout.ids().into_iter().chain(layout.held.clone()).collect();
            shown.sort_unstable();
            let all: Vec<IncidentId> = rows.iter().map(|row| row.id).collect();
            prop_assert_eq!(shown, all);
            prop_assert_eq!(layout.open() + layout.closed.len(), rows.len());
        }
    }
}
