//! Talk: a call that starts when the person wants it. Here its life; `screen` shows it, `hold` is
//! the button and every other touch, `microphone` the way to one.
//!
//! Law: it opens by a tap (or comes back after a reload of a page that was in it), asks for nothing
//! by itself and plays nothing by itself; when it closes, microphone and connection are off. The cover
//! closes it, and a page out of sight has no microphone.

mod hold;
mod microphone;
mod screen;

pub(super) use screen::screen;

use super::{covered, on_page};
use crate::attendee::talk::Known;
use crate::live::now_ms;
use crate::text::AttendeeKey as K;
use crate::voice::{Connection, Party, Spare, Voice};
use domain::view::{CallOffer, CaseView, Stage};
use domain::wire::{NoFloor, PhoneVoice, TalkView, VoiceSay};
use leptos::prelude::*;
use leptos::task::spawn_local;
use microphone::Mic;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlElement, VisibilityState, window};

/// Marks the browser's history entry of Talk, so that the phone's own *Back* leaves it.
const ENTRY: &str = "talk";
/// The page has rested this long before a connection is made in advance: never beside the first
/// things that a person sees.
const REST: Duration = Duration::from_millis(1_000);

/// Sends on the live socket, or says that it could not.
type Send = Box<dyn Fn(PhoneVoice) -> bool>;

/// The talk of this page.
#[derive(Clone, Copy)]
pub(super) struct Talk {
    /// Whether its screen is shown.
    pub(super) open: RwSignal<bool>,
    voice: RwSignal<Option<Voice>, LocalStorage>,
    /// What the next call begins with, so that the tap does not wait for it.
    spare: StoredValue<Option<Spare>, LocalStorage>,
    preparing: StoredValue<bool>,
    send: StoredValue<std::rc::Rc<Send>, LocalStorage>,
    view: RwSignal<Option<TalkView>>,
    refused: RwSignal<Option<NoFloor>>,
    /// Five seconds are left.
    ending: RwSignal<bool>,
    /// Why there is no call any more, though the screen is open.
    pub(super) over: RwSignal<Option<K>>,
    /// The case has shown that there is a call: only then can it be over.
    begun: StoredValue<bool>,
    sound: RwSignal<bool>,
    mic: RwSignal<Mic>,
    locked: RwSignal<bool>,
    /// When the press began.
    pressed: StoredValue<i64>,
    /// How long it lasts.
    seconds: RwSignal<Option<i64>>,
}

impl Talk {
    /// Closed. `send` carries what it says.
    pub(super) fn new(send: impl Fn(PhoneVoice) -> bool + 'static) -> Self {
        let talk = Talk {
            open: RwSignal::new(false),
            voice: RwSignal::new_local(None),
            spare: StoredValue::new_local(None),
            preparing: StoredValue::new(false),
            send: StoredValue::new_local(std::rc::Rc::new(Box::new(send))),
            view: RwSignal::new(None),
            refused: RwSignal::new(None),
            ending: RwSignal::new(false),
            over: RwSignal::new(None),
            begun: StoredValue::new(false),
            sound: RwSignal::new(false),
            mic: RwSignal::new(Mic::Unknown),
            locked: RwSignal::new(false),
            pressed: StoredValue::new(0),
            seconds: RwSignal::new(None),
        };
        let on_back = Closure::<dyn FnMut()>::new(move || {
            if !in_entry() {
                talk.close();
            }
        });
        if let Some(window) = window() {
            let _ = window.add_event_listener_with_callback("popstate", on_back.as_ref().unchecked_ref());
        }
        on_page(&["visibilitychange"], move || {
            let state = window().and_then(|window| window.document()).map(|page| page.visibility_state());
            if state != Some(VisibilityState::Visible) {
                talk.put_away();
            } else if talk.open.get_untracked() && talk.mic.get_untracked() == Mic::Unknown {
                microphone::begin(talk, true);
            }
        });
        // Behind the cover no microphone is open and nothing can be heard; the case goes on.
        on_page(&["cover"], move || {
            if covered() && talk.open.get_untracked() {
                talk.leave();
            }
        });
        // As long as the page.
        on_back.forget();
        microphone::watch(talk);
        // The engine ends a press by itself (hidden page, refused floor): the lock ends with it.
        Effect::new(move |_: Option<()>| {
            if talk.read(|voice| voice.held().get()).is_none() {
                talk.locked.set(false);
            }
        });
        talk
    }

