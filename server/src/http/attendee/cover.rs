//! The programme as a page of its own: where the eye leads without script.
//!
//! Law: it is the same for everybody and says nothing of a case; only its way back differs.

use super::super::{App, page};
use super::reply::{self, Asked};
use app::attendee::{Behind, ProgrammePage, programme_page};
use app::text::texts;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

/// `GET /programme`: with `p` (also an empty one) it was opened before an alert.
pub async fn programme(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    show(&Asked::new(&app, &headers, query.unwrap_or_default().as_bytes()))
}

/// `POST /programme`: the token comes in the form and goes back in one.
pub async fn programme_by_form(
    State(app): State<App>,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Response {
    match reply::body(&app, &headers, bytes) {
        Ok(asked) => show(&asked),
        Err(response) => *response,
    }
}

fn show(asked: &Asked) -> Response {
    let token = asked.token().filter(|_| !asked.keeps_cookies());
    let hidden = asked.hidden(token.as_ref());
    let place = super::ready::own_reading(asked, asked.form.get("p"));
    let behind = if asked.form.has("p") {
        Behind::Ready { lang: &asked.explicit, place: &place }
    } else {
        Behind::Case(&hidden)
    };
    let content = ProgrammePage {
        texts: texts(asked.lang),
        festival: asked.app.desk.published.festival.name(asked.lang),
        programme: asked.programme(),
        behind,
    };
    page::html(asked.headers, StatusCode::OK, page::attendee_csp(), asked.lang, &programme_page(&content))
}
