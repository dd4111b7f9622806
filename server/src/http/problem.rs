//! Errors of the API: RFC 9457 problem details with a stable code.

use crate::desk::Rejected;
use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;
use serde::Serialize;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: &'static str,
    /// What to do, in English; screens say it in the reader's language by the code.
    pub title: String,
}

impl Problem {
    /// A problem.
    pub fn new(status: StatusCode, code: &'static str, title: impl Into<String>) -> Self {
        Problem { status: status.as_u16(), code, title: title.into() }
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "This is too large. Nothing was changed.")
            }
            status => Problem::new(status, "bad_body", "The request was cut off. Try again."),
        }
    }
}

impl From<Rejected> for Problem {
    fn from(rejected: Rejected) -> Self {
        let title = rejected.to_string();
        match rejected {
            Rejected::Refused(refusal) => Problem::new(status_of(&refusal), refusal.code(), title),
            Rejected::Full => Problem::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", title),
            Rejected::Stopping => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", title),
        }
    }
}

/// The HTTP status of a refusal.
pub fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Unknown => StatusCode::NOT_FOUND,
        Refusal::TooLate | Refusal::InviteSpent => StatusCode::GONE,
        Refusal::BadText | Refusal::BadAnswer | Refusal::ReasonNeeded => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::TextTooLong => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::TooFast => StatusCode::TOO_MANY_REQUESTS,
        Refusal::CodeUnknown => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
