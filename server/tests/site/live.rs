//! Live sockets: who may open one, what they carry, and resuming without gap or double.

use super::support::Site;
use super::support::socket::{Handshake, Refused, Socket};
use domain::incident::CloseReason;
use domain::person::Role;
use domain::view::{CaseView, Check, Stage, StepView};
use domain::wire::{FromPhone, PROTOCOL, StaffCommand, ToPhone, ToStaff};

/// The case that comes next, with its cursor.
async fn case(socket: &mut Socket) -> (CaseView, Vec<u8>) {
    match socket.next().await {
        Some(ToPhone::Case { view, cursor }) => (*view, cursor),
        other => panic!("{other:?}"),
    }
}

async fn hello(socket: &mut Socket, cursor: &[u8]) {
    assert!(socket.send(&FromPhone::Hello { token: None, cursor: cursor.to_vec() }).await);
}

#[tokio::test]
async fn only_our_own_page_opens_a_socket() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let agent = site.join(Role::Agent).await.browser;
    for origin in [None, Some("null"), Some("https://evil.example"), Some("http://localhost:3001"), Some("")] {
        let (phone, agent) = (phone.cookie(), agent.cookie());
        let handshake = Handshake { host: "localhost:3000", origin, cookie: &phone };
        assert_eq!(Socket::open(site.attendee.clone(), handshake).await.err(), Some(Refused(403)), "{origin:?}");
        let handshake = Handshake { host: "desk.localhost:3000", origin, cookie: &agent };
        assert_eq!(Socket::open(site.desk.clone(), handshake).await.err(), Some(Refused(403)), "{origin:?}");
    }
    // The attendees' page is a stranger to the desk.
    let (host, origin, cookie) = ("desk.localhost:3000", Some("http://localhost:3000"), &*agent.cookie());
    let refused = Socket::open(site.desk.clone(), Handshake { host, origin, cookie }).await;
    assert_eq!(refused.err(), Some(Refused(403)));
    // Nobody, and a phone, at the staff's socket.
    for cookie in [String::new(), phone.cookie()] {
        let (origin, cookie) = (Some("http://desk.localhost:3000"), &*cookie);
        let refused = Socket::open(site.desk.clone(), Handshake { host, origin, cookie }).await;
        assert_eq!(refused.err(), Some(Refused(401)));
    }
}

#[tokio::test]
async fn a_phone_sees_each_step_as_it_is_taken() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    let (mut agent, mut guard) = (site.join(Role::Agent).await.browser, site.join(Role::Security).await);
    let mut socket = Socket::of_phone(&site, &phone.cookie()).await;
    hello(&mut socket, &[]).await;
    let (view, _) = case(&mut socket).await;
    assert_eq!((view.stage, view.seen, view.coming), (Stage::Open, StepView::Dark, StepView::Dark));

    assert_eq!(agent.command(StaffCommand::See(id)).await.status, 204);
    assert_ne!(case(&mut socket).await.0.seen, StepView::Dark);
    assert_eq!(guard.browser.command(StaffCommand::DutyOn(None)).await.status, 204);
    assert_eq!(agent.command(StaffCommand::Dispatch(id, guard.id)).await.status, 204);
    assert_eq!(case(&mut socket).await.0.coming, StepView::Dark, "nobody has said that they go");
    assert_eq!(guard.browser.command(StaffCommand::Go(id)).await.status, 204);
    assert_ne!(case(&mut socket).await.0.coming, StepView::Dark);
    assert_eq!(guard.browser.command(StaffCommand::Arrive(id)).await.status, 204);
    assert_ne!(case(&mut socket).await.0.here, StepView::Dark);
    assert_eq!(phone.post("/nobody", &[]).await.status, 303);
    assert!(case(&mut socket).await.0.nobody_here);
    assert_eq!(agent.command(StaffCommand::Recall(id, guard.id)).await.status, 204);
    let (view, _) = case(&mut socket).await;
    assert_eq!(
        (view.coming, view.here, view.dark),
        (StepView::Dark, StepView::Dark, Some(domain::view::Dark::TurnedBack))
    );
    assert_eq!(phone.post("/undo", &[]).await.status, 303);
    assert_eq!(case(&mut socket).await.0.check, Check::Asked);
    assert_eq!(agent.command(StaffCommand::Close(id, CloseReason::Helped)).await.status, 204);
    assert!(matches!(case(&mut socket).await.0.stage, Stage::Closed { can_reopen: true }));
}

