//! The calls of one staff screen: one warm connection, one microphone, one press at a time.
//!
//! Law: what the engine does is asked for here and nowhere else, and a press ends with whatever ends
//! the call, the socket or the screen. [`crate::voice`] carries sound, this file knows the calls.

use super::Store;
use super::browser::{keep_session_line, session_line};
use super::call::{Calls, Kept, Press, Turn, turn};
use crate::live::now_ms;
use crate::voice::{Connection, MicError, Party, Voice, VoiceOut};
use domain::ids::IncidentId;
use domain::wire::{FloorView, FromStaff, NoFloor, StaffVoice, VoiceSay};
use leptos::prelude::*;

/// Where the calls are kept over a reload: whose they are and their ids, in this tab only.
const CALLS_SETTING: &str = "sotto.calls";
/// Why a press came to nothing stays to be read this long after it.
const MISSED_MS: i64 = 3_000;

/// The microphone of this screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mic {
    /// Not asked for, or taken away.
    Off,
    /// The browser asks.
    Asking,
    /// There.
    Ready,
    /// Refused by the person or the browser.
    Blocked,
    /// There is none, or another program has it.
    Missing,
}

/// Calls, connection and microphone. Every field is written here and read anywhere.
#[derive(Clone, Copy)]
pub(crate) struct Talk {
    /// Every call that this screen was told of.
    pub(crate) calls: RwSignal<Calls>,
    /// The press that is not over.
    pub(crate) press: RwSignal<Option<Press>>,
    /// The press goes on without a finger, until the next one.
    pub(crate) locked: RwSignal<bool>,
    /// The calls that this screen takes part in.
    pub(crate) kept: RwSignal<Kept>,
    /// Whether this screen wants to hear its calls.
    pub(crate) sound: RwSignal<bool>,
    /// The microphone.
    pub(crate) mic: Memo<Mic>,
    /// The connection; `None` while none is wanted.
    pub(crate) line: Memo<Option<Connection>>,
    /// How loud the microphone is, 0 to 1, while a press lasts.
    pub(crate) level: Memo<f32>,
    /// When the floor was granted last, on the page's clock.
    granted: RwSignal<i64>,
    /// Why the last press that is over came to nothing, and when: a quick tap must be able to read it.
    missed: RwSignal<Option<(IncidentId, NoFloor, i64)>>,
    /// What came of asking for the microphone.
    asked: RwSignal<Mic>,
    engine: RwSignal<Option<Voice>, LocalStorage>,
}

impl Talk {
    /// No call, no connection.
    pub(crate) fn new() -> Self {
        let engine = RwSignal::new_local(None::<Voice>);
        let asked = RwSignal::new(Mic::Off);
        let ready = move || engine.with(|engine| engine.as_ref().is_some_and(|engine| engine.ready().get()));
        Talk {
            calls: RwSignal::new(Calls::new()),
            press: RwSignal::new(None),
            locked: RwSignal::new(false),
            kept: RwSignal::new(Kept::default()),
            sound: RwSignal::new(true),
            mic: Memo::new(move |_| match (asked.get(), ready()) {
                (_, true) => Mic::Ready,
                (Mic::Ready, false) => Mic::Off,
                (other, false) => other,
            }),
            line: Memo::new(move |_| engine.with(|engine| engine.as_ref().map(|engine| engine.line().get()))),
            level: Memo::new(move |_| engine.with(|engine| engine.as_ref().map_or(0.0, |engine| engine.level().get()))),
            granted: RwSignal::new(0),
            missed: RwSignal::new(None),
            asked,
            engine,
        }
    }

