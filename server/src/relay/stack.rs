//! How the media stack is set up: timing, codecs, sockets.
//!
//! Law: no candidate but our own addresses, no codec but Opus and RED around it.

use crate::relay::connection::{Handler, Shared};
use crate::relay::net::Guarded;
use crate::relay::offer::OPUS;
use crate::relay::ports::Lease;
use crate::relay::switch::Formats;
use rtc::peer_connection::transport::RTCDtlsRole;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use webrtc::media_stream::MediaStreamTrack;
use webrtc::peer_connection::{
    CipherSuiteId, MediaEngine, PeerConnection, PeerConnectionBuilder, RTCConfigurationBuilder, Registry,
    SettingEngine, SettingEngineBuilder, configure_rtcp_reports,
};

/// Not heard of for this long: media cannot pass.
const DISCONNECTED: Duration = Duration::from_secs(2);
/// And for this long after that: the connection is over.
const FAILED: Duration = Duration::from_secs(8);
/// How often we ask whether the browser is there: four answers may be lost before it counts.
const KEEPALIVE: Duration = Duration::from_millis(500);
/// How many ports are tried when another program sits on one.
const PORT_TRIES: usize = 16;

/// A stack on a free port of every address; none when there is none.
pub(super) async fn build(
    shared: &Shared,
    formats: Formats,
    reserve: bool,
    handler: Arc<Handler>,
) -> Option<(Arc<dyn PeerConnection>, Lease)> {
    // Ports on which somebody else sits stay taken until the search is over.
    let mut others = Vec::new();
    for _ in 0..PORT_TRIES {
        let lease = shared.ports.lease(reserve)?;
        let addresses: Vec<SocketAddr> = shared.addresses.iter().map(|ip| SocketAddr::new(*ip, lease.port())).collect();
        if lease.port() != 0 && !addresses.iter().all(|address| std::net::UdpSocket::bind(address).is_ok()) {
            others.push(lease);
            continue;
        }
        let mut media = MediaEngine::default();
        for codec in codecs(formats) {
            media.register_codec(codec, RtpCodecKind::Audio).ok()?;
        }
        let configuration = RTCConfigurationBuilder::new().with_certificates(vec![shared.certificate.clone()]).build();
        let stack = PeerConnectionBuilder::new()
            .with_configuration(configuration)
            .with_media_engine(media)
            .with_setting_engine(settings())
            .with_interceptor_registry(configure_rtcp_reports(Registry::new()))
            .with_handler(handler.clone())
            .with_runtime(Arc::new(Guarded::default()))
            .with_udp_addrs(addresses)
            .build()
            .await;
        match stack {
            Ok(stack) => return Some((Arc::new(stack), lease)),
            Err(_) => tracing::warn!("relay: no socket"),
        }
        others.push(lease);
    }
    None
}

fn settings() -> SettingEngine {
    SettingEngineBuilder::new()
        .with_multicast_dns_mode(rtc::ice::mdns::MulticastDnsMode::Disabled)
        .with_include_loopback_candidate(true)
        .with_ice_timeouts(Some(DISCONNECTED), Some(FAILED), Some(KEEPALIVE))
        .with_prflx_acceptance_min_wait(Some(Duration::ZERO))
        .with_srflx_acceptance_min_wait(Some(Duration::ZERO))
        .with_answering_dtls_role(RTCDtlsRole::Client)
        .with_dtls_cipher_suites(vec![CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256])
        .build()
}

fn codecs(Formats { opus, red }: Formats) -> Vec<RTCRtpCodecParameters> {
    let codec = |name: &str, fmtp: String, payload_type| RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: format!("audio/{name}"),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: fmtp,
            rtcp_feedback: Vec::new(),
        },
        payload_type,
    };
    let red = red.map(|red| codec("red", format!("{opus}/{opus}"), red));
    red.into_iter().chain([codec("opus", OPUS.to_owned(), opus)]).collect()
}

/// The one track on which a listener hears whoever has the floor.
pub(super) fn floor_track(ssrc: u32) -> MediaStreamTrack {
    let coding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
        active: true,
        codec: RTCRtpCodec {
            mime_type: "audio/opus".into(),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: OPUS.into(),
            rtcp_feedback: Vec::new(),
        },
        ..Default::default()
    };
    MediaStreamTrack::new("floor".into(), "floor".into(), "floor".into(), RtpCodecKind::Audio, vec![coding])
}
