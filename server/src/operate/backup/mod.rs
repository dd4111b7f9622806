//! Backups: one file, made while the server runs, proven before it is called one.
//!
//! Law: a backup holds everything that was acknowledged before it was begun, and a byte of it that
//! changed is found. It is a zip of the log, its mark, the maps and a manifest of digests; its
//! comment, the last bytes of the file, holds the SHA-256 of all bytes before the 64 digits:
//! `head -c -64 FILE | sha256sum` prints what `tail -c 64 FILE` shows.
//!
//! `write` makes one, `check` proves one, `restore` makes a data folder of one.

mod check;
mod restore;
mod write;

pub use check::{Checked, verify};
pub use restore::restore;
pub use write::write;

use crate::log::LogError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Backups older than this hold what was erased since: they are restored upon a word only, and
/// should be gone by then (`../research/security.md`, 3.2: a ring of 7 days).
pub const RING_MS: i64 = 7 * domain::retention::DAY_MS;

/// What the comment begins with; 64 hexadecimal digits follow.
const SEAL: &str = "sotto-backup 1 sha256 ";
const DIGITS: usize = 64;
const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "log/log.db";
const MARK: &str = "log/log.mark";

/// Why there is no backup, or none that could be restored. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder refuses.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The log itself is not whole.
    #[error("the log is not whole, so nothing was kept: {0}")]
    Log(#[from] LogError),
    /// There is no log.
    #[error("there is no log in {0}: name the server's data folder with --data")]
    NoLog(String),
    /// The file is there already.
    #[error("{0} is there already: a backup replaces nothing")]
    Exists(String),
    /// Not one of ours.
    #[error("{0} is no backup of Sotto, or its end is missing: take another one")]
    Foreign(String),
    /// Something in it changed.
    #[error("the backup is damaged: {0}. Take another one")]
    Damaged(String),
    /// Written by a newer server.
    #[error("the backup has form {0}, this server knows form 1: use a newer server")]
    Newer(u32),
    /// Too old to be restored without a word.
    #[error(
        "this backup is {days} days old: it holds cases that may have been erased since. Take a newer one, or say \
         --even-if-old; what is due is erased again in the first night"
    )]
    Old {
        /// How old.
        days: i64,
    },
    /// Made in the future.
    #[error("this backup was made at {0}, which is still to come: look at this machine's clock, or say --even-if-old")]
    Future(String),
    /// The target holds something.
    #[error("{0} is not empty: a backup is restored into an empty folder only")]
    NotEmpty(String),
}

/// What stands in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the backup: 1.
    pub sotto_backup: u32,
    /// Whose log it is.
    pub festival: String,
    /// When it was made, milliseconds since 1970.
    pub made_at_ms: i64,
    /// The same, for people.
    pub made_at: String,
    /// The version that made it.
    pub made_by: String,
    /// The last entry.
    pub last: u64,
    /// Its hash, 64 hexadecimal digits.
    pub last_hash: String,
    /// Every other file.
    pub files: BTreeMap<String, Entry>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its size.
    pub bytes: u64,
    /// SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

/// A folder of its own for the time being, for this user alone: what is in it is anybody's story.
fn staging(inside: &Path, prefix: &str) -> Result<tempfile::TempDir, BackupError> {
    let private = fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().prefix(prefix).permissions(private).tempdir_in(inside).map_err(at(inside))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError + use<> {
    let path = path.display().to_string();
    move |source| BackupError::Io { path, source }
}

/// The map archives that may stand in a backup: named by their own digest.
fn map_digest(name: &str) -> Option<&str> {
    let digest = name.strip_prefix("venues/")?.strip_suffix(".imdf.zip")?;
    let hexadecimal = digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (digest.len() == DIGITS && hexadecimal).then_some(digest)
}

/// The SHA-256 of `length` bytes, and how many there were.
fn digest(reader: &mut impl Read, length: u64) -> io::Result<Entry> {
    let (mut hash, mut buffer, mut bytes) = (Sha256::new(), vec![0; 64 * 1024], 0);
    let mut reader = reader.take(length);
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            read => {
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
    Ok(Entry { bytes, sha256: crate::secrets::hex(&hash.finalize()) })
}
