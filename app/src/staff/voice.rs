//! The calls of one staff screen: one warm connection, one microphone, one press at a time.
//!
//! Law: the microphone is open only between a press and its end, and whatever happens to the screen,
//! the socket or the floor is such an end.

use super::Store;
use super::call::{Calls, Kept, Press, Turn, turn};
use super::media::{Line, Media, Mic};
use crate::live::now_ms;
use domain::ids::IncidentId;
use domain::wire::{Burst, FloorView, FromStaff, NoFloor, StaffVoice, VoiceSay};
use leptos::prelude::*;

/// Where the calls are kept over a reload: their ids, in this tab only.
const CALLS_SETTING: &str = "sotto.calls";
/// Why a press came to nothing stays to be read this long after it.
const MISSED_MS: i64 = 3_000;

/// Calls, connection and microphone. Every field is written here and read anywhere.
#[derive(Clone, Copy)]
pub(crate) struct Voice {
    /// Every call that this screen was told of.
    pub(crate) calls: RwSignal<Calls>,
    /// The press that is not over.
    pub(crate) press: RwSignal<Option<Press>>,
    /// The press goes on without a finger, until the next one.
    pub(crate) locked: RwSignal<bool>,
    /// When the floor was granted last, on the page's clock.
    granted: RwSignal<i64>,
    /// Why the last press that is over came to nothing, and when: a quick tap must be able to read it.
    missed: RwSignal<Option<(IncidentId, NoFloor, i64)>>,
    /// The calls that this screen takes part in.
    pub(crate) kept: RwSignal<Kept>,
    /// Whether this screen wants to hear its calls.
    pub(crate) sound: RwSignal<bool>,
    /// The microphone.
    pub(crate) mic: RwSignal<Mic>,
    /// The connection.
    pub(crate) line: RwSignal<Line>,
    /// How loud the microphone is, 0 to 1.
    pub(crate) level: RwSignal<f32>,
    bursts: StoredValue<Burst>,
    media: StoredValue<Option<Media>, LocalStorage>,
}

impl Voice {
    /// No call, no connection; the calls of this tab before a reload are known.
    pub(crate) fn new() -> Self {
        Voice {
            calls: RwSignal::new(Calls::new()),
            press: RwSignal::new(None),
            locked: RwSignal::new(false),
            granted: RwSignal::new(0),
            missed: RwSignal::new(None),
            kept: RwSignal::new(Kept::read(&super::browser::session_line(CALLS_SETTING))),
            sound: RwSignal::new(true),
            mic: RwSignal::new(Mic::Off),
            line: RwSignal::new(Line::Off),
            level: RwSignal::new(0.0),
            bursts: StoredValue::new(0),
            media: StoredValue::new_local(None),
        }
    }

    /// Whose turn it is in this call; `None` when there is no such call.
    pub(crate) fn turn(self, id: IncidentId, now: i64) -> Option<Turn> {
        let (press, since) = (self.press.get(), now - self.granted.get());
        let turn = self.calls.with(|calls| calls.get(&id).map(|view| turn(view, press, since)))?;
        let missed = self.missed.get().filter(|(call, _, at)| *call == id && now - at < MISSED_MS);
        Some(match (turn, missed) {
            (Turn::Free, Some((_, why, _))) => Turn::Lost(why),
            _ => turn,
        })
    }

    /// Whether this screen is in this call.
    pub(crate) fn joined(self, id: IncidentId) -> bool {
        self.calls.with(|calls| calls.get(&id).is_some_and(|call| call.joined))
    }

    /// Whether this screen is in any call.
    pub(crate) fn in_any(self) -> bool {
        self.calls.with(|calls| calls.values().any(|call| call.joined))
    }

    /// Whether the microphone is open.
    pub(crate) fn open(self) -> bool {
        self.press.with(|press| press.is_some_and(|press| press.lost.is_none()))
    }

    /// Whether a voice comes out of this screen now.
    pub(crate) fn hearing(self) -> bool {
        let heard = self.kept.with(Kept::heard);
        self.sound.get()
            && self.calls.with(|calls| {
                let view = heard.and_then(|id| calls.get(&id));
                view.is_some_and(|view| view.joined && matches!(view.floor, FloorView::Taken(_)))
            })
    }

