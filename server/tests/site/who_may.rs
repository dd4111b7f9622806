//! Every route, with every kind of visitor. A route that is not in the table fails the test.

use super::support::routes::{self, Route};
use super::support::{Answer, Browser, Site};
use axum::body::Body;
use axum::http::Request;
use domain::person::{INVITE_VALID_MS, Role};

/// Who knocks at the staff's door, in the order of the table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visitor {
    Nobody,
    Agent,
    Security,
    Lead,
    Organiser,
    /// Was an agent until a moment ago.
    Removed,
    /// An agent whose hours are over.
    Expired,
    /// Holds a phone's token, in the phone's cookie and in the staff's.
    Phone,
}

const VISITORS: [Visitor; 8] = [
    Visitor::Nobody,
    Visitor::Agent,
    Visitor::Security,
    Visitor::Lead,
    Visitor::Organiser,
    Visitor::Removed,
    Visitor::Expired,
    Visitor::Phone,
];

/// What each visitor gets. `at` is filled in where an address needs it: `{code}`, `{digest}`.
struct Row {
    method: &'static str,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    /// Nobody, agent, security, lead, organiser, removed, expired, phone.
    expected: [u16; 8],
}

const fn row(
    method: &'static str,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    expected: [u16; 8],
) -> Row {
    Row { method, path, fields, expected }
}

/// Signed in or not: 401, and the same answer for everyone of the team.
const fn team(status: u16) -> [u16; 8] {
    [401, status, status, status, status, 401, 401, 401]
}

/// For those whose browser can be paged; for organisers it is not there.
const fn pageable(status: u16) -> [u16; 8] {
    [401, status, status, status, 404, 401, 401, 401]
}

/// For organisers; for the rest of the team it is not there.
const fn organisers(status: u16) -> [u16; 8] {
    [401, 404, 404, 404, status, 401, 401, 401]
}

const STAFF: &[Row] = &[
    row("get", "/", &[], [401, 200, 200, 200, 303, 401, 401, 401]),
    // Links speak for themselves: whoever holds one, holds one.
    row("get", "/join/{token}", &[], [410; 8]),
    row("post", "/join/{token}", &[], [410; 8]),
    row("post", "/out", &[], [303; 8]),
    // A form is no command; who may send which is in `who_may_command`.
    row("post", "/command", &[], team(415)),
    // 204: the sign-in holds; the handshake itself is in `live`.
    row("get", "/live", &[], team(204)),
    // The worker is the same for everyone and holds nothing of anybody's.
    row("get", "/shift", &[], [401, 404, 404, 200, 404, 401, 401, 401]),
    row("post", "/push", &[("endpoint", "https://evil.example/")], pageable(422)),
    row("post", "/push/stop", &[], pageable(204)),
    row("post", "/push/test", &[], pageable(409)),
    row("post", "/push/got", &[], pageable(204)),
    row("get", "/organiser", &[], organisers(200)),
    row("post", "/invite", &[("role", "lead")], organisers(200)),
    row("post", "/remove", &[("person", "zz")], organisers(422)),
    row("post", "/venue", &[("archive", "none")], organisers(422)),
    row("get", "/poster/{code}", &[], team(200)),
    row("get", "/map/{digest}", &[], team(200)),
    row("get", "/a/{name}", &[], [404; 8]),
    // The same for everybody.
    row("get", "/sw.js", &[], [200; 8]),
    row("get", "/manifest.webmanifest", &[], [200; 8]),
];

