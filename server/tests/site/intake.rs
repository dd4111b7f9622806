//! What may be wrong with a request for help, and what comes of it. Law: nobody is refused.

use super::support::Site;
use super::support::browser::{FORM, fresh_key};
use app::text::{AttendeeKey as K, texts};
use axum::body::Body;
use axum::http::Request;
use domain::desk::REOPEN_FOR_MS;
use domain::incident::CloseReason;
use domain::person::Role;
use domain::place::Source;
use domain::venue::{Code, Ordinal};
use domain::wire::StaffCommand;

#[tokio::test]
async fn an_alert_with_nothing_at_all_is_taken_with_level_unknown() {
    let site = Site::new().await;
    let mut phone = site.phone_without_cookies();
    let answer = phone.post_bytes("/alert", &[], Body::empty()).await;
    assert_eq!((answer.status, site.count("alerted")), (200, 1));
    assert!(site.read(|state| state.incidents.values().all(|incident| incident.place.is_none())));
    assert!(answer.text().contains(&texts::<K>("fr").get(K::WhereAreYou)), "the page asks where, and claims nothing");
}

#[tokio::test]
async fn the_answer_speaks_the_language_of_the_phone() {
    let site = Site::new().await;
    for (accepted, lang) in [("fr-CA,fr;q=0.9", "fr"), ("en-GB", "en"), ("tlh", "fr")] {
        let mut phone = site.phone_without_cookies();
        let headers = [("accept-language", accepted)];
        let answer = phone.post_bytes("/alert", &headers, Body::empty()).await;
        assert_eq!(answer.header("content-language"), lang);
        assert!(answer.text().contains(&format!("<html lang={lang}>")));
    }
}

#[tokio::test]
async fn a_body_that_is_no_form_is_answered_with_a_page_that_still_helps() {
    let site = Site::new().await;
    for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain", "x"] {
        let before = site.seq();
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", kind)];
        let answer = site.phone().post_bytes("/alert", &headers, "{\"p\": \"c:7K3F9Q\"}").await;
        assert_eq!((answer.status, site.seq()), (415, before), "{kind}");
        assert!(answer.has_help_form() && answer.text().contains("not_a_form"), "{kind}");
        // Its button works.
        let key = answer.field("key").unwrap();
        assert_eq!(site.phone().post("/alert", &[("key", &key)]).await.status, 303);
    }
}

#[tokio::test]
async fn a_body_over_16_kib_is_refused_whole_and_one_of_16_kib_is_not() {
    let site = Site::new().await;
    let before = site.seq();
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", FORM)];
    let body = |length: usize| format!("x={}", "a".repeat(length - 2));
    let answer = site.phone().post_bytes("/alert", &headers, body(16 * 1024 + 1)).await;
    assert_eq!((answer.status, site.seq()), (413, before));
    assert!(answer.has_help_form() && answer.text().contains("too_large"));
    assert_eq!(site.phone().post_bytes("/alert", &headers, body(16 * 1024)).await.status, 303);
}

#[tokio::test]
async fn a_fault_in_a_field_costs_the_field_and_not_the_alert() {
    let site = Site::new().await;
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", FORM)];
    let bodies: [&[u8]; 12] = [
        b"p=%FF%FE%00&l=%C3%28",
        b"p=\xff\xfe&l=\xc3",
        b"p=c:7K3F9",
        b"p=u:99:zz",
        b"p=m:1:2147483648:0:5",
        b"p=g:9999999999:0:5",
        b"p=l:99",
        b"p=l:0:0:0:0:0:0:0:0:0:0:0",
        b"p=:&p=c:7K3F9Q",
        b"p=m:0:999999999:999999999:65535",
        b"&&&===%%%",
        b"t=not-a-token&key=not-a-key",
    ];
    for (n, body) in bodies.iter().enumerate() {
        let answer = site.phone().post_bytes("/alert", &headers, body.to_vec()).await;
        assert_eq!((answer.status, site.count("alerted")), (303, n + 1), "{}", String::from_utf8_lossy(body));
    }
    assert!(site.read(|state| state.incidents.values().all(|incident| incident.place.is_none())));
}

