//! One connection to the relay: a microphone line and a floor line, both there from the start.
//!
//! Law: the gate is shut by two bolts, the copy's `enabled` and the encoding's `active`: one browser
//! ignores the second (Firefox 153), the other sends silence without it. The track is never taken
//! out: each return would come 0.7 s late (`research/media.md` 2.3).

use super::js;
use crate::live::sleep;
use js_sys::{Array, Function};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MediaStreamTrack, RtcOfferOptions, RtcPeerConnection, RtcPeerConnectionState, RtcRtpSender,
    RtcRtpTransceiverDirection, RtcRtpTransceiverInit, RtcSdpType, RtcSessionDescriptionInit,
};

/// What speech needs, in bits per second: Firefox would send 65,000.
const BITRATE: u32 = 28_000;
/// A setting that the browser refuses is tried this often, 20 ms apart.
const GATE_TRIES: u32 = 10;
const GATE_PAUSE_MS: i32 = 20;

/// A connection; dropping it closes it.
pub(super) struct Peer {
    connection: RtcPeerConnection,
    sender: RtcRtpSender,
    /// What the relay sends.
    pub(super) heard: MediaStreamTrack,
    gate: Rc<Gate>,
}

impl Peer {
    /// A connection with both lines, of which nothing has left the browser.
    pub(super) fn new() -> Result<Self, JsValue> {
        let connection = RtcPeerConnection::new()?;
        let lines = |direction| {
            let init = RtcRtpTransceiverInit::new();
            init.set_direction(direction);
            init
        };
        let init = lines(RtcRtpTransceiverDirection::Sendonly);
        let encoding = js::object(&[("active", false.into()), ("maxBitrate", BITRATE.into())]);
        init.set_send_encodings(&js::one(&encoding));
        let speaks = connection.add_transceiver_with_str_and_init("audio", &init);
        let hears = connection.add_transceiver_with_str_and_init("audio", &lines(RtcRtpTransceiverDirection::Recvonly));
        // A small offer crosses a bad network in fewer packets: speech codecs only, redundancy first.
        if let Some(codecs) = codecs() {
            for line in [&speaks, &hears] {
                js::call(line, "setCodecPreferences", &codecs);
            }
        }
        let receiver = hears.receiver();
        if js_sys::Reflect::has(&receiver, &"jitterBufferTarget".into()) == Ok(true) {
            js::set(&receiver, "jitterBufferTarget", 0);
        }
        let sender = speaks.sender();
        let gate = Rc::new(Gate {
            sender: Clone::clone(&sender),
            want: Cell::new(false),
            set: Cell::new(false),
            busy: Cell::new(false),
        });
        Ok(Peer { connection, sender, heard: receiver.track(), gate })
    }

    /// `told` hears of its state from now on.
    pub(super) fn tell(&self, told: &Function) {
        self.connection.set_onconnectionstatechange(Some(told));
    }

    /// Sends this track when the gate is open.
    pub(super) fn speak_with(&self, track: &MediaStreamTrack) {
        let replaced = self.sender.replace_track(Some(track));
        spawn_local(async move {
            let _ = JsFuture::from(replaced).await;
        });
    }

    /// A description of this connection, over another path if it is to `restart`.
    pub(super) async fn describe(connection: &RtcPeerConnection, restart: bool) -> Result<JsValue, JsValue> {
        let options = RtcOfferOptions::new();
        options.set_ice_restart(restart);
        JsFuture::from(connection.create_offer_with_rtc_offer_options(&options)).await
    }

    /// Gives its latest description to `send` at once, and then lives by it: no candidate is waited
    /// for, since the relay sees where packets come from.
    pub(super) async fn offer(
        connection: &RtcPeerConnection,
        description: JsValue,
        send: impl FnOnce(String),
    ) -> Result<(), JsValue> {
        let sdp = js::get(&description, "sdp").and_then(|sdp| sdp.as_string()).unwrap_or_default();
        let taken = connection.set_local_description(description.unchecked_ref::<RtcSessionDescriptionInit>());
        send(sdp);
        JsFuture::from(taken).await.map(drop)
    }