/// What a phone gets: without a token, with its own, with a foreign one, with a staff session.
const ATTENDEE: &[(&str, &str, [u16; 4])] = &[
    ("get", "/", [200; 4]),
    ("get", "/{code}", [200; 4]),
    ("post", "/ready", [200; 4]),
    ("get", "/code", [200; 4]),
    ("post", "/alert", [303; 4]),
    ("get", "/now", [200; 4]),
    ("post", "/now", [200; 4]),
    ("post", "/undo", [404, 303, 404, 404]),
    ("post", "/safe", [404, 303, 404, 404]),
    ("post", "/ok", [404, 303, 404, 404]),
    ("post", "/nobody", [404, 303, 404, 404]),
    ("post", "/reopen", [404, 303, 404, 404]),
    ("post", "/place", [404, 303, 404, 404]),
    ("post", "/answer", [404, 303, 404, 404]),
    ("post", "/how", [404, 303, 404, 404]),
    ("post", "/known", [404, 303, 404, 404]),
    ("post", "/whom", [404, 303, 404, 404]),
    ("post", "/message", [404, 303, 404, 404]),
    // The fields below name no such thing: told before anybody is looked for.
    ("post", "/works", [422; 4]),
    ("post", "/phrase", [422; 4]),
    ("post", "/claim", [422; 4]),
    // Pages that only ask.
    ("get", "/claim", [200; 4]),
    ("get", "/write", [200; 4]),
    ("post", "/write", [200; 4]),
    ("get", "/look", [200; 4]),
    ("post", "/look", [200; 4]),
    ("get", "/programme", [200; 4]),
    ("post", "/programme", [200; 4]),
    ("get", "/meet", [200; 4]),
    ("post", "/meet", [200; 4]),
    // Forgetting needs no proof of anything.
    ("post", "/clear", [303; 4]),
    ("get", "/where", [200; 4]),
    ("post", "/where", [200; 4]),
    ("get", "/live", [400; 4]),
    ("get", "/map/{digest}", [200; 4]),
    ("get", "/a/{name}", [404; 4]),
    ("get", "/page", [200; 4]),
    ("get", "/sw.js", [200; 4]),
    ("get", "/manifest.webmanifest", [200; 4]),
];

fn fill(site: &Site, path: &str) -> String {
    let digest = site.app.desk.published.venue().unwrap().digest.to_string();
    let path = path.replace("{code}", &site.poster().url_form()).replace("{digest}", &digest);
    path.replace("{token}", &"0".repeat(64)).replace("{name}", "nothing.js")
}

async fn knock(browser: &mut Browser, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    match method {
        "get" => browser.get(path).await,
        _ => browser.post(path, fields).await,
    }
}

async fn visitor(site: &Site, who: Visitor) -> Browser {
    match who {
        Visitor::Nobody => site.stranger(),
        Visitor::Agent => site.join(Role::Agent).await.browser,
        Visitor::Security => site.join(Role::Security).await.browser,
        Visitor::Lead => site.join(Role::Lead).await.browser,
        Visitor::Organiser => site.join(Role::Organiser).await.browser,
        Visitor::Removed => {
            let gone = site.join(Role::Agent).await;
            let mut organiser = site.join(Role::Organiser).await.browser;
            assert_eq!(organiser.post("/remove", &[("person", &gone.id.to_string())]).await.status, 200);
            gone.browser
        }
        Visitor::Expired => {
            let late = site.join(Role::Agent).await.browser;
            site.clock.advance(Role::Agent.session_ms().min(INVITE_VALID_MS));
            late
        }
        Visitor::Phone => {
            let mut browser = site.stranger();
            let token = site.phone().tap().await.sets("__Host-t").unwrap();
            browser.cookies.insert("__Host-t".to_owned(), token.clone());
            browser.cookies.insert("__Host-desk".to_owned(), token);
            browser
        }
    }
}

#[test]
fn no_route_is_missing_from_the_table() {
    let staff = STAFF.iter().map(|row| Route { staff: true, method: row.method, path: row.path.to_owned() });
    let attendee = ATTENDEE.iter().map(|(method, path, _)| Route { staff: false, method, path: (*path).to_owned() });
    let mut listed: Vec<Route> = staff.chain(attendee).collect();
    listed.sort();
    assert_eq!(listed, routes::all());
}

#[tokio::test]
async fn every_staff_route_answers_every_visitor_as_the_table_says() {
    let site = Site::new().await;
    for (column, who) in VISITORS.into_iter().enumerate() {
        for row in STAFF {
            let mut browser = visitor(&site, who).await;
            let (path, before) = (fill(&site, row.path), site.seq());
            let answer = knock(&mut browser, row.method, &path, row.fields).await;
            let expected = row.expected[column];
            assert_eq!(answer.status, expected, "{who:?} {} {}: {}", row.method, row.path, answer.text());
            if matches!(expected, 401 | 404 | 410 | 415 | 422) {
                assert_eq!(site.seq(), before, "{who:?} {} {} is refused and moves something", row.method, row.path);
            }
        }
    }
}

