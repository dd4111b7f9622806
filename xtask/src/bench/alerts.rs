//! `cargo xtask bench alerts`: durable alerts a second and their waits, beside bare SQLite in the
//! same run. `server/examples/alert_rate` measures; this prints it beside the goals.

use super::table::{Bound, Row, Spread, print};
use crate::project::Project;
use crate::{dist, sh};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Options of `bench alerts`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Seconds of each of the measurements.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// Measure this finished `sotto` instead of building one.
    #[arg(long, value_name = "FILE")]
    sotto: Option<PathBuf>,
    /// Folder on the disk that the log is to lie on. Default: the system's temporary folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Found {
    at_once: u32,
    seconds: u32,
    body: u32,
    desk: Vec<Run>,
    http: Vec<Run>,
    bare: f64,
    bare_with_mark: f64,
    ratio: f64,
    ratio_with_mark: f64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Run {
    asked: u32,
    rate: f64,
    wait: Spread,
}

/// An alert waits no longer at 1,000 a second.
const GOAL_AT: u32 = 1_000;
/// How much of what bare SQLite does is to be left.
const RATIO: f64 = 0.8;

/// Measures, prints, and writes `target/bench/alerts.json`.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    let sotto = match &args.sotto {
        Some(file) => file.canonicalize().with_context(|| format!("cannot find {}", file.display()))?,
        None => dist::build(project)?.0,
    };
    let load_before = super::load();
    let mut load = project.cargo();
    load.args(["run", "--release", "--quiet", "--package", "server", "--example", "alert_rate", "--", "--sotto"]);
    load.arg(sotto).args(["--seconds", &args.seconds.to_string()]);
    if let Some(data) = &args.data {
        load.arg("--data").arg(data);
    }
    let line = sh::output(&mut load)?;
    let found: Found = serde_json::from_slice(&line).context("alert_rate wrote something else")?;
    found.print();
    super::keep(project, "alerts", [load_before, super::load()], &found)
}

impl Found {
    fn print(&self) {
        for (title, runs) in [("commands of the process, ms", &self.desk), ("forms over HTTP, ms", &self.http)] {
            let rows: Vec<Row> = runs.iter().map(Run::row).collect();
            print(title, &rows);
        }
        let Found { at_once, body, bare, bare_with_mark, ratio, ratio_with_mark, .. } = self;
        let met = |ratio: f64| if ratio >= RATIO { "" } else { ", **missed**" };
        println!("\n| {at_once} at once, bodies of {body} bytes | rows a second | desk ÷ this | goal |");
        println!("| --- | --- | --- | --- |");
        println!("| SQLite alone, {at_once} rows a commit | {bare:.0} | {ratio:.2} | ≥ {RATIO}{} |", met(*ratio));
        println!("| SQLite and a mark synced after each commit | {bare_with_mark:.0} | {ratio_with_mark:.2} | |");
    }
}

impl Run {
    fn row(&self) -> Row {
        let Run { asked, rate, wait } = self;
        let label = match asked {
            0 => format!("full speed: {rate:.0} a second"),
            asked => format!("{asked} a second (came to {rate:.0})"),
        };
        Row { label, spread: *wait, goal: (*asked == GOAL_AT).then_some(Bound::P99(100.0)) }
    }
}
