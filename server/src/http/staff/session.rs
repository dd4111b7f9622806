//! Who is signed in on a browser. The cookie's secret is looked up in the state, each time.

use super::super::{App, cookies, problem::Problem};
use crate::secrets::Token;
use app::text::choose_language;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::desk::{Actor, Command};
use domain::ids::{PersonId, SessionHash};
use domain::person::{May, Role};

/// A signed-in member of staff.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their role, as the state says now.
    pub role: Role,
    /// This browser's session.
    pub session: SessionHash,
}

/// Nobody is signed in.
pub fn signed_out() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "signed_out", "You are signed out. Ask for a new link.")
}

impl Staff {
    /// Who sends this request.
    ///
    /// # Errors
    /// 401 for a cookie that is missing, unknown, expired or revoked.
    pub fn of(app: &App, headers: &HeaderMap) -> Result<Self, Problem> {
        let token = cookies::Cookies::of(headers).get(cookies::DESK).and_then(Token::parse).ok_or_else(signed_out)?;
        Self::by_session(app, app.pepper.session(&token)).ok_or_else(signed_out)
    }

    /// Who a session belongs to, if it still holds.
    pub fn by_session(app: &App, session: SessionHash) -> Option<Self> {
        let now = app.desk.published.now();
        app.desk.published.read(|state| {
            let person = state.people.values().find(|person| person.signed_in(&session, now))?;
            let profile = &person.profile;
            Some(Staff { id: person.id, name: profile.name.clone(), role: profile.role, session })
        })
    }

    /// As [`Staff::of`], and the role may do `what`.
    ///
    /// # Errors
    /// 404 for the wrong role: the same answer as for an address that does not exist.
    pub fn who_may(app: &App, headers: &HeaderMap, what: May) -> Result<Self, Problem> {
        let staff = Self::of(app, headers)?;
        if staff.role.may(what) {
            return Ok(staff);
        }
        Err(Problem::new(StatusCode::NOT_FOUND, "not_found", "This is not here."))
    }
}

/// The language of a staff page: the browser's.
pub fn language(app: &App, headers: &HeaderMap) -> &'static str {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    choose_language(header, app.desk.published.festival.language)
}

/// `POST /out`: signs this browser out and forgets the cookie.
pub async fn out(State(app): State<App>, headers: HeaderMap) -> Response {
    if let Ok(staff) = Staff::of(&app, &headers)
        && let Err(rejected) = app.desk.tell(Actor::Person(staff.id), Command::SignOut(staff.session)).await
    {
        return Problem::from(rejected).into_response();
    }
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static("/"));
    headers.append(header::SET_COOKIE, cookies::set(cookies::DESK, "", 0));
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}
