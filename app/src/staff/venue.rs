//! Loads the packed map whose address the server names.

use super::Store;
use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, window};

/// How many times the map is asked for; then the screen works without it.
const TRIES: i32 = 6;

/// Keeps the venue in step with the address of its map.
pub(crate) fn keep(store: Store) {
    Effect::new(move |_| {
        let address = store.map.get();
        if address.is_empty() {
            store.venue.set(None);
            return;
        }
        leptos::task::spawn_local(async move {
            for attempt in 1..=TRIES {
                if let Some(bytes) = load(&address).await {
                    let venue = domain::venue::unpack(&bytes).ok();
                    // Another import may have come in the meantime.
                    if store.map.with_untracked(|now| *now == address) {
                        store.venue.set(venue.map(Arc::new));
                    }
                    return;
                }
                crate::live::sleep(attempt * 1_000).await;
            }
        });
    });
}

async fn load(address: &str) -> Option<Vec<u8>> {
    let response: Response = JsFuture::from(window()?.fetch_with_str(address)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let buffer: ArrayBuffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?.dyn_into().ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
