//! Write, what the person wears, the desk's code: pages of their own that never refresh.
//!
//! Law: what was typed and not accepted comes back in its field.

use super::super::{App, page};
use super::case::{Body, note_shown, send};
use super::ready::nothing_to_continue;
use super::reply::{self, Asked};
use super::talk::message_id;
use crate::desk::{Rejected, Submission};
use crate::log::KeyHash;
use crate::secrets::{hex, parse_key, random};
use app::attendee::{CodePage, Hidden, LookPage, WritePage, code_page, look_page, write_page};
use app::text::{AttendeeKey as K, book, texts};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::desk::{Actor, Command};
use domain::question::{Answer, Question};
use domain::refusal::Refusal;
use domain::venue::{Code, CodeError};
use domain::words::Words;

/// `GET /write`.
pub async fn write(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::new(&app, &headers, query.unwrap_or_default().as_bytes());
    if asked.own_case().is_none() {
        return nothing_to_continue(&asked);
    }
    show(&asked, StatusCode::OK, "", None)
}

/// `POST /write`: the token comes in the form.
pub async fn write_by_form(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    match reply::body(&app, &headers, bytes) {
        Ok(asked) => {
            note_shown(&asked).await;
            if asked.own_case().is_none() {
                return nothing_to_continue(&asked);
            }
            show(&asked, StatusCode::OK, "", None)
        }
        Err(response) => *response,
    }
}

/// `POST /message`, with `text`.
pub async fn message(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    let asked = match reply::body(&app, &headers, bytes) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    let text = match asked.form.text("text") {
        Ok(text) => text,
        Err(broken) => return show(&asked, StatusCode::UNPROCESSABLE_ENTITY, broken, Some(K::ErrorTextBroken)),
    };
    if asked.foreign() {
        return asked.notice(StatusCode::FORBIDDEN, K::ErrorBadForm, Some("foreign_page"));
    }
    let Some((token, phone)) = asked.phone() else {
        return show(&asked, StatusCode::NOT_FOUND, text, Some(K::ErrorGone));
    };
    // Browsers send a line break as CR LF: kept as one character, it also counts as one.
    let words = Words::Text(text.replace("\r\n", "\n"));
    let command = Command::Write { id: message_id(&asked), words };
    let warning = match send(&asked, command, "message", phone).await {
        Ok(()) => return asked.done(&token, &phone),
        Err(Rejected::Refused(refusal)) => {
            let status = super::super::problem::status_of(&refusal);
            let key = match refusal {
                Refusal::TextTooLong => K::ErrorTextLong,
                Refusal::BadText => K::ErrorTextEmpty,
                Refusal::TooFast => K::ErrorTooFast,
                Refusal::Closed => K::ErrorCaseClosed,
                Refusal::Unknown => K::ErrorGone,
                _ => K::ErrorBadForm,
            };
            (status, key)
        }
        Err(Rejected::Full | Rejected::Stopping) => (StatusCode::SERVICE_UNAVAILABLE, K::ErrorNotSaved),
    };
    show(&asked, warning.0, text, Some(warning.1))
}

fn show(asked: &Asked, status: StatusCode, text: &str, warning: Option<K>) -> Response {
    let festival = &asked.app.desk.published.festival;
    let token = asked.token().filter(|_| !asked.keeps_cookies());
    let content = WritePage {
        texts: texts(asked.lang),
        festival: festival.name(asked.lang),
        programme: asked.programme(),
        // What was refused is sent again under its own key: the page that keeps a draft knows it by that.
        hidden: Hidden { key: key_of(asked), ..asked.hidden(token.as_ref()) },
        text: text.to_owned(),
        warning,
    };
    asked.marked(page::html(asked.headers, status, page::attendee_csp(), asked.lang, &write_page(&content)))
}

/// The key that the text was sent under, if it is one; else a fresh one.
fn key_of(asked: &Asked) -> String {
    let key = parse_key(asked.form.get("key")).filter(|_| asked.form.text("text").is_ok_and(|text| !text.is_empty()));
    hex(&key.unwrap_or_else(random))
}

/// `GET /look`.
pub async fn look(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    show_look(&Asked::new(&app, &headers, query.unwrap_or_default().as_bytes()), StatusCode::OK, None)
}