#[tokio::test]
async fn ready_tells_a_slip_of_the_finger_from_a_poster_that_is_not_ours() {
    let site = Site::new().await;
    let ours = site.poster().url_form();
    let known =
        |code: &Code| site.app.desk.published.venue().is_some_and(|place| place.venue.checkpoint(code).is_some());
    let foreign = (0..).map(Code::from_seed).find(|code| !known(code)).unwrap().url_form();
    let mut slip = ours.clone();
    let other = if slip.ends_with('2') { "3" } else { "2" };
    slip.replace_range(5.., other);
    let sentence = |key| texts::<K>("en").get(key).replace('\'', "&#x27;");
    for (path, typo, unknown) in [
        (format!("/{ours}"), false, false),
        (format!("/{}", ours.to_lowercase()), false, false),
        (format!("/{slip}"), true, false),
        (format!("/{foreign}"), false, true),
        ("/OOOOOO".to_owned(), false, true),
        (format!("/code?typed={slip}"), true, false),
        (format!("/code?typed={foreign}"), false, true),
        ("/?p=c:7".to_owned(), false, true),
        ("/".to_owned(), false, false),
    ] {
        let answer = site.phone().get_with(&path, &[("accept-language", "en")]).await;
        let text = answer.text();
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(text.contains(&sentence(K::CodeTypo)), typo, "{path}");
        assert_eq!(text.contains(&sentence(K::CodeUnknown)), unknown, "{path}");
        assert!(answer.has_help_form(), "{path}");
        // What cannot be read does not travel on.
        let carried = answer.field("p").unwrap();
        let reads = path.to_uppercase().contains(&ours);
        assert_eq!(carried.is_empty(), !reads, "{path}: {carried}");
    }
    assert_eq!(site.phone().get("/not-a-poster").await.status, 404);
}

#[tokio::test]
async fn a_poster_gives_the_place_and_never_a_guessed_level() {
    let site = Site::new().await;
    let code = site.poster();
    let page = site.phone().get(&format!("/{}", code.url_form())).await;
    let mut phone = site.phone();
    phone.post("/alert", &[("key", &page.field("key").unwrap()), ("p", &page.field("p").unwrap())]).await;
    let place = site.read(|state| state.incidents.values().next().unwrap().place.clone().unwrap());
    assert_eq!((place.code, place.source), (Some(code), Source::Checkpoint));
    assert!(place.level.is_some());
    // The phone's own location never tells the level.
    phone.post("/clear", &[]).await;
    let mut other = site.phone();
    other.post("/alert", &[("key", &fresh_key()), ("p", "g:435512345:70171234:40")]).await;
    let places: Vec<Option<Ordinal>> = site.read(|state| {
        let geo = state.incidents.values().filter_map(|incident| incident.place.clone());
        geo.filter(|place| place.source == Source::Geolocation).map(|place| place.level).collect()
    });
    assert_eq!(places, [None]);
}

