//! The phone's screen: what stands on it, and in which order.

use super::{duty, help, level, ping, talk};
use crate::live::LinkState;
use crate::staff::{Aged, Place, Store, go_home, paging_card, store_flag, stored};
use crate::text::StaffKey as K;
use crate::voice::awake::Awake;
use domain::ids::IncidentId;
use domain::person::Duty;
use domain::view::{GuardPing, GuardView};
use domain::wire::StaffCommand;
use js_sys::{Function, Reflect};
use leptos::either::{Either, EitherOf5};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Where the vibration switch is kept.
const VIBRATE_SETTING: &str = "sotto.vibrate";

/// What is laid over the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Panel {
    /// Nothing.
    None,
    /// *Which level are you on?*
    Level,
    /// *Why can't you?*
    Cannot,
}

/// The phone's own state.
#[derive(Clone, Copy)]
pub(super) struct Phone {
    /// What the server says.
    pub(super) store: Store,
    /// What is laid over.
    pub(super) panel: RwSignal<Panel>,
    /// Whether a new dispatch may vibrate.
    pub(super) vibrate: RwSignal<bool>,
    /// The dispatch that binds this phone now.
    pub(super) ping: Memo<Option<IncidentId>>,
    /// Whether the screen stays on, once the browser has said.
    pub(super) awake: RwSignal<Option<bool>>,
}

impl Phone {
    /// Reads the view.
    pub(super) fn view<T>(self, read: impl FnOnce(&GuardView) -> T) -> Option<T> {
        self.store.guard.with(|view| view.as_ref().map(|view| read(&view.value)))
    }

    /// Reads the dispatch that binds this phone.
    pub(super) fn with_ping<T>(self, read: impl FnOnce(&GuardPing) -> T) -> Option<T> {
        self.view(|view| view.pings.iter().find(|ping| ping.state.open()).map(read)).flatten()
    }

    /// An age of the view, as it is now.
    pub(super) fn age(self, ms: i64) -> i64 {
        let now = self.store.now.get();
        self.store.guard.with(|view: &Option<Aged<GuardView>>| view.as_ref().map_or(ms, |view| view.age(ms, now)))
    }
}

/// The phone's page.
pub(crate) fn security(store: Store, place: Place) -> impl IntoView {
    let vibrate = RwSignal::new(stored(VIBRATE_SETTING, true));
    Effect::new(move |_| store_flag(VIBRATE_SETTING, vibrate.get()));
    let ping = Memo::new(move |_| {
        store.guard.with(|view| {
            let pings = view.as_ref().map(|view| view.value.pings.as_slice()).unwrap_or_default();
            pings.iter().find(|ping| ping.state.open()).map(|ping| ping.incident)
        })
    });
    let phone = Phone { store, panel: RwSignal::new(Panel::None), vibrate, ping, awake: RwSignal::new(None) };
    Effect::new(move |before: Option<Option<IncidentId>>| {
        let now = ping.get();
        if now.is_some() && before.is_some_and(|before| before != now) {
            phone.panel.set(Panel::None);
            if vibrate.get_untracked() {
                shake();
            }
        }
        now
    });
    // Whoever is no longer sent somewhere is no longer in its talk, whatever the server says next.
    Effect::new(move |_| {
        let help = phone.view(|view| view.help.map(|own| own.incident)).flatten();
        let mine = [ping.get(), help];
        let over = store.talk.kept.with(|kept| kept.0.iter().copied().find(|id| !mine.contains(&Some(*id))));
        if let Some(over) = over.filter(|_| store.guard.with_untracked(Option::is_some)) {
            talk::leave(phone, over);
        }
    });
    let on = Memo::new(move |_| phone.view(|view| view.duty != Duty::Off).unwrap_or(false));
    let level_known = Memo::new(move |_| phone.view(|view| view.level.is_some()).unwrap_or(false));
    let push_key = StoredValue::new(place.push_key.clone());
    let rings = move || paging_card(store, K::PagingWhyGuard, push_key.get_value());
    stay_awake(phone, on);
    view! {
        <div class="phone" class:has-ping=move || ping.get().is_some()>
            {top(phone, place)}
            {move || match (on.get(), ping.get(), phone.panel.get()) {
                (false, ..) => EitherOf5::A(view! {
                    <div class="phone-main">{duty::card(phone)} {rings()}</div>
                }),
                (true, _, Panel::Level) => EitherOf5::B(level::chooser(phone, true)),
                (true, Some(_), Panel::Cannot) => EitherOf5::C(ping::cannot(phone)),
                (true, Some(_), _) => EitherOf5::D(ping::ping(phone)),
                (true, None, _) => EitherOf5::E(view! {
                    <div class="phone-main">
                        {duty::card(phone)}
                        {move || if level_known.get() {
                            Either::Left(duty::level_card(phone))
                        } else {
                            Either::Right(level::chooser(phone, false))
                        }}
                        {duty::ended(phone)}
                        {rings()}
                        {duty::awake(phone)}
                        {duty::settings(phone)}
                        <p class="phone-quiet">{store.get(K::NobodyNeedsYou)}</p>
                    </div>
                }),
            }}
            {help::help(phone)}
            <p class="toast" class:is-shown=move || store.toast.with(Option::is_some) role="status">
                {move || store.toast.get()}
            </p>
        </div>
    }
}

