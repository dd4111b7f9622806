//! `cargo xtask bench voice`: a call between two real browsers over the relay, on loopback. What
//! is said and heard is decoded in the browsers; this prints it beside the goals.

use crate::project::Project;
use crate::{dist, sh, tools};
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Options of `bench voice`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Presses after each short gap; a quarter of it after the gap of 30 s.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(4..=500))]
    samples: u32,
    /// Presses in which the first and the last syllable are looked for.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=5000))]
    words: u32,
    /// Measure this finished `sotto` instead of building one.
    #[arg(long, value_name = "FILE")]
    sotto: Option<PathBuf>,
    /// Give server and browsers a processor before all other work of this machine.
    #[arg(long)]
    right_of_way: bool,
}

/// Milliseconds, by nearest rank.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Figure {
    n: u32,
    p50: f64,
    p95: f64,
    max: f64,
}

/// What the browsers found.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    browser: String,
    /// By its name in the table.
    delays: BTreeMap<String, Figure>,
    words: Words,
    /// Taps of *Talk* after which the button was held and nobody heard it.
    talk_unheard: u32,
    jitter_buffer: JitterBuffer,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    n: u32,
    /// Words of which the first 20 ms were not heard, and so on.
    first_lost: u32,
    first_lost_ms_max: u32,
    last_cut: u32,
    last_cut_ms_max: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct JitterBuffer {
    buffer_ms: f64,
    target_ms: f64,
    concealed: f64,
    total: f64,
}

/// The rows in the order they are printed, each with its goal for the 95th percentile.
const ROWS: [(&str, &str, Option<f64>); 10] = [
    ("grant", "press to grant, by key", Some(30.0)),
    ("grantTouch", "press to grant shown, by finger", None),
    ("audio300", "press to first audio, after 0.3 s", Some(120.0)),
    ("audio1400", "press to first audio, after 1.4 s", Some(120.0)),
    ("audio4000", "press to first audio, after 4 s", Some(120.0)),
    ("audio30000", "press to first audio, after 30 s", Some(120.0)),
    ("mouthToEar", "mouth to ear", Some(80.0)),
    ("talk", "tap *Talk* to first audio", Some(140.0)),
    ("direct", "mouth to ear, two ends in one page, no relay", None),
    ("rig", "the rig's own share of both", None),
];

/// What a connection costs the relay, by callers without a browser (`server/examples/voice_load.rs`).
#[derive(Debug, Serialize, Deserialize)]
struct Cost {
    connections: u32,
    talking_calls: u32,
    relay_empty_kb: f64,
    relay_kb_per_connection: f64,
    relay_talking_kb_per_connection: f64,
    relay_idle_cpu_ms_per_s_per_connection: f64,
    relay_cpu_ms_per_s_per_talking_call: f64,
    generator_cpu_ms_per_s: f64,
    mouth_to_ear_us_p50: f64,
    mouth_to_ear_us_p99: f64,
}

fn cost(project: &Project, sotto: &Path) -> Result<Cost> {
    let mut load = project.cargo();
    load.args(["run", "--release", "--quiet", "--package", "server", "--example", "voice_load", "--", "--sotto"]);
    let line = sh::output(load.arg(sotto))?;
    serde_json::from_slice(&line).context("voice_load wrote something else")
}

