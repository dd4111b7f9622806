//! Scrolling the queue: the drawn part moves on before its end is reached, and what is looked at
//! stays where it is.

use super::desk::Desk;
use super::order::Stop;
use super::queue::{row_id, stop_id};
use super::window::STEP;
use leptos::prelude::*;
use web_sys::{DomRect, Element};

/// So many pixels before its end the drawn part moves on.
const NEAR: i32 = 120;

fn element(id: &str) -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}

/// The queue was scrolled.
pub(super) fn scrolled(desk: Desk) {
    sight(desk);
    let Some(scroller) = element("queue-scroll") else { return };
    let (above, below) = desk.drawn.with_untracked(|drawn| (drawn.above, drawn.below));
    let left = scroller.scroll_height() - scroller.client_height() - scroller.scroll_top();
    if below > 0 && left < NEAR {
        shift(desk, true);
    } else if above > 0 && scroller.scroll_top() < NEAR {
        shift(desk, false);
    }
}

/// Draws the next rows, or those before; the row at that end stays where it is on the screen.
pub(super) fn shift(desk: Desk, below: bool) {
    let (first, held) = desk.drawn.with_untracked(|drawn| {
        let end = if below { drawn.stops.last() } else { drawn.stops.first() };
        (drawn.first, end.map(|(_, stop)| stop_id(stop)))
    });
    let top = |id: &str| element(id).map(|row| row.get_bounding_client_rect().top());
    let before = held.as_deref().and_then(top);
    desk.window.set(if below { first + STEP } else { first.saturating_sub(STEP) });
    request_animation_frame(move || {
        let after = held.as_deref().and_then(top);
        if let (Some(before), Some(after), Some(scroller)) = (before, after, element("queue-scroll")) {
            scroller.set_scroll_top(scroller.scroll_top() + (after - before).round() as i32);
        }
        sight(desk);
    });
}

/// Notes which cases of the opened line are on the screen now: at least half of the row.
pub(super) fn sight(desk: Desk) {
    if desk.flood.opened.with_untracked(Option::is_none) {
        return;
    }
    request_animation_frame(move || {
        let Some(bounds) = element("queue-scroll").map(|scroller| scroller.get_bounding_client_rect()) else { return };
        let height = web_sys::window().and_then(|window| window.inner_height().ok()).and_then(|height| height.as_f64());
        let (top, bottom) = (bounds.top().max(0.0), bounds.bottom().min(height.unwrap_or(f64::MAX)));
        let in_sight = |row: DomRect| {
            let seen = row.bottom().min(bottom) - row.top().max(top);
            row.height() > 0.0 && seen >= row.height() / 2.0
        };
        let fresh: Vec<_> = desk.drawn.with_untracked(|drawn| {
            let cases = drawn.stops.iter().filter_map(|(_, stop)| match stop {
                Stop::Case(id) => Some(*id),
                Stop::Glance(..) => None,
            });
            let cases = cases.filter(|id| untrack(|| desk.beneath(*id)));
            cases
                .filter(|id| element(&row_id(*id)).is_some_and(|row| in_sight(row.get_bounding_client_rect())))
                .collect()
        });
        let known = desk.flood.sighted.with_untracked(|sighted| fresh.iter().all(|id| sighted.contains(id)));
        if !known {
            desk.flood.sighted.update(|sighted| sighted.extend(fresh));
        }
    });
}

/// Follows what may bring other cases of the opened line to the screen.
pub(super) fn follow(desk: Desk) {
    Effect::new(move |_| {
        desk.drawn.track();
        desk.flood.opened.track();
        sight(desk);
    });
    let moved = ["scroll", "resize"].map(|kind| window_event_listener_untyped(kind, move |_| sight(desk)));
    on_cleanup(move || moved.into_iter().for_each(|listener| listener.remove()));
}
