//! Starts a staff screen and chooses which one by what the server sends.

use super::store::Ended;
use super::{Store, venue};
use crate::live::now_ms;
use crate::text::{Book, StaffKey as K, Texts};
use leptos::either::EitherOf5;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Found in this bundle and in no other: a test looks for it.
const MARKER: &str = "SOTTO_CONSOLE_BUNDLE_MARKER";
/// A page younger than this is not reloaded by itself: it would only come back the same.
const RELOAD_AFTER_MS: i64 = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Screen {
    Waiting,
    Desk,
    Shift,
    Guard,
    Ended,
}

/// Makes the page's `<main id="live">` live, in the language of the page's `#texts`.
pub fn start() {
    console_error_panic_hook::set_once();
    let Some(page) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(main) = page.get_element_by_id("live").and_then(|main| main.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let lang = page.document_element().and_then(|html| html.get_attribute("lang")).unwrap_or_default();
    let table = |id| page.get_element_by_id(id).and_then(|texts| texts.text_content()).unwrap_or_default();
    let Some(texts) = Texts::from_page(&lang, table("texts").trim_matches('\n')) else { return };
    let Some(book) = Book::from_page(&lang, table("book").trim_matches('\n')) else { return };
    let festival = main.get_attribute("data-festival").unwrap_or_default();
    let zone = main.get_attribute("data-zone").unwrap_or_default();
    let push_key = main.get_attribute("data-push").unwrap_or_default();
    let shift = main.get_attribute("data-page").is_some_and(|page| page == "shift");
    let approach = main.get_attribute("data-approach").unwrap_or_default();
    let approach = approach.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let _ = main.set_attribute("data-bundle", MARKER);
    main.set_text_content(None);
    leptos::mount::mount_to(main, move || {
        screen(Store::new(texts, book), Place { festival, zone, approach, push_key, shift })
    })
    .forget();
}

/// What the page says about the festival.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    /// Its name.
    pub(crate) festival: String,
    /// Its time zone, an IANA name; empty for the browser's own.
    pub(crate) zone: String,
    /// Approach notes that are often right here.
    pub(crate) approach: Vec<String>,
    /// The server's key for paging, base64url.
    pub(crate) push_key: String,
    /// The page is the lead's *Shift*.
    pub(crate) shift: bool,
}

fn screen(store: Store, place: Place) -> impl IntoView {
    venue::keep(store);
    store.follow();
    store.follow_voice();
    super::hold::watch(store);
    super::sight::watch(store);
    let (shift, push_key) = (place.shift, place.push_key.clone());
    super::paging::renew(store, push_key);
    set_interval(move || store.now.set(now_ms()), core::time::Duration::from_secs(1));
    let which = Memo::new(move |_| {
        if store.ended.with(Option::is_some) {
            Screen::Ended
        } else if store.guard.with(Option::is_some) {
            Screen::Guard
        } else if store.me.with(Option::is_some) {
            if shift { Screen::Shift } else { Screen::Desk }
        } else {
            Screen::Waiting
        }
    });
    let place = StoredValue::new(place);
    move || match which.get() {
        Screen::Waiting => EitherOf5::A(waiting(store)),
        Screen::Desk => EitherOf5::B(crate::console::console(store, place.get_value())),
        Screen::Guard => EitherOf5::C(crate::security::security(store, place.get_value())),
        Screen::Ended => EitherOf5::D(ended(store)),
        Screen::Shift => EitherOf5::E(crate::lead::shift(store, place.get_value())),
    }
}

fn waiting(store: Store) -> impl IntoView {
    view! { <p class="shell-note" role="status">{store.get(K::Connecting)}</p> }
}

fn ended(store: Store) -> impl IntoView {
    let outdated = store.ended.get_untracked() == Some(Ended::Outdated);
    if outdated && now_ms() > RELOAD_AFTER_MS && !super::is_typing() {
        reload();
    }
    let (sentence, button) = if outdated { (K::Outdated, K::Reload) } else { (K::ErrorSignedOut, K::SignInAgain) };
    view! {
        <div class="shell-note" role="alert">
            <p>{store.get(sentence)}</p>
            <button type="button" class="button is-primary" on:click=move |_| if outdated { reload() } else { go_home() }>
                {store.get(button)}
            </button>
        </div>
    }
}

/// Loads the page anew.
pub(crate) fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Goes to the first page of this host.
pub(crate) fn go_home() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign("/");
    }
}
