//! Many writers at once: whatever the order, the history holds.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use server::log::{Append, Appended, EventLog, LogError, Seq, StreamName};

use super::{Store, all, command, key};

#[derive(Clone, Debug)]
struct Try {
    stream: u8,
    expected: Option<u64>,
    events: usize,
    key: Option<(u8, u8)>,
}

fn tries() -> impl Strategy<Value = Vec<Vec<Try>>> {
    let one = (0..3u8, prop::option::weighted(0.2, 0..4u64), 1..4usize, prop::option::weighted(0.3, (0..6u8, 0..2u8)))
        .prop_map(|(stream, expected, events, key)| Try { stream, expected, events, key });
    prop::collection::vec(prop::collection::vec(one, 1..12), 2..8)
}

pub(crate) fn any_interleaving_of_writers_leaves_no_gap<S: Store>() {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
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
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let tasks: Vec<_> = (0..)
        .zip(writers)
        .map(|(writer, tries): (usize, _)| {
            let (log, outcomes) = (log.clone(), outcomes.clone());
            runtime.spawn(async move {
                for (number, attempt) in tries.into_iter().enumerate() {
                    let texts: Vec<String> =
                        (0..attempt.events).map(|event| format!("{writer}.{number}.{event}")).collect();
                    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    let stream = format!("incident/{}", attempt.stream);
                    let mut command = command(&stream, attempt.expected.unwrap_or(0), &texts);
                    command.key = attempt.key.and_then(|(name, request)| key(name, request));
                    loop {
                        let answer = log.append(command.clone()).await;
                        outcomes.lock().unwrap().push((command.clone(), answer.clone()));
                        match answer {
                            Err(LogError::Conflict { actual, .. }) if attempt.expected.is_none() => {
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
            Err(LogError::DuplicateKey { original, same_request }) => {
                let original = records[original.0 as usize - 1].key.unwrap();
                let key = command.key.unwrap();
                prop_assert_eq!(original.key, key.key);
                prop_assert_eq!(original.request == key.request, *same_request);
            }
            Err(LogError::Conflict { expected, actual, .. }) => prop_assert_ne!(expected, actual),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
    prop_assert_eq!(written, records.len());
    prop_assert_eq!(log.verify().unwrap().last, log.last());
    Ok(())
}
