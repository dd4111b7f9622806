//! The attendee's two bundles: one makes the case live, one gives Where its map. A person who has
//! just tapped does not wait for a map.
//!
//! Law: it only saves page loads. Until it has reported in (`data-on`), the page's own script and
//! plain forms do everything; where it fails, they go on.

mod case;
mod forms;
mod patch;
mod place;
mod talk;

use crate::text::{AttendeeKey, Texts};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element, window};

/// Present in one bundle and in no other: a test looks for each in all.
const CASE_MARKER: &str = "SOTTO_ATTENDEE_BUNDLE_MARKER";
const PLACE_MARKER: &str = "SOTTO_PLACE_BUNDLE_MARKER";

/// Makes the case live.
pub fn start_case() {
    start("live", CASE_MARKER, case::start);
}

/// Gives Where its map.
pub fn start_place() {
    start("map", PLACE_MARKER, place::start);
}

fn start(id: &str, marker: &str, with: impl FnOnce(Element, Texts<AttendeeKey>)) {
    console_error_panic_hook::set_once();
    let Some(page) = window().and_then(|window| window.document()) else { return };
    if let (Some(texts), Some(element)) = (texts(&page), page.get_element_by_id(id)) {
        let _ = element.set_attribute("data-bundle", marker);
        with(element, texts);
    }
}

/// The texts that the page carries.
fn texts(page: &Document) -> Option<Texts<AttendeeKey>> {
    let table = page.get_element_by_id("texts")?.text_content()?;
    let lang = page.document_element()?.get_attribute("lang").unwrap_or_default();
    Texts::from_page(&lang, &table)
}

/// Whether the cover is on (`script.js` sets the class): nobody sees what is behind it.
fn covered() -> bool {
    let page = window().and_then(|window| window.document());
    page.and_then(|page| page.document_element()).is_some_and(|root| root.class_name() == "p")
}

/// Calls `then` whenever one of `events` is told to the page; as long as the page.
fn on_page(events: &[&str], then: impl Fn() + 'static) {
    let Some(page) = window().and_then(|window| window.document()) else { return };
    let told = Closure::<dyn FnMut()>::new(then);
    for event in events {
        let _ = page.add_event_listener_with_callback(event, told.as_ref().unchecked_ref());
    }
    told.forget();
}

/// An attribute, empty if it is missing.
fn attribute(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}
