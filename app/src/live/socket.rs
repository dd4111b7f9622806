//! A WebSocket that comes back by itself: [`Link`] decides, this file carries it out.
//!
//! Law: every closure that the browser may call lives as long as the socket, and is taken off its
//! target before it goes.

use super::link::{Input, Link, LinkState, Order};
use js_sys::{ArrayBuffer, Math, Uint8Array};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, Event, EventTarget, MessageEvent, VisibilityState, WebSocket, window};

/// Milliseconds on the page's own clock, which never jumps.
pub fn now_ms() -> i64 {
    window().and_then(|window| window.performance()).map_or(0, |clock| clock.now() as i64)
}

/// The address of a socket on the page's own host.
pub fn socket_url(path: &str) -> String {
    let place = window().map(|window| window.location());
    let part = |read: fn(&web_sys::Location) -> Result<String, wasm_bindgen::JsValue>| {
        place.as_ref().and_then(|place| read(place).ok()).unwrap_or_default()
    };
    let scheme = if part(web_sys::Location::protocol) == "https:" { "wss://" } else { "ws://" };
    [scheme, &part(web_sys::Location::host), path].concat()
}

/// A connection that is kept for as long as this value lives.
#[derive(Clone)]
pub struct Socket(Rc<Inner>);

type OnFrame = Box<dyn Fn(&[u8])>;

struct Inner {
    url: String,
    hello: Box<dyn Fn() -> Vec<u8>>,
    on_frame: OnFrame,
    on_state: Box<dyn Fn(LinkState)>,
    link: RefCell<Link>,
    shown: Cell<LinkState>,
    current: RefCell<Option<WebSocket>>,
    timer: Cell<Option<(i32, i64)>>,
    ears: OnceCell<Ears>,
}

struct Ears {
    opened: Closure<dyn FnMut(Event)>,
    frame: Closure<dyn FnMut(MessageEvent)>,
    closed: Closure<dyn FnMut(Event)>,
    wake: Closure<dyn FnMut(Event)>,
    tick: Closure<dyn FnMut()>,
}

impl Socket {
    /// Connects to `url` and stays connected. `hello` makes the first frame of every connection
    /// (with the last cursor in it), `on_frame` gets each frame whole, `on_state` each change.
    pub fn open(
        url: String,
        hello: impl Fn() -> Vec<u8> + 'static,
        on_frame: impl Fn(&[u8]) + 'static,
        on_state: impl Fn(LinkState) + 'static,
    ) -> Self {
        let inner = Rc::new(Inner {
            url,
            hello: Box::new(hello),
            on_frame: Box::new(on_frame),
            on_state: Box::new(on_state),
            link: RefCell::new(Link::new(now_ms())),
            shown: Cell::new(LinkState::Connecting),
            current: RefCell::new(None),
            timer: Cell::new(None),
            ears: OnceCell::new(),
        });
        let ears = Ears::new(&Rc::downgrade(&inner));
        for (target, name) in wake_targets() {
            let _ = target.add_event_listener_with_callback(name, ears.wake.as_ref().unchecked_ref());
        }
        let _ = inner.ears.set(ears);
        inner.connect();
        inner.arm();
        Socket(inner)
    }

    /// Sends a frame, or says that there is no connection to send it on.
    pub fn send(&self, frame: &[u8]) -> bool {
        self.0.send(frame)
    }

    /// Closes the connection for good.
    pub fn end(&self) {
        self.0.step(Input::End);
    }

    /// Closes the connection and makes a new one with a new first frame, after the usual pause.
    pub fn again(&self) {
        self.0.hang_up();
        self.0.step(Input::Closed);
    }
}

