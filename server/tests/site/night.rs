//! The night's work with the clock moved: what is due goes for good, and nothing else does.

use super::support::browser::fresh_key;
use super::support::socket::Socket;
use super::support::{Browser, Site};
use domain::ids::IncidentId;
use domain::incident::CloseReason;
use domain::person::Role;
use domain::retention::DAY_MS;
use domain::venue::Ordinal;
use domain::wire::{FromPhone, FromStaff, StaffCommand, ToPhone, ToStaff};
use domain::words::Words;
use server::log::Seq;
use server::operate::night::{Look, Night, confirm_clock};

const MARKER: &str = "MARKER-behind-the-bar";

fn night(site: &Site) -> Night {
    Night::new(site.app.desk.clone(), site.log.clone(), site.folder().to_owned())
}

/// Days go by, each with its night.
async fn days(site: &Site, night: &mut Night, days: i64) -> Vec<Look> {
    let mut looks = Vec::new();
    for _ in 0..days {
        site.clock.advance(DAY_MS);
        looks.push(night.look().await.unwrap());
    }
    looks
}

fn done(cases: u32, bodies: usize) -> Look {
    Look::Done { cases, bodies }
}

/// How many of the log's files hold the marker.
fn traces(site: &Site) -> usize {
    let files = std::fs::read_dir(site.folder()).unwrap().map(|entry| entry.unwrap().path());
    let holds = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(MARKER.len()).any(|window| window == MARKER.as_bytes())
    };
    files.filter(holds).count()
}

/// A phone's case in which much was said.
async fn case(site: &Site, agent: &mut Browser) -> (Browser, IncidentId) {
    let before: Vec<_> = site.read(|state| state.incidents.keys().copied().collect());
    let mut phone = site.phone();
    assert_eq!(phone.tap().await.status, 303);
    let id = site.read(|state| *state.incidents.keys().find(|id| !before.contains(id)).unwrap());
    assert_eq!(phone.post("/message", &[("key", &fresh_key()), ("text", MARKER)]).await.status, 303);
    let words = Words::Text(MARKER.to_owned());
    for command in [
        StaffCommand::Claim(id, None),
        StaffCommand::SetApproach(id, MARKER.to_owned()),
        StaffCommand::Note(id, MARKER.to_owned()),
        StaffCommand::Say(id, words),
    ] {
        assert_eq!(agent.command(command).await.status, 204);
    }
    (phone, id)
}

#[tokio::test]
async fn a_case_whose_time_has_come_is_gone_from_state_files_and_screens() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (mut phone, id) = case(&site, &mut agent).await;
    let (_other, open) = case(&site, &mut agent).await;
    agent.command(StaffCommand::Close(id, CloseReason::Helped)).await;
    let mut night = night(&site);
    assert!(days(&site, &mut night, 29).await.iter().all(|look| matches!(look, Look::Done { cases: 0, .. })));
    assert!(traces(&site) > 0, "the search finds what is there");
    let entries = site.log.read(Seq(0), 1_000).unwrap();
    let of_case = entries.iter().filter(|record| record.stream.0 == format!("incident/{id}")).count();

    let mut watching = Socket::of_phone(&site, &phone.cookie()).await;
    assert!(watching.send(&FromPhone::Hello { token: None, cursor: Vec::new() }).await);
    assert!(matches!(watching.next().await, Some(ToPhone::Case { .. })));
    assert_eq!(days(&site, &mut night, 1).await, [done(1, of_case)]);

    // The other case is open: its words stay, and are all that stays.
    site.read(|state| {
        assert_eq!(state.incidents.keys().collect::<Vec<_>>(), [&open]);
        assert_eq!(state.incidents[&open].conversation.messages.len(), 2);
    });
    let after = site.log.read(Seq(0), 1_000).unwrap();
    for record in &after {
        let of_case = record.stream.0 == format!("incident/{id}") && record.kind != "erased";
        assert_eq!(record.body.is_none(), of_case, "{} {}", record.stream, record.kind);
    }
    assert_eq!(site.log.verify().unwrap().erased, of_case as u64);
    // Its open page is closed, and a new one is where help can be asked for.
    while watching.next::<ToPhone>().await.is_some() {}
    let page = phone.get("/now").await;
    assert!(page.has_help_form() && !page.text().contains(MARKER), "{}", page.status);
    assert_eq!(phone.tap().await.status, 303);
    assert_eq!(site.read(|state| state.incidents.len()), 2);
}

