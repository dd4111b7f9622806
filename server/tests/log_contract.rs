//! The contract of the event log, run on SQLite.

// clippy.toml allows it in tests, but sees only functions marked as one.
#![allow(clippy::unwrap_used)]

mod contract;

use contract::{Store, contract};
use server::log::{LogError, SqliteLog};
use tempfile::TempDir;

struct Sqlite(TempDir);

impl Store for Sqlite {
    type Log = SqliteLog;

    fn fresh() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> Result<SqliteLog, LogError> {
        SqliteLog::open(self.0.path(), "demo")
    }

    fn tamper(&self, sql: &str) {
        let database = rusqlite::Connection::open(self.0.path().join("log.db")).unwrap();
        database
            .execute_batch(
                "DROP TRIGGER IF EXISTS event_is_kept;
                 DROP TRIGGER IF EXISTS event_changes_only_by_erasure;",
            )
            .unwrap();
        database.execute_batch(sql).unwrap();
    }
}

contract!(Sqlite);
