//! The top of the desk: where, when, whether it is live, who is on duty, and the bars that warn.

use super::ask::Ask;
use super::desk::Desk;
use super::{flood, talk};
use crate::live::LinkState;
use crate::staff::{Place, Sign, Store, go_home, paging_card, sign};
use crate::text::StaffKey as K;
use domain::person::{Duty, Role, UNREACHABLE_AFTER_MS};
use domain::view::{CHATS_AT_ONCE, PersonRow};
use domain::wire::{SILENT_AFTER_MS, StaffCommand};
use js_sys::{Date, Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// The header.
pub(super) fn header(desk: Desk, place: Place) -> impl IntoView {
    let store = desk.store;
    let Place { festival, zone, push_key, .. } = place;
    let mine = Memo::new(move |_| {
        let me = store.me.with(|me| me.as_ref().map(|me| me.id));
        let chats = store
            .people
            .with(|people| people.value.iter().find(|person| Some(person.id) == me).map(|person| person.chats));
        chats.unwrap_or_default()
    });
    let desk_count = Memo::new(move |_| {
        let now = store.now.get();
        store.people.with(|people| {
            let here = |person: &&PersonRow| {
                matches!(person.role, Role::Agent | Role::Lead)
                    && person.heard_ms.is_some_and(|heard| people.age(heard, now) < UNREACHABLE_AFTER_MS)
            };
            people.value.iter().filter(here).count()
        })
    });
    let guards = Memo::new(move |_| {
        store.people.with(|people| {
            let on = people.value.iter().filter(|person| person.role == Role::Security && person.duty == Duty::On);
            let free = on.clone().filter(|person| person.busy.is_none()).count();
            (on.count(), free)
        })
    });
    view! {
        <header class="console-head">
            <p class="brand"><b>{store.get(K::Product)}</b> <span>{festival}</span></p>
            {clock(store, zone)}
            {heartbeat(store)}
            {talk::microphone(desk)}
            <p class="head-gap">{""}</p>
            <p class="head-part is-staff">
                <span>{store.get(K::OnDuty)}</span>
                <b>{move || store.fill(K::CountDesk, &[("n", &desk_count.get().to_string())])}</b>
                <b>{move || {
                    let (on, free) = guards.get();
                    store.fill(K::CountSecurity, &[("n", &on.to_string()), ("free", &free.to_string())])
                }}</b>
            </p>
            <p class="head-part"><span>{store.get(K::MyChats)}</span> <b>{move || {
                store.fill(K::ChatsOf, &[("n", &mine.get().to_string()), ("of", &CHATS_AT_ONCE.to_string())])
            }}</b></p>
            {menu(desk, push_key)}
        </header>
    }
}

/// The day and the time in the festival's zone.
pub(crate) fn clock(store: Store, zone: String) -> impl IntoView {
    // Plain `en` would put the month first.
    let lang = match store.lang() {
        lang if lang == "en" => "en-GB".to_owned(),
        lang => lang,
    };
    let clock = Memo::new(move |_| {
        store.now.get();
        (day(&lang, &zone), time(&lang, &zone))
    });
    view! {
        <p class="head-part is-clock"><span>{move || clock.get().0}</span> <b>{move || clock.get().1}</b></p>
    }
}

/// That the page is alive: the age of the last frame.
pub(crate) fn heartbeat(store: Store) -> impl IntoView {
    let text = move || {
        let age = store.now.get() - store.heard.get();
        match store.link.get() {
            LinkState::Connecting => store.get(K::Connecting),
            LinkState::Stale => store.get(K::Reconnecting),
            LinkState::Live => store.fill(K::Live, &[("n", &store.words(|words| words.tenths(age)))]),
        }
    };
    view! {
        <p class="head-part heartbeat" class:is-live=move || store.link.get() == LinkState::Live>
            {sign(Sign::Pulse)} <b>{text}</b>
        </p>
    }
}

fn menu(desk: Desk, push_key: String) -> impl IntoView {
    let store = desk.store;
    let who = move || {
        let me = store.me.get()?;
        Some(match me.role {
            Role::Agent => me.name,
            role => [me.name.as_str(), ", ", &store.words(|words| words.role(role))].concat(),
        })
    };
    view! {
        <details class="menu">
            <summary>{sign(Sign::Sound)} <b>{who}</b></summary>
            <div class="menu-list">
                {paging_card(store, K::PagingWhyDesk, push_key)}
                <button type="button" on:click=move |_| {
                    desk.sound.test();
                    store.warm();
                }>{store.get(K::SoundTest)}</button>
                <button type="button" on:click=move |_| desk.palette.set(true)>{store.get(K::Palette)}</button>
                <button type="button" on:click=move |_| desk.ask.set(Some(Ask::Help))>{store.get(K::Keys)}</button>
                <label class="switch">
                    <input
                        type="checkbox"
                        prop:checked=move || desk.keys_on.get()
                        on:change=move |event| desk.keys_on.set(event_target_checked(&event))
                    />
                    <span>{store.get(K::SingleKeys)}</span>
                </label>
                <button type="button" on:click=move |_| store.send_then(StaffCommand::SignOut, move || {
                    store.forget_written();
                    go_home();
                })>
                    {store.get(K::SignOut)}
                </button>
                <button type="button" on:click=move |_| store.send_then(StaffCommand::EverywhereOut, move || {
                    store.forget_written();
                    go_home();
                })>
                    {store.get(K::SignOutAll)}
                </button>
            </div>
        </details>
    }
}

/// The bars over the whole width, and the lead's strip.
pub(super) fn bars(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let silent = Memo::new(move |_| store.now.get() - store.heard.get() > i64::from(SILENT_AFTER_MS));
    view! {
        <div role="alert">
            {move || silent.get().then(|| view! {
                <p class="bar is-warning">{sign(Sign::Warning)} <span>{store.get(K::NotConnected)}</span></p>
            })}
        </div>
        {move || (!desk.sound.running.get()).then(|| view! {
            <button type="button" class="bar is-sound" on:click=move |_| desk.sound.turn_on()>
                {sign(Sign::Sound)} <span>{store.get(K::SoundOff)}</span>
            </button>
        })}
        {move || store.me.with(|me| me.as_ref().is_some_and(|me| me.role == Role::Lead)).then(|| lead(desk))}
        {flood::bar(desk)}
    }
}

/// Who is on duty and who cannot be reached, for the lead.
fn lead(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let names = move |wanted: Duty| {
        store.people.with(|people| {
            let line = |person: &PersonRow| match (person.busy, &person.level) {
                (Some(_), _) => [&person.name, " ", &store.get(K::Busy).to_lowercase()].concat(),
                (None, Some(level)) => {
                    let level = store.fill(K::LevelShort, &[("n", &level.0.to_string().replace('-', "−"))]);
                    [&person.name, " ", &level].concat()
                }
                (None, None) => person.name.clone(),
            };
            let some = people.value.iter().filter(|person| person.role == Role::Security && person.duty == wanted);
            some.map(line).collect::<Vec<_>>().join(" · ")
        })
    };
    let waiting = move || {
        let rows = store.rows.with(|rows| {
            let open = rows.values().filter(|row| row.value.closed.is_none()).count();
            (open, rows.values().filter(|row| row.value.unacknowledged).count())
        });
        store.fill(K::LeadOpen, &[("n", &rows.0.to_string()), ("waiting", &rows.1.to_string())])
    };
    let or_nobody = move |names: String| if names.is_empty() { store.get(K::Nobody) } else { names };
    view! {
        <div class="lead-strip">
            <p><a href="/shift">{store.get(K::Shift)}</a> <b>{store.get(K::Tonight)}</b> <span>{waiting}</span></p>
            <p><span>{store.get(K::OnDuty)}</span> <b>{move || or_nobody(names(Duty::On))}</b></p>
            <p class:is-warning=move || !names(Duty::Unreachable).is_empty()>
                <span>{store.get(K::Unreachable)}</span> <b>{move || or_nobody(names(Duty::Unreachable))}</b>
            </p>
        </div>
    }
}

fn day(lang: &str, zone: &str) -> String {
    let options = [("weekday", "short"), ("day", "numeric"), ("month", "short")];
    local("toLocaleDateString", lang, zone, &options)
}

fn time(lang: &str, zone: &str) -> String {
    let options = [("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit"), ("hourCycle", "h23")];
    local("toLocaleTimeString", lang, zone, &options)
}

/// The browser's own writing of this moment. An unknown zone gives an empty text, never a stop.
fn local(method: &str, lang: &str, zone: &str, options: &[(&str, &str)]) -> String {
    let bag = Object::new();
    let zone = Some(("timeZone", zone)).filter(|(_, zone)| !zone.is_empty());
    for (name, value) in options.iter().copied().chain(zone) {
        let _ = Reflect::set(&bag, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let date = Date::new_0();
    let write =
        Reflect::get(&date, &JsValue::from_str(method)).ok().and_then(|found| found.dyn_into::<Function>().ok());
    let text = write.and_then(|write| write.call2(&date, &JsValue::from_str(lang), &bag).ok());
    text.and_then(|text| text.as_string()).unwrap_or_default()
}