/// Measures, prints, and writes `target/bench/voice.json`.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    let folder = project.root.join("end2end");
    tools::npm(&folder)?;
    let chromium = tools::chromium()?;
    if args.right_of_way {
        ensure!(sh::which("chrt").is_some(), "chrt is missing: run `apt-get install util-linux`");
    }
    let sotto = match &args.sotto {
        Some(file) => file.canonicalize().with_context(|| format!("cannot find {}", file.display()))?,
        None => dist::build(project)?.0,
    };
    let results = project.target.join("bench");
    std::fs::create_dir_all(&results)?;
    let out = results.join("voice-browsers.json");
    std::fs::remove_file(&out).ok();
    let load_before = super::load();
    let mut browsers = if args.right_of_way { Command::new("chrt") } else { Command::new("env") };
    if args.right_of_way {
        browsers.args(["--rr", "1"]);
    }
    browsers
        .arg(folder.join("node_modules/.bin/playwright"))
        .args(["test", "--config", "bench.config.ts"])
        .current_dir(&folder)
        .env("SOTTO_BIN", &sotto)
        .env("SOTTO_CHROMIUM", chromium)
        .env("SOTTO_BENCH_OUT", &out)
        .env("SOTTO_BENCH_SAMPLES", args.samples.to_string())
        .env("SOTTO_BENCH_WORDS", args.words.to_string());
    sh::run(&mut browsers)?;
    let cost = cost(project, &sotto)?;
    let found: Found = serde_json::from_slice(&std::fs::read(&out)?).context("the browsers wrote something else")?;
    let load = [load_before, super::load()];
    found.print();
    cost.print();
    println!("\nLoad {} before, {} after, Chromium {}", load[0], load[1], found.browser);
    let file = results.join("voice.json");
    let cores = std::thread::available_parallelism()?.get();
    let kept = serde_json::json!({
        "cores": cores, "load": load, "rightOfWay": args.right_of_way, "browsers": found, "cost": cost,
    });
    std::fs::write(&file, serde_json::to_vec_pretty(&kept)?)?;
    println!("{}", file.display());
    Ok(())
}

impl Found {
    fn print(&self) {
        println!("\n| ms | n | median | p95 | max | goal p95 |\n| --- | --- | --- | --- | --- | --- |");
        for (name, row, goal) in ROWS {
            let Some(figure) = self.delays.get(name) else { continue };
            let goal = goal.map_or(String::new(), |goal| format!("{goal:.0}"));
            let Figure { n, p50, p95, max } = figure;
            println!("| {row} | {n} | {p50:.0} | {p95:.0} | {max:.0} | {goal} |");
        }
        let Words { n, first_lost, first_lost_ms_max, last_cut, last_cut_ms_max } = self.words;
        println!("\nFirst syllable shortened in {first_lost} of {n} presses, by {first_lost_ms_max} ms at most");
        println!("Last word cut in {last_cut} of {n} presses, by {last_cut_ms_max} ms at most");
        println!("Held at once after *Talk* and not heard: {}", self.talk_unheard);
        let JitterBuffer { buffer_ms, target_ms, concealed, total } = self.jitter_buffer;
        let share = 100.0 * concealed / total.max(1.0);
        println!("Jitter buffer {buffer_ms:.0} ms, target {target_ms:.0} ms; {share:.1} % of the sound concealed");
    }
}

impl Cost {
    fn print(&self) {
        println!("\n| {} connections, {} calls that talk | measured | goal |", self.connections, self.talking_calls);
        println!("| --- | --- | --- |");
        println!("| memory of a connection that waits | {:.0} KB | 400 KB |", self.relay_kb_per_connection);
        println!("| memory of a connection, some talking | {:.0} KB | 400 KB |", self.relay_talking_kb_per_connection);
        println!("| the relay alone | {:.0} KB | |", self.relay_empty_kb);
        println!(
            "| processor, a connection that waits | {:.2} ms a second | |",
            self.relay_idle_cpu_ms_per_s_per_connection
        );
        println!("| processor, a call that talks | {:.2} ms a second | |", self.relay_cpu_ms_per_s_per_talking_call);
        let [p50, p99] = [self.mouth_to_ear_us_p50, self.mouth_to_ear_us_p99].map(|us| us / 1_000.0);
        println!("| in and out again, median and p99 | {p50:.2} and {p99:.2} ms | |");
        println!("| the generator's own processor time | {:.0} ms a second | |", self.generator_cpu_ms_per_s);
    }
}
