//! Fetching the packed map.

use domain::venue::{Venue, unpack};
use js_sys::{ArrayBuffer, Uint8Array};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// The packed map at `url`; `None` if it did not come or is not one: then there is no map, and
/// the caller goes on with words.
pub async fn fetch_map(url: &str) -> Option<Arc<Venue>> {
    let asked = web_sys::window()?.fetch_with_str(url);
    let answer: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    let buffer: ArrayBuffer = JsFuture::from(answer.array_buffer().ok()?).await.ok()?.dyn_into().ok()?;
    unpack(&Uint8Array::new(&buffer).to_vec()).ok().map(Arc::new)
}
