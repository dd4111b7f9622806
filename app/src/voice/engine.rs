//! [`Voice`]: the connection, the microphone and the ear of one screen, kept together.
//!
//! Law: every event of the browser comes in at [`Inner::on_event`]; nothing that the browser may
//! call outlives the last [`Voice`].

mod press;

use super::awake::Awake;
use super::ear::Ear;
use super::js;
use super::line::{Connection, Input, Line, Order};
use super::microphone::{MicError, Microphone};
use super::out::VoiceOut;
use super::peer::{Peer, Spare};
use crate::live::now_ms;
use domain::ids::IncidentId;
use domain::wire::{Burst, VoiceSay};
use js_sys::Promise;
use leptos::leptos_dom::helpers::{IntervalHandle, TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, EventTarget, VisibilityState, window};

/// Whose voice this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// An attendee: hears nothing until they turn sound on.
    Phone,
    /// The team: hears from the start, as far as the browser lets it.
    Staff,
}

/// The voice of one screen. Clones share it; the last one that goes closes it.
#[derive(Clone)]
pub struct Voice(Rc<Inner>);

/// A press that is going on.
#[derive(Debug, Clone, Copy)]
struct Hold {
    call: Option<IncidentId>,
    burst: Burst,
    /// Whether the server was asked for the floor: not before the connection stands.
    asked: bool,
}

struct Inner {
    send: Box<dyn Fn(VoiceOut) -> bool>,
    me: Weak<Inner>,
    line: RefCell<Line>,
    timer: RefCell<Option<TimeoutHandle>>,
    peer: RefCell<Option<Peer>>,
    microphone: RefCell<Option<Microphone>>,
    ear: Ear,
    sound: Cell<bool>,
    /// The browser holds sound back until the next gesture.
    barred: Cell<bool>,
    awake: RefCell<Option<Awake>>,
    hold: Cell<Option<Hold>>,
    bursts: Cell<Burst>,
    shutting: Cell<Option<TimeoutHandle>>,
    metering: Cell<Option<IntervalHandle>>,
    /// Kind of network at the last look, where the browser tells it.
    network: RefCell<Option<String>>,
    ears: OnceCell<Closure<dyn FnMut(Event)>>,
    shown: Shown,
}

/// What screens read.
struct Shown {
    connection: ArcRwSignal<Connection>,
    level: ArcRwSignal<f32>,
    held: ArcRwSignal<Option<Burst>>,
    cut: ArcRwSignal<bool>,
    ready: ArcRwSignal<bool>,
}

