//! The operator's commands at the terminal.

use super::{backup, night};
use crate::clock::{Clock, SystemClock};
use std::error::Error;
use std::path::PathBuf;

/// What can be done to a server's data.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a backup of a server that runs, or of one that does not.
    Backup {
        /// The server's data folder.
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// The new file. It is as confidential as the data: keep it encrypted, and apart from the keys.
        #[arg(long)]
        to: PathBuf,
    },
    /// Prove a backup: every byte, the log's chain, and that this version can read it.
    Verify {
        /// The backup.
        file: PathBuf,
    },
    /// Make a data folder of a backup.
    Restore {
        /// The backup.
        file: PathBuf,
        /// The folder: empty, or not there yet.
        #[arg(long)]
        to: PathBuf,
        /// Also a backup older than seven days, which may hold cases that were erased since.
        #[arg(long)]
        even_if_old: bool,
    },
    /// Say that the clock is right, after it has leapt: nothing is erased until then.
    Clock {
        /// The server's data folder.
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// It is.
        #[arg(long)]
        confirm: bool,
    },
}

impl Command {
    /// Does it and says what came of it.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let clock = SystemClock::default();
        let now_ms = clock.now().wall_ms;
        match self {
            Command::Backup { data, to } => {
                let made = backup::write(&data, &to, now_ms)?;
                println!("{} holds {} up to entry {}", to.display(), made.festival, made.last);
                println!("  hash of that entry: {}", made.last_hash);
                println!("  not in it: the server's key. Keep that elsewhere.");
            }
            Command::Verify { file } => said(&backup::verify(&file)?, &file),
            Command::Restore { file, to, even_if_old } => {
                said(&backup::restore(&file, &to, even_if_old, now_ms)?, &file);
                println!("  restored to {}", to.display());
                println!("  start the server with the key folder of before (--keys): without it nobody is known again");
            }
            Command::Clock { data, confirm } => {
                let time = jiff::Timestamp::from_millisecond(now_ms).map(|time| time.to_string()).unwrap_or_default();
                println!("The clock shows {time}.");
                if confirm {
                    night::confirm_clock(&data, &clock)?;
                    println!("The server takes your word for it within a minute, or at its next start.");
                } else {
                    println!("If that is right, say so with --confirm: what is due will be erased.");
                }
            }
        }
        Ok(())
    }
}

fn said(checked: &backup::Checked, file: &std::path::Path) {
    let backup::Checked { manifest, cases, erased } = checked;
    println!("{} is whole: {}, made {}", file.display(), manifest.festival, manifest.made_at);
    println!("  {} entries, {cases} cases, {erased} bodies erased", manifest.last);
    println!("  hash of the last entry: {}", manifest.last_hash);
}
