//! `cargo xtask bench live`: live screens over real HTTP and WebSockets on loopback, few and ten
//! thousand of them. `server/examples/live_load` measures; this prints it beside the goals.

use super::table::{Bound, Row, Spread};
use crate::project::Project;
use crate::{dist, sh};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Options of `bench live`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Phones that are connected at once; 0 leaves the large part out.
    #[arg(long, default_value_t = 10_000)]
    phones: u32,
    /// Messages in each direction of each pair.
    #[arg(long, default_value_t = 30)]
    messages: u32,
    /// Measure this finished `sotto` instead of building one.
    #[arg(long, value_name = "FILE")]
    sotto: Option<PathBuf>,
    /// Folder on the disk that the log is to lie on. Default: the system's temporary folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Found {
    small: Small,
    large: Option<Large>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Small {
    pairs: u32,
    attendee_to_agent: Spread,
    agent_to_attendee: Spread,
    lost: u32,
    seconds: f64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Large {
    phones: u32,
    desks: u32,
    empty: f64,
    per_case: f64,
    per_phone: f64,
    per_desk: f64,
    alerts_per_second: f64,
    desk_filled: Spread,
    tap_to_frame: Spread,
    acknowledged_to_frame: Spread,
    alerts_lost: u32,
    attendee_to_agent: Spread,
    agent_to_attendee: Spread,
    messages_lost: u32,
    says_per_second: f64,
    storm: Storm,
    restart: Storm,
}

#[derive(Debug, Serialize, Deserialize)]
struct Storm {
    up_to_date: Spread,
    tried_again: u32,
    lost: u32,
    server_back_ms: f64,
}

/// Measures, prints, and writes `target/bench/live.json`.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    let sotto = match &args.sotto {
        Some(file) => file.canonicalize().with_context(|| format!("cannot find {}", file.display()))?,
        None => dist::build(project)?.0,
    };
    let load_before = super::load();
    let mut load = project.cargo();
    load.args(["run", "--release", "--quiet", "--package", "server", "--example", "live_load", "--", "--sotto"]);
    load.arg(sotto).args(["--phones", &args.phones.to_string(), "--messages", &args.messages.to_string()]);
    if let Some(data) = &args.data {
        load.arg("--data").arg(data);
    }
    let line = sh::output(&mut load)?;
    let found: Found = serde_json::from_slice(&line).context("live_load wrote something else")?;
    found.print();
    super::keep(project, "live", [load_before, super::load()], &found)
}

impl Found {
    fn print(&self) {
        let Small { pairs, attendee_to_agent, agent_to_attendee, lost, seconds } = &self.small;
        super::table::print(
            &format!("{pairs} pairs that write to each other, {seconds:.0} s, ms"),
            &[
                row("message of the person, at the agent's socket", *attendee_to_agent, GOAL),
                row("message of the agent, at the phone's socket", *agent_to_attendee, GOAL),
            ],
        );
        println!("\nLost: {lost}");
        if let Some(large) = &self.large {
            large.print();
        }
    }
}

/// A message is on the other side's screen within this.
const GOAL: Option<Bound> = Some(Bound::P95(100.0));

fn row(label: &str, spread: Spread, goal: Option<Bound>) -> Row {
    Row { label: label.to_owned(), spread, goal }
}

impl Large {
    fn print(&self) {
        let Large { phones, desks, storm, restart, .. } = self;
        super::table::print(
            &format!("{phones} phones with an open case each, {desks} consoles, ms"),
            &[
                row("tap sent, to the frame at each console", self.tap_to_frame, None),
                row("acknowledged, to the frame at each console", self.acknowledged_to_frame, Some(Bound::P99(50.0))),
                row("message of the person, at the agent's socket", self.attendee_to_agent, GOAL),
                row("message of the agent, at the phone's socket", self.agent_to_attendee, GOAL),
                row("a console opened, until it has every row", self.desk_filled, None),
                row("all phones back at once, until up to date", storm.up_to_date, None),
                row("server killed, until every phone is up to date", restart.up_to_date, None),
            ],
        );
        println!("\n| | measured | goal |\n| --- | --- | --- |");
        let kib = |bytes: f64| bytes / 1_024.0;
        println!("| memory of a phone's socket | {:.1} KiB | 12 KiB |", kib(self.per_phone));
        println!("| memory of a case | {:.1} KiB | |", kib(self.per_case));
        println!("| memory of a console's socket | {:.0} KiB | |", kib(self.per_desk));
        println!("| the server before anybody came | {:.1} MiB | |", kib(kib(self.empty)));
        println!("| alerts a second, scan and tap, while the crowd came | {:.0} | |", self.alerts_per_second);
        println!("| messages a second from {desks} desks | {:.0} | |", self.says_per_second);
        println!("| killed until it answers again | {:.1} s | |", restart.server_back_ms / 1e3);
        println!("| sockets tried again, storm and restart | {} and {} | |", storm.tried_again, restart.tried_again);
        let lost = self.alerts_lost + self.messages_lost + storm.lost + restart.lost;
        println!("| lost: rows at consoles, messages, phones | {lost} | 0 |");
    }
}
