//! Files of the staff host. Both need a session, but for the style sheets and the bundle itself.

use super::super::{App, assets, install};
use super::session::Staff;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

/// The staff bundle and the style sheets; nothing of the attendee's.
pub async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    install::script(&name, app::outbox::desk(), &headers).unwrap_or_else(|| {
        assets::file(&name, &headers, |name| !name.starts_with("attendee") && !name.starts_with("place"))
    })
}

/// The packed map with checkpoints.
pub async fn map(State(app): State<App>, Path(digest): Path<String>, headers: HeaderMap) -> Response {
    match Staff::of(&app, &headers) {
        Ok(_) => assets::staff_map(&app, &digest, &headers),
        Err(problem) => problem.into_response(),
    }
}
