//! Nothing that was acknowledged is lost in a power cut, and a disk that refuses stops
//! the log instead of its promises. Killing a process proves none of this: the page cache
//! outlives it.

// clippy.toml allows it in tests, but sees only functions marked as one.
#![allow(clippy::unwrap_used)]

mod powercut;

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use powercut::{Disk, Rig, Step, Unsynced};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use server::log::{Append, Appended, EventLog, LogError, NewEvent, Seq, Settings, SqliteLog, StreamName, mark};

/// Cuts per run; the variable asks for more.
fn cuts() -> u32 {
    let asked = std::env::var("SOTTO_POWER_CUTS").ok();
    asked.and_then(|cuts| cuts.parse().ok()).unwrap_or(30)
}

fn command(stream: &str, expected: u64, body: String) -> Append {
    Append {
        stream: StreamName::from(stream),
        expected,
        at_wall_ms: 1_790_000_000_000,
        actor: "phone/5".to_owned(),
        key: None,
        events: vec![NewEvent { kind: "alerted".to_owned(), kind_version: 1, body: body.into_bytes() }],
    }
}

/// Bodies begin with a name of their own and have many lengths, some above a page.
fn body(session: &str, task: usize, number: usize) -> String {
    let length = (task * 7919 + number * 104_729) % 6000;
    format!("{session}.{task}.{number}:{}", "x".repeat(length))
}

fn title(body: &[u8]) -> &str {
    let end = body.iter().position(|byte| *byte == b':').unwrap();
    std::str::from_utf8(&body[..end]).unwrap()
}

/// Says that an event is safe: in the watched folder, so that the journal knows when.
fn acknowledge(mut acks: &File, seq: Seq, body: &[u8]) {
    let line = format!("{seq} {}\n", title(body));
    acks.write_all(line.as_bytes()).unwrap();
}

/// What was acknowledged in these steps.
fn acknowledged(steps: &[Step]) -> Vec<(u64, String)> {
    let acks = steps.iter().filter(|s| s.kind == b'W' && s.file == "acks");
    acks.map(|step| {
        let line = std::str::from_utf8(&step.text).unwrap().trim_end();
        let (seq, title) = line.split_once(' ').unwrap();
        (seq.parse().unwrap(), title.to_owned())
    })
    .collect()
}

/// The folder and the session of a process that a [`Rig`] started; nothing otherwise.
fn under_watch() -> Option<(PathBuf, String)> {
    let folder = std::env::var_os("POWERCUT_FOLDER")?;
    Some((folder.into(), std::env::var("POWERCUT_SESSION").ok()?))
}

fn switch(variable: &str) -> PathBuf {
    std::env::var_os(variable).unwrap().into()
}