#[tokio::test]
async fn a_phone_with_a_new_case_is_shown_that_one() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let old = site.read(|state| *state.incidents.keys().next().unwrap());
    let mut socket = Socket::of_phone(&site, &phone.cookie()).await;
    hello(&mut socket, &[]).await;
    case(&mut socket).await;
    agent.command(StaffCommand::Close(old, CloseReason::Test)).await;
    assert!(matches!(case(&mut socket).await.0.stage, Stage::Closed { .. }));
    phone.tap().await;
    assert_eq!(case(&mut socket).await.0.stage, Stage::Open);
    let new = site.read(|state| *state.incidents.keys().find(|id| **id != old).unwrap());
    agent.command(StaffCommand::See(new)).await;
    assert_ne!(case(&mut socket).await.0.seen, StepView::Dark);
    // The old one, open again, is the phone's case again.
    agent.command(StaffCommand::Close(new, CloseReason::Test)).await;
    assert!(matches!(case(&mut socket).await.0.stage, Stage::Closed { .. }));
    agent.command(StaffCommand::Reopen(old)).await;
    assert_eq!(case(&mut socket).await.0.stage, Stage::Open);
}

/// Everything that is waiting.
async fn drain(socket: &mut Socket) -> Vec<(CaseView, Vec<u8>)> {
    let mut cases = Vec::new();
    while let Some(message) = socket.waiting().await {
        if let ToPhone::Case { view, cursor } = message {
            cases.push((*view, cursor));
        }
    }
    cases
}

#[tokio::test]
async fn a_phone_resumes_without_gap_or_double_wherever_it_breaks_off() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    // Somebody is there from the beginning: that they come is no news of the case.
    agent.command(StaffCommand::See(id)).await;
    let (mut socket, mut cursor, mut shown) = (None::<Socket>, Vec::new(), None);
    // A fixed, well mixed row of dice: what fails, fails again.
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..200 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let look = || {
            let case = |lens: &domain::view::Lens| {
                site.read(|state| domain::view::case(&state.incidents[&id], state, lens)).still(lens.now)
            };
            site.app.desk.published.lens("fr", case)
        };
        let before = look();
        match dice >> 33 & 7 {
            0 => drop(phone.tap().await),
            1 => drop(phone.post("/place", &[("p", "l:0")]).await),
            2 => drop(agent.command(StaffCommand::See(id)).await),
            3 => drop(agent.command(StaffCommand::SetApproach(id, format!("note {round}"))).await),
            4 => drop(phone.post("/undo", &[]).await),
            5 => drop(phone.post("/ok", &[]).await),
            // Somebody else's news is no news.
            6 => drop(site.phone().tap().await),
            _ => {}
        }
        let truth = look();
        let changed = truth != before;
        let broken = dice >> 40 & 3 == 0;
        let resumed = socket.is_none();
        if resumed {
            let mut fresh = Socket::of_phone(&site, &phone.cookie()).await;
            hello(&mut fresh, &cursor).await;
            socket = Some(fresh);
        }
        let open = socket.as_mut().unwrap();
        let got = drain(open).await;
        if !resumed {
            assert_eq!(got.len(), usize::from(changed), "round {round}: a gap or a double");
        } else {
            assert!(got.len() <= 1, "round {round}: a double after a break");
        }
        if let Some((view, next)) = got.into_iter().next_back() {
            assert_ne!(next, cursor, "round {round}: the same again");
            (shown, cursor) = (Some(view), next);
        }
        // Whatever was lost on the way, what is shown is what is so.
        let now = site.app.desk.published.now();
        let shown = shown.clone().map(|view: CaseView| view.still(now));
        assert_eq!(shown.as_ref(), Some(&truth), "round {round}");
        if broken {
            socket = None;
        }
    }
}

#[tokio::test]
async fn a_reporters_socket_is_silent_about_the_help_for_the_other() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    let (mut agent, mut guard) = (site.join(Role::Agent).await.browser, site.join(Role::Security).await);
    assert_eq!(guard.browser.command(StaffCommand::DutyOn(None)).await.status, 204);
    let mut socket = Socket::of_phone(&site, &phone.cookie()).await;
    hello(&mut socket, &[]).await;
    let (_, before) = case(&mut socket).await;
    let found = StaffCommand::FoundWho(id, "l:0".to_owned(), domain::incident::Found::Another);
    for command in [StaffCommand::Claim(id, None), found] {
        assert_eq!(agent.command(command).await.status, 204);
    }
    let last = drain(&mut socket).await.pop().unwrap();
    assert!(last.1.is_empty(), "a cursor would count what is not shown");
    /// The only frame of a fresh connection.
    async fn anew(site: &Site, cookie: &str, cursor: &[u8]) -> Vec<u8> {
        let mut fresh = Socket::of_phone(site, cookie).await;
        hello(&mut fresh, cursor).await;
        case(&mut fresh).await;
        assert_eq!(fresh.waiting::<ToPhone>().await, None);
        fresh.frames().concat()
    }
    let fresh = anew(&site, &phone.cookie(), &[]).await;
    for command in [StaffCommand::Dispatch(id, guard.id), StaffCommand::SetApproach(id, "by the stairs".to_owned())] {
        assert_eq!(agent.command(command).await.status, 204);
        assert_eq!(socket.waiting::<ToPhone>().await, None);
    }
    for command in [StaffCommand::Go(id), StaffCommand::Arrive(id), StaffCommand::Done(id)] {
        assert_eq!(guard.browser.command(command).await.status, 204);
        assert_eq!(socket.waiting::<ToPhone>().await, None);
        phone.post("/nobody", &[]).await;
        assert_eq!((socket.waiting::<ToPhone>().await, site.count("nobody_here_said")), (None, 0));
        // Nor does it help to come again, with the cursor of a time before or without one.
        for cursor in [&before[..], &[]] {
            assert_eq!(anew(&site, &phone.cookie(), cursor).await, fresh);
        }
    }
    // What is the reporter's own still comes.
    phone.post("/place", &[("p", "l:0")]).await;
    assert_ne!(drain(&mut socket).await.len(), 0);
}

