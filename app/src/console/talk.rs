//! `Space` at the desk, and the microphone's place in the header.
//!
//! Law: Space belongs to the control that has the focus, and only where it has nothing to do there it
//! talks; where it talks to stands in the header before it is pressed.

use super::desk::Desk;
use crate::staff::call::{Target, target};
use crate::staff::{Mic, Sign, is_space, sign};
use crate::text::StaffKey as K;
use crate::voice::Connection;
use leptos::prelude::*;

/// Controls that have a use for Space. A row of the queue is opened by Enter: there Space talks.
const USES_SPACE: &str =
    "input, select, textarea, summary, [contenteditable], [role=switch], button:not(.row), a[href]";

/// Where Space would speak now.
pub(super) fn into(desk: Desk) -> Target {
    let open = desk.open();
    desk.store.talk.calls.with(|calls| target(open, calls))
}

/// Follows Space.
pub(super) fn listen(desk: Desk) {
    let store = desk.store;
    let held = StoredValue::new(false);
    let down = window_event_listener(leptos::ev::keydown, move |event| {
        let with_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        let asked = desk.ask.with_untracked(Option::is_some);
        if !is_space(&event) || with_modifier || asked || !desk.keys_on.get_untracked() {
            return;
        }
        if held.get_value() {
            event.prevent_default();
            return;
        }
        let target = untrack(|| into(desk));
        if target == Target::None || uses_space() {
            return;
        }
        event.prevent_default();
        if event.repeat() {
            return;
        }
        held.set_value(true);
        match target {
            Target::Call(id) => store.press(id),
            Target::Unclear | Target::None => store.tell(store.get(K::SpaceUnclear)),
        }
    });
    let up = window_event_listener(leptos::ev::keyup, move |event| {
        if is_space(&event) && held.get_value() {
            held.set_value(false);
            // Some browsers click a button when Space comes up.
            event.prevent_default();
            store.release();
        }
    });
    let blur = window_event_listener(leptos::ev::blur, move |_| held.set_value(false));
    on_cleanup(move || {
        down.remove();
        up.remove();
        blur.remove();
    });
}

fn uses_space() -> bool {
    let active = web_sys::window().and_then(|window| window.document()).and_then(|page| page.active_element());
    active.is_some_and(|active| active.matches(USES_SPACE).unwrap_or(false))
}

/// The microphone's state; once this screen is in a call, where Space talks to.
pub(super) fn microphone(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let talk = store.talk;
    let place = move |id| {
        store.rows.with(|rows| {
            let place = rows.get(&id).map(|row| store.words(|words| words.place_short(row.value.place.as_ref())));
            place.unwrap_or_default()
        })
    };
    let target = Memo::new(move |_| into(desk));
    let state = move || {
        store.get(match (talk.mic.get(), talk.line.get()) {
            (Mic::Off, _) => K::MicOff,
            (Mic::Asking, _) => K::MicAsking,
            (Mic::Blocked, _) => K::MicBlocked,
            (Mic::Missing, _) => K::MicMissing,
            (Mic::Ready, Some(Connection::Connected)) => K::MicReady,
            (Mic::Ready, Some(Connection::Connecting)) => K::MicConnecting,
            (Mic::Ready, _) => K::MicNoNetwork,
        })
    };
    let amber = move || {
        matches!(talk.mic.get(), Mic::Blocked | Mic::Missing)
            || (talk.line.get() == Some(Connection::NoNetwork) && talk.in_any())
    };
    let click = move |_| {
        desk.sound.turn_on();
        store.warm();
        match talk.mic.get_untracked() {
            Mic::Blocked => store.tell(store.get(K::MicAllow)),
            Mic::Missing => store.tell(store.get(K::MicNone)),
            Mic::Off | Mic::Asking | Mic::Ready => {}
        }
    };
    // Where Space talks to takes the place of *ready*: the header must not grow while a hand is on a row.
    let shown = move || {
        let ready = talk.mic.get() == Mic::Ready && talk.line.get() == Some(Connection::Connected);
        match target.get() {
            Target::Call(id) if ready => (store.get(K::SpaceInto), place(id)),
            Target::Unclear if ready => (store.get(K::SpaceInto), store.get(K::Nobody).to_lowercase()),
            _ => (store.get(K::Microphone), state()),
        }
    };
    view! {
        <div class="head-part">
            <button type="button" class="microphone" class:is-amber=amber title=move || shown().1 on:click=click
                class:is-ready=move || talk.mic.get() == Mic::Ready && talk.line.get() == Some(Connection::Connected)>
                {sign(Sign::Microphone)} <span class="muted">{move || shown().0}</span> <b>{move || shown().1}</b>
            </button>
        </div>
    }
}
