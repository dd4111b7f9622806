//! Small things asked of the browser.

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, MediaQueryList, window};

/// Moves the focus to the element with this id.
pub(crate) fn focus(id: &str) {
    if let Some(element) = window().and_then(|window| window.document()).and_then(|page| page.get_element_by_id(id)) {
        focus_on(element);
    }
}

/// Moves the focus to the first element that fits a selector.
pub(crate) fn focus_first(selector: &str) {
    let page = window().and_then(|window| window.document());
    if let Some(element) = page.and_then(|page| page.query_selector(selector).ok().flatten()) {
        focus_on(element);
    }
}

fn focus_on(element: Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Whether somebody is writing in a field now.
pub(crate) fn is_typing() -> bool {
    let active = window().and_then(|window| window.document()).and_then(|page| page.active_element());
    active.is_some_and(|element| {
        let tag = element.tag_name();
        let kind = element.get_attribute("type").unwrap_or_default();
        tag == "TEXTAREA" || tag == "SELECT" || (tag == "INPUT" && kind != "checkbox" && kind != "radio")
    })
}

/// Whether an input method is at work on the field: its Enter and its Escape are its own. Safari ends
/// the composition before the key that ended it, which only the old number 229 tells.
pub(crate) fn composes(event: &leptos::ev::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Whether the reader's system is light, following its changes. Lives as long as the page.
pub(crate) fn light() -> RwSignal<bool> {
    let query = window().and_then(|window| window.match_media("(prefers-color-scheme: light)").ok().flatten());
    let light = RwSignal::new(query.as_ref().is_some_and(MediaQueryList::matches));
    if let Some(query) = query {
        let watched = query.clone();
        let change = Closure::<dyn FnMut()>::new(move || light.set(watched.matches()));
        let _ = query.add_event_listener_with_callback("change", change.as_ref().unchecked_ref());
        change.forget();
    }
    light
}

/// What a language is called in the reader's own, by the browser's knowledge; else its tag.
pub(crate) fn language_name(tag: &str, reader: &str) -> String {
    let read = || -> Option<String> {
        let names = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
        let names: Function = Reflect::get(&names, &JsValue::from_str("DisplayNames")).ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(&options, &JsValue::from_str("type"), &JsValue::from_str("language")).ok()?;
        let names = Reflect::construct(&names, &Array::of2(&JsValue::from_str(reader), &options)).ok()?;
        let of: Function = Reflect::get(&names, &JsValue::from_str("of")).ok()?.dyn_into().ok()?;
        of.call1(&names, &JsValue::from_str(tag)).ok()?.as_string()
    };
    read().unwrap_or_else(|| tag.to_owned())
}

/// A setting of this browser: on or off. Nothing else is ever stored.
pub(crate) fn stored(name: &str, default: bool) -> bool {
    let store = window().and_then(|window| window.local_storage().ok().flatten());
    store.and_then(|store| store.get_item(name).ok().flatten()).map_or(default, |value| value == "on")
}

/// Keeps a setting of this browser.
pub(crate) fn store_flag(name: &str, on: bool) {
    if let Some(store) = window().and_then(|window| window.local_storage().ok().flatten()) {
        let _ = store.set_item(name, if on { "on" } else { "off" });
    }
}

/// A line that this tab keeps over a reload; empty if there is none.
pub(crate) fn session_line(name: &str) -> String {
    let store = window().and_then(|window| window.session_storage().ok().flatten());
    store.and_then(|store| store.get_item(name).ok().flatten()).unwrap_or_default()
}

/// Keeps a line over a reload of this tab, or forgets it when it is empty.
pub(crate) fn keep_session_line(name: &str, line: &str) {
    if let Some(store) = window().and_then(|window| window.session_storage().ok().flatten()) {
        let _ = if line.is_empty() { store.remove_item(name) } else { store.set_item(name, line) };
    }
}

/// Forgets every line of this tab whose name begins with `prefix`, but the one called `kept`.
pub(crate) fn forget_session_lines(prefix: &str, kept: &str) {
    let Some(store) = window().and_then(|window| window.session_storage().ok().flatten()) else { return };
    let names = (0..store.length().unwrap_or(0)).filter_map(|at| store.key(at).ok().flatten());
    let gone: Vec<String> = names.filter(|name| name.starts_with(prefix) && name != kept).collect();
    for name in gone {
        let _ = store.remove_item(&name);
    }
}

/// Whether the page is in sight and the keyboard is on it.
pub(crate) fn in_sight() -> bool {
    let page = window().and_then(|window| window.document());
    page.is_some_and(|page| !page.hidden() && page.has_focus().unwrap_or(false))
}
