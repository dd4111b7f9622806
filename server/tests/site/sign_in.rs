//! Links, sessions, and their ends.

use super::support::socket::{Handshake, Socket};
use super::support::{Browser, Site};
use domain::person::{INVITE_VALID_MS, Role};
use domain::wire::{FromStaff, StaffCommand, ToStaff};

async fn use_link(browser: &mut Browser, link: &str) -> u16 {
    browser.post(&format!("/join/{link}"), &[("name", "Zoé")]).await.status
}

#[tokio::test]
async fn a_link_may_be_opened_often_and_used_once() {
    let site = Site::new().await;
    let link = site.link(Role::Agent).await;
    let (link, before) = (link.reveal(), site.seq());
    for _ in 0..2 {
        let page = site.stranger().get(&format!("/join/{link}")).await;
        assert_eq!((page.status, page.headers.get("set-cookie")), (200, None));
    }
    assert_eq!(site.seq(), before, "previews open links");
    let mut first = site.stranger();
    assert_eq!(use_link(&mut first, link).await, 303);
    assert_eq!(first.get("/").await.status, 200);
    assert_eq!(site.read(|state| state.people.values().next().unwrap().profile.name.clone()), "Zoé");
    let mut second = site.stranger();
    assert_eq!(use_link(&mut second, link).await, 410);
    assert_eq!(second.get(&format!("/join/{link}")).await.status, 410);
    assert!(second.cookies.is_empty());
    assert_eq!(site.read(|state| state.people.len()), 1);
}

