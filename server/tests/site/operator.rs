//! Ready is said only while an alert would be put on disk.

use super::support::memory::{MemoryLog, Mood};
use super::support::{Browser, Site};
use domain::person::Role;
use domain::wire::StaffCommand;
use server::operate::listener::{Operator, router};
use std::sync::Arc;

#[tokio::test]
async fn ready_from_the_first_page_served_to_the_word_to_stop_and_not_on_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    // Nothing can be written where nothing is: what a full disk is like to the probe.
    let data = folder.path().join("data");
    let operator = Operator::starting(data.clone());
    let asked = Browser::new(router(operator.clone()), "127.0.0.1:9464");
    let ask = |path: &'static str| {
        let mut asked = asked.clone();
        async move {
            let answer = asked.get(path).await;
            (answer.status, answer.text())
        }
    };
    let said = |status: u16, text: &str| (status, format!("{text}\n"));
    assert_eq!((ask("/healthz").await, ask("/readyz").await), (said(200, "alive"), said(503, "starting")));
    assert!(ask("/metrics").await.1.contains("sotto_ready 0"));

    let log = Arc::new(MemoryLog::default());
    let site = Site::on_log(log.clone());
    operator.serving(site.app.desk.clone(), log.clone());
    assert_eq!(ask("/readyz").await, said(200, "ready"));
    log.be(Mood::Full);
    assert_eq!(site.phone().tap().await.status, 503);
    assert_eq!((ask("/readyz").await, ask("/healthz").await), (said(503, "the disk is full"), said(200, "alive")));
    let metrics = ask("/metrics").await.1;
    assert!(metrics.contains("sotto_ready 0") && metrics.contains("sotto_refusals_total{code=\"disk_full\"} 1"));
    // Space again, though nobody has tapped: whoever waits for *ready* would wait for ever.
    std::fs::create_dir(&data).unwrap();
    assert_eq!(ask("/readyz").await, said(200, "ready"));
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "the probe leaves nothing");
    std::fs::remove_dir(&data).unwrap();
    assert_eq!(ask("/readyz").await, said(503, "the disk is full"));
    log.be(Mood::Willing);
    assert_eq!(site.phone().tap().await.status, 303);
    assert_eq!(ask("/readyz").await, said(200, "ready"));

    site.app.desk.published.stop();
    assert_eq!((ask("/readyz").await, ask("/healthz").await), (said(503, "draining"), said(200, "alive")));
}

#[tokio::test]
async fn cases_are_counted_by_where_they_stand_and_the_longest_wait_is_told() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    for wait_ms in [30_000, 5_000, 0] {
        site.phone().tap().await;
        site.clock.advance(wait_ms);
    }
    let page = || site.app.desk.published.meters.page(&site.app.desk.published, site.folder(), true);
    let has = |lines: &[&str]| {
        let page = page();
        lines.iter().for_each(|line| assert!(page.lines().any(|found| found == *line), "no {line} in\n{page}"));
    };
    let unseen = "sotto_open_incidents{state=\"unseen\"}";
    let claimed = "sotto_open_incidents{state=\"claimed\"}";
    has(&[&format!("{unseen} 3"), "sotto_unseen_age_seconds 35"]);
    let oldest = site.read(|state| state.incidents.values().min_by_key(|one| one.opened).unwrap().id);
    assert_eq!(agent.command(StaffCommand::Claim(oldest, None)).await.status, 204);
    has(&[&format!("{unseen} 2"), &format!("{claimed} 1"), "sotto_unseen_age_seconds 5"]);
    site.clock.advance(20_000);
    server::ticker::tick(&site.app.desk).await;
    has(&["sotto_escalations_total{step=\"offered_again\"} 2", "sotto_alerts_total 3"]);
}
