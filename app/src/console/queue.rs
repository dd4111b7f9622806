//! The queue: who waits, and who has whom. Only a part of it is in the page: `window`.

use super::desk::Desk;
use super::glance::glance;
use super::keys::Press;
use super::order::{Layout, Part, Stop};
use super::window::{DRAWN, STEP};
use super::{call, scroll};
use crate::staff::words::{Words, stopwatch};
use crate::staff::{Aged, Sign, Store, priority_sign, sign};
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::incident::{MOVED_SHOWN_MS, Priority};
use domain::question::{Came, Whom};
use domain::view::{PlaceLabel, QueueRow};
use leptos::either::Either;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Arrivals up to this many are read out one by one.
const READ_OUT: usize = 3;

/// The id of a row's button.
pub(super) fn row_id(id: IncidentId) -> String {
    ["row-", &id.to_string()].concat()
}

/// The id of a line's button: a place may have any name, and an id may not.
pub(super) fn stop_id(stop: &Stop) -> String {
    match stop {
        Stop::Case(id) => row_id(*id),
        Stop::Glance(part, spot) => {
            let name = format!("{part:?} {spot:?}");
            // FNV-1a: short, and the same each time.
            let mixed = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            format!("row-at-{:x}", name.bytes().fold(0xcbf2_9ce4_8422_2325, mixed))
        }
    }
}

/// The queue's column.
pub(super) fn queue(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let open = Memo::new(move |_| desk.layout.with(Layout::open));
    let point = move |event: leptos::ev::PointerEvent| {
        if event.pointer_type() == "mouse" {
            desk.touch();
        }
    };
    view! {
        <section class="queue" aria-label=store.get(K::Queue) on:pointermove=point
            on:pointerleave=move |_| desk.release()>
            <header class="column-head">
                <h2>{store.get(K::Queue)}</h2>
                <span class="muted">{move || store.count(K::OpenCount, open.get())}</span>
                {held(desk)}
                <span class="key-hint"><kbd>{"J"}</kbd><kbd>{"K"}</kbd></span>
            </header>
            <div class="queue-scroll" id="queue-scroll" on:scroll=move |_| scroll::scrolled(desk)>
                {more(desk, false)}
                {group(desk, K::QueueWaiting, Part::Nobody)}
                {group(desk, K::LookAgain, Part::Again)}
                {group(desk, K::InHand, Part::Hand)}
                {more(desk, true)}
                {move || (open.get() == 0).then(|| view! {
                    <p class="queue-empty">{store.get(K::NobodyWaiting)}</p>
                })}
                {closed(desk)}
            </div>
            <footer class="queue-foot">
                <button type="button" class="button" aria-keyshortcuts="I P"
                    on:click=move |_| desk.press(Press::OpenFor(Came::Telephone))>
                    <kbd>{"I P"}</kbd> <span>{store.get(K::OpenTelephoneShort)}</span>
                </button>
                <button type="button" class="button" aria-keyshortcuts="I W"
                    on:click=move |_| desk.press(Press::OpenFor(Came::InPerson))>
                    <kbd>{"I W"}</kbd> <span>{store.get(K::OpenInPersonShort)}</span>
                </button>
            </footer>
            <p class="unseen" role="status">{arrivals(desk)}</p>
        </section>
    }
}

fn group(desk: Desk, title: K, part: Part) -> impl IntoView {
    let store = desk.store;
    let stops = Memo::new(move |_| desk.drawn.with(|drawn| drawn.part(part)));
    let some = Memo::new(move |_| !stops.with(Vec::is_empty));
    let count = Memo::new(move |_| desk.layout.with(|layout| layout.count(part)));
    move || {
        some.get().then(|| {
            view! {
                <h3 class="group-head">{store.get(title)} <span class="muted">{count}</span></h3>
                <ul class="rows">
                    <For each=move || stops.get() key=|stop| stop.clone() children=move |stop| line(desk, stop) />
                </ul>
            }
        })
    }
}

fn line(desk: Desk, stop: Stop) -> impl IntoView {
    match stop {
        Stop::Case(id) => {
            let beneath = Memo::new(move |_| desk.beneath(id));
            Either::Left(view! { <li class:is-beneath=beneath>{row(desk, id)}</li> })
        }
        Stop::Glance(part, spot) => Either::Right(view! { <li>{glance(desk, part, spot)}</li> }),
    }
}