impl Voice {
    /// Opens the connection, out of a `spare` one if there is one. `send` carries a message on the
    /// live socket, or says that it could not. No sound is played and no microphone asked for.
    pub fn open(party: Party, spare: Option<Spare>, send: impl Fn(VoiceOut) -> bool + 'static) -> Self {
        let inner = Rc::new_cyclic(|me| Inner {
            send: Box::new(send),
            me: me.clone(),
            line: RefCell::new(Line::new(now_ms())),
            timer: RefCell::default(),
            peer: RefCell::default(),
            microphone: RefCell::default(),
            ear: Ear::new(),
            sound: Cell::new(party == Party::Staff),
            barred: Cell::new(false),
            awake: RefCell::new(Some(Awake::default())),
            hold: Cell::default(),
            bursts: Cell::new(0),
            shutting: Cell::default(),
            metering: Cell::default(),
            network: RefCell::new(network().and_then(|network| kind_of(&network))),
            ears: OnceCell::new(),
            shown: Shown {
                connection: ArcRwSignal::new(Connection::Connecting),
                level: ArcRwSignal::new(0.0),
                held: ArcRwSignal::new(None),
                cut: ArcRwSignal::new(false),
                ready: ArcRwSignal::new(false),
            },
        });
        let weak = Rc::downgrade(&inner);
        let ears = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            if let Some(inner) = weak.upgrade() {
                inner.on_event(&event);
            }
        });
        for (target, name) in targets() {
            let _ = target.add_event_listener_with_callback(name, ears.as_ref().unchecked_ref());
        }
        let _ = inner.ears.set(ears);
        inner.stay_awake();
        inner.listen(inner.ear.sound(inner.sound.get()));
        inner.offer(spare);
        inner.show();
        Voice(inner)
    }

    /// Takes in what the server says. Screens look at the floor themselves.
    pub fn take(&self, say: &VoiceSay) {
        match say {
            VoiceSay::Answer(sdp) => self.0.answer(sdp.clone()),
            VoiceSay::Again => self.0.step(Input::Again),
            VoiceSay::Refused(_) => self.0.step(Input::Refused),
            VoiceSay::NoFloor(burst, _) if self.0.hold.get().is_some_and(|hold| hold.burst == *burst) => {
                self.0.let_go(false);
            }
            VoiceSay::NoFloor(..) | VoiceSay::Talk(_) | VoiceSay::Call(_) | VoiceSay::Ending(_) => {}
        }
    }

    /// The live socket has come back, perhaps to another process: the connection is offered anew,
    /// and a button that is still down asks again.
    pub fn reconnected(&self) {
        self.0.step(Input::Back);
    }

    /// Asks for the microphone, unless it is there. The browser may ask the person.
    ///
    /// # Errors
    /// [`MicError`]; nothing else changes, listening goes on.
    pub async fn microphone(&self) -> Result<(), MicError> {
        if self.0.microphone.borrow().is_some() {
            return Ok(());
        }
        let told = self.0.ears.get().ok_or(MicError::Missing)?.as_ref().unchecked_ref();
        let opened = Microphone::open(told).await?;
        // Closed while the person was being asked: the device goes off again with `opened`.
        if self.0.shown.connection.get_untracked() == Connection::Gone {
            return Err(MicError::Busy);
        }
        if let Some(peer) = &*self.0.peer.borrow() {
            peer.speak_with(&opened.sent);
        }
        self.0.microphone.replace(Some(opened));
        self.0.shown.ready.set(true);
        Ok(())
    }

    /// The button is down. The audio is let through at once, before the floor is granted: the relay
    /// holds it meanwhile. Without a microphone nothing happens; without a connection the request
    /// waits for it as long as the button is down.
    pub fn press(&self, call: Option<IncidentId>) {
        let inner = &self.0;
        if inner.hold.get().is_some() || inner.microphone.borrow().is_none() {
            return;
        }
        inner.shut_now();
        inner.next_hold(call);
        inner.shown.cut.set(false);
        if let Some(microphone) = &*inner.microphone.borrow() {
            microphone.wake();
        }
        inner.speak();
    }

    /// The button is up.
    pub fn release(&self) {
        self.0.let_go(true);
    }

    /// Plays what is heard, or stops. Call it from a gesture: browsers want one before any sound.
    pub fn sound(&self, on: bool) {
        self.0.sound.set(on);
        self.0.barred.set(false);
        self.0.listen(self.0.ear.sound(on));
        (self.0.send)(VoiceOut::Sound(on));
    }

    /// Ends a press at once and turns the microphone off; the connection stands.
    pub fn drop_microphone(&self) {
        self.0.drop_microphone();
    }

    /// Leaves: the microphone is off and the connection closed when this returns.
    pub fn close(&self) {
        self.0.let_go(false);
        if self.0.shown.connection.get_untracked() != Connection::Gone {
            (self.0.send)(VoiceOut::Close);
        }
        self.0.end();
    }

    /// The connection in a screen's words.
    pub fn line(&self) -> ArcRwSignal<Connection> {
        self.0.shown.connection.clone()
    }

    /// How loud the sent microphone is, 0 to 1, while a press lasts; else 0.
    pub fn level(&self) -> ArcRwSignal<f32> {
        self.0.shown.level.clone()
    }

    /// The press that is going on, whether or not it has the floor. `None` again after a refused
    /// floor: the finger may still be down, and nothing leaves.
    pub fn held(&self) -> ArcRwSignal<Option<Burst>> {
        self.0.shown.held.clone()
    }

    /// Whether the last press was ended by the page being hidden or the device being taken away.
    pub fn cut(&self) -> ArcRwSignal<bool> {
        self.0.shown.cut.clone()
    }

    /// Whether there is a microphone.
    pub fn ready(&self) -> ArcRwSignal<bool> {
        self.0.shown.ready.clone()
    }
}

impl Inner {
    fn on_event(&self, event: &Event) {
        match event.type_().as_str() {
            "connectionstatechange" => self.look(),
            "online" => self.step(Input::Network),
            "change" => {
                // Told for every new guess of speed too; only another kind of network is news.
                let kind = network().and_then(|network| kind_of(&network));
                if self.network.replace(kind.clone()) != kind {
                    self.step(Input::Network);
                }
            }
            "ended" => self.drop_microphone(),
            "visibilitychange" => {
                let state = window().and_then(|window| window.document()).map(|page| page.visibility_state());
                if state == Some(VisibilityState::Visible) {
                    self.stay_awake();
                } else {
                    self.cut_off();
                }
            }
            // *pagehide*, and *mute*: a telephone call, or the system, took the device.
            _ => self.cut_off(),
        }
    }

    fn drop_microphone(&self) {
        self.cut_off();
        self.microphone.replace(None);
        self.shown.ready.set(false);
    }

    /// What the browser says about the connection now.
    fn look(&self) {
        let stands = self.peer.borrow().as_ref().and_then(Peer::stands);
        match stands {
            Some(true) => self.step(Input::Connected),
            Some(false) => self.step(Input::Lost),
            None => {}
        }
    }

    fn step(&self, input: Input) {
        let order = self.line.borrow_mut().step(input, now_ms());
        match order {
            Order::Stay => {}
            Order::Offer => self.offer(None),
            Order::Restart => self.describe(true, None),
        }
        self.show();
    }

