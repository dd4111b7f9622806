//! One tap is one alert, whoever repeats it how often; and nobody is refused over a key.

use super::support::browser::{FORM, fresh_key};
use super::support::{Browser, Site};
use domain::desk::Event;
use domain::incident::IncidentEvent;
use domain::person::Role;
use domain::wire::StaffCommand;

async fn send(phone: &mut Browser, key: &str, place: &str) -> super::support::Answer {
    phone.post("/alert", &[("key", key), ("p", place)]).await
}

#[tokio::test]
async fn one_tap_sent_a_hundred_times_at_once_is_one_alert_with_one_answer() {
    let site = Site::new().await;
    let (key, before) = (fresh_key(), site.seq());
    let sending = (0..100).map(|_| {
        let (mut phone, key) = (site.phone(), key.clone());
        tokio::spawn(async move { send(&mut phone, &key, "").await })
    });
    let sending: Vec<_> = sending.collect();
    let mut answers = Vec::new();
    for answer in sending {
        answers.push(answer.await.unwrap());
    }
    assert_eq!(site.seq(), before + 1);
    assert_eq!(site.count("alerted"), 1);
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!((answers[0].status, answers[0].header("location")), (303, "/now"));
    assert_eq!(answers[0].sets("__Host-t").unwrap().len(), 64);
}

#[tokio::test]
async fn another_body_under_the_same_key_asks_again_once() {
    let site = Site::new().await;
    let (mut phone, key) = (site.phone(), fresh_key());
    let first = send(&mut phone, &key, "").await;
    let elsewhere = format!("c:{}", site.poster().url_form());
    for _ in 0..3 {
        let again = send(&mut phone, &key, &elsewhere).await;
        assert_eq!((again.status, again.sets("__Host-t")), (303, first.sets("__Host-t")));
        // The first one, repeated in between, is still the first one.
        send(&mut phone, &key, "").await;
    }
    assert_eq!((site.count("alerted"), site.count("asked_again")), (1, 1));
    site.read(|state| {
        let incident = state.incidents.values().next().unwrap();
        assert_eq!(state.incidents.len(), 1);
        assert_eq!(incident.place.as_ref().unwrap().code, Some(site.poster()));
    });
}

#[tokio::test]
async fn another_command_under_a_used_key_is_refused_and_changes_nothing() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let key = fresh_key();
    assert_eq!(phone.post("/undo", &[("key", &key)]).await.status, 303);
    let before = site.seq();
    let refused = phone.post("/ok", &[("key", &key)]).await;
    assert_eq!((refused.status, site.seq()), (409, before));
    assert!(refused.text().contains("key_reused") && refused.has_help_form());
    let refused = phone.post("/safe", &[("key", &key), ("safe", "0")]).await;
    assert_eq!((refused.status, site.seq()), (409, before));
    // The original, repeated, is what it was.
    assert_eq!(phone.post("/undo", &[("key", &key)]).await.status, 303);
    assert_eq!(site.seq(), before);
}

#[tokio::test]
async fn a_staff_command_under_a_used_key_is_refused_with_its_code() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    site.phone().tap().await;
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    assert_eq!(agent.command_with_key([5; 16], StaffCommand::See(id)).await.status, 204);
    let before = site.seq();
    let refused = agent.command_with_key([5; 16], StaffCommand::Claim(id, None)).await;
    assert_eq!((refused.status, refused.code().as_str(), site.seq()), (409, "key_reused", before));
    assert_eq!(agent.command_with_key([5; 16], StaffCommand::See(id)).await.status, 204);
    assert_eq!(site.seq(), before);
    // A key belongs to its person: somebody else's is another key.
    let mut lead = site.join(Role::Lead).await.browser;
    assert_eq!(lead.command_with_key([5; 16], StaffCommand::Claim(id, None)).await.status, 204);
}

#[tokio::test]
async fn a_retry_after_a_restart_gets_the_original() {
    let site = Site::new().await;
    let (mut phone, key) = (site.phone(), fresh_key());
    let original = send(&mut phone, &key, "").await;
    let elsewhere = format!("c:{}", site.poster().url_form());
    send(&mut phone, &key, &elsewhere).await;
    let before = site.seq();
    drop(phone);

    let site = site.restart(5_000).await;
    assert_eq!(site.seq(), before);
    // The answer was lost on its way: the phone has no cookie yet and sends the same once more.
    let mut phone = site.phone();
    let again = send(&mut phone, &key, "").await;
    assert_eq!(again, original);
    let again = send(&mut phone, &key, &elsewhere).await;
    assert_eq!(again.sets("__Host-t"), original.sets("__Host-t"));
    assert_eq!(site.seq(), before);
    site.read(|state| {
        let incident = state.incidents.values().next().unwrap();
        assert_eq!((incident.opened.wall_ms, incident.asked_again), (super::support::START.wall_ms, 1));
    });
}

#[tokio::test]
async fn one_phone_has_one_open_incident_whatever_it_taps() {
    let site = Site::new().await;
    let mut phone = site.phone();
    for _ in 0..20 {
        assert_eq!(phone.tap().await.status, 303);
    }
    assert_eq!(site.read(|state| state.incidents.len()), 1);
    // The same said over and over in one moment is written as often as a hand can mean it.
    let written = site.count("asked_again");
    assert!((2..19).contains(&written), "{written}");
    site.clock.advance(60_000);
    assert_eq!((phone.tap().await.status, site.count("asked_again")), (303, written + 1));
    assert!(matches!(site.events().last().unwrap().1, Event::Incident(IncidentEvent::AskedAgain { .. })));
}

#[tokio::test]
async fn a_key_that_is_no_key_costs_nobody_their_alert() {
    let site = Site::new().await;
    for key in ["", "zz", "é", &"f".repeat(5_000)] {
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("key", key).finish();
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", FORM)];
        assert_eq!(site.phone().post_bytes("/alert", &headers, body).await.status, 303);
    }
    assert_eq!(site.count("alerted"), 4);
}
