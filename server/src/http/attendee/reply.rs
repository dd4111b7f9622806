//! What every attendee handler needs from a request, and the pages it can answer with.

use super::super::{App, SOTTO, SOTTO_KEY, cookies, form::Form, page, proof};
use crate::assets::manifest;
use crate::desk::Rejected;
use crate::secrets::{Token, hex, parse_key, random};
use app::attendee::{Bundle, CasePage, Hidden, Notice, Programme, case_page, notice_page};
use app::text::{AttendeeKey as K, book, choose_language, known_language, texts};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::desk::REOPEN_FOR_MS;
use domain::ids::TokenHash;
use domain::refusal::Refusal;
use domain::view::{CaseView, Stage};

/// One request, as far as it concerns every handler.
pub struct Asked<'a> {
    pub app: &'a App,
    pub headers: &'a HeaderMap,
    pub form: Form,
    /// The token in a form of our own page. Never from an address or another site's form: whoever
    /// could plant a token would see the next alert of the person who has it.
    form_token: Option<Token>,
    /// The language asked for in the address or form, if it is one of ours; empty otherwise.
    pub explicit: String,
    /// The language to answer in.
    pub lang: &'static str,
}

impl<'a> Asked<'a> {
    /// Reads the query (GET) or the body (POST) in `fields`.
    pub fn new(app: &'a App, headers: &'a HeaderMap, fields: &[u8]) -> Self {
        let form = Form::parse(fields);
        let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let known = known_language(form.get("l"));
        let lang = known.unwrap_or_else(|| choose_language(header, app.desk.published.festival.language));
        Asked { app, headers, explicit: known.unwrap_or_default().to_owned(), form, form_token: None, lang }
    }

    /// What the cover shows now.
    pub fn programme(&self) -> Programme {
        let published = &self.app.desk.published;
        published.festival.programme(self.lang, published.now().wall_ms)
    }

    /// Whether the browser has shown that it keeps cookies.
    pub fn keeps_cookies(&self) -> bool {
        cookies::Cookies::of(self.headers).get(cookies::OK).is_some()
    }

    /// Whether the page's script or Wasm asks, and puts the answer in place itself.
    pub fn by_script(&self) -> bool {
        self.headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/vnd.sotto"))
    }

    /// The token that this phone holds, from our own page's form or the cookie.
    pub fn token(&self) -> Option<Token> {
        let cookie = cookies::Cookies::of(self.headers).get(cookies::PHONE).and_then(Token::parse);
        self.form_token.clone().or(cookie)
    }

    /// The hash of [`Asked::token`].
    pub fn phone(&self) -> Option<(Token, TokenHash)> {
        let token = self.token()?;
        let hash = self.app.pepper.phone(&token);
        Some((token, hash))
    }

    /// Whether this comes from another site: then nothing changes.
    pub fn foreign(&self) -> bool {
        proof::same_origin(self.headers) == proof::Origin::Foreign
    }

    /// Hidden fields for the forms of an answer: a fresh key, and the token where it must travel.
    pub fn hidden(&self, token: Option<&Token>) -> Hidden {
        Hidden {
            key: hex(&random::<16>()),
            lang: self.explicit.clone(),
            token: token.map(|token| token.reveal().to_owned()),
            last: 0,
        }
    }

    /// An answer that the page's script may put in place.
    pub fn marked(&self, response: Response) -> Response {
        self.marked_with(response, "/")
    }

    /// The same, with the address to show.
    fn marked_with(&self, mut response: Response, address: &str) -> Response {
        let headers = response.headers_mut();
        if let Ok(address) = HeaderValue::from_str(address) {
            headers.insert(SOTTO, address);
        }
        if let Some(Ok(key)) = parse_key(self.form.get("key")).map(|key| HeaderValue::from_str(&hex(&key))) {
            headers.insert(SOTTO_KEY, key);
        }
        response
    }

