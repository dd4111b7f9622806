//! What one staff screen knows, fed by the live connection and by nothing else.
//!
//! Law: the server sends ages as they are at that moment; what is shown is such an age and the time
//! since, on the page's own clock.

use super::Words;
use super::paging::Device;
use super::talk::Talk;
use super::written::Written;
use crate::live::{Answer, LinkState, Socket, deliver, now_ms, on_unsent, post, post_read, sleep, socket_url, status};
use crate::text::{Book, StaffKey as K, Texts};
use domain::ids::{IncidentId, PersonId};
use domain::venue::Venue;
use domain::view::{GuardView, Pane, PersonRow, QueueRow};
use domain::wire::{FromStaff, Me, PagingView, StaffCommand, StaffPost, ToStaff, WireError, decode, encode};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long a message to the reader stays.
const TOLD_MS: i32 = 8_000;
/// How often a screen without a connection asks whether its sign-in is over, in milliseconds.
const DOUBT_EVERY_MS: i32 = 5_000;

/// Something received, and when.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aged<T> {
    /// What.
    pub(crate) value: T,
    /// When, on the page's clock.
    pub(crate) at: i64,
}

impl<T> Aged<T> {
    /// An age that came with the value, as it is `now`.
    pub(crate) fn age(&self, ms: i64, now: i64) -> i64 {
        ms + (now - self.at).max(0)
    }
}

/// Why a screen no longer follows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ended {
    /// The sign-in is over.
    SignedOut,
    /// The server is newer than the page.
    Outdated,
}

/// One staff screen. Every field is written here and read anywhere.
#[derive(Clone, Copy)]
pub(crate) struct Store {
    words: StoredValue<Words>,
    /// The page's clock, moved once a second.
    pub(crate) now: RwSignal<i64>,
    /// The connection.
    pub(crate) link: RwSignal<LinkState>,
    /// When the last frame came.
    pub(crate) heard: RwSignal<i64>,
    /// Who is signed in.
    pub(crate) me: RwSignal<Option<Me>>,
    /// The queue, by incident.
    pub(crate) rows: RwSignal<BTreeMap<IncidentId, Aged<QueueRow>>>,
    /// The whole team.
    pub(crate) people: RwSignal<Aged<Vec<PersonRow>>>,
    /// The case that is open.
    pub(crate) pane: RwSignal<Option<Aged<Pane>>>,
    /// The responder's own view.
    pub(crate) guard: RwSignal<Option<Aged<GuardView>>>,
    /// Address of the packed map.
    pub(crate) map: RwSignal<String>,
    /// The venue, once loaded.
    pub(crate) venue: RwSignal<Option<Arc<Venue>>>,
    /// The case that the server is asked to send.
    pub(crate) watching: RwSignal<Option<IncidentId>>,
    /// The screen has stopped following.
    pub(crate) ended: RwSignal<Option<Ended>>,
    /// The last refusal, in words, until the next act.
    pub(crate) toast: RwSignal<Option<String>>,
    /// How this browser can be paged, as the server knows.
    pub(crate) paging: RwSignal<Aged<PagingView>>,
    /// What the browser itself says to it.
    pub(crate) device: RwSignal<Device>,
    /// Commands without an answer yet.
    pub(crate) pending: RwSignal<Vec<StaffCommand>>,
    /// What was written here.
    pub(crate) written: RwSignal<Written>,
    pub(super) pumping: StoredValue<bool>,
    /// Calls.
    pub(crate) talk: Talk,
    book: StoredValue<Book>,
    cursor: StoredValue<Vec<u8>>,
    socket: StoredValue<Option<Socket>, LocalStorage>,
}

