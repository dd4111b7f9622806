//! The `sotto` binary: one file with everything inside.

use clap::{Parser, Subcommand};
use server::serve::{Options, serve};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "sotto", version, about = "Quiet help for festivals: one silent tap reaches the team.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a festival.
    Serve(Options),
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
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    match Cli::parse().command {
        Command::Serve(options) => {
            let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return failed(&error),
            };
            match runtime.block_on(serve(options)) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&error),
            }
        }
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

fn failed(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("sotto: {why}");
    ExitCode::FAILURE
}
