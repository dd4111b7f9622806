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
use domain::person::{May, Role};

/// `GET /`: the screen of whoever is signed in.
pub async fn home(State(app): State<App>, headers: HeaderMap) -> Response {
    match Staff::of(&app, &headers) {
        Ok(staff) if staff.role == Role::Organiser => {
            let mut response = StatusCode::SEE_OTHER.into_response();
            response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/organiser"));
            response
        }
        Ok(_) => screen(&app, &headers, ""),
        Err(_) => signed_out(&app, &headers, session::language(&app, &headers)),
    }
}

/// `GET /shift`: the whole shift, for a lead. For the rest of the team it is not there.
pub async fn shift(State(app): State<App>, headers: HeaderMap) -> Response {
    match Staff::who_may(&app, &headers, May::LeadShift) {
        Ok(_) => screen(&app, &headers, "shift"),
        Err(problem) if problem.status == 401 => signed_out(&app, &headers, session::language(&app, &headers)),
        Err(problem) => problem.into_response(),
    }
}

/// The page's one policy of Trusted Types: all that it can make is the worker's address. The outbox's
/// script and the bundle ask it.
const WORKER: &str = "{ const policy = self.trustedTypes && \
    trustedTypes.createPolicy(\"sotto\", { createScriptURL: () => \"/sw.js\" }); \
    self.sottoWorker = () => policy ? policy.createScriptURL(\"\") : \"/sw.js\"; }";

/// The document; `page` names the screen where there is a choice.
fn screen(app: &App, headers: &HeaderMap, page: &str) -> Response {
    let lang = session::language(app, headers);
    let nonce = Token::fresh();
    let manifest = manifest();
    let address = |name: &str| manifest.file(name).map(|file| format!("/a/{file}")).unwrap_or_default();
    let festival = &app.desk.published.festival;
    let approach: Vec<&str> = festival.approach.iter().map(|text| pick(text, lang)).collect();
    let texts = texts::<K>(lang);
    let body = format!(
        "<main id=live data-page=\"{page}\" data-push=\"{}\" data-festival=\"{}\" data-zone=\"{}\" data-approach=\"{}\"></main><noscript>{}</noscript>\
         <script type=text/plain id=texts>{}</script><script type=text/plain id=book>{}</script>\
         <script type=module nonce=\"{nonce}\">{WORKER} import(\"/a/{}\").catch(() => {{}}); import init from \"{}\"; init({{ module_or_path: \"{}\" }});</script>",
        app.push.public_key(),
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
    page::html(headers, StatusCode::OK, &page::staff_csp(nonce.reveal()), lang, &document(lang, "Sotto", "", &body))
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