impl Store {
    /// An empty screen in the language of `texts`.
    pub(crate) fn new(texts: Texts<K>, book: Book) -> Self {
        let now = now_ms();
        Store {
            words: StoredValue::new(Words(texts)),
            now: RwSignal::new(now),
            link: RwSignal::new(LinkState::Connecting),
            heard: RwSignal::new(now),
            me: RwSignal::new(None),
            rows: RwSignal::new(BTreeMap::new()),
            people: RwSignal::new(Aged { value: Vec::new(), at: now }),
            pane: RwSignal::new(None),
            guard: RwSignal::new(None),
            map: RwSignal::new(String::new()),
            venue: RwSignal::new(None),
            watching: RwSignal::new(None),
            ended: RwSignal::new(None),
            toast: RwSignal::new(None),
            paging: RwSignal::new(Aged { value: PagingView::default(), at: now }),
            device: RwSignal::new(Device::look()),
            pending: RwSignal::new(Vec::new()),
            written: RwSignal::new(Written::default()),
            pumping: StoredValue::new(false),
            talk: Talk::new(),
            book: StoredValue::new(book),
            cursor: StoredValue::new(Vec::new()),
            socket: StoredValue::new_local(None),
        }
    }

    /// Connects and follows until the page goes.
    pub(crate) fn follow(self) {
        let socket = Socket::open(
            socket_url("/live"),
            move || encode(&FromStaff::Hello { cursor: self.cursor.get_value() }),
            move |frame| self.take(frame),
            move |link| {
                self.link.set(link);
                self.now.set(now_ms());
                // The first frame of a connection has come; it knows nothing yet of the open case.
                if link == LinkState::Live && self.watching.with_untracked(Option::is_some) {
                    self.say(&FromStaff::Watch(self.watching.get_untracked()));
                }
                match link {
                    LinkState::Live => {
                        super::sight::tell(self);
                        self.resume_calls();
                    }
                    LinkState::Stale => {
                        self.lose_calls();
                        self.doubt();
                    }
                    LinkState::Connecting => {}
                }
            },
        );
        self.socket.set_value(Some(socket));
    }

    /// Opens a case pane, or none.
    pub(crate) fn watch(self, incident: Option<IncidentId>) {
        if self.watching.get_untracked() != incident {
            self.watching.set(incident);
            self.say(&FromStaff::Watch(incident));
        }
    }

    /// Sends a command. What it does comes back as a view; a refusal is shown in words.
    pub(crate) fn send(self, command: StaffCommand) {
        self.send_then(command, || ());
    }

    /// Sends a command and does `then` once it was accepted.
    pub(crate) fn send_then(self, command: StaffCommand, then: impl FnOnce() + 'static) {
        self.submit(command, move |answer| self.answered(answer, then));
    }

    /// Sends a command, unless the same one is on its way, and gives its answer to `settle`.
    fn submit(self, command: StaffCommand, settle: impl FnOnce(Answer) + 'static) {
        self.toast.set(None);
        if self.pending.with_untracked(|pending| pending.contains(&command)) {
            return;
        }
        self.pending.update(|pending| pending.push(command.clone()));
        leptos::task::spawn_local(async move {
            let answer = match fresh_key() {
                Some(key) => self.bring(key, command.clone()).await,
                None => Answer::NoAnswer,
            };
            self.pending.update(|pending| pending.retain(|other| *other != command));
            settle(answer);
        });
    }

    /// Sends a command and gives what it was answered with to `then`.
    pub(crate) fn send_read(self, command: StaffCommand, then: impl FnOnce(String) + 'static) {
        self.toast.set(None);
        if self.pending.with_untracked(|pending| pending.contains(&command)) {
            return;
        }
        self.pending.update(|pending| pending.push(command.clone()));
        leptos::task::spawn_local(async move {
            let (answer, text) = match fresh_key() {
                Some(key) => post_read("/command", &encode(&StaffPost { key, command: command.clone() })).await,
                None => (Answer::NoAnswer, String::new()),
            };
            self.pending.update(|pending| pending.retain(|other| *other != command));
            self.answered(answer, move || then(text));
        });
    }

    /// Sends somebody to a case; a refusal because of who it is comes back to `instead`.
    pub(crate) fn dispatch(self, incident: IncidentId, person: PersonId, instead: impl FnOnce() + 'static) {
        self.submit(StaffCommand::Dispatch(incident, person), move |answer| match answer {
            Answer::Refused(code) if code == "responder_unreachable" => instead(),
            answer => self.answered(answer, || ()),
        });
    }

