//! Damaged, lost, foreign and shared files of the SQLite log: each is refused with a
//! sentence, and what is refused stays as it was.

// clippy.toml allows it in tests, but sees only functions marked as one.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use server::log::{Append, EventLog, LogError, NewEvent, Record, Seq, Settings, SqliteLog, StreamName};
use tempfile::TempDir;

const FILES: [&str; 3] = ["log.db", "log.db-wal", "log.mark"];

fn command(expected: u64, body: String) -> Append {
    Append {
        stream: StreamName::from("festival"),
        expected,
        at_wall_ms: 1_790_000_000_000,
        actor: "clock".to_owned(),
        key: None,
        events: vec![NewEvent { kind: "opened".to_owned(), kind_version: 1, body: body.into_bytes() }],
    }
}

fn append(log: &SqliteLog, version: u64) -> Result<Seq, LogError> {
    let body = format!("{version}:{}", "x".repeat(version as usize * 97 % 900));
    let answer = log.append(command(version, body));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let appended = runtime.unwrap().block_on(answer)?;
    Ok(appended.last)
}

fn wait<T>(answer: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(answer)
}

fn all(log: &SqliteLog) -> Vec<Record> {
    log.read(Seq(0), usize::MAX).unwrap()
}

type Contents = BTreeMap<&'static str, Option<Vec<u8>>>;

/// A log as a crash leaves it: half of its 60 events in the database, half in the WAL.
static CRASHED: LazyLock<(Contents, Vec<Record>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let log = SqliteLog::open(folder.path(), "demo").unwrap();
    (0..30).for_each(|version| assert!(append(&log, version).is_ok()));
    drop(log);
    let never = Settings { checkpoint_pages: u32::MAX };
    let log = SqliteLog::open_with(folder.path(), "demo", never).unwrap();
    (30..60).for_each(|version| assert!(append(&log, version).is_ok()));
    (contents(folder.path()), all(&log))
});

/// A copy of it, to be damaged.
fn crashed() -> (TempDir, &'static [Record]) {
    let (files, records) = &*CRASHED;
    let folder = tempfile::tempdir().unwrap();
    for (file, bytes) in files {
        fs::write(folder.path().join(file), bytes.as_ref().unwrap()).unwrap();
    }
    (folder, records)
}

fn contents(folder: &Path) -> Contents {
    // SQLite makes an empty WAL to look into a database that has none.
    let some = |file| fs::read(folder.join(file)).ok().filter(|bytes| !bytes.is_empty());
    let read = |file| (file, some(file));
    FILES.into_iter().map(read).collect()
}

fn refusal(folder: &Path) -> LogError {
    let before = contents(folder);
    let refusal = SqliteLog::open(folder, "demo").err().expect("opened");
    assert!(contents(folder) == before, "the files were changed");
    refusal
}

#[test]
fn a_crashed_log_opens_with_every_event() {
    let (folder, records) = crashed();
    let log = SqliteLog::open(folder.path(), "demo").unwrap();
    assert_eq!(log.verify().unwrap().last, Seq(60));
    assert_eq!(all(&log), records);
}

