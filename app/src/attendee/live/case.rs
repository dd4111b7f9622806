//! The live case: one socket, one view, a countdown.

use super::patch::Shown;
use super::talk::{Talk, in_entry, screen};
use super::{attribute, covered, forms, on_page};
use crate::attendee::case::{Given, Hidden, Scene, parts};
use crate::attendee::common::Numbers;
use crate::live::{LinkState, Socket, now_ms, socket_url};
use crate::text::{AttendeeKey as K, Book, Texts};
use domain::view::{CallOffer, CaseView, Stage};
use domain::wire::{FromPhone, ToPhone, decode, encode};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, window};

/// Takes the server's page over.
pub(super) fn start(live: Element, texts: Texts<K>) {
    let Some(book) = book(texts.lang()) else { return };
    let Some(first) = unhex(&attribute(&live, "data-case")).and_then(|bytes| decode::<CaseView>(&bytes).ok()) else {
        return;
    };
    let (Some(below), Some(above)) = (live.first_element_child(), live.last_element_child()) else { return };
    let Ok(root) = above.clone().dyn_into::<HtmlElement>() else { return };
    let slots = Slots { below, above };
    let token = Some(attribute(&live, "data-token")).filter(|token| !token.is_empty());
    let by_token = token.is_some();
    let lang = attribute(&live, "data-lang");
    let hidden = Hidden { key: forms::fresh_key(), lang: lang.clone(), token: token.clone(), last: 0 };
    let numbers = Numbers::from_page(&attribute(&live, "data-numbers"));
    let (checking, offline) = (attribute(&live, "data-checking"), attribute(&live, "data-offline"));

    // A page that was reloaded in its call goes back to it; *Talk quietly* goes there at once. Whoever
    // has just left it stays out, though the server may not have heard of it yet.
    let wanted = live.has_attribute("data-talk");
    let talks = first.stage == Stage::Open && (wanted || first.call == CallOffer::Own && in_entry());
    let seconds = first.undo_ms.div_ceil(1_000);
    let undo_until = RwSignal::new(now_ms() + i64::from(first.undo_ms));
    let (view, undo, doubt) = (RwSignal::new(first), RwSignal::new(seconds), RwSignal::new(String::new()));
    let count = move || {
        let left = (undo_until.get_untracked() - now_ms()).max(0).unsigned_abs().div_ceil(1_000) as u32;
        if undo.get_untracked() != left {
            undo.set(left);
        }
    };
    let socket: Rc<RefCell<Option<Socket>>> = Rc::default();
    // Nothing of its own: this only starts what runs effects.
    leptos::mount::mount_to(root, || ()).forget();
    // As long as the page: what is shown follows what is known.
    let owner = Owner::new();
    owner.set();
    std::mem::forget(owner);
    let talk = {
        let socket = socket.clone();
        Talk::new(move |say| {
            socket.borrow().as_ref().is_some_and(|socket| socket.send(&encode(&FromPhone::Voice(say))))
        })
    };
    let scene = Scene { texts, book, numbers, hidden, given: Given::default() };
    show_case(&slots, &scene, view, undo, doubt);
    show_talk(&slots, scene, talk, view, doubt);
    if wanted && !by_token {
        forget_wish(&lang);
    }
    // Behind the cover nothing opens by itself.
    if talks && !covered() {
        talk.begin(wanted);
    }
    let every_moment = move || {
        count();
        talk.count();
    };
    set_interval(every_moment, Duration::from_millis(200));

    let cursor = Rc::new(RefCell::new(Vec::new()));
    let hello = {
        let cursor = cursor.clone();
        move || encode(&FromPhone::Hello { token: token.clone(), cursor: cursor.borrow().clone() })
    };
    // The team's last message that was put in place.
    let last = Rc::new(Cell::new(0));
    on_page(&["visibilitychange", "cover"], {
        let (socket, last) = (socket.clone(), last.clone());
        move || tell_got(&socket, last.get())
    });
    let on_frame = {
        let (socket, live, last) = (socket.clone(), live.clone(), last.clone());
        move |frame: &[u8]| match decode::<ToPhone>(frame) {
            Ok(ToPhone::Case { cursor: newer, view: case }) => {
                // From here on the page is live: its own script stops asking.
                let _ = live.set_attribute("data-on", "1");
                cursor.replace(newer);
                undo_until.set(now_ms() + i64::from(case.undo_ms));
                count();
                talk.case(&case);
                last.set(last_of_team(&case));
                if view.with_untracked(|shown| *shown != *case) {
                    view.set(*case);
                }
                tell_got(&socket, last.get());
            }
            Ok(ToPhone::Ping) => {
                if let Some(socket) = &*socket.borrow() {
                    socket.send(&encode(&FromPhone::Pong));
                }
            }
            Ok(ToPhone::Refused(code)) if code == "cursor" => {}
            Ok(ToPhone::Refused(_)) => {
                if let Some(socket) = &*socket.borrow() {
                    socket.end();
                }
            }
            Ok(ToPhone::Voice(say)) => talk.take(&say),
            Ok(ToPhone::Reload) | Err(_) => reload(),
        }
    };
    let on_state = move |state: LinkState| {
        let online = window().is_none_or(|window| window.navigator().on_line());
        let text = match state {
            LinkState::Live | LinkState::Connecting => String::new(),
            LinkState::Stale if online => checking.clone(),
            LinkState::Stale => offline.clone(),
        };
        doubt.set(text);
        if state == LinkState::Live {
            talk.reconnected();
        }
    };
    let path = if lang.is_empty() { "/live".to_owned() } else { ["/live?l=", &lang].concat() };
    socket.replace(Some(Socket::open(socket_url(&path), hello, on_frame, on_state)));
    let reconnect = move || {
        if let Some(socket) = &*socket.borrow() {
            socket.again();
        }
    };
    forms::catch(live, move || talk.begin(true), reconnect);
}

