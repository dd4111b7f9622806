//! How many alerts a second become durable, and how long each waits, beside bare SQLite that
//! commits the same rows in groups, on the same disk, in turn.
//!
//! `cargo run --release --example alert_rate -- --sotto target/release/sotto` prints one line of JSON.

mod bare;
mod desk;
#[allow(dead_code)]
#[path = "../live_load/house.rs"]
mod house;
mod network;
mod open_loop;
#[path = "../live_load/spread.rs"]
mod spread;

use clap::Parser;
use serde::Serialize;
use spread::Spread;
use std::path::PathBuf;
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
struct Cli {
    /// The `sotto` binary.
    #[arg(long)]
    sotto: PathBuf,
    /// Folder of the log's disk; a new folder is made in it. Default: the system's temporary one.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Turns that the desk and bare SQLite take at full speed; the middle one counts.
    #[arg(long, default_value_t = 3)]
    turns: usize,
    /// Alerts in flight at full speed, and rows in each commit of bare SQLite.
    #[arg(long, default_value_t = 256)]
    at_once: usize,
}

/// One measurement.
#[derive(Debug, Serialize)]
struct Run {
    /// Alerts a second that came; 0: as many as went.
    asked: u32,
    /// Alerts a second that became durable.
    rate: f64,
    /// From when an alert came until it was known to be on disk.
    wait: Spread,
}

#[derive(Serialize)]
struct Found {
    at_once: usize,
    seconds: u64,
    /// Bytes of one row's body: an alert with a place.
    body: usize,
    /// Desk, log, mark: commands within the process.
    desk: Vec<Run>,
    /// Forms over HTTP/1.1 on loopback, against a server in a process of its own.
    http: Vec<Run>,
    /// Bare SQLite, rows a second: one connection, `at_once` rows a commit.
    bare: f64,
    /// The same, and after each commit a page written and synced in a second file, as the
    /// high-water mark is.
    bare_with_mark: f64,
    /// Desk at full speed beside bare SQLite.
    ratio: f64,
    ratio_with_mark: f64,
}

/// The rates that are asked for; 0 is full speed.
const RATES: [u32; 2] = [100, 1_000];

#[tokio::main]
async fn main() -> Outcome<()> {
    let cli = Cli::parse();
    let folder = tempfile::tempdir_in(cli.data.clone().unwrap_or_else(std::env::temp_dir))?;
    let span = Duration::from_secs(cli.seconds);
    let (mut desk, mut http) = (Vec::new(), Vec::new());
    for rate in RATES {
        desk.push(desk::run(&folder.path().join(format!("desk{rate}")), rate, cli.at_once, span).await?);
    }
    // In turn, so that whatever else the machine does meets all three alike.
    let (mut fast, mut bare, mut marked) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..cli.turns.max(1) {
        let at = |name: &str| folder.path().join(format!("{name}{turn}"));
        fast.push(desk::run(&at("full"), 0, cli.at_once, span).await?);
        bare.push(bare::run(&at("bare"), cli.at_once, span, false)?);
        marked.push(bare::run(&at("marked"), cli.at_once, span, true)?);
    }
    fast.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let full = fast.swap_remove(fast.len() / 2);
    let (bare, bare_with_mark) = (middle(bare), middle(marked));
    let (ratio, ratio_with_mark) = (full.rate / bare, full.rate / bare_with_mark);
    desk.push(full);
    for rate in RATES.into_iter().chain([0]) {
        http.push(network::run(&cli.sotto, &folder.path().join(format!("http{rate}")), rate, span).await?);
    }
    let body = desk::body()?.len();
    let found = Found {
        at_once: cli.at_once,
        seconds: cli.seconds,
        body,
        desk,
        http,
        bare,
        bare_with_mark,
        ratio,
        ratio_with_mark,
    };
    println!("{}", serde_json::to_string(&found)?);
    Ok(())
}

fn middle(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}
