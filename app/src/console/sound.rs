//! The desk's sounds. Law: they say only how urgent, they stop when somebody looked, and while the
//! browser keeps them silent the screen says so over its whole width.

use super::ring::{Ring, Rung, repeats, rings};
use crate::staff::Store;
use domain::incident::Priority;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AudioContext, AudioContextState, OscillatorType};

/// A P1 alert sounds again after this long.
const REPEAT_MS: i64 = 3_000;

/// The sound of one desk.
#[derive(Clone, Copy)]
pub(super) struct Sound {
    context: StoredValue<Option<AudioContext>, LocalStorage>,
    /// Whether the browser lets sound through.
    pub(super) running: RwSignal<bool>,
}

/// One tone: after how many milliseconds, how high (Hz), for how long.
type Tone = (u16, u16, u16);

fn tones(priority: Priority) -> (&'static [Tone], f32) {
    match priority {
        Priority::P1 => (&[(0, 660, 160), (200, 990, 260)], 0.30),
        Priority::P2 => (&[(0, 660, 240)], 0.20),
        Priority::P3 => (&[(0, 440, 180)], 0.08),
    }
}

/// Listens to the queue and sounds.
pub(super) fn sound(store: Store) -> Sound {
    let sound = Sound { context: StoredValue::new_local(AudioContext::new().ok()), running: RwSignal::new(false) };
    let first_click = window_event_listener(leptos::ev::pointerdown, move |_| {
        if !sound.running.get_untracked() {
            sound.turn_on();
        }
    });
    on_cleanup(move || first_click.remove());
    let rung = StoredValue::new(Rung::new());
    let last = StoredValue::new(0_i64);
    Effect::new(move |_| {
        let now = store.now.get();
        sound.look();
        let running = sound.running.get();
        let mut heard = rung.get_value();
        let fresh = store.rows.with(|rows| rings(rows.values().map(|row| &row.value), &mut heard));
        let again = repeats(&heard) && now - last.get_value() >= REPEAT_MS;
        // What nobody could hear has not sounded: it sounds when the browser lets it.
        if running {
            rung.set_value(heard);
            let worst = fresh.iter().map(|(_, ring)| *ring).min_by_key(|ring| (ring.priority, !ring.louder));
            let ring = worst.or(again.then_some(Ring { priority: Priority::P1, louder: true }));
            if let Some(ring) = ring {
                last.set_value(now);
                sound.play(ring);
            }
        }
    });
    sound
}

impl Sound {
    /// Asks the browser to let sound through; works only from a click or a key.
    pub(super) fn turn_on(self) {
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
        self.play(Ring { priority: Priority::P2, louder: false });
    }

    fn look(self) {
        let running = self.context.with_value(|context| {
            context.as_ref().is_some_and(|context| context.state() == AudioContextState::Running)
        });
        if self.running.get_untracked() != running {
            self.running.set(running);
        }
    }

    fn play(self, ring: Ring) {
        let (tones, volume) = tones(ring.priority);
        let volume = if ring.louder { volume * 2.0 } else { volume };
        self.context.with_value(|context| {
            if let Some(context) = context {
                for tone in tones {
                    let _ = play_tone(context, *tone, volume);
                }
            }
        });
    }
}

fn play_tone(context: &AudioContext, (after, height, length): Tone, volume: f32) -> Result<(), wasm_bindgen::JsValue> {
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
    gain.connect_with_audio_node(&context.destination())?;
    oscillator.start_with_when(begin)?;
    oscillator.stop_with_when(end)
}