#[tokio::test]
async fn no_file_of_the_log_holds_what_was_erased_also_while_the_server_runs() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (_phone, id) = case(&site, &mut agent).await;
    agent.command(StaffCommand::Close(id, CloseReason::Test)).await;
    let mut night = night(&site);
    days(&site, &mut night, 30).await;
    assert_eq!(traces(&site), 0);
    // A restart finds the same, and knows the same.
    let before = site.read(Clone::clone);
    drop((night, agent, _phone));
    let site = site.restart(1_000).await;
    let after = site.read(Clone::clone);
    assert_eq!((traces(&site), before.seq, before.versions), (0, after.seq, after.versions));
    assert_eq!((before.incidents.len(), after.incidents.len(), after.phones.len()), (0, 0, 0));
}

#[tokio::test]
async fn a_stop_in_the_middle_is_made_up_for_in_the_next_night() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (phone, id) = case(&site, &mut agent).await;
    agent.command(StaffCommand::Close(id, CloseReason::Test)).await;
    let mut nights = night(&site);
    days(&site, &mut nights, 29).await;
    site.clock.advance(DAY_MS);
    // The case is over, and the server stops before its words are taken away.
    let rule = site.app.desk.published.festival.retention;
    let erase = domain::desk::Command::Erase { incident: id, rule };
    site.app.desk.tell(domain::desk::Actor::Clock, erase).await.unwrap();
    assert!(traces(&site) > 0);
    drop((nights, agent, phone));
    let site = site.restart(60_000).await;
    assert!(traces(&site) > 0 && site.read(|state| state.incidents.is_empty()));
    assert!(matches!(night(&site).look().await.unwrap(), Look::Done { cases: 0, bodies: 6.. }));
    assert_eq!(traces(&site), 0);
}

#[tokio::test]
async fn a_console_that_shows_an_erased_case_begins_anew() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (_phone, id) = case(&site, &mut agent).await;
    agent.command(StaffCommand::Close(id, CloseReason::Test)).await;
    let mut nights = night(&site);
    days(&site, &mut nights, 29).await;
    // Sessions end after hours; this one is new.
    site.clock.advance(DAY_MS - 3_600_000);
    let agent = site.join(Role::Agent).await.browser;
    let mut socket = Socket::of_staff(&site, &agent.cookie()).await;
    assert!(socket.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    let Some(ToStaff::Desk { rows, reset: true, .. }) = socket.next().await else { panic!("no rows") };
    assert_eq!(rows.len(), 1);
    site.clock.advance(3_600_000);
    assert!(matches!(nights.look().await.unwrap(), Look::Done { cases: 1, .. }));
    loop {
        match socket.next().await {
            Some(ToStaff::Desk { rows, reset: true, .. }) => break assert!(rows.is_empty()),
            Some(_) => {}
            None => panic!("the row stays on the screen"),
        }
    }
}

#[tokio::test]
async fn the_key_of_an_erased_alert_opens_a_new_case_and_only_one() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (mut phone, key) = (site.phone(), fresh_key());
    let tap = [("key", key.as_str()), ("p", "")];
    assert_eq!(phone.post("/alert", &tap).await.status, 303);
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    agent.command(StaffCommand::Close(id, CloseReason::Test)).await;
    let mut nights = night(&site);
    days(&site, &mut nights, 30).await;
    assert_eq!(site.read(|state| state.incidents.len()), 0);
    // A page that was left open for a month, sent twice by a bad network.
    for _ in 0..2 {
        assert_eq!(phone.post("/alert", &tap).await.status, 303);
        let open = site.read(|state| state.incidents.values().map(|one| one.asked_again).collect::<Vec<_>>());
        assert_eq!(open, [0]);
    }
}