    fn with_media(self, act: impl FnOnce(&Media)) {
        self.media.with_value(|media| media.as_ref().map(act));
    }

    fn keep(self, change: impl FnOnce(&mut Kept) -> Option<IncidentId>) -> Option<IncidentId> {
        let next = self.kept.try_update(change).flatten();
        super::browser::keep_session_line(CALLS_SETTING, &self.kept.with_untracked(Kept::write));
        next
    }
}

impl Store {
    /// Opens the connection and asks for the microphone. Only from a click or a key: the browser asks too.
    pub(crate) fn warm(self) {
        self.connect_voice();
        self.voice.with_media(Media::ask_microphone);
    }

    /// Takes part in a call, starting it if there is none; from now on this one is heard.
    pub(crate) fn join_call(self, id: IncidentId) {
        self.release();
        self.voice.keep(|kept| {
            kept.hear(id);
            None
        });
        self.warm();
        self.say_voice(StaffVoice::Join(id));
    }

    /// Hears this call, if this screen is in it and hears another.
    pub(crate) fn hear_call(self, id: IncidentId) {
        let voice = self.voice;
        let in_it = voice.calls.with_untracked(|calls| calls.get(&id).is_some_and(|call| call.joined));
        if in_it && voice.kept.with_untracked(|kept| kept.heard() != Some(id)) {
            self.join_call(id);
        }
    }

    /// Leaves a call; the others go on.
    pub(crate) fn leave_call(self, id: IncidentId) {
        if self.voice.press.with_untracked(|press| press.is_some_and(|press| press.call == id)) {
            self.release();
        }
        self.say_voice(StaffVoice::Leave(id));
        self.forget_call(id);
    }

    /// Ends a call for everyone.
    pub(crate) fn end_call(self, id: IncidentId) {
        self.say_voice(StaffVoice::End(id));
    }

    /// Whether this screen hears its calls; they go on either way.
    pub(crate) fn set_sound(self, on: bool) {
        self.voice.sound.set(on);
        self.voice.with_media(|media| media.hear(on));
        self.say_voice(StaffVoice::Sound(on));
    }

    /// Closes the connection and lets go of the microphone.
    pub(crate) fn hang_up(self) {
        self.release();
        if let Some(Some(media)) = self.voice.media.try_update_value(Option::take) {
            media.close();
            self.say_voice(StaffVoice::Hangup);
        }
        self.voice.mic.set(Mic::Off);
        self.voice.line.set(Line::Off);
    }

    /// Asks for the floor of a call. Without a microphone nothing is asked for: nobody would hear it.
    pub(crate) fn press(self, id: IncidentId) {
        let voice = self.voice;
        if voice.press.with_untracked(Option::is_some) {
            return;
        }
        match voice.mic.get_untracked() {
            Mic::Ready => {}
            Mic::Off => return self.warm(),
            Mic::Asking | Mic::Blocked | Mic::Missing => return,
        }
        let burst = voice.bursts.try_update_value(|bursts| {
            *bursts = bursts.wrapping_add(1);
            *bursts
        });
        let burst = burst.unwrap_or_default();
        voice.missed.set(None);
        if voice.line.get_untracked() != Line::Up {
            voice.press.set(Some(Press { call: id, burst, lost: Some(NoFloor::NotConnected) }));
            return;
        }
        voice.press.set(Some(Press { call: id, burst, lost: None }));
        // Sent at once, unasked: the relay holds it until the floor is granted, so no syllable is lost.
        voice.with_media(Media::open_gate);
        self.say_voice(StaffVoice::Press(id, burst));
    }

    /// The button is up, or nobody may speak any more.
    pub(crate) fn release(self) {
        let voice = self.voice;
        voice.with_media(Media::shut_gate);
        if let Some(press) = voice.press.get_untracked() {
            voice.press.set(None);
            voice.locked.set(false);
            match press.lost {
                None => self.say_voice(StaffVoice::Release(press.call, press.burst)),
                Some(why) => voice.missed.set(Some((press.call, why, now_ms()))),
            }
        }
    }

