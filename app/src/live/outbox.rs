//! The outbox of the staff's page (`app/src/outbox/desk.js`). It is a script of its own, older on the page
//! than this bundle; where it has not come, commands are posted as ever.

use super::post::{Answer, code_in};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::window;

/// Keeps `body` on the phone and sends it until the server has answered, also by a later page. `who` has to
/// be signed in for it to count. `None` without an outbox.
pub async fn deliver(path: &str, key: &[u8; 16], who: &str, body: &[u8]) -> Option<Answer> {
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let arguments = Array::of4(&path.into(), &key.into(), &who.into(), &Uint8Array::from(body));
    let (outbox, send) = method("send")?;
    let promise: Promise = send.apply(&outbox, &arguments).ok()?.dyn_into().ok()?;
    let answer = JsFuture::from(promise).await.ok()?;
    let text = field(&answer, "text").as_string().unwrap_or_default();
    let done = field(&answer, "ok").as_bool() == Some(true);
    Some(if done { Answer::Done } else { Answer::Refused(code_in(&text).unwrap_or_default()) })
}

/// Calls `then` whenever something is not sent yet (`Some`: whether the phone's disk has it) and when
/// nothing waits any more (`None`). The last one told takes the place of the one before.
pub fn on_unsent(then: impl Fn(Option<bool>) + 'static) {
    let Some((outbox, tell)) = method("tell") else { return };
    let told = Closure::<dyn FnMut(JsValue)>::new(move |saved: JsValue| then(saved.as_bool()));
    let _ = tell.call1(&outbox, told.as_ref());
    told.forget();
}

fn method(name: &str) -> Option<(JsValue, Function)> {
    let outbox = Reflect::get(&window()?.into(), &"sottoBox".into()).ok().filter(JsValue::is_object)?;
    let method = Reflect::get(&outbox, &name.into()).ok()?.dyn_into().ok()?;
    Some((outbox, method))
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
