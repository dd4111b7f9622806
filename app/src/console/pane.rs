//! The open case: where, how sure, what is known, who was sent, what can be done.

use super::desk::Desk;
use super::keys::Press;
use super::order::Stop;
use super::{call, facts, note, notes, queue, reply, thread};
use crate::staff::words::stopwatch;
use crate::staff::{Sign, language_name, sign};
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::incident::Status;
use domain::view::{CHATS_AT_ONCE, DispatchRow, QueueRow};
use domain::wire::StaffCommand;
use leptos::either::Either;
use leptos::prelude::*;

/// The column of the open case.
pub(super) fn pane(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let open = Memo::new(move |_| desk.open());
    view! {
        <section class="pane" aria-label=store.get(K::Case)>
            {move || match open.get() {
                None => Either::Left(view! {
                    <div class="pane-empty">
                        <h1>{move || {
                            let some = store.rows.with(|rows| rows.values().any(|row| row.value.unacknowledged));
                            store.get(if some { K::ChooseAlert } else { K::NobodyWaiting })
                        }}</h1>
                        <p class="muted">{store.get(K::ChooseHint)}</p>
                    </div>
                }),
                Some(id) => Either::Right(case(desk, id)),
            }}
        </section>
    }
}

fn case(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let row = store.row(id);
    let loaded = Memo::new(move |_| desk.with_pane(|_| ()).is_some());
    let over = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.value.status == Status::Closed)));
    let badge =
        Memo::new(move |_| row.with(|row| row.as_ref().map(|row| (row.value.priority, row.value.unacknowledged))));
    let place =
        move || row.with(|row| row.as_ref().map(|row| store.words(|words| words.place(row.value.place.as_ref()))));
    let state = move || {
        row.with(|row| {
            row.as_ref().map(|row| {
                let holder = row.value.holder.map(|holder| store.fill(K::HeldBy, &[("name", &store.name(holder))]));
                let state = store.words(|words| words.row_state(&row.value, &|person| store.name(person)));
                (state, holder.unwrap_or_default())
            })
        })
    };
    let source = move || {
        let now = store.now.get();
        row.with(|row| {
            row.as_ref().map(|row| {
                let lang = language_name(&row.value.lang, &store.lang());
                let lang = store.fill(K::ReadsLanguage, &[("lang", &lang)]);
                let Some(place) = &row.value.place else { return lang };
                let age = row.age(place.age_ms, now);
                store.words(|words| [&words.source(place), " · ", &words.ago(age), " · ", &lang].concat())
            })
        })
    };
    let moved = Memo::new(move |_| queue::moved(store, row, |words, from, _| words.place(Some(from))));
    // Said to a screen reader once, not with each second of its age.
    let said_moved = Memo::new(move |_| moved.get().map(|(text, _)| text));
    // An offer is a suggestion: it is said, and *Take it* stays where it is.
    let offer = move || {
        let to = desk.offers.with(|offers| offers.get(&id).copied())?;
        let me = store.me.with(|me| me.as_ref().map(|me| me.id))?;
        let mine = store.people.with(|people| people.value.iter().find(|row| row.id == me).map(|row| row.chats))?;
        let (n, name) = (mine.to_string(), store.name(to));
        let key = if to != me && mine >= CHATS_AT_ONCE { K::OfferedFull } else { K::OfferedTo };
        Some(store.fill(key, &[("n", &n), ("name", &name)]))
    };
    view! {
        <header class="pane-head">
            <div class="pane-title">
                {move || badge.get().map(|(priority, waiting)| queue::priority_badge(desk, priority, waiting))}
                <h1>{place}</h1>
            </div>
            <p class="pane-moved is-amber">{move || moved.get().map(|(text, age)| view! {
                {sign(Sign::Warning)} <b>{[&text, " · ", &store.words(|words| words.ago(age))].concat()}</b>
            })}</p>
            <p class="unseen" role="status">{move || said_moved.get()}</p>
            {facts::summary(desk)}
            <p class="pane-state">
                <b>{move || state().map(|(state, _)| state)}</b>
                <span class="muted">{move || state().map(|(_, holder)| holder)}</span>
            </p>
            <p class="pane-offer">{offer}</p>
            <p class="pane-source muted">{sign(Sign::Code)} <span>{source}</span></p>
            {facts::chips(desk)}
            {facts::steps(desk)}
        </header>
        {call::bar(desk, id)}
        <div class="pane-body">
            <div class="pane-work">
                {move || (!loaded.get()).then(|| view! { <p class="muted" role="status">{store.get(K::Opening)}</p> })}
                {move || loaded.get().then(|| thread::thread(desk, id))}
                {move || (loaded.get() && !over.get()).then(|| reply::reply(desk, id))}
            </div>
            // It scrolls by itself where a call takes its room: by key as well.
            <div class="pane-beside" tabindex="0" role="group" aria-label=store.get(K::CaseMore)>
                {dispatches(desk, id)}
                {move || (loaded.get() && !over.get()).then(|| note::note(desk, id))}
                {move || loaded.get().then(|| notes::notes(desk, id))}
                {notes::reads(desk)}
                {facts::timeline(desk)}
            </div>
        </div>
        {actions(desk, id)}
    }
}

