//! `cargo xtask bench NAME`: the figures of the goals, measured and printed
//! beside what they should be. No test asserts a duration; these never fail
//! over one either, only over a measurement that cannot be believed.

mod certificate;
mod figures;
mod line;
mod page;

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
}

/// Runs one bench.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    match &args.what {
        Bench::Page(args) => page::command(project, args),
    }
}
