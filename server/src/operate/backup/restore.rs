//! Makes a data folder of a backup.

use super::check::unpack;
use super::{BackupError, Checked, RING_MS, at, staging};
use domain::retention::{DAY_MS, STRAY_MS};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Proves the backup `from` and makes the folder `to` of it: whole, or not at all.
/// One older than [`RING_MS`] needs `even_if_old`.
///
/// # Errors
/// [`BackupError`]; `to` is as it was.
pub fn restore(from: &Path, to: &Path, even_if_old: bool, now_ms: i64) -> Result<Checked, BackupError> {
    let empty = match fs::read_dir(to) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(at(to)(error)),
    };
    if !empty {
        return Err(BackupError::NotEmpty(to.display().to_string()));
    }
    let beside = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(beside).map_err(at(beside))?;
    let staging = staging(beside, ".sotto-restore-")?;
    let checked = unpack(from, staging.path())?;
    let age_ms = now_ms - checked.manifest.made_at_ms;
    if !even_if_old && age_ms > RING_MS {
        return Err(BackupError::Old { days: age_ms / DAY_MS });
    }
    if !even_if_old && age_ms < -STRAY_MS {
        return Err(BackupError::Future(checked.manifest.made_at));
    }
    File::open(staging.path()).and_then(|folder| folder.sync_all()).map_err(at(staging.path()))?;
    // Takes the place of an empty folder too.
    fs::rename(staging.path(), to).map_err(at(to))?;
    File::open(beside).and_then(|folder| folder.sync_all()).map_err(at(beside))?;
    Ok(checked)
}