    /// A responder's command is kept on the phone until it is answered. A desk's is not: what an agent
    /// decided is worth nothing when the case has gone on without it.
    async fn bring(self, key: [u8; 16], command: StaffCommand) -> Answer {
        let body = encode(&StaffPost { key, command });
        let who = self.me.with_untracked(|me| me.as_ref().map(|me| me.id.to_string()));
        if let Some(who) = who.filter(|_| self.guard.with_untracked(Option::is_some)) {
            self.tell_unsent();
            if let Some(answer) = deliver("/command", &key, &who, &body).await {
                return answer;
            }
        }
        post("/command", &body).await
    }

    /// Says as long as something of this phone's is not sent where it is kept.
    fn tell_unsent(self) {
        on_unsent(move |saved| {
            let words = [K::SavedHere, K::KeptOpen].map(|key| self.get(key));
            match saved {
                Some(saved) => self.toast.set(Some(words[usize::from(!saved)].clone())),
                None if self.toast.with_untracked(|told| told.as_ref().is_some_and(|told| words.contains(told))) => {
                    self.toast.set(None);
                }
                None => {}
            }
        });
    }

    pub(super) fn answered(self, answer: Answer, then: impl FnOnce()) {
        match answer {
            Answer::Done => then(),
            Answer::Refused(code) if code == "signed_out" => self.end(Ended::SignedOut),
            Answer::Refused(code) if code == "other_version" => self.end(Ended::Outdated),
            Answer::Refused(code) => self.tell(self.words(|words| words.error(&code))),
            Answer::NoAnswer => self.tell(self.get(K::NotSent)),
        }
    }

    /// Sends what nobody pressed: a failure is not told, the next occasion repeats it.
    pub(crate) fn send_quietly(self, command: StaffCommand) {
        if self.pending.with_untracked(|pending| pending.contains(&command)) {
            return;
        }
        self.pending.update(|pending| pending.push(command.clone()));
        leptos::task::spawn_local(async move {
            if let Some(key) = fresh_key() {
                post("/command", &encode(&StaffPost { key, command: command.clone() })).await;
            }
            self.pending.update(|pending| pending.retain(|other| *other != command));
        });
    }

    /// Says something for a while: long enough to read, not so long that it covers what comes next.
    pub(crate) fn tell(self, text: String) {
        self.toast.set(Some(text.clone()));
        leptos::task::spawn_local(async move {
            sleep(TOLD_MS).await;
            if self.toast.with_untracked(|told| told.as_ref() == Some(&text)) {
                self.toast.set(None);
            }
        });
    }

    /// Whether a command that fits waits for its answer.
    pub(crate) fn waits(self, fits: impl Fn(&StaffCommand) -> bool) -> bool {
        self.pending.with(|pending| pending.iter().any(fits))
    }

    /// Reads the words.
    pub(crate) fn words<T>(self, read: impl FnOnce(&Words) -> T) -> T {
        self.words.with_value(read)
    }

    /// Reads the book of phrases.
    pub(crate) fn book<T>(self, read: impl FnOnce(&Book) -> T) -> T {
        self.book.with_value(read)
    }

    /// A text.
    pub(crate) fn get(self, key: K) -> String {
        self.words(|words| words.get(key))
    }

    /// A text with its gaps filled.
    pub(crate) fn fill(self, key: K, values: &[(&str, &str)]) -> String {
        self.words(|words| words.fill(key, values))
    }

    /// A counted text for `n` things.
    pub(crate) fn count(self, key: K, n: usize) -> String {
        self.words(|words| words.count(key, n.try_into().unwrap_or(u32::MAX)))
    }

    /// The language of the page.
    pub(crate) fn lang(self) -> String {
        self.words(|words| words.0.lang().to_owned())
    }

    /// The name of a member of staff, *you* for the reader.
    pub(crate) fn name(self, person: PersonId) -> String {
        if self.me.with(|me| me.as_ref().is_some_and(|me| me.id == person)) {
            return self.get(K::You);
        }
        self.full_name(person)
    }

