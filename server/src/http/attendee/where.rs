//! Where: level, then room, in plain links before an alert and in forms within a case.

use super::super::{App, assets, page};
use super::claim::{NoPlace, rooms};
use super::reply::{self, Asked};
use app::attendee::{Choice, WherePage, where_page};
use app::text::{AttendeeKey as K, texts};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::venue::Ordinal;

/// `GET /where`: before an alert.
pub async fn before(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    show(&Asked::new(&app, &headers, query.unwrap_or_default().as_bytes()), false, false, None)
}

/// `POST /where`: within a case; the token may come in the form.
pub async fn in_case(State(app): State<App>, headers: HeaderMap, bytes: Result<Bytes, BytesRejection>) -> Response {
    match reply::body(&app, &headers, bytes) {
        Ok(asked) => show(&asked, true, false, None),
        Err(response) => *response,
    }
}

/// Where again, after a place that could not be read.
pub fn again(asked: &Asked, no_place: NoPlace) -> Response {
    let warning = match no_place {
        NoPlace::Typo => K::CodeTypo,
        NoPlace::Empty => K::WhereAreYou,
        NoPlace::UnknownCode | NoPlace::Unreadable => K::CodeUnknown,
    };
    show(asked, true, false, Some(warning))
}

/// `GET /meet`: a reload of it.
pub async fn meet_before(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::new(&app, &headers, query.unwrap_or_default().as_bytes());
    if asked.own_case().is_none() {
        return super::ready::nothing_to_continue(&asked);
    }
    show(&asked, true, true, None)
}

/// `POST /meet`: where the person wants to be met, in the same steps.
pub async fn meet(State(app): State<App>, headers: HeaderMap, bytes: Result<Bytes, BytesRejection>) -> Response {
    match reply::body(&app, &headers, bytes) {
        Ok(asked) => {
            super::case::note_shown(&asked).await;
            show(&asked, true, true, None)
        }
        Err(response) => *response,
    }
}

fn show(asked: &Asked, in_case: bool, meet: bool, warning: Option<K>) -> Response {
    let published = &asked.app.desk.published;
    let texts = texts(asked.lang);
    let place = published.venue();
    let venue = place.as_ref().map(|place| &place.venue);
    let name = |level: Ordinal| {
        let named = venue.and_then(|venue| venue.level_name(level, asked.lang));
        named.map_or_else(|| level.0.to_string(), str::to_owned)
    };
    let mut ordinals = venue.map(|venue| venue.ordinals()).unwrap_or_default();
    ordinals.reverse();
    let levels = ordinals.iter().map(|level| Choice { label: name(*level), value: level.0.to_string() }).collect();
    let chosen = asked.form.get("v").parse().ok().map(Ordinal).filter(|level| ordinals.contains(level));
    let chosen_rooms = chosen.zip(venue).map(|(level, venue)| {
        let only = Choice { label: texts.get(K::OnlyLevel), value: format!("l:{}", level.0) };
        let named = rooms(venue, level, asked.lang);
        let named = named.into_iter().map(|(label, id)| Choice { label, value: format!("u:{}:{id}", level.0) });
        (name(level), [only].into_iter().chain(named).collect())
    });
    let token = asked.token().filter(|_| in_case && !asked.keeps_cookies());
    let content = WherePage {
        texts,
        festival: published.festival.name(asked.lang),
        programme: asked.programme(),
        hidden: asked.hidden(token.as_ref()),
        in_case,
        meet,
        levels,
        rooms: chosen_rooms,
        warning,
        map: assets::map_address(asked.app),
        map_style: reply::map_style(),
        level: chosen.map(|level| level.0.to_string()).unwrap_or_default(),
        bundle: reply::bundle("place"),
    };
    asked.marked(page::html(asked.headers, StatusCode::OK, page::attendee_csp(), asked.lang, &where_page(&content)))
}
