//! Connections that only one side believes in. Time is the runtime's own here and stands still
//! until everybody waits, so no test waits for anything.

use super::support::Site;
use super::support::memory::MemoryLog;
use super::support::socket::{Handshake, Socket};
use domain::person::Role;
use domain::wire::{FromPhone, FromStaff, OFFER_MAX, PROTOCOL, ToPhone, ToStaff};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// `machines.md`: noticed within 20 s.
const NOTICED: Duration = Duration::from_secs(20);

#[tokio::test(start_paused = true)]
async fn a_phone_that_answers_nothing_is_given_up_within_20_s() {
    let site = Site::on_log(Arc::new(MemoryLog::default()));
    let mut phone = site.phone();
    phone.tap().await;
    let mut socket = Socket::of_phone(&site, &phone.cookie()).await;
    let heard = Instant::now();
    assert!(socket.send(&FromPhone::Hello { token: None, cursor: Vec::new() }).await);
    assert!(matches!(socket.next().await, Some(ToPhone::Case { .. })));
    let mut pings = 0;
    while let Some(message) = socket.next::<ToPhone>().await {
        assert_eq!(message, ToPhone::Ping);
        pings += 1;
    }
    assert!(pings >= 2, "two lost pings in a row are a sign, one is an accident");
    assert!(heard.elapsed() <= NOTICED, "{:?}", heard.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_answers_is_kept_for_hours() {
    let site = Site::on_log(Arc::new(MemoryLog::default()));
    let mut phone = site.phone();
    phone.tap().await;
    let mut socket = Socket::of_phone(&site, &phone.cookie()).await;
    assert!(socket.send(&FromPhone::Hello { token: None, cursor: Vec::new() }).await);
    assert!(matches!(socket.next().await, Some(ToPhone::Case { .. })));
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(3_600) {
        let before = Instant::now();
        assert_eq!(socket.next().await, Some(ToPhone::Ping));
        assert!(before.elapsed() < NOTICED / 2, "the page hears of the server often enough to notice its end");
        assert!(socket.send(&FromPhone::Pong).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_screen_that_answers_nothing_is_given_up_within_20_s_whatever_is_sent_to_it() {
    let site = Site::on_log(Arc::new(MemoryLog::default()));
    let agent = site.join(Role::Agent).await.browser;
    let mut socket = Socket::of_staff(&site, &agent.cookie()).await;
    let heard = Instant::now();
    assert!(socket.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    // News and refreshes come all the time; none of them is a sign of life.
    let busy = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(700)).await;
            site.phone().tap().await;
        }
    });
    while socket.next::<ToStaff>().await.is_some() {}
    assert!(heard.elapsed() <= NOTICED, "{:?}", heard.elapsed());
    busy.abort();
}

#[tokio::test(start_paused = true)]
async fn a_screen_whose_connection_is_stuck_is_given_up_within_20_s_too() {
    let site = Site::on_log(Arc::new(MemoryLog::default()));
    let agent = site.join(Role::Agent).await.browser;
    let (host, origin, cookie) = ("desk.localhost:3000", Some("http://desk.localhost:3000"), &*agent.cookie());
    let handshake = Handshake { host, origin, cookie };
    let handles = || Arc::strong_count(&site.app.addresses);
    let before = handles();
    let mut socket = Socket::open_narrow(site.desk.clone(), handshake, 2_048).await.unwrap();
    let heard = Instant::now();
    assert!(socket.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    // Nothing is read any more, and late in the silence more is sent than the way can hold.
    tokio::time::sleep(Duration::from_secs(17)).await;
    for _ in 0..100 {
        site.phone().tap().await;
    }
    assert!(handles() > before, "the socket's task holds what every handler holds");
    tokio::time::sleep(NOTICED - heard.elapsed()).await;
    assert_eq!(handles(), before, "and has let it go");
    drop(socket);
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_never_says_hello_is_given_up() {
    let site = Site::on_log(Arc::new(MemoryLog::default()));
    let agent = site.join(Role::Agent).await.browser;
    let since = Instant::now();
    let mut socket = Socket::of_phone(&site, "").await;
    assert_eq!(socket.next::<ToPhone>().await, None);
    let mut socket = Socket::of_staff(&site, &agent.cookie()).await;
    assert_eq!(socket.next::<ToStaff>().await, None);
    assert!(since.elapsed() <= 2 * NOTICED);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_sessions_hours_reaches_an_open_screen_within_2_s() {
    let site = Site::on_log(Arc::new(MemoryLog::default()));
    let agent = site.join(Role::Agent).await.browser;
    let mut socket = Socket::of_staff(&site, &agent.cookie()).await;
    assert!(socket.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    assert!(matches!(socket.next().await, Some(ToStaff::Desk { .. })));
    site.clock.advance(Role::Agent.session_ms());
    let since = Instant::now();
    assert_eq!(socket.next().await, Some(ToStaff::Refused("signed_out".to_owned())));
    assert_eq!(socket.next::<ToStaff>().await, None);
    assert!(since.elapsed() <= Duration::from_secs(2), "{:?}", since.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_screen_that_takes_nothing_in_does_not_hold_the_desk() {
    let site = Site::on_log(Arc::new(MemoryLog::default()));
    let agent = site.join(Role::Agent).await.browser;
    let mut deaf = Socket::of_staff(&site, &agent.cookie()).await;
    assert!(deaf.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    // Never read: its buffers fill, its socket is given up, and nobody else waits for it.
    for _ in 0..300 {
        assert_eq!(site.phone().tap().await.status, 303);
    }
    let mut other = Socket::of_staff(&site, &agent.cookie()).await;
    assert!(other.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    match other.next().await {
        Some(ToStaff::Desk { rows, .. }) => assert_eq!(rows.len(), 300),
        message => panic!("{message:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_frames_or_one_great_frame_ends_the_socket() {
    let site = Site::on_log(Arc::new(MemoryLog::default()));
    let mut phone = site.phone();
    phone.tap().await;
    let mut agent = site.join(Role::Agent).await;
    for flood in [true, false] {
        let mut socket = Socket::of_phone(&site, &phone.cookie()).await;
        let since = Instant::now();
        assert!(socket.send(&FromPhone::Hello { token: None, cursor: Vec::new() }).await);
        if flood {
            for _ in 0..40 {
                socket.send(&FromPhone::Pong).await;
            }
        } else {
            socket.send_bytes(vec![PROTOCOL; 2 * OFFER_MAX]).await;
        }
        while socket.next::<ToPhone>().await.is_some() {}
        assert_eq!(since.elapsed(), Duration::ZERO, "cut off at once, not given up later");
        let mut socket = Socket::of_staff(&site, &agent.browser.cookie()).await;
        socket.send(&FromStaff::Hello { cursor: Vec::new() }).await;
        if flood {
            for _ in 0..40 {
                socket.send(&FromStaff::Watch(None)).await;
            }
        } else {
            socket.send_bytes(vec![PROTOCOL; 2 * OFFER_MAX]).await;
        }
        while socket.next::<ToStaff>().await.is_some() {}
        assert_eq!(since.elapsed(), Duration::ZERO);
    }
    // What was cut off is a connection, not a person.
    assert_eq!(phone.get("/now").await.status, 200);
    assert_eq!(agent.browser.get("/").await.status, 200);
}
