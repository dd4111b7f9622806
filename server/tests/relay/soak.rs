//! A hundred connections that come and go leave nothing.

use crate::client::Client;
use crate::rig::soon;
use server::relay::frame::{Order, Peer, Report};
use server::relay::pipe::{self, Got};
use server::relay::process;
use std::time::Instant;

const CYCLES: u64 = 100;

/// Resident memory of this process, in bytes.
fn resident() -> i64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").expect("proc");
    let line = rollup.lines().find(|line| line.starts_with("Rss:")).expect("Rss");
    1_024 * line.split_whitespace().nth(1).expect("a number").parse::<i64>().expect("a number")
}

fn sockets() -> usize {
    let open = std::fs::read_dir("/proc/self/fd").expect("proc").flatten();
    open.filter(|fd| std::fs::read_link(fd.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"))).count()
}

/// The relay runs in this process, on a runtime of its own, so that its tasks can be counted.
#[test]
fn a_hundred_connections_leave_nothing() {
    let relay = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let callers =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let (mut orders, taken) = tokio::io::duplex(1 << 16);
    let (told, mut reports) = tokio::io::duplex(1 << 16);
    relay.spawn(process::run(taken, told));
    let metrics = relay.metrics();
    callers.block_on(async {
        let begin = Order::Begin { addresses: vec!["127.0.0.1".parse().expect("an address")], ports: (0, 0) };
        pipe::write(&mut orders, &begin).await.expect("it listens");
        assert_eq!(pipe::read::<Report>(&mut reports).await, Got::Frame(Report::Ready));
        let (tasks, before) = (metrics.num_alive_tasks(), sockets());
        let mut memory = Vec::new();
        let start = Instant::now();
        for cycle in 0..CYCLES {
            let peer = Peer(cycle);
            let client = Client::new(111, None).await;
            pipe::write(&mut orders, &Order::Connect { peer, offer: client.offer(false).await, reserve: true })
                .await
                .expect("it listens");
            let Got::Frame(Report::Answer { sdp, .. }) = soon("an answer", pipe::read(&mut reports)).await else {
                panic!("no answer")
            };
            client.accept(sdp).await;
            assert_eq!(soon("a connection", pipe::read(&mut reports)).await, Got::Frame(Report::Connected(peer, true)));
            client.say(111, b"held, and dropped with the connection").await;
            pipe::write(&mut orders, &Order::Close(peer)).await.expect("it listens");
            client.close().await;
            drop(client);
            let freed = async {
                while metrics.num_alive_tasks() != tasks || sockets() != before {
                    tokio::task::yield_now().await;
                }
            };
            soon("every task and every socket", freed).await;
            memory.push(resident());
        }
        // The first cycles fill pools; the slope is of the second half.
        let half = &memory[memory.len() / 2..];
        let slope = (half[half.len() - 1] - half[0]) / (half.len() as i64 - 1);
        println!("{CYCLES} connections in {:?}: {slope} bytes a connection, of relay and caller", start.elapsed());
        assert!(slope < 32 * 1_024, "{memory:?}");
    });
}