    /// The page is out of sight: a locked phone must not go on speaking (sound comes back by a tap only),
    /// nor show a microphone that is in use.
    fn put_away(self) {
        if self.sound.get_untracked() {
            self.turn_sound(false);
        }
        if self.mic.get_untracked() == Mic::Open {
            self.mic.set(Mic::Unknown);
            self.with(Voice::drop_microphone);
        }
    }

    /// Hears every touch within `slot`, where the screen is shown.
    pub(super) fn listen(self, slot: &Element) {
        let on_touch = Closure::<dyn FnMut(Event)>::new(move |event: Event| hold::touch(self, &event));
        for kind in hold::EVENTS {
            let _ = slot.add_event_listener_with_callback(kind, on_touch.as_ref().unchecked_ref());
        }
        on_touch.forget();
    }

    /// Counts the seconds of a press. Called several times a second.
    pub(super) fn count(self) {
        let now = self.held().map(|_| (now_ms() - self.pressed.get_value()) / 1_000);
        if self.seconds.get_untracked() != now {
            self.seconds.set(now);
        }
    }

    /// Opens the screen and the connection. `by_hand`: by a tap just now, so that a microphone that
    /// was allowed before may be opened; a page that comes back waits for one.
    pub(super) fn begin(self, by_hand: bool) {
        if self.open.get_untracked() {
            return;
        }
        if !in_entry()
            && let Some(history) = window().and_then(|window| window.history().ok())
        {
            // Going back must not scroll: the cover stands at its top by then.
            let _ = js_sys::Reflect::set(&history, &"scrollRestoration".into(), &"manual".into());
            let _ = history.push_state_with_url(&JsValue::from_str(ENTRY), "", None);
        }
        self.connect();
        self.open.set(true);
        focus_later("talking");
        microphone::begin(self, by_hand);
    }

    fn connect(self) {
        self.view.set(None);
        self.refused.set(None);
        self.over.set(None);
        self.sound.set(false);
        self.begun.set_value(false);
        let send = self.send.get_value();
        let spare = self.spare.try_update_value(Option::take).flatten();
        self.voice.set(Some(Voice::open(Party::Phone, spare, move |out| send(out.for_phone()))));
    }

    /// Makes a connection in advance, once the page rests. Nothing leaves the phone by it.
    fn prepare(self) {
        if self.preparing.get_value() || self.spare.with_value(Option::is_some) {
            return;
        }
        self.preparing.set_value(true);
        set_timeout(
            move || {
                spawn_local(async move {
                    let idle = !self.open.get_untracked();
                    let spare = if idle { Spare::make().await } else { None };
                    self.preparing.set_value(false);
                    self.spare.set_value(spare);
                });
            },
            REST,
        );
    }

    /// *Back*: leaves the call, the case goes on.
    pub(super) fn leave(self) {
        self.close();
        if in_entry()
            && let Some(history) = window().and_then(|window| window.history().ok())
        {
            // Going back takes a moment; a reload within it is none in a call.
            let _ = history.replace_state_with_url(&JsValue::NULL, "", None);
            let _ = history.back();
        }
    }

    fn close(self) {
        self.hang_up();
        if self.open.get_untracked() {
            self.open.set(false);
            focus_later("talk");
            self.prepare();
        }
    }

    fn hang_up(self) {
        if let Some(voice) = self.voice.get_untracked() {
            voice.close();
            self.voice.set(None);
        }
        self.mic.set(Mic::Unknown);
        self.locked.set(false);
    }

    /// There is no call any more; the case and this screen stay.
    fn end(self, why: K) {
        self.hang_up();
        self.over.set(Some(why));
    }