/// How many are not drawn, above or below; a click draws them.
fn more(desk: Desk, below: bool) -> impl IntoView {
    let store = desk.store;
    let count = Memo::new(move |_| desk.drawn.with(|drawn| if below { drawn.below } else { drawn.above }));
    let text = if below { K::MoreBelow } else { K::MoreAbove };
    let some = Memo::new(move |_| count.get() > 0);
    move || {
        some.get().then(|| {
            view! {
                <button type="button" class="more-rows" on:click=move |_| scroll::shift(desk, below)>
                    {move || store.fill(text, &[("n", &count.get().to_string())])}
                </button>
            }
        })
    }
}

fn closed(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let from = RwSignal::new(0_usize);
    let count = Memo::new(move |_| desk.layout.with(|layout| layout.closed.len()));
    let first = Memo::new(move |_| from.get().min(count.get().saturating_sub(DRAWN)));
    let ids = Memo::new(move |_| {
        desk.layout.with(|layout| layout.closed.iter().skip(first.get()).take(DRAWN).copied().collect::<Vec<_>>())
    });
    let some = Memo::new(move |_| count.get() > 0);
    let turn = move |below: bool| {
        let hidden = move || if below { count.get().saturating_sub(first.get() + DRAWN) } else { first.get() };
        move || {
            (hidden() > 0).then(|| {
                let text = if below { K::MoreBelow } else { K::MoreAbove };
                let to = move |first: usize| if below { first + STEP } else { first.saturating_sub(STEP) };
                view! {
                    <button type="button" class="more-rows" on:click=move |_| from.set(to(first.get_untracked()))>
                        {move || store.fill(text, &[("n", &hidden().to_string())])}
                    </button>
                }
            })
        }
    };
    move || {
        some.get().then(|| {
            view! {
                <details class="closed">
                    <summary>{move || store.count(K::ClosedCount, count.get())}</summary>
                    {turn(false)}
                    <ul class="rows">
                        <For each=move || ids.get() key=|id| *id children=move |id| view! { <li>{row(desk, id)}</li> } />
                    </ul>
                    {turn(true)}
                </details>
            }
        })
    }
}

/// What came while the queue stood still: one button, always in the same place.
fn held(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let worst = Memo::new(move |_| {
        let held = desk.layout.with(|layout| layout.held.clone());
        let priorities =
            store.rows.with(|rows| held.iter().filter_map(|id| rows.get(id)).map(|row| row.value.priority).min());
        priorities.map(|priority| (priority, held.len()))
    });
    move || {
        worst.get().map(|(priority, count)| {
            view! {
                <button type="button" class=["held is-waiting ", priority_class(priority)].concat()
                    on:click=move |_| desk.release()>
                    {priority_sign(priority)}
                    <span>{store.count(K::HeldCount, count)}</span>
                </button>
            }
        })
    }
}

/// The class that carries a priority's colour where colour is allowed.
pub(super) fn priority_class(priority: Priority) -> &'static str {
    match priority {
        Priority::P1 => "is-p1",
        Priority::P2 => "is-p2",
        Priority::P3 => "is-p3",
    }
}

/// That the place of a case changed while somebody is on the way to the one before, and how many
/// milliseconds ago. What is graver stands first.
pub(super) fn moved(
    store: Store,
    row: Memo<Option<Aged<QueueRow>>>,
    from: fn(&Words, &PlaceLabel, Option<&PlaceLabel>) -> String,
) -> Option<(String, i64)> {
    let now = store.now.get();
    row.with(|row| {
        let row = row.as_ref().filter(|row| row.value.check != Some(false))?;
        let moved = row.value.moved.as_ref()?;
        let age = row.age(moved.age_ms, now);
        let said = || store.words(|words| words.moved(&from(words, &moved.from, row.value.place.as_ref())));
        (age < MOVED_SHOWN_MS).then(|| (said(), age))
    })
}

/// The badge of a priority: coloured only while nobody has it.
pub(super) fn priority_badge(desk: Desk, priority: Priority, waiting: bool) -> impl IntoView {
    let name = desk.store.words(|words| words.priority(priority));
    // One text for the whole attribute: a class set apart would be lost when the priority changes.
    let class = ["priority ", priority_class(priority), if waiting { " is-waiting" } else { "" }].concat();
    view! {
        <span class=class>
            {priority_sign(priority)} <b>{name}</b>
        </span>
    }
}

