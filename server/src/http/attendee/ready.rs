//! Ready. Law: a GET writes nothing that identifies; a page with and without a case looks the same.

use super::super::{App, cookies, page};
use super::claim::NoPlace;
use super::reply::{self, Asked};
use app::attendee::{Hidden, ReadyPage, ready_page};
use app::text::{AttendeeKey as K, texts};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::venue::Code;
use domain::view::ServiceView;

/// So long Ready may come to say that the phone was cleared, seconds: time to load it over a bad network.
const CLEARED_SAID_S: i64 = 15;
/// The constant cookie lives for the festival.
const OK_KEPT_S: i64 = 30 * 24 * 3600;

/// `GET /`: no poster; a place may have been chosen.
pub async fn without_code(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Asked::new(&app, &headers, query.unwrap_or_default().as_bytes());
    let place = asked.form.get("p").to_owned();
    let said = match cookies::Cookies::of(&headers).get(cookies::CLEARED) {
        Some("1") => K::Cleared,
        Some(_) => K::ClearedOver,
        None => return ready(&asked, &method, &place),
    };
    // Once: *Forward* and a reload show Ready like everybody's.
    let mut response = ready_saying(&asked, &method, &place, Some(said), false);
    response.headers_mut().append(header::SET_COOKIE, cookies::set(cookies::CLEARED, "", 0));
    response
}

/// The answer to *Clear this phone*: the browser forgets, and goes to Ready's own address, so that its
/// history tells nothing. `goes_on`: the team still has the case.
pub fn cleared(asked: &Asked, goes_on: bool) -> Response {
    let address = if asked.explicit.is_empty() { "/".to_owned() } else { format!("/?l={}", asked.explicit) };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(address) = HeaderValue::from_str(&address) {
        headers.insert(header::LOCATION, address);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Cookies one by one: all at once would take this one too.
    let said = cookies::set(cookies::CLEARED, if goes_on { "1" } else { "0" }, CLEARED_SAID_S);
    for cookie in [cookies::set(cookies::PHONE, "", 0), said] {
        headers.append(header::SET_COOKIE, cookie);
    }
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// `GET /7K3F9Q`: a poster was scanned.
pub async fn with_code(
    State(app): State<App>,
    code: Result<Path<String>, PathRejection>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Asked::new(&app, &headers, query.unwrap_or_default().as_bytes());
    // Only what could be a poster's address is one; a stray address is told so.
    let code = code.map(|Path(code)| code).unwrap_or_default();
    let symbols = code.chars().filter(|c| !matches!(c, '-' | ' ')).count();
    if symbols != 6 || !code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ' ')) {
        return asked.notice(StatusCode::NOT_FOUND, K::ErrorGone, Some("not_found"));
    }
    ready(&asked, &method, &["c:", &code].concat())
}

/// `GET /code?typed=7k3-f9q`: a code was typed without script.
pub async fn typed(State(app): State<App>, method: Method, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::new(&app, &headers, query.unwrap_or_default().as_bytes());
    let value = ["t:", asked.form.get("typed")].concat();
    ready(&asked, &method, &value)
}

/// `POST /ready`: a point of the map or the phone's location, which belong in no address.
pub async fn with_place(State(app): State<App>, headers: HeaderMap, bytes: Result<Bytes, BytesRejection>) -> Response {
    match reply::body(&app, &headers, bytes) {
        Ok(asked) => {
            let place = asked.form.get("p").to_owned();
            ready(&asked, &Method::POST, &place)
        }
        Err(response) => *response,
    }
}

/// Ready for a place as forms carry it.
pub fn ready(asked: &Asked, method: &Method, value: &str) -> Response {
    ready_saying(asked, method, value, None, false)
}

/// Ready for a phone that has no case to continue: with the way in by a code of the team's. A token
/// whose case is over for good is of no use to anybody: it goes.
pub fn nothing_to_continue(asked: &Asked) -> Response {
    let mut response = ready_saying(asked, &Method::GET, asked.form.get("p"), None, true);
    if asked.token().is_some() {
        response.headers_mut().append(header::SET_COOKIE, cookies::set(cookies::PHONE, "", 0));
    }
    response
}

