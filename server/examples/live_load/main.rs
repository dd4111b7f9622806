//! Live screens under load, over real HTTP and WebSockets on loopback, against a `sotto serve`
//! that this starts and stops: delays of messages, memory of a connection, a reconnect storm.
//!
//! `cargo run --release --example live_load -- --sotto target/release/sotto` prints one line of JSON.

mod crowd;
mod house;
mod large;
mod small;
mod spread;

use clap::Parser;
use std::path::PathBuf;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
struct Cli {
    /// The `sotto` binary.
    #[arg(long)]
    sotto: PathBuf,
    /// Folder of the log's disk; a new folder is made in it. Default: the system's temporary one.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Pairs of a phone and an agent that write to each other.
    #[arg(long, default_value_t = 20)]
    pairs: usize,
    /// Messages in each direction of each pair.
    #[arg(long, default_value_t = 30)]
    messages: usize,
    /// Phones that are connected at once, each with an open case; 0 leaves the large part out.
    #[arg(long, default_value_t = 10_000)]
    phones: usize,
    /// Console sockets beside them.
    #[arg(long, default_value_t = 50)]
    desks: usize,
    /// Alerts that come while all are connected, ten a second.
    #[arg(long, default_value_t = 200)]
    alerts: usize,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let cli = Cli::parse();
    let handles = rlimit::increase_nofile_limit(u64::MAX)?;
    let needed = (cli.phones + cli.desks + 512) as u64;
    if handles < needed {
        return Err(format!("{handles} file handles are allowed, {needed} are needed: raise `ulimit -Hn`").into());
    }
    let folder = tempfile::tempdir_in(cli.data.clone().unwrap_or_else(std::env::temp_dir))?;
    let small = small::run(&cli, &folder.path().join("small")).await?;
    let large = match cli.phones {
        0 => None,
        _ => Some(large::run(&cli, &folder.path().join("large")).await?),
    };
    println!("{}", serde_json::json!({ "small": small, "large": large }));
    Ok(())
}