/// Where the case is shown, and Talk over it.
struct Slots {
    below: Element,
    above: Element,
}

/// Keeps the case up to date from here on. The server's markup is taken over (decision 0011).
fn show_case(slots: &Slots, scene: &Scene, view: RwSignal<CaseView>, undo: RwSignal<u32>, doubt: RwSignal<String>) {
    let (mut scene, slot) = (scene.clone(), slots.below.clone());
    let mut shown = None::<Shown>;
    Effect::new(move |_: Option<()>| {
        let parts = view.with(|case| {
            scene.hidden.last = last_of_team(case);
            doubt.with(|doubt| parts(&scene, case, undo.get(), doubt))
        });
        let (before, first) = (question_top(&slot), numbers_first(&slot));
        match &mut shown {
            Some(shown) => shown.show(parts),
            None => shown = Some(Shown::adopt(slot.clone(), parts)),
        }
        // What comes in above the question must not move its answers under the finger. When the
        // emergency numbers take its place, they are what is to be seen.
        if first == numbers_first(&slot)
            && let (Some(before), Some(after), Some(window)) = (before, question_top(&slot), window())
        {
            window.scroll_by_with_x_and_y(0.0, after - before);
        }
        tell_keeper();
    });
}

/// Where the question stands on the screen, in pixels from the top.
fn question_top(slot: &Element) -> Option<f64> {
    let found = slot.query_selector("#ask").ok().flatten()?;
    Some(found.get_bounding_client_rect().top())
}

/// Whether the emergency numbers stand before the question.
fn numbers_first(slot: &Element) -> bool {
    slot.query_selector(".grown").is_ok_and(|found| found.is_some())
}

/// Shows Talk, while it is open, over the case that goes on beneath.
fn show_talk(slots: &Slots, scene: Scene, talk: Talk, view: RwSignal<CaseView>, doubt: RwSignal<String>) {
    talk.listen(&slots.above);
    let below = slots.below.clone();
    Effect::new(move |_: Option<()>| {
        let _ = below.toggle_attribute_with_force("hidden", talk.open.get());
    });
    let mut shown = Shown::adopt(slots.above.clone(), Vec::new());
    Effect::new(move |_: Option<()>| {
        let parts = if talk.open.get() { screen(talk, &scene, view, doubt) } else { Vec::new() };
        shown.show(parts);
    });
}

/// The number of the team's last message.
fn last_of_team(case: &CaseView) -> u32 {
    case.messages.iter().rev().find(|line| !line.mine).map_or(0, |line| line.n)
}

/// Lets the keeper of what is typed (`public/attendee-keep.js`) look at the page.
fn tell_keeper() {
    if let Some(page) = window().and_then(|window| window.document())
        && let Ok(event) = web_sys::Event::new("case")
    {
        let _ = page.dispatch_event(&event);
    }
}

/// Takes the wish to talk out of the page's entry: a later reload sends no form and is no new wish.
fn forget_wish(lang: &str) {
    let address = if lang.is_empty() { "/now".to_owned() } else { ["/now?l=", lang].concat() };
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// The sentences that the page carries.
fn book(lang: &str) -> Option<Book> {
    let table = window()?.document()?.get_element_by_id("book")?.text_content()?;
    Book::from_page(lang, &table)
}

/// Tells how far the team's messages have come; in sight only if the page is.
fn tell_got(socket: &RefCell<Option<Socket>>, upto: u32) {
    if let Some(socket) = socket.borrow().as_ref().filter(|_| upto > 0) {
        socket.send(&encode(&FromPhone::Got { upto, shown: in_sight() }));
    }
}

/// Whether anybody can see the case.
fn in_sight() -> bool {
    !covered() && window().and_then(|window| window.document()).is_some_and(|page| !page.hidden())
}

fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect();
    Some(digits?.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
