//! The alert. Law: what is answered as sent is on disk, once, whoever sends it how often.

use super::super::App;
use super::claim::claim;
use super::ready::ready;
use super::reply::{self, Asked};
use crate::desk::Submission;
use crate::log::KeyHash;
use crate::secrets::{fresh_incident, parse_key, random};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use domain::desk::{Actor, Command};

/// `POST /alert`.
pub async fn alert(State(app): State<App>, headers: HeaderMap, bytes: Result<Bytes, BytesRejection>) -> Response {
    let asked = match reply::body(&app, &headers, bytes) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    let value = asked.form.get("p").to_owned();
    if asked.foreign() {
        // Another site's form raises nothing: the person sees Ready and decides.
        return ready(&asked, &Method::POST, &value);
    }
    send(&asked, &value).await
}

async fn send(asked: &Asked<'_>, value: &str) -> Response {
    let app = asked.app;
    let published = &app.desk.published;
    let key = parse_key(asked.form.get("key")).unwrap_or_else(random);
    // A token that belongs to no case here (an old festival's) starts afresh.
    let known = asked.phone().filter(|(_, phone)| published.read(|state| state.phones.contains_key(phone)));
    let (token, phone) = known.unwrap_or_else(|| {
        let token = app.pepper.token_of_first_key(&key);
        let phone = app.pepper.phone(&token);
        (token, phone)
    });
    let venue = published.venue();
    let place = claim(value, venue.as_ref().map(|place| &place.venue), published.now().wall_ms).ok();
    let submission = Submission {
        command: Command::Alert {
            fresh: fresh_incident(),
            lang: asked.lang.to_owned(),
            place,
            for_morning: !published.festival.hours.at(published.now().wall_ms).is_open(),
        },
        actor: Actor::Phone(phone),
        key: Some(KeyHash {
            key: app.pepper.key(&phone.0, &key),
            request: app.pepper.request(&[b"alert", value.as_bytes()]),
        }),
    };
    match app.desk.submit(submission).await {
        Ok(_) => asked.done(&token, &phone),
        Err(rejected) => asked.rejected(&rejected),
    }
}
