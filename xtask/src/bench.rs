//! `cargo xtask bench NAME`: the figures of the goals, measured and printed
//! beside what they should be. No test asserts a duration; these never fail
//! over one either, only over a measurement that cannot be believed.

mod certificate;
mod figures;
mod line;
mod page;
mod voice;

use crate::project::Project;
use anyhow::Result;

/// Options of `bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Bench,
}

#[derive(clap::Subcommand)]
enum Bench {
    /// A phone's first visit and its tap, in Chromium over slow lines. Root on Linux.
    Page(page::Args),
    /// A call between two browsers: delays, first and last syllables, the cost of a connection.
    Voice(voice::Args),
}

/// Runs one bench.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    match &args.what {
        Bench::Page(args) => page::command(project, args),
        Bench::Voice(args) => voice::command(project, args),
    }
}

/// The machine's load of the last minute, as the kernel says it.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}
