//! How many events a second the log makes durable, beside bare SQLite with the same
//! row, the same syncs and the same number of rows a commit, on the same disk.
//!
//! `cargo run -p server --example log_rate [FOLDER]`

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use server::log::{Append, EventLog, KeyHash, NewEvent, SqliteLog, StreamName};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How long each row of the table is measured.
const SPAN: Duration = Duration::from_secs(2);
const BODY: [u8; 300] = [b'x'; 300];

fn main() -> Outcome<()> {
    let folder = std::env::args_os().nth(1);
    let folder = tempfile::tempdir_in(folder.unwrap_or_else(|| std::env::temp_dir().into()))?;
    println!("at once   log/s   SQLite/s   ratio   slowest 1 % of the log (ms)");
    for writers in [1, 16, 256] {
        let (rate, slow) = log(&folder.path().join(format!("log{writers}")), writers)?;
        let bare = bare(&folder.path().join(format!("bare{writers}.db")), writers)?;
        let ratio = rate / bare;
        println!("{writers:7} {rate:7.0} {bare:10.0} {ratio:7.2} {slow:9.1}");
    }
    Ok(())
}

/// Events a second of so many writers that each wait for their answer, and the time that
/// 99 of 100 answers stay below, in milliseconds.
fn log(folder: &Path, writers: usize) -> Outcome<(f64, f64)> {
    let log = Arc::new(SqliteLog::open(folder, "demo")?);
    let runtime = tokio::runtime::Runtime::new()?;
    let start = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|writer| {
            let log = log.clone();
            runtime.spawn(async move {
                let mut waits = Vec::new();
                while start.elapsed() < SPAN {
                    let sent = Instant::now();
                    log.append(alert(writer, waits.len())).await?;
                    waits.push(sent.elapsed());
                }
                Outcome::Ok(waits)
            })
        })
        .collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(runtime.block_on(task)??);
    }
    let rate = waits.len() as f64 / start.elapsed().as_secs_f64();
    waits.sort_unstable();
    let slow = waits[waits.len() * 99 / 100].as_secs_f64() * 1000.0;
    Ok((rate, slow))
}

/// An alert is the first event of its stream and has a key.
fn alert(writer: usize, number: usize) -> Append {
    let id = (writer << 32 | number) as u128;
    Append {
        stream: StreamName(format!("incident/{id}")),
        expected: 0,
        at_wall_ms: 1_790_000_000_000,
        actor: "phone/5".to_owned(),
        key: Some(KeyHash {
            key: id.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes(),
            request: id.to_be_bytes(),
        }),
        events: vec![NewEvent { kind: "alerted".to_owned(), kind_version: 1, body: BODY.to_vec() }],
    }
}

fn bare(path: &Path, rows: usize) -> Outcome<f64> {
    let database = rusqlite::Connection::open(path)?;
    database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")?;
    database.execute_batch(include_str!("../src/log/migrations/0001_event.sql"))?;
    let mut insert = database.prepare(
        "INSERT INTO event VALUES (NULL, 1, 'demo', ?1, 1, 'alerted', 1, 1790000000000, \
         'phone/5', ?2, ?2, ?3, ?3, ?3, ?4)",
    )?;
    let start = Instant::now();
    let mut written = 0;
    while start.elapsed() < SPAN {
        database.execute_batch("BEGIN IMMEDIATE")?;
        for writer in 0..rows {
            let alert = alert(writer, written);
            let key = alert.key.map(|key| key.key);
            insert.execute(rusqlite::params![alert.stream.0, key, [0u8; 32], BODY])?;
        }
        database.execute_batch("COMMIT")?;
        written += rows;
    }
    Ok(written as f64 / start.elapsed().as_secs_f64())
}
