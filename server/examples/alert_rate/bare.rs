//! SQLite alone: the same row, the same syncs, so many rows a commit. Nothing is hashed, decided or
//! answered.

use super::{Outcome, desk};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows a second. With `mark`, a page in a second file is written and synced after each commit.
pub fn run(folder: &Path, rows: usize, span: Duration, mark: bool) -> Outcome<f64> {
    std::fs::create_dir_all(folder)?;
    let database = rusqlite::Connection::open(folder.join("bare.db"))?;
    database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")?;
    database.execute_batch(include_str!("../../src/log/migrations/0001_event.sql"))?;
    let mut insert = database.prepare(
        "INSERT INTO event VALUES (NULL, 1, 'baie', ?1, 1, 'alerted', 1, 1790000000000, \
         'phone', ?2, ?2, ?3, ?3, ?3, ?4)",
    )?;
    let mut file = std::fs::File::create(folder.join("mark"))?;
    file.write_all(&[b'\n'; 8_192])?;
    file.sync_all()?;
    let body = desk::body()?;
    let start = Instant::now();
    let mut written = 0;
    while start.elapsed() < span {
        database.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..rows {
            let key = desk::spread(written);
            let stream = format!("incident/{:016x}", u64::from_be_bytes(*key.first_chunk().ok_or("a short key")?));
            insert.execute(rusqlite::params![stream, key, [0u8; 32], body])?;
            written += 1;
        }
        database.execute_batch("COMMIT")?;
        if mark {
            file.seek(SeekFrom::Start(4_096 * (written / rows as u64 % 2)))?;
            file.write_all(&[b'x'; 4_096])?;
            file.sync_data()?;
        }
    }
    Ok(written as f64 / start.elapsed().as_secs_f64())
}
