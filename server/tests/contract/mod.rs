//! What every event log must do, written against the trait: a second store runs this
//! unchanged by giving a [`Store`] and naming it in `contract!`.

mod damage;
mod race;

pub(crate) use damage::*;
pub(crate) use race::*;
use server::log::{Append, Appended, EventLog, KeyHash, LogError, NewEvent, Record, Seq, StreamName};

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
            what_is_erased_is_gone_and_the_rest_stays,
        );
    };
    ($store:ty: $($rule:ident),+ $(,)?) => {
        $(#[test] fn $rule() { contract::$rule::<$store>(); })+
    };
}
pub(crate) use contract;

fn key(key: u8, request: u8) -> Option<KeyHash> {
    Some(KeyHash { key: [key; 16], request: [request; 16] })
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
            .map(|body| NewEvent { kind: "alerted".to_owned(), kind_version: 1, body: body.as_bytes().to_vec() })
            .collect(),
    }
}

fn wait<T>(answer: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(answer)
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
    let heads: Vec<_> = records.iter().map(|r| (r.seq.0, r.stream.0.as_str(), r.stream_version, r.key)).collect();
    assert_eq!(heads, [(1, "incident/1", 1, key(1, 2)), (2, "incident/1", 2, None), (3, "person/é", 1, None)]);
    assert_eq!(bodies(&log), ["one", "", "two"]);
    assert_eq!((records[2].at_wall_ms, records[2].kind.as_str()), (-5, "alerted"));
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
    let conflict = |expected| LogError::Conflict { stream: StreamName::from("incident/1"), expected, actual: 1 };
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
    let duplicate = |same_request| LogError::DuplicateKey { original: Seq(2), same_request };
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
    let duplicate = Err(LogError::DuplicateKey { original: Seq(1), same_request: true });
    for (n, answer) in answers.into_iter().enumerate() {
        let expected = if n == 0 { Ok(Appended { last: Seq(1) }) } else { duplicate.clone() };
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
    let answers: Vec<_> =
        (0..).zip(&texts).map(|(version, text)| log.append(command("incident/1", version, &[text]))).collect();
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