    /// Whose turn it is in this call; `None` when there is no such call.
    pub(crate) fn turn(self, id: IncidentId, now: i64) -> Option<Turn> {
        let (press, since) = (self.press.get(), now - self.granted.get());
        let turn = self.calls.with(|calls| calls.get(&id).map(|view| turn(view, press, since)))?;
        let missed = self.missed.get().filter(|(call, _, at)| *call == id && now - at < MISSED_MS);
        Some(match (self.line.get(), turn, missed) {
            (Some(Connection::Connecting), ..) => Turn::Connecting,
            (None | Some(Connection::NoNetwork | Connection::Gone | Connection::Unsupported), ..) => Turn::NoNetwork,
            (_, Turn::Free, Some((_, why, _))) => Turn::Lost(why),
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

    fn engine(self) -> Option<Voice> {
        self.engine.with_untracked(Clone::clone)
    }

    fn presses(self, id: IncidentId) -> bool {
        self.press.with_untracked(|press| press.is_some_and(|press| press.call == id))
    }
}

impl Store {
    fn keep_calls<T>(self, change: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        let answer = self.talk.kept.try_update(change);
        let calls = self.talk.kept.with_untracked(Kept::write);
        let me = self.me.with_untracked(|me| me.as_ref().map(|me| me.id.to_string())).filter(|_| !calls.is_empty());
        keep_session_line(CALLS_SETTING, &me.map(|me| [&me, ":", &calls].concat()).unwrap_or_default());
        answer
    }

    /// Who is signed in is known for the first time: the calls that they were in before a reload go on.
    /// Whoever signs in after them in the same tab is in none.
    pub(super) fn restore_calls(self) {
        let line = session_line(CALLS_SETTING);
        let me = self.me.with_untracked(|me| me.as_ref().map(|me| me.id.to_string())).unwrap_or_default();
        if let Some((_, calls)) = line.split_once(':').filter(|(whose, _)| *whose == me) {
            self.talk.kept.set(Kept::read(calls));
            self.rejoin();
        }
    }

    /// Opens the connection and asks for the microphone. Only from a click or a key: the browser asks too.
    pub(crate) fn warm(self) {
        let talk = self.talk;
        let voice = talk.engine().unwrap_or_else(|| {
            let send = move |out: VoiceOut| out.for_staff().is_some_and(|say| self.say(&FromStaff::Voice(say)));
            let voice = Voice::open(Party::Staff, None, send);
            voice.sound(talk.sound.get_untracked());
            talk.engine.set(Some(voice.clone()));
            voice
        });
        if matches!(talk.mic.get_untracked(), Mic::Asking | Mic::Ready) {
            return;
        }
        talk.asked.set(Mic::Asking);
        leptos::task::spawn_local(async move {
            let mic = match voice.microphone().await {
                Ok(()) => Mic::Ready,
                Err(MicError::Refused) => Mic::Blocked,
                Err(MicError::Missing | MicError::Busy) => Mic::Missing,
            };
            talk.asked.set(mic);
        });
    }

    /// Takes part in a call, starting it if there is none; from now on this one is heard.
    pub(crate) fn join_call(self, id: IncidentId) {
        self.release();
        self.keep_calls(|kept| kept.hear(id));
        self.warm();
        self.say_voice(StaffVoice::Join(id));
    }

    /// Hears this call, if this screen is in it and hears another.
    pub(crate) fn hear_call(self, id: IncidentId) {
        if untrack(|| self.talk.joined(id)) && self.talk.kept.with_untracked(|kept| kept.heard() != Some(id)) {
            self.join_call(id);
        }
    }

    /// Leaves a call; the others go on.
    pub(crate) fn leave_call(self, id: IncidentId) {
        if self.talk.presses(id) {
            self.release();
        }
        self.say_voice(StaffVoice::Leave(id));
        self.forget_call(id);
    }

    /// Ends a call for everyone.
    pub(crate) fn end_call(self, id: IncidentId) {
        if self.talk.presses(id) {
            self.release();
        }
        self.say_voice(StaffVoice::End(id));
    }

    /// Whether this screen hears its calls; they go on either way.
    pub(crate) fn set_sound(self, on: bool) {
        self.talk.sound.set(on);
        if let Some(voice) = self.talk.engine() {
            voice.sound(on);
        }
    }

    /// A click or a key came: the browser may let through now what it held back after a reload.
    pub(crate) fn wake_ear(self) {
        if self.talk.sound.get_untracked()
            && let Some(voice) = self.talk.engine()
        {
            voice.sound(true);
        }
    }

    /// Closes the connection and lets go of the microphone.
    pub(crate) fn hang_up(self) {
        self.release();
        if let Some(voice) = self.talk.engine() {
            voice.close();
        }
        self.talk.engine.set(None);
        self.talk.asked.set(Mic::Off);
    }

    /// Asks for the floor of a call. Without a microphone nothing is asked for: nobody would hear it.
    pub(crate) fn press(self, id: IncidentId) {
        let talk = self.talk;
        if talk.press.with_untracked(Option::is_some) {
            return;
        }
        match (talk.mic.get_untracked(), talk.engine()) {
            (Mic::Ready, Some(voice)) => {
                talk.missed.set(None);
                // The server lets this screen hear the call that it speaks into.
                self.keep_calls(|kept| kept.hear(id));
                voice.press(Some(id));
                let burst = voice.held().get_untracked();
                talk.press.set(burst.map(|burst| Press { call: id, burst, lost: None }));
            }
            (Mic::Off | Mic::Ready, _) => self.warm(),
            (Mic::Asking | Mic::Blocked | Mic::Missing, _) => {}
        }
    }

    /// The button is up, or nobody may speak any more.
    pub(crate) fn release(self) {
        let talk = self.talk;
        if let Some(voice) = talk.engine() {
            voice.release();
        }
        if let Some(press) = talk.press.get_untracked() {
            talk.press.set(None);
            talk.locked.set(false);
            if let Some(why) = press.lost {
                talk.missed.set(Some((press.call, why, now_ms())));
            }
        }
    }

    /// Begins a press that needs no finger, or ends the one there is.
    pub(crate) fn toggle(self, id: IncidentId) {
        if self.talk.press.with_untracked(Option::is_some) {
            self.release();
        } else {
            self.press(id);
            self.talk.locked.set(self.talk.press.with_untracked(Option::is_some));
        }
    }

    /// Follows the engine: it numbers the press anew after a lost path, and ends it on a hidden page.
    pub(super) fn follow_voice(self) {
        let talk = self.talk;
        Effect::new(move |_| {
            let held = talk.engine.with(|engine| engine.as_ref().and_then(|engine| engine.held().get()));
            let press = talk.press.get_untracked();
            match (press, held) {
                (Some(press), Some(burst)) if press.burst != burst => talk.press.set(Some(Press { burst, ..press })),
                (Some(Press { lost: None, .. }), None) => self.release(),
                _ => {}
            }
        });
    }

    /// What the server says about calls.
    pub(super) fn take_voice(self, say: VoiceSay, at: i64) {
        let talk = self.talk;
        match &say {
            VoiceSay::Call(view) if view.members.is_empty() => {
                if talk.presses(view.call) {
                    self.release();
                }
                talk.calls.update(|calls| {
                    calls.remove(&view.call);
                });
                self.forget_call(view.call);
            }
            VoiceSay::Call(view) => {
                if matches!(view.floor, FloorView::Yours { .. }) {
                    talk.granted.set(at);
                }
                let (id, joined) = (view.call, view.joined);
                let was = talk.calls.try_update(|calls| calls.insert(id, view.clone())).flatten();
                // A view that was on its way when this screen joined says nothing about having left.
                if was.is_some_and(|was| was.joined) && !joined {
                    self.forget_call(id);
                } else if joined && talk.kept.with_untracked(|kept| !kept.0.contains(&id)) {
                    self.keep_calls(|kept| kept.0.insert(0, id));
                }
            }
            VoiceSay::NoFloor(burst, why) => talk.press.update(|press| {
                if let Some(press) = press.as_mut().filter(|press| press.burst == *burst) {
                    press.lost = Some(*why);
                }
            }),
            VoiceSay::Refused(code) => {
                let calls = talk.calls.get_untracked();
                self.keep_calls(|kept| kept.0.retain(|id| calls.get(id).is_some_and(|call| call.joined)));
                self.tell(self.words(|words| words.error(code)));
            }
            // The view itself counts the seconds; a phone's view of its call is not for staff.
            VoiceSay::Answer(_) | VoiceSay::Again | VoiceSay::Ending(_) | VoiceSay::Talk(_) => {}
        }
        if let Some(voice) = talk.engine() {
            voice.take(&say);
        }
    }

    /// The socket is there again: what this screen took part in goes on.
    pub(super) fn resume_calls(self) {
        self.talk.calls.set(Calls::new());
        self.rejoin();
    }

    fn rejoin(self) {
        let talk = self.talk;
        let kept = talk.kept.get_untracked();
        match talk.engine() {
            Some(voice) => voice.reconnected(),
            None if kept.heard().is_some() => self.warm(),
            None => {}
        }
        kept.0.into_iter().for_each(|id| self.say_voice(StaffVoice::Join(id)));
    }

    /// The socket is gone: nobody can say whether this screen is heard, so it is not.
    pub(super) fn lose_calls(self) {
        let talk = self.talk;
        if let Some(press) = talk.press.get_untracked() {
            if let Some(voice) = talk.engine() {
                voice.release();
            }
            talk.press.set(Some(Press { lost: Some(NoFloor::NotConnected), ..press }));
        }
    }

    /// The sign-in is over: nothing of it stays in the tab.
    pub(super) fn forget_calls(self) {
        self.hang_up();
        self.keep_calls(|kept| kept.0.clear());
    }

    fn forget_call(self, id: IncidentId) {
        if let Some(Some(next)) = self.keep_calls(|kept| kept.drop(id)) {
            self.say_voice(StaffVoice::Join(next));
        }
    }

    fn say_voice(self, say: StaffVoice) {
        self.say(&FromStaff::Voice(say));
    }
}
