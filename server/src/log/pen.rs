//! Writes one batch of appends as one transaction: checks each against what stands
//! in the log and in the batch before it, and chains what it takes.

use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, Statement, params};

use super::envelope::{self, Header, sha256};
use super::mark::Mark;
use super::{Append, Appended, FORMAT, KeyHash, LogError, Seq};

/// Why a whole batch was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// The disk is full; the batch is rolled back, the next one may be written.
    Full,
    /// Nobody knows what is on disk: nothing may be written any more.
    Broken(String),
}

impl From<rusqlite::Error> for Halt {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// The prepared statements of the writer's connection, and the end of the log.
pub(super) struct Pen<'c> {
    connection: &'c Connection,
    begin: Statement<'c>,
    commit: Statement<'c>,
    by_key: Statement<'c>,
    version: Statement<'c>,
    insert: Statement<'c>,
    waiting_pages: Statement<'c>,
    end: Mark,
}

impl<'c> Pen<'c> {
    /// A pen at the end of the log, which is `end`.
    pub(super) fn new(connection: &'c Connection, end: Mark) -> rusqlite::Result<Self> {
        Ok(Self {
            connection,
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            commit: connection.prepare("COMMIT")?,
            by_key: connection.prepare("SELECT seq, request FROM event WHERE key = ?1")?,
            version: connection.prepare(
                "SELECT stream_version FROM event WHERE festival = ?1 AND stream = ?2 \
                 ORDER BY stream_version DESC LIMIT 1",
            )?,
            insert: connection.prepare(
                "INSERT INTO event VALUES \
                 (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?,
            waiting_pages: connection.prepare("PRAGMA wal_checkpoint(NOOP)")?,
            end,
        })
    }

    /// The end of the log, in the database's WAL and synced.
    pub(super) fn end(&self) -> &Mark {
        &self.end
    }

    /// Writes a batch and syncs it; the answers stand in the order of the appends.
    pub(super) fn write(&mut self, batch: &[Append]) -> Result<Vec<Result<Appended, LogError>>, Halt> {
        let mut end = self.end.clone();
        let answers = self.transact(batch, &mut end);
        let answers = self.rolled_back(answers)?;
        self.end = end;
        Ok(answers)
    }

    /// Leaves no half transaction behind.
    fn rolled_back<T>(&self, outcome: Result<T, Halt>) -> Result<T, Halt> {
        if outcome.is_err() && !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK").map_err(|error| Halt::Broken(error.to_string()))?;
        }
        outcome
    }

    /// Takes bodies away; `secure_delete` overwrites them in the pages.
    pub(super) fn erase(&mut self, bodies: &[Seq]) -> Result<(), Halt> {
        let erased = self.transact_erasure(bodies);
        self.rolled_back(erased)
    }

    fn transact_erasure(&mut self, bodies: &[Seq]) -> Result<(), Halt> {
        self.begin.execute([])?;
        let mut erase = self.connection.prepare("UPDATE event SET body = NULL WHERE seq = ?1 AND body IS NOT NULL")?;
        for Seq(seq) in bodies {
            erase.execute([seq.cast_signed()])?;
        }
        self.commit.execute([])?;
        Ok(())
    }

    /// Empties the WAL, which still holds the pages from before an erasure. False when a reader is in
    /// the way: nobody's alert waits for it.
    pub(super) fn scrub(&mut self) -> Result<bool, Halt> {
        self.connection.busy_timeout(Duration::ZERO)?;
        let busy = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        self.connection.busy_timeout(super::opening::PATIENCE)?;
        match busy {
            Ok(busy) => Ok(busy == 0),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
            Err(error) => match Halt::from(error) {
                // The WAL keeps everything meanwhile, also what is to go.
                Halt::Full => Ok(false),
                broken => Err(broken),
            },
        }
    }

    fn transact(&mut self, batch: &[Append], end: &mut Mark) -> Result<Vec<Result<Appended, LogError>>, Halt> {
        self.begin.execute([])?;
        let mut answers = Vec::with_capacity(batch.len());
        for append in batch {
            answers.push(match self.refusal(append)? {
                Some(refusal) => Err(refusal),
                None => {
                    self.insert(append, end)?;
                    Ok(Appended { last: end.seq })
                }
            });
        }
        self.commit.execute([])?;
        Ok(answers)
    }

