//! The staff's sockets: upserts that add up, reads on record, and nothing for those off duty.

use super::support::browser::fresh_key;
use super::support::memory::MemoryLog;
use super::support::socket::Socket;
use super::support::{Browser, Site};
use domain::ids::IncidentId;
use domain::incident::{CloseReason, Status};
use domain::person::{Duty, Role};
use domain::view::QueueRow;
use domain::wire::{FromStaff, StaffCommand, ToStaff};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a desk's screen has put together from upserts.
#[derive(Default)]
struct Screen {
    rows: BTreeMap<IncidentId, QueueRow>,
    cursor: Vec<u8>,
}

impl Screen {
    /// Takes everything that is waiting; how many rows came.
    async fn take(&mut self, socket: &mut Socket) -> usize {
        let mut count = 0;
        while let Some(message) = socket.waiting().await {
            if let ToStaff::Desk { cursor, reset, rows, .. } = message {
                if reset {
                    self.rows.clear();
                }
                count += rows.len();
                self.rows.extend(rows.into_iter().map(|row| (row.id, row)));
                self.cursor = cursor;
            }
        }
        count
    }
}

#[tokio::test]
async fn a_desk_is_sent_the_rows_that_changed_and_resumes_with_those_it_missed() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let mut phones: Vec<Browser> = (0..5).map(|_| site.phone()).collect();
    let mut screen = Screen::default();
    let mut dice = 0x0123_4567_89ab_cdef_u64;
    let mut socket = None::<Socket>;
    let mut missed = std::collections::BTreeSet::new();
    let mut first = true;
    for round in 0..150 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let before: BTreeMap<_, _> =
            site.read(|state| state.incidents.iter().map(|(id, one)| (*id, one.changed)).collect());
        let phone = &mut phones[(dice >> 50) as usize % 5];
        let row = before.keys().nth((dice >> 20) as usize % before.len().max(1)).copied();
        match (dice >> 33 & 7, row) {
            (0..=2, _) | (_, None) => drop(phone.tap().await),
            (3, _) => drop(phone.post("/undo", &[]).await),
            (4, Some(id)) => drop(agent.command(StaffCommand::See(id)).await),
            (5, Some(id)) => drop(agent.command(StaffCommand::Close(id, CloseReason::Test)).await),
            (6, Some(id)) => drop(agent.command(StaffCommand::Reopen(id)).await),
            (_, Some(id)) => drop(agent.command(StaffCommand::Claim(id, None)).await),
        }
        site.read(|state| {
            let moved = state.incidents.iter().filter(|(id, one)| before.get(id) != Some(&one.changed));
            missed.extend(moved.map(|(id, _)| *id));
        });
        if socket.is_none() && dice >> 41 & 1 == 0 {
            continue;
        }
        let resumed = socket.is_none();
        if resumed {
            let mut fresh = Socket::of_staff(&site, &agent.cookie()).await;
            fresh.send(&FromStaff::Hello { cursor: screen.cursor.clone() }).await;
            socket = Some(fresh);
        }
        let count = screen.take(socket.as_mut().unwrap()).await;
        assert_eq!(count, missed.len(), "round {round}, first {first}, resumed {resumed}");
        missed.clear();
        first = false;
        let truth: BTreeMap<IncidentId, (Status, bool, u32)> = site.read(|state| {
            state
                .incidents
                .iter()
                .map(|(id, one)| (*id, (one.status(), one.unacknowledged(), one.asked_again)))
                .collect()
        });
        let shown: BTreeMap<_, _> =
            screen.rows.iter().map(|(id, row)| (*id, (row.status, row.unacknowledged, row.asked_again))).collect();
        assert_eq!(shown, truth, "round {round}");
        if dice >> 43 & 3 == 0 {
            socket = None;
        }
    }
}