#[tokio::test]
async fn ten_years_ahead_it_stops_and_asks_and_goes_on_upon_a_word() {
    let ten_years = 3_650 * DAY_MS;
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (phone, id) = case(&site, &mut agent).await;
    agent.command(StaffCommand::Close(id, CloseReason::Test)).await;
    let mut nights = night(&site);
    days(&site, &mut nights, 3).await;
    site.clock.jump(ten_years);
    assert!(days(&site, &mut nights, 40).await.iter().all(|look| matches!(look, Look::Asks(_))));
    let metrics = |site: &Site| {
        let published = &site.app.desk.published;
        published.meters.page(published, site.folder(), true)
    };
    assert!(metrics(&site).contains("sotto_clock_leapt 1"));
    // Alerts that come meanwhile carry the wrong time; a restart believes nothing of it.
    site.phone().tap().await;
    drop((nights, agent, phone));
    let site = site.restart(DAY_MS).await;
    let mut nights = night(&site);
    assert!(matches!(nights.look().await.unwrap(), Look::Asks(_)));
    site.clock.jump(-ten_years);
    assert!(matches!(nights.look().await.unwrap(), Look::Asks(_)), "also when it was put right");
    assert_eq!(site.read(|state| state.incidents.len()), 2);

    // A word about another time is none.
    confirm_clock(site.folder(), site.clock.as_ref()).unwrap();
    site.clock.advance(DAY_MS);
    assert!(matches!(nights.look().await.unwrap(), Look::Asks(_)));
    confirm_clock(site.folder(), site.clock.as_ref()).unwrap();
    assert!(matches!(nights.look().await.unwrap(), Look::Done { cases: 0 | 1, .. }));
    assert!(metrics(&site).contains("sotto_clock_leapt 0"));
    assert_eq!(site.read(|state| state.incidents.len()), 1, "what is due now is erased, the open case is not");
    assert_eq!(nights.look().await.unwrap(), Look::Early);
}

#[tokio::test]
async fn a_leap_that_later_entries_would_hide_is_on_record_before_them() {
    // Less than what is asked about over a restart, and by the next entry both clocks agree again.
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let (phone, id) = case(&site, &mut agent).await;
    agent.command(StaffCommand::Close(id, CloseReason::Test)).await;
    let mut nights = night(&site);
    site.clock.jump(2 * DAY_MS);
    site.phone().tap().await;
    assert!(matches!(nights.look().await.unwrap(), Look::Asks(_)));
    assert_eq!(site.count("clock_leapt"), 1);
    assert!(matches!(nights.look().await.unwrap(), Look::Asks(_)));
    assert_eq!(site.count("clock_leapt"), 1, "once is enough");
    drop((nights, agent, phone));
    let site = site.restart(1_000).await;
    assert!(matches!(night(&site).look().await.unwrap(), Look::Asks(_)), "a restart forgets nothing of it");
}

#[tokio::test]
async fn a_responders_old_places_go_and_the_last_one_stays() {
    let site = Site::new().await;
    let guard = site.join(Role::Security).await;
    let (id, mut browser) = (guard.id, guard.browser);
    let mut nights = night(&site);
    for shift in 0..2 {
        assert_eq!(browser.command(StaffCommand::DutyOn(None)).await.status, 204);
        for level in 0..3 {
            assert_eq!(browser.command(StaffCommand::Level(Ordinal(level))).await.status, 204);
        }
        assert_eq!(browser.command(StaffCommand::DutyOff).await.status, 204);
        let looks = days(&site, &mut nights, 2).await;
        // The first shift's are meaningless from the second one on.
        assert_eq!(looks, [done(0, shift * 3), done(0, 0)]);
        browser = site.join_again(id).await;
    }
    let before = site.read(|state| state.people[&id].clone());
    assert_eq!(before.level, Some(Ordinal(2)));
    drop((nights, browser));
    let site = site.restart(0).await;
    let after = site.read(|state| state.people[&id].clone());
    assert_eq!((after.level, after.duty, after.sessions.len()), (before.level, before.duty, before.sessions.len()));
}