#[tokio::test]
async fn a_wrong_role_gets_the_answer_of_an_address_that_does_not_exist() {
    let site = Site::new().await;
    for role in [Role::Agent, Role::Security, Role::Lead] {
        let mut browser = site.join(role).await.browser;
        let nothing = browser.get("/no-such-page").await;
        assert_eq!(browser.get("/organiser").await, nothing, "{role:?}");
        for path in ["/invite", "/remove", "/venue"] {
            let answer = browser.post(path, &[("role", "organiser"), ("person", "00")]).await;
            assert_eq!((answer.status, &answer.body), (404, &nothing.body), "{role:?} {path}");
        }
    }
}

#[tokio::test]
async fn a_staff_change_needs_proof_that_our_own_page_asks() {
    let site = Site::new().await;
    let mut organiser = site.join(Role::Organiser).await.browser;
    let link = site.link(Role::Agent).await;
    let before = site.seq();
    let own = ("host", "desk.localhost:3000");
    let proofs: [&[(&str, &str)]; 8] = [
        // A bare client, or a browser that hides it.
        &[],
        // The attendees' host is a sibling of this one.
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "nonsense")],
        &[("origin", "http://localhost:3000"), own],
        &[("origin", "null"), own],
        &[("origin", "https://evil.example"), own],
        // What the browser says of the request counts before what the origin says.
        &[("sec-fetch-site", "cross-site"), ("origin", "http://desk.localhost:3000"), own],
    ];
    for proof in proofs {
        for row in STAFF.iter().filter(|row| row.method == "post") {
            let path = fill(&site, row.path).replace(&"0".repeat(64), link.reveal());
            let answer = organiser.post_bytes(&path, proof, "").await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "foreign_page"), "{path} {proof:?}");
            assert!(answer.headers.get("set-cookie").is_none());
        }
        // Other methods are no way round it.
        for method in ["PUT", "DELETE", "PATCH"] {
            let mut request = Request::builder().method(method).uri("/invite");
            for (name, value) in proof {
                request = request.header(*name, *value);
            }
            assert_eq!(organiser.send(request.body(Body::empty()).unwrap()).await.status, 403);
        }
    }
    assert_eq!(site.seq(), before);
    // Our own page, in browsers that send one header or the other.
    let form = ("content-type", super::support::browser::FORM);
    for proof in [("sec-fetch-site", "same-origin"), ("origin", "http://desk.localhost:3000")] {
        assert_eq!(organiser.post_bytes("/invite", &[proof, own, form], "role=lead").await.status, 200);
    }
}

#[tokio::test]
async fn every_attendee_route_answers_every_phone_as_the_table_says() {
    for (method, path, expected) in ATTENDEE {
        let site = Site::new().await;
        let session = site.join(Role::Lead).await.browser.cookies["__Host-desk"].clone();
        let mut own = site.phone();
        own.tap().await;
        let id = site.read(|state| *state.incidents.keys().next().unwrap());
        let with = |token: &str| {
            let mut phone = site.phone();
            phone.cookies.insert("__Host-t".to_owned(), token.to_owned());
            phone.cookies.insert("__Host-desk".to_owned(), token.to_owned());
            phone
        };
        let (filled, named) = (fill(&site, path), id.to_string());
        let said =
            [("q", "hurt"), ("a", "skip"), ("w", "me"), ("text", "hello"), ("garment", "hat"), ("colour", "red")];
        let fields = [&[("safe", "0"), ("p", "l:0"), ("incident", &*named)], &said[..]].concat();
        let phones = [site.phone(), own, with(&"5".repeat(64)), with(&session)];
        for (column, mut phone) in phones.into_iter().enumerate() {
            let before = site.read(|state| state.incidents[&id].clone());
            let answer = knock(&mut phone, method, &filled, &fields).await;
            assert_eq!(answer.status, expected[column], "{column} {method} {path}: {}", answer.text());
            let after = site.read(|state| state.incidents[&id].clone());
            // Only the phone whose case it is moves it.
            assert!(column == 1 || before == after, "{column} {method} {path}");
        }
    }
}