/// `POST /look`: the token comes in the form.
pub async fn look_by_form(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    match reply::body(&app, &headers, bytes) {
        Ok(asked) => {
            note_shown(&asked).await;
            show_look(&asked, StatusCode::OK, None)
        }
        Err(response) => *response,
    }
}

/// The chips again, after a garment without a colour.
pub fn look_again(asked: &Asked) -> Response {
    show_look(asked, StatusCode::UNPROCESSABLE_ENTITY, Some(K::ErrorLook))
}

fn show_look(asked: &Asked, status: StatusCode, warning: Option<K>) -> Response {
    if asked.own_case().is_none() {
        return nothing_to_continue(asked);
    }
    let published = &asked.app.desk.published;
    let token = asked.token().filter(|_| !asked.keeps_cookies());
    let said = asked.phone().and_then(|(_, phone)| {
        published.read(|state| match state.incident_of(&phone)?.conversation.answer(Question::KnownBy)? {
            Answer::Look(pieces) => Some(pieces.clone()),
            _ => None,
        })
    });
    let content = LookPage {
        texts: texts(asked.lang),
        book: book(asked.lang),
        festival: published.festival.name(asked.lang),
        programme: asked.programme(),
        hidden: asked.hidden(token.as_ref()),
        pieces: said.unwrap_or_default(),
        warning,
    };
    asked.marked(page::html(asked.headers, status, page::attendee_csp(), asked.lang, &look_page(&content)))
}

/// `GET /claim`: where the desk's code is typed.
pub async fn code(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::new(&app, &headers, query.unwrap_or_default().as_bytes());
    show_code(&asked, StatusCode::OK, "", None)
}

/// `POST /claim`, with `code`: the case is this phone's from now on.
pub async fn use_code(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    let asked = match reply::body(&app, &headers, bytes) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    if asked.foreign() {
        return asked.notice(StatusCode::FORBIDDEN, K::ErrorBadForm, Some("foreign_page"));
    }
    let typed = asked.form.get("code");
    let code = match Code::parse(typed) {
        Ok(code) => code,
        // A slip is told before it costs a try.
        Err(error) => {
            let key = if error == CodeError::Typo { K::CaseCodeTypo } else { K::ErrorCode };
            return show_code(&asked, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(key));
        }
    };
    if !app.tries.may(app.desk.published.now()) {
        return show_code(&asked, StatusCode::TOO_MANY_REQUESTS, typed, Some(K::ErrorCodePace));
    }
    let key = parse_key(asked.form.get("key")).unwrap_or_else(random);
    // As with a first alert: whoever repeats the key gets the same token again.
    let (token, phone) = asked.phone().unwrap_or_else(|| {
        let token = app.pepper.token_of_first_key(&key);
        let phone = app.pepper.phone(&token);
        (token, phone)
    });
    let hash = app.pepper.code(code);
    let submission = Submission {
        command: Command::UseCode { code: hash, lang: asked.lang.to_owned() },
        actor: Actor::Phone(phone),
        key: Some(KeyHash { key: app.pepper.key(&phone.0, &key), request: app.pepper.request(&[b"claim", &hash.0]) }),
    };
    match app.desk.submit(submission).await {
        Ok(_) => asked.done(&token, &phone),
        Err(Rejected::Refused(refusal @ (Refusal::CodeUnknown | Refusal::CaseOpen))) => {
            app.tries.failed(app.desk.published.now());
            let key = if refusal == Refusal::CaseOpen { K::ErrorCaseOpen } else { K::ErrorCode };
            show_code(&asked, super::super::problem::status_of(&refusal), typed, Some(key))
        }
        Err(rejected) => asked.rejected(&rejected),
    }
}

fn show_code(asked: &Asked, status: StatusCode, typed: &str, warning: Option<K>) -> Response {
    let content = CodePage {
        texts: texts(asked.lang),
        festival: asked.app.desk.published.festival.name(asked.lang),
        programme: asked.programme(),
        hidden: asked.hidden(None),
        typed: typed.to_owned(),
        warning,
    };
    page::html(asked.headers, status, page::attendee_csp(), asked.lang, &code_page(&content))
}
