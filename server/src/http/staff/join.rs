//! Invitation links. Law: opening a link changes nothing (previews open links); the button does.

use super::super::{App, cookies, form::Form, page, problem::Problem};
use super::{document, escape, session};
use crate::desk::Rejected;
use crate::secrets::{Token, fresh_person};
use app::text::{StaffKey as K, texts};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::desk::{Actor, Command};
use domain::person::Profile;
use domain::refusal::Refusal;

/// `GET /join/TOKEN`: who it is for, a name, one button.
pub async fn show(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let lang = session::language(&app, &headers);
    let now = app.desk.published.now();
    let found = Token::parse(&token).and_then(|token| {
        let hash = app.pepper.invite(&token);
        app.desk.published.read(|state| {
            state.invites.get(&hash).filter(|invite| invite.works(now)).map(|invite| invite.profile.clone())
        })
    });
    match found {
        Some(profile) => respond(&app, &headers, lang, StatusCode::OK, &form(&profile, lang)),
        None => spent(&app, &headers, lang),
    }
}

fn form(profile: &Profile, lang: &str) -> String {
    let texts = texts::<K>(lang);
    let role = texts.get(role_key(profile.role));
    format!(
        "<h1>{}</h1><p>{}</p><form method=post><label>{} <input name=name maxlength=40 required autocomplete=off value=\"{}\"></label>\
         <button class=primary>{}</button></form>",
        escape(&texts.get(K::JoinTitle)),
        escape(&texts.fill(K::JoinAs, &[("role", &role)])),
        escape(&texts.get(K::JoinName)),
        escape(&profile.name),
        escape(&texts.get(K::JoinStart)),
    )
}

/// The text of a role.
pub fn role_key(role: domain::person::Role) -> K {
    match role {
        domain::person::Role::Agent => K::RoleAgent,
        domain::person::Role::Security => K::RoleSecurity,
        domain::person::Role::Lead => K::RoleLead,
        domain::person::Role::Organiser => K::RoleOrganiser,
    }
}

/// `POST /join/TOKEN`: uses the link up and signs this browser in.
pub async fn accept(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let lang = session::language(&app, &headers);
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return Problem::from(rejection).into_response(),
    };
    let Some(invite) = Token::parse(&token) else { return spent(&app, &headers, lang) };
    let secret = Token::fresh();
    let command = Command::Join {
        invite: app.pepper.invite(&invite),
        fresh: fresh_person(),
        name: Form::parse(&body).get("name").to_owned(),
        session: app.pepper.session(&secret),
    };
    let role = app
        .desk
        .published
        .read(|state| state.invites.get(&app.pepper.invite(&invite)).map(|invite| invite.profile.role));
    match app.desk.tell(Actor::Terminal, command).await {
        Ok(_) => {
            // The browser is somebody else's now: what it held before is held by nobody.
            if let Ok(former) = session::Staff::of(&app, &headers) {
                let _ = app.desk.tell(Actor::Person(former.id), Command::SignOut(former.session)).await;
            }
            let kept = role.map_or(0, |role| role.session_ms() / 1_000);
            let mut response = StatusCode::SEE_OTHER.into_response();
            let headers = response.headers_mut();
            headers.insert(header::LOCATION, HeaderValue::from_static("/"));
            headers.append(header::SET_COOKIE, cookies::set(cookies::DESK, secret.reveal(), kept));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(Rejected::Refused(Refusal::InviteSpent)) => spent(&app, &headers, lang),
        Err(rejected) => Problem::from(rejected).into_response(),
    }
}

fn spent(app: &App, headers: &HeaderMap, lang: &'static str) -> Response {
    let texts = texts::<K>(lang);
    let body = format!("<h1>{}</h1><p>{}</p>", escape(&texts.get(K::JoinSpentTitle)), escape(&texts.get(K::JoinSpent)));
    respond(app, headers, lang, StatusCode::GONE, &body)
}

fn respond(app: &App, headers: &HeaderMap, lang: &'static str, status: StatusCode, body: &str) -> Response {
    let title = app.desk.published.festival.name(lang);
    let body = format!("<main class=plain>{body}</main>");
    let nonce = Token::fresh();
    page::html(headers, status, &page::staff_csp(nonce.reveal()), lang, &document(lang, &title, "", &body))
}