#[tokio::test]
async fn a_stale_or_foreign_cursor_is_said_and_everything_comes() {
    let site = Site::new().await;
    let (mut one, mut other) = (site.phone(), site.phone());
    one.tap().await;
    other.tap().await;
    let mut socket = Socket::of_phone(&site, &other.cookie()).await;
    hello(&mut socket, &[]).await;
    let (_, foreign) = case(&mut socket).await;
    let mut ahead = foreign.clone();
    ahead[0] = 0xff;
    for cursor in [foreign, ahead, vec![1], vec![0; 16], vec![7; 100]] {
        let mut socket = Socket::of_phone(&site, &one.cookie()).await;
        hello(&mut socket, &cursor).await;
        assert_eq!(socket.next().await, Some(ToPhone::Refused("cursor".to_owned())));
        let (view, own) = case(&mut socket).await;
        assert_eq!(view.stage, Stage::Open);
        // The right one saves the bytes.
        let mut again = Socket::of_phone(&site, &one.cookie()).await;
        hello(&mut again, &own).await;
        assert_eq!(again.waiting::<ToPhone>().await, None);
    }
}

#[tokio::test]
async fn a_cursor_outlives_a_restart_and_not_another_log() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let cookies = phone.cookie();
    let mut socket = Socket::of_phone(&site, &cookies).await;
    hello(&mut socket, &[]).await;
    let (_, cursor) = case(&mut socket).await;
    drop((socket, phone));
    let site = site.restart(1_000).await;
    let mut socket = Socket::of_phone(&site, &cookies).await;
    hello(&mut socket, &cursor).await;
    assert_eq!(socket.waiting::<ToPhone>().await, None);
}

#[tokio::test]
async fn a_phone_without_cookies_shows_its_token_in_the_first_frame() {
    let site = Site::new().await;
    let token = site.phone_without_cookies().tap().await.field("t").unwrap();
    let mut socket = Socket::of_phone(&site, "").await;
    assert!(socket.send(&FromPhone::Hello { token: Some(token), cursor: Vec::new() }).await);
    assert_eq!(case(&mut socket).await.0.stage, Stage::Open);
    // A token that is not ours, and none at all: said, so that the page stops asking.
    for token in [Some("0".repeat(64)), Some("x".to_owned()), None] {
        let mut socket = Socket::of_phone(&site, "").await;
        assert!(socket.send(&FromPhone::Hello { token, cursor: Vec::new() }).await);
        assert_eq!(socket.next().await, Some(ToPhone::Refused("unknown".to_owned())));
        assert_eq!(socket.next::<ToPhone>().await, None);
    }
}

#[tokio::test]
async fn a_page_of_another_protocol_is_told_to_reload() {
    let site = Site::new().await;
    let mut phone = site.phone();
    phone.tap().await;
    let agent = site.join(Role::Agent).await.browser;
    for protocol in [0, PROTOCOL + 1, 255] {
        let mut socket = Socket::of_phone(&site, &phone.cookie()).await;
        assert!(socket.send_bytes(vec![protocol, 0, 0]).await);
        assert_eq!(socket.next().await, Some(ToPhone::Reload));
        assert_eq!(socket.next::<ToPhone>().await, None);
        let mut socket = Socket::of_staff(&site, &agent.cookie()).await;
        assert!(socket.send_bytes(vec![protocol, 0, 0]).await);
        assert_eq!(socket.next().await, Some(ToStaff::Reload));
        assert_eq!(socket.next::<ToStaff>().await, None);
    }
    for damaged in [vec![PROTOCOL], vec![PROTOCOL, 200, 200], vec![]] {
        let mut socket = Socket::of_phone(&site, &phone.cookie()).await;
        assert!(socket.send_bytes(damaged).await);
        assert_eq!(socket.next::<ToPhone>().await, None);
    }
}
