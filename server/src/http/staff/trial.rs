//! The unencrypted page of `--tls local`: how a phone takes on this machine's authority, and where to go
//! then. Nothing of a festival is served here.

use super::super::{Addresses, page};
use super::{document, escape, files};
use crate::secrets::Token;
use app::text::{StaffKey as K, choose_language, texts};
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;

/// The page, at every address; `authority` is the certificate to take on, PEM. `festival_language` is for
/// readers of none of ours.
pub fn trial_router(addresses: Arc<Addresses>, authority: String, festival_language: &'static str) -> Router {
    let certificate = move || {
        let authority = authority.clone();
        async move { ([(header::CONTENT_TYPE, "application/x-x509-ca-cert")], authority) }
    };
    let page = move |request: HeaderMap| {
        let addresses = addresses.clone();
        async move {
            let asked = request.get(header::ACCEPT_LANGUAGE).map(HeaderValue::as_bytes).unwrap_or_default();
            let lang = choose_language(std::str::from_utf8(asked).unwrap_or_default(), festival_language);
            let words = texts::<K>(lang);
            let text = |key| escape(&words.get(key));
            let body = format!(
                "<main class=plain><h1>{}</h1><p>{}</p><p><a href=\"/ca.crt\">{}</a></p><p>{}</p>\
                 <p><a href=\"{}/\">{}</a></p><p><a href=\"{}/\">{}</a></p><p>{}</p></main>",
                text(K::TrialTitle),
                text(K::TrialNote),
                text(K::TrialGet),
                text(K::TrialInstall),
                escape(&addresses.attendee),
                text(K::TrialOpen),
                escape(&addresses.desk),
                text(K::TrialStaff),
                text(K::TrialRemove),
            );
            let nonce = Token::fresh();
            let page_text = document(lang, &words.get(K::Product), "", &body);
            page::html(&request, StatusCode::OK, &page::staff_csp(nonce.reveal()), lang, &page_text).into_response()
        }
    };
    Router::new().route("/ca.crt", get(certificate)).route("/a/{name}", get(files::file)).fallback(page)
}
