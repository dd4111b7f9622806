//! The button: held, or locked by a tap beside it. Finger, keyboard, switch and screen reader.
//!
//! Law: whatever takes the finger away (a call, a gesture of the system, another element) ends the
//! press; only the lock outlives the finger, and one tap anywhere here ends the lock.

use super::Talk;
use super::microphone::{self, Mic};
use super::screen::button;
use crate::attendee::case::Scene;
use crate::attendee::tree::{Element, el};
use crate::text::AttendeeKey as K;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element as Dom, Event, KeyboardEvent, MouseEvent, PointerEvent};

/// The two buttons, shown while there is a microphone.
pub(super) fn hold(talk: Talk, scene: &Scene, granted: bool) -> Element {
    let (locked, held) = (talk.locked.get(), talk.read(|voice| voice.held().get()).is_some());
    let label = match (locked, held) {
        (true, _) => K::TalkStop,
        (false, true) => K::TalkLetGo,
        (false, false) => K::TalkHold,
    };
    let pressed = |is: bool| if is { "true" } else { "false" };
    let hidden = talk.mic.get() != Mic::Open || talk.over.get().is_some();
    el("div")
        .class("hold")
        .flag("hidden", hidden)
        .add(
            button("hold", if granted { "main granted" } else { "main" })
                .set("aria-pressed", pressed(held))
                .add(scene.say(label)),
        )
        .add(button("lock", "").set("aria-pressed", pressed(locked)).add(scene.say(K::TalkLock)))
}

/// What is listened to on the screen of Talk. All of them come up from the buttons.
pub(super) const EVENTS: [&str; 8] =
    ["click", "pointerdown", "pointerup", "lostpointercapture", "contextmenu", "keydown", "keyup", "focusout"];

/// Every touch of the screen comes in here.
pub(super) fn touch(talk: Talk, event: &Event) {
    let kind = event.type_();
    let key = event.dyn_ref::<KeyboardEvent>();
    if kind == "keydown" && key.is_some_and(|key| key.key() == "Escape") {
        talk.release();
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Dom>().ok());
    let Some(button) = target.and_then(|target| target.closest("[data-do]").ok()?) else { return };
    match (button.get_attribute("data-do").unwrap_or_default().as_str(), kind.as_str()) {
        ("hold", _) => on_hold(talk, event, &kind, &button),
        ("leave", "click") => talk.leave(),
        ("sound", "click") => talk.turn_sound(!talk.sound.get_untracked()),
        ("lock", "click") => toggle(talk),
        ("microphone", "click") => microphone::press(talk),
        _ => {}
    }
}

fn on_hold(talk: Talk, event: &Event, kind: &str, surface: &Dom) {
    let hold_key = event.dyn_ref::<KeyboardEvent>().filter(|key| matches!(key.key().as_str(), " " | "Enter"));
    match (kind, hold_key) {
        ("pointerdown", _) => {
            let Some(pointer) = event.dyn_ref::<PointerEvent>().filter(|pointer| pointer.button() == 0) else { return };
            // So that a shaking finger that slips off the surface still holds it.
            let _ = surface.set_pointer_capture(pointer.pointer_id());
            start_or_stop(talk);
        }
        // The capture ends with the pointer, however that ends.
        ("pointerup" | "lostpointercapture" | "focusout", _) => lift(talk),
        ("contextmenu", _) => event.prevent_default(),
        ("keydown", Some(key)) => {
            event.prevent_default();
            if !key.repeat() {
                start_or_stop(talk);
            }
        }
        ("keyup", Some(_)) => {
            event.prevent_default();
            lift(talk);
        }
        // A switch or a screen reader presses without a pointer: it cannot hold, so the press locks.
        ("click", _) if event.dyn_ref::<MouseEvent>().is_some_and(|click| click.detail() == 0) => toggle(talk),
        _ => {}
    }
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
