//! The desk's sounds. Law: they say only how urgent, they stop when somebody looked, and while the
//! browser keeps them silent the screen says so over its whole width.

use super::ring::{Quiet, Read, Ring, Rung, repeats, rings, wrote};
use crate::staff::Store;
use domain::incident::Priority;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AudioContext, AudioContextState, GainNode, OscillatorType};

/// A P1 alert sounds again after this long.
const REPEAT_MS: i64 = 3_000;

/// The sound of one desk.
#[derive(Clone, Copy)]
pub(super) struct Sound {
    context: StoredValue<Option<AudioContext>, LocalStorage>,
    /// What is sounding now passes here, so that it can be cut.
    now: StoredValue<Option<GainNode>, LocalStorage>,
    store: Store,
    /// Whether the browser lets sound through.
    pub(super) running: RwSignal<bool>,
}

/// One tone: after how many milliseconds, how high (Hz), for how long.
type Tone = (u16, u16, u16);

/// The tone that says *an alert* while somebody is heard: one, short, low and soft, and still within
/// what a small loudspeaker gives.
const UNDER_A_VOICE: (&[Tone], f32) = (&[(0, 330, 90)], 0.08);

/// The tone of a message: news, softer than any alert.
const WORD: (&[Tone], f32) = (&[(0, 520, 120)], 0.06);

fn tones(priority: Priority) -> (&'static [Tone], f32) {
    match priority {
        Priority::P1 => (&[(0, 660, 160), (200, 990, 260)], 0.30),
        Priority::P2 => (&[(0, 660, 240)], 0.20),
        Priority::P3 => (&[(0, 440, 180)], 0.08),
    }
}

/// Listens to the queue and sounds.
pub(super) fn sound(store: Store) -> Sound {
    let sound = Sound {
        context: StoredValue::new_local(AudioContext::new().ok()),
        now: StoredValue::new_local(None),
        store,
        running: RwSignal::new(false),
    };
    let first_click = window_event_listener(leptos::ev::pointerdown, move |_| {
        if !sound.running.get_untracked() {
            sound.turn_on();
        }
    });
    on_cleanup(move || first_click.remove());
    let quiet = Memo::new(move |_| match (store.talk.open(), store.talk.hearing()) {
        (true, _) => Quiet::Hold,
        (false, true) => Quiet::Low,
        (false, false) => Quiet::Full,
    });
    Effect::new(move |_| {
        if quiet.get() == Quiet::Hold {
            sound.cut();
        }
    });
    let rung = StoredValue::new(Rung::new());
    let read = StoredValue::new(Read::new());
    let last = StoredValue::new(0_i64);
    Effect::new(move |_| {
        let now = store.now.get();
        sound.look();
        let running = sound.running.get();
        let mut heard = rung.get_value();
        let fresh = store.rows.with(|rows| rings(rows.values().map(|row| &row.value), &mut heard));
        let me = store.me.with(|me| me.as_ref().map(|me| me.id));
        let mut known = read.get_value();
        let news = store.rows.with(|rows| wrote(rows.values().map(|row| &row.value), me, &mut known));
        let again = repeats(&heard) && now - last.get_value() >= REPEAT_MS;
        let quiet = quiet.get();
        // What nobody could hear has not sounded: it sounds when the browser, or the call, lets it.
        if running && quiet != Quiet::Hold {
            rung.set_value(heard);
            read.set_value(known);
            let worst = fresh.iter().map(|(_, ring)| *ring).min_by_key(|ring| (ring.priority, !ring.louder));
            let ring = worst.or(again.then_some(Ring { priority: Priority::P1, louder: true }));
            if let Some(ring) = ring {
                last.set_value(now);
                sound.play(ring, quiet);
            } else if news {
                let (tones, volume) = if quiet == Quiet::Low { UNDER_A_VOICE } else { WORD };
                sound.play_tones(tones, volume);
            }
        }
    });
    sound
}

impl Sound {
    /// Asks the browser to let sound through; works only from a click or a key.
    pub(super) fn turn_on(self) {
        self.store.wake_ear();
        let asked = self.context.with_value(|context| context.as_ref().and_then(|context| context.resume().ok()));
        leptos::task::spawn_local(async move {
            if let Some(asked) = asked {
                let _ = JsFuture::from(asked).await;
            }
            self.look();
        });
    }

    /// Lets the agent hear how a P2 alert sounds.
    pub(super) fn test(self) {
        self.turn_on();
        self.play(Ring { priority: Priority::P2, louder: false }, Quiet::Full);
    }

    fn look(self) {
        let running = self.context.with_value(|context| {
            context.as_ref().is_some_and(|context| context.state() == AudioContextState::Running)
        });
        if self.running.get_untracked() != running {
            self.running.set(running);
        }
    }

    fn play(self, ring: Ring, quiet: Quiet) {
        let (tones, volume) = match quiet {
            Quiet::Hold => return,
            Quiet::Low => UNDER_A_VOICE,
            Quiet::Full if ring.louder => {
                let (tones, volume) = tones(ring.priority);
                (tones, volume * 2.0)
            }
            Quiet::Full => tones(ring.priority),
        };
        self.play_tones(tones, volume);
    }

    fn play_tones(self, tones: &[Tone], volume: f32) {
        self.cut();
        self.context.with_value(|context| {
            let Some(context) = context else { return };
            let Ok(now) = context.create_gain() else { return };
            let _ = now.connect_with_audio_node(&context.destination());
            for tone in tones {
                let _ = play_tone(context, &now, *tone, volume);
            }
            self.now.set_value(Some(now));
        });
    }

    /// Ends what is sounding in the middle.
    fn cut(self) {
        if let Some(Some(now)) = self.now.try_update_value(Option::take) {
            let _ = now.disconnect();
        }
    }
}

fn play_tone(
    context: &AudioContext,
    out: &GainNode,
    (after, height, length): Tone,
    volume: f32,
) -> Result<(), wasm_bindgen::JsValue> {
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    let begin = context.current_time() + f64::from(after) / 1_000.0;
    let end = begin + f64::from(length) / 1_000.0;
    oscillator.set_type(OscillatorType::Sine);
    oscillator.frequency().set_value(f32::from(height));
    // A soft edge on both sides, so that it does not click.
    gain.gain().set_value_at_time(0.0, begin)?;
    gain.gain().linear_ramp_to_value_at_time(volume, begin + 0.02)?;
    gain.gain().linear_ramp_to_value_at_time(0.0, end)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(out)?;
    oscillator.start_with_when(begin)?;
    oscillator.stop_with_when(end)
}
