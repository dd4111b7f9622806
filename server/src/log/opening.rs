//! How a log in SQLite is opened: the lock, the proof that the log reaches its mark,
//! and only then the first write. A log that is refused stays as it is, WAL included.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::envelope::{GENESIS, Header};
use super::mark::{Mark, MarkFile};
use super::pen::checkpoint;
use super::sqlite::{one, refused, storage};
use super::{LogError, Seq};

/// The numbered migrations; `user_version` is the number of the last one that ran.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_event.sql")];

/// How long a connection waits for another one.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// `synchronous=FULL` syncs the WAL at every commit: an answer rests on it.
const WRITER: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
";

/// The files of a log.
pub(super) struct Paths {
    folder: PathBuf,
    pub(super) database: PathBuf,
    wal: PathBuf,
    pub(super) mark: PathBuf,
}

impl Paths {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            database: folder.join("log.db"),
            wal: folder.join("log.db-wal"),
            mark: folder.join("log.mark"),
        }
    }

    /// Makes the folder, for this user alone, so that it is there after a power cut.
    pub(super) fn make_folder(&self) -> Result<(), LogError> {
        if self.folder.is_dir() {
            return Ok(());
        }
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let made = builder.recursive(true).create(&self.folder);
        made.and_then(|()| File::open(self.folder.join(".."))?.sync_all())
            .map_err(|error| storage(&self.folder, &error))
    }

    pub(super) fn lock(&self) -> Result<File, LogError> {
        let path = self.folder.join("log.lock");
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| storage(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => Err(LogError::InUse { path: self.folder.display().to_string() }),
            Err(TryLockError::Error(error)) => Err(storage(&path, &error)),
        }
    }

    /// Opens the database and finds its end, which must reach the mark. Writes nothing.
    pub(super) fn examine(&self, festival: &str) -> Result<(Connection, Mark), LogError> {
        let mark = Mark::read(&self.mark).map_err(|error| storage(&self.mark, &error))?;
        let mut end = Mark { festival: festival.to_owned(), seq: Seq(0), at_wall_ms: 0, hash: GENESIS };
        if let Some(mark) = &mark
            && mark.festival != festival
        {
            return Err(LogError::OtherFestival { found: mark.festival.clone(), wanted: festival.to_owned() });
        }
        if length(&self.database)? == 0 {
            // SQLite would delete a WAL that has lost its database.
            reaches(&end, mark.as_ref())?;
            if length(&self.wal)? > 0 {
                return Err(LogError::Corrupt {
                    seq: None,
                    why: format!("{} is missing or empty", self.database.display()),
                });
            }
        }
        let connection = Connection::open(&self.database).map_err(|e| refused(None, &e))?;
        // Until the end is proven, closing must leave the WAL as it is.
        keep_wal_on_close(&connection, true)?;
        connection.busy_timeout(PATIENCE).map_err(|e| refused(None, &e))?;
        let found = schema(&connection)?;
        if found as usize > MIGRATIONS.len() {
            return Err(LogError::Newer { found, known: MIGRATIONS.len() as u32 });
        }
        if found > 0 {
            if let Some(last) = one(&connection, "ORDER BY seq DESC LIMIT 1", Seq(0))? {
                if last.festival != festival {
                    return Err(LogError::OtherFestival { found: last.festival, wanted: festival.to_owned() });
                }
                if Header::from(&last).hash() != last.hash {
                    return Err(LogError::corrupt(last.seq, "its envelope was changed"));
                }
                end.seq = last.seq;
                end.at_wall_ms = last.at_wall_ms;
                end.hash = last.hash;
            }
            if mark.is_none() && end.seq > Seq(0) {
                return Err(LogError::NoMark { path: self.mark.display().to_string(), have: end.seq });
            }
        }
        reaches(&end, mark.as_ref())?;
        if let Some(mark) = mark.filter(|mark| mark.seq > Seq(0)) {
            let marked = one(&connection, "AND seq = ?1", mark.seq)?;
            if marked.is_none_or(|marked| marked.hash != mark.hash) {
                let why = "it is not the entry that was acknowledged";
                return Err(LogError::corrupt(mark.seq, why));
            }
        }
        Ok((connection, end))
    }

    /// Makes a proven log ready for writing, and everything in it durable: after a crash
    /// its tail may be in the page cache only, and from now on it can be read.
    pub(super) fn prepare(&self, connection: &mut Connection, end: &Mark) -> Result<MarkFile, LogError> {
        let sqlite = |error: rusqlite::Error| refused(None, &error);
        keep_wal_on_close(connection, false)?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(sqlite)?;
        connection.execute_batch(WRITER).map_err(sqlite)?;
        // Before the first commit: a journal that comes back after a power cut would
        // make SQLite empty a new database and throw its WAL away.
        self.sync_folder()?;
        migrate(connection).map_err(sqlite)?;
        checkpoint(connection, "TRUNCATE").map_err(sqlite)?;
        let at_mark = |error: io::Error| storage(&self.mark, &error);
        let mut mark = MarkFile::open(&self.mark).map_err(at_mark)?;
        mark.write(end).map_err(at_mark)?;
        self.sync_folder()?;
        Ok(mark)
    }

    fn sync_folder(&self) -> Result<(), LogError> {
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(|error| storage(&self.folder, &error))
    }
}

fn length(path: &Path) -> Result<u64, LogError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(storage(path, &error)),
    }
}

/// The law of the mark: what was acknowledged is there.
fn reaches(end: &Mark, mark: Option<&Mark>) -> Result<(), LogError> {
    match mark {
        Some(mark) if end.seq < mark.seq => Err(LogError::MissingTail {
            have: end.seq,
            want: mark.seq,
            have_at_ms: end.at_wall_ms,
            want_at_ms: mark.at_wall_ms,
        }),
        _ => Ok(()),
    }
}

/// Whether closing the last connection leaves the WAL as it is.
pub(super) fn keep_wal_on_close(connection: &Connection, keep: bool) -> Result<(), LogError> {
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep)
        .map(|_| ())
        .map_err(|error| refused(None, &error))
}

fn schema(connection: &Connection) -> Result<u32, LogError> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|error| refused(None, &error))
}

fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let done: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for (number, sql) in (1..).zip(MIGRATIONS).skip(done as usize) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}
