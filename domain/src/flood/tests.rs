//! Random queues: whatever comes, every row is in exactly one line.

use super::*;
use crate::ids::IncidentId;
use crate::incident::{Priority, Status};
use crate::place::Source;
use crate::venue::Ordinal;
use crate::view::{LevelLabel, PlaceLabel};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn alert(n: u64, spot: &Spot, priority: Priority, age_ms: i64) -> QueueRow {
    let level = |ordinal: Ordinal| LevelLabel { ordinal, name: String::new(), short: String::new() };
    let place = |code, room, at: Option<Ordinal>| PlaceLabel {
        level: at.map(level),
        room,
        radius_m: 5,
        source: Source::Zone,
        code,
        xy: None,
        age_ms,
        country: None,
    };
    let place = match spot.clone() {
        Spot::Poster(code) => Some(place(Some(code), Some("Hall".into()), Some(Ordinal(1)))),
        Spot::Room(at, room) => Some(place(None, Some(room), at)),
        Spot::Level(at) => Some(place(None, None, Some(at))),
        Spot::Unknown => None,
    };
    QueueRow {
        id: id(n),
        priority,
        status: Status::Unseen,
        unacknowledged: true,
        place,
        moved: None,
        lang: "fr".into(),
        age_ms,
        wait_ms: Some(age_ms),
        step: None,
        holder: None,
        withdrawn_after_s: None,
        check: None,
        ok_said: false,
        asked_again: 0,
        nobody_here: false,
        responder_call: None,
        call: None,
        dispatch: None,
        closed: None,
        chat_ms: None,
        wrote: 0,
        whom: None,
        concern: None,
        came: None,
        for_morning: false,
        silent_ms: None,
    }
}

fn id(n: u64) -> IncidentId {
    IncidentId(n.to_be_bytes())
}

fn poster(name: &str) -> Spot {
    Spot::Poster(name.into())
}

fn now(rows: &[QueueRow]) -> impl Iterator<Item = RowNow<'_>> + Clone {
    rows.iter().map(|row| RowNow { row, later_ms: 0 })
}

fn folded(rows: &[QueueRow]) -> Vec<Line> {
    fold(now(rows), &Crowd::of(now(rows)))
}

fn any_spot() -> impl Strategy<Value = Spot> {
    prop_oneof![
        4 => (0..4_u8).prop_map(|n| poster(&n.to_string())),
        2 => (0..3_i16, 0..2_u8).prop_map(|(level, n)| Spot::Room(Some(Ordinal(level)), n.to_string())),
        1 => Just(Spot::Room(None, "Bar".into())),
        1 => (0..2_i16).prop_map(|level| Spot::Level(Ordinal(level))),
        1 => Just(Spot::Unknown),
    ]
}

fn any_rows() -> impl Strategy<Value = Vec<QueueRow>> {
    let one = (any_spot(), 0..3_u8, 0..400_000_i64, 0..3_u32);
    proptest::collection::vec(one, 0..80).prop_map(|rows| {
        let row = |(n, (spot, urgent, age, wrote)): (usize, (Spot, u8, i64, u32))| {
            let priority = if urgent == 0 { Priority::P1 } else { Priority::P2 };
            QueueRow { wrote: wrote.saturating_sub(1), ..alert(n as u64, &spot, priority, age) }
        };
        rows.into_iter().enumerate().map(row).collect()
    })
}

