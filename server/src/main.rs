//! The `sotto` binary: one file with everything inside.

use clap::{Parser, Subcommand};
use server::log::{EventLog, LogError, Seq, SqliteLog};
use server::operate::{self, journal::Format};
use server::serve::{Options, serve};
use server::simulate;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "sotto", version, about = "Quiet help for festivals: one silent tap reaches the team.")]
struct Cli {
    /// How log lines are written to the standard error.
    #[arg(long, global = true, value_enum, default_value_t, env = "SOTTO_LOG_FORMAT")]
    log_format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a festival.
    Serve(Box<Options>),
    /// Pass voices on: started by `serve`, which gives it orders on its standard input.
    Relay,
    /// Walk the log of a stopped server, check every entry, and list them without their content.
    Log {
        /// The server's data folder.
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// The festival's `id`.
        #[arg(long, default_value = "baie")]
        festival: String,
    },
    /// Let invented people use a running server, to watch it at work or to load it: attendees who ask
    /// for help, and the team that answers.
    Simulate(simulate::Options),
    #[command(flatten)]
    Operate(operate::command::Command),
    /// Read a venue archive and say in plain words what is in it, without importing it.
    Venue {
        /// An IMDF archive, zip or folder.
        path: PathBuf,
        /// Language of the report: en or fr.
        #[arg(long, default_value = "en")]
        lang: String,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    operate::journal::begin(cli.log_format);
    match cli.command {
        Command::Serve(options) => {
            let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return failed(&error),
            };
            match runtime.block_on(serve(*options)) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&error),
            }
        }
        Command::Relay => {
            let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return failed(&error),
            };
            let ended = runtime.block_on(server::relay::process::run(tokio::io::stdin(), tokio::io::stdout()));
            // Connections are not waited for: nobody is left to hear of their end.
            runtime.shutdown_background();
            match ended {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&error),
            }
        }
        Command::Log { data, festival } => match list(&data, &festival) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        },
        Command::Simulate(options) => {
            let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return failed(&error),
            };
            match runtime.block_on(simulate::command(options)) {
                Ok(counts) => {
                    println!("{counts}");
                    if counts.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
                }
                Err(error) => failed(&error),
            }
        }
        Command::Operate(command) => match command.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        },
        Command::Venue { path, lang } => match server::venue::import_path(&path) {
            Ok(imported) => {
                for sentence in imported.report.sentences(&lang) {
                    println!("{sentence}");
                }
                ExitCode::SUCCESS
            }
            Err(refused) => failed(&refused.sentence(&lang)),
        },
    }
}

/// One line of JSON an entry: what an outsider may see of it.
fn list(data: &Path, festival: &str) -> Result<(), LogError> {
    let log = SqliteLog::open(&data.join("log"), festival)?;
    log.verify()?;
    let mut after = Seq(0);
    loop {
        let records = log.read(after, 1_000)?;
        let Some(last) = records.last() else { return Ok(()) };
        after = last.seq;
        for record in records {
            let line = serde_json::json!({
                "seq": record.seq.0,
                "stream": record.stream.0,
                "version": record.stream_version,
                "kind": record.kind,
                "actor": record.actor,
                "at_ms": record.at_wall_ms,
            });
            println!("{line}");
        }
    }
}

fn failed(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("sotto: {why}");
    ExitCode::FAILURE
}