#[test]
#[ignore = "a process of its own, started by the tests below"]
fn a_writer_whose_power_is_cut() {
    let Some((folder, session)) = under_watch() else {
        return;
    };
    // Often, but never in the way of the one sync that is to fail.
    let checkpoint_pages = if session == "dies" { u32::MAX } else { 60 };
    let settings = Settings { checkpoint_pages };
    let log = Arc::new(SqliteLog::open_with(&folder, "demo", settings).unwrap());
    let acks = OpenOptions::new().append(true).create(true).open(folder.join("acks"));
    let acks = Arc::new(acks.unwrap());
    // What can be read has to last too: a desk answers from it after a crash.
    for record in log.read(Seq(0), usize::MAX).unwrap() {
        acknowledge(&acks, record.seq, &record.body.unwrap());
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let tasks: Vec<_> = (0..6)
        .map(|task| {
            let (log, acks, session) = (log.clone(), acks.clone(), session.clone());
            runtime.spawn(async move {
                let stream = format!("incident/{session}.{task}");
                for number in 0..20 {
                    let text = body(&session, task, number);
                    let answer = log.append(command(&stream, number as u64, text.clone()));
                    acknowledge(&acks, answer.await.unwrap().last, text.as_bytes());
                }
            })
        })
        .collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    if session == "dies" {
        File::create(switch("POWERCUT_DIE")).unwrap();
        let text = body(&session, 9, 0);
        let _ = runtime.block_on(log.append(command("festival/flight", 0, text)));
    }
    if session.starts_with("crash") {
        let flight: Vec<_> = (0..40)
            .map(|number| {
                let text = body(&session, 9, number);
                log.append(command("festival/flight", 0, text))
            })
            .collect();
        let _ = runtime.block_on(flight.into_iter().next().unwrap());
        std::process::abort();
    }
}

/// Three processes on one log, the first and the last of which crash; and all their steps.
fn history() -> Vec<Step> {
    let rig = Rig::new();
    for session in ["crash1", "clean", "crash2"] {
        let (well, said) = rig.run("a_writer_whose_power_is_cut", session);
        assert!(well || session != "clean", "{said}");
    }
    let steps = rig.steps();
    assert!(acknowledged(&steps).len() >= 6 * 20 * 3, "the writers died early");
    steps
}

/// Cuts the power after these steps and says what was lost, if anything was.
fn lost(steps: &[Step], unsynced: Unsynced) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    Disk::after(steps).cut(unsynced, folder.path());
    let said = acknowledged(steps);
    let furthest = said.iter().map(|(seq, _)| *seq).max().unwrap_or(0);
    let mark = mark::Mark::read(&folder.path().join("log.mark")).unwrap();
    let marked = mark.map_or(0, |mark| mark.seq.0);
    if marked < furthest {
        return Err(format!("the mark says {marked}, acknowledged was {furthest}"));
    }
    check(folder.path(), &said)
}

