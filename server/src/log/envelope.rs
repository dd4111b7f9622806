//! Version 1 of the envelope: the bytes that are hashed, and the chain of hashes.
//!
//! An event's hash is the SHA-256 of these lines of UTF-8, each ended by one line
//! feed, with one space after the name (`-` alone where a command had no key):
//!
//! ```text
//! sotto-log 1
//! festival demo
//! seq 12
//! stream incident/7
//! stream-version 3
//! kind alerted
//! kind-version 1
//! at 1790000000000
//! actor phone/5
//! key <32 hex digits, the key> <32 hex digits, the request>
//! body <64 hex digits, SHA-256 of the body as stored>
//! previous <64 hex digits, hash of event 11; zeros for the first>
//! ```
//!
//! Anyone can print them from the database and compare with `sha256sum`. The body
//! stands in it by its digest only: a body can be erased and the chain still holds.
//! Once bodies are sealed, the digest is over the ciphertext.

use std::collections::HashMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{Append, EventLog, FORMAT, KeyHash, LogError, MAX_BODY, MAX_NAME, Record, Seq, StreamName};

/// What the first event names as its previous hash.
pub const GENESIS: [u8; 32] = [0; 32];

/// The hashed part of an event.
pub(super) struct Header<'a> {
    pub(super) festival: &'a str,
    pub(super) seq: Seq,
    pub(super) stream: &'a str,
    pub(super) stream_version: u64,
    pub(super) kind: &'a str,
    pub(super) kind_version: u16,
    pub(super) at_wall_ms: i64,
    pub(super) actor: &'a str,
    pub(super) key: Option<KeyHash>,
    pub(super) body_digest: [u8; 32],
    pub(super) previous: [u8; 32],
}

impl Header<'_> {
    fn canonical(&self) -> String {
        let key = match self.key {
            Some(KeyHash { key, request }) => format!("{} {}", hex(&key), hex(&request)),
            None => "-".to_owned(),
        };
        format!(
            "sotto-log {FORMAT}\nfestival {}\nseq {}\nstream {}\nstream-version {}\nkind {}\n\
             kind-version {}\nat {}\nactor {}\nkey {key}\nbody {}\nprevious {}\n",
            self.festival,
            self.seq,
            self.stream,
            self.stream_version,
            self.kind,
            self.kind_version,
            self.at_wall_ms,
            self.actor,
            hex(&self.body_digest),
            hex(&self.previous),
        )
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        sha256(self.canonical().as_bytes())
    }
}

impl<'a> From<&'a Record> for Header<'a> {
    fn from(record: &'a Record) -> Self {
        Self {
            festival: &record.festival,
            seq: record.seq,
            stream: &record.stream.0,
            stream_version: record.stream_version,
            kind: &record.kind,
            kind_version: record.kind_version,
            at_wall_ms: record.at_wall_ms,
            actor: &record.actor,
            key: record.key,
            body_digest: record.body_digest,
            previous: record.previous,
        }
    }
}

/// The bytes whose SHA-256 is the record's hash, as described at the head of this module.
pub fn canonical(record: &Record) -> Vec<u8> {
    Header::from(record).canonical().into_bytes()
}

/// SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing into a String can't fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Refuses what the lines above could not hold without doubt, or what is too large.
pub(super) fn check(append: &Append) -> Result<(), LogError> {
    if append.events.is_empty() {
        return Err(LogError::Invalid("a command needs an event".to_owned()));
    }
    name("stream", &append.stream.0)?;
    name("actor", &append.actor)?;
    for event in &append.events {
        name("kind", &event.kind)?;
        if event.body.len() > MAX_BODY {
            return Err(LogError::Invalid(format!("the body has {} bytes, {MAX_BODY} are allowed", event.body.len())));
        }
    }
    Ok(())
}

/// Refuses a name that is empty, too long, or holds a control character.
pub(super) fn name(what: &str, value: &str) -> Result<(), LogError> {
    if value.is_empty() || value.len() > MAX_NAME || value.chars().any(char::is_control) {
        return Err(LogError::Invalid(format!("the {what} must have 1 to {MAX_NAME} bytes and no control characters")));
    }
    Ok(())
}

