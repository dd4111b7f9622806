//! The staff host: sign-in by one-use links, the screens' shell, commands, the organiser's pages.
//!
//! Law: who somebody is comes from the session, what they may do from the state; nothing of either
//! is read from an address or a body.

mod command;
mod files;
mod join;
mod organiser;
mod push;
pub mod session;
mod shell;
mod trial;
mod venue;

pub use trial::trial_router;

use super::{App, install, problem::Problem, proof};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

/// Commands are small.
const BODY_MAX: usize = 16 * 1024;

pub(super) fn router(app: App) -> Router {
    Router::new()
        .route("/", get(shell::home))
        .route("/join/{token}", get(join::show).post(join::accept))
        .route("/out", post(session::out))
        .route("/command", post(command::command))
        .route("/live", get(crate::live::staff))
        .route("/shift", get(shell::shift))
        .route("/push", post(push::subscribe))
        .route("/push/stop", post(push::stop))
        .route("/push/test", post(push::test))
        .route("/push/got", post(push::got))
        .route("/organiser", get(organiser::page))
        .route("/venue", post(venue::import))
        .route("/invite", post(organiser::invite))
        .route("/remove", post(organiser::remove))
        .route("/poster/{code}", get(organiser::poster))
        .route("/map/{digest}", get(files::map))
        .route("/a/{name}", get(files::file))
        .route("/sw.js", get(install::staff_worker))
        .route("/manifest.webmanifest", get(install::staff_manifest))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not_found", "This is not here.") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This address takes other requests.")
        })
        .layer(axum::middleware::from_fn(guard_against_foreign_pages))
        .with_state(app)
}

/// Every change needs proof that our own page asks. Unlike attendees, staff have rights that another
/// site could borrow, so missing headers are no proof.
async fn guard_against_foreign_pages(request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    if changes && proof::same_origin(request.headers()) != proof::Origin::Same {
        return Problem::new(StatusCode::FORBIDDEN, "foreign_page", "Open Sotto's own page and try again.")
            .into_response();
    }
    next.run(request).await
}

/// Escapes text for the few plain pages that are built by hand.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A staff page: a plain document with the shared style sheets.
fn document(lang: &str, title: &str, head: &str, body: &str) -> String {
    let manifest = crate::assets::manifest();
    let sheet = |name: &str| {
        manifest.file(name).map(|file| format!("<link rel=stylesheet href=\"/a/{file}\">")).unwrap_or_default()
    };
    let sheets: String = ["staff.css"].into_iter().map(sheet).collect();
    format!(
        "<!doctype html><html lang=\"{lang}\" dir={}><head><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\"><title>{}</title>\
         <link rel=icon href=\"data:,\"><link rel=manifest href=/manifest.webmanifest>{sheets}{head}</head><body>{body}</body></html>",
        app::text::direction(lang),
        escape(title)
    )
}