    /// A page that says one thing.
    pub fn notice(&self, status: StatusCode, key: K, code: Option<&'static str>) -> Response {
        let festival = &self.app.desk.published.festival;
        let notice = Notice {
            texts: texts(self.lang),
            festival: festival.name(self.lang),
            programme: self.programme(),
            numbers: festival.numbers(self.lang),
            hidden: self.hidden(None),
            key,
            code,
        };
        self.marked(page::html(self.headers, status, page::attendee_csp(), self.lang, &notice_page(&notice)))
    }

    /// What a rejected command becomes on a page.
    pub fn rejected(&self, rejected: &Rejected) -> Response {
        match rejected {
            Rejected::Refused(refusal) => {
                let status = super::super::problem::status_of(refusal);
                let key = match refusal {
                    Refusal::TooFast => K::ErrorTooFast,
                    _ if status == StatusCode::NOT_FOUND => K::ErrorGone,
                    _ => K::ErrorBadForm,
                };
                self.notice(status, key, Some(refusal.code()))
            }
            Rejected::Full | Rejected::Stopping => {
                self.notice(StatusCode::SERVICE_UNAVAILABLE, K::ErrorNotSaved, Some("not_saved"))
            }
        }
    }

    /// The case of `phone` as it stands on disk, if there is one that is not over for good: whoever
    /// holds the phone half an hour after its end sees that of everybody.
    pub fn case(&self, phone: &TokenHash) -> Option<CaseView> {
        let published = &self.app.desk.published;
        let found = published.lens(self.lang, |lens| {
            published.read(|state| Some(domain::view::case(state.incident_of(phone)?, state, lens)))
        });
        found.filter(|view| view.stage != Stage::Closed { can_reopen: false })
    }

    /// The case of the phone that asks.
    pub fn own_case(&self) -> Option<CaseView> {
        self.phone().and_then(|(_, phone)| self.case(&phone))
    }

    /// The case as a page. `token` travels in its forms only where no cookie could be kept.
    pub fn case_response(&self, view: CaseView, token: &Token) -> Response {
        let cookie = self.keeps_cookies();
        let kept = if matches!(view.stage, Stage::Closed { .. }) { REOPEN_FOR_MS / 1_000 } else { PHONE_KEPT_S };
        let festival = &self.app.desk.published.festival;
        let last = view.messages.iter().rev().find(|line| !line.mine).map_or(0, |line| line.n);
        let content = CasePage {
            texts: texts(self.lang),
            book: book(self.lang),
            festival: festival.name(self.lang),
            programme: self.programme(),
            numbers: festival.numbers(self.lang),
            hidden: Hidden { last, ..self.hidden((!cookie).then_some(token)) },
            view,
            talk: self.wants_talk(),
            bundle: bundle("attendee"),
            keep: manifest().file("attendee-keep.js").map(|file| format!("/a/{file}")).unwrap_or_default(),
            draft: self.draft(token),
        };
        let response = page::html(self.headers, StatusCode::OK, page::attendee_csp(), self.lang, &case_page(&content));
        // The page itself carries the wish to talk: a script's page has no address that tells of it.
        let address = if cookie { self.now_address(false) } else { "/".to_owned() };
        let mut response = self.marked_with(response, &address);
        if cookie {
            response.headers_mut().append(header::SET_COOKIE, cookies::set(cookies::PHONE, token.reveal(), kept));
        }
        response
    }

    /// What a draft of this case is kept under on the phone: another name for every case and phone.
    fn draft(&self, token: &Token) -> String {
        let phone = self.app.pepper.phone(token);
        let case = self.app.desk.published.read(|state| Some(state.incident_of(&phone)?.id.0));
        let name = self.app.pepper.request(&[b"draft", &phone.0, &case.unwrap_or_default()]);
        format!("draft-{}", hex(&name[..8]))
    }

    /// Whether the person tapped *Talk* on a page of ours: the live part opens it, the alert goes as
    /// always. An address that is typed, found in the history or linked to elsewhere tells the team nothing.
    fn wants_talk(&self) -> bool {
        let from = self.headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        self.form.get("then") == "talk" && from.is_none_or(|site| site == b"same-origin")
    }

