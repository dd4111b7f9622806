//! `sotto relay`: takes orders on one pipe, reports on the other, ends when the orders end.
//!
//! Law: no address and no description is ever logged.

use crate::relay::connection::{Shared, Wish, live};
use crate::relay::frame::{Order, Peer, Report};
use crate::relay::pipe::{self, Got};
use crate::relay::ports::{Ports, RESERVE};
use crate::relay::switch::Switch;
use rtc::crypto::{SignatureScheme, default_provider};
use rtc::peer_connection::certificate::CertificateParams;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use webrtc::peer_connection::RTCCertificate;

/// Most connections at a time; each holds one socket per address.
const PEERS_MAX: usize = 4_000;
/// Wishes of one connection that may wait; the server sends one and then awaits the report.
const WISHES_MAX: usize = 8;

/// Why the relay did not start.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// No certificate could be made.
    #[error("the relay has no certificate: {0}")]
    Certificate(String),
}

/// Runs until the orders end.
///
/// # Errors
/// [`RelayError`] before anything is listened to.
pub async fn run(
    mut orders: impl AsyncRead + Unpin,
    reports: impl AsyncWrite + Unpin + Send + 'static,
) -> Result<(), RelayError> {
    let certificate = certificate()?;
    let (report, outgoing) = mpsc::unbounded_channel();
    let mut writing = tokio::spawn(send(reports, outgoing));
    let mut relay: Option<Relay> = None;
    loop {
        let order = tokio::select! {
            order = pipe::read::<Order>(&mut orders) => order,
            // Nobody reads what we report: the server is gone.
            _ = &mut writing => return Ok(()),
        };
        match (order, &mut relay) {
            (Got::End, _) => return Ok(()),
            (Got::Garbage, _) => tracing::warn!("relay: an order was not understood"),
            (Got::Frame(Order::Begin { addresses, ports }), None) => {
                relay = Some(Relay::new(certificate.clone(), addresses, ports, report.clone()));
                let _ = report.send(Report::Ready);
            }
            (Got::Frame(Order::Connect { peer, .. } | Order::Restart { peer, .. }), None) => {
                let _ = report.send(Report::Refused { peer, code: "relay_full".into() });
            }
            (Got::Frame(_), None) => {}
            (Got::Frame(order), Some(relay)) => relay.take(order),
        }
    }
}

/// A certificate of this process alone: it is never written anywhere.
fn certificate() -> Result<RTCCertificate, RelayError> {
    let wrong = |error: &dyn std::fmt::Display| RelayError::Certificate(error.to_string());
    let provider = default_provider().map_err(|error| wrong(&error))?;
    let parameters = CertificateParams::new(Vec::<String>::new()).map_err(|error| wrong(&error))?;
    RTCCertificate::generate(provider.crypto(), SignatureScheme::EcdsaP256Sha256, parameters)
        .map_err(|error| wrong(&error))
}

async fn send(mut reports: impl AsyncWrite + Unpin, mut outgoing: mpsc::UnboundedReceiver<Report>) {
    while let Some(report) = outgoing.recv().await {
        if pipe::write(&mut reports, &report).await.is_err() {
            return;
        }
    }
}

struct Relay {
    shared: Arc<Shared>,
    peers: HashMap<Peer, mpsc::Sender<Wish>>,
}

impl Relay {
    fn new(
        certificate: RTCCertificate,
        addresses: Vec<IpAddr>,
        (first, last): (u16, u16),
        reports: mpsc::UnboundedSender<Report>,
    ) -> Self {
        let switch = Mutex::new(Switch::default());
        let ports = Ports::new(first, last);
        Self { shared: Arc::new(Shared { certificate, addresses, ports, switch, reports }), peers: HashMap::new() }
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Begin { .. } => tracing::warn!("relay: begun already"),
            Order::Connect { peer, offer, reserve } => self.connect(peer, offer, reserve),
            Order::Restart { peer, offer } => {
                let wish = self.peers.get(&peer).map(|wishes| wishes.try_send(Wish::Restart(offer)));
                if !matches!(wish, Some(Ok(()))) {
                    let _ = self.shared.reports.send(Report::Gone(peer));
                }
            }
            Order::Close(peer) => {
                // Full or not: a dropped sender is the end as well.
                if let Some(wishes) = self.peers.remove(&peer) {
                    let _ = wishes.try_send(Wish::Close);
                }
            }
            Order::Route { call, speaker, ears } => {
                self.shared.switch().route(call, speaker, ears, Instant::now());
            }
        }
    }

    fn connect(&mut self, peer: Peer, offer: String, reserve: bool) {
        self.peers.retain(|_, wishes| !wishes.is_closed());
        let refuse = |code: &str| {
            let _ = self.shared.reports.send(Report::Refused { peer, code: code.into() });
        };
        if self.peers.contains_key(&peer) {
            return refuse("bad_offer");
        }
        let kept = if reserve { 0 } else { PEERS_MAX / RESERVE };
        if self.peers.len() >= PEERS_MAX - kept {
            return refuse("relay_full");
        }
        let (wishes, wished) = mpsc::channel(WISHES_MAX);
        self.peers.insert(peer, wishes);
        tokio::spawn(live(self.shared.clone(), peer, offer, reserve, wished));
    }
}
