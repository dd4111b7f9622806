//! A relay process, and what the server does with it.

use crate::client::Client;
use server::relay::frame::{Call, Order, Peer, Report};
use server::relay::link::{LinkEvent, Settings, start};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::mpsc;

/// Whatever hangs fails within this.
const PATIENCE: Duration = Duration::from_secs(20);

/// A relay of one test.
pub struct Rig {
    pub orders: mpsc::Sender<Order>,
    pub events: mpsc::Receiver<LinkEvent>,
    peers: u64,
}

/// Where an answer says that the relay is.
pub fn served_at(answer: &str) -> SocketAddr {
    let candidate = answer.lines().find(|line| line.starts_with("a=candidate:")).expect("a candidate");
    let words: Vec<&str> = candidate.split(' ').collect();
    format!("{}:{}", words[4], words[5]).parse().expect("an address")
}

/// The relay processes of this test.
pub fn children() -> Vec<u32> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("proc").flatten();
    let children = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    children.flat_map(|ids| ids.split_whitespace().map(|id| id.parse().expect("an id")).collect::<Vec<_>>()).collect()
}

/// Kills a process of this test as the system would.
pub fn kill(id: u32) {
    assert!(children().contains(&id), "only our own");
    let killed = std::process::Command::new("kill").args(["-9", &id.to_string()]).status();
    assert!(killed.expect("kill runs").success());
}

/// Waits for what must come.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

impl Rig {
    pub async fn new() -> Self {
        Self::on_ports((0, 0)).await
    }

    pub async fn on_ports(ports: (u16, u16)) -> Self {
        let settings = Settings {
            program: Some(env!("CARGO_BIN_EXE_sotto").into()),
            addresses: vec!["127.0.0.1".parse().expect("an address")],
            ports,
        };
        let (orders, events) = start(settings);
        let mut rig = Self { orders, events, peers: 0 };
        assert_eq!(rig.event().await, LinkEvent::Up);
        rig
    }

    pub async fn event(&mut self) -> LinkEvent {
        soon("an event of the relay", self.events.recv()).await.expect("the link lives")
    }

    pub async fn report(&mut self) -> Report {
        match self.event().await {
            LinkEvent::Report(report) => report,
            other => panic!("{other:?} instead of a report"),
        }
    }

    pub async fn order(&self, order: Order) {
        self.orders.send(order).await.expect("the link lives");
    }

    pub fn next_peer(&mut self) -> Peer {
        self.peers += 1;
        Peer(self.peers)
    }

    /// A caller that is connected.
    pub async fn join(&mut self, opus: u8, red: Option<u8>) -> (Peer, Client) {
        let client = Client::new(opus, red).await;
        let (peer, _) = self.connect(&client).await;
        (peer, client)
    }

    /// Connects a caller; the port on which the relay serves it.
    pub async fn connect(&mut self, client: &Client) -> (Peer, SocketAddr) {
        let peer = self.next_peer();
        let offer = soon("an offer", client.offer(false)).await;
        self.order(Order::Connect { peer, offer, reserve: true }).await;
        let sdp = self.answer(peer).await;
        let at = served_at(&sdp);
        client.accept(sdp).await;
        soon("a connection", client.connected()).await;
        assert_eq!(self.report().await, Report::Connected(peer, true));
        (peer, at)
    }

    /// The answer that must be next.
    pub async fn answer(&mut self, peer: Peer) -> String {
        match self.report().await {
            Report::Answer { peer: of, sdp } if of == peer => sdp,
            other => panic!("{other:?} instead of an answer"),
        }
    }

    pub async fn route(&self, speaker: Option<Peer>, ears: &[Peer]) {
        self.order(Order::Route { call: Call(1), speaker, ears: ears.to_vec() }).await;
    }
}