/// Everyone who was sent, newest first.
fn dispatches(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let rows = Memo::new(move |_| desk.with_pane(|pane| pane.dispatches.clone()).unwrap_or_default());
    let line = move |dispatch: DispatchRow| {
        let responder = dispatch.responder;
        let since = move || {
            let at =
                store.pane.with(|pane| pane.as_ref().map_or(0, |pane| pane.age(dispatch.since_ms, store.now.get())));
            stopwatch(at)
        };
        let recall = StaffCommand::Recall(id, responder);
        let waits = store.waits(|other| *other == recall);
        let text = store.words(|words| words.dispatch(dispatch.state, &store.full_name(responder)));
        view! {
            <li class="dispatch" class:is-over=!dispatch.state.open()>
                {dispatch.state.open().then(|| sign(Sign::Walk))}
                <span class="dispatch-text">{text}</span>
                <span class="muted">{since}</span>
                {dispatch.state.open().then(|| view! {
                    <button type="button" class="button is-small" class:is-pending=waits
                        on:click=move |_| store.send(recall.clone())>
                        {store.get(K::Recall)}
                    </button>
                })}
            </li>
        }
    };
    view! {
        <section class="dispatches" aria-label=store.get(K::Sent)>
            {move || (!rows.with(Vec::is_empty)).then(|| view! { <h2>{store.get(K::WhoWasSent)}</h2> })}
            <ul>{move || rows.get().into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

/// What fits now stands first and is the loud one.
fn first_act(row: &QueueRow, mine: bool) -> Option<(Press, &'static str, K)> {
    match row.status {
        Status::Closed => Some((Press::Reopen, "O", K::Reopen)),
        _ if row.unacknowledged => Some((Press::See, "A", K::Acknowledge)),
        _ if row.holder.is_none() => Some((Press::Claim, "C", K::Claim)),
        _ if row.dispatch.is_none_or(|(_, state)| !state.open()) => Some((Press::Dispatch, "D", K::Dispatch)),
        _ if !mine => Some((Press::Claim, "C", K::TakeOver)),
        _ => None,
    }
}

fn actions(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let row = store.row(id);
    let acts = Memo::new(move |_| {
        let me = store.me.with(|me| me.as_ref().map(|me| me.id));
        row.with(|row| {
            let Some(row) = row.as_ref().map(|row| &row.value) else { return Vec::new() };
            let mine = row.holder.is_some() && row.holder == me;
            let first = first_act(row, mine);
            let mut acts: Vec<(Press, &'static str, K, bool)> = Vec::new();
            acts.extend(first.map(|(press, key, label)| (press, key, label, true)));
            if row.status != Status::Closed {
                let sent = row.dispatch.is_some_and(|(_, state)| state.open());
                let claim = if row.holder.is_some() { K::TakeOver } else { K::Claim };
                let others = [
                    (Press::Claim, "C", claim, !mine),
                    (Press::Dispatch, "D", K::Dispatch, true),
                    (Press::Recall, "B", K::Recall, sent),
                    (Press::Call, "T", K::CallStart, row.call.is_none() && !store.talk.joined(id)),
                    (Press::Priority, "P", K::Priority, true),
                    (Press::HandOver, "H", K::HandOver, row.holder.is_some()),
                    (Press::FoundAt, "F", K::FoundAt, row.came.is_some() || row.place.is_none()),
                    (Press::Close, "E", K::Close, true),
                ];
                let rest = others
                    .into_iter()
                    .filter(|(press, .., shown)| *shown && first.is_none_or(|(first, ..)| first != *press));
                acts.extend(rest.map(|(press, key, label, _)| (press, key, label, false)));
            }
            acts
        })
    });
    view! {
        <footer class="actions">
            {move || acts.get().into_iter().map(|(press, key, label, primary)| {
                let waits = Memo::new(move |_| store.waits(|command| carries_out(command, press, id)));
                view! {
                    <button
                        type="button"
                        class="button"
                        class:is-primary=primary
                        class:is-last=press == Press::Close
                        class:is-pending=waits
                        aria-busy=move || waits.get().then_some("true")
                        aria-keyshortcuts=key
                        on:click=move |_| {
                            desk.picked.set(Some(Stop::Case(id)));
                            desk.press(press);
                        }
                    >
                        <kbd>{key}</kbd> <span>{store.get(label)}</span>
                    </button>
                }
            }).collect_view()}
        </footer>
    }
}

/// Whether a command that waits was begun by this button.
fn carries_out(command: &StaffCommand, press: Press, id: IncidentId) -> bool {
    match (press, command) {
        (Press::See, StaffCommand::See(of))
        | (Press::Claim, StaffCommand::Claim(of, _))
        | (Press::Dispatch, StaffCommand::Dispatch(of, _))
        | (Press::Recall, StaffCommand::Recall(of, _))
        | (Press::Priority, StaffCommand::SetPriority(of, ..))
        | (Press::Close, StaffCommand::Close(of, _))
        | (Press::HandOver, StaffCommand::HandOver(of, ..))
        | (Press::FoundAt, StaffCommand::FoundAt(of, _) | StaffCommand::FoundWho(of, ..))
        | (Press::Reopen, StaffCommand::Reopen(of)) => *of == id,
        _ => false,
    }
}
