//! One browser's media connection, from its offer to its end.
//!
//! Law: whatever way it ends, its socket, its port, its tasks and its place in the switch are free
//! when [`live`] returns.

use crate::relay::answer::{self, Local};
use crate::relay::frame::{Peer, Report};
use crate::relay::health::{Health, Verdict};
use crate::relay::offer::Offer;
use crate::relay::ports::{Lease, Ports};
use crate::relay::stack::{build, floor_track};
use crate::relay::stamp::{Origin, Stamper};
use crate::relay::switch::{Formats, Line, Outgoing, Packet, Switch};
use rtc::rtp;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionEventHandler, RTCCertificate, RTCIceGatheringState, RTCPeerConnectionState,
    RTCSessionDescription,
};
use webrtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};

/// Our own candidates are there at once; this only bounds a fault.
const GATHER_WITHIN: Duration = Duration::from_secs(2);
/// Longest payload of a voice packet: 20 ms of Opus at its highest rate, twice, and headers.
const PAYLOAD_MAX: usize = 1_200;
/// Most packets of one talker in a second: frames of 10 ms, and a network that held some back.
const PACKETS_MAX: u32 = 150;

/// What all connections share.
#[derive(Debug)]
pub struct Shared {
    /// Who we are; made at start.
    pub certificate: RTCCertificate,
    /// Where browsers reach us.
    pub addresses: Vec<IpAddr>,
    /// On which ports.
    pub ports: Ports,
    /// Who hears whom.
    pub switch: Mutex<Switch>,
    /// To the server.
    pub reports: mpsc::UnboundedSender<Report>,
}

impl Shared {
    /// The switch; a lock that a panic left is taken over, since every step of it is whole.
    pub fn switch(&self) -> MutexGuard<'_, Switch> {
        self.switch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, report: Report) {
        // The server is gone: so are we, in a moment.
        let _ = self.reports.send(report);
    }
}

/// What the server wants of a connection that is there.
#[derive(Debug)]
pub enum Wish {
    /// The same connection over another network.
    Restart(String),
    /// The end.
    Close,
}

/// Why an offer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Offer,
    Full,
}

impl Refusal {
    fn code(self) -> String {
        match self {
            Self::Offer => "bad_offer".into(),
            Self::Full => "relay_full".into(),
        }
    }
}

/// What the stack tells us, from its own task.
#[derive(Debug)]
enum Event {
    Gathered,
    State(RTCPeerConnectionState),
}

pub(super) struct Handler {
    peer: Peer,
    formats: Formats,
    shared: Arc<Shared>,
    events: mpsc::UnboundedSender<Event>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            let _ = self.events.send(Event::Gathered);
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let _ = self.events.send(Event::State(state));
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        tokio::spawn(listen(self.peer, self.formats, track, self.shared.clone()));
    }
}

/// Takes what the browser says until its track ends, which it does with the connection.
async fn listen(peer: Peer, formats: Formats, track: Arc<dyn TrackRemote>, shared: Arc<Shared>) {
    let (mut second, mut packets) = (Instant::now(), 0);
    while let Some(event) = track.poll().await {
        let TrackRemoteEvent::OnRtpPacket(packet) = event else { continue };
        let kind = packet.header.payload_type;
        let red = Some(kind) == formats.red;
        if (kind != formats.opus && !red) || packet.payload.is_empty() || packet.payload.len() > PAYLOAD_MAX {
            continue;
        }
        let now = Instant::now();
        if now.saturating_duration_since(second) >= Duration::from_secs(1) {
            (second, packets) = (now, 0);
        }
        packets += 1;
        if packets > PACKETS_MAX {
            continue;
        }
        let rtp::Header { ssrc, sequence_number: seq, timestamp: at, .. } = packet.header;
        let packet = Packet { origin: Origin { ssrc, seq, at }, red, payload: packet.payload };
        shared.switch().packet(peer, packet, now);
    }
}

/// Sends what this browser hears. It alone waits when its connection is slow.
async fn speak(track: Arc<TrackLocalStaticRTP>, ssrc: u32, line: Line) {
    while let Some(Outgoing { stamp, payload_type, payload }) = line.next().await {
        let header = rtp::Header {
            version: 2,
            marker: stamp.first,
            payload_type,
            sequence_number: stamp.seq,
            timestamp: stamp.at,
            ssrc,
            ..Default::default()
        };
        if track.write_rtp(rtp::Packet { header, payload }).await.is_err() {
            return;
        }
    }
}

