//! A copy of a log while its server runs on, from another process.
//!
//! Law: the copy reaches the mark that stood when it was begun, or it is refused: a backup must not
//! hide that the end of the log is missing. The log itself is only read.

use std::path::Path;

use super::mark::{Mark, MarkFile};
use super::opening::{Paths, keep_wal_on_close};
use super::sqlite::{SqliteLog, open_reader, refused, storage};
use super::{EventLog, LogError, Seq, Verified};

/// Copies the log in `from` into the empty folder `to`, and walks the whole copy. Also says whose
/// log it is. The copy holds nothing of what was erased: pages are written anew.
///
/// # Errors
/// As [`SqliteLog::open`] and [`EventLog::verify`] for a log that lost its end, its mark, or is
/// damaged; [`LogError::Storage`] when either folder refuses.
pub fn copy(from: &Path, to: &Path) -> Result<(String, Verified), LogError> {
    let (source, target) = (Paths::new(from), Paths::new(to));
    // Before the copy: whatever was acknowledged by then has to be in it.
    let mark = Mark::read(&source.mark).map_err(|error| storage(&source.mark, &error))?;
    let Some(mark) = mark else {
        return Err(LogError::NoMark { path: source.mark.display().to_string(), have: Seq(0) });
    };
    {
        let reader = open_reader(&source.database)?;
        // A stopped server's WAL is its own to look at.
        keep_wal_on_close(&reader, true)?;
        let into = target.database.to_string_lossy().into_owned();
        reader.execute("VACUUM INTO ?1", [into]).map_err(|error| refused(None, &error))?;
    }
    let keep = |mark: &Mark| MarkFile::open(&target.mark)?.write(mark);
    keep(&mark).map_err(|error| storage(&target.mark, &error))?;
    // Opening proves that the copy reaches the mark, and moves the mark to its end.
    let log = SqliteLog::open(to, &mark.festival)?;
    let verified = log.verify()?;
    log.close();
    Ok((mark.festival, verified))
}
