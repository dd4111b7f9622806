//! The microphone: asked for once, kept warm, heard through a copy of its track only.
//!
//! Law: what is sent is the copy. The original keeps the device running, since one that starts at
//! each press loses the first word; it goes nowhere. Dropping this value turns the device off.

use super::js;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AnalyserNode, AudioContext, MediaStream, MediaStreamConstraints, MediaStreamTrack, window};

/// Samples looked at for one reading of the level: about 10 ms.
const SAMPLES: usize = 512;

/// Why there is no microphone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MicError {
    /// The person, or the browser's settings, said no.
    Refused,
    /// The device or the browser has none, or the page is not on a secure address.
    Missing,
    /// Another app holds it, or it does not start.
    Busy,
}

/// What the browser would do if it were asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// Give it without a question.
    Granted,
    /// Refuse without a question.
    Denied,
    /// Ask the person, or it does not tell.
    Ask,
}

/// What the browser would do if it were asked for the microphone. Asks nobody.
pub async fn asking() -> Asking {
    let ask = async || {
        let permissions = js::get(&window()?.navigator(), "permissions")?;
        let query = js::object(&[("name", "microphone".into())]);
        let promise = js::call(&permissions, "query", &query)?;
        let status = JsFuture::from(js_sys::Promise::resolve(&promise)).await.ok()?;
        js::get(&status, "state")?.as_string()
    };
    match ask().await.as_deref() {
        Some("granted") => Asking::Granted,
        Some("denied") => Asking::Denied,
        _ => Asking::Ask,
    }
}

/// An open device.
pub(super) struct Microphone {
    stream: MediaStream,
    /// The copy that may be sent.
    pub(super) sent: MediaStreamTrack,
    meter: Option<(AudioContext, AnalyserNode)>,
}

impl Microphone {
    /// Asks the browser. `told` hears *mute* and *ended* of the device.
    pub(super) async fn open(told: &Function) -> Result<Self, MicError> {
        let navigator = window().ok_or(MicError::Missing)?.navigator();
        if let Some(session) = js::get(&navigator, "audioSession") {
            js::set(&session, "type", "play-and-record");
        }
        let devices = navigator.media_devices().ok().filter(|devices| !devices.is_undefined());
        let devices = devices.ok_or(MicError::Missing)?;
        let wish = js::object(&[
            ("echoCancellation", true.into()),
            ("noiseSuppression", true.into()),
            ("autoGainControl", true.into()),
            ("channelCount", 1.into()),
        ]);
        let constraints = MediaStreamConstraints::new();
        constraints.set_audio(&wish);
        let asked = devices.get_user_media_with_constraints(&constraints).map_err(|error| why(&error))?;
        let stream: MediaStream = JsFuture::from(asked).await.map_err(|error| why(&error))?.unchecked_into();
        let track = stream.get_audio_tracks().get(0).dyn_into::<MediaStreamTrack>().map_err(|_| MicError::Missing)?;
        // The track's own `clone`: a second track of the same device.
        let sent = MediaStreamTrack::clone(&track);
        sent.set_enabled(false);
        track.set_onmute(Some(told));
        track.set_onended(Some(told));
        let meter = meter(&sent).ok();
        Ok(Microphone { stream, sent, meter })
    }

    /// Lets the meter run: browsers hold it back until a gesture.
    pub(super) fn wake(&self) {
        if let Some((context, _)) = &self.meter {
            let _ = context.resume();
        }
    }

    /// How loud the sent copy is now, 0 to 1: the square root of the peak, so that speech at arm's
    /// length moves it.
    pub(super) fn level(&self) -> f32 {
        let Some((_, analyser)) = &self.meter else { return 0.0 };
        let mut samples = [128_u8; SAMPLES];
        analyser.get_byte_time_domain_data(&mut samples);
        let peak = samples.iter().map(|sample| sample.abs_diff(128)).max().unwrap_or(0);
        (f32::from(peak) / 128.0).min(1.0).sqrt()
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.sent.stop();
        for track in self.stream.get_tracks() {
            let track: MediaStreamTrack = track.unchecked_into();
            track.set_onmute(None);
            track.set_onended(None);
            track.stop();
        }
        if let Some((context, _)) = &self.meter {
            let _ = context.close();
        }
    }
}

/// Listens to the copy, so that the level shows what is sent and nothing else.
fn meter(track: &MediaStreamTrack) -> Result<(AudioContext, AnalyserNode), JsValue> {
    let context = AudioContext::new()?;
    let analyser = context.create_analyser()?;
    analyser.set_fft_size(SAMPLES as u32);
    let stream = MediaStream::new_with_tracks(&js::one(track))?;
    context.create_media_stream_source(&stream)?.connect_with_audio_node(&analyser)?;
    Ok((context, analyser))
}

fn why(error: &JsValue) -> MicError {
    let name = Reflect::get(error, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => MicError::Refused,
        Some("NotFoundError" | "OverconstrainedError") => MicError::Missing,
        _ => MicError::Busy,
    }
}