    /// Begins a press that needs no finger, or ends the one there is.
    pub(crate) fn toggle(self, id: IncidentId) {
        if self.voice.press.with_untracked(Option::is_some) {
            self.release();
        } else {
            self.press(id);
            self.voice.locked.set(self.voice.press.with_untracked(Option::is_some));
        }
    }

    /// What the server says about calls.
    pub(super) fn take_voice(self, say: VoiceSay, at: i64) {
        let voice = self.voice;
        match say {
            VoiceSay::Call(view) if view.members.is_empty() => {
                voice.calls.update(|calls| {
                    calls.remove(&view.call);
                });
                if voice.press.with_untracked(|press| press.is_some_and(|press| press.call == view.call)) {
                    self.release();
                }
                self.forget_call(view.call);
            }
            VoiceSay::Call(view) => {
                let (id, joined) = (view.call, view.joined);
                let press = voice.press.get_untracked();
                if let (FloorView::Yours { burst, .. }, Some(press)) = (view.floor, press)
                    && burst == press.burst
                {
                    voice.granted.set(at);
                }
                let was = voice.calls.try_update(|calls| calls.insert(id, view)).flatten();
                // A view that was on its way when this screen joined says nothing about having left.
                if was.is_some_and(|was| was.joined) && !joined {
                    self.forget_call(id);
                } else if joined && voice.kept.with_untracked(|kept| !kept.0.contains(&id)) {
                    voice.keep(|kept| {
                        kept.0.insert(0, id);
                        None
                    });
                }
            }
            VoiceSay::NoFloor(burst, why) => {
                if voice.press.with_untracked(|press| press.is_some_and(|press| press.burst == burst)) {
                    voice.with_media(Media::shut_gate);
                    voice.press.update(|press| {
                        if let Some(press) = press {
                            press.lost = Some(why);
                        }
                    });
                }
            }
            VoiceSay::Answer(sdp) => voice.with_media(|media| media.answer(sdp)),
            VoiceSay::Again => voice.with_media(Media::again),
            VoiceSay::Refused(code) => {
                voice.with_media(Media::refused);
                let calls = voice.calls.get_untracked();
                voice.keep(|kept| {
                    kept.0.retain(|id| calls.get(id).is_some_and(|call| call.joined));
                    None
                });
                self.tell(self.words(|words| words.error(&code)));
            }
            // The view itself counts the seconds; a phone's view of its call is not for staff.
            VoiceSay::Ending(_) | VoiceSay::Talk(_) => {}
        }
    }

    /// The socket is there again, or for the first time: what this screen took part in goes on.
    pub(super) fn resume_calls(self) {
        let voice = self.voice;
        self.release();
        voice.calls.set(Calls::new());
        let kept = voice.kept.get_untracked();
        if voice.media.with_value(Option::is_some) {
            voice.with_media(Media::again);
        } else if kept.heard().is_some() {
            self.warm();
        }
        if !voice.sound.get_untracked() {
            self.say_voice(StaffVoice::Sound(false));
        }
        kept.0.into_iter().for_each(|id| self.say_voice(StaffVoice::Join(id)));
    }

    /// The socket is gone: nobody can hear this screen.
    pub(super) fn lose_calls(self) {
        let voice = self.voice;
        voice.with_media(Media::shut_gate);
        voice.press.update(|press| {
            if let Some(press) = press {
                press.lost = Some(NoFloor::NotConnected);
            }
        });
    }

    fn forget_call(self, id: IncidentId) {
        if let Some(next) = self.voice.keep(|kept| kept.drop(id)) {
            self.say_voice(StaffVoice::Join(next));
        }
    }

    fn connect_voice(self) {
        let voice = self.voice;
        if voice.media.with_value(Option::is_none) {
            let media = Media::new(
                move |say| self.say_voice(say),
                move |line| {
                    voice.line.set(line);
                    if line != Line::Up && voice.press.with_untracked(Option::is_some) {
                        self.lose_calls();
                    }
                    self.now.set(now_ms());
                },
                move |mic| voice.mic.set(mic),
                move |level| voice.level.set(level),
            );
            media.hear(voice.sound.get_untracked());
            voice.media.set_value(Some(media));
        }
        voice.with_media(Media::connect);
    }

    fn say_voice(self, say: StaffVoice) {
        self.say(&FromStaff::Voice(say));
    }
}