    /// Brings screen, timer and press up to date with the line.
    fn show(&self) {
        let now = now_ms();
        let (state, due) = (self.line.borrow().state(now), self.line.borrow().due_ms(now));
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        let me = self.me.clone();
        let tick = move || {
            if let Some(inner) = me.upgrade() {
                inner.step(Input::Tick);
            }
        };
        let wait = due.map(|due| Duration::from_millis((due - now).max(0).unsigned_abs() + 1));
        self.timer.replace(wait.and_then(|wait| set_timeout_with_handle(tick, wait).ok()));
        if self.shown.connection.get_untracked() == Connection::Unsupported {
            return;
        }
        if self.shown.connection.get_untracked() != state {
            self.shown.connection.set(state);
        }
        match (state, self.hold.get()) {
            (Connection::Connected, Some(hold)) if !hold.asked => self.speak(),
            // Nothing leaves on a lost path; the button, still down, asks again when there is another.
            (Connection::Connecting | Connection::NoNetwork, Some(hold)) if hold.asked => {
                self.shut_now();
                (self.send)(VoiceOut::Release(hold.call, hold.burst));
                self.next_hold(hold.call);
            }
            _ => {}
        }
    }

    fn stay_awake(&self) {
        if let Some(awake) = &*self.awake.borrow() {
            awake.keep();
        }
    }

    /// Waits for what the browser says to a sound. Held back, this screen hears nothing, and whoever
    /// speaks to it must not believe otherwise.
    fn listen(&self, playing: Option<Promise>) {
        let (Some(playing), me) = (playing, self.me.clone()) else { return };
        spawn_local(async move {
            let refused = JsFuture::from(playing).await.err().and_then(|error| js::get(&error, "name"));
            let barred = refused.is_some_and(|name| name == "NotAllowedError");
            if let Some(inner) = me.upgrade().filter(|inner| barred && inner.sound.get()) {
                inner.barred.set(true);
                (inner.send)(VoiceOut::Sound(false));
            }
        });
    }

    /// Makes a new connection, or takes the spare one, and offers it.
    fn offer(&self, spare: Option<Spare>) {
        let Some(told) = self.ears.get() else { return };
        let (peer, description) = match spare.map(|spare| (spare.peer, Some(spare.description))) {
            Some(made) => made,
            None => match Peer::new() {
                Ok(peer) => (peer, None),
                Err(_) => {
                    self.shown.connection.set(Connection::Unsupported);
                    return;
                }
            },
        };
        peer.tell(told.as_ref().unchecked_ref());
        if let Some(microphone) = &*self.microphone.borrow() {
            peer.speak_with(&microphone.sent);
        }
        self.listen(self.ear.hear(&peer.heard));
        self.peer.replace(Some(peer));
        self.describe(false, description);
    }

    /// Makes the description of the present connection, unless it is there, and sends it.
    fn describe(&self, restart: bool, made: Option<JsValue>) {
        let Some(connection) = self.peer.borrow().as_ref().map(Peer::handle) else { return };
        let Some(me) = self.me.upgrade() else { return };
        spawn_local(async move {
            let send = |sdp| {
                let sent = (me.send)(VoiceOut::Offer { sdp, restart });
                if sent && !restart {
                    (me.send)(VoiceOut::Sound(me.sound.get() && !me.barred.get()));
                }
            };
            // A browser that cannot make one is tried again by the timer.
            let made = match made {
                Some(made) => Ok(made),
                None => Peer::describe(&connection, restart).await,
            };
            if let Ok(made) = made {
                let _ = Peer::offer(&connection, made, send).await;
            }
        });
    }

    fn answer(&self, sdp: String) {
        let Some(connection) = self.peer.borrow().as_ref().map(Peer::handle) else { return };
        let Some(me) = self.me.upgrade() else { return };
        spawn_local(async move {
            // An answer to an older offer fits nothing; the timer offers again.
            if Peer::answer(&connection, &sdp).await.is_ok() {
                // A restart of a path that had not broken changes no state: look.
                me.look();
            }
        });
    }

    /// Turns everything off.
    fn end(&self) {
        self.line.borrow_mut().step(Input::End, now_ms());
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        self.shut_now();
        self.microphone.replace(None);
        self.peer.replace(None);
        self.awake.replace(None);
        let _ = self.ear.sound(false);
        self.shown.ready.set(false);
        self.shown.connection.set(Connection::Gone);
        if let Some(ears) = self.ears.get() {
            for (target, name) in targets() {
                let _ = target.remove_event_listener_with_callback(name, ears.as_ref().unchecked_ref());
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}

/// What tells that a press must end or that the network is another.
fn targets() -> Vec<(EventTarget, &'static str)> {
    let Some(window) = window() else { return Vec::new() };
    let page = window.document().map(|page| (page.into(), "visibilitychange"));
    let network = network().map(|network| (network, "change"));
    let window: EventTarget = window.into();
    [(window.clone(), "online"), (window, "pagehide")].into_iter().chain(page).chain(network).collect()
}

/// `navigator.connection`, where there is one.
fn network() -> Option<EventTarget> {
    js::get(&window()?.navigator(), "connection")?.dyn_into().ok()
}

/// `wifi`, `cellular` and so on.
fn kind_of(network: &EventTarget) -> Option<String> {
    js::get(network, "type")?.as_string()
}
