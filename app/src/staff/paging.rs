//! Letting this device ring: asked after a tap only, explained first, proved by a test.
//!
//! Law: what is shown is what the phone itself has answered to the server, never that something was sent.

use super::store::Aged;
use super::{Sign, Store, sign};
use crate::live::{Answer, LinkState, post};
use crate::text::StaffKey as K;
use crate::voice::js;
use domain::reach::{ANSWERED_WITHIN_MS, Pages};
use domain::wire::PagingView;
use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::window;

/// Where the worker finds its language (`app/src/push/worker.js`).
const KEPT: &str = "sotto-paging";
const LANGUAGE: &str = "/paging-language";

/// What the browser says to being paged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    /// It has no such thing.
    Unable,
    /// The person has not been asked.
    Unasked,
    /// It asks now.
    Asking,
    /// The person, or a setting, said no.
    Blocked,
    /// Yes.
    Allowed,
}

impl Device {
    /// As it is now.
    pub(super) fn look() -> Self {
        let Some(window) = window() else { return Device::Unable };
        let has = |of: &JsValue, name| js::get(of, name).is_some();
        if !has(&window.navigator(), "serviceWorker") || !has(&window, "PushManager") {
            return Device::Unable;
        }
        let permission = js::get(&window, "Notification").and_then(|found| js::get(&found, "permission"));
        match permission.and_then(|permission| permission.as_string()).as_deref() {
            Some("granted") => Device::Allowed,
            Some("denied") => Device::Blocked,
            Some(_) => Device::Unasked,
            None => Device::Unable,
        }
    }
}

async fn settled(promise: Option<JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise.ok_or(JsValue::NULL)?.dyn_into::<Promise>()?).await
}

/// The address of the worker as the page's policy wants it; the page's one policy makes it.
fn worker() -> Option<JsValue> {
    let make: Function = js::get(window()?.as_ref(), "sottoWorker")?.dyn_into().ok()?;
    make.call0(&JsValue::UNDEFINED).ok()
}

/// The browser's subscription, made if there is none, as the server takes it.
async fn subscribe(key: &str, lang: &str) -> Result<String, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let boxes = js::get(&window, "caches").ok_or(JsValue::NULL)?;
    let kept = settled(js::call(&boxes, "open", &JsValue::from_str(KEPT))).await?;
    let put: Function = js::get(&kept, "put").ok_or(JsValue::NULL)?.dyn_into()?;
    let spoken = web_sys::Response::new_with_opt_str(Some(lang))?;
    settled(Some(put.call2(&kept, &JsValue::from_str(LANGUAGE), &spoken)?)).await?;

    let workers = js::get(&window.navigator(), "serviceWorker").ok_or(JsValue::NULL)?;
    let address = worker().ok_or(JsValue::NULL)?;
    settled(js::call(&workers, "register", &address)).await?;
    let registration = settled(js::get(&workers, "ready")).await?;
    let manager = js::get(&registration, "pushManager").ok_or(JsValue::NULL)?;
    let wish = js::object(&[("userVisibleOnly", true.into()), ("applicationServerKey", key.into())]);
    let made = match settled(js::call(&manager, "subscribe", &wish)).await {
        Ok(made) => made,
        // One of another server's key, from before: only after it is gone can there be a new one.
        Err(_) => {
            if let Ok(old) = settled(js::call(&manager, "getSubscription", &JsValue::UNDEFINED)).await {
                let _ = settled(js::call(&old, "unsubscribe", &JsValue::UNDEFINED)).await;
            }
            settled(js::call(&manager, "subscribe", &wish)).await?
        }
    };
    form(&made).ok_or(JsValue::NULL)
}

/// A subscription as a form.
fn form(subscription: &JsValue) -> Option<String> {
    let plain = js::call(subscription, "toJSON", &JsValue::UNDEFINED)?;
    let keys = js::get(&plain, "keys")?;
    let form = web_sys::UrlSearchParams::new().ok()?;
    form.append("endpoint", &js::get(&plain, "endpoint")?.as_string()?);
    for name in ["p256dh", "auth"] {
        form.append(name, &js::get(&keys, name)?.as_string()?);
    }
    form.to_string().as_string()
}

/// The subscription that this browser has already.
async fn existing() -> Option<JsValue> {
    let workers = js::get(&window()?.navigator(), "serviceWorker")?;
    let registration = settled(js::call(&workers, "getRegistration", &JsValue::from_str("/"))).await.ok()?;
    let manager = js::get(&registration, "pushManager")?;
    let found = settled(js::call(&manager, "getSubscription", &JsValue::UNDEFINED)).await.ok()?;
    (!found.is_null() && !found.is_undefined()).then_some(found)
}

/// Whoever let this device ring before need not do so again after signing in: once the connection
/// stands, a subscription that the browser has and the server does not know is told.
pub(super) fn renew(store: Store, key: String) {
    let done = StoredValue::new(false);
    Effect::new(move |_| {
        let live = store.link.get() == LinkState::Live && store.me.with(Option::is_some);
        if !live || done.get_value() || store.device.get_untracked() != Device::Allowed {
            return;
        }
        done.set_value(true);
        let key = key.clone();
        leptos::task::spawn_local(async move {
            if existing().await.is_some()
                && let Ok(form) = subscribe(&key, &store.lang()).await
            {
                post("/push", form.as_bytes()).await;
            }
        });
    });
}