fn row(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let row = store.row(id);
    let read = move |read: fn(&QueueRow) -> bool| row.with(|row| row.as_ref().is_some_and(|row| read(&row.value)));
    let badge =
        Memo::new(move |_| row.with(|row| row.as_ref().map(|row| (row.value.priority, row.value.unacknowledged))));
    let place = move || {
        row.with(|row| row.as_ref().map(|row| store.words(|words| words.place_short(row.value.place.as_ref()))))
    };
    let age = move || {
        let now = store.now.get();
        row.with(|row| row.as_ref().map(|row| stopwatch(row.age(row.value.age_ms, now))))
    };
    let state = move || {
        row.with(|row| {
            row.as_ref().map(|row| store.words(|words| words.row_state(&row.value, &|person| store.name(person))))
        })
    };
    let moved = Memo::new(move |_| moved(store, row, Words::left_short));
    let call = Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| call::mark(desk, &row.value))));
    let offered = Memo::new(move |_| desk.offers.with(|offers| offers.get(&id).copied()).map(|to| store.name(to)));
    let chat = Memo::new(move |_| {
        let now = store.now.get();
        row.with(|row| {
            let row = row.as_ref()?;
            let waited = row.age(row.value.chat_ms?, now);
            Some(store.words(|words| words.chat_wait(waited)))
        })
    });
    let concern = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.value.concern.is_some())));
    let whom = move || {
        row.with(|row| row.as_ref().and_then(|row| row.value.whom)).and_then(|whom| match whom {
            Whom::Me => None,
            Whom::Someone => Some([&store.get(K::RowSomeone), " · "].concat()),
            Whom::Saw => Some([&store.get(K::RowSaw), " · "].concat()),
        })
    };
    let holder = move || row.with(|row| row.as_ref().and_then(|row| row.value.holder).map(|holder| store.name(holder)));
    let reached = desk.reached(Stop::Case(id));
    view! {
            <button
                type="button"
                id=row_id(id)
                class="row"
                class:is-waiting=move || read(|row| row.unacknowledged)
                class:is-p1=move || read(|row| row.priority == Priority::P1)
                class:is-p2=move || read(|row| row.priority == Priority::P2)
                class:is-p3=move || read(|row| row.priority == Priority::P3)
                class:is-open=move || desk.open() == Some(id)
                tabindex=move || if reached.get() { "0" } else { "-1" }
                aria-current=move || (desk.open() == Some(id)).then_some("true")
                on:focus=move |_| desk.picked.set(Some(Stop::Case(id)))
                on:click=move |_| desk.show(id)
            >
                {move || badge.get().map(|(priority, waiting)| priority_badge(desk, priority, waiting))}
                <span class="row-place">{place}</span>
                <span class="row-age">{age}</span>
                <span class="row-state" class:is-moved=move || moved.with(Option::is_some) class:is-amber=move || {
                    moved.with(Option::is_some) || read(|row| row.nobody_here || row.check == Some(false))
                }>
                    <span class="lang">{move || row.with(|row| row.as_ref().map(|row| row.value.lang.clone()))}</span>
                    {move || concern.get().then(|| view! {
                        <span class="concern">{sign(Sign::Warning)} <span>{store.get(K::RowConcern)}</span></span>
                    })}
                    {move || call.get().map(call::mark_view)}
                    {move || chat.get().map(|(text, wait)| view! {
                        <span class=["chat-mark", wait.class()].concat()>{text}</span>
                    })}
                    <span class="row-words">{move || match moved.get() {
                        Some((moved, age)) => {
                            Either::Left([&moved, " · ", &store.words(|words| words.ago(age))].concat())
                        }
                        None => Either::Right(view! { {whom} {state} }),
                    }}</span>
                </span>
                <span class="row-holder" class:is-offer=move || offered.with(Option::is_some)>{holder} {move || offered.get().map(|to| view! {
                    <span class="unseen">{store.get(K::Offered)}</span> {to}
                })}</span>
            </button>
    }
}

/// What is said to a screen reader when an alert arrives: text only, and never a story.
fn arrivals(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let said = Memo::new(move |before: Option<&(BTreeSet<IncidentId>, String)>| {
        store.rows.with(|rows| {
            let waiting = || rows.values().map(|row| &row.value).filter(|row| row.unacknowledged);
            let fresh = waiting().filter(|row| before.is_some_and(|(known, _)| !known.contains(&row.id)));
            let fresh: Vec<&QueueRow> = fresh.collect();
            let line = |row: &&QueueRow| {
                store.words(|words| {
                    let level = row.place.as_ref().and_then(|place| place.level.as_ref());
                    let level = level.map_or_else(|| words.get(K::LevelUnknown), |level| level.name.clone());
                    words.fill(K::NewAlert, &[("priority", &words.priority(row.priority)), ("level", &level)])
                })
            };
            let text = match fresh.len() {
                0 => before.map(|(_, text)| text.clone()).unwrap_or_default(),
                1..=READ_OUT => fresh.iter().map(line).collect::<Vec<_>>().join(" "),
                many => store.count(K::HeldCount, many),
            };
            (waiting().map(|row| row.id).collect(), text)
        })
    });
    move || said.get().1
}
