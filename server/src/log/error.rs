//! What a log can refuse, each as a sentence that a person can act on.

use super::{Seq, StreamName};

/// A refusal of the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The stream has moved since the decider looked: decide again.
    #[error("stream {stream} is at version {actual}, not at {expected}: decide again")]
    Conflict {
        /// The stream of the append.
        stream: StreamName,
        /// The version that the append expected.
        expected: u64,
        /// The version that the stream has.
        actual: u64,
    },
    /// A command with this key is in the log already; nothing was written.
    #[error("this command was taken before, as entry {original}")]
    DuplicateKey {
        /// The first event of the command that was written.
        original: Seq,
        /// Whether the request's body was the same then.
        same_request: bool,
    },
    /// The append itself can't be written, now or later.
    #[error("this entry can't be written: {0}")]
    Invalid(String),
    /// The disk is full. Nothing of the batch was written; later appends may work, and
    /// what stands behind the batch in the queue may be written: a decider that has
    /// applied the refused events already must take them back first.
    #[error("the disk is full, so nothing was written: free some space and try again")]
    Full,
    /// The disk failed. What was not answered may or may not be on it.
    #[error("the log could not be written, so the server has to stop: {0}")]
    Storage(String),
    /// The log was closed.
    #[error("the log is closed")]
    Closed,
    /// What stands in the log is not what was written.
    #[error("the log is damaged{}: {why}; keep its files and restore a backup", at(*.seq))]
    Corrupt {
        /// The first wrong entry, where it is known.
        seq: Option<Seq>,
        /// What is wrong with it.
        why: String,
    },
    /// The log ends before its high-water mark: acknowledged entries are lost.
    #[error(
        "{} missing: the log ends at entry {have} of {}, but entry {want} of {} was \
         acknowledged; nothing was changed: keep the files and restore a backup",
        count(want.0 - have.0), time(*.have_at_ms), time(*.want_at_ms)
    )]
    MissingTail {
        /// The last entry that is there; 0 = none.
        have: Seq,
        /// The last entry that was acknowledged.
        want: Seq,
        /// Time of the last entry that is there, milliseconds since 1970.
        have_at_ms: i64,
        /// Time of the last entry that was acknowledged, milliseconds since 1970.
        want_at_ms: i64,
    },
    /// The high-water mark is gone or unreadable, so nobody can tell whether the end is missing.
    #[error(
        "the high-water mark {path} is missing or unreadable, so entries after {have} may be \
         missing; nothing was changed: restore the mark or a whole backup"
    )]
    NoMark {
        /// The mark's file.
        path: String,
        /// The last entry that is there.
        have: Seq,
    },
    /// Another process has the log open.
    #[error("{path} is in use by another running server: stop that one first")]
    InUse {
        /// The folder of the log.
        path: String,
    },
    /// The files belong to another festival.
    #[error("this is the log of {found}, not of {wanted}: choose another data folder")]
    OtherFestival {
        /// The festival in the files.
        found: String,
        /// The festival that was asked for.
        wanted: String,
    },
    /// The files were written by a newer server.
    #[error("the log's tables have version {found}, this server knows {known}: start a newer server")]
    Newer {
        /// Version of the tables.
        found: u32,
        /// Newest version that this server knows.
        known: u32,
    },
    /// The SQLite library can lose committed rows.
    #[error("SQLite {0} can lose committed entries: build with 3.51.3 or newer")]
    OldSqlite(String),
}

impl LogError {
    pub(super) fn corrupt(seq: Seq, why: impl Into<String>) -> Self {
        Self::Corrupt { seq: Some(seq), why: why.into() }
    }
}

fn at(seq: Option<Seq>) -> String {
    seq.map(|seq| format!(" at entry {seq}")).unwrap_or_default()
}

fn count(missing: u64) -> String {
    match missing {
        1 => "1 entry is".to_owned(),
        _ => format!("{missing} entries are"),
    }
}

fn time(ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(ms) {
        Ok(time) if ms != 0 => time.to_string(),
        _ => "no time".to_owned(),
    }
}
