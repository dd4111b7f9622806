//! Tells the server whether this screen is in sight: whoever sees it needs no ringing.

use super::Store;
use domain::wire::FromStaff;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{VisibilityState, window};

/// Whether the page is shown at all: the keyboard may be elsewhere.
fn shown() -> bool {
    let page = window().and_then(|window| window.document());
    page.is_some_and(|page| page.visibility_state() == VisibilityState::Visible)
}

/// Tells it as it is now.
pub(super) fn tell(store: Store) {
    store.say(&FromStaff::Sight(shown()));
}

/// Tells every change, as long as the page lives.
pub(super) fn watch(store: Store) {
    let Some(page) = window().and_then(|window| window.document()) else { return };
    let changed = Closure::<dyn FnMut()>::new(move || tell(store));
    let _ = page.add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
    changed.forget();
}
