//! The case: its page, and everything a phone can say in it.

use super::super::App;
use super::claim::claim;
use super::reply::{self, Asked};
use crate::desk::{Rejected, Submission};
use crate::log::KeyHash;
use crate::secrets::{parse_key, random};
use app::text::AttendeeKey as K;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::desk::{Actor, Command};
use domain::ids::TokenHash;
use domain::refusal::Refusal;
use domain::view::Stage;

/// A form's body, or why it could not be read.
pub type Body = Result<Bytes, BytesRejection>;

/// `GET /now`: the case of this phone's cookie.
pub async fn show(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    show_asked(&Asked::new(&app, &headers, query.unwrap_or_default().as_bytes()))
}

/// `POST /now`: *Refresh* where no cookie is kept; the token comes in the form.
pub async fn show_by_form(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    match reply::body(&app, &headers, bytes) {
        Ok(asked) => show_asked(&asked),
        Err(response) => *response,
    }
}

fn show_asked(asked: &Asked) -> Response {
    match asked.token().zip(asked.own_case()) {
        Some((token, view)) => asked.case_response(view, &token),
        // *Continue* stands on Ready with and without a case: without one, it leads back to Ready.
        None => super::ready::nothing_to_continue(asked),
    }
}

/// `POST /undo`.
pub async fn undo(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    act(&app, &headers, bytes, "undo", |_| Some(Command::Withdraw)).await
}

/// `POST /safe`, with `safe=1` or `safe=0`.
pub async fn safe(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    let read = |asked: &Asked| match asked.form.get("safe") {
        "1" => Some(Command::AnswerCheck { safe: true }),
        "0" => Some(Command::AnswerCheck { safe: false }),
        _ => None,
    };
    act(&app, &headers, bytes, "safe", read).await
}

/// `POST /ok`.
pub async fn ok(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    act(&app, &headers, bytes, "ok", |_| Some(Command::SayOk)).await
}

/// `POST /nobody`.
pub async fn nobody(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    act(&app, &headers, bytes, "nobody", |_| Some(Command::SayNobodyHere)).await
}

/// `POST /reopen`.
pub async fn reopen(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    act(&app, &headers, bytes, "reopen", |_| Some(Command::ReopenOwn)).await
}

/// `POST /place`: a place value (`p`) or a typed code (`typed`). What cannot be read leads back to
/// Where, with a sentence.
pub async fn place(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    let asked = match reply::body(&app, &headers, bytes) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    let typed = asked.form.get("typed");
    let value = if typed.is_empty() { asked.form.get("p").to_owned() } else { ["t:", typed].concat() };
    let venue = app.desk.published.venue();
    match claim(&value, venue.as_ref().map(|place| &place.venue), app.desk.published.now().wall_ms) {
        Ok(place) => submit(&asked, Command::Move { place }, "place").await,
        Err(no_place) => super::r#where::again(&asked, no_place),
    }
}

/// `POST /clear`: this phone forgets; the case goes on. What stays in the browser's history is the
/// address that everybody has, and *Back* finds no case.
pub async fn clear(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    let asked = match reply::body(&app, &headers, bytes) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    if asked.foreign() {
        return asked.notice(StatusCode::FORBIDDEN, K::ErrorBadForm, Some("foreign_page"));
    }
    super::ready::cleared(&asked, asked.own_case().is_some_and(|view| !matches!(view.stage, Stage::Closed { .. })))
}

async fn act(
    app: &App,
    headers: &HeaderMap,
    bytes: Body,
    name: &'static str,
    read: impl Fn(&Asked) -> Option<Command>,
) -> Response {
    let asked = match reply::body(app, headers, bytes) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    match read(&asked) {
        Some(command) => submit(&asked, command, name).await,
        None => asked.notice(StatusCode::UNPROCESSABLE_ENTITY, K::ErrorBadForm, Some("bad_field")),
    }
}

/// What a form of the case says, and the page that answers it.
pub async fn submit(asked: &Asked<'_>, command: Command, name: &str) -> Response {
    if asked.foreign() {
        return asked.notice(StatusCode::FORBIDDEN, K::ErrorBadForm, Some("foreign_page"));
    }
    let Some((token, phone)) = asked.phone() else {
        return asked.notice(StatusCode::NOT_FOUND, K::ErrorGone, Some("unknown"));
    };
    match send(asked, command, name, phone).await {
        // What no longer fits (closed meanwhile, already done) shows the case as it is: that says why.
        Ok(())
        | Err(Rejected::Refused(Refusal::Closed | Refusal::NotClosed | Refusal::OutOfOrder | Refusal::TooLate)) => {
            asked.done(&token, &phone)
        }
        Err(rejected) => asked.rejected(&rejected),
    }
}

/// Submits what a form says, and that its page was seen.
///
/// # Errors
/// [`Rejected`]; nothing was changed.
pub async fn send(asked: &Asked<'_>, command: Command, name: &str, phone: TokenHash) -> Result<(), Rejected> {
    note_shown(asked).await;
    let key = parse_key(asked.form.get("key")).unwrap_or_else(random);
    // The same key under another meaning is another request: everything that a form of ours says.
    let said = ["safe", "p", "typed", "q", "a", "w", "garment", "colour", "text"]
        .map(|field| asked.form.get(field).as_bytes());
    let wears: Vec<&[u8]> = asked.form.all("wear").map(str::as_bytes).collect();
    let parts: Vec<&[u8]> = [name.as_bytes()].into_iter().chain(said).chain(wears).collect();
    let submission = Submission {
        command,
        actor: Actor::Phone(phone),
        key: Some(KeyHash { key: asked.app.pepper.key(&phone.0, &key), request: asked.app.pepper.request(&parts) }),
    };
    asked.app.desk.submit(submission).await.map(drop)
}

/// Whoever pressed a form has had the page before them on which it stood.
pub async fn note_shown(asked: &Asked<'_>) {
    let upto = asked.form.get("m").parse::<u32>().ok().filter(|upto| *upto > 0);
    if let (Some(upto), Some((_, phone)), false) = (upto, asked.phone(), asked.foreign()) {
        // A mark that cannot be saved now comes again with the next form.
        let _ = asked.app.desk.tell(Actor::Phone(phone), Command::Got { upto, shown: true }).await;
    }
}