impl Ears {
    fn new(weak: &Weak<Inner>) -> Self {
        fn step(weak: &Weak<Inner>, event: &Event, input: Input) {
            if let Some(inner) = weak.upgrade()
                && inner.is_current(event)
            {
                inner.step(input);
            }
        }
        let [for_open, for_frame, for_close, for_wake, for_tick] = [(); 5].map(|()| weak.clone());
        Ears {
            opened: Closure::new(move |event: Event| {
                if let Some(inner) = for_open.upgrade()
                    && inner.is_current(&event)
                {
                    inner.send(&(inner.hello)());
                    inner.step(Input::Opened);
                }
            }),
            frame: Closure::new(move |event: MessageEvent| {
                step(&for_frame, &event, Input::Frame);
                if let Some(inner) = for_frame.upgrade()
                    && inner.is_current(&event)
                    && let Ok(buffer) = event.data().dyn_into::<ArrayBuffer>()
                {
                    (inner.on_frame)(&Uint8Array::new(&buffer).to_vec());
                }
            }),
            closed: Closure::new(move |event: Event| step(&for_close, &event, Input::Closed)),
            wake: Closure::new(move |_: Event| {
                let seen = window().and_then(|window| window.document()).map(|page| page.visibility_state());
                if let Some(inner) = for_wake.upgrade()
                    && seen == Some(VisibilityState::Visible)
                {
                    inner.step(Input::Wake);
                }
            }),
            tick: Closure::new(move || {
                if let Some(inner) = for_tick.upgrade() {
                    inner.timer.set(None);
                    inner.step(Input::Tick);
                }
            }),
        }
    }
}

impl Inner {
    fn step(&self, input: Input) {
        // A random number below 1000: the spread of the pauses.
        let jitter = (Math::random() * 1_000.0) as u16;
        let order = self.link.borrow_mut().step(input, now_ms(), jitter);
        match order {
            Order::Stay => {}
            Order::Connect => self.connect(),
            Order::Close => self.hang_up(),
        }
        self.arm();
        let state = self.link.borrow().state();
        if self.shown.replace(state) != state {
            (self.on_state)(state);
        }
    }

    fn connect(&self) {
        self.hang_up();
        let (Ok(socket), Some(ears)) = (WebSocket::new(&self.url), self.ears.get()) else { return };
        socket.set_binary_type(BinaryType::Arraybuffer);
        socket.set_onopen(Some(ears.opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(ears.frame.as_ref().unchecked_ref()));
        socket.set_onclose(Some(ears.closed.as_ref().unchecked_ref()));
        self.current.replace(Some(socket));
    }

    /// Lets go of the connection without waiting: on a dead network its end could take minutes.
    fn hang_up(&self) {
        if let Some(socket) = self.current.take() {
            socket.set_onopen(None);
            socket.set_onmessage(None);
            socket.set_onclose(None);
            let _ = socket.close();
        }
    }

    fn send(&self, frame: &[u8]) -> bool {
        let current = self.current.borrow();
        current
            .as_ref()
            .is_some_and(|socket| socket.ready_state() == WebSocket::OPEN && socket.send_with_u8_array(frame).is_ok())
    }

    fn is_current(&self, event: &Event) -> bool {
        let target = event.target();
        self.current.borrow().as_ref().is_some_and(|socket| target.as_ref() == Some(socket.as_ref()))
    }

    /// One timer at a time. It may ring early, since frames move the silence on; then it is set again.
    fn arm(&self) {
        let due = self.link.borrow().due_ms();
        let Some(window) = window() else { return };
        if let Some((timer, at)) = self.timer.get() {
            if due.is_some_and(|due| at <= due) {
                return;
            }
            window.clear_timeout_with_handle(timer);
            self.timer.set(None);
        }
        if let (Some(due), Some(ears)) = (due, self.ears.get()) {
            let wait = (due - now_ms()).clamp(0, i64::from(i32::MAX)) as i32;
            let set = window
                .set_timeout_with_callback_and_timeout_and_arguments_0(ears.tick.as_ref().unchecked_ref(), wait + 1);
            self.timer.set(set.ok().map(|timer| (timer, due)));
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.hang_up();
        if let (Some((timer, _)), Some(window)) = (self.timer.get(), window()) {
            window.clear_timeout_with_handle(timer);
        }
        if let Some(ears) = self.ears.get() {
            for (target, name) in wake_targets() {
                let _ = target.remove_event_listener_with_callback(name, ears.wake.as_ref().unchecked_ref());
            }
        }
    }
}

/// What tells that trying again is worth it now.
fn wake_targets() -> Vec<(EventTarget, &'static str)> {
    let Some(window) = window() else { return Vec::new() };
    let document = window.document().map(|page| (page.into(), "visibilitychange"));
    let window: EventTarget = window.into();
    [(window.clone(), "online"), (window, "pageshow")].into_iter().chain(document).collect()
}