    /// The neutral address of a case: the same for everybody. `talk`: what comes next is *Talk*.
    fn now_address(&self, talk: bool) -> String {
        let lang = (!self.explicit.is_empty()).then(|| format!("l={}", self.explicit));
        let talk = talk.then(|| "then=talk".to_owned());
        let asked: Vec<String> = lang.into_iter().chain(talk).collect();
        if asked.is_empty() { "/now".to_owned() } else { format!("/now?{}", asked.join("&")) }
    }

    /// After a command: 303 to the case for a plain form where the cookie is kept, else the case.
    pub fn done(&self, token: &Token, phone: &TokenHash) -> Response {
        if self.keeps_cookies() && !self.by_script() {
            let mut response = StatusCode::SEE_OTHER.into_response();
            let headers = response.headers_mut();
            if let Ok(address) = HeaderValue::from_str(&self.now_address(self.wants_talk())) {
                headers.insert(header::LOCATION, address);
            }
            headers.append(header::SET_COOKIE, cookies::set(cookies::PHONE, token.reveal(), PHONE_KEPT_S));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            return response;
        }
        match self.case(phone) {
            Some(view) => self.case_response(view, token),
            None => self.notice(StatusCode::NOT_FOUND, K::ErrorGone, Some("unknown")),
        }
    }
}

/// The phone's cookie outlives a festival day and the reopening half hour.
const PHONE_KEPT_S: i64 = 24 * 3600;

/// Where a bundle is now: `attendee` for the case, `place` for Where.
pub fn bundle(name: &str) -> Bundle {
    let manifest = manifest();
    let address = |file: String| manifest.file(&file).map(|file| format!("/a/{file}")).unwrap_or_default();
    Bundle { js: address(format!("{name}.js")), wasm: address(format!("{name}_bg.wasm")) }
}

/// Where the map's style sheet is now; empty without a bundle.
pub fn map_style() -> String {
    manifest().file("map.css").map(|file| format!("/a/{file}")).unwrap_or_default()
}

/// The body of a POST, or the page that says what is wrong with it.
pub fn body<'a>(
    app: &'a App,
    headers: &'a HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Asked<'a>, Box<Response>> {
    let bytes = body.map_err(|rejection| {
        let asked = Asked::new(app, headers, b"");
        let (key, code) = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => (K::ErrorTooLarge, "too_large"),
            _ => (K::ErrorBadForm, "bad_body"),
        };
        Box::new(asked.notice(rejection.status(), key, Some(code)))
    })?;
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let is_form = bytes.is_empty() || kind.to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded");
    if !is_form {
        let asked = Asked::new(app, headers, b"");
        return Err(Box::new(asked.notice(StatusCode::UNSUPPORTED_MEDIA_TYPE, K::ErrorBadForm, Some("not_a_form"))));
    }
    let mut asked = Asked::new(app, headers, &bytes);
    if !asked.foreign() {
        asked.form_token = Token::parse(asked.form.get("t"));
    }
    Ok(asked)
}

/// The address of a form, typed or reloaded: it leads to the case, or to Ready without one. Nothing
/// is sent by an address.
pub async fn by_address(State(app): State<App>, request: Request) -> Response {
    let asked = Asked::new(&app, request.headers(), request.uri().query().unwrap_or_default().as_bytes());
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        return asked.notice(StatusCode::METHOD_NOT_ALLOWED, K::ErrorGone, Some("method"));
    }
    let mut response = StatusCode::SEE_OTHER.into_response();
    let lang = if asked.explicit.is_empty() { String::new() } else { format!("?l={}", asked.explicit) };
    if let Ok(address) = HeaderValue::from_str(&format!("/now{lang}")) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Any address that is not there.
pub async fn not_found(State(app): State<App>, request: Request) -> Response {
    let asked = Asked::new(&app, request.headers(), b"");
    asked.notice(StatusCode::NOT_FOUND, K::ErrorGone, Some("not_found"))
}