#[tokio::test]
async fn another_sites_form_shows_ready_and_creates_nothing() {
    let site = Site::new().await;
    let before = site.seq();
    for kind in ["cross-site", "same-site"] {
        let mut phone = site.phone();
        let answer = phone.post_from(kind, "/alert", &[("key", &fresh_key())]).await;
        assert_eq!((answer.status, site.seq()), (200, before));
        assert!(answer.has_help_form() && answer.sets("__Host-t").is_none());
    }
    let headers = [("origin", "https://evil.example"), ("content-type", FORM)];
    assert_eq!(site.phone().post_bytes("/alert", &headers, "p=").await.status, 200);
    let headers = [("origin", "null"), ("content-type", FORM)];
    assert_eq!(site.phone().post_bytes("/alert", &headers, "p=").await.status, 200);
    assert_eq!(site.seq(), before);
    // Every other change from there is refused.
    let mut phone = site.phone();
    phone.tap().await;
    let before = site.seq();
    for path in ["/undo", "/safe", "/ok", "/nobody", "/reopen", "/place", "/clear"] {
        let answer = phone.post_from("cross-site", path, &[("safe", "0"), ("p", "l:0")]).await;
        assert_eq!((answer.status, site.seq()), (403, before), "{path}");
        assert!(answer.has_help_form() && phone.cookies.contains_key("__Host-t"));
    }
    // An old browser that says nothing is believed on attendee forms, and only there.
    assert_eq!(phone.post_bytes("/undo", &[("content-type", FORM)], "").await.status, 303);
}

#[tokio::test]
async fn previews_and_prefetches_of_a_poster_leave_no_cookie() {
    let site = Site::new().await;
    let path = format!("/{}", site.poster().url_form());
    let visit = site.new_phone().get(&path).await;
    assert_eq!(visit.sets("__Host-ok").as_deref(), Some("1"));
    assert_eq!(visit.sets("__Host-t"), None);
    for header in [
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("user-agent", "WhatsApp/2.23"),
        ("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"),
        ("user-agent", "facebookexternalhit/1.1"),
    ] {
        let answer = site.new_phone().get_with(&path, &[header]).await;
        assert_eq!((answer.status, answer.headers.get("set-cookie")), (200, None), "{header:?}");
    }
    let head = Request::head(&path).body(Body::empty()).unwrap();
    let answer = site.new_phone().send(head).await;
    assert_eq!((answer.status, answer.headers.get("set-cookie"), answer.body.len()), (200, None, 0));
    assert_eq!(site.count("alerted"), 0);
}

#[tokio::test]
async fn with_cookies_the_token_is_in_a_cookie_and_never_in_an_address() {
    let site = Site::new().await;
    let mut phone = site.phone();
    let answer = phone.tap().await;
    let token = answer.sets("__Host-t").unwrap();
    assert_eq!((answer.status, answer.header("location")), (303, "/now"));
    let line = answer.headers.get_all("set-cookie").iter().find(|line| line.to_str().unwrap().contains(&token));
    let line = line.unwrap().to_str().unwrap();
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(line.contains(part), "{line}");
    }
    let page = phone.get("/now").await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains(&token), "the token stands in the page of a phone that keeps cookies");
}

#[tokio::test]
async fn nobody_can_plant_a_case_on_another_phone() {
    let site = Site::new().await;
    let planted = site.phone_without_cookies().tap().await.field("t").unwrap();
    let mut phone = site.phone();
    phone.get("/").await;
    // A link, and forms of another site.
    let linked = phone.get(&format!("/now?t={planted}")).await;
    assert_eq!((linked.status, linked.sets("__Host-t")), (200, None));
    assert!(linked.has_help_form() && !linked.text().contains(&planted));
    for path in ["/now", "/where"] {
        let posted = phone.post_from("cross-site", path, &[("t", &planted)]).await;
        assert_eq!(posted.sets("__Host-t"), None, "{path}");
        assert!(!posted.text().contains(&planted), "{path}");
    }
    assert_eq!(phone.tap().await.status, 303);
    assert_eq!((site.count("alerted"), site.count("asked_again")), (2, 0), "her own case, not the planted one");
}

