//! What a voice connection costs the relay: memory of one that waits, processor time of one that
//! talks. Callers without a browser, on the same media stack, in this process; the relay in its own.
//!
//! `cargo run --release --example voice_load -- --sotto target/release/sotto` prints one line of JSON.

#[allow(dead_code)]
#[path = "../tests/relay/client.rs"]
mod client;

use clap::Parser;
use client::Client;
use server::relay::frame::{Call, Order, Peer, Report};
use server::relay::pipe::{self, Got};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::{ChildStdin, ChildStdout, Command};

#[derive(Parser)]
struct Cli {
    /// The `sotto` binary.
    #[arg(long)]
    sotto: PathBuf,
    /// Connections that are made.
    #[arg(long, default_value_t = 200)]
    connections: usize,
    /// Calls that talk, of two connections each: one speaks, one hears.
    #[arg(long, default_value_t = 40)]
    talking: usize,
    /// Seconds of silence, and of talk, that are measured.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// Bytes of a frame of 20 ms at 28 kbit/s.
const FRAME: usize = 70;

#[tokio::main]
async fn main() {
    let cli = Cli::parse();
    assert!(2 * cli.talking <= cli.connections, "a call needs two connections");
    let mut relay = Command::new(&cli.sotto)
        .arg("relay")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the relay starts");
    let pid = relay.id().expect("it runs");
    let mut orders = relay.stdin.take().expect("a pipe");
    let mut reports = relay.stdout.take().expect("a pipe");
    let begin = Order::Begin { addresses: vec!["127.0.0.1".parse().expect("an address")], ports: (0, 0) };
    pipe::write(&mut orders, &begin).await.expect("it listens");
    assert_eq!(pipe::read::<Report>(&mut reports).await, Got::Frame(Report::Ready));

    let empty = resident(pid);
    let begun = Instant::now();
    let mut clients = Vec::new();
    for peer in 0..cli.connections {
        clients.push(Arc::new(connect(peer as u64, &mut orders, &mut reports).await));
    }
    let connect_ms = begun.elapsed().as_secs_f64() * 1_000.0 / cli.connections as f64;
    let span = Duration::from_secs(cli.seconds);
    let idle = measured(pid, span).await;
    let waiting = resident(pid);

    for call in 0..cli.talking as u64 {
        let (speaker, ears) = (Some(Peer(2 * call)), vec![Peer(2 * call + 1)]);
        pipe::write(&mut orders, &Order::Route { call: Call(call), speaker, ears }).await.expect("it listens");
    }
    let talking: Vec<_> = (0..cli.talking)
        .map(|call| tokio::spawn(talk(clients[2 * call].clone(), clients[2 * call + 1].clone(), span)))
        .collect();
    let own_before = cpu_ms(std::process::id());
    let busy = measured(pid, span).await;
    let own = (cpu_ms(std::process::id()) - own_before) / span.as_secs_f64();
    let (mut said, mut heard, mut delays) = (0, 0, Vec::new());
    for call in talking {
        let one = call.await.expect("no panic");
        said += one.0;
        heard += one.1;
        delays.extend(one.2);
    }
    delays.sort_unstable();
    let delay = |share: usize| delays.get(delays.len() * share / 100).copied().unwrap_or_default();
    let calls = cli.talking.max(1) as f64;
    let line = serde_json::json!({
        "connections": cli.connections,
        "talking_calls": cli.talking,
        "relay_empty_kb": empty / 1_024,
        "relay_kb_per_connection": (waiting - empty) as f64 / 1_024.0 / cli.connections as f64,
        "relay_talking_kb_per_connection": (resident(pid) - empty) as f64 / 1_024.0 / cli.connections as f64,
        "connect_ms": connect_ms,
        "relay_idle_cpu_ms_per_s_per_connection": idle / cli.connections as f64,
        "relay_cpu_ms_per_s_per_talking_call": (busy - idle) / calls,
        "generator_cpu_ms_per_s": own,
        "packets_said": said,
        "packets_heard": heard,
        "mouth_to_ear_us_p50": delay(50),
        "mouth_to_ear_us_p99": delay(99),
    });
    println!("{line}");
}

async fn connect(peer: u64, orders: &mut ChildStdin, reports: &mut ChildStdout) -> Client {
    let client = Client::new(111, None).await;
    let peer = Peer(peer);
    let offer = client.offer(false).await;
    pipe::write(orders, &Order::Connect { peer, offer, reserve: true }).await.expect("it listens");
    let Got::Frame(Report::Answer { sdp, .. }) = pipe::read(reports).await else { panic!("no answer") };
    client.accept(sdp).await;
    assert_eq!(pipe::read(reports).await, Got::Frame(Report::Connected(peer, true)));
    client
}

/// Talks in real time; how much was said, how much was heard, and after how many microseconds.
async fn talk(mouth: Arc<Client>, ear: Arc<Client>, span: Duration) -> (u64, u64, Vec<u64>) {
    let begun = Instant::now();
    let hearing = tokio::spawn(async move {
        let mut delays = Vec::new();
        while let Ok(heard) = tokio::time::timeout(Duration::from_secs(2), ear.hear()).await {
            if let Some(said) = heard.payload.first_chunk::<8>() {
                delays.push((begun.elapsed().as_micros() as u64).saturating_sub(u64::from_be_bytes(*said)));
            }
        }
        delays
    });
    let mut frames = tokio::time::interval(Duration::from_millis(20));
    let mut said = 0;
    while begun.elapsed() < span {
        frames.tick().await;
        let mut frame = [9; FRAME];
        frame[..8].copy_from_slice(&(begun.elapsed().as_micros() as u64).to_be_bytes());
        mouth.say(111, &frame).await;
        said += 1;
    }
    let delays = hearing.await.expect("no panic");
    (said, delays.len() as u64, delays)
}

/// Processor time of a process over a while, in milliseconds a second.
async fn measured(pid: u32, span: Duration) -> f64 {
    let before = cpu_ms(pid);
    tokio::time::sleep(span).await;
    (cpu_ms(pid) - before) / span.as_secs_f64()
}

/// Processor time so far, in milliseconds; the kernel counts hundredths of a second.
fn cpu_ms(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    // After the name, which may hold anything: state is 3, utime 14, stime 15.
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a line").split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) * 10.0
}

/// Resident memory, in bytes.
fn resident(pid: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).expect("it runs");
    let line = rollup.lines().find(|line| line.starts_with("Rss:")).expect("Rss");
    1_024 * line.split_whitespace().nth(1).expect("a number").parse::<u64>().expect("a number")
}