    /// The team's end is no end of the case: the person may begin again.
    pub(super) fn again(self) {
        self.hang_up();
        self.connect();
        microphone::begin(self, true);
    }

    /// What the server says about the call.
    pub(super) fn take(self, say: &VoiceSay) {
        if self.voice.with_untracked(Option::is_none) {
            return;
        }
        match say {
            // Nothing to try again: two pages of one phone would take the call from each other for ever.
            VoiceSay::Refused(code) if code == "ended" => self.end(K::TalkOver),
            VoiceSay::Refused(code) if code == "elsewhere" => self.end(K::TalkElsewhere),
            VoiceSay::Talk(view) => self.view.set(Some(*view)),
            VoiceSay::NoFloor(burst, why) if self.held() == Some(*burst) => {
                self.refused.set(Some(*why));
                self.ending.set(false);
                self.locked.set(false);
            }
            VoiceSay::Ending(burst) if self.held() == Some(*burst) => self.ending.set(true),
            // A new connection is being made: from now on it says itself whether it stands.
            VoiceSay::Answer(_)
                if matches!(self.refused.get_untracked(), Some(NoFloor::NotConnected | NoFloor::NotInCall)) =>
            {
                self.refused.set(None);
            }
            _ => {}
        }
        self.with(|voice| {
            voice.take(say);
            // The server knows nothing of this call: it is another process by now.
            if matches!(say, VoiceSay::NoFloor(_, NoFloor::NotInCall)) {
                voice.reconnected();
            }
        });
    }

    /// The live socket stands again.
    pub(super) fn reconnected(self) {
        self.with(Voice::reconnected);
    }

    /// What the case says now.
    pub(super) fn case(self, case: &CaseView) {
        if !self.open.get_untracked() {
            if case.stage == Stage::Open {
                self.prepare();
            }
            return;
        }
        if case.stage != Stage::Open {
            self.leave();
        } else if case.call != CallOffer::None {
            self.begun.set_value(true);
        } else if self.begun.get_value() {
            self.end(K::TalkOver);
        }
    }

    fn with<T>(self, act: impl FnOnce(&Voice) -> T) -> Option<T> {
        // A copy: what is done may come back here.
        self.voice.get_untracked().as_ref().map(act)
    }

    /// Reads the voice and follows its changes.
    fn read<T: Default>(self, read: impl FnOnce(&Voice) -> T) -> T {
        self.voice.get().as_ref().map(read).unwrap_or_default()
    }

    fn held(self) -> Option<u32> {
        self.with(|voice| voice.held().get_untracked()).flatten()
    }

    fn press(self) {
        self.refused.set(None);
        self.ending.set(false);
        self.pressed.set_value(now_ms());
        self.with(|voice| voice.press(None));
    }

    fn release(self) {
        self.locked.set(false);
        self.ending.set(false);
        self.with(Voice::release);
        if self.refused.get_untracked() == Some(NoFloor::Taken) {
            self.refused.set(None);
        }
    }

    fn turn_sound(self, on: bool) {
        self.sound.set(on);
        self.with(|voice| voice.sound(on));
    }

    /// What is known now; follows every change of it.
    fn known(self, stale: bool) -> Known {
        let (connection, held) = self.read(|voice| (Some(voice.line().get()), voice.held().get()));
        let connection = connection.unwrap_or(Connection::Gone);
        Known { connection, stale, view: self.view.get(), held, refused: self.refused.get() }
    }
}

/// Whether the browser stands on Talk's history entry.
pub(super) fn in_entry() -> bool {
    let state = window().and_then(|window| window.history().ok()).and_then(|history| history.state().ok());
    state.and_then(|state| state.as_string()).as_deref() == Some(ENTRY)
}

/// Moves the focus to an element once it is there.
fn focus_later(id: &'static str) {
    request_animation_frame(move || {
        let found = window().and_then(|window| window.document()).and_then(|page| page.get_element_by_id(id));
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}