fn check(folder: &Path, said: &[(u64, String)]) -> Result<(), String> {
    let log = SqliteLog::open(folder, "demo").map_err(|error| error.to_string())?;
    log.verify().map_err(|error| error.to_string())?;
    let records = log.read(Seq(0), usize::MAX).unwrap();
    let titles: Vec<&str> = records.iter().map(|record| title(record.body.as_ref().unwrap())).collect();
    for (seq, title) in said {
        if titles.get(*seq as usize - 1) != Some(&title.as_str()) {
            return Err(format!("{title} was acknowledged as entry {seq} and is lost"));
        }
    }
    if titles.iter().collect::<HashSet<_>>().len() != titles.len() {
        return Err("an event is there twice".to_owned());
    }
    let next = log.append(command("after", 0, "after:".to_owned()));
    let next = runtime().block_on(next).map_err(|error| error.to_string())?;
    assert_eq!(next.last.0 as usize, records.len() + 1);
    Ok(())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

fn unsynced() -> impl Strategy<Value = Unsynced> {
    prop_oneof![Just(Unsynced::Lost), any::<u64>().prop_map(Unsynced::Torn).no_shrink()]
}

#[test]
fn every_acknowledged_event_survives_a_power_cut_once() {
    let steps = history();
    let config = Config { cases: cuts(), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&(0..=steps.len(), unsynced()), |(cut, unsynced)| {
            lost(&steps[..cut], unsynced).map_err(TestCaseError::fail)
        })
        .unwrap();
}

#[test]
fn a_log_that_forgot_to_sync_would_be_caught() {
    let steps = history();
    for forgotten in ["log.db-wal", "log.mark"] {
        let synced = |step: &&Step| !(step.kind == b'Y' && step.file == forgotten);
        let mut unsafe_steps: Vec<Step> = steps.iter().filter(synced).cloned().collect();
        // Right after an acknowledgement, and before a checkpoint could make good for it.
        let ack = unsafe_steps.iter().position(|step| step.file == "acks" && step.kind == b'W');
        unsafe_steps.truncate(ack.unwrap() + 1);
        lost(&unsafe_steps, Unsynced::Lost).expect_err(forgotten);
    }
}

#[test]
fn what_a_crash_left_unsynced_lasts_once_it_can_be_read() {
    let rig = Rig::new();
    for session in ["first", "dies", "clean"] {
        let (well, said) = rig.run("a_writer_whose_power_is_cut", session);
        assert_eq!(well, session != "dies", "{said}");
    }
    // The event of the sync in which the server died: nobody was told, till it was read.
    let steps = rig.steps();
    let read = |step: &Step| step.file == "acks" && step.text.ends_with(b" dies.9.0\n");
    let cut = steps.iter().position(read).unwrap() + 1;
    assert_eq!(lost(&steps[..cut], Unsynced::Lost), Ok(()));
}

#[test]
#[ignore = "a process of its own, started by the test below"]
fn a_writer_whose_syncs_fail() {
    let Some((folder, _)) = under_watch() else {
        return;
    };
    let log = SqliteLog::open(&folder, "demo").unwrap();
    let runtime = runtime();
    let append = |version| runtime.block_on(log.append(command("festival", version, body("s", 0, 0))));
    assert_eq!(append(0), Ok(Appended { last: Seq(1) }));
    let mut end = log.follow();
    end.mark_unchanged();

    File::create(switch("POWERCUT_EIO")).unwrap();
    let flight = [1, 2].map(|version| {
        let text = body("s", 0, version as usize);
        log.append(command("festival", version, text))
    });
    for answer in flight {
        assert!(matches!(runtime.block_on(answer), Err(LogError::Storage(_))));
    }
    std::fs::remove_file(switch("POWERCUT_EIO")).unwrap();
    // The disk is well again, but nobody knows what it forgot.
    assert!(matches!(append(1), Err(LogError::Storage(_))));
    assert!(matches!(append(3), Err(LogError::Storage(_))));
    assert_eq!(log.last(), Seq(1));
    runtime.block_on(end.changed()).expect_err("followers are let go");
    File::create(folder.join("acks")).unwrap();
    drop(log);
}

#[test]
fn a_failed_sync_stops_the_log_and_nothing_is_written_after_it() {
    let rig = Rig::new();
    let (well, said) = rig.run("a_writer_whose_syncs_fail", "eio");
    assert!(well, "{said}");
    let steps = rig.steps();
    let failed = steps.iter().position(|step| step.file == "acks").unwrap();
    for step in &steps[failed..] {
        let writes = matches!(step.kind, b'W' | b'T' | b'Y' | b'U');
        assert!(!writes || step.file == "acks", "{} after it", step.file);
    }
    assert_eq!(check(&rig.folder(), &[(1, "s.0.0".to_owned())]), Ok(()));
}

#[test]
#[ignore = "a process of its own, started by the test below"]
fn a_writer_whose_disk_is_full() {
    let Some((folder, _)) = under_watch() else {
        return;
    };
    let log = SqliteLog::open(&folder, "demo").unwrap();
    let runtime = runtime();
    let append = |version, number| runtime.block_on(log.append(command("festival", version, body("s", 0, number))));
    assert_eq!(append(0, 0), Ok(Appended { last: Seq(1) }));
    for number in 1..4 {
        File::create(switch("POWERCUT_ENOSPC")).unwrap();
        assert_eq!(append(number as u64, number), Err(LogError::Full));
        assert_eq!(log.read(Seq(0), 99).unwrap().len(), number);
        std::fs::remove_file(switch("POWERCUT_ENOSPC")).unwrap();
        // Without a restart, and as if nothing had been.
        let last = Seq(number as u64 + 1);
        assert_eq!(append(number as u64, number), Ok(Appended { last }));
    }
    assert_eq!(log.verify().unwrap().last, Seq(4));
}

#[test]
fn a_full_disk_refuses_and_takes_again_when_there_is_space() {
    let rig = Rig::new();
    let (well, said) = rig.run("a_writer_whose_disk_is_full", "full");
    assert!(well, "{said}");
    let all = (0..4).map(|number| (number + 1, format!("s.0.{number}")));
    let all: Vec<(u64, String)> = all.collect();
    assert_eq!(check(&rig.folder(), &all), Ok(()));
    let steps = rig.steps();
    assert_eq!(lost(&steps, Unsynced::Lost), Ok(()));
}
