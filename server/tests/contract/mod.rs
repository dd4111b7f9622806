//! What every event log must do, written against the trait: a second store runs this
//! unchanged by giving a [`Store`] and naming it in `contract!`.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use server::log::{
    Append, Appended, EventLog, KeyHash, LogError, NewEvent, Record, Seq, StreamName,
};

/// A place where a log can live.
pub(crate) trait Store: Sized {
    /// The log under test.
    type Log: EventLog;
    /// A new, empty place of its own.
    fn fresh() -> Self;
    /// Opens the log that lives there; one at a time.
    fn open(&self) -> Result<Self::Log, LogError>;
    /// Runs SQL on the `event` table behind the log's back, while it is closed.
    fn tamper(&self, sql: &str);
}

/// Makes a test of each line of the contract.
macro_rules! contract {
    ($store:ty) => {
        contract!($store:
            events_come_back_as_they_were_written,
            a_decider_who_saw_an_old_version_is_refused_alone,
            the_same_key_twice_is_one_command,
            a_key_is_known_within_one_batch_and_after_a_restart,
            appends_that_nobody_awaited_keep_their_order,
            an_append_whose_answer_is_dropped_is_written,
            what_no_envelope_can_hold_is_refused_alone,
            a_cursor_meets_every_event_once,
            a_follower_sees_the_end_move,
            any_interleaving_of_writers_leaves_no_gap,
            a_reopened_log_is_the_same_log,
            a_changed_body_is_named,
            a_changed_header_is_named,
            a_removed_event_is_named,
            a_lost_tail_is_refused_at_opening,
            an_exchanged_tail_is_refused_at_opening,
            an_erased_body_leaves_the_chain_whole,
        );
    };
    ($store:ty: $($rule:ident),+ $(,)?) => {
        $(#[test] fn $rule() { contract::$rule::<$store>(); })+
    };
}
pub(crate) use contract;

fn key(key: u8, request: u8) -> Option<KeyHash> {
    Some(KeyHash {
        key: [key; 16],
        request: [request; 16],
    })
}

fn command(stream: &str, expected: u64, bodies: &[&str]) -> Append {
    Append {
        stream: StreamName::from(stream),
        expected,
        at_wall_ms: 1_790_000_000_000,
        actor: "phone/5".to_owned(),
        key: None,
        events: bodies
            .iter()
            .map(|body| NewEvent {
                kind: "alerted".to_owned(),
                kind_version: 1,
                body: body.as_bytes().to_vec(),
            })
            .collect(),
    }
}

fn wait<T>(answer: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(answer)
}

fn write(log: &impl EventLog, command: Append) -> Result<Appended, LogError> {
    wait(log.append(command))
}

fn all(log: &impl EventLog) -> Vec<Record> {
    log.read(Seq(0), usize::MAX).unwrap()
}

fn bodies(log: &impl EventLog) -> Vec<String> {
    let text = |record: Record| String::from_utf8(record.body.unwrap()).unwrap();
    all(log).into_iter().map(text).collect()
}

/// A store with five events in two streams, closed.
fn five<S: Store>() -> (S, Vec<Record>) {
    let store = S::fresh();
    let log = store.open().unwrap();
    write(&log, command("incident/1", 0, &["a", "b"])).unwrap();
    write(&log, command("incident/2", 0, &["c"])).unwrap();
    write(&log, command("incident/1", 2, &["d", "e"])).unwrap();
    let records = all(&log);
    drop(log);
    (store, records)
}

pub(crate) fn events_come_back_as_they_were_written<S: Store>() {
    let store = S::fresh();
    let log = store.open().unwrap();
    assert_eq!((log.last(), all(&log).len()), (Seq(0), 0));
    let mut first = command("incident/1", 0, &["one", ""]);
    first.key = key(1, 2);
    assert_eq!(write(&log, first), Ok(Appended { last: Seq(2) }));
    let mut second = command("person/é", 0, &["two"]);
    second.at_wall_ms = -5;
    assert_eq!(write(&log, second), Ok(Appended { last: Seq(3) }));

    let records = all(&log);
    let heads: Vec<_> = records
        .iter()
        .map(|r| (r.seq.0, r.stream.0.as_str(), r.stream_version, r.key))
        .collect();
    assert_eq!(
        heads,
        [
            (1, "incident/1", 1, key(1, 2)),
            (2, "incident/1", 2, None),
            (3, "person/é", 1, None)
        ]
    );
    assert_eq!(bodies(&log), ["one", "", "two"]);
    assert_eq!(
        (records[2].at_wall_ms, records[2].kind.as_str()),
        (-5, "alerted")
    );
    assert_eq!(records[2].previous, records[1].hash);
    assert_eq!(log.verify().unwrap().last, Seq(3));
}

pub(crate) fn a_decider_who_saw_an_old_version_is_refused_alone<S: Store>() {
    let store = S::fresh();
    let log = store.open().unwrap();
    let first = log.append(command("incident/1", 0, &["a"]));
    let stale = log.append(command("incident/1", 0, &["late"]));
    let ahead = log.append(command("incident/1", 2, &["early"]));
    let other = log.append(command("incident/2", 0, &["b"]));
    let conflict = |expected| LogError::Conflict {
        stream: StreamName::from("incident/1"),
        expected,
        actual: 1,
    };
    assert_eq!(wait(first), Ok(Appended { last: Seq(1) }));
    assert_eq!(wait(stale), Err(conflict(0)));
    assert_eq!(wait(ahead), Err(conflict(2)));
    assert_eq!(wait(other), Ok(Appended { last: Seq(2) }));
    assert_eq!(bodies(&log), ["a", "b"]);
}

pub(crate) fn the_same_key_twice_is_one_command<S: Store>() {
    let store = S::fresh();
    let log = store.open().unwrap();
    write(&log, command("festival", 0, &["before"])).unwrap();
    let mut first = command("incident/1", 0, &["a", "b"]);
    first.key = key(7, 1);
    write(&log, first.clone()).unwrap();
    let duplicate = |same_request| LogError::DuplicateKey {
        original: Seq(2),
        same_request,
    };
    assert_eq!(write(&log, first.clone()), Err(duplicate(true)));
    // Whatever stream and version the repetition names: its key is what counts.
    let mut elsewhere = command("incident/9", 0, &["a"]);
    elsewhere.key = key(7, 2);
    assert_eq!(write(&log, elsewhere), Err(duplicate(false)));
    assert_eq!(bodies(&log), ["before", "a", "b"]);
}

pub(crate) fn a_key_is_known_within_one_batch_and_after_a_restart<S: Store>() {
    let store = S::fresh();
    let log = store.open().unwrap();
    let mut tap = command("incident/1", 0, &["a"]);
    tap.key = key(7, 1);
    let answers: Vec<_> = (0..100).map(|_| log.append(tap.clone())).collect();
    let duplicate = Err(LogError::DuplicateKey {
        original: Seq(1),
        same_request: true,
    });
    for (n, answer) in answers.into_iter().enumerate() {
        let expected = if n == 0 {
            Ok(Appended { last: Seq(1) })
        } else {
            duplicate.clone()
        };
        assert_eq!(wait(answer), expected);
    }
    drop(log);
    let log = store.open().unwrap();
    assert_eq!(write(&log, tap), duplicate);
    assert_eq!(bodies(&log), ["a"]);
}

pub(crate) fn appends_that_nobody_awaited_keep_their_order<S: Store>() {
    let store = S::fresh();
    let log = store.open().unwrap();
    let texts: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    let answers: Vec<_> = (0..)
        .zip(&texts)
        .map(|(version, text)| log.append(command("incident/1", version, &[text])))
        .collect();
    for (seq, answer) in (1..).zip(answers) {
        assert_eq!(wait(answer), Ok(Appended { last: Seq(seq) }));
    }
    assert_eq!(bodies(&log), texts);
}

pub(crate) fn an_append_whose_answer_is_dropped_is_written<S: Store>() {
    let store = S::fresh();
    let log = store.open().unwrap();
    drop(log.append(command("incident/1", 0, &["a"])));
    write(&log, command("incident/1", 1, &["b"])).unwrap();
    drop(log.append(command("incident/1", 2, &["c"])));
    drop(log);
    assert_eq!(bodies(&store.open().unwrap()), ["a", "b", "c"]);
}

pub(crate) fn what_no_envelope_can_hold_is_refused_alone<S: Store>() {
    let store = S::fresh();
    let log = store.open().unwrap();
    let mut bad = vec![
        command("incident/1", 0, &[]),
        command("incident/1\nseq 9", 0, &["x"]),
        command("incident/1", 0, &["x"]),
        command("incident/1", 0, &["x"]),
        command("incident/1", 0, &["x"]),
    ];
    bad[2].actor = String::new();
    bad[3].events[0].kind = "k".repeat(server::log::MAX_NAME + 1);
    bad[4].events[0].body = vec![0; server::log::MAX_BODY + 1];
    let refused: Vec<_> = bad.into_iter().map(|bad| log.append(bad)).collect();
    let good = log.append(command("incident/1", 0, &["a"]));
    for answer in refused {
        assert!(matches!(wait(answer), Err(LogError::Invalid(_))));
    }
    assert_eq!(wait(good), Ok(Appended { last: Seq(1) }));
}

pub(crate) fn a_cursor_meets_every_event_once<S: Store>() {
    let (store, records) = five::<S>();
    let log = store.open().unwrap();
    for limit in 1..7 {
        let mut met = Vec::new();
        let mut cursor = Seq(0);
        loop {
            let page = log.read(cursor, limit).unwrap();
            assert!(page.len() <= limit);
            let Some(last) = page.last() else { break };
            cursor = last.seq;
            met.extend(page);
        }
        assert_eq!(met, records);
    }
    assert_eq!(log.read(Seq(0), 0), Ok(Vec::new()));
    assert_eq!(log.read(Seq(u64::MAX), 9), Ok(Vec::new()));
}

pub(crate) fn a_follower_sees_the_end_move<S: Store>() {
    let store = S::fresh();
    let log = store.open().unwrap();
    let mut end = log.follow();
    assert_eq!(*end.borrow_and_update(), Seq(0));
    let last = write(&log, command("incident/1", 0, &["a", "b"])).unwrap();
    // By the time of the answer it has moved already.
    assert!(end.has_changed().unwrap());
    assert_eq!(*end.borrow_and_update(), last.last);
    drop(log);
    wait(end.changed()).expect_err("a closed log lets its followers go");
}

#[derive(Clone, Debug)]
struct Try {
    stream: u8,
    expected: Option<u64>,
    events: usize,
    key: Option<(u8, u8)>,
}

fn tries() -> impl Strategy<Value = Vec<Vec<Try>>> {
    let one = (
        0..3u8,
        prop::option::weighted(0.2, 0..4u64),
        1..4usize,
        prop::option::weighted(0.3, (0..6u8, 0..2u8)),
    )
        .prop_map(|(stream, expected, events, key)| Try {
            stream,
            expected,
            events,
            key,
        });
    prop::collection::vec(prop::collection::vec(one, 1..12), 2..8)
}

pub(crate) fn any_interleaving_of_writers_leaves_no_gap<S: Store>() {
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    let run = |writers: Vec<Vec<Try>>| {
        let store = S::fresh();
        let log = Arc::new(store.open().unwrap());
        let outcomes = race(&log, writers);
        check_history(&*log, &outcomes)
    };
    TestRunner::new(config).run(&tries(), run).unwrap();
}

type Outcome = (Append, Result<Appended, LogError>);

/// Runs the writers against each other; one without an expectation decides again until
/// it is taken.
fn race<L: EventLog>(log: &Arc<L>, writers: Vec<Vec<Try>>) -> Vec<Outcome> {
    let outcomes = Arc::new(Mutex::new(Vec::new()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .build()
        .unwrap();
    let tasks: Vec<_> = (0..)
        .zip(writers)
        .map(|(writer, tries): (usize, _)| {
            let (log, outcomes) = (log.clone(), outcomes.clone());
            runtime.spawn(async move {
                for (number, attempt) in tries.into_iter().enumerate() {
                    let texts: Vec<String> = (0..attempt.events)
                        .map(|event| format!("{writer}.{number}.{event}"))
                        .collect();
                    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    let stream = format!("incident/{}", attempt.stream);
                    let mut command = command(&stream, attempt.expected.unwrap_or(0), &texts);
                    command.key = attempt.key.and_then(|(name, request)| key(name, request));
                    loop {
                        let answer = log.append(command.clone()).await;
                        outcomes
                            .lock()
                            .unwrap()
                            .push((command.clone(), answer.clone()));
                        match answer {
                            Err(LogError::Conflict { actual, .. })
                                if attempt.expected.is_none() =>
                            {
                                command.expected = actual;
                            }
                            _ => break,
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    let mut outcomes = outcomes.lock().unwrap();
    std::mem::take(&mut *outcomes)
}

/// Every taken command stands in the log once and in one piece, nothing else does.
fn check_history(log: &impl EventLog, outcomes: &[Outcome]) -> Result<(), TestCaseError> {
    let records = all(log);
    let mut versions = HashMap::<&StreamName, u64>::new();
    for (seq, record) in (1..).zip(&records) {
        prop_assert_eq!(record.seq, Seq(seq));
        let version = versions.entry(&record.stream).or_default();
        *version += 1;
        prop_assert_eq!(record.stream_version, *version);
    }
    let mut keys = HashSet::new();
    let mut written = 0;
    for (command, answer) in outcomes {
        match answer {
            Ok(Appended { last }) => {
                let first = last.0 as usize - command.events.len();
                written += command.events.len();
                for (event, record) in command.events.iter().zip(&records[first..]) {
                    prop_assert_eq!(Some(&event.body), record.body.as_ref());
                    prop_assert_eq!(&command.stream, &record.stream);
                }
                prop_assert_eq!(records[first].stream_version, command.expected + 1);
                prop_assert_eq!(records[first].key, command.key);
                prop_assert!(command.key.is_none_or(|key| keys.insert(key.key)));
            }
            Err(LogError::DuplicateKey {
                original,
                same_request,
            }) => {
                let original = records[original.0 as usize - 1].key.unwrap();
                let key = command.key.unwrap();
                prop_assert_eq!(original.key, key.key);
                prop_assert_eq!(original.request == key.request, *same_request);
            }
            Err(LogError::Conflict {
                expected, actual, ..
            }) => prop_assert_ne!(expected, actual),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
    prop_assert_eq!(written, records.len());
    prop_assert_eq!(log.verify().unwrap().last, log.last());
    Ok(())
}

pub(crate) fn a_reopened_log_is_the_same_log<S: Store>() {
    let (store, records) = five::<S>();
    let log = store.open().unwrap();
    assert_eq!((log.last(), all(&log)), (Seq(5), records.clone()));
    write(&log, command("incident/2", 1, &["f"])).unwrap();
    let again = all(&log);
    assert_eq!(again[..5], records);
    assert_eq!(again[5].previous, records[4].hash);
    assert_eq!(log.verify().unwrap().hash, again[5].hash);
}

/// The sequence that opening or verifying names as damaged.
fn named<S: Store>(store: &S) -> Option<Seq> {
    let refusal = store
        .open()
        .and_then(|log| log.verify())
        .expect_err("the damage was not noticed");
    match refusal {
        LogError::Corrupt { seq, .. } => seq,
        other => panic!("{other}"),
    }
}

pub(crate) fn a_changed_body_is_named<S: Store>() {
    for seq in 1..=5 {
        let (store, _) = five::<S>();
        store.tamper(&format!(
            "UPDATE event SET body = CAST('z' AS BLOB) WHERE seq = {seq}"
        ));
        assert_eq!(named(&store), Some(Seq(seq)));
    }
}

pub(crate) fn a_changed_header_is_named<S: Store>() {
    for change in [
        "format = 2",
        "festival = 'other'",
        "stream = 'incident/3', stream_version = 1",
        "stream_version = 9",
        "kind = 'closed'",
        "kind_version = 2",
        "at_wall_ms = 0",
        "actor = 'phone/6'",
        "key = body_digest, request = body_digest",
        "previous = body_digest",
        "hash = body_digest",
        "body_digest = hash",
    ] {
        let (store, _) = five::<S>();
        store.tamper(&format!("UPDATE event SET {change} WHERE seq = 3"));
        assert_eq!(named(&store), Some(Seq(3)), "{change}");
    }
}

pub(crate) fn a_removed_event_is_named<S: Store>() {
    for seq in 1..=4 {
        let (store, _) = five::<S>();
        store.tamper(&format!("DELETE FROM event WHERE seq = {seq}"));
        assert_eq!(named(&store), Some(Seq(seq)));
    }
}

pub(crate) fn a_lost_tail_is_refused_at_opening<S: Store>() {
    for kept in 0..5 {
        let (store, records) = five::<S>();
        store.tamper(&format!("DELETE FROM event WHERE seq > {kept}"));
        let refusal = store.open().err().expect("the lost tail was not noticed");
        let LogError::MissingTail { have, want, .. } = refusal else {
            panic!("{refusal}");
        };
        assert_eq!((have, want), (Seq(kept), records[4].seq));
        assert!(
            refusal
                .to_string()
                .starts_with(&format!("{} entries are missing", 5 - kept))
        );
    }
}

pub(crate) fn an_exchanged_tail_is_refused_at_opening<S: Store>() {
    // Another log's end: whole in itself, but not what was acknowledged here.
    let (store, _) = five::<S>();
    store.tamper("DELETE FROM event WHERE seq = 5");
    store.tamper("UPDATE event SET seq = 5 WHERE seq = 4");
    assert_eq!(named(&store), Some(Seq(5)));
}

pub(crate) fn an_erased_body_leaves_the_chain_whole<S: Store>() {
    let (store, before) = five::<S>();
    store.tamper("UPDATE event SET body = NULL WHERE seq IN (2, 5)");
    let log = store.open().unwrap();
    assert_eq!(log.verify().unwrap().erased, 2);
    let after = all(&log);
    assert_eq!((&after[1].body, &after[4].body), (&None, &None));
    assert_eq!(after[1].body_digest, before[1].body_digest);
    write(&log, command("incident/1", 4, &["f"])).unwrap();
    assert_eq!(log.verify().unwrap().last, Seq(6));
}
