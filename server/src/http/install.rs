//! What makes a site an app on the phone: its manifest, its service worker, the outbox's script.
//!
//! Law: name, icon and start address tell nothing (`product.md`, rule 5); a worker keeps only what is
//! the same for everybody.

use super::{App, assets, page};
use crate::assets::manifest;
use app::outbox::{Script, Shell};
use app::text::{choose_language, direction};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A worker may reach its own host and nothing else.
const WORKER_CSP: &str = "default-src 'none'; connect-src 'self'";
/// `--bg` of `attendee.css`.
const GROUND: &str = "#0b0d10";

/// The outbox's script, if it goes by that name.
pub fn script(name: &str, script: &Script, request: &HeaderMap) -> Option<Response> {
    (name == script.file).then(|| code(request, &script.text, "public, max-age=31536000, immutable"))
}

/// `GET /sw.js` of the attendees' site.
pub async fn attendee_worker(State(app): State<App>, request: HeaderMap) -> Response {
    let text = if app.worker { app::outbox::worker(&shell(&app)) } else { app::outbox::kill() };
    worker(&request, &text)
}

/// `GET /sw.js` of the staff's site: it keeps files, delivers what waits, and rings.
pub async fn staff_worker(State(app): State<App>, request: HeaderMap) -> Response {
    let text =
        if app.worker { [app::outbox::desk_worker(), app::push::worker()].concat() } else { app::outbox::kill() };
    worker(&request, &text)
}

/// What the attendee's phone keeps. The cover is kept once there is one.
fn shell(app: &App) -> Shell {
    let manifest = manifest();
    let files = ["attendee.js", "attendee_bg.wasm", "attendee-keep.js", "place.js", "place_bg.wasm", "map.css"];
    let files = files.iter().filter_map(|name| manifest.file(name)).map(|file| format!("/a/{file}"));
    let map = assets::map_address(app);
    Shell {
        pages: vec!["/page".to_owned(), "/programme".to_owned()],
        first: vec![format!("/a/{}", app::outbox::page().file)],
        later: files.chain((!map.is_empty()).then_some(map)).collect(),
    }
}

fn worker(request: &HeaderMap, text: &str) -> Response {
    let mut response = code(request, text, "no-cache");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_CSP));
    response
}

fn code(request: &HeaderMap, text: &str, cache: &'static str) -> Response {
    let small = page::accepts_brotli(request);
    let bytes = if small { super::compress(text.as_bytes(), 6) } else { text.as_bytes().to_vec() };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if small {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// `GET /manifest.webmanifest` of the attendees' site: the festival's name, a page of a calendar.
pub async fn attendee_manifest(State(app): State<App>, request: HeaderMap) -> Response {
    let festival = &app.desk.published.festival;
    let asked = request.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang = choose_language(asked, festival.language);
    described(lang, &festival.name(lang))
}

/// `GET /manifest.webmanifest` of the staff's site.
pub async fn staff_manifest(State(app): State<App>) -> Response {
    described(app.desk.published.festival.language, "Sotto")
}

fn described(lang: &str, name: &str) -> Response {
    let manifest = manifest();
    let icon = |(file, sizes, purpose): (&str, &str, &str)| {
        let file = manifest.file(file)?;
        Some(json!({ "src": format!("/a/{file}"), "sizes": sizes, "type": "image/png", "purpose": purpose }))
    };
    let icons = [
        ("icon-192.png", "192x192", "any"),
        ("icon-512.png", "512x512", "any"),
        ("icon-edge.png", "512x512", "maskable"),
    ];
    let icons: Vec<Value> = icons.into_iter().filter_map(icon).collect();
    let body = json!({
        "id": "/",
        "name": name,
        "short_name": name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": lang,
        "dir": direction(lang),
        "background_color": GROUND,
        "theme_color": GROUND,
        "icons": icons,
    });
    let mut response = Json(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/manifest+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}
