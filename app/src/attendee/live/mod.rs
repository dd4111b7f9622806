//! The attendee's bundle: makes the case live, or Where's map.
//!
//! Law: it only saves page loads. Until it has reported in (`data-on`), the page's own script and
//! plain forms do everything; where it fails, they go on.

mod case;
mod forms;
mod place;

use crate::text::{AttendeeKey, Texts};
use web_sys::{Document, Element, window};

/// Present in this bundle and in no other: a test looks for it in both.
const MARKER: &str = "SOTTO_ATTENDEE_BUNDLE_MARKER";

/// Starts whatever the page has a place for.
pub fn start() {
    console_error_panic_hook::set_once();
    let Some(page) = window().and_then(|window| window.document()) else { return };
    let Some(texts) = texts(&page) else { return };
    if let Some(live) = page.get_element_by_id("live") {
        let _ = live.set_attribute("data-bundle", MARKER);
        case::start(live, texts);
    } else if let Some(map) = page.get_element_by_id("map") {
        let _ = map.set_attribute("data-bundle", MARKER);
        place::start(map, texts);
    }
}

/// The texts that the page carries.
fn texts(page: &Document) -> Option<Texts<AttendeeKey>> {
    let table = page.get_element_by_id("texts")?.text_content()?;
    let lang = page.document_element()?.get_attribute("lang").unwrap_or_default();
    Texts::from_page(&lang, &table)
}

/// An attribute, empty if it is missing.
fn attribute(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}
