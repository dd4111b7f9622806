//! The page as a whole, and what is open.

use super::figures::{ARRIVED_WITHIN_MS, BAR_MS, bar, is_late, oldest_first};
use super::{people, reassign};
use crate::console::{clock, heartbeat};
use crate::live::LinkState;
use crate::staff::words::stopwatch;
use crate::staff::{Place, Sign, Store, go_home, paging_card, priority_sign, sign};
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::incident::Priority;
use domain::view::QueueRow;
use domain::wire::StaffCommand;
use leptos::prelude::*;

/// The page's own state.
#[derive(Clone, Copy)]
pub(super) struct Shift {
    pub(super) store: Store,
    /// Which case is being reassigned.
    pub(super) asked: RwSignal<Option<IncidentId>>,
    /// The open rows, oldest first, ages as they are now.
    pub(super) rows: Memo<Vec<QueueRow>>,
}

/// The lead's page.
pub(crate) fn shift(store: Store, place: Place) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let now = store.now.get();
        let rows = store.rows.with(|rows| {
            let aged = rows.values().map(|row| QueueRow {
                age_ms: row.age(row.value.age_ms, now),
                chat_ms: row.value.chat_ms.map(|ms| row.age(ms, now)),
                ..row.value.clone()
            });
            aged.collect()
        });
        oldest_first(rows)
    });
    let page = Shift { store, asked: RwSignal::new(None), rows };
    let Place { festival, zone, push_key, .. } = place;
    let count = move || {
        let (open, waiting) = page.rows.with(|rows| (rows.len(), rows.iter().filter(|row| row.unacknowledged).count()));
        store.fill(K::LeadOpen, &[("n", &open.to_string()), ("waiting", &waiting.to_string())])
    };
    let lost = Memo::new(move |_| store.link.get() != LinkState::Live);
    view! {
        <div class="console shift">
            <header class="console-head">
                <p class="brand"><b>{store.get(K::Product)}</b> <span>{festival}</span></p>
                {clock(store, zone)}
                {heartbeat(store)}
                <p class="head-gap">{""}</p>
                <p class="head-part"><a href="/">{store.get(K::ShiftToQueue)}</a></p>
                {menu(store, push_key)}
            </header>
            <div role="alert">
                {move || lost.get().then(|| view! {
                    <p class="bar is-warning">{sign(Sign::Warning)} <span>{store.get(K::NotConnected)}</span></p>
                })}
            </div>
            <div class="shift-title">
                <h1>{store.get(K::Shift)}</h1>
                <p role="status">{count}</p>
            </div>
            <div class="shift-body">
                <div class="shift-column">{open(page)} {people::load(page)}</div>
                <div class="shift-column">{people::levels(page)}</div>
                <div class="shift-column">{people::health(page)}</div>
            </div>
            {reassign::dialog(page)}
            <p class="toast" class:is-shown=move || store.toast.with(Option::is_some) role="status">
                {move || store.toast.get()}
            </p>
        </div>
    }
}

fn menu(store: Store, push_key: String) -> impl IntoView {
    let who = move || {
        let me = store.me.get()?;
        Some([me.name.as_str(), ", ", &store.words(|words| words.role(me.role))].concat())
    };
    view! {
        <details class="menu">
            <summary><b>{who}</b></summary>
            <div class="menu-list">
                {paging_card(store, K::PagingWhyDesk, push_key)}
                <button type="button" on:click=move |_| store.send_then(StaffCommand::SignOut, go_home)>
                    {store.get(K::SignOut)}
                </button>
                <button type="button" on:click=move |_| store.send_then(StaffCommand::EverywhereOut, go_home)>
                    {store.get(K::SignOutAll)}
                </button>
            </div>
        </details>
    }
}

/// Everything open, oldest first. Rows keep their element while they move: a hand on one stays on it.
fn open(page: Shift) -> impl IntoView {
    let store = page.store;
    let ids = Memo::new(move |_| page.rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>()));
    view! {
        <section class="shift-part">
            <header class="shift-head">
                <h2>{store.get(K::OpenByAge)}</h2>
                <span class="muted">{move || store.count(K::OpenCount, ids.with(Vec::len))}</span>
            </header>
            <p class="shift-note muted">{store.get(K::AgeTarget)}</p>
            {move || ids.with(Vec::is_empty).then(|| view! { <p class="shift-none">{store.get(K::NobodyWaiting)}</p> })}
            <ul class="age-rows">
                <For each=move || ids.get() key=|id| *id children=move |id| row(page, id) />
            </ul>
        </section>
    }
}

fn row(page: Shift, id: IncidentId) -> impl IntoView {
    let store = page.store;
    let row = Memo::new(move |_| page.rows.with(|rows| rows.iter().find(|row| row.id == id).cloned()));
    let read = move |look: fn(&QueueRow) -> bool| row.with(|row| row.as_ref().is_some_and(look));
    let mark = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.priority)));
    let place =
        move || row.with(|row| row.as_ref().map(|row| store.words(|words| words.place_short(row.place.as_ref()))));
    let holder = move || {
        row.with(|row| row.as_ref().map(|row| row.holder.map_or_else(|| store.get(K::NobodyYet), |id| store.name(id))))
    };
    let state =
        move || row.with(|row| row.as_ref().map(|row| store.words(|words| words.row_state(row, &|id| store.name(id)))));
    let age = move || row.with(|row| row.as_ref().map(|row| stopwatch(row.age_ms)));
    let length = move || row.with(|row| row.as_ref().map_or(0, |row| bar(row.age_ms))).to_string();
    let target = (ARRIVED_WITHIN_MS * 100 / BAR_MS).to_string();
    let label = move || store.fill(K::ReassignPlace, &[("place", &place().unwrap_or_default())]);
    view! {
        <li
            class="age-row"
            class:is-waiting=move || read(|row| row.unacknowledged)
            class:is-late=move || read(is_late)
            class:is-p1=move || read(|row| row.priority == Priority::P1)
            class:is-p2=move || read(|row| row.priority == Priority::P2)
            class:is-p3=move || read(|row| row.priority == Priority::P3)
        >
            <span class="age-mark">{move || mark.get().map(|priority| view! {
                {priority_sign(priority)} <span class="unseen">{store.words(|words| words.priority(priority))}</span>
            })}</span>
            <b class="age-place">{place}</b>
            <span class="age-holder">{holder}</span>
            <svg class="age-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect class="age-length" x="0" y="2" height="6" width=length />
                <rect class="age-target" x=target y="0" height="10" width="0.6" />
            </svg>
            <b class="age-age">{age}</b>
            <span class="age-state muted">{state}</span>
            <button type="button" class="button is-small age-act" aria-label=label
                on:click=move |_| page.asked.set(Some(id))>
                {store.get(K::Reassign)}
            </button>
        </li>
    }
}
