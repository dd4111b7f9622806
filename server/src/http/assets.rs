//! Static files and the packed map, the same on both hosts; each host lists what it serves.

use super::{App, page};
use crate::assets::{Asset, asset};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;

/// A file of the bundle. `allowed` keeps one host's code off the other.
pub fn file(name: &str, request: &HeaderMap, allowed: impl Fn(&str) -> bool) -> Response {
    match asset(name).filter(|_| allowed(name)) {
        Some(found) => send(found, request),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn send(asset: Asset, request: &HeaderMap) -> Response {
    let fresh = request.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == asset.etag.as_bytes());
    if fresh {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let cache = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let small = asset.brotli.filter(|_| page::accepts_brotli(request));
    answer(asset.content_type, cache, Some(&asset.etag), small.is_some(), shared(small.unwrap_or(asset.bytes)))
}

fn answer(content_type: &str, cache: &str, etag: Option<&str>, brotli: bool, bytes: Bytes) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let mut put = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, content_type);
    put(header::CACHE_CONTROL, cache);
    put(header::VARY, "Accept-Encoding");
    if brotli {
        put(header::CONTENT_ENCODING, "br");
    }
    if let Some(etag) = etag {
        put(header::ETAG, etag);
    }
    response
}

/// What is inside the binary is sent from there: a slow reader costs no copy.
fn shared(bytes: Cow<'static, [u8]>) -> Bytes {
    match bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}

/// The packed map for attendees. Its name holds the digest, so it never goes stale.
pub async fn attendee_map(State(app): State<App>, Path(digest): Path<String>, request: HeaderMap) -> Response {
    map(&app, &digest, &request, false)
}

/// The packed map for staff, with checkpoints.
pub fn staff_map(app: &App, digest: &str, request: &HeaderMap) -> Response {
    map(app, digest, request, true)
}

fn map(app: &App, digest: &str, request: &HeaderMap, staff: bool) -> Response {
    let place = app.desk.published.venue().filter(|place| place.digest.to_string() == digest);
    let Some(place) = place else { return StatusCode::NOT_FOUND.into_response() };
    if !page::accepts_brotli(request) {
        let whom = if staff { domain::venue::PackFor::Staff } else { domain::venue::PackFor::Attendee };
        let plain = domain::venue::pack(&place.venue, whom);
        return answer("application/octet-stream", "private, max-age=31536000, immutable", None, false, plain.into());
    }
    let packed = if staff { &place.packed_staff } else { &place.packed_attendee };
    answer("application/octet-stream", "private, max-age=31536000, immutable", None, true, packed.clone())
}

/// Where the map in place is; empty without a venue.
pub fn map_address(app: &App) -> String {
    app.desk.published.venue().map(|place| format!("/map/{}", place.digest)).unwrap_or_default()
}
