//! A POST that is repeated until it is answered. Law: the body, with its idempotency key, stays the same;
//! a network's own page is no answer.

use js_sys::{JSON, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response, window};

/// Pauses between the tries, in milliseconds: after the last one the person is told.
const PAUSES_MS: [i32; 5] = [500, 1_000, 2_000, 4_000, 4_000];
/// One try is given up after this long.
const TRY_MS: i32 = 10_000;

/// How a POST ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Accepted.
    Done,
    /// Refused: the stable code, empty if the server named none.
    Refused(String),
    /// No answer, or the server itself is in trouble.
    NoAnswer,
}

/// Posts `body` to `path` on the page's own host, trying again while nobody answers.
pub async fn post(path: &str, body: &[u8]) -> Answer {
    let mut answer = once(path, body).await;
    for pause in PAUSES_MS {
        if answer != Answer::NoAnswer {
            break;
        }
        sleep(pause).await;
        answer = once(path, body).await;
    }
    answer
}

/// Posts as [`post`] and reads what an accepted post is answered with.
pub async fn post_read(path: &str, body: &[u8]) -> (Answer, String) {
    let mut answer = (Answer::NoAnswer, String::new());
    for pause in [0].into_iter().chain(PAUSES_MS) {
        if pause > 0 {
            sleep(pause).await;
        }
        answer = match fetch(path, body).await {
            Ok(response) if accepted(&response) => (Answer::Done, text_of(&response).await.unwrap_or_default()),
            Ok(response) if refused(&response) => {
                (Answer::Refused(code_of(&response).await.unwrap_or_default()), String::new())
            }
            _ => continue,
        };
        break;
    }
    answer
}

async fn text_of(response: &Response) -> Option<String> {
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// The HTTP status of a GET, if anybody answers. A refused socket hides why; this tells.
pub async fn status(path: &str) -> Option<u16> {
    let response: Response = JsFuture::from(window()?.fetch_with_str(path)).await.ok()?.dyn_into().ok()?;
    Some(response.status())
}

/// Waits for `ms` milliseconds.
pub async fn sleep(ms: i32) {
    let promise = Promise::new(&mut |done, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// A command's answer bears its key, any other of ours a mark.
fn accepted(response: &Response) -> bool {
    let headers = response.headers();
    response.ok() && ["x-sotto-key", "x-sotto"].iter().any(|mark| headers.has(mark).unwrap_or(false))
}

fn refused(response: &Response) -> bool {
    (400..500).contains(&response.status())
}

async fn once(path: &str, body: &[u8]) -> Answer {
    match fetch(path, body).await {
        Ok(response) if accepted(&response) => Answer::Done,
        Ok(response) if refused(&response) => Answer::Refused(code_of(&response).await.unwrap_or_default()),
        _ => Answer::NoAnswer,
    }
}

async fn fetch(path: &str, body: &[u8]) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    headers.set("content-type", "application/octet-stream")?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&Uint8Array::from(body));
    let window = window().ok_or(JsValue::NULL)?;
    // `AbortSignal.timeout` is younger than the oldest phones.
    let controller = AbortController::new()?;
    init.set_signal(Some(&controller.signal()));
    let give_up = Closure::once_into_js(move || controller.abort());
    window.set_timeout_with_callback_and_timeout_and_arguments_0(give_up.unchecked_ref(), TRY_MS)?;
    JsFuture::from(window.fetch_with_str_and_init(path, &init)).await?.dyn_into()
}

async fn code_of(response: &Response) -> Option<String> {
    code_in(&text_of(response).await?)
}

/// The `code` of problem details (RFC 9457).
pub(super) fn code_in(text: &str) -> Option<String> {
    Reflect::get(&JSON::parse(text).ok()?, &JsValue::from_str("code")).ok()?.as_string()
}
