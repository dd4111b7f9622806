//! What the desk is doing, and what keys and buttons make it do.

use super::ask::Ask;
use super::flood::{Flood, row_now};
use super::keys::{Mode, Press, Struck, meaning};
use super::order::{How, Layout, Stop, lay_out};
use super::sound::Sound;
use super::window::Drawn;
use super::{ask, header, opened, palette, pane, people, queue, reply, scroll, side, sound, talk};
use crate::live::now_ms;
use crate::staff::call::Kept;
use crate::staff::{Place, Store, focus, is_typing, light, store_flag, stored};
use crate::text::StaffKey as K;
use domain::ids::{IncidentId, PersonId};
use domain::incident::Status;
use domain::venue::Ordinal;
use domain::view::{Pane, QueueRow, offers, queue_order};
use domain::wire::StaffCommand;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// After a key or a movement of the mouse over it the queue stands still this long, so that the next
/// key or click means the row that is seen. No longer: a mouse that rests must not hide an alert.
const STILL_MS: i64 = 4_000;
/// Whoever could not be sent is not offered for so long: by then the list says so itself.
const PASSED_OVER_MS: i64 = 10_000;
/// Where the switch for single keys is kept.
const KEYS_SETTING: &str = "sotto.keys";

/// The desk's own state. Everything about cases is in the store.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// What the server says.
    pub(super) store: Store,
    /// The row that keys act on while none is open.
    pub(super) picked: RwSignal<Option<Stop>>,
    /// What is being asked.
    pub(super) ask: RwSignal<Option<Ask>>,
    /// What was begun by a key.
    pub(super) mode: RwSignal<Mode>,
    /// Whether single keys do anything.
    pub(super) keys_on: RwSignal<bool>,
    /// The level that the map shows.
    pub(super) level: RwSignal<Option<Ordinal>>,
    /// The queue.
    pub(super) layout: Memo<Layout>,
    /// What a flood changes.
    pub(super) flood: Flood,
    /// The part of the queue that is in the page.
    pub(super) drawn: Memo<Drawn>,
    /// Where that part begins.
    pub(super) window: RwSignal<usize>,
    /// Sounds.
    pub(super) sound: Sound,
    /// Approach notes that the festival suggests.
    pub(super) approach: StoredValue<Vec<String>>,
    /// Every command and sentence is shown.
    pub(super) palette: RwSignal<bool>,
    /// A case is being opened here: the ones there were before.
    pub(super) expects: RwSignal<Option<BTreeSet<IncidentId>>>,
    /// The code that was just made, until the next one.
    pub(super) code: RwSignal<Option<String>>,
    /// To whom each row that nobody has is offered.
    pub(super) offers: Memo<BTreeMap<IncidentId, PersonId>>,
    /// When a hand was last seen at this desk.
    pub(super) acted: RwSignal<i64>,
    /// From when the keys say what they show.
    pub(super) settled: StoredValue<i64>,
    /// Who could not be sent to which case, until the list says so itself.
    passed_over: RwSignal<Option<(IncidentId, PersonId, i64)>>,
    moved: RwSignal<i64>,
}

impl Desk {
    fn new(store: Store, approach: Vec<String>) -> Self {
        let moved = RwSignal::new(i64::MIN / 2);
        let still = Memo::new(move |_| store.now.get() - moved.get() < STILL_MS);
        let flood = Flood::new(store);
        let layout = Memo::new(move |before: Option<&Layout>| {
            let (frozen, grouped, floods) = (still.get(), flood.wanted(), flood.floods.get());
            if grouped {
                flood.tick.track();
            }
            let now = now_ms();
            store.rows.with(|rows| {
                let due = flood.due(rows, now);
                let how = How { frozen, grouped, flood: floods, due: &|id| due.contains(&id) };
                lay_out(rows.values().map(|row| row_now(row, now)).collect(), before, &how)
            })
        });
        let window = RwSignal::new(0);
        let drawn = Memo::new(move |_| {
            layout.with(|layout| flood.opened.with(|opened| Drawn::of(layout, opened.as_ref(), window.get())))
        });
        let keys_on = RwSignal::new(stored(KEYS_SETTING, true));
        Effect::new(move |_| store_flag(KEYS_SETTING, keys_on.get()));
        Desk {
            store,
            picked: RwSignal::new(None),
            ask: RwSignal::new(None),
            mode: RwSignal::new(Mode::Idle),
            keys_on,
            level: RwSignal::new(None),
            layout,
            flood,
            drawn,
            window,
            sound: sound::sound(store),
            approach: StoredValue::new(approach),
            palette: RwSignal::new(false),
            expects: RwSignal::new(None),
            code: RwSignal::new(None),
            offers: Memo::new(move |_| offered(store)),
            acted: RwSignal::new(now_ms()),
            settled: StoredValue::new(i64::MIN / 2),
            passed_over: RwSignal::new(None),
            moved,
        }
    }

