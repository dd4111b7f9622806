//! The button that is held to talk, and everything that ends a press.
//!
//! Law: a press ends with the finger, the key, the window, the page or Escape, whichever goes first.

use super::Store;
use super::call::Turn;
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, VisibilityState};

/// Whether an event's key is Space. Some keyboards of phones name no code.
pub(crate) fn is_space(event: &ev::KeyboardEvent) -> bool {
    event.key() == " " || event.code() == "Space"
}

/// Ends a press whenever the screen can no longer be sure that somebody holds it.
pub(super) fn watch(store: Store) {
    let gone = move |_: web_sys::Event| store.release();
    let ears = [
        window_event_listener_untyped("blur", gone),
        window_event_listener_untyped("pagehide", gone),
        window_event_listener_untyped("freeze", gone),
    ];
    // The button may be gone from the page before the finger is from the glass.
    let up = window_event_listener(ev::pointerup, move |_| {
        if !store.talk.locked.get_untracked() {
            store.release();
        }
    });
    let key = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            store.release();
        }
    });
    let page = web_sys::window().and_then(|window| window.document());
    let hidden = move || {
        let seen = web_sys::window().and_then(|window| window.document()).map(|page| page.visibility_state());
        if seen != Some(VisibilityState::Visible) {
            store.release();
        }
    };
    // Lives as long as the page: the screen is never taken down without it.
    if let Some(page) = page {
        let hidden = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(hidden);
        let _ = page.add_event_listener_with_callback("visibilitychange", hidden.as_ref().unchecked_ref());
        hidden.forget();
    }
    on_cleanup(move || {
        ears.into_iter().for_each(|ear| ear.remove());
        key.remove();
        up.remove();
    });
}

/// A button that speaks into `call` while it is held. A click that no finger and no key made (a
/// switch, a screen reader) opens it, and the next one ends it.
/// `idle` is what it says while nobody presses it.
pub(crate) fn hold(
    store: Store,
    call: IncidentId,
    idle: impl Fn() -> K + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let talk = store.talk;
    let mine = Memo::new(move |_| talk.press.get().filter(|press| press.call == call));
    // Lit by the floor and never by the finger: nobody is heard before it is granted.
    let speaking = Memo::new(move |_| matches!(talk.turn(call, store.now.get()), Some(Turn::Yours(_))));
    let label = move || {
        store.get(match (mine.get().is_some(), talk.locked.get()) {
            (true, true) => K::TapStop,
            (true, false) => K::LetGo,
            (false, _) => idle(),
        })
    };
    let down = move |event: ev::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.prevent_default();
        // The finger may slide off the button: it is still held.
        if let Some(button) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
            let _ = button.set_pointer_capture(event.pointer_id());
        }
        // A press that was locked open ends with the finger that comes back.
        match talk.press.get_untracked() {
            Some(_) => store.release(),
            None => store.press(call),
        }
    };
    view! {
        <button
            type="button"
            class="hold"
            class:is-speaking=speaking
            class:is-held=move || mine.get().is_some()
            on:pointerdown=down
            on:pointerup=move |_| if !talk.locked.get_untracked() { store.release() }
            on:lostpointercapture=move |_| if !talk.locked.get_untracked() { store.release() }
            on:pointercancel=move |_| store.release()
            on:contextmenu=move |event| event.prevent_default()
            on:keydown=move |event| {
                if is_space(&event) {
                    event.prevent_default();
                    event.stop_propagation();
                    if !event.repeat() {
                        store.press(call);
                    }
                } else if event.key() == "Enter" {
                    // Enter confirms everywhere else: from habit it would leave the microphone open.
                    event.prevent_default();
                }
            }
            on:keyup=move |event| {
                if is_space(&event) {
                    event.prevent_default();
                    store.release();
                }
            }
            on:click=move |event| if event.detail() == 0 { store.toggle(call) }
        >
            <span>{label}</span>
        </button>
    }
}
