//! What is answered is on disk; what cannot be put there is not answered.

use super::support::memory::{MemoryLog, Mood};
use super::support::{Browser, Site};
use domain::desk::Event;
use domain::incident::IncidentEvent;
use domain::person::Role;
use domain::wire::StaffCommand;
use server::log::{EventLog, LogError};
use std::sync::Arc;

#[tokio::test]
async fn every_answer_is_on_disk_when_it_arrives() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    for n in 1..=5 {
        let mut phone = site.phone();
        assert_eq!(phone.tap().await.status, 303);
        let disk = site.on_disk();
        assert_eq!(disk.len() as u64, site.seq());
        assert_eq!(disk.iter().filter(|record| record.kind == "alerted").count(), n);
        assert_eq!(disk.last().unwrap().actor, "phone");

        let id = site.read(|state| *state.incidents.iter().find(|(_, one)| one.seen.is_none()).unwrap().0);
        assert_eq!(agent.command(StaffCommand::See(id)).await.status, 204);
        let disk = site.on_disk();
        assert_eq!(
            (disk.last().unwrap().kind.as_str(), disk.last().unwrap().stream.0.as_str()),
            ("seen", &*format!("incident/{id}"))
        );
        assert_eq!(phone.post("/undo", &[]).await.status, 303);
        assert_eq!(site.on_disk().last().unwrap().kind, "withdrawn");
    }
}

#[tokio::test]
async fn what_the_log_holds_names_nobody_by_a_secret() {
    let site = Site::new().await;
    let mut phone = site.phone();
    let token = phone.tap().await.sets("__Host-t").unwrap();
    let colleague = site.join(Role::Lead).await;
    let session = colleague.browser.cookies["__Host-desk"].clone();
    for record in site.on_disk() {
        let body = String::from_utf8(record.body.unwrap()).unwrap();
        for secret in [&token, &session] {
            assert!(!body.contains(secret.as_str()) && !record.actor.contains(secret.as_str()));
        }
    }
}

#[tokio::test]
async fn a_full_disk_is_said_changes_nothing_and_is_over_when_there_is_space() {
    let log = Arc::new(MemoryLog::default());
    let site = Site::on_log(log.clone());
    let mut agent = site.join(Role::Agent).await.browser;
    let (mut phone, before) = (site.phone(), site.read(Clone::clone));
    log.be(Mood::Full);
    let refused = phone.tap().await;
    assert_eq!(refused.status, 503);
    assert!(refused.has_help_form() && refused.text().contains("not_saved"));
    assert!(refused.sets("__Host-t").is_none(), "nothing was taken, so nothing is promised");
    let key = refused.field("key").unwrap();
    assert_eq!(phone.post("/alert", &[("key", &key)]).await.status, 503);
    let problem = agent.command(StaffCommand::EverywhereOut).await;
    assert_eq!((problem.status, problem.code().as_str()), (507, "disk_full"));
    assert_eq!(site.read(Clone::clone), before);

    // Nothing stays behind: the same key is as good as new, and versions fit.
    log.be(Mood::Willing);
    assert_eq!(phone.post("/alert", &[("key", &key)]).await.status, 303);
    assert_eq!((site.count("alerted"), phone.get("/now").await.status), (1, 200));
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    assert_eq!(agent.command(StaffCommand::Claim(id, None)).await.status, 204);
    assert!(site.fatal.lock().unwrap().is_empty(), "a full disk ends no server");
}

#[tokio::test]
async fn many_at_once_against_a_full_disk_leave_a_desk_that_works() {
    let log = Arc::new(MemoryLog::default());
    let site = Site::on_log(log.clone());
    let tap = |phone: &Browser| {
        let mut phone = phone.clone();
        tokio::spawn(async move { phone.tap().await.status })
    };
    for round in 0..5 {
        log.be(Mood::Full);
        let refused: Vec<_> = (0..20).map(|_| tap(&site.phone())).collect();
        for status in refused {
            assert_eq!(status.await.unwrap(), 503);
        }
        log.be(Mood::Willing);
        let taken: Vec<_> = (0..20).map(|_| tap(&site.phone())).collect();
        for status in taken {
            assert_eq!(status.await.unwrap(), 303);
        }
        assert_eq!(site.read(|state| state.incidents.len()), (round + 1) * 20);
    }
    // The state that is shown is the state that a restart would find.
    let again = Site::on_log(log);
    let (shown, found) = (site.read(Clone::clone), again.read(Clone::clone));
    assert_eq!((shown.seq, shown.versions), (found.seq, found.versions));
}

#[tokio::test]
async fn a_disk_that_fails_is_fatal_and_acknowledges_nothing() {
    let log = Arc::new(MemoryLog::default());
    let site = Site::on_log(log.clone());
    let (mut phone, before) = (site.phone(), site.read(Clone::clone));
    log.be(Mood::Broken);
    let refused = phone.tap().await;
    assert_eq!(refused.status, 503);
    assert!(refused.sets("__Host-t").is_none() && refused.has_help_form());
    let told = site.fatal.lock().unwrap().clone();
    assert!(matches!(told.as_slice(), [LogError::Storage(_)]), "{told:?}");
    // Until the process is gone nothing else is acknowledged either.
    assert_eq!(site.phone().tap().await.status, 503);
    assert_eq!(site.read(Clone::clone), before);
}

#[tokio::test]
async fn a_restart_finds_every_case_where_it_was() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let agent = site.join(Role::Agent).await;
    let (cookies, desk_cookies) = (phone.cookies.clone(), agent.browser.cookies.clone());
    let before = site.read(Clone::clone);
    drop((phone, agent));

    let site = site.restart(60_000).await;
    let after = site.read(Clone::clone);
    assert_eq!((after.seq, &after.versions, &after.phones), (before.seq, &before.versions, &before.phones));
    assert_eq!(site.log.verify().unwrap().last.0, before.seq);
    let mut phone = site.phone();
    phone.cookies = cookies;
    assert_eq!(phone.get("/now").await.status, 200);
    let mut agent = site.stranger();
    agent.cookies = desk_cookies;
    assert_eq!(agent.get("/").await.status, 200);
    // The ladder goes on by the time that went by.
    server::ticker::tick(&site.app.desk).await;
    let steps = site.events().into_iter().filter_map(|(_, event)| match event {
        Event::Incident(IncidentEvent::Escalated { step, round }) => Some((step, round)),
        _ => None,
    });
    let expected = [(domain::escalation::Step::OfferedAgain, 0), (domain::escalation::Step::LeadTold, 0)];
    assert_eq!(steps.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_golden_log_opens_as_a_server() {
    // The same file that the domain replays, through the server's own reader of bodies.
    let file = include_str!("../../../domain/tests/golden/log-issue-3.jsonl");
    let log = Arc::new(MemoryLog::default());
    for line in file.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let append = server::log::Append {
            stream: line["stream"].as_str().unwrap().into(),
            expected: line["version"].as_u64().unwrap() - 1,
            at_wall_ms: line["at_wall_ms"].as_i64().unwrap(),
            actor: "terminal".to_owned(),
            key: None,
            events: vec![server::log::NewEvent {
                kind: line["kind"].as_str().unwrap().to_owned(),
                kind_version: 1,
                body: line["body"].to_string().into_bytes(),
            }],
        };
        log.append(append).await.unwrap();
    }
    let site = Site::on_log(log);
    assert_eq!(site.read(|state| (state.seq, state.incidents.len(), state.people.len())), (61, 3, 5));
}
