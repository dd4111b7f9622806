//! Several alerts at one place as one line: how many, the most urgent, the oldest.

use super::desk::Desk;
use super::order::{Part, Stop};
use super::queue::{priority_badge, stop_id};
use crate::staff::words::stopwatch;
use crate::text::StaffKey as K;
use domain::flood::Spot;
use domain::incident::Priority;
use domain::view::PlaceLabel;
use leptos::prelude::*;

/// What the line says.
#[derive(Debug, Clone, PartialEq)]
struct Sum {
    count: usize,
    top: Priority,
    waits: bool,
    /// When the oldest came, on the page's clock.
    oldest: i64,
    place: Option<PlaceLabel>,
}

/// The line, with the button that looks at its cases together while they are shown.
pub(super) fn glance(desk: Desk, part: Part, spot: Spot) -> impl IntoView {
    let store = desk.store;
    let line = Stop::Glance(part, spot.clone());
    let id = stop_id(&line);
    let sum = Memo::new(move |_| {
        let ids = desk.layout.with(|layout| layout.glance(part, &spot).to_vec());
        store.rows.with(|rows| {
            let rows = || ids.iter().filter_map(|id| rows.get(id));
            let first = rows().next()?;
            // Its own age changes with every frame, and is not shown.
            let place = first.value.place.clone().map(|place| PlaceLabel { age_ms: 0, ..place });
            Some(Sum {
                count: rows().count(),
                top: rows().map(|row| row.value.priority).min()?,
                waits: rows().any(|row| row.value.unacknowledged),
                oldest: rows().map(|row| row.at - row.value.age_ms).min()?,
                place,
            })
        })
    });
    let badge = Memo::new(move |_| sum.with(|sum| sum.as_ref().map(|sum| (sum.top, sum.waits))));
    let place =
        move || sum.with(|sum| sum.as_ref().map(|sum| store.words(|words| words.place_short(sum.place.as_ref()))));
    let code = move || sum.with(|sum| sum.as_ref().and_then(|sum| sum.place.as_ref()?.code.clone()));
    let count =
        move || sum.with(|sum| sum.as_ref().map(|sum| store.fill(K::GlanceCount, &[("n", &sum.count.to_string())])));
    let age = move || {
        let now = store.now.get();
        sum.with(|sum| sum.as_ref().map(|sum| stopwatch(now - sum.oldest)))
    };
    let open = {
        let line = line.clone();
        Memo::new(move |_| desk.flood.opened.with(|opened| opened.as_ref() == Some(&line)))
    };
    let reached = desk.reached(line.clone());
    let together = Memo::new(move |_| if open.get() { desk.together().len() } else { 0 });
    let (picks, turns) = (line.clone(), line.clone());
    view! {
        <button
            type="button"
            id=id
            class="row is-glance"
            class:is-waiting=move || badge.get().is_some_and(|(_, waits)| waits)
            tabindex=move || if reached.get() { "0" } else { "-1" }
            aria-expanded=move || if open.get() { "true" } else { "false" }
            on:focus=move |_| desk.picked.set(Some(picks.clone()))
            on:click=move |_| desk.turn(&turns)
        >
            {move || badge.get().map(|(priority, waits)| priority_badge(desk, priority, waits))}
            <span class="row-place">{place}</span>
            <span class="row-age"><span class="unseen">{store.get(K::GlanceOldest)} " "</span>{age}</span>
            <span class="row-state"><b class="glance-count">{count}</b></span>
            <span class="row-holder muted">{code}</span>
        </button>
        {move || open.get().then(|| {
            let line = line.clone();
            view! {
                <p class="glance-act">
                    <button type="button" class="button is-small" aria-keyshortcuts="A"
                        disabled=move || together.get() == 0 on:click=move |_| desk.see_together(&line)>
                        <kbd>{"A"}</kbd>
                        <span>{move || store.fill(K::SeeTogether, &[("n", &together.get().to_string())])}</span>
                    </button>
                </p>
            }
        })}
    }
}
