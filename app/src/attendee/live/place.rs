//! Where's map and the phone's location: both end in the page's own form.

use super::attribute;
use crate::map::{MapEvent, MapShows, MapView, MapWords, Picked, fetch_map};
use crate::text::{AttendeeKey as K, Texts};
use domain::venue::{Ordinal, Venue};
use js_sys::Reflect;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement, window};

/// Puts the map into its place, once it has come. Without it the page's lists do everything.
pub(super) fn start(slot: Element, texts: Texts<K>) {
    let address = attribute(&slot, "data-map");
    let level = attribute(&slot, "data-level").parse().ok().map(Ordinal);
    wasm_bindgen_futures::spawn_local(async move {
        let venue = if address.is_empty() { None } else { fetch_map(&address).await };
        let Ok(slot) = slot.dyn_into::<HtmlElement>() else { return };
        leptos::mount::mount_to(slot, move || view! { <Finder venue=venue level=level texts=texts/> }).forget();
    });
}

/// The map, *I am here*, and the phone's location.
#[component]
fn Finder(venue: Option<Arc<Venue>>, level: Option<Ordinal>, texts: Texts<K>) -> impl IntoView {
    let refused = RwSignal::new(false);
    let picked = RwSignal::new(None::<Picked>);
    let map = venue.map(|venue| {
        // The level nearest the ground is only where the map opens: nothing is claimed by it.
        let first =
            level.or_else(|| venue.ordinals().into_iter().min_by_key(|level| level.0.abs())).unwrap_or(Ordinal(0));
        let level = RwSignal::new(first);
        let words = map_words(&texts);
        let lang = texts.lang().to_owned();
        let shown = venue.clone();
        let (here, places) = (texts.clone(), texts.clone());
        let spot = move || {
            picked.get().map(|picked| {
                let room = picked.unit.and_then(|unit| shown.unit_label(unit, here.lang()).map(str::to_owned));
                let level = shown.level_name(picked.level, here.lang()).unwrap_or_default().to_owned();
                let line = [Some(level), room].into_iter().flatten().collect::<Vec<_>>().join(" · ");
                let words = here.fill(K::FromTap, &[("metres", &picked.radius_m.to_string())]);
                let value = point_value(&picked);
                view! {
                    <p><b>{line}</b></p>
                    <p class="muted">{words}</p>
                    <button class="main" on:click=move |_| send(&value)>{here.get(K::ImHere)}</button>
                }
            })
        };
        let shows = move || {
            let shows = MapShows::new(venue.clone(), level.get(), &lang);
            MapShows { picked: picked.get(), ..shows }
        };
        let told = move |event| match event {
            MapEvent::Level(other) => level.set(other),
            MapEvent::Picked(place) => picked.set(Some(place)),
            MapEvent::Opened(_) => {}
        };
        view! {
            <p class="muted">{places.get(K::TapMap)}</p>
            <div class="map-box">
                <MapView shows=shows told=told words=words picks=true/>
            </div>
            <div aria-live="polite">{spot}</div>
        }
    });
    let ask = move |_| {
        refused.set(false);
        locate(move |found| match found {
            Some(value) => send(&value),
            None => refused.set(true),
        });
    };
    view! {
        {map}
        <button on:click=ask>{texts.get(K::PhoneLocation)}<small>{texts.get(K::PhoneLocationNote)}</small></button>
        <p class="warn" role="status" hidden=move || !refused.get()>{texts.get(K::LocationRefused)}</p>
    }
}

fn point_value(picked: &Picked) -> String {
    let numbers = [i32::from(picked.level.0), picked.at.x, picked.at.y, i32::from(picked.radius_m)];
    joined("m", &numbers)
}

/// Sends a place with the page's own form.
fn send(value: &str) {
    let page = window().and_then(|window| window.document());
    let Some(form) = page.and_then(|page| page.get_element_by_id("point")) else { return };
    if let Ok(Some(input)) = form.query_selector("[name=p]")
        && let Ok(input) = input.dyn_into::<HtmlInputElement>()
        && let Ok(form) = form.dyn_into::<HtmlFormElement>()
    {
        input.set_value(value);
        let _ = form.submit();
    }
}

/// Asks the browser where the phone is. Only here, and only after a tap on the button that says so.
fn locate(found: impl Fn(Option<String>) + Clone + 'static) {
    let failed = found.clone();
    let on_place = Closure::once_into_js(move |position: JsValue| found(position_value(&position)));
    let on_error = Closure::once_into_js(move |_: JsValue| failed(None));
    let asked = window().and_then(|window| window.navigator().geolocation().ok()).map(|geolocation| {
        geolocation.get_current_position_with_error_callback(on_place.unchecked_ref(), Some(on_error.unchecked_ref()))
    });
    drop(asked);
}

/// `g:latitude:longitude:radius` of a `GeolocationPosition`, in whole tenths of microdegrees.
fn position_value(position: &JsValue) -> Option<String> {
    let coords = Reflect::get(position, &"coords".into()).ok()?;
    let number = |name: &str| Reflect::get(&coords, &name.into()).ok()?.as_f64();
    // Within ±1.8 × 10⁹, so it fits; a cast of anything wilder saturates and the server refuses it.
    let numbers = [
        (number("latitude")? * 1e7) as i32,
        (number("longitude")? * 1e7) as i32,
        number("accuracy")?.clamp(1.0, 5_000.0) as i32,
    ];
    Some(joined("g", &numbers))
}

/// Numbers behind a letter, between colons.
fn joined(kind: &str, numbers: &[i32]) -> String {
    let mut value = kind.to_owned();
    for number in numbers {
        value.push(':');
        value.push_str(&number.to_string());
    }
    value
}

fn map_words(texts: &Texts<K>) -> MapWords {
    MapWords {
        map: texts.get(K::MapName),
        level: texts.get(K::MapLevel),
        you: texts.get(K::MapYou),
        zoom_in: texts.get(K::MapZoomIn),
        zoom_out: texts.get(K::MapZoomOut),
        unknown: texts.get(K::LevelUnknown),
        alerts: texts.get(K::MapYou),
        list: texts.get(K::MapList),
        metre: "m".to_owned(),
        class: Arc::new(|_| None),
    }
}