#[tokio::test]
async fn without_cookies_the_token_travels_in_forms_and_the_case_works() {
    let site = Site::new().await;
    let mut phone = site.phone_without_cookies();
    let page = phone.tap().await;
    let token = page.field("t").unwrap();
    assert_eq!((page.status, token.len(), page.sets("__Host-t")), (200, 64, None));
    // Every form carries it, and no address does.
    let text = page.text();
    let forms: Vec<&str> = text.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap()).collect();
    assert!(forms.len() > 2);
    for form in forms {
        assert!(form.contains("method=\"post\"") && form.contains(&token), "{form}");
    }
    for attribute in ["href=", "action=", "src="] {
        assert!(text.split(attribute).skip(1).all(|rest| !rest.split(['>', ' ']).next().unwrap().contains(&token)));
    }
    assert!(!text.contains("http-equiv=refresh"), "a page without a cookie cannot come back by itself");
    let refreshed = phone.post("/now", &[("t", &token)]).await;
    assert_eq!((refreshed.status, refreshed.field("t")), (200, Some(token.clone())));
    let undone = phone.post("/undo", &[("t", &token), ("key", &refreshed.field("key").unwrap())]).await;
    assert_eq!((undone.status, site.count("withdrawn")), (200, 1));
    let again = phone.post("/alert", &[("t", &token), ("key", &undone.field("key").unwrap())]).await;
    assert_eq!((again.status, site.count("asked_again")), (200, 1));
}

#[tokio::test]
async fn a_token_that_is_not_ours_finds_nothing_and_still_gets_help() {
    let site = Site::new().await;
    site.phone().tap().await;
    for cookie in ["", "abc", &"0".repeat(64), &"A".repeat(64), &"f".repeat(65)] {
        let mut phone = site.phone();
        phone.cookies.insert("__Host-t".to_owned(), cookie.to_owned());
        let page = phone.get("/now").await;
        // A phone without a case, whatever it holds: it gets Ready.
        assert_eq!((page.status, page.has_help_form()), (200, true), "{cookie}");
        assert_eq!(page.sets("__Host-t").is_some(), cookie == "0".repeat(64), "what is of no use goes");
        for path in ["/undo", "/ok", "/nobody", "/reopen"] {
            assert_eq!(phone.post(path, &[("t", cookie)]).await.status, 404, "{path}");
        }
        assert_eq!(phone.tap().await.status, 303);
        assert_eq!(phone.get("/now").await.status, 200);
    }
    assert_eq!(site.count("alerted"), 6);
}

#[tokio::test]
async fn a_cleared_phone_shows_ready_and_keeps_nothing_of_the_case() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let cleared = phone.post("/clear", &[("l", "en")]).await;
    assert_eq!((cleared.status, cleared.header("cache-control"), cleared.body.len()), (303, "no-store", 0));
    assert_eq!(cleared.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(!phone.cookies.contains_key("__Host-t"));
    // The history tells nothing: it is the address that everybody has.
    assert_eq!(cleared.header("location"), "/?l=en");
    // It is said once; then the address is Ready like any other.
    let said = texts::<K>("en").get(K::Cleared);
    let ready = phone.get("/?l=en").await;
    assert!(ready.has_help_form() && ready.text().contains(&said), "{}", ready.text());
    let later = phone.get("/?l=en").await;
    assert!(later.has_help_form() && !later.text().contains(&said));
    // Back finds no case, and the case goes on.
    let back = phone.get("/now").await;
    assert!(back.has_help_form() && back.sets("__Host-t").is_none());
    assert!(site.read(|state| state.incidents.values().all(|incident| !incident.is_closed())));
}

/// Whoever holds the phone half an hour after the end finds nothing of a case, and no token of one.
#[tokio::test]
async fn a_case_that_is_over_for_good_is_none_on_its_phone() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    let mut agent = site.join(Role::Agent).await.browser;
    assert_eq!(agent.command(StaffCommand::Close(id, CloseReason::Helped)).await.status, 204);
    let over = phone.get("/now").await;
    let title = texts::<K>("fr").get(K::ClosedTitle);
    assert!(over.text().contains(&title));
    assert!(over.header("set-cookie").contains("Max-Age=1800"), "{}", over.header("set-cookie"));
    site.clock.advance(REOPEN_FOR_MS);
    for path in ["/look", "/write", "/meet", "/now"] {
        let page = phone.get(path).await;
        assert!(page.status == 200 && page.has_help_form(), "{path}");
        assert!(!page.text().contains(&title), "{path}");
    }
    assert!(!phone.cookies.contains_key("__Host-t"));
    assert_eq!(phone.tap().await.status, 303, "and help is one tap away");
}

