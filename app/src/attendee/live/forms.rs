//! The two forms of the case that the live part has a hand in. All of them are sent by the outbox
//! (`app/src/outbox/page.js`), which was there before it.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlFormElement, window};

/// A fresh idempotency key: 32 hexadecimal digits.
pub(super) fn fresh_key() -> String {
    // Not `randomUUID`: it is younger than many phones, and missing without TLS.
    let mut bytes = [0_u8; 16];
    if let Some(crypto) = window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Catches the form within `live` that opens Talk: `talk` is called in its place. `reconnect` is called
/// after a new alert: it may have opened another case, which the old connection does not follow.
pub(super) fn catch(live: Element, talk: impl Fn() + 'static, reconnect: impl Fn() + 'static) {
    let Some(page) = window().and_then(|window| window.document()) else { return };
    let on_submit = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form.filter(|form| live.contains(Some(form))) else { return };
        let to_case = form.get_attribute("action").is_some_and(|path| path == "/now");
        if to_case && matches!(form.query_selector("[name=then]"), Ok(Some(_))) {
            event.prevent_default();
            talk();
        }
    });
    let _ = page.add_event_listener_with_callback("submit", on_submit.as_ref().unchecked_ref());
    on_submit.forget();
    let on_again = Closure::<dyn FnMut()>::new(reconnect);
    let _ = page.add_event_listener_with_callback("again", on_again.as_ref().unchecked_ref());
    on_again.forget();
}
