//! The button: held, or locked by a tap beside it. Finger, keyboard, switch and screen reader.
//!
//! Law: whatever takes the finger away (a call, a gesture of the system, another element) ends the
//! press; only the lock outlives the finger, and one tap anywhere here ends the lock.

use super::Talk;
use super::microphone::Mic;
use super::words::{flag, line, said};
use crate::text::{AttendeeKey as K, Texts};
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The two buttons, shown while there is a microphone.
pub(super) fn hold(talk: Talk, texts: &Texts<K>) -> impl IntoView + use<> {
    let held = move || talk.read(|voice| voice.held().get()).is_some();
    let granted = move || talk.known(false).state() == K::TalkSpeak;
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(surface) = event.current_target().and_then(|surface| surface.dyn_into::<Element>().ok()) {
            // So that a shaking finger that slips off the surface still holds it.
            let _ = surface.set_pointer_capture(event.pointer_id());
        }
        start_or_stop(talk);
    };
    // The capture ends with the pointer, however that ends.
    let up = move |_: PointerEvent| lift(talk);
    let key_down = move |event: KeyboardEvent| {
        if is_hold_key(&event) {
            event.prevent_default();
            if !event.repeat() {
                start_or_stop(talk);
            }
        }
    };
    let key_up = move |event: KeyboardEvent| {
        if is_hold_key(&event) {
            event.prevent_default();
            lift(talk);
        }
    };
    // A switch or a screen reader presses without a pointer: it cannot hold, so the press locks.
    let click = move |event: MouseEvent| {
        if event.detail() == 0 {
            toggle(talk);
        }
    };
    let label = line(texts, move || {
        Some(match (talk.locked.get(), held()) {
            (true, _) => K::TalkStop,
            (false, true) => K::TalkLetGo,
            (false, false) => K::TalkHold,
        })
    });
    let pressed = |is: bool| if is { "true" } else { "false" }.to_owned();
    let surface = move || if granted() { "main granted" } else { "main" }.to_owned();
    view! {
        <div class="hold" hidden=flag(move || talk.mic.get() != Mic::Open || talk.over.get().is_some())>
            <button
                type="button"
                class=said(Box::new(surface))
                aria-pressed=said(Box::new(move || pressed(held())))
                on:pointerdown=down
                on:pointerup=up
                on:lostpointercapture=up
                on:contextmenu=move |event| event.prevent_default()
                on:keydown=key_down
                on:keyup=key_up
                on:blur=move |_| lift(talk)
                on:click=click
            >
                {label}
            </button>
            <button
                type="button"
                aria-pressed=said(Box::new(move || pressed(talk.locked.get())))
                on:click=move |_| toggle(talk)
            >
                {texts.get(K::TalkLock)}
            </button>
        </div>
    }
}

fn is_hold_key(event: &KeyboardEvent) -> bool {
    matches!(event.key().as_str(), " " | "Enter")
}

/// A finger or key comes down: it ends a lock, or begins a press.
fn start_or_stop(talk: Talk) {
    if talk.locked.get_untracked() {
        talk.release();
    } else {
        talk.press();
    }
}

/// A finger or key rises.
fn lift(talk: Talk) {
    if !talk.locked.get_untracked() {
        talk.release();
    }
}

/// The lock: talk without holding, and stop.
fn toggle(talk: Talk) {
    if talk.locked.get_untracked() {
        talk.release();
    } else {
        if talk.held().is_none() {
            talk.press();
        }
        talk.locked.set(true);
    }
}