/// What a walk through a whole log found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The last event; 0 = the log is empty.
    pub last: Seq,
    /// Its hash; zeros when the log is empty.
    pub hash: [u8; 32],
    /// How many bodies were erased.
    pub erased: u64,
}

/// Checks records one by one, from the first on: use it while replaying a log.
#[derive(Debug)]
pub struct Chain {
    end: Verified,
    festival: Option<String>,
    versions: HashMap<StreamName, u64>,
}

impl Default for Chain {
    fn default() -> Self {
        Self { end: Verified { last: Seq(0), hash: GENESIS, erased: 0 }, festival: None, versions: HashMap::new() }
    }
}

impl Chain {
    /// The last record that was checked.
    pub fn last(&self) -> Seq {
        self.end.last
    }

    /// Checks the record that follows.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] with the sequence that is wrong or missing.
    pub fn check(&mut self, record: &Record) -> Result<(), LogError> {
        let seq = Seq(self.end.last.0 + 1);
        let wrong = |why: &str| Err(LogError::corrupt(seq, why));
        if record.seq != seq {
            return wrong("it is missing");
        }
        if record.format != FORMAT {
            return wrong("its envelope has an unknown format");
        }
        if record.previous != self.end.hash {
            return wrong("it does not follow from the entry before it");
        }
        if Header::from(record).hash() != record.hash {
            return wrong("its envelope was changed");
        }
        match &record.body {
            Some(body) if sha256(body) != record.body_digest => {
                return wrong("its body was changed");
            }
            Some(_) => {}
            None => self.end.erased += 1,
        }
        if *self.festival.get_or_insert(record.festival.clone()) != record.festival {
            return wrong("it belongs to another festival");
        }
        let version = self.versions.entry(record.stream.clone()).or_default();
        *version += 1;
        if record.stream_version != *version {
            return wrong("its stream has a gap");
        }
        self.end.last = seq;
        self.end.hash = record.hash;
        Ok(())
    }

    /// Ends the walk, which must have reached `end`.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] with the first missing sequence.
    pub fn finish(self, end: Seq) -> Result<Verified, LogError> {
        if self.end.last < end {
            let next = Seq(self.end.last.0 + 1);
            return Err(LogError::corrupt(next, "it is missing"));
        }
        Ok(self.end)
    }
}

/// Walks a whole log; what [`EventLog::verify`] does where a store has nothing to add.
pub(super) fn walk<L: EventLog + ?Sized>(log: &L) -> Result<Verified, LogError> {
    let end = log.last();
    let mut chain = Chain::default();
    while chain.last() < end {
        let records = log.read(chain.last(), 512)?;
        if records.is_empty() {
            break;
        }
        for record in &records {
            chain.check(record)?;
        }
    }
    chain.finish(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            seq: Seq(1),
            format: FORMAT,
            festival: "demo".to_owned(),
            stream: StreamName::from("incident/7"),
            stream_version: 1,
            kind: "alerted".to_owned(),
            kind_version: 1,
            at_wall_ms: 1_790_000_000_000,
            actor: "phone/5".to_owned(),
            key: None,
            previous: GENESIS,
            hash: [0; 32],
            body_digest: sha256(b"{}"),
            body: Some(b"{}".to_vec()),
        }
    }

    #[test]
    fn the_hash_is_what_sha256sum_prints_for_the_documented_lines() {
        // printf 'sotto-log 1\nfestival demo\n…previous 000…\n' | sha256sum
        assert_eq!(hex(&Header::from(&record()).hash()), GOLDEN);
    }

    #[test]
    fn names_that_could_forge_a_line_are_refused() {
        assert!(name("actor", "phone/5").is_ok());
        for bad in ["", "a\nseq 2", "a\u{85}b", &"x".repeat(MAX_NAME + 1)] {
            assert!(name("actor", bad).is_err(), "{bad:?}");
        }
    }

    const GOLDEN: &str = "f5686dccb3cd1f4c157bcb7c1cb4a4af067f5555335ae434647236619ece9fa3";
}
