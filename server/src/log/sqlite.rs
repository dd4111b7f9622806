//! The log in an SQLite database, one folder for one festival: `log.db` with its WAL,
//! `log.mark`, and `log.lock`, which keeps a second server out. Reads have a connection
//! of their own and see no further than the durable end.

use std::fs::File;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row};
use tokio::sync::{oneshot, watch};

use super::envelope::{self, name};
use super::opening::{PATIENCE, Paths};
use super::writer::{self, Failure, Job, Start};
use super::{Append, Appending, Erasing, EventLog, KeyHash, LogError, Record, Scrubbing, Seq, StreamName, Verified};

/// Two connections can lose committed rows at a checkpoint in every version before this.
const OLDEST_SQLITE: i32 = 3_051_003;

/// The columns of a [`Record`], in the order of [`record`].
const COLUMNS: &str = "seq, format, festival, stream, stream_version, kind, kind_version, \
    at_wall_ms, actor, key, request, previous, hash, body_digest, body";

/// What may be set; the defaults are right for a server.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Pages of 4 KiB in the WAL that make the writer copy it into the database.
    pub checkpoint_pages: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { checkpoint_pages: 1000 }
    }
}

/// The log of one festival in one folder. Closing or dropping it waits for the queue.
pub struct SqliteLog {
    jobs: Sender<Job>,
    durable: watch::Receiver<Seq>,
    failure: Failure,
    reader: Mutex<Option<Connection>>,
    threads: Mutex<Option<JoinHandle<()>>>,
    // Released last, when the files are closed.
    _lock: File,
}

impl SqliteLog {
    /// Opens the log in `folder`, or makes a new one there.
    ///
    /// # Errors
    /// Refuses, with nothing changed, a log that another server has open
    /// ([`LogError::InUse`]), that ends before its mark ([`LogError::MissingTail`]), that
    /// lost its mark ([`LogError::NoMark`]), that is damaged ([`LogError::Corrupt`]), or
    /// that is not this festival's ([`LogError::OtherFestival`]) or server's
    /// ([`LogError::Newer`]).
    pub fn open(folder: &Path, festival: &str) -> Result<Self, LogError> {
        Self::open_with(folder, festival, Settings::default())
    }

    /// [`SqliteLog::open`] with settings.
    ///
    /// # Errors
    /// As [`SqliteLog::open`].
    pub fn open_with(folder: &Path, festival: &str, settings: Settings) -> Result<Self, LogError> {
        name("festival", festival)?;
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(LogError::OldSqlite(rusqlite::version().to_owned()));
        }
        let paths = Paths::new(folder);
        paths.make_folder()?;
        let lock = paths.lock()?;
        let (mut connection, end) = paths.examine(festival)?;
        let mark = paths.prepare(&mut connection, &end)?;
        let reader = open_reader(&paths.database)?;

        let (jobs, queue) = mpsc::channel();
        let (durable, follow) = watch::channel(end.seq);
        let failure = Failure::default();
        let threads = writer::start(Start {
            connection,
            end,
            mark,
            checkpoint_pages: settings.checkpoint_pages,
            jobs: queue,
            durable,
            failure: failure.clone(),
        })
        .map_err(|error| storage(folder, &error))?;
        Ok(Self {
            jobs,
            durable: follow,
            failure,
            reader: Mutex::new(Some(reader)),
            threads: Mutex::new(Some(threads)),
            _lock: lock,
        })
    }

    /// Writes what is queued, closes the files, and refuses what comes later. Blocks.
    pub fn close(&self) {
        let _ = self.jobs.send(Job::Close);
        // The reader goes first: the last connection folds the WAL into the database.
        drop(locked(&self.reader).take());
        if let Some(threads) = locked(&self.threads).take() {
            let _ = threads.join();
        }
    }

    /// Puts a job into the queue, and waits for its answer.
    fn chore<T: Send + 'static>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, LogError>>) -> Job,
    ) -> Pin<Box<dyn Future<Output = Result<T, LogError>> + Send>> {
        let (answer, answered) = oneshot::channel();
        let _ = self.jobs.send(job(answer));
        let failure = self.failure.clone();
        Box::pin(async move {
            match answered.await {
                Ok(answer) => answer,
                // The writer has ended; a failure was set before it let go.
                Err(_) => Err(failure.get().cloned().unwrap_or(LogError::Closed)),
            }
        })
    }

    fn with_reader<T>(&self, read: impl FnOnce(&Connection) -> Result<T, LogError>) -> Result<T, LogError> {
        read(locked(&self.reader).as_ref().ok_or(LogError::Closed)?)
    }
}