    /// The case that is open.
    pub(super) fn open(self) -> Option<IncidentId> {
        self.store.watching.get()
    }

    /// Reads the pane of the open case.
    pub(super) fn with_pane<T>(self, read: impl FnOnce(&Pane) -> T) -> Option<T> {
        let open = self.open()?;
        self.store
            .pane
            .with(|pane| pane.as_ref().filter(|pane| pane.value.row.id == open).map(|pane| read(&pane.value)))
    }

    /// Opens a case.
    pub(super) fn show(self, id: IncidentId) {
        self.store.toast.set(None);
        self.passed_over.set(None);
        self.mode.set(Mode::Idle);
        self.picked.set(Some(Stop::Case(id)));
        // Whoever opens a case has looked at it.
        self.flood.look(&[id]);
        self.store.watch(Some(id));
        // The call that is looked at is the one that is heard.
        self.store.hear_call(id);
        let level = self.store.rows.with_untracked(|rows| {
            rows.get(&id).and_then(|row| row.value.place.as_ref()?.level.as_ref().map(|level| level.ordinal))
        });
        if level.is_some() {
            self.level.set(level);
        }
    }

    /// Keeps the queue still for a moment.
    pub(super) fn touch(self) {
        let now = now_ms();
        // Once in a while is enough: each change lays the queue out anew.
        if now - self.moved.get_untracked() > STILL_MS / 8 {
            self.moved.set(now);
        }
    }

    /// A row was chosen: what is seen now is what the next key means.
    pub(super) fn hold_still(self) {
        self.moved.set(now_ms());
    }

    /// Lets the queue move at once.
    pub(super) fn release(self) {
        self.moved.set(i64::MIN / 2);
    }

    /// Those who can be sent to the open case, best first.
    pub(super) fn candidates(self) -> Vec<PersonId> {
        let ranked = self.with_pane(|pane| {
            let free = pane.ranked.iter().filter(|ranked| ranked.free).map(|ranked| ranked.person);
            free.filter(|person| !self.is_passed_over(*person)).take(3).collect()
        });
        ranked.unwrap_or_default()
    }

    /// Whether somebody could just now not be sent to the open case.
    pub(super) fn is_passed_over(self, person: PersonId) -> bool {
        let lately = |at| self.store.now.get() - at < PASSED_OVER_MS;
        self.passed_over.get().is_some_and(|(open, who, at)| self.open() == Some(open) && who == person && lately(at))
    }

    /// Sends somebody to the open case.
    pub(super) fn dispatch(self, person: PersonId) {
        if let Some(open) = self.store.watching.get_untracked() {
            self.mode.set(Mode::Idle);
            self.store.dispatch(open, person, move || self.offer_next(open, person));
        }
    }

    /// Somebody could not be sent: says so, and has the next one ready under Enter.
    fn offer_next(self, open: IncidentId, person: PersonId) {
        if self.store.watching.get_untracked() != Some(open) {
            return self.store.tell(self.store.get(K::ErrorResponderUnreachable));
        }
        let name = self.store.full_name(person);
        // The list may still show the one who was refused: the next frame brings the new one.
        let next = untrack(|| self.candidates()).into_iter().find(|other| *other != person);
        let text = match next {
            Some(next) => {
                self.passed_over.set(Some((open, person, now_ms())));
                self.mode.set(Mode::Dispatch);
                let next = self.store.full_name(next);
                self.store.fill(K::UnreachableNext, &[("name", &name), ("next", &next)])
            }
            None => self.store.fill(K::UnreachableNobody, &[("name", &name)]),
        };
        self.store.tell(text);
    }

    /// Takes the case; asks first when a colleague has it.
    pub(super) fn claim(self, row: &QueueRow) {
        let me = self.store.me.with_untracked(|me| me.as_ref().map(|me| me.id));
        match row.holder {
            Some(holder) if Some(holder) == me => {}
            Some(holder) => self.ask.set(Some(Ask::TakeOver(row.id, holder))),
            None => self.store.send(StaffCommand::Claim(row.id, None)),
        }
    }

    /// Takes part in the call of a case, starting it if there is none, with the case open.
    pub(super) fn call(self, id: IncidentId) {
        if self.store.watching.get_untracked() != Some(id) {
            self.show(id);
        }
        if untrack(|| self.store.talk.joined(id)) {
            return;
        }
        // Whoever is heard now would be left alone without a word.
        let hears_another =
            untrack(|| self.store.talk.kept.with(Kept::heard).is_some_and(|call| self.store.talk.joined(call)));
        if hears_another {
            self.ask.set(Some(Ask::SecondCall(id)));
        } else {
            self.store.join_call(id);
        }
    }

