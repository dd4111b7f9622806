//! The only build scripts of Sotto: `cargo xtask COMMAND`.
//!
//! One file per command; `project` knows the folders, `sh` runs programs and
//! `tools` installs what a fresh machine lacks.

mod audit;
mod bench;
mod bundle;
mod dist;
mod licence;
mod project;
mod report;
mod run;
mod sh;
mod site;
mod test;
mod tools;
mod watch;

use clap::{Parser, Subcommand};
use project::Project;

/// Builds, runs and tests Sotto.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build both browser bundles and every other static file.
    Bundle(bundle::Args),
    /// Build everything in development mode and start the demo.
    Run(run::Args),
    /// Like run, but rebuild and restart whenever a source file changes.
    Watch(run::Args),
    /// Check everything: format, lints, tests, bundles, browsers, supply chain.
    Test(test::Args),
    /// Measure a figure of the goals and print it beside its target.
    Bench(bench::Args),
    /// Make dist/sotto: one binary that carries everything it serves.
    Dist,
    /// Check licences, banned crates and sources of all dependencies.
    Audit,
}

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let done = Project::find().and_then(|project| match cli.command {
        Task::Bundle(args) => bundle::command(&project, &args),
        Task::Run(args) => run::command(&project, &args),
        Task::Watch(args) => watch::command(&project, &args),
        Task::Test(args) => test::command(&project, &args),
        Task::Bench(args) => bench::command(&project, &args),
        Task::Dist => dist::command(&project),
        Task::Audit => audit::full(&project),
    });
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
