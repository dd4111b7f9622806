//! Which row keys mean, and how they move on from it. Law: a key means what is seen.

use super::desk::Desk;
use super::order::{Stop, neighbour};
use super::queue;
use super::window::holding;
use crate::staff::focus;
use domain::ids::IncidentId;
use domain::view::QueueRow;
use leptos::prelude::*;

impl Desk {
    /// The chosen row, if it is a case.
    fn picked_case(self) -> Option<IncidentId> {
        self.picked.with_untracked(|picked| match picked {
            Some(Stop::Case(id)) => Some(*id),
            _ => None,
        })
    }

    /// The line of a place that a key means: the chosen one, while the queue has the focus.
    pub(super) fn target_line(self) -> Option<Stop> {
        self.picked.get_untracked().filter(|picked| matches!(picked, Stop::Glance(..)) && in_queue())
    }

    /// The row that a key means: the chosen one while the queue has the focus, else the open case.
    pub(super) fn target(self) -> Option<QueueRow> {
        if self.target_line().is_some() {
            return None;
        }
        let (picked, open) = (self.picked_case(), self.store.watching.get_untracked());
        let id = if in_queue() { picked.or(open) } else { open.or(picked) }?;
        self.store.rows.with_untracked(|rows| rows.get(&id).map(|row| row.value.clone()))
    }

    /// Chooses the row `step` below or above, and draws it if it is not in the page.
    pub(super) fn pick(self, step: isize) {
        self.hold_still();
        let stops = self
            .layout
            .with_untracked(|layout| self.flood.opened.with_untracked(|opened| layout.stops(opened.as_ref())));
        let next = self.picked.with_untracked(|picked| neighbour(&stops, picked.as_ref(), step));
        if let Some((at, stop)) = next {
            let id = queue::stop_id(&stop);
            self.picked.set(Some(stop));
            let first = holding(self.window.get_untracked(), at, stops.len());
            if first == self.window.get_untracked() {
                focus(&id);
            } else {
                self.window.set(first);
                // The row is in the page a moment later.
                request_animation_frame(move || focus(&id));
            }
        }
    }

    /// Whether Tab reaches this row: one of the list, J and K move on from there.
    pub(super) fn reached(self, stop: Stop) -> Memo<bool> {
        Memo::new(move |_| {
            self.drawn.with(|drawn| {
                let is = |wanted: &Stop| drawn.stops.iter().any(|(_, stop)| stop == wanted);
                match self.picked.get().filter(is) {
                    Some(picked) => picked == stop,
                    None => drawn.stops.first().is_some_and(|(_, first)| *first == stop),
                }
            })
        })
    }
}

/// Whether a row of the queue has the focus.
fn in_queue() -> bool {
    let page = web_sys::window().and_then(|window| window.document());
    page.and_then(|page| page.active_element()).is_some_and(|active| active.id().starts_with("row-"))
}