    /// Does what a key or a button wants.
    pub(super) fn press(self, press: Press) {
        let row = self.target();
        let open = row.as_ref().filter(|row| row.status != Status::Closed);
        match (press, row.as_ref(), open) {
            (Press::Move(step), ..) => self.pick(step),
            (Press::Open, ..) => match self.picked.get_untracked() {
                Some(Stop::Case(id)) => self.show(id),
                Some(line) => self.turn(&line),
                None => {}
            },
            (Press::See, _, Some(row)) => {
                self.flood.look(&[row.id]);
                self.store.send(StaffCommand::See(row.id));
            }
            (Press::See, None, _) => {
                if let Some(line) = self.target_line() {
                    self.see_together(&line);
                }
            }
            (Press::Group, ..) => self.regroup(),
            (Press::Claim, _, Some(row)) => self.claim(row),
            (Press::Dispatch, _, Some(row)) => {
                if self.store.watching.get_untracked() != Some(row.id) {
                    self.show(row.id);
                }
                self.mode.set(Mode::Dispatch);
            }
            (Press::Send(number), ..) => match untrack(|| self.candidates()).get(number) {
                Some(person) => self.dispatch(*person),
                // Who is free is known with the pane: before it has come nobody is *not free*.
                None if untrack(|| self.with_pane(|_| ())).is_none() => {}
                None => self.store.tell(self.store.get(K::NobodyFree)),
            },
            (Press::Call, _, Some(row)) => self.call(row.id),
            (Press::Recall, _, Some(row)) => self.ask.set(Some(Ask::Recall(row.id))),
            (Press::Priority, _, Some(row)) => self.ask.set(Some(Ask::Priority(row.id))),
            (Press::Approach, ..) => focus("note"),
            (Press::Note, ..) => focus("team-note"),
            (Press::Reply, ..) => focus("reply"),
            (Press::Phrase(number), ..) => self.phrase(number),
            (Press::MorePhrases, ..) => {
                if let Some(id) = self.store.watching.get_untracked() {
                    self.ask.set(Some(Ask::Phrases(id)));
                }
            }
            (Press::HandOver, _, Some(row)) => self.ask.set(Some(Ask::HandOver(row.id))),
            (Press::FoundAt, _, Some(row)) => self.ask.set(Some(opened::found(self, row))),
            (Press::MakeCode, _, Some(row)) => {
                if untrack(|| self.with_pane(opened::may_code)).unwrap_or(false) {
                    opened::make_code(self, row.id);
                } else {
                    self.store.tell(self.store.get(K::CodeNotHere));
                }
            }
            (Press::Incoming, ..) => {
                self.mode.set(Mode::Incoming);
                self.store.tell(self.store.get(K::IncomingHint));
            }
            (Press::OpenFor(came), ..) => {
                self.mode.set(Mode::Idle);
                opened::open_for(self, came);
            }
            (Press::Palette, ..) => self.palette.set(true),
            (Press::Close, _, Some(row)) => self.ask.set(Some(Ask::Close(row.id))),
            (Press::Reopen, Some(row), None) => self.store.send(StaffCommand::Reopen(row.id)),
            (Press::Map, ..) => focus("map"),
            (Press::Level, ..) => self.mode.set(Mode::Level(String::new())),
            (Press::LevelSign(sign), ..) => self.type_level(sign),
            (Press::Help, ..) => self.ask.set(Some(Ask::Help)),
            (Press::Sound, ..) => self.sound.turn_on(),
            (Press::Cancel, ..) => self.mode.set(Mode::Idle),
            _ => {}
        }
    }

    /// Says the sentence of a key to the person of the open case.
    fn phrase(self, number: usize) {
        let Some(open) = self.store.watching.get_untracked() else { return };
        let closed =
            self.store.rows.with_untracked(|rows| rows.get(&open).is_none_or(|row| row.value.closed.is_some()));
        let phrase = untrack(|| reply::phrases(self)).and_then(|phrases| phrases.get(number).copied());
        match phrase.filter(|_| !closed) {
            Some(_) if now_ms() < self.settled.get_value() => self.store.tell(self.store.get(K::KeysChanged)),
            Some(phrase) => reply::say(self, open, phrase),
            None => {}
        }
    }

    /// Somebody sits here.
    fn act(self) {
        let now = now_ms();
        if now - self.acted.get_untracked() > 1_000 {
            self.acted.set(now);
        }
    }