fn ready_saying(asked: &Asked, method: &Method, value: &str, said: Option<K>, claim: bool) -> Response {
    let published = &asked.app.desk.published;
    let venue = published.venue();
    let claimed = super::claim(value, venue.as_ref().map(|place| &place.venue), published.now().wall_ms);
    let warning = match claimed {
        Err(NoPlace::Typo) => Some(K::CodeTypo),
        Err(NoPlace::UnknownCode | NoPlace::Unreadable) => Some(K::CodeUnknown),
        Ok(_) | Err(NoPlace::Empty) => said,
    };
    // What is sent along is our own reading of the value, never the text of the address.
    let kept = if claimed.is_ok() { normal(value) } else { String::new() };
    let place =
        claimed.ok().map(|place| published.lens(asked.lang, |lens| domain::view::own_place_label(&place, lens)));
    let content = ReadyPage {
        texts: texts(asked.lang),
        festival: published.festival.name(asked.lang),
        programme: asked.programme(),
        numbers: published.festival.numbers(asked.lang),
        hidden: asked.hidden(None),
        place_value: kept,
        place,
        warning,
        service: published.lens(asked.lang, domain::view::service_view),
        claim,
    };
    let page = page::html(asked.headers, StatusCode::OK, page::attendee_csp(), asked.lang, &ready_page(&content));
    let mut response = asked.marked(page);
    if *method == Method::HEAD {
        return (response.status(), std::mem::take(response.headers_mut())).into_response();
    }
    if !is_preview(asked.headers) && !asked.keeps_cookies() {
        response.headers_mut().append(header::SET_COOKIE, cookies::set(cookies::OK, "1", OK_KEPT_S));
    }
    response
}

/// A place value as our own pages send it along, empty if it is no place.
pub fn own_reading(asked: &Asked, value: &str) -> String {
    let published = &asked.app.desk.published;
    let venue = published.venue();
    let claimed = super::claim(value, venue.as_ref().map(|place| &place.venue), published.now().wall_ms);
    if claimed.is_ok() { normal(value) } else { String::new() }
}

/// `GET /page`: Ready as the phone's own copy, for when nobody answers. It is the same for everybody: it
/// has no key, no place and no hours, and the page's script adds what it knows.
pub async fn copy(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::new(&app, &headers, query.unwrap_or_default().as_bytes());
    let festival = &app.desk.published.festival;
    let content = ReadyPage {
        texts: texts(asked.lang),
        festival: festival.name(asked.lang),
        programme: asked.programme(),
        numbers: festival.numbers(asked.lang),
        hidden: Hidden { key: String::new(), ..asked.hidden(None) },
        place_value: String::new(),
        place: None,
        warning: Some(K::NoNetwork),
        service: ServiceView::Open,
        claim: false,
    };
    asked.marked(page::html(asked.headers, StatusCode::OK, page::attendee_csp(), asked.lang, &ready_page(&content)))
}

/// A place value in its one spelling: codes in the form that posters have in addresses.
fn normal(value: &str) -> String {
    match value.split_once(':') {
        Some((kind @ ("c" | "t"), code)) => {
            Code::parse(code).map(|code| [kind, ":", &code.url_form()].concat()).unwrap_or_default()
        }
        _ => value.to_owned(),
    }
}

/// Prefetches and link previews are no visit: they get no cookie.
fn is_preview(headers: &HeaderMap) -> bool {
    let value = |name: &str| {
        let value = headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default().to_ascii_lowercase();
        String::from_utf8_lossy(&value).into_owned()
    };
    let ahead = |purpose: String| purpose.contains("prefetch") || purpose.contains("preview");
    ahead(value("sec-purpose")) || ahead(value("purpose")) || is_robot(&value("user-agent"))
}

/// Whether a lower-case user agent names a robot: by whole words, since phones have names too
/// (`CUBOT X30`). A robot's own name stands first or has a version, `Examplebot/1.0`.
fn is_robot(agent: &str) -> bool {
    const NAMES: [&str; 8] =
        ["bot", "crawler", "spider", "facebookexternalhit", "whatsapp", "embedly", "bingpreview", "skypeuripreview"];
    let mut first = true;
    let mut rest = agent;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let word_on = rest.get(start..).unwrap_or_default();
        let end = word_on.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(word_on.len());
        let (word, after) = word_on.split_at(end);
        let named = word.ends_with("bot") && word != "cubot" && (first || after.starts_with('/'));
        if named || NAMES.contains(&word) {
            return true;
        }
        (first, rest) = (false, after);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_robot_is_told_by_its_name_and_a_phone_is_not_taken_for_one() {
        for robot in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "TelegramBot (like TwitterBot)",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "WhatsApp/2.23.20.0 A",
            "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        ] {
            assert!(is_robot(&robot.to_lowercase()), "{robot}");
        }
        for phone in [
            "",
            "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile",
            "Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE_S Build/PPR1) AppleWebKit/537.36 Version/4.0",
            "CUBOT/1.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari",
        ] {
            assert!(!is_robot(&phone.to_lowercase()), "{phone}");
        }
    }
}