/// Opens a log with one damaged file: either it says so, or nothing that counts is damaged.
fn never_silent(file: &str, damage: impl Fn(&mut Vec<u8>)) -> Result<(), TestCaseError> {
    let (folder, records) = crashed();
    let path = folder.path().join(file);
    let mut bytes = fs::read(&path).unwrap();
    damage(&mut bytes);
    fs::write(&path, &bytes).unwrap();
    let before = contents(folder.path());
    match SqliteLog::open(folder.path(), "demo") {
        Err(LogError::MissingTail { have, .. }) => {
            prop_assert!(have < Seq(60));
            prop_assert!(contents(folder.path()) == before, "the files were changed");
        }
        Err(LogError::Corrupt { .. } | LogError::Newer { .. } | LogError::Storage(_)) => {}
        Err(other) => prop_assert!(false, "{}", other),
        Ok(log) => {
            if log.verify().is_ok() {
                prop_assert!(all(&log) == records, "silently changed");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 70, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_flipped_bit_in_the_wal_is_silent(place: Index, bit in 0..8u8) {
        never_silent("log.db-wal", |wal| *place.get_mut(wal) ^= 1u8 << bit)?;
    }

    #[test]
    fn no_flipped_bit_in_the_database_is_silent(place: Index, bit in 0..8u8) {
        never_silent("log.db", |database| *place.get_mut(database) ^= 1u8 << bit)?;
    }

    #[test]
    fn no_lost_end_of_a_file_is_silent(place: Index, database: bool) {
        let file = if database { "log.db" } else { "log.db-wal" };
        never_silent(file, |bytes| bytes.truncate(place.index(bytes.len())))?;
    }
}

#[test]
fn a_lost_database_is_refused_and_none_is_made() {
    let (folder, _) = crashed();
    fs::remove_file(folder.path().join("log.db")).unwrap();
    let missing = LogError::MissingTail { have: Seq(0), want: Seq(60), have_at_ms: 0, want_at_ms: 1_790_000_000_000 };
    assert_eq!(refusal(folder.path()), missing);
    // With the mark gone too, the WAL still tells; SQLite would throw it away.
    fs::remove_file(folder.path().join("log.mark")).unwrap();
    assert!(matches!(refusal(folder.path()), LogError::Corrupt { .. }));
}

#[test]
fn a_lost_mark_is_refused() {
    let (folder, _) = crashed();
    for mark in [None, Some(Vec::new()), Some(vec![0; 8192])] {
        match mark {
            None => fs::remove_file(folder.path().join("log.mark")).unwrap(),
            Some(bytes) => fs::write(folder.path().join("log.mark"), bytes).unwrap(),
        }
        let said = refusal(folder.path());
        assert!(matches!(said, LogError::NoMark { have: Seq(60), .. }), "{said}");
    }
}

#[test]
fn a_log_belongs_to_one_festival() {
    let (folder, _) = crashed();
    let other = SqliteLog::open(folder.path(), "other").err().unwrap();
    let expected = LogError::OtherFestival { found: "demo".to_owned(), wanted: "other".to_owned() };
    assert_eq!(other, expected);
}

#[test]
fn the_files_of_a_newer_server_are_refused() {
    let (folder, _) = crashed();
    let database = rusqlite::Connection::open(folder.path().join("log.db")).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    let newer = LogError::Newer { found: 99, known: 1 };
    assert_eq!(refusal(folder.path()), newer);
}

#[test]
fn a_second_server_is_kept_out_until_the_first_has_closed() {
    let folder = tempfile::tempdir().unwrap();
    let first = SqliteLog::open(folder.path(), "demo").unwrap();
    let second = SqliteLog::open(folder.path(), "demo").err().unwrap();
    assert!(matches!(second, LogError::InUse { .. }), "{second}");
    assert_eq!(append(&first, 0), Ok(Seq(1)));
    drop(first);
    let second = SqliteLog::open(folder.path(), "demo").unwrap();
    assert_eq!(append(&second, 1), Ok(Seq(2)));
}

#[test]
fn a_closed_log_writes_what_was_queued_and_refuses_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let log = SqliteLog::open(folder.path(), "demo").unwrap();
    drop(log.append(command(0, "queued".to_owned())));
    log.close();
    assert_eq!(append(&log, 1), Err(LogError::Closed));
    assert_eq!(log.read(Seq(0), 9), Err(LogError::Closed));
    assert_eq!(log.last(), Seq(1));
}

#[test]
fn the_database_itself_refuses_to_forget_or_to_change() {
    let (folder, _) = crashed();
    let database = rusqlite::Connection::open(folder.path().join("log.db")).unwrap();
    for slip in [
        "DELETE FROM event WHERE seq = 60",
        "UPDATE event SET actor = 'x' WHERE seq = 3",
        "UPDATE event SET body = 'x' WHERE seq = 3",
        "UPDATE event SET body = NULL, kind = 'x' WHERE seq = 3",
    ] {
        assert!(database.execute(slip, []).is_err(), "{slip}");
    }
    let erase = "UPDATE event SET body = NULL WHERE seq = 3";
    assert_eq!(database.execute(erase, []), Ok(1));
}

#[test]
fn what_was_erased_stands_in_no_file_of_a_running_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = SqliteLog::open(folder.path(), "demo").unwrap();
    // One within a page, one over many: both kinds of places that SQLite puts a body.
    let words = ["MARKER-short".to_owned(), "MARKER-long ".repeat(3_000), "stays".to_owned()];
    for (version, text) in (0..).zip(words) {
        wait(log.append(command(version, text))).unwrap();
    }
    let holds = |word: &str| {
        let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let found = |path: &std::path::PathBuf| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(word.len()).any(|window| window == word.as_bytes())
        };
        files.filter(found).count()
    };
    assert!(holds("MARKER") > 0, "the search finds what is there");
    wait(log.erase(vec![Seq(1), Seq(2)])).unwrap();
    assert_eq!(wait(log.scrub()), Ok(true));
    assert_eq!((holds("MARKER"), holds("stays") > 0), (0, true));
    assert_eq!(log.verify().unwrap().erased, 2);
}
