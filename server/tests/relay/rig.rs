//! A relay process, and what the server does with it.

use crate::client::Client;
use server::relay::frame::{Call, Order, Peer, Report};
use server::relay::link::{LinkEvent, Settings, start};
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
        let peer = self.next_peer();
        let offer = soon("an offer", client.offer(false)).await;
        self.order(Order::Connect { peer, offer }).await;
        match self.report().await {
            Report::Answer { peer: of, sdp } if of == peer => client.accept(sdp).await,
            other => panic!("{other:?} instead of an answer"),
        }
        soon("a connection", client.connected()).await;
        assert_eq!(self.report().await, Report::Connected(peer, true));
        (peer, client)
    }

    pub async fn route(&self, speaker: Option<Peer>, ears: &[Peer]) {
        self.order(Order::Route { call: Call(1), speaker, ears: ears.to_vec() }).await;
    }
}
