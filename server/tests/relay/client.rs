//! A caller without a browser, on the same media stack: says frames that are known, hears what comes.

use rtc::peer_connection::configuration::RTCOfferOptions;
use rtc::rtp;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use tokio::sync::{Mutex, mpsc, watch};
use webrtc::media_stream::MediaStreamTrack;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceGatheringState,
    RTCPeerConnectionState, RTCSessionDescription, Registry, SettingEngineBuilder, configure_rtcp_reports,
};
use webrtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};

/// One packet as it was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub seq: u16,
    pub at: u32,
    pub ssrc: u32,
    pub marker: bool,
    pub payload_type: u8,
    pub payload: Vec<u8>,
}

/// A caller.
pub struct Client {
    stack: Arc<dyn PeerConnection>,
    mic: Arc<TrackLocalStaticRTP>,
    ssrc: u32,
    seq: AtomicU16,
    at: AtomicU32,
    heard: Mutex<mpsc::UnboundedReceiver<Heard>>,
    state: watch::Receiver<RTCPeerConnectionState>,
    gathered: Mutex<mpsc::UnboundedReceiver<()>>,
}

struct Handler {
    heard: mpsc::UnboundedSender<Heard>,
    state: watch::Sender<RTCPeerConnectionState>,
    gathered: mpsc::UnboundedSender<()>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            let _ = self.gathered.send(());
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.state.send_replace(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let heard = self.heard.clone();
        tokio::spawn(async move {
            while let Some(event) = track.poll().await {
                let TrackRemoteEvent::OnRtpPacket(packet) = event else { continue };
                let header = packet.header;
                let packet = Heard {
                    seq: header.sequence_number,
                    at: header.timestamp,
                    ssrc: header.ssrc,
                    marker: header.marker,
                    payload_type: header.payload_type,
                    payload: packet.payload.to_vec(),
                };
                if heard.send(packet).is_err() {
                    return;
                }
            }
        });
    }
}

/// How many streams were made: each caller has its own.
static STREAMS: AtomicU32 = AtomicU32::new(1);

fn codec(name: &str, fmtp: &str, payload_type: u8) -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: format!("audio/{name}"),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: fmtp.into(),
            rtcp_feedback: Vec::new(),
        },
        payload_type,
    }
}

impl Client {
    /// A caller that gives Opus this payload type, and RED that one if it can RED.
    pub async fn new(opus: u8, red: Option<u8>) -> Self {
        let mut media = MediaEngine::default();
        let spoken = codec("opus", "minptime=10;useinbandfec=1", opus);
        media.register_codec(spoken.clone(), RtpCodecKind::Audio).expect("a codec");
        if let Some(red) = red {
            let codec = codec("red", &format!("{opus}/{opus}"), red);
            media.register_codec(codec, RtpCodecKind::Audio).expect("a codec");
        }
        let (heard, hear) = mpsc::unbounded_channel();
        let (state, states) = watch::channel(RTCPeerConnectionState::New);
        let (gathered, gather) = mpsc::unbounded_channel();
        let settings = SettingEngineBuilder::new()
            .with_multicast_dns_mode(rtc::ice::mdns::MulticastDnsMode::Disabled)
            .with_include_loopback_candidate(true)
            .build();
        let stack = PeerConnectionBuilder::new()
            .with_media_engine(media)
            .with_setting_engine(settings)
            .with_interceptor_registry(configure_rtcp_reports(Registry::new()))
            .with_handler(Arc::new(Handler { heard, state, gathered }))
            .with_runtime(webrtc::runtime::default_runtime().expect("tokio"))
            .with_udp_addrs(vec!["127.0.0.1:0".to_owned()])
            .build()
            .await
            .expect("a stack");
        let ssrc = 7_000 + STREAMS.fetch_add(1, Ordering::Relaxed);
        let coding = RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
            active: true,
            codec: spoken.rtp_codec,
            ..Default::default()
        };
        let track = MediaStreamTrack::new("mic".into(), "mic".into(), "mic".into(), RtpCodecKind::Audio, vec![coding]);
        let mic = Arc::new(TrackLocalStaticRTP::new(track));
        let sends = RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Sendonly, ..Default::default() };
        let hears = RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Recvonly, ..Default::default() };
        stack.add_transceiver_from_track(mic.clone(), Some(sends)).await.expect("a microphone");
        stack.add_transceiver_from_kind(RtpCodecKind::Audio, Some(hears)).await.expect("an ear");
        Self {
            stack: Arc::new(stack),
            mic,
            ssrc,
            seq: AtomicU16::new(u16::MAX - 20),
            at: AtomicU32::new(u32::MAX - 20_000),
            heard: Mutex::new(hear),
            state: states,
            gathered: Mutex::new(gather),
        }
    }

    /// Its offer, complete.
    pub async fn offer(&self, restart: bool) -> String {
        let options = RTCOfferOptions { ice_restart: restart };
        let offer = self.stack.create_offer(Some(options)).await.expect("an offer");
        self.stack.set_local_description(offer).await.expect("an offer");
        self.gathered.lock().await.recv().await.expect("gathering ends");
        self.stack.local_description().await.expect("an offer").sdp
    }

    /// Takes the relay's answer.
    pub async fn accept(&self, answer: String) {
        let answer = RTCSessionDescription::answer(answer).expect("an answer");
        self.stack.set_remote_description(answer).await.expect("an answer that fits");
    }

    /// Waits until media can pass.
    pub async fn connected(&self) {
        let mut state = self.state.clone();
        state.wait_for(|state| *state == RTCPeerConnectionState::Connected).await.expect("a state");
    }

    /// Says one frame of 2.5 ms, the shortest there is: tests say many in one breath, and nobody
    /// may run far ahead of the relay's clock.
    pub async fn say(&self, payload_type: u8, payload: &[u8]) {
        let header = rtp::Header {
            version: 2,
            payload_type,
            sequence_number: self.seq.fetch_add(1, Ordering::Relaxed),
            timestamp: self.at.fetch_add(120, Ordering::Relaxed),
            ssrc: self.ssrc,
            ..Default::default()
        };
        let packet = rtp::Packet { header, payload: payload.to_vec().into() };
        self.mic.write_rtp(packet).await.expect("a packet leaves");
    }

    /// The next packet it hears.
    pub async fn hear(&self) -> Heard {
        self.heard.lock().await.recv().await.expect("a packet")
    }

    /// A packet that it heard already.
    pub async fn heard(&self) -> Option<Heard> {
        self.heard.lock().await.try_recv().ok()
    }

    pub async fn close(&self) {
        self.stack.close().await.expect("closing");
    }
}
