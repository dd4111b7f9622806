//! A log in memory that can be told to be full, or to fail.

use server::log::{Append, Appended, Appending, Erasing, EventLog, LogError, Record, Scrubbing, Seq, StreamName};
use std::sync::Mutex;
use tokio::sync::watch;

/// What it does with the next append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Willing,
    Full,
    Broken,
}

/// A log that forgets everything at the end.
pub struct MemoryLog {
    records: Mutex<Vec<Record>>,
    mood: Mutex<Mood>,
    end: watch::Sender<Seq>,
}

impl Default for MemoryLog {
    fn default() -> Self {
        MemoryLog { records: Mutex::default(), mood: Mutex::new(Mood::Willing), end: watch::Sender::new(Seq(0)) }
    }
}

impl MemoryLog {
    /// From now on.
    pub fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn write(&self, batch: Append) -> Result<Appended, LogError> {
        match *self.mood.lock().unwrap() {
            Mood::Willing => {}
            Mood::Full => return Err(LogError::Full),
            Mood::Broken => return Err(LogError::Storage("the disk is on fire".to_owned())),
        }
        let mut records = self.records.lock().unwrap();
        let actual = records.iter().filter(|record| record.stream == batch.stream).count() as u64;
        if actual != batch.expected {
            return Err(LogError::Conflict { stream: batch.stream, expected: batch.expected, actual });
        }
        let StreamName(stream) = &batch.stream;
        for (event, n) in batch.events.into_iter().zip(0..) {
            let seq = Seq(records.len() as u64 + 1);
            records.push(Record {
                seq,
                format: server::log::FORMAT,
                festival: "demo".to_owned(),
                stream: StreamName(stream.clone()),
                stream_version: batch.expected + 1 + n,
                kind: event.kind,
                kind_version: event.kind_version,
                at_wall_ms: batch.at_wall_ms,
                actor: batch.actor.clone(),
                key: batch.key.filter(|_| n == 0),
                previous: [0; 32],
                hash: [0; 32],
                body_digest: [0; 32],
                body: Some(event.body),
            });
        }
        let last = Seq(records.len() as u64);
        self.end.send_replace(last);
        Ok(Appended { last })
    }
}

impl EventLog for MemoryLog {
    fn append(&self, batch: Append) -> Appending {
        let answer = self.write(batch);
        Box::pin(async move { answer })
    }

    fn erase(&self, bodies: Vec<Seq>) -> Erasing {
        let mut records = self.records.lock().unwrap();
        records.iter_mut().filter(|record| bodies.contains(&record.seq)).for_each(|record| record.body = None);
        Box::pin(async { Ok(()) })
    }

    fn scrub(&self) -> Scrubbing {
        Box::pin(async { Ok(true) })
    }

    fn read(&self, after: Seq, limit: usize) -> Result<Vec<Record>, LogError> {
        let records = self.records.lock().unwrap();
        Ok(records.iter().filter(|record| record.seq > after).take(limit).cloned().collect())
    }

    fn last(&self) -> Seq {
        *self.end.borrow()
    }

    fn follow(&self) -> watch::Receiver<Seq> {
        self.end.subscribe()
    }
}
