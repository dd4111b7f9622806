//! Which row stands where. Law: while somebody points at the queue, no row moves.

use domain::ids::IncidentId;
use domain::incident::Status;
use domain::view::{QueueRow, queue_order};

/// The rows of the queue, top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Layout {
    /// Nobody has looked yet.
    pub(crate) nobody: Vec<IncidentId>,
    /// Somebody has.
    pub(crate) hand: Vec<IncidentId>,
    /// Over.
    pub(crate) closed: Vec<IncidentId>,
    /// Came while the queue stood still: shown beside it until it may move.
    pub(crate) held: Vec<IncidentId>,
}

impl Layout {
    /// Every row that can be chosen by key, top to bottom.
    pub(crate) fn open(&self) -> Vec<IncidentId> {
        [self.nobody.as_slice(), &self.hand].concat()
    }

    /// The row `step` below (or above) `from`; the first one when nothing is chosen yet.
    pub(crate) fn neighbour(&self, from: Option<IncidentId>, step: isize) -> Option<IncidentId> {
        let open = self.open();
        let at = from.and_then(|from| open.iter().position(|id| *id == from));
        let to = match at {
            None => 0,
            Some(at) => at.saturating_add_signed(step).min(open.len().saturating_sub(1)),
        };
        open.get(to).copied()
    }

    fn holds(&self, id: IncidentId) -> bool {
        [&self.nobody, &self.hand, &self.closed].iter().any(|group| group.contains(&id))
    }
}

/// Lays `rows` out. While `frozen`, every row of `before` keeps its place and new ones are held;
/// only closed rows, which nobody waits for, are put below at once.
pub(crate) fn lay_out(mut rows: Vec<QueueRow>, before: Option<&Layout>, frozen: bool) -> Layout {
    rows.sort_by_key(queue_order);
    let mut layout = Layout::default();
    if let Some(before) = before.filter(|_| frozen) {
        let there = |id: &IncidentId| rows.iter().any(|row| row.id == *id);
        let keep = |group: &[IncidentId]| group.iter().filter(|id| there(id)).copied().collect();
        layout.nobody = keep(&before.nobody);
        layout.hand = keep(&before.hand);
        layout.closed = keep(&before.closed);
        rows.retain(|row| !before.holds(row.id));
    }
    let may_move = before.is_none() || !frozen;
    for row in rows {
        let group = match (row.status, row.unacknowledged) {
            (Status::Closed, _) => &mut layout.closed,
            _ if !may_move => &mut layout.held,
            (_, true) => &mut layout.nobody,
            (_, false) => &mut layout.hand,
        };
        group.push(row.id);
    }
    layout
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::incident::Priority;

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

    fn numbers(ids: &[IncidentId]) -> Vec<u8> {
        ids.iter().map(|id| id.0[0]).collect()
    }

    #[test]
    fn unacknowledged_rows_come_first_then_priority_then_the_oldest() {
        let layout = lay_out(
            vec![
                row(1, Priority::P2, Status::Unseen, 10),
                row(2, Priority::P2, Status::Unseen, 20),
                row(3, Priority::P1, Status::Unseen, 1),
                row(4, Priority::P1, Status::Claimed, 99),
                row(5, Priority::P1, Status::Closed, 99),
            ],
            None,
            false,
        );
        assert_eq!(numbers(&layout.nobody), [3, 2, 1]);
        assert_eq!(numbers(&layout.hand), [4]);
        assert_eq!(numbers(&layout.closed), [5]);
    }

    #[test]
    fn a_row_never_moves_under_the_pointer() {
        let before = lay_out(
            vec![row(1, Priority::P2, Status::Unseen, 10), row(2, Priority::P2, Status::Claimed, 20)],
            None,
            false,
        );
        let changed = vec![
            row(1, Priority::P2, Status::Claimed, 11),
            row(2, Priority::P1, Status::Claimed, 21),
            row(3, Priority::P1, Status::Unseen, 0),
        ];
        let frozen = lay_out(changed.clone(), Some(&before), true);
        assert_eq!((&frozen.nobody, &frozen.hand), (&before.nobody, &before.hand));
        assert_eq!(numbers(&frozen.held), [3]);
        let again = lay_out(changed.clone(), Some(&frozen), true);
        assert_eq!(again, frozen);
        let free = lay_out(changed, Some(&frozen), false);
        assert_eq!((numbers(&free.nobody), numbers(&free.hand), numbers(&free.held)), (vec![3], vec![2, 1], vec![]));
    }

    #[test]
    fn the_selection_stops_at_both_ends() {
        let layout = lay_out(
            vec![row(1, Priority::P2, Status::Unseen, 10), row(2, Priority::P2, Status::Claimed, 20)],
            None,
            false,
        );
        let [one, two] = [1, 2].map(|number| IncidentId([number; 8]));
        assert_eq!(layout.neighbour(None, 1), Some(one));
        assert_eq!(layout.neighbour(Some(one), 1), Some(two));
        assert_eq!(layout.neighbour(Some(two), 1), Some(two));
        assert_eq!(layout.neighbour(Some(one), -1), Some(one));
        assert_eq!(Layout::default().neighbour(None, 1), None);
    }
}
