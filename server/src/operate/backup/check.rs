//! Proves a backup: every byte, the chain, the mark, and that this server understands it.

use super::{BackupError, DATABASE, DIGITS, MANIFEST, MARK, Manifest, SEAL, at, digest, map_digest, staging};
use crate::body;
use crate::log::{EventLog, Seq, SqliteLog};
use crate::secrets::hex;
use domain::desk::State;
use domain::time::Now;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use zip::ZipArchive;

/// The manifest of a backup is small: maps are few.
const MANIFEST_MAX: u64 = 1 << 20;
/// Entries read at a time.
const PAGE: usize = 1_024;

/// What a whole backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its manifest.
    pub manifest: Manifest,
    /// Cases that are not erased.
    pub cases: usize,
    /// Bodies that are.
    pub erased: u64,
}

/// Proves the backup `path`, in a folder of its own among the system's temporary ones.
///
/// # Errors
/// [`BackupError`] with what is wrong.
pub fn verify(path: &Path) -> Result<Checked, BackupError> {
    let folder = staging(&std::env::temp_dir(), "sotto-verify-")?;
    unpack(path, folder.path())
}

/// Proves the backup `path` and leaves what it holds in the empty folder `to`.
pub(super) fn unpack(path: &Path, to: &Path) -> Result<Checked, BackupError> {
    let mut file = File::open(path).map_err(at(path))?;
    let sealed = seal_holds(&mut file, path)?;
    let found = unpack_sealed(file, to);
    match (sealed, found) {
        (true, found) => found,
        // Whichever part says what is wrong with it, or none of them.
        (false, Err(error)) => Err(error),
        (false, Ok(_)) => Err(BackupError::Damaged("its bytes are not those that were written".to_owned())),
    }
}

fn seal_holds(file: &mut File, path: &Path) -> Result<bool, BackupError> {
    let wrap = |error| at(path)(error);
    let length = file.seek(SeekFrom::End(0)).map_err(wrap)?;
    let foreign = || BackupError::Foreign(path.display().to_string());
    let comment = (SEAL.len() + DIGITS) as u64;
    let begin = length.checked_sub(comment).ok_or_else(foreign)?;
    let mut tail = vec![0; comment as usize];
    file.seek(SeekFrom::Start(begin)).and_then(|_| file.read_exact(&mut tail)).map_err(at(path))?;
    let digits = tail.strip_prefix(SEAL.as_bytes()).ok_or_else(foreign)?;
    file.seek(SeekFrom::Start(0)).map_err(at(path))?;
    let found = digest(file, length - DIGITS as u64).map_err(at(path))?;
    Ok(found.sha256.as_bytes() == digits)
}

fn unpack_sealed(file: File, to: &Path) -> Result<Checked, BackupError> {
    let damaged = |what: &str, error: &dyn std::fmt::Display| BackupError::Damaged(format!("{what}: {error}"));
    let mut archive = ZipArchive::new(file).map_err(|error| damaged("its list of files", &error))?;
    let manifest = manifest(&mut archive)?;
    let names = archive.file_names().map(|name| name.map(|name| name.into_owned())).collect::<Result<Vec<_>, _>>();
    let names = names.map_err(|error| damaged("its list of files", &error))?;
    for name in &names {
        let known = [DATABASE, MARK].contains(&name.as_str()) || map_digest(name).is_some();
        if name != MANIFEST && (!known || !manifest.files.contains_key(name)) {
            return Err(BackupError::Damaged(format!("nobody knows the file {name:?}")));
        }
    }
    for (folder, _) in [DATABASE, "venues/"].iter().filter_map(|name| name.split_once('/')) {
        let folder = to.join(folder);
        fs::DirBuilder::new().mode(0o700).create(&folder).map_err(at(&folder))?;
    }
    for (name, expected) in &manifest.files {
        // Names that could lead elsewhere were refused above: every file of the archive was looked at.
        if !names.contains(name) {
            return Err(BackupError::Damaged(format!("{name} is missing")));
        }
        let entry = archive.by_name(name).map_err(|error| damaged(name, &error))?;
        let target = to.join(name);
        let mut out = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&target)
            .map_err(at(&target))?;
        io::copy(&mut entry.take(expected.bytes.saturating_add(1)), &mut out).map_err(|error| damaged(name, &error))?;
        out.sync_all().and_then(|()| out.seek(SeekFrom::Start(0))).map_err(at(&target))?;
        let found = digest(&mut out, u64::MAX).map_err(at(&target))?;
        let own_name = map_digest(name).is_none_or(|digits| digits == found.sha256);
        if found != *expected || !own_name {
            return Err(BackupError::Damaged(format!("{name} is not what was written")));
        }
    }
    understand(manifest, to)
}

fn manifest(archive: &mut ZipArchive<File>) -> Result<Manifest, BackupError> {
    let damaged = |error: &dyn std::fmt::Display| BackupError::Damaged(format!("{MANIFEST}: {error}"));
    let mut text = String::new();
    let entry = archive.by_name(MANIFEST).map_err(|error| damaged(&error))?;
    entry.take(MANIFEST_MAX).read_to_string(&mut text).map_err(|error| damaged(&error))?;
    #[derive(serde::Deserialize)]
    struct Form {
        sotto_backup: u32,
    }
    let form: Form = serde_json::from_str(&text).map_err(|error| damaged(&error))?;
    if form.sotto_backup != 1 {
        return Err(BackupError::Newer(form.sotto_backup));
    }
    serde_json::from_str(&text).map_err(|error| damaged(&error))
}

/// Walks the log, and reads it as the server would at its start.
fn understand(manifest: Manifest, to: &Path) -> Result<Checked, BackupError> {
    let broken = |error: &dyn std::fmt::Display| BackupError::Damaged(error.to_string());
    let log = SqliteLog::open(&to.join("log"), &manifest.festival).map_err(|error| broken(&error))?;
    let verified = log.verify().map_err(|error| broken(&error))?;
    if (verified.last.0, hex(&verified.hash)) != (manifest.last, manifest.last_hash.clone()) {
        return Err(BackupError::Damaged("the log does not end where it did".to_owned()));
    }
    let start = Now { wall_ms: manifest.made_at_ms, mono_ms: 0 };
    let (mut state, mut after) = (State::default(), Seq(0));
    loop {
        let records = log.read(after, PAGE).map_err(|error| broken(&error))?;
        let Some(last) = records.last() else { break };
        after = last.seq;
        for record in &records {
            state.apply(&body::decode(record, start).map_err(|error| broken(&error))?);
        }
    }
    log.close();
    let map = state.venue.map(|digest| format!("venues/{digest}.imdf.zip"));
    if let Some(map) = map.filter(|map| !manifest.files.contains_key(map)) {
        return Err(BackupError::Damaged(format!("{map}, the map in place, is missing")));
    }
    Ok(Checked { manifest, cases: state.incidents.len(), erased: verified.erased })
}
