//! What a phone that keeps and repeats relies on: answers that only this server gives, a copy of Ready
//! that is everybody's, a manifest that tells nothing, a worker that can be taken back.

use super::support::browser::{FORM, fresh_key};
use super::support::{Answer, Site};
use app::text::LANGUAGES;
use domain::person::{Duty, Role};
use domain::wire::{StaffCommand, StaffPost, encode};
use server::secrets::{hex, random};

const SCRIPT: (&str, &str) = ("accept", "text/vnd.sotto");

fn body(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[tokio::test]
async fn every_answer_to_a_form_bears_its_key_also_a_refusal_and_no_other_does() {
    let site = Site::new().await;
    let mut phone = site.phone();
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", FORM), SCRIPT];
    let paths = "/alert /answer /how /known /whom /works /phrase /message /place /undo /safe /ok /nobody /reopen";
    for path in paths.split_whitespace() {
        // What the field means here, and what it does not mean anywhere.
        for said in ["yes", "nonsense"] {
            let key = fresh_key();
            let fields = [("key", &*key), ("q", "hurt"), ("a", said), ("w", said), ("text", "x"), ("safe", "0")];
            let answer = phone.post_bytes(path, &headers, body(&fields)).await;
            assert_eq!(answer.header("x-sotto-key"), key, "{path} {said} {}", answer.status);
        }
    }
    // A stranger's phone is refused, and learns that it was this server.
    let key = fresh_key();
    let answer = site.phone().post_bytes("/ok", &headers, body(&[("key", &key)])).await;
    assert_eq!((answer.status, answer.header("x-sotto-key")), (404, &*key));
    for path in ["/", "/page", "/now", "/where", "/nothing-here"] {
        assert_eq!(phone.get(path).await.header("x-sotto-key"), "", "{path}");
    }
    // Nothing of a key but its digits comes back.
    let answer = phone.post_bytes("/ok", &headers, body(&[("key", "x\r\nset-cookie: a=b")])).await;
    assert_eq!(answer.header("x-sotto-key"), "");
}

#[tokio::test]
async fn a_command_of_staff_is_answered_by_its_key_and_never_in_another_name() {
    let site = Site::new().await;
    let mut guard = site.join(Role::Security).await;
    let other = site.join(Role::Security).await;
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/octet-stream")];
    let key: [u8; 16] = random();
    let post = |command| encode(&StaffPost { key, command });
    let duty = |site: &Site| site.read(|state| state.people[&guard.id].duty);
    // The phone has changed hands since.
    let who = other.id.to_string();
    let before = site.seq();
    let mut named = headers.to_vec();
    named.push(("x-sotto-who", &who));
    let answer = guard.browser.post_bytes("/command", &named, post(StaffCommand::DutyOn(None))).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "another_person"));
    assert_eq!((site.seq(), answer.header("x-sotto-key")), (before, &*hex(&key)));
    let own = guard.id.to_string();
    named.pop();
    named.push(("x-sotto-who", &own));
    for _ in 0..2 {
        let answer = guard.browser.post_bytes("/command", &named, post(StaffCommand::DutyOn(None))).await;
        assert_eq!((answer.status, answer.header("x-sotto-key")), (204, &*hex(&key)));
    }
    assert_eq!(duty(&site), Duty::On);
    let answer = guard.browser.post_bytes("/command", &headers, post(StaffCommand::DutyOff)).await;
    assert_eq!((answer.status, answer.header("x-sotto-key")), (409, &*hex(&key)), "the key was used for another");
}

#[tokio::test]
async fn the_copy_of_ready_is_the_same_for_everybody_and_holds_no_key() {
    let site = Site::new().await;
    let mut with_case = site.phone();
    with_case.tap().await;
    for language in &LANGUAGES {
        let path = format!("/page?l={}", language.tag);
        let (own, other) = (with_case.get(&path).await, site.new_phone().get(&path).await);
        assert_eq!(own, other);
        assert_eq!(own.header("set-cookie"), "");
        assert_eq!(own.field("key").as_deref(), Some(""));
        assert_eq!(own.field("p").as_deref(), Some(""));
        assert!(own.has_help_form() && own.text().contains(&format!("<html lang={}", language.tag)));
    }
}

#[tokio::test]
async fn the_worker_keeps_what_is_everybodys_and_can_be_taken_back() {
    let mut site = Site::new().await;
    let worker = site.new_phone().get("/sw.js").await;
    assert_eq!(worker.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert!(worker.text().starts_with("const SHELL={version:"));
    assert!(worker.text().contains("pages:[\"/page\",\"/programme\"]"));
    let text = worker.text();
    let shell = text.lines().next().unwrap();
    for case in ["/now", "/alert", "/live", "/write", "/where"] {
        assert!(!shell.contains(case), "{case}");
    }
    let desk = site.stranger().get("/sw.js").await;
    assert!(desk.text().contains("pages:[],first:[],later:[]") && desk.text() != worker.text());

    site.app.worker = false;
    let kill = |answer: Answer| {
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache"));
        assert!(answer.text().contains("unregister()") && answer.text().contains("caches.delete"));
        // What waits to be sent is no copy.
        assert!(!answer.text().contains("indexedDB"));
    };
    let attendee = server::http::attendee_router(site.app.clone());
    let staff = server::http::staff_router(site.app.clone());
    kill(super::support::Browser::new(attendee, "localhost").get("/sw.js").await);
    kill(super::support::Browser::new(staff, "desk.localhost").get("/sw.js").await);
}

#[tokio::test]
async fn the_scripts_of_each_host_are_on_that_host_only() {
    let site = Site::new().await;
    let (page, desk) = (format!("/a/{}", app::outbox::page().file), format!("/a/{}", app::outbox::desk().file));
    for (own, path, expected) in [(true, &page, 200), (true, &desk, 404), (false, &desk, 200), (false, &page, 404)] {
        let mut browser = if own { site.new_phone() } else { site.stranger() };
        let answer = browser.get(path).await;
        assert_eq!(answer.status, expected, "{path}");
        if expected == 200 {
            assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        }
    }
    assert!(site.new_phone().get("/").await.text().contains(&page));
}
