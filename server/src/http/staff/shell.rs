//! The document in which the staff bundle starts; and what somebody without a session sees.

use super::super::{App, page};
use super::session::{self, Staff};
use super::{document, escape};
use crate::assets::manifest;
use crate::festival::pick;
use crate::secrets::Token;
use app::text::{StaffKey as K, book, texts};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::person::Role;

/// `GET /`: the screen of whoever is signed in.
pub async fn home(State(app): State<App>, headers: HeaderMap) -> Response {
    let lang = session::language(&app, &headers);
    let staff = match Staff::of(&app, &headers) {
        Ok(staff) => staff,
        Err(_) => return signed_out(&app, &headers, lang),
    };
    if staff.role == Role::Organiser {
        let mut response = StatusCode::SEE_OTHER.into_response();
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/organiser"));
        return response;
    }
    let nonce = Token::fresh();
    let manifest = manifest();
    let address = |name: &str| manifest.file(name).map(|file| format!("/a/{file}")).unwrap_or_default();
    let festival = &app.desk.published.festival;
    let approach: Vec<&str> = festival.approach.iter().map(|text| pick(text, lang)).collect();
    let texts = texts::<K>(lang);
    let body = format!(
        "<main id=live data-festival=\"{}\" data-zone=\"{}\" data-approach=\"{}\"></main><noscript>{}</noscript>\
         <script type=text/plain id=texts>{}</script><script type=text/plain id=book>{}</script>\
         <script type=module nonce=\"{nonce}\">import(\"/a/{}\").catch(() => {{}}); import init from \"{}\"; init({{ module_or_path: \"{}\" }});</script>",
        escape(&festival.name(lang)),
        escape(festival.zone()),
        escape(&approach.join("\n")),
        escape(&texts.get(K::NeedsScript)),
        texts.to_page(),
        book(lang).to_page(),
        app::outbox::desk().file,
        address("console.js"),
        address("console_bg.wasm"),
        nonce = nonce.reveal(),
    );
    page::html(&headers, StatusCode::OK, &page::staff_csp(nonce.reveal()), lang, &document(lang, "Sotto", "", &body))
}

fn signed_out(app: &App, headers: &HeaderMap, lang: &'static str) -> Response {
    let texts = texts::<K>(lang);
    let body = format!(
        "<main class=plain><h1>{}</h1><p>{}</p></main>",
        escape(&texts.get(K::SignedOutTitle)),
        escape(&texts.get(K::SignedOut))
    );
    let title = app.desk.published.festival.name(lang);
    let nonce = Token::fresh();
    let page_text = document(lang, &title, "", &body);
    page::html(headers, StatusCode::UNAUTHORIZED, &page::staff_csp(nonce.reveal()), lang, &page_text)
}