    /// Lives by the relay's answer.
    pub(super) async fn answer(connection: &RtcPeerConnection, sdp: &str) -> Result<(), JsValue> {
        let answer = RtcSessionDescriptionInit::new(RtcSdpType::Answer);
        answer.set_sdp(sdp);
        JsFuture::from(connection.set_remote_description(&answer)).await.map(drop)
    }

    /// The browser's handle, for the two above: they wait, and nothing may be borrowed meanwhile.
    pub(super) fn handle(&self) -> RtcPeerConnection {
        Clone::clone(&self.connection)
    }

    /// Whether audio can pass: yes, no, or not yet.
    pub(super) fn stands(&self) -> Option<bool> {
        match self.connection.connection_state() {
            RtcPeerConnectionState::Connected => Some(true),
            RtcPeerConnectionState::Disconnected | RtcPeerConnectionState::Failed | RtcPeerConnectionState::Closed => {
                Some(false)
            }
            _ => None,
        }
    }

    /// Opens or shuts the gate.
    pub(super) fn gate(&self, open: bool) {
        self.gate.want.set(open);
        if !self.gate.busy.replace(true) {
            let gate = self.gate.clone();
            spawn_local(async move { gate.follow().await });
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.set_onconnectionstatechange(None);
        self.connection.close();
    }
}

/// A connection and its description, made while nobody waits for them: it takes an idle machine
/// 17 ms. Nothing of it has left the browser, and the microphone was not asked for.
pub struct Spare {
    pub(super) peer: Peer,
    pub(super) description: JsValue,
}

impl Spare {
    /// Makes one, in a browser that can.
    pub async fn make() -> Option<Self> {
        let peer = Peer::new().ok()?;
        let description = Peer::describe(&peer.connection, false).await.ok()?;
        Some(Spare { peer, description })
    }
}

/// The encoding's `active`. Browsers refuse a change while another is under way, so a quick double
/// press could end with the wrong one: one change at a time, until what is set is what is wanted.
struct Gate {
    sender: RtcRtpSender,
    want: Cell<bool>,
    set: Cell<bool>,
    busy: Cell<bool>,
}

impl Gate {
    async fn follow(&self) {
        let mut tries = 0;
        while self.want.get() != self.set.get() && tries < GATE_TRIES {
            let want = self.want.get();
            if self.apply(want).await.is_ok() {
                self.set.set(want);
                tries = 0;
            } else {
                tries += 1;
                sleep(GATE_PAUSE_MS).await;
            }
        }
        self.busy.set(false);
    }

    async fn apply(&self, active: bool) -> Result<(), JsValue> {
        let parameters = self.sender.get_parameters();
        for encoding in js::get(&parameters, "encodings").map(Array::unchecked_from_js).iter().flat_map(Array::iter) {
            js::set(&encoding, "active", active);
        }
        let done = js::call(&self.sender, "setParameters", &parameters).ok_or(JsValue::NULL)?;
        JsFuture::from(js_sys::Promise::resolve(&done)).await.map(drop)
    }
}

/// RED and Opus of what this browser knows, in this order.
fn codecs() -> Option<Array> {
    let receivers = js::get(&js_sys::global(), "RTCRtpReceiver")?;
    let known: Array = js::get(&js::call(&receivers, "getCapabilities", &"audio".into())?, "codecs")?.unchecked_into();
    let of = |kind: &str| {
        known
            .iter()
            .filter(|codec| js::get(codec, "mimeType").and_then(|name| name.as_string()).as_deref() == Some(kind))
            .collect::<Vec<_>>()
    };
    let wanted: Array = of("audio/red").into_iter().chain(of("audio/opus")).collect();
    (wanted.length() > 0).then_some(wanted)
}