fn allow(store: Store, key: String) {
    store.device.set(Device::Asking);
    leptos::task::spawn_local(async move {
        // The prompt comes first, while the tap still counts as one.
        let notification = window().and_then(|window| js::get(&window, "Notification"));
        let asked = notification.and_then(|asked| js::call(&asked, "requestPermission", &JsValue::UNDEFINED));
        let _ = settled(asked).await;
        let device = Device::look();
        if device == Device::Allowed {
            let kept = match subscribe(&key, &store.lang()).await {
                Ok(form) => post("/push", form.as_bytes()).await,
                Err(_) => Answer::NoAnswer,
            };
            if kept != Answer::Done {
                store.tell(store.get(K::PagingFailedSetup));
            }
        }
        store.device.set(device);
    });
}

fn test(store: Store) {
    leptos::task::spawn_local(async move {
        let answer = post("/push/test", &[]).await;
        store.answered(answer, || ());
    });
}

fn stop(store: Store) {
    leptos::task::spawn_local(async move {
        if let Some(found) = existing().await {
            let _ = settled(js::call(&found, "unsubscribe", &JsValue::UNDEFINED)).await;
        }
        let answer = post("/push/stop", &[]).await;
        store.answered(answer, || ());
    });
}

/// How the newest page fared, with its ages as they are now.
fn fared(view: &Aged<PagingView>, now: i64) -> Pages {
    match view.value.pages {
        Pages::Underway { ago_ms } if view.age(ago_ms, now) >= ANSWERED_WITHIN_MS => {
            Pages::Failed { ago_ms: view.age(ago_ms, now) }
        }
        Pages::Came { ago_ms, after_ms } => Pages::Came { ago_ms: view.age(ago_ms, now), after_ms },
        other => other,
    }
}

/// The card: what it is for, whether it works, and the test. `why` explains before anything is asked.
pub(crate) fn paging_card(store: Store, why: K, key: String) -> impl IntoView {
    let key = StoredValue::new(key);
    let here = Memo::new(move |_| store.paging.with(|view| view.value.here));
    let pages = Memo::new(move |_| {
        let now = store.now.get();
        store.paging.with(|view| fared(view, now))
    });
    let line = move || match (store.device.get(), here.get(), pages.get()) {
        (Device::Unable, ..) => store.get(K::PagingNone),
        (Device::Blocked, ..) => store.get(K::PagingBlocked),
        (Device::Asking, ..) => store.get(K::PagingAsking),
        (_, false, _) => store.get(why),
        (_, true, Pages::Off | Pages::Untested) => store.get(K::PagingUntested),
        (_, true, Pages::Underway { .. }) => store.get(K::PagingUnderway),
        (_, true, Pages::Failed { .. }) => store.get(K::PagingMissed),
        (_, true, Pages::Came { ago_ms, after_ms }) => store.words(|words| {
            // Half a second is said as 1 s: nothing takes no time.
            let after = words.duration(after_ms.saturating_add(999));
            words.fill(K::PagingCame, &[("ago", &words.ago(ago_ms)), ("age", &after)])
        }),
    };
    // Told once at each change: an age that grows is nothing to hear every second.
    let kind = Memo::new(move |_| (store.device.get(), here.get(), core::mem::discriminant(&pages.get())));
    let told = move || {
        kind.get();
        untrack(line)
    };
    let amber = move || match store.device.get() {
        Device::Unable | Device::Blocked => true,
        _ => here.get() && matches!(pages.get(), Pages::Failed { .. }),
    };
    let proved = move || here.get() && matches!(pages.get(), Pages::Came { .. });
    let asks = Memo::new(move |_| {
        let able = matches!(store.device.get(), Device::Unasked | Device::Allowed);
        (able && !here.get(), able && here.get())
    });
    view! {
        <section class="card paging" class:is-proved=proved aria-label=store.get(K::PagingTitle)>
            <h2 class="card-title">{sign(Sign::Bell)} <span>{store.get(K::PagingTitle)}</span></h2>
            <p class="unseen" role="status">{told}</p>
            <p class="paging-line" class:is-amber=amber aria-hidden="true">
                {move || amber().then(|| sign(Sign::Warning))}
                {move || proved().then(|| sign(Sign::Check))}
                <span>{line}</span>
            </p>
            {move || asks.get().0.then(|| view! {
                <button type="button" class="button is-wide" on:click=move |_| allow(store, key.get_value())>
                    {store.get(K::PagingAllow)}
                </button>
            })}
            {move || asks.get().1.then(|| view! {
                <div class="paging-acts">
                    <button type="button" class="button is-wide" on:click=move |_| test(store)>
                        {store.get(K::PagingTest)}
                    </button>
                    <button type="button" class="paging-stop" on:click=move |_| stop(store)>
                        {store.get(K::PagingStop)}
                    </button>
                </div>
            })}
        </section>
    }
}