#[tokio::test]
async fn one_phone_moves_nothing_of_another() {
    let site = Site::new().await;
    let (mut one, mut other) = (site.phone(), site.phone());
    one.tap().await;
    let first = site.read(|state| state.incidents.values().next().unwrap().clone());
    other.tap().await;
    let paths = ["/undo", "/safe", "/ok", "/nobody", "/reopen", "/place", "/now"];
    let talk = ["/answer", "/how", "/known", "/whom", "/works", "/phrase", "/message", "/claim", "/clear"];
    for path in paths.into_iter().chain(talk) {
        let said = [("q", "safe"), ("a", "no"), ("w", "saw"), ("text", "x"), ("m", "9"), ("code", "7K3-F9Q")];
        let named = [("safe", "0"), ("p", "l:0"), ("incident", &*first.id.to_string())];
        other.post(path, &[&said[..], &named].concat()).await;
    }
    assert_eq!(site.read(|state| state.incidents[&first.id].clone()), first);
}

#[tokio::test]
async fn a_full_festival_behind_one_address_is_never_refused() {
    let site = Site::new().await;
    for batch in 0..20 {
        let sending = (0..100).map(|_| {
            let mut phone = site.phone();
            tokio::spawn(async move {
                let headers = [("x-forwarded-for", "198.51.100.7"), ("content-type", FORM)];
                phone.post_bytes("/alert", &headers, format!("key={}", fresh_key())).await.status
            })
        });
        for status in sending.collect::<Vec<_>>() {
            assert_eq!(status.await.unwrap(), 303);
        }
        assert_eq!(site.read(|state| state.incidents.len()), (batch + 1) * 100);
    }
}

#[tokio::test]
async fn words_about_where_a_request_comes_from_are_not_believed() {
    let site = Site::new().await;
    let mut phone = site.phone();
    let headers = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "for=203.0.113.9;host=evil.example"),
        ("x-real-ip", "203.0.113.9"),
    ];
    let page = phone.get_with("/", &headers).await;
    let mut alert = headers.to_vec();
    alert.push(("content-type", FORM));
    let sent = phone.post_bytes("/alert", &alert, format!("key={}", page.field("key").unwrap())).await;
    assert_eq!(sent.header("location"), "/now");
    for answer in [&page, &sent, &phone.get("/now").await] {
        assert!(!answer.text().contains("evil.example") && !answer.text().contains("203.0.113.9"));
        assert!(answer.headers.values().all(|value| !value.to_str().unwrap().contains("evil")));
    }
    // No address of anybody is kept.
    let raw = std::fs::read(site.folder().join("log.db-wal")).unwrap_or_default();
    assert!(!raw.windows(11).any(|bytes| bytes == b"203.0.113.9"));
}

#[tokio::test]
async fn an_address_that_cannot_be_read_still_leads_to_help() {
    let site = Site::new().await;
    for path in
        ["/%FF%FE", "/..%2f..%2fetc%2fpasswd", "/%00", "/a%5Cb", "/con", "/a/..%2f..%2fCargo.toml", "/7K3%2DF9Q"]
    {
        let answer = site.new_phone().get(path).await;
        assert!(matches!(answer.status, 200 | 404), "{path}: {}", answer.status);
        assert!(answer.has_help_form() || path.starts_with("/a/"), "{path}: {}", answer.text());
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        let request = Request::builder().method(method).uri("/alert").body(Body::empty()).unwrap();
        let answer = site.new_phone().send(request).await;
        assert_eq!((answer.status, answer.has_help_form()), (405, true), "{method}");
    }
    assert_eq!(site.count("alerted"), 0);
}
