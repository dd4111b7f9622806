//! `cargo xtask bench NAME`: the figures of the goals, measured and printed
//! beside what they should be. No test asserts a duration; these never fail
//! over one either, only over a measurement that cannot be believed.

mod alerts;
mod certificate;
mod figures;
mod line;
mod live;
mod page;
mod table;
mod voice;

use crate::project::Project;
use anyhow::Result;
use serde::Serialize;

/// Options of `bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Bench,
}

#[derive(clap::Subcommand)]
enum Bench {
    /// Durable alerts a second and their waits, beside bare SQLite.
    Alerts(alerts::Args),
    /// Messages between few and many screens, ten thousand connected phones, all of them coming back.
    Live(live::Args),
    /// A phone's first visit and its tap, in Chromium over slow lines. Root on Linux.
    Page(page::Args),
    /// A call between two browsers: delays, first and last syllables, the cost of a connection.
    Voice(voice::Args),
}

/// Runs one bench.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    match &args.what {
        Bench::Alerts(args) => alerts::command(project, args),
        Bench::Live(args) => live::command(project, args),
        Bench::Page(args) => page::command(project, args),
        Bench::Voice(args) => voice::command(project, args),
    }
}

/// The machine's load of the last minute, as the kernel says it.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// Writes what was found to `target/bench/NAME.json`, with what else the machine had to do.
fn keep(project: &Project, name: &str, load: [String; 2], found: &impl Serialize) -> Result<()> {
    let results = project.target.join("bench");
    std::fs::create_dir_all(&results)?;
    let cores = std::thread::available_parallelism()?.get();
    println!("\nLoad {} before, {} after, {cores} cores", load[0], load[1]);
    let file = results.join(format!("{name}.json"));
    let kept = serde_json::json!({ "cores": cores, "load": load, "found": found });
    std::fs::write(&file, serde_json::to_vec_pretty(&kept)?)?;
    println!("{}", file.display());
    Ok(())
}