    /// One more sign of a level: the venue's short name if it fits, else the number of the level.
    fn type_level(self, sign: char) {
        let Mode::Level(mut typed) = self.mode.get_untracked() else { return };
        typed.push(sign);
        if typed == "-" {
            self.mode.set(Mode::Level(typed));
            return;
        }
        let lang = self.store.lang();
        let found = self.store.venue.with_untracked(|venue| {
            let venue = venue.as_ref()?;
            let ordinals = venue.ordinals();
            // *L3* is typed as 3: the sign that people read on the level, not its height.
            let named = |ordinal: &&Ordinal| {
                let short = venue.level_short(**ordinal, &lang).unwrap_or_default();
                short == typed || short.trim_start_matches(char::is_alphabetic) == typed
            };
            let numbered = |ordinal: &&Ordinal| Ok(ordinal.0) == typed.parse();
            ordinals.iter().find(named).or_else(|| ordinals.iter().find(numbered)).copied()
        });
        if found.is_some() {
            self.level.set(found);
        }
        self.mode.set(Mode::Idle);
    }
}

/// The offers, as every screen works them out.
fn offered(store: Store) -> BTreeMap<IncidentId, PersonId> {
    store.rows.with(|rows| {
        let mut rows: Vec<&QueueRow> = rows.values().map(|row| &row.value).collect();
        rows.sort_unstable_by_key(|row| queue_order(row));
        store.people.with(|people| offers(rows, &people.value)).into_iter().collect()
    })
}

/// The desk's page.
pub(crate) fn console(store: Store, place: Place) -> impl IntoView {
    let desk = Desk::new(store, place.approach.clone());
    // After a reload the call that is heard goes on: its case stands on the screen with it.
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) {
            return true;
        }
        let heard = store.talk.kept.with(Kept::heard).filter(|id| store.rows.with(|rows| rows.contains_key(id)));
        if let Some(id) = heard.filter(|_| store.watching.with_untracked(Option::is_none)) {
            desk.show(id);
        }
        heard.is_some()
    });
    let light = light();
    let listening = window_event_listener(leptos::ev::keydown, move |event| {
        let mode = desk.mode.get_untracked();
        let (key, code) = (event.key(), event.code());
        let struck = Struck { key: &key, code: &code, shift: event.shift_key() };
        let with_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        let asked = desk.ask.with_untracked(Option::is_some) || desk.palette.get_untracked();
        let only_one = event.ctrl_key() != event.meta_key() && !event.alt_key() && !event.shift_key();
        if only_one && struck.is('k') && !asked && desk.keys_on.get_untracked() {
            event.prevent_default();
            desk.press(Press::Palette);
            return;
        }
        // A digit that has just answered the dialog is no sentence for the person.
        if with_modifier || asked || is_typing() || event.default_prevented() {
            return;
        }
        let Some(press) = meaning(struck, &mode) else { return };
        // Enter belongs to the button that has the focus, unless a dispatch was begun by key.
        let of_button = press == Press::Open && !rests_on_page();
        let held_down = event.repeat() && !matches!(press, Press::Move(_));
        if !desk.keys_on.get_untracked() || of_button || held_down {
            return;
        }
        event.prevent_default();
        desk.press(press);
    });
    let acts = [
        window_event_listener_untyped("pointerdown", move |_| desk.act()),
        window_event_listener_untyped("pointermove", move |_| desk.act()),
        window_event_listener_untyped("keydown", move |_| desk.act()),
        window_event_listener_untyped("focus", move |_| desk.act()),
    ];
    on_cleanup(move || {
        listening.remove();
        acts.into_iter().for_each(|act| act.remove());
    });
    talk::listen(desk);
    opened::follow(desk);
    scroll::follow(desk);
    Effect::new(move |_| {
        let waiting = store.rows.with(|rows| rows.values().filter(|row| row.value.unacknowledged).count());
        if let Some(page) = web_sys::window().and_then(|window| window.document()) {
            let count = if waiting > 0 { ["(", &waiting.to_string(), ") "].concat() } else { String::new() };
            page.set_title(&[&count, "Sotto"].concat());
        }
    });
    view! {
        <div class="console" data-theme=move || if light.get() { "light" } else { "dark" }>
            {header::header(desk, place)}
            // Each on the heap: the type of the whole page would be too large for the stack of a debug build.
            <div class="console-bars">{header::bars(desk).into_any()}</div>
            <div class="console-body">
                {queue::queue(desk).into_any()}
                {pane::pane(desk).into_any()}
                <div class="console-side">{side::map(desk)} {people::people(desk)}</div>
            </div>
            {ask::ask(desk)}
            {palette::palette(desk)}
            <p class="toast" class:is-shown=move || store.toast.with(Option::is_some) role="status">
                {move || store.toast.get()}
            </p>
        </div>
    }
}

/// Whether no control has the focus.
pub(super) fn rests_on_page() -> bool {
    let active = web_sys::window().and_then(|window| window.document()).and_then(|page| page.active_element());
    active.is_none_or(|active| active.tag_name() == "BODY" || active.id() == "map")
}
