//! Loads the packed map whose address the server names.

use super::Store;
use crate::map::fetch_map;
use leptos::prelude::*;

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
                if let Some(venue) = fetch_map(&address).await {
                    // Another import may have come in the meantime.
                    if store.map.with_untracked(|now| *now == address) {
                        store.venue.set(Some(venue));
                    }
                    return;
                }
                crate::live::sleep(attempt * 1_000).await;
            }
        });
    });
}