    /// Why this append is refused, seen what stands before it. The key comes first: a
    /// repeated command expects an old version, and is to learn that it was taken.
    fn refusal(&mut self, append: &Append) -> Result<Option<LogError>, Halt> {
        if let Err(invalid) = envelope::check(append) {
            return Ok(Some(invalid));
        }
        if let Some(KeyHash { key, request }) = append.key {
            let taken = self.by_key.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            if let Some((seq, before)) = taken {
                let before: [u8; 16] = before;
                return Ok(Some(LogError::DuplicateKey {
                    original: Seq(i64::cast_unsigned(seq)),
                    same_request: before == request,
                }));
            }
        }
        let actual = self
            .version
            .query_row((&self.end.festival, &append.stream.0), |row| row.get(0))
            .optional()?
            .map_or(0, i64::cast_unsigned);
        Ok((actual != append.expected).then(|| LogError::Conflict {
            stream: append.stream.clone(),
            expected: append.expected,
            actual,
        }))
    }

    fn insert(&mut self, append: &Append, end: &mut Mark) -> Result<(), Halt> {
        for (index, event) in (0..).zip(&append.events) {
            let header = Header {
                festival: &end.festival,
                seq: Seq(end.seq.0 + 1),
                stream: &append.stream.0,
                stream_version: append.expected + 1 + index,
                kind: &event.kind,
                kind_version: event.kind_version,
                at_wall_ms: append.at_wall_ms,
                actor: &append.actor,
                key: append.key.filter(|_| index == 0),
                body_digest: sha256(&event.body),
                previous: end.hash,
            };
            let hash = header.hash();
            self.insert.execute(params![
                header.seq.0.cast_signed(),
                FORMAT,
                header.festival,
                header.stream,
                header.stream_version.cast_signed(),
                header.kind,
                header.kind_version,
                header.at_wall_ms,
                header.actor,
                header.key.map(|key| key.key),
                header.key.map(|key| key.request),
                header.previous,
                hash,
                header.body_digest,
                event.body,
            ])?;
            end.seq = header.seq;
            end.at_wall_ms = append.at_wall_ms;
            end.hash = hash;
        }
        Ok(())
    }

    /// Copies the WAL into the database when `pages` wait there. Here and not in SQLite's
    /// own hook, which hides a failed sync; a sync that fails once must never be repeated.
    pub(super) fn checkpoint(&mut self, pages: u32) -> Result<(), Halt> {
        let waiting: i64 = self.waiting_pages.query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))?;
        if waiting < i64::from(pages) {
            return Ok(());
        }
        match checkpoint(self.connection, "PASSIVE").map_err(Halt::from) {
            // A full disk or a reader in the way: the WAL keeps everything meanwhile.
            Err(Halt::Full) => Ok(()),
            result => result,
        }
    }
}

/// Copies the WAL into the database and syncs both.
pub(super) fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::super::envelope::GENESIS;
    use super::super::{NewEvent, StreamName};
    use super::*;

    fn append(stream: u8, expected: u64, length: usize) -> Append {
        Append {
            stream: StreamName(format!("incident/{stream}")),
            expected,
            at_wall_ms: 0,
            actor: "clock".to_owned(),
            key: None,
            events: vec![NewEvent { kind: "alerted".to_owned(), kind_version: 1, body: vec![b'x'; length] }],
        }
    }

    #[test]
    fn a_batch_that_does_not_fit_leaves_nothing_and_the_next_one_is_taken() {
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch(include_str!("migrations/0001_event.sql")).unwrap();
        let start = Mark { festival: "demo".to_owned(), seq: Seq(0), at_wall_ms: 0, hash: GENESIS };
        let mut pen = Pen::new(&database, start).unwrap();
        let one = |seq| Ok(vec![Ok(Appended { last: Seq(seq) })]);
        assert_eq!(pen.write(&[append(1, 0, 10)]), one(1));
        let pages = |most: u32| {
            database.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(())).unwrap();
        };
        pages(12);
        let end = pen.end().clone();
        let large = [append(1, 1, 10), append(2, 0, 100_000)];
        assert_eq!(pen.write(&large), Err(Halt::Full));
        assert_eq!(pen.end(), &end);
        // The first of the two is not there either, and the same version is free.
        assert_eq!(pen.write(&[append(1, 1, 10)]), one(2));
        pages(1000);
        assert_eq!(pen.write(&[append(2, 0, 100_000)]), one(3));
    }
}
