//! Makes a backup of a server that runs, or of one that does not.

use super::{
    BackupError, DATABASE, DIGITS, Entry, MANIFEST, MARK, Manifest, SEAL, at, digest, map_digest, staging, verify,
};
use crate::log::{self, LogError};
use crate::secrets::hex;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Copies the log, its mark and the maps of `data` into the new file `to`, and proves the file.
///
/// # Errors
/// [`BackupError`]; no file of that name is left.
pub fn write(data: &Path, to: &Path, now_ms: i64) -> Result<Manifest, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.display().to_string()));
    }
    let logs = data.join("log");
    if !logs.join("log.db").exists() {
        return Err(BackupError::NoLog(data.display().to_string()));
    }
    let beside = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // For this user alone, like all that is made of it.
    let staging = staging(beside, ".sotto-backup-")?;
    let copied = log::copy(&logs, staging.path());
    let (festival, verified) = copied.map_err(|error| match error {
        LogError::Full => {
            BackupError::Io { path: beside.display().to_string(), source: io::ErrorKind::StorageFull.into() }
        }
        error => error.into(),
    })?;
    // After the log: an archive is there before the log names it.
    let mut files =
        vec![(DATABASE.to_owned(), staging.path().join("log.db")), (MARK.to_owned(), staging.path().join("log.mark"))];
    files.extend(maps(&data.join("venues"))?);
    let manifest = Manifest {
        sotto_backup: 1,
        festival,
        made_at_ms: now_ms,
        made_at: jiff::Timestamp::from_millisecond(now_ms).map(|time| time.to_string()).unwrap_or_default(),
        made_by: env!("CARGO_PKG_VERSION").to_owned(),
        last: verified.last.0,
        last_hash: hex(&verified.hash),
        files: files.iter().map(|(name, path)| Ok((name.clone(), entry(path)?))).collect::<Result<_, BackupError>>()?,
    };
    let half = staging.path().join("backup.part");
    pack(&half, &manifest, &files).map_err(at(&half))?;
    // What cannot be restored is not called a backup.
    verify(&half)?;
    match fs::hard_link(&half, to) {
        Ok(()) => {}
        // One has come meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(BackupError::Exists(to.display().to_string()));
        }
        // Not every file system has links.
        Err(_) => fs::rename(&half, to).map_err(at(to))?,
    }
    File::open(beside).and_then(|folder| folder.sync_all()).map_err(at(beside))?;
    Ok(manifest)
}

fn entry(path: &Path) -> Result<Entry, BackupError> {
    File::open(path).and_then(|mut file| digest(&mut file, u64::MAX)).map_err(at(path))
}

/// The map archives that are kept, oldest names first.
fn maps(folder: &Path) -> Result<BTreeMap<String, PathBuf>, BackupError> {
    let mut maps = BTreeMap::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(maps),
        Err(error) => return Err(at(folder)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(at(folder))?;
        let name = format!("venues/{}", entry.file_name().to_string_lossy());
        if map_digest(&name).is_some() {
            maps.insert(name, entry.path());
        }
    }
    Ok(maps)
}

fn pack(path: &Path, manifest: &Manifest, files: &[(String, PathBuf)]) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?;
    let mut writer = ZipWriter::new(file);
    let small = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o600);
    writer.start_file(MANIFEST, small)?;
    writer.write_all(serde_json::to_string_pretty(manifest)?.as_bytes())?;
    for (name, path) in files {
        let packed = name.ends_with(".zip");
        let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        writer.start_file(name.as_str(), small.compression_method(method).large_file(true))?;
        io::copy(&mut File::open(path)?, &mut writer)?;
    }
    // The digits are filled in below: a comment is the end of the file.
    writer.set_comment(format!("{SEAL}{}", "0".repeat(DIGITS)))?;
    let mut file = writer.finish()?;
    let length = file.seek(SeekFrom::End(0))? - DIGITS as u64;
    file.seek(SeekFrom::Start(0))?;
    let seal = digest(&mut file, length)?;
    file.seek(SeekFrom::Start(length))?;
    file.write_all(seal.sha256.as_bytes())?;
    file.sync_all()
}
