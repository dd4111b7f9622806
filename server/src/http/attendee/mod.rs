//! The attendee host: Ready, the alert, the case, Where. Works with plain forms.
//!
//! Law: no well-formed alert is ever refused; a fault in an optional field drops the field.

mod alert;
mod case;
mod claim;
mod cover;
mod ready;
mod reply;
mod talk;
mod r#where;
mod write;

pub(super) use claim::claim;

use super::{App, assets, install};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::HeaderMap;
use axum::routing::{get, post};

/// Larger bodies are refused whole (`../research/security.md`, section 7, A2).
const BODY_MAX: usize = 16 * 1024;
/// A message may be as long as its field lets it be, in any script: what is too long to be kept
/// still comes back. 4,096 UTF-16 units are at most 12,288 bytes, each of three characters as a form.
const TEXT_BODY_MAX: usize = 48 * 1024;

pub(super) fn router(app: App) -> Router {
    Router::new()
        .route("/", get(ready::without_code))
        .route("/ready", post(ready::with_place))
        .route("/code", get(ready::typed))
        .route("/alert", post(alert::alert))
        .route("/now", get(case::show).post(case::show_by_form))
        .route("/undo", post(case::undo))
        .route("/safe", post(case::safe))
        .route("/ok", post(case::ok))
        .route("/nobody", post(case::nobody))
        .route("/reopen", post(case::reopen))
        .route("/place", post(case::place))
        .route("/clear", post(case::clear))
        .route("/answer", post(talk::answer))
        .route("/how", post(talk::how))
        .route("/meet", get(r#where::meet_before).post(r#where::meet))
        .route("/known", post(talk::known))
        .route("/whom", post(talk::whom))
        .route("/works", post(talk::works))
        .route("/phrase", post(talk::phrase))
        .route("/write", get(write::write).post(write::write_by_form))
        .route("/message", post(write::message).layer(DefaultBodyLimit::max(TEXT_BODY_MAX)))
        .route("/look", get(write::look).post(write::look_by_form))
        .route("/claim", get(write::code).post(write::use_code))
        .route("/where", get(r#where::before).post(r#where::in_case))
        .route("/programme", get(cover::programme).post(cover::programme_by_form))
        .route("/live", get(crate::live::attendee))
        .route("/map/{digest}", get(assets::attendee_map))
        .route("/a/{name}", get(file))
        .route("/page", get(ready::copy))
        .route("/sw.js", get(install::attendee_worker))
        .route("/manifest.webmanifest", get(install::attendee_manifest))
        .route("/{code}", get(ready::with_code))
        .fallback(reply::not_found)
        .method_not_allowed_fallback(reply::by_address)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(app)
}

/// The attendee's bundle, and nothing of the staff's.
async fn file(Path(name): Path<String>, request: HeaderMap) -> axum::response::Response {
    install::script(&name, app::outbox::page(), &request).unwrap_or_else(|| {
        let own = ["attendee", "place", "map", "icon"];
        assets::file(&name, &request, |name| own.iter().any(|own| name.starts_with(own)))
    })
}
