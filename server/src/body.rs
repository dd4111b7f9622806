//! Bodies of the log's events: JSON today, sealed once the keys exist.
//!
//! Law: this is the only place that turns events into bytes and back, so that sealing them later
//! moves nothing else.

use crate::log::Record;
use domain::desk::{Body, Event, Stored, Stream};
use domain::time::Now;

/// Version of the event types. Payloads only grow, so it has been 1 from the start.
pub const KIND_VERSION: u16 = 1;

/// An entry of the log that this build cannot read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The stream's name has another shape.
    #[error("entry {seq} belongs to no stream we know: {source}")]
    Stream {
        /// Which entry.
        seq: u64,
        /// Why.
        source: domain::desk::StreamError,
    },
    /// The body is of a newer build, or damaged.
    #[error("entry {seq} ({kind}) cannot be read: {source}. Was it written by a newer version?")]
    Content {
        /// Which entry.
        seq: u64,
        /// Its kind.
        kind: String,
        /// Why.
        source: serde_json::Error,
    },
}

/// The bytes of an event.
///
/// # Errors
/// Never for the types of `domain`; the caller treats it as a refused append.
pub fn encode(event: &Event) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(event)
}

/// A log entry as the domain takes it. `start` is the moment of this start.
///
/// # Errors
/// [`BodyError`] for what a newer build wrote.
pub fn decode(record: &Record, start: Now) -> Result<Stored, BodyError> {
    let seq = record.seq.0;
    let stream: Stream = record.stream.0.parse().map_err(|source| BodyError::Stream { seq, source })?;
    let body = match &record.body {
        None => Body::Gone,
        Some(bytes) => Body::Open(serde_json::from_slice(bytes).map_err(|source| BodyError::Content {
            seq,
            kind: record.kind.clone(),
            source,
        })?),
    };
    Ok(Stored { seq, stream, version: record.stream_version, at: start.replayed(record.at_wall_ms), body })
}