/// Who, where, and whether the phone is live.
fn top(phone: Phone, place: Place) -> impl IntoView {
    let store = phone.store;
    let name = move || store.me.with(|me| me.as_ref().map(|me| me.name.clone()));
    let link = move || match store.link.get() {
        LinkState::Live => store.get(K::LiveShort),
        LinkState::Stale => store.get(K::Reconnecting),
        LinkState::Connecting => store.get(K::Connecting),
    };
    let lost = move || store.link.get() != LinkState::Live;
    view! {
        <header class="phone-top">
            <details class="menu">
                <summary><b>{name}</b></summary>
                <div class="menu-list">
                    <p class="muted">{place.festival}</p>
                    <button type="button" on:click=move |_| store.send_then(StaffCommand::SignOut, go_home)>
                        {store.get(K::SignOut)}
                    </button>
                    <button type="button" on:click=move |_| store.send_then(StaffCommand::EverywhereOut, go_home)>
                        {store.get(K::SignOutAll)}
                    </button>
                </div>
            </details>
            {ping::confirm(phone)}
            <p class="phone-link" class:is-lost=lost role="status">{link}</p>
        </header>
    }
}

/// Keeps the screen on while on duty: a phone that sleeps is heard no more. The browser takes that away
/// from a page that is hidden, so it is asked again whenever the page is back.
fn stay_awake(phone: Phone, on: Memo<bool>) {
    let kept = StoredValue::new_local(None::<Awake>);
    let ask = move || {
        kept.with_value(|kept| {
            if let Some(awake) = kept {
                awake.keep_and_tell(move |on| phone.awake.set(Some(on)));
            }
        });
    };
    Effect::new(move |_| {
        let on = on.get();
        kept.set_value(on.then(Awake::default));
        if on {
            ask();
        } else {
            phone.awake.set(None);
        }
    });
    let Some(page) = web_sys::window().and_then(|window| window.document()) else { return };
    let back = Closure::<dyn FnMut()>::new(move || {
        let shown = web_sys::window().and_then(|window| window.document()).is_some_and(|page| !page.hidden());
        if shown {
            ask();
        }
    });
    let _ = page.add_event_listener_with_callback("visibilitychange", back.as_ref().unchecked_ref());
    back.forget();
}

/// A short shake, where the phone can. Some browsers have no such thing.
fn shake() {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return };
    let found = Reflect::get(&navigator, &JsValue::from_str("vibrate"));
    if let Some(vibrate) = found.ok().and_then(|found| found.dyn_into::<Function>().ok()) {
        let _ = vibrate.call1(&navigator, &JsValue::from_f64(400.0));
    }
}
