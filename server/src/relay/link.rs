//! The server's side of the relay: keeps one running, whatever happens to it.
//!
//! Law: after `Down` nothing of before exists. Who wants to go on connects anew after `Up`.

use crate::relay::frame::{Order, Report};
use crate::relay::pipe::{self, Got};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

const BACKOFF_MIN: Duration = Duration::from_millis(100);
const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// A relay that ran this long was well.
const WELL_AFTER: Duration = Duration::from_secs(10);
/// A relay says that it is ready within this, or is started again.
const READY_WITHIN: Duration = Duration::from_secs(10);
/// A relay that does not take an order within this hangs, and is started again.
const TAKEN_WITHIN: Duration = Duration::from_secs(2);
/// Orders and reports that may wait.
const WAITING_MAX: usize = 1_024;

/// How the relay is run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The `sotto` binary; none: the one that is running.
    pub program: Option<PathBuf>,
    /// Addresses on which browsers reach it.
    pub addresses: Vec<IpAddr>,
    /// First and last UDP port; 0, 0 lets the system choose.
    pub ports: (u16, u16),
}

/// What the relay says, and how it is.
#[derive(Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// It listens.
    Up,
    /// It is gone with everything it held, and is being started again.
    Down,
    /// It reports.
    Report(Report),
}

/// Starts a relay and keeps one running until the orders' sender is dropped. Orders given while
/// none runs are dropped; `Begin` is sent from here.
#[must_use]
pub fn start(settings: Settings) -> (mpsc::Sender<Order>, mpsc::Receiver<LinkEvent>) {
    let (orders, taken) = mpsc::channel(WAITING_MAX);
    let (events, told) = mpsc::channel(WAITING_MAX);
    tokio::spawn(keep(settings, taken, events));
    (orders, told)
}

/// Why a run is over.
enum Over {
    /// The relay ended, or broke its pipe.
    Relay,
    /// Nobody gives orders any more.
    Server,
}

async fn keep(settings: Settings, mut orders: mpsc::Receiver<Order>, events: mpsc::Sender<LinkEvent>) {
    let mut backoff = BACKOFF_MIN;
    loop {
        let begun = Instant::now();
        match spawn(&settings) {
            Ok(child) => {
                if matches!(run(child, &settings, &mut orders, &events).await, Over::Server) {
                    return;
                }
            }
            Err(error) => tracing::error!(%error, "the voice relay cannot be started"),
        }
        if begun.elapsed() >= WELL_AFTER {
            backoff = BACKOFF_MIN;
        }
        tokio::time::sleep(backoff).await;
        backoff = (backoff * 2).min(BACKOFF_MAX);
        if orders.is_closed() {
            return;
        }
    }
}

fn spawn(settings: &Settings) -> std::io::Result<Child> {
    let program = settings.program.clone().map_or_else(std::env::current_exe, Ok)?;
    let mut command = Command::new(program);
    // Nothing of the server's environment is its business, nor is a Ctrl-C meant for the server.
    command.args(crate::operate::journal::arguments()).arg("relay").env_clear().process_group(0).kill_on_drop(true);
    if let Some(filter) = std::env::var_os("RUST_LOG") {
        command.env("RUST_LOG", filter);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

async fn run(
    mut child: Child,
    settings: &Settings,
    orders: &mut mpsc::Receiver<Order>,
    events: &mpsc::Sender<LinkEvent>,
) -> Over {
    let (Some(mut stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else { return Over::Relay };
    let begin = Order::Begin { addresses: settings.addresses.clone(), ports: settings.ports };
    let ready = async {
        pipe::write(&mut stdin, &begin).await.ok()?;
        matches!(pipe::read::<Report>(&mut stdout).await, Got::Frame(Report::Ready)).then_some(())
    };
    if !matches!(tokio::time::timeout(READY_WITHIN, ready).await, Ok(Some(()))) {
        tracing::warn!("the voice relay did not start");
        return Over::Relay;
    }
    // These were meant for a relay that is gone.
    while orders.try_recv().is_ok() {}
    if events.send(LinkEvent::Up).await.is_err() {
        return Over::Server;
    }
    // Reading is a task of its own: a frame half read must not be lost to an order.
    let reading = tokio::spawn({
        let events = events.clone();
        async move {
            loop {
                match pipe::read::<Report>(&mut stdout).await {
                    Got::Frame(report) => {
                        if events.send(LinkEvent::Report(report)).await.is_err() {
                            return;
                        }
                    }
                    Got::Garbage => tracing::warn!("a report of the voice relay was not understood"),
                    Got::End => return,
                }
            }
        }
    });
    let mut reading = AbortOnDrop(reading);
    loop {
        tokio::select! {
            order = orders.recv() => {
                let Some(order) = order else { return Over::Server };
                let written = tokio::time::timeout(TAKEN_WITHIN, pipe::write(&mut stdin, &order)).await;
                if !matches!(written, Ok(Ok(()))) {
                    break;
                }
            }
            _ = &mut reading.0 => break,
        }
    }
    drop(stdin);
    let _ = child.start_kill();
    // Everything it said comes before Down.
    if !reading.0.is_finished() {
        let _ = (&mut reading.0).await;
    }
    let _ = child.wait().await;
    tracing::warn!("the voice relay stopped; starting it again");
    if events.send(LinkEvent::Down).await.is_err() { Over::Server } else { Over::Relay }
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