#[tokio::test]
async fn a_desks_foreign_cursor_is_said_and_everything_comes() {
    let site = Site::new().await;
    site.phone().tap().await;
    let (one, other) = (site.join(Role::Agent).await.browser, site.join(Role::Lead).await.browser);
    let mut socket = Socket::of_staff(&site, &other.cookie()).await;
    socket.send(&FromStaff::Hello { cursor: Vec::new() }).await;
    let Some(ToStaff::Desk { cursor: foreign, .. }) = socket.next().await else { panic!("no desk") };
    for cursor in [foreign, vec![1, 2, 3]] {
        let mut socket = Socket::of_staff(&site, &one.cookie()).await;
        socket.send(&FromStaff::Hello { cursor }).await;
        assert_eq!(socket.next().await, Some(ToStaff::Refused("cursor".to_owned())));
        match socket.next().await {
            Some(ToStaff::Desk { reset: true, rows, .. }) => assert_eq!(rows.len(), 1),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn opening_a_case_is_on_record_before_it_is_shown_and_once_in_ten_minutes() {
    let site = Site::new().await;
    site.phone().tap().await;
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    let agent = site.join(Role::Agent).await;
    let mut socket = Socket::of_staff(&site, &agent.browser.cookie()).await;
    socket.send(&FromStaff::Hello { cursor: Vec::new() }).await;
    let Some(ToStaff::Desk { pane: None, .. }) = socket.next().await else { panic!("a case nobody opened") };
    for _ in 0..3 {
        socket.send(&FromStaff::Watch(Some(id))).await;
        let Some(ToStaff::Desk { pane: Some(pane), .. }) = socket.next().await else { panic!("no pane") };
        assert_eq!((pane.row.id, site.count("read")), (id, 1));
        socket.send(&FromStaff::Watch(None)).await;
        while !matches!(socket.next().await, Some(ToStaff::Desk { pane: None, .. })) {}
    }
    site.clock.advance(10 * 60_000);
    socket.send(&FromStaff::Watch(Some(id))).await;
    while !matches!(socket.next().await, Some(ToStaff::Desk { pane: Some(_), .. })) {}
    assert_eq!(site.count("read"), 2);
    // What does not exist is not shown and not recorded.
    socket.send(&FromStaff::Watch(Some(IncidentId([0xee; 8])))).await;
    while !matches!(socket.next().await, Some(ToStaff::Desk { pane: None, .. })) {}
    assert_eq!(site.count("read"), 2);
}

#[tokio::test]
async fn a_responder_off_duty_is_sent_nothing_and_on_duty_only_their_own() {
    let site = Site::new().await;
    site.phone().tap().await;
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    let mut agent = site.join(Role::Agent).await.browser;
    let (mut sent, other) = (site.join(Role::Security).await, site.join(Role::Security).await);
    let mut socket = Socket::of_staff(&site, &sent.browser.cookie()).await;
    let mut watcher = Socket::of_staff(&site, &other.browser.cookie()).await;
    for socket in [&mut socket, &mut watcher] {
        socket.send(&FromStaff::Hello { cursor: Vec::new() }).await;
        // Asking to see a case is not for them.
        socket.send(&FromStaff::Watch(Some(id))).await;
    }
    let off = agent.command(StaffCommand::Dispatch(id, sent.id)).await;
    assert_eq!((off.status, off.code().as_str()), (409, "responder_off_duty"));
    assert_eq!(sent.browser.command(StaffCommand::DutyOn(None)).await.status, 204);
    assert_eq!(agent.command(StaffCommand::Dispatch(id, sent.id)).await.status, 204);
    assert_eq!(agent.command(StaffCommand::Recall(id, sent.id)).await.status, 204);
    assert_eq!(sent.browser.command(StaffCommand::DutyOff).await.status, 204);
    let mut pinged = 0;
    while let Some(message) = socket.waiting().await {
        let ToStaff::Guard { view, .. } = message else { panic!("{message:?}") };
        assert!(view.duty != Duty::Off || view.pings.is_empty());
        pinged += view.pings.len();
    }
    assert!(pinged > 0);
    while let Some(message) = watcher.waiting().await {
        let ToStaff::Guard { view, .. } = message else { panic!("{message:?}") };
        assert!(view.pings.is_empty());
    }
    assert_eq!(site.count("read"), 0);
}

#[tokio::test]
async fn what_happens_elsewhere_sends_a_responder_no_frame() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    let mut guard = site.join(Role::Security).await;
    let mut socket = Socket::of_staff(&site, &guard.browser.cookie()).await;
    socket.send(&FromStaff::Hello { cursor: Vec::new() }).await;
    assert!(matches!(socket.next().await, Some(ToStaff::Guard { .. })));
    for on_duty in [false, true] {
        if on_duty {
            assert_eq!(guard.browser.command(StaffCommand::DutyOn(None)).await.status, 204);
            assert!(matches!(socket.next().await, Some(ToStaff::Guard { view, .. }) if view.duty == Duty::On));
        }
        let mut phone = site.phone();
        phone.tap().await;
        let id = site.read(|state| *state.incidents.keys().next_back().unwrap());
        agent.command(StaffCommand::See(id)).await;
        site.clock.advance(1_000);
        phone.post("/ok", &[]).await;
        assert_eq!(socket.waiting::<ToStaff>().await, None);
    }
}

#[tokio::test]
async fn an_organisers_socket_carries_no_case_and_no_people() {
    let site = Site::new().await;
    site.phone().tap().await;
    let organiser = site.join(Role::Organiser).await.browser;
    let mut socket = Socket::of_staff(&site, &organiser.cookie()).await;
    socket.send(&FromStaff::Hello { cursor: Vec::new() }).await;
    site.phone().tap().await;
    assert_eq!(socket.waiting::<ToStaff>().await, None);
}

#[tokio::test(start_paused = true)]
async fn an_opened_case_is_not_held_back_by_a_flood_of_others() {
    // In memory: time stands still only while nobody waits for a disk.
    let site = Site::on_log(Arc::new(MemoryLog::default()));
    let agent = site.join(Role::Agent).await.browser;
    let mut phone = site.phone();
    phone.tap().await;
    let case = site.read(|state| *state.incidents.keys().next().unwrap());
    let mut socket = Socket::of_staff(&site, &agent.cookie()).await;
    socket.send(&FromStaff::Hello { cursor: Vec::new() }).await;
    socket.next::<ToStaff>().await.unwrap();
    socket.send(&FromStaff::Watch(Some(case))).await;
    while !matches!(socket.next().await, Some(ToStaff::Desk { pane: Some(_), .. })) {}

    // Until a frame is held back for the first time: the next one would be as well.
    let begun = tokio::time::Instant::now();
    for n in 0.. {
        assert!(n < 100, "the flood was not folded: this proves nothing");
        site.phone().tap().await;
        socket.next::<ToStaff>().await.unwrap();
        if !begun.elapsed().is_zero() {
            break;
        }
    }
    let written = tokio::time::Instant::now();
    phone.post("/message", &[("key", &fresh_key()), ("text", "here")]).await;
    loop {
        let Some(ToStaff::Desk { pane, .. }) = socket.next().await else { panic!("the socket closed") };
        if pane.is_some_and(|pane| !pane.messages.is_empty()) {
            break;
        }
    }
    assert!(written.elapsed().is_zero(), "a message waited {:?} for other cases", written.elapsed());
}
