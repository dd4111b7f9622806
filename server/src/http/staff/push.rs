//! Paging: a browser's subscription, its test, and its answer.
//!
//! Law: whose phone it is comes from the session; where a page may go, from `push::Allowed`.

use super::super::{App, SOTTO, form::Form, problem::Problem};
use super::session::Staff;
use crate::push::{Subscription, TestRefused};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::person::May;

/// Somebody whose browser can be paged. For the rest of the team it is not there.
fn pageable(app: &App, headers: &HeaderMap) -> Result<Staff, Problem> {
    let staff = Staff::of(app, headers)?;
    if staff.role.may(May::WorkIncidents) || staff.role.may(May::Respond) {
        return Ok(staff);
    }
    Err(Problem::new(StatusCode::NOT_FOUND, "not_found", "This is not here."))
}

/// These requests have no key: the page knows by the mark that it was us who answered.
fn answer(done: Result<(), Problem>) -> Response {
    done.map_or_else(IntoResponse::into_response, |()| (StatusCode::NO_CONTENT, [(SOTTO, "/")]).into_response())
}

fn unkept<E>(_: E) -> Problem {
    Problem::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", "This could not be saved. Try again.")
}

/// `POST /push`: pages may be sent to this browser from now on.
pub async fn subscribe(State(app): State<App>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let take = || {
        let staff = pageable(&app, &headers)?;
        let form = Form::parse(&body?);
        let (endpoint, key, auth) = (form.get("endpoint"), form.get("p256dh"), form.get("auth"));
        let subscription = Subscription::read(staff.id, staff.session, endpoint, key, auth);
        let subscription = subscription.filter(|_| app.push.allows(endpoint)).ok_or_else(|| {
            let title = "This browser's push service is not one that Sotto knows.";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "push_unknown", title)
        })?;
        app.push.subscribe(subscription).map_err(unkept)
    };
    answer(take())
}

/// `POST /push/stop`: no more pages to this browser.
pub async fn stop(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(pageable(&app, &headers).and_then(|staff| app.push.stop(&staff.session).map_err(unkept)))
}

/// `POST /push/test`: rings this browser, and it alone. What comes of it is shown over the socket.
pub async fn test(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(pageable(&app, &headers).and_then(|staff| {
        app.push.test(&staff.session).map_err(|refused| match refused {
            TestRefused::NoSubscription => {
                Problem::new(StatusCode::CONFLICT, "no_subscription", "Allow alerts on this browser first.")
            }
            TestRefused::TooSoon => {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_often", "One moment: a test was just sent.")
            }
        })
    }))
}

/// `POST /push/got`: the browser's worker says that a page came.
pub async fn got(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(pageable(&app, &headers).map(|staff| app.push.came(&staff.session)))
}
