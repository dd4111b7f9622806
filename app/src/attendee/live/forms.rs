//! Every form of the case in one place: the same fields, sent without leaving the page.
//!
//! Law: what was pressed is tried again with the same key until it is answered.

use crate::live::sleep;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, Element, Event, FormData, Headers, HtmlFormElement, RequestInit, Response, UrlSearchParams, window,
};

/// One try is given up after this long.
const TRY_MS: i32 = 10_000;
/// The first pause between tries; later ones are longer, up to [`PAUSE_MAX_MS`].
const PAUSE_MS: i32 = 500;
const PAUSE_MAX_MS: i32 = 8_000;

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

/// Catches the forms within `live`. `talk` is called in place of the one that opens Talk,
/// `reconnect` after a new alert: it may have opened another case, which the old connection does
/// not follow.
pub(super) fn catch(live: Element, talk: impl Fn() + 'static, reconnect: impl Fn() + Clone + 'static) {
    let Some(page) = window().and_then(|window| window.document()) else { return };
    let on_submit = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form.filter(|form| live.contains(Some(form))) else { return };
        let path = form.get_attribute("action").unwrap_or_default();
        if path == "/now" && matches!(form.query_selector("[name=then]"), Ok(Some(_))) {
            event.prevent_default();
            talk();
            return;
        }
        // These lead to pages of their own.
        if ["/now", "/where", "/clear", "/write", "/look", "/meet"].contains(&path.as_str()) {
            return;
        }
        event.prevent_default();
        if form.has_attribute("aria-busy") {
            return;
        }
        let _ = form.set_attribute("aria-busy", "true");
        let reconnect = reconnect.clone();
        spawn_local(async move {
            let accepted = send(&path, &form).await;
            let _ = form.remove_attribute("aria-busy");
            say_unsent(&form, false);
            if accepted != Some(true) {
                // Refused: the server's own page says why.
                let _ = form.submit();
            } else if path == "/alert" {
                reconnect();
            } else if path == "/message" {
                empty(&form);
            }
        });
    });
    let _ = page.add_event_listener_with_callback("submit", on_submit.as_ref().unchecked_ref());
    on_submit.forget();
}

/// Empties the field, if its own keeper (decision 0012) has not come to do it.
fn empty(form: &HtmlFormElement) {
    if form.has_attribute("data-sent") {
        return;
    }
    form.reset();
    if let Ok(Some(key)) = form.query_selector("[name=key]") {
        let _ = key.set_attribute("value", &fresh_key());
    }
}

/// Sends a form until it is answered. `Some(true)`: accepted; anything else: refused.
async fn send(path: &str, form: &HtmlFormElement) -> Option<bool> {
    let fields = FormData::new_with_form(form).ok()?;
    // What is typed is sent under the key that it is kept under: it is one message, however often
    // it is sent, also after a reload. Every other press is an act of its own.
    if path != "/message" {
        fields.set_with_str("key", &fresh_key()).ok()?;
    }
    let body = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    let mut pause = PAUSE_MS;
    loop {
        if let Ok(response) = post(path, &body).await
            && response.status() < 500
            // Too fast: the same again, a moment later.
            && response.status() != 429
            && response.headers().has("x-sotto").unwrap_or(false)
        {
            // The new view comes by the socket; the page in the answer is read so that the browser
            // does not report a request that was cut off.
            if let Ok(text) = response.text() {
                let _ = JsFuture::from(text).await;
            }
            return Some(response.ok());
        }
        say_unsent(form, true);
        sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX_MS);
    }
}

/// Shows or hides the form's own word that it is not sent yet.
fn say_unsent(form: &HtmlFormElement, unsent: bool) {
    if let Ok(Some(word)) = form.query_selector("[role=status]") {
        let _ = word.toggle_attribute_with_force("hidden", !unsent);
    }
}

async fn post(path: &str, body: &UrlSearchParams) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    headers.set("accept", "text/vnd.sotto")?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(body);
    let window = window().ok_or(JsValue::NULL)?;
    let controller = AbortController::new()?;
    init.set_signal(Some(&controller.signal()));
    let give_up = Closure::once_into_js(move || controller.abort());
    window.set_timeout_with_callback_and_timeout_and_arguments_0(give_up.unchecked_ref(), TRY_MS)?;
    JsFuture::from(window.fetch_with_str_and_init(path, &init)).await?.dyn_into()
}