#[tokio::test]
async fn one_link_used_by_two_at_once_signs_one_in() {
    let site = Site::new().await;
    let link = site.link(Role::Agent).await;
    let using = (0..10).map(|_| {
        let (mut browser, link) = (site.stranger(), link.reveal().to_owned());
        tokio::spawn(async move { use_link(&mut browser, &link).await })
    });
    let mut statuses = Vec::new();
    for status in using.collect::<Vec<_>>() {
        statuses.push(status.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(site.read(|state| state.people.len()), 1);
}

#[tokio::test]
async fn a_link_is_too_old_after_its_day() {
    let site = Site::new().await;
    let (early, late) = (site.link(Role::Lead).await, site.link(Role::Lead).await);
    site.clock.advance(INVITE_VALID_MS - 1);
    assert_eq!(use_link(&mut site.stranger(), early.reveal()).await, 303);
    site.clock.advance(1);
    let mut browser = site.stranger();
    assert_eq!(use_link(&mut browser, late.reveal()).await, 410);
    assert_eq!(browser.get(&format!("/join/{}", late.reveal())).await.status, 410);
    for nonsense in ["x".to_owned(), "0".repeat(64), "é".to_owned()] {
        let path = format!("/join/{}", nonsense.replace('é', "%C3%A9"));
        assert_eq!(browser.get(&path).await.status, 410);
        assert_eq!(browser.post(&path, &[]).await.status, 410);
    }
}

#[tokio::test]
async fn the_first_organisers_link_is_printed_until_there_is_one_and_lasts_a_quarter_of_an_hour() {
    let site = Site::new().await;
    let (desk, pepper) = (&site.app.desk, &site.app.pepper);
    let token = |link: String| link.rsplit('/').next().unwrap().to_owned();
    let old = server::demo::first_organiser(desk, pepper, "x").await.unwrap().map(token).unwrap();
    site.clock.advance(15 * 60_000);
    assert_eq!(use_link(&mut site.stranger(), &old).await, 410);
    let link = server::demo::first_organiser(desk, pepper, "x").await.unwrap().map(token).unwrap();
    let mut organiser = site.stranger();
    assert_eq!(organiser.post(&format!("/join/{link}"), &[("name", " ")]).await.status, 422, "a name is needed");
    assert_eq!(use_link(&mut organiser, &link).await, 303);
    assert_eq!(organiser.get("/organiser").await.status, 200);
    assert_eq!(server::demo::first_organiser(desk, pepper, "x").await.unwrap(), None);
}

#[tokio::test]
async fn a_cookie_planted_before_sign_in_is_replaced() {
    let site = Site::new().await;
    let link = site.link(Role::Agent).await;
    let mut browser = site.stranger();
    browser.cookies.insert("__Host-desk".to_owned(), "a".repeat(64));
    assert_eq!(use_link(&mut browser, link.reveal()).await, 303);
    assert_ne!(browser.cookies["__Host-desk"], "a".repeat(64));
    let mut planted = site.stranger();
    planted.cookies.insert("__Host-desk".to_owned(), "a".repeat(64));
    assert_eq!(planted.get("/").await.status, 401);
}

#[tokio::test]
async fn a_session_ends_after_its_hours() {
    for role in Role::ALL {
        let site = Site::without_venue().await;
        let mut browser = site.join(role).await.browser;
        let home = if role == Role::Organiser { 303 } else { 200 };
        site.clock.advance(role.session_ms() - 1);
        assert_eq!(browser.get("/").await.status, home);
        site.clock.advance(1);
        assert_eq!(browser.get("/").await.status, 401, "{role:?}");
        assert_eq!(browser.command(StaffCommand::DutyOff).await.status, 401);
        assert_eq!(browser.get("/organiser").await.status, 401);
    }
}

#[tokio::test]
async fn the_hours_of_a_session_go_on_through_a_restart() {
    let site = Site::without_venue().await;
    let colleague = site.join(Role::Agent).await;
    let cookies = colleague.browser.cookies.clone();
    drop(colleague);
    let site = site.restart(Role::Agent.session_ms() - 1).await;
    let mut browser = site.stranger();
    browser.cookies = cookies;
    assert_eq!(browser.get("/").await.status, 200);
    site.clock.advance(1);
    assert_eq!(browser.get("/").await.status, 401);
}

#[tokio::test]
async fn a_new_sign_in_over_the_limit_ends_the_oldest() {
    for role in Role::ALL {
        let site = Site::without_venue().await;
        let colleague = site.join(role).await;
        let mut browsers = vec![colleague.browser];
        for _ in 0..role.sessions_at_once() {
            browsers.push(site.join_again(colleague.id).await);
        }
        let mut signed_in = Vec::new();
        for browser in &mut browsers {
            signed_in.push(browser.get("/").await.status != 401);
        }
        let mut expected = vec![true; browsers.len()];
        expected[0] = false;
        assert_eq!(signed_in, expected, "{role:?}");
    }
}

/// A socket of a screen that has shown what it shows.
async fn screen(site: &Site, browser: &Browser) -> Socket {
    let mut socket = Socket::of_staff(site, &browser.cookie()).await;
    assert!(socket.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    assert!(matches!(socket.next::<ToStaff>().await, Some(ToStaff::Desk { .. } | ToStaff::Guard { .. })));
    socket
}

/// What comes up to the end of a socket; a view after the end of the session is a failure.
async fn ends(socket: &mut Socket) {
    assert_eq!(socket.next::<ToStaff>().await, Some(ToStaff::Refused("signed_out".to_owned())));
    assert_eq!(socket.next::<ToStaff>().await, None);
}

#[tokio::test]
async fn everywhere_out_ends_every_browser_and_every_socket() {
    let site = Site::new().await;
    let colleague = site.join(Role::Lead).await;
    let mut here = colleague.browser;
    let mut there = site.join_again(colleague.id).await;
    let (mut one, mut two) = (screen(&site, &here).await, screen(&site, &there).await);
    // Signing in again wakes the screens that are there; what they show then is their right.
    while one.waiting::<ToStaff>().await.is_some() {}
    assert_eq!(here.command(StaffCommand::EverywhereOut).await.status, 204);
    ends(&mut one).await;
    ends(&mut two).await;
    for browser in [&mut here, &mut there] {
        assert_eq!(browser.get("/").await.status, 401);
        assert_eq!(browser.command(StaffCommand::DutyOff).await.code(), "signed_out");
    }
}

/// A phone that goes from hand to hand: what its cookie no longer holds is held by nobody.
#[tokio::test]
async fn whoever_joins_on_somebody_elses_browser_signs_them_out_of_it() {
    let site = Site::new().await;
    let mut former = site.join(Role::Security).await;
    let mut copied = former.browser.clone();
    let link = site.link(Role::Agent).await;
    assert_eq!(use_link(&mut former.browser, link.reveal()).await, 303);
    assert!(!site.read(|state| state.people[&former.id].signed_in_somewhere(site.app.desk.published.now())));
    assert_eq!(copied.command(StaffCommand::DutyOn(None)).await.status, 401);
}

#[tokio::test]
async fn signing_out_ends_this_browser_alone() {
    let site = Site::new().await;
    let colleague = site.join(Role::Agent).await;
    let (mut here, mut there) = (colleague.browser, site.join_again(colleague.id).await);
    let replayed = here.clone();
    let answer = here.post("/out", &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    assert!(!here.cookies.contains_key("__Host-desk"));
    assert_eq!(replayed.clone().get("/").await.status, 401, "the cookie itself is worth nothing any more");
    assert_eq!(there.get("/").await.status, 200);
    assert_eq!(there.command(StaffCommand::SignOut).await.status, 204);
    assert_eq!(there.get("/").await.status, 401);
}

#[tokio::test]
async fn whoever_is_taken_off_the_team_loses_their_screen_at_once() {
    let site = Site::new().await;
    let guard = site.join(Role::Security).await;
    let mut organiser = site.join(Role::Organiser).await.browser;
    let mut socket = screen(&site, &guard.browser).await;
    let removed = organiser.post("/remove", &[("person", &guard.id.to_string())]).await;
    assert_eq!(removed.status, 200);
    ends(&mut socket).await;
    let mut browser = guard.browser;
    assert_eq!(browser.get("/").await.status, 401);
    let (host, origin, cookie) = ("desk.localhost:3000", Some("http://desk.localhost:3000"), &*browser.cookie());
    let denied = Socket::open(site.desk.clone(), Handshake { host, origin, cookie }).await;
    assert_eq!(denied.err().map(|refused| refused.0), Some(401));
    // No link of theirs signs them in again.
    let again = organiser.post("/invite", &[("person", &guard.id.to_string())]).await;
    assert_eq!((again.status, again.code().as_str()), (404, "unknown"));
}

#[tokio::test]
async fn a_responder_on_the_way_is_taken_off_the_team_and_the_case_is_work_again() {
    for by_form in [true, false] {
        let site = Site::new().await;
        let mut phone = site.phone();
        phone.tap().await;
        let incident = site.read(|state| *state.incidents.keys().next().unwrap());
        let (mut agent, mut guard) = (site.join(Role::Agent).await.browser, site.join(Role::Security).await);
        let mut organiser = site.join(Role::Organiser).await.browser;
        assert_eq!(guard.browser.command(StaffCommand::DutyOn(None)).await.status, 204);
        assert_eq!(agent.command(StaffCommand::Dispatch(incident, guard.id)).await.status, 204);
        assert_eq!(guard.browser.command(StaffCommand::Go(incident)).await.status, 204);
        let removed = match by_form {
            true => organiser.post("/remove", &[("person", &guard.id.to_string())]).await,
            false => organiser.command(StaffCommand::Remove(guard.id)).await,
        };
        assert_eq!(removed.status, if by_form { 200 } else { 204 }, "{}", removed.text());
        assert!(site.read(|state| state.people[&guard.id].removed && state.incidents[&incident].unacknowledged()));
        assert_eq!((site.count("cannot"), site.count("removed")), (1, 1));
    }
}

#[tokio::test]
async fn a_link_made_before_a_removal_is_worth_nothing_after_it() {
    let site = Site::new().await;
    let guard = site.join(Role::Security).await;
    let mut organiser = site.join(Role::Organiser).await.browser;
    let page = organiser.post("/invite", &[("person", &guard.id.to_string())]).await.text();
    let link = page.split_once("/join/").unwrap().1[..64].to_owned();
    organiser.post("/remove", &[("person", &guard.id.to_string())]).await;
    assert_eq!(use_link(&mut site.stranger(), &link).await, 410);
}

#[tokio::test]
async fn markup_in_a_name_is_shown_as_text() {
    let site = Site::new().await;
    let mut organiser = site.join(Role::Organiser).await.browser;
    let name = "\"><img src=x onerror=alert(1)>&<b>";
    let page = organiser.post("/invite", &[("name", name), ("role", "agent")]).await.text();
    let link = page.split_once("/join/").unwrap().1[..64].to_owned();
    let mut agent = site.stranger();
    let form = agent.get(&format!("/join/{link}")).await.text();
    assert!(form.contains("value=\"&quot;&gt;&lt;img"), "{form}");
    assert_eq!(agent.post(&format!("/join/{link}"), &[("name", name)]).await.status, 303);
    for text in [organiser.get("/organiser").await.text(), form] {
        assert!(!text.contains("<img") && !text.contains("<b>&"), "{text}");
    }
    // Direction marks and control characters are no part of a name.
    for name in ["\u{202e}eoZ", "a\nb", &"x".repeat(41)] {
        let answer = organiser.post("/invite", &[("name", name), ("role", "agent")]).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "bad_text"));
    }
}

#[tokio::test]
async fn a_staff_form_that_is_too_large_is_refused_with_its_code() {
    let site = Site::new().await;
    let link = site.link(Role::Lead).await;
    let mut organiser = site.join(Role::Organiser).await.browser;
    let (before, large) = (site.seq(), "x".repeat(17_000));
    for path in ["/invite", "/remove", &format!("/join/{}", link.reveal())] {
        let answer = organiser.post(path, &[("name", &large)]).await;
        assert_eq!((answer.status, answer.code().as_str(), site.seq()), (413, "too_large", before), "{path}");
    }
}