    /// The name of a member of staff.
    pub(crate) fn full_name(self, person: PersonId) -> String {
        let known =
            self.people.with(|people| people.value.iter().find(|row| row.id == person).map(|row| row.name.clone()));
        known.unwrap_or_else(|| self.get(K::Someone))
    }

    /// One queue row, following its changes.
    pub(crate) fn row(self, id: IncidentId) -> Memo<Option<Aged<QueueRow>>> {
        Memo::new(move |_| self.rows.with(|rows| rows.get(&id).cloned()))
    }

    /// Sends a frame, or says that there is no connection to send it on.
    pub(super) fn say(self, message: &FromStaff) -> bool {
        self.socket.with_value(|socket| socket.as_ref().is_some_and(|socket| socket.send(&encode(message))))
    }

    /// While nothing comes: is it the network, or is the sign-in over? A refused socket does not say.
    fn doubt(self) {
        leptos::task::spawn_local(async move {
            loop {
                sleep(DOUBT_EVERY_MS).await;
                if self.link.get_untracked() == LinkState::Live || self.ended.with_untracked(Option::is_some) {
                    return;
                }
                if status("/live").await == Some(401) {
                    self.end(Ended::SignedOut);
                }
            }
        });
    }

    fn take(self, frame: &[u8]) {
        let at = now_ms();
        let known = self.me.with_untracked(Option::is_some);
        self.heard.set(at);
        self.now.set(at);
        match decode::<ToStaff>(frame) {
            Ok(ToStaff::Ping) => {
                self.say(&FromStaff::Pong);
            }
            Ok(ToStaff::Desk { cursor, reset, me, rows, people, pane, map }) => {
                self.cursor.set_value(cursor);
                self.people.set(Aged { value: people, at });
                set_changed(self.me, Some(me));
                set_changed(self.map, map);
                if reset || !rows.is_empty() {
                    self.rows.update(|kept| {
                        if reset {
                            kept.clear();
                        }
                        kept.extend(rows.into_iter().map(|row| (row.id, Aged { value: row, at })));
                    });
                }
                if let Some(pane) = pane {
                    self.pane.set(Some(Aged { value: *pane, at }));
                }
            }
            Ok(ToStaff::Guard { cursor, me, view, map }) => {
                self.cursor.set_value(cursor);
                set_changed(self.me, Some(me));
                set_changed(self.map, map);
                self.guard.set(Some(Aged { value: view, at }));
                // What an earlier page has left is told too.
                if !known {
                    self.tell_unsent();
                }
            }
            Ok(ToStaff::Paging(view)) => self.paging.set(Aged { value: view, at }),
            Ok(ToStaff::Voice(say)) => self.take_voice(say, at),
            Ok(ToStaff::Refused(code)) => self.refused(&code),
            Ok(ToStaff::Reload) | Err(WireError::Protocol(_)) => self.end(Ended::Outdated),
            // A damaged frame proves nothing about what is held; begin anew from nothing.
            Err(WireError::Empty | WireError::Damaged) => self.anew(),
        }
        self.tidy_written();
        if !known && self.me.with_untracked(Option::is_some) {
            self.restore_written();
            self.restore_calls();
        }
    }

    fn refused(self, code: &str) {
        match code {
            // The server goes on by itself, from the beginning.
            "cursor" => self.cursor.set_value(Vec::new()),
            _ => self.end(Ended::SignedOut),
        }
    }

    fn anew(self) {
        self.cursor.set_value(Vec::new());
        self.socket.with_value(|socket| socket.as_ref().map(Socket::again));
    }

    pub(super) fn end(self, why: Ended) {
        self.forget_calls();
        self.socket.with_value(|socket| socket.as_ref().map(Socket::end));
        self.ended.set(Some(why));
    }
}

/// Sets only what differs, so that nothing is drawn anew for nothing.
fn set_changed<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

/// A fresh idempotency key, one a press; `None` in a browser without randomness.
pub(super) fn fresh_key() -> Option<[u8; 16]> {
    let mut key = [0; 16];
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut key).ok()?;
    Some(key)
}
