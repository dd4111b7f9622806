//! Small things asked of the browser.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, window};

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