/// A connection as long as it lasts. The server hears of it through the reports.
pub async fn live(shared: Arc<Shared>, peer: Peer, offer: String, reserve: bool, mut wishes: mpsc::Receiver<Wish>) {
    let (events, mut told) = mpsc::unbounded_channel();
    let mut connection = match Connection::open(&shared, peer, &offer, reserve, events).await {
        Ok(connection) => connection,
        Err(refusal) => return shared.report(Report::Refused { peer, code: refusal.code() }),
    };
    drop(offer);
    match connection.answer(&mut told).await {
        Ok(sdp) => shared.report(Report::Answer { peer, sdp }),
        Err(refusal) => {
            connection.close().await;
            return shared.report(Report::Refused { peer, code: refusal.code() });
        }
    }
    let mut health = Health::new(Instant::now());
    let gone = loop {
        let now = Instant::now();
        for state in connection.states.drain(..) {
            health.state(state, now);
        }
        match health.verdict(now, shared.ports.tight()) {
            Verdict::Same => {}
            Verdict::Connected(whether) => shared.report(Report::Connected(peer, whether)),
            Verdict::Gone => break true,
        }
        tokio::select! {
            wish = wishes.recv() => match wish {
                Some(Wish::Restart(offer)) => {
                    let answer = match connection.restart(&offer) {
                        Ok(()) => connection.answer(&mut told).await,
                        Err(refusal) => Err(refusal),
                    };
                    shared.report(match answer {
                        Ok(sdp) => {
                            health.wait(Instant::now());
                            Report::Answer { peer, sdp }
                        }
                        Err(refusal) => Report::Refused { peer, code: refusal.code() },
                    });
                }
                Some(Wish::Close) | None => break false,
            },
            event = told.recv() => match event {
                Some(Event::State(state)) => connection.states.push(state),
                Some(Event::Gathered) => {}
                None => break true,
            },
            () = tokio::time::sleep_until(health.due(now).into()) => {}
        }
    };
    connection.close().await;
    if gone {
        shared.report(Report::Gone(peer));
    }
}

struct Connection {
    peer: Peer,
    shared: Arc<Shared>,
    offer: Offer,
    stack: Arc<dyn PeerConnection>,
    ssrc: u32,
    version: u32,
    /// What the stack said about itself and nobody looked at yet.
    states: Vec<RTCPeerConnectionState>,
    speaking: tokio::task::JoinHandle<()>,
    /// Given back when everything else is closed.
    _port: Lease,
}

impl Connection {
    async fn open(
        shared: &Arc<Shared>,
        peer: Peer,
        offer: &str,
        reserve: bool,
        events: mpsc::UnboundedSender<Event>,
    ) -> Result<Self, Refusal> {
        let offer = Offer::parse(offer).map_err(|_| Refusal::Offer)?;
        let handler = Arc::new(Handler { peer, formats: offer.formats, shared: shared.clone(), events });
        let (stack, port) = build(shared, offer.formats, reserve, handler).await.ok_or(Refusal::Full)?;

        let mut seeds = [0; 10];
        getrandom::fill(&mut seeds).map_err(|_| Refusal::Full)?;
        let [a, b, c, d, e, f, g, h, i, j] = seeds;
        let ssrc = u32::from_be_bytes([a, b, c, d]).max(1);
        let stamper = Stamper::new(u16::from_be_bytes([e, f]), u32::from_be_bytes([g, h, i, j]), Instant::now());
        let track = Arc::new(TrackLocalStaticRTP::new(floor_track(ssrc)));
        let line = Line::default();
        shared.switch().join(peer, offer.formats, stamper, line.clone());
        let speaking = tokio::spawn(speak(track.clone(), ssrc, line));
        let connection = Self {
            peer,
            shared: shared.clone(),
            offer,
            stack,
            ssrc,
            version: 0,
            states: Vec::new(),
            speaking,
            _port: port,
        };
        let mic = RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Recvonly, ..Default::default() };
        let floor = RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Sendonly, ..Default::default() };
        let made = async {
            connection.stack.add_transceiver_from_kind(RtpCodecKind::Audio, Some(mic)).await?;
            connection.stack.add_transceiver_from_track(track, Some(floor)).await
        };
        if made.await.is_err() {
            tracing::warn!(peer = peer.0, "relay: no tracks");
            connection.close().await;
            return Err(Refusal::Full);
        }
        Ok(connection)
    }

    /// Takes over the ICE names of an offer from another network.
    fn restart(&mut self, offer: &str) -> Result<(), Refusal> {
        let offer = Offer::parse(offer).ok().filter(|offer| offer.continues(&self.offer));
        self.offer = offer.ok_or(Refusal::Offer)?;
        Ok(())
    }

    /// Answers the offer that is there.
    async fn answer(&mut self, told: &mut mpsc::UnboundedReceiver<Event>) -> Result<String, Refusal> {
        self.version += 1;
        let remote = RTCSessionDescription::offer(self.offer.for_stack(self.version)).map_err(|_| Refusal::Offer)?;
        let agreed = async {
            self.stack.set_remote_description(remote).await?;
            let answer = self.stack.create_answer(None).await?;
            self.stack.set_local_description(answer).await
        };
        if agreed.await.is_err() {
            // The stack's own words may quote the description.
            tracing::warn!(peer = self.peer.0, "relay: an offer was not agreed on");
            return Err(Refusal::Offer);
        }
        let gathered = async {
            while let Some(event) = told.recv().await {
                match event {
                    Event::Gathered => break,
                    Event::State(state) => self.states.push(state),
                }
            }
        };
        let _ = tokio::time::timeout(GATHER_WITHIN, gathered).await;
        let local = self.stack.local_description().await.and_then(|local| Local::parse(&local.sdp));
        let local = local.ok_or(Refusal::Full)?;
        Ok(answer::write(&self.offer, &local, self.ssrc, self.version))
    }

    async fn close(self) {
        self.shared.switch().leave(self.peer);
        if self.stack.close().await.is_err() {
            tracing::warn!(peer = self.peer.0, "relay: closing");
        }
        self.speaking.abort();
        let _ = self.speaking.await;
    }
}