proptest! {
    #[test]
    fn every_row_is_in_exactly_one_line(rows in any_rows()) {
        let lines = folded(&rows);
        let ids: Vec<_> = lines.iter().flat_map(Line::cases).copied().collect();
        let all: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
        prop_assert_eq!(ids.len(), rows.len());
        prop_assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), all);
    }

    #[test]
    fn a_p1_row_is_never_folded_and_stands_before_all_others(rows in any_rows()) {
        let p1: BTreeSet<_> = rows.iter().filter(|row| row.priority == Priority::P1).map(|row| row.id).collect();
        let lines = folded(&rows);
        for (at, line) in lines.iter().enumerate() {
            match line {
                Line::Case(id) => prop_assert_eq!(p1.contains(id), at < p1.len()),
                Line::Glance(glance) => {
                    prop_assert!(glance.rows.len() > 1 && at >= p1.len());
                    prop_assert!(glance.rows.iter().all(|id| !p1.contains(id)));
                }
            }
        }
    }

    #[test]
    fn the_order_does_not_hang_on_how_the_rows_came(rows in any_rows(), seed in any::<u64>()) {
        let mut mixed = rows.clone();
        mixed.sort_by_key(|row| (u64::from_be_bytes(row.id.0) ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        prop_assert_eq!(folded(&mixed), folded(&rows));
    }

    #[test]
    fn one_alert_at_a_place_of_its_own_is_behind_lines_and_never_behind_rows(
        crowd in 1..200_u64, places in 1..5_u64, urgent in any::<bool>(), lead in 0..300_000_i64,
    ) {
        let priority = if urgent { Priority::P1 } else { Priority::P2 };
        let of_crowd = |n| alert(n, &poster(&(n % places).to_string()), priority, lead + n as i64);
        let mut rows: Vec<_> = (0..crowd).map(of_crowd).collect();
        rows.push(alert(9_999, &poster("elsewhere"), priority, 0));
        let at = folded(&rows).iter().position(|line| *line == Line::Case(id(9_999)));
        prop_assert!(at.is_some_and(|at| at as u64 <= places));
    }

    #[test]
    fn time_alone_moves_no_line(rows in any_rows(), later in 0..600_000_i64) {
        let crowd = Crowd::of(now(&rows));
        let aged = rows.iter().map(|row| RowNow { row, later_ms: later });
        prop_assert_eq!(fold(aged, &crowd), fold(now(&rows), &crowd));
    }
}

#[test]
fn who_answered_stands_before_who_waits_a_little_longer() {
    let mut rows: Vec<_> = (0..3).map(|n| alert(n, &poster(&n.to_string()), Priority::P2, 10_000 * n as i64)).collect();
    rows[0].wrote = 1;
    let first = |rows: &[QueueRow]| folded(rows)[0].cases()[0];
    assert_eq!(first(&rows), id(0));
    rows[0].wrote = 0;
    assert_eq!(first(&rows), id(2));
}

#[test]
fn silence_never_subtracts() {
    let spoke = QueueRow { silent_ms: None, ..alert(1, &poster("a"), Priority::P2, 5_000) };
    let silent = QueueRow { silent_ms: Some(5_000), ..alert(2, &poster("b"), Priority::P2, 5_001) };
    assert_eq!(folded(&[spoke, silent])[0], Line::Case(id(2)));
}

#[test]
fn a_place_is_hot_with_more_than_three_new_alerts_in_two_minutes() {
    let mut rows: Vec<_> = (0..4).map(|n| alert(n, &poster("hot"), Priority::P2, 9_000)).collect();
    rows.push(alert(9, &poster("calm"), Priority::P2, 0));
    assert_eq!(folded(&rows)[0], Line::Case(id(9)), "one of evidence outweighs nine seconds");
    rows.remove(0);
    assert_eq!(folded(&rows)[1], Line::Case(id(9)));
}

#[test]
fn six_in_a_minute_are_a_flood_and_five_are_none() {
    let rows = |n: u64, step: i64| (0..n).map(|n| alert(n, &Spot::Unknown, Priority::P2, step * n as i64)).collect();
    let flood = |rows: Vec<QueueRow>, agents| Gauge::read(now(&rows), agents).flood;
    assert!(flood(rows(6, 11_000), 9));
    assert!(!flood(rows(5, 1_000), 9));
    assert!(!flood(rows(6, 12_000), 9), "the sixth is a minute older than the first");
}

#[test]
fn more_than_ten_for_each_agent_in_ten_minutes_are_a_flood() {
    let rows = |n: u64| (0..n).map(|n| alert(n, &Spot::Unknown, Priority::P2, 20_000 * n as i64)).collect::<Vec<_>>();
    let read = |n, agents| Gauge::read(now(&rows(n)), agents);
    assert!(!read(20, 2).flood);
    assert!(read(21, 2).flood);
    assert!(!read(10, 0).flood && read(11, 0).flood, "an empty desk counts as one");
    assert_eq!((read(21, 2).fresh, read(21, 2).waiting, read(21, 2).per_agent()), (21, 21, 11));
}

#[test]
fn a_flood_is_over_ten_minutes_after_it_fell_below() {
    let rows: Vec<_> = (0..6).map(|n| alert(n, &Spot::Unknown, Priority::P2, 0)).collect();
    let flood = |later| Gauge::read(rows.iter().map(|row| RowNow { row, later_ms: later }), 9).flood;
    assert!(flood(BURST_MS + ENDS_AFTER_MS - 1));
    assert!(!flood(BURST_MS + ENDS_AFTER_MS));
}

#[test]
fn what_waits_aside_was_seen_and_nothing_else() {
    let seen = QueueRow { status: Status::Seen, unacknowledged: false, ..alert(1, &Spot::Unknown, Priority::P2, 0) };
    assert!(quiet(&seen));
    assert!(!quiet(&QueueRow { priority: Priority::P1, ..seen.clone() }));
    assert!(!quiet(&QueueRow { wrote: 1, ..seen.clone() }));
    assert!(!quiet(&QueueRow { status: Status::Claimed, ..seen.clone() }));
    assert!(!quiet(&QueueRow { unacknowledged: true, ..seen }));
}
