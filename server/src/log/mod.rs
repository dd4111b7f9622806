//! The append-only event log: the one writer of truth. It knows no domain event;
//! a body is bytes. `sqlite` is the embedded store, which `opening` proves; `writer`
//! and `pen` put batches on disk, `envelope` chains them, `mark` knows how far it went, `copy`
//! takes a copy while it runs.
//!
//! Laws, kept by every store and tested by `tests/log_contract.rs`:
//! - **On disk before it is said.** An append resolves only when its events survive
//!   a power cut, and so does the high-water mark that proves they were there.
//!   [`EventLog::read`] and [`EventLog::last`] show durable events only.
//! - **In call order.** Two appends called one after the other are written in that
//!   order, awaited or not, dropped or not; their answers come in that order too.
//! - **No gap.** Sequences are 1, 2, 3…; so are the versions of each stream.
//! - **One key, one command.** A key that is in the log is never written again.
//! - **A refusal refuses only itself**, except [`LogError::Full`], which refuses the
//!   whole batch, and [`LogError::Storage`], after which nothing is written any more.

mod copy;
pub mod envelope;
mod error;
pub mod mark;
mod opening;
mod pen;
mod sqlite;
mod writer;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use tokio::sync::watch;

pub use copy::copy;
pub use envelope::{Chain, Verified};
pub use error::LogError;
pub use sqlite::{Settings, SqliteLog};

/// The version of the envelope that this code writes.
pub const FORMAT: u8 = 1;

/// The largest body of one event, in bytes.
pub const MAX_BODY: usize = 1 << 20;

/// The longest stream name, kind, actor or festival, in bytes.
pub const MAX_NAME: usize = 200;

/// Place of an event in the log: 1, 2, 3… without a gap; 0 is *before the first*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Name of a stream: `incident/ID`, `person/ID` or `festival`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(pub String);

impl From<&str> for StreamName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What makes a command come true once only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyHash {
    /// Hash of the idempotency key within its scope (a phone's token, a session).
    pub key: [u8; 16],
    /// Digest of the request's body: tells a repeated request from another one.
    pub request: [u8; 16],
}

/// One event to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Its kind in one word, for example `alerted`.
    pub kind: String,
    /// Version of the body's type.
    pub kind_version: u16,
    /// The body; sealed, once the keys exist. At most [`MAX_BODY`] bytes.
    pub body: Vec<u8>,
}

/// The events of one command, written all or none.
///
/// Everything but the bodies is kept for ever, also after an erasure: stream and
/// actor are ids, never words about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The stream that the events belong to.
    pub stream: StreamName,
    /// The stream's version that the decider saw; 0 = the stream is new.
    pub expected: u64,
    /// The server's wall clock, in milliseconds since 1970.
    pub at_wall_ms: i64,
    /// Who did it, as an id: `phone/ID`, `person/ID`, `clock`.
    pub actor: String,
    /// The command's key, kept with its first event.
    pub key: Option<KeyHash>,
    /// One event at least.
    pub events: Vec<NewEvent>,
}

/// The answer to an append whose events are on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The last of its events; the others stand directly before it.
    pub last: Seq,
}

/// One event as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Place in the log.
    pub seq: Seq,
    /// Version of the envelope: [`FORMAT`].
    pub format: u8,
    /// The festival whose log this is.
    pub festival: String,
    /// The stream it belongs to.
    pub stream: StreamName,
    /// Place in its stream: 1, 2, 3…
    pub stream_version: u64,
    /// Its kind in one word.
    pub kind: String,
    /// Version of the body's type.
    pub kind_version: u16,
    /// The server's wall clock when it was decided, in milliseconds since 1970.
    pub at_wall_ms: i64,
    /// Who did it, as an id.
    pub actor: String,
    /// The command's key, on the first event of a command that had one.
    pub key: Option<KeyHash>,
    /// [`Record::hash`] of the event before; zeros for the first.
    pub previous: [u8; 32],
    /// SHA-256 of [`envelope::canonical`].
    pub hash: [u8; 32],
    /// SHA-256 of the body as it was written; stays when the body is erased.
    pub body_digest: [u8; 32],
    /// The body, or `None` when it was erased.
    pub body: Option<Vec<u8>>,
}

/// The answer that an append resolves to. Dropping it does not undo the append.
pub type Appending = Pin<Box<dyn Future<Output = Result<Appended, LogError>> + Send>>;

/// What an erasure resolves to.
pub type Erasing = Pin<Box<dyn Future<Output = Result<(), LogError>> + Send>>;

/// What a cleaning resolves to: whether nothing is left behind.
pub type Scrubbing = Pin<Box<dyn Future<Output = Result<bool, LogError>> + Send>>;

/// An append-only log with the laws at the head of this module.
pub trait EventLog: Send + Sync + 'static {
    /// Takes the events into the queue at once, in call order, also when the answer
    /// is never awaited; the answer comes when they are on disk.
    ///
    /// # Errors
    /// [`LogError::DuplicateKey`], [`LogError::Conflict`] and [`LogError::Invalid`]
    /// refuse this append alone; [`LogError::Full`] its batch, with nothing written.
    /// After [`LogError::Storage`] it is *unknown* whether the events are on disk,
    /// and the log takes no others: the process has to end.
    fn append(&self, batch: Append) -> Appending;

    /// The durable events after `after`, in order, at most `limit`. Blocks on disk.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] for what can't be read as an event, [`LogError::Storage`]
    /// when the disk refuses, [`LogError::Closed`].
    fn read(&self, after: Seq, limit: usize) -> Result<Vec<Record>, LogError>;

    /// The last durable event.
    fn last(&self) -> Seq;

    /// Follows [`EventLog::last`]. Its sender is gone once the log has failed or closed.
    fn follow(&self) -> watch::Receiver<Seq>;

    /// Takes the bodies of these events away, for good: their envelopes stay and the chain holds.
    /// Resolves when that is on disk, behind every append that was called before.
    /// Whose time has come is decided elsewhere; an event that is erased already, or is not there,
    /// is passed over.
    ///
    /// # Errors
    /// [`LogError::Full`] with nothing changed, [`LogError::Storage`] as for an append.
    fn erase(&self, bodies: Vec<Seq>) -> Erasing;

    /// Cleans up behind [`EventLog::erase`]: what was erased stands nowhere in the store's files
    /// any more, if this resolves to true. A reader in the way makes it false: try again.
    ///
    /// # Errors
    /// [`LogError::Storage`] as for an append.
    fn scrub(&self) -> Scrubbing;

    /// Walks the whole log and checks the chain, every body that is still there, and
    /// that nothing is missing. Blocks on disk.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] with the first sequence that is wrong.
    fn verify(&self) -> Result<Verified, LogError> {
        envelope::walk(self)
    }
}