impl Drop for SqliteLog {
    fn drop(&mut self) {
        self.close();
    }
}

impl EventLog for SqliteLog {
    fn append(&self, batch: Append) -> Appending {
        self.chore(|answer| Job::Append(batch, answer))
    }

    fn erase(&self, bodies: Vec<Seq>) -> Erasing {
        self.chore(|answer| Job::Erase(bodies, answer))
    }

    fn scrub(&self) -> Scrubbing {
        self.chore(Job::Scrub)
    }

    fn read(&self, after: Seq, limit: usize) -> Result<Vec<Record>, LogError> {
        let end = self.last();
        self.with_reader(|reader| {
            let mut select = reader
                .prepare(&format!("SELECT {COLUMNS} FROM event WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3"))
                .map_err(|error| refused(None, &error))?;
            let bounds = (signed(after.0), signed(end.0), signed(limit as u64));
            let mut rows = select.query(bounds).map_err(|error| refused(None, &error))?;
            let mut records = Vec::new();
            while let Some(row) = rows.next().map_err(|error| refused(None, &error))? {
                records.push(record(row)?);
            }
            Ok(records)
        })
    }

    fn last(&self) -> Seq {
        *self.durable.borrow()
    }

    fn follow(&self) -> watch::Receiver<Seq> {
        self.durable.clone()
    }

    fn verify(&self) -> Result<Verified, LogError> {
        let verified = envelope::walk(self)?;
        // The indexes, which keys and versions are looked up in, are outside the chain.
        let found: String = self.with_reader(|reader| {
            reader.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(|error| refused(None, &error))
        })?;
        match found.as_str() {
            "ok" => Ok(verified),
            _ => Err(LogError::Corrupt { seq: None, why: found }),
        }
    }
}

pub(super) fn open_reader(database: &Path) -> Result<Connection, LogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(database, flags).map_err(|e| refused(None, &e))?;
    reader.busy_timeout(PATIENCE).map_err(|e| refused(None, &e))?;
    Ok(reader)
}

/// The one record that `which` names, below the WHERE that every query has.
pub(super) fn one(connection: &Connection, which: &str, seq: Seq) -> Result<Option<Record>, LogError> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE seq >= ?1 {which}");
    let found = connection
        .query_row(&sql, [signed(seq.0)], |row| Ok(record(row)))
        .optional()
        .map_err(|error| refused(None, &error))?;
    found.transpose()
}

fn record(row: &Row<'_>) -> Result<Record, LogError> {
    let seq = Seq(row.get::<_, i64>(0).map_err(|e| refused(None, &e))?.cast_unsigned());
    let fields = || -> rusqlite::Result<Record> {
        let key: Option<[u8; 16]> = row.get(9)?;
        let request: Option<[u8; 16]> = row.get(10)?;
        Ok(Record {
            seq,
            format: row.get(1)?,
            festival: row.get(2)?,
            stream: StreamName(row.get(3)?),
            stream_version: row.get::<_, i64>(4)?.cast_unsigned(),
            kind: row.get(5)?,
            kind_version: row.get(6)?,
            at_wall_ms: row.get(7)?,
            actor: row.get(8)?,
            key: key.zip(request).map(|(key, request)| KeyHash { key, request }),
            previous: row.get(11)?,
            hash: row.get(12)?,
            body_digest: row.get(13)?,
            body: row.get(14)?,
        })
    };
    fields().map_err(|error| refused(Some(seq), &error))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is inside is whole at every step: a panic elsewhere does not spoil it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn storage(path: &Path, error: &io::Error) -> LogError {
    match error.kind() {
        io::ErrorKind::StorageFull => LogError::Full,
        _ => LogError::Storage(format!("{}: {error}", path.display())),
    }
}

/// SQLite's refusals; a column that doesn't convert is damage, like a broken page.
pub(super) fn refused(seq: Option<Seq>, error: &rusqlite::Error) -> LogError {
    let why = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => LogError::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => LogError::Corrupt { seq, why },
        Some(_) => LogError::Storage(why),
        None => LogError::Corrupt { seq, why },
    }
}
