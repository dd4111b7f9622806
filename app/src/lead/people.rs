//! Who carries what, who can be sent, who can be reached.

use super::figures::{self, by_level, longest_wait};
use super::shift::Shift;
use crate::staff::words::stopwatch;
use crate::staff::{Sign, Store, language_name, sign};
use crate::text::StaffKey as K;
use domain::person::{Duty, Role, UNREACHABLE_AFTER_MS};
use domain::reach::{Pages, Reach, reach};
use domain::venue::Ordinal;
use domain::view::{CHATS_AT_ONCE, PersonRow};
use domain::wire::StaffCommand;
use leptos::either::Either;
use leptos::prelude::*;

/// Everyone who fits, ages as they are now.
fn people(store: Store, fits: impl Fn(&PersonRow) -> bool + Send + Sync + 'static) -> Memo<Vec<PersonRow>> {
    Memo::new(move |_| {
        let now = store.now.get();
        store.people.with(|people| {
            let aged = |person: &PersonRow| PersonRow {
                heard_ms: person.heard_ms.map(|ms| people.age(ms, now)),
                ..person.clone()
            };
            people.value.iter().filter(|person| fits(person)).map(aged).collect()
        })
    })
}

/// How somebody's device rings, in words.
fn rings(store: Store, pages: Pages) -> String {
    store.words(|words| match pages {
        Pages::Off => words.get(K::RingsOff),
        Pages::Untested => words.get(K::RingsUntested),
        Pages::Came { ago_ms, .. } => words.fill(K::RingsCame, &[("ago", &words.ago(ago_ms))]),
        Pages::Underway { .. } => words.get(K::PagingUnderway),
        Pages::Failed { ago_ms } => words.fill(K::RingsFailed, &[("ago", &words.ago(ago_ms))]),
    })
}

fn heard(store: Store, ms: Option<i64>) -> String {
    store.words(|words| {
        ms.map_or_else(|| words.get(K::NeverHeard), |ms| words.fill(K::Heard, &[("ago", &words.ago(ms))]))
    })
}

/// The desk: chats of each, and who waits longest for whom.
pub(super) fn load(page: Shift) -> impl IntoView {
    let store = page.store;
    let desk = people(store, |person| matches!(person.role, Role::Agent | Role::Lead));
    let line = move |person: PersonRow| {
        let there = person.heard_ms.is_some_and(|ms| ms < UNREACHABLE_AFTER_MS);
        let waits = page.rows.with(|rows| longest_wait(rows, person.id));
        let languages: Vec<String> = person.languages.iter().map(|tag| language_name(tag, &store.lang())).collect();
        let note = match (there, person.in_sight, waits) {
            (false, ..) => Some((store.get(K::NotThere), person.chats > 0)),
            (true, _, Some(ms)) => Some((store.fill(K::WaitsSince, &[("age", &stopwatch(ms))]), ms >= 30_000)),
            (true, false, None) => Some((store.get(K::OutOfSight), false)),
            (true, true, None) if person.chats == 0 => Some((store.get(K::Free), false)),
            (true, true, None) => None,
        };
        let (note, amber) = note.map_or((None, false), |(text, amber)| (Some(text), amber));
        let free = there && person.in_sight && person.chats == 0;
        let chats = store.fill(K::ChatsOf, &[("n", &person.chats.to_string()), ("of", &CHATS_AT_ONCE.to_string())]);
        let boxes = (0..CHATS_AT_ONCE).map(|n| view! { <i class="load-box" class:is-full=n < person.chats></i> });
        view! {
            <li class="load-row" class:is-away=!there>
                <b class="load-name">{person.name}</b>
                <span class="load-chats"><span class="load-boxes" aria-hidden="true">{boxes.collect_view()}</span>
                    <span>{chats}</span></span>
                <span class="muted load-languages">{languages.join(" · ")}</span>
                <span class="load-note" class:is-amber=amber class:is-ok=free>
                    {note}
                </span>
            </li>
        }
    };
    view! {
        <section class="shift-part">
            <header class="shift-head">
                <h2>{store.get(K::LoadPerAgent)}</h2>
                <span class="muted">{store.fill(K::ChatsMost, &[("n", &CHATS_AT_ONCE.to_string())])}</span>
            </header>
            <ul class="load-rows">{move || desk.get().into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

/// Security by level, and whoever could be put on duty.
pub(super) fn levels(page: Shift) -> impl IntoView {
    let store = page.store;
    let security = people(store, |person| person.role == Role::Security);
    let count = move || {
        let (on, free) = security.with(|people| figures::duty(people));
        store.fill(K::DutyCount, &[("n", &on.to_string()), ("free", &free.to_string())])
    };
    let level_name = move |level: Option<Ordinal>| {
        let Some(level) = level else { return store.get(K::LevelUnknownShort) };
        let known = store
            .venue
            .with(|venue| venue.as_ref().and_then(|venue| venue.level_short(level, &store.lang()).map(str::to_owned)));
        known.unwrap_or_else(|| level.0.to_string()).replace('-', "−")
    };
    let person = move |person: PersonRow| {
        let silent = matches!(reach(person.duty, person.heard_ms), Reach::Silent(_));
        let (status, class) = match (silent, person.busy) {
            (true, _) => (K::Unreachable, "is-amber"),
            (false, Some(_)) => (K::Busy, "is-muted"),
            (false, None) => (K::Free, "is-ok"),
        };
        view! {
            <li class="shift-person">
                <b>{person.name.clone()}</b>
                <span class=["person-status ", class].concat()>{store.get(status)}</span>
                <span class="muted">{heard(store, person.heard_ms)}</span>
            </li>
        }
    };
    let off = Memo::new(move |_| {
        security.with(|people| people.iter().filter(|person| person.duty == Duty::Off).cloned().collect::<Vec<_>>())
    });
    let levels = move || {
        let levels = security.with(|people| by_level(people));
        if levels.is_empty() {
            return Either::Left(view! { <p class="shift-none">{store.get(K::NobodyOnDuty)}</p> });
        }
        let level = |(level, people): (Option<Ordinal>, Vec<PersonRow>)| {
            view! {
                <li class="level-row">
                    <b class="level-sign">{level_name(level)}</b>
                    <ul>{people.into_iter().map(person).collect_view()}</ul>
                </li>
            }
        };
        Either::Right(view! { <ul class="level-rows">{levels.into_iter().map(level).collect_view()}</ul> })
    };
    view! {
        <section class="shift-part">
            <header class="shift-head">
                <h2>{store.get(K::SecurityByLevel)}</h2>
                <span class="muted">{count}</span>
            </header>
            {levels}
        </section>
        <section class="shift-part">
            <header class="shift-head">
                <h2>{store.get(K::OffDuty)}</h2>
                <span class="muted">{move || off.with(Vec::len).to_string()}</span>
            </header>
            {move || off.with(|off| off.iter().any(|person| person.signed_in)).then(|| view! {
                <p class="shift-note muted">{store.get(K::RaiseNote)}</p>
            })}
            <ul class="off-rows">{move || off.get().into_iter().map(|person| raise(store, person)).collect_view()}</ul>
        </section>
    }
}

/// Somebody off duty. Nobody is put on duty on a phone that nobody is signed in on.
fn raise(store: Store, person: PersonRow) -> impl IntoView {
    let id = person.id;
    let waits = Memo::new(move |_| store.waits(|command| *command == StaffCommand::RaiseDuty(id)));
    // What is seen begins what is heard.
    let label = [&store.get(K::RaiseDuty), " · ", &person.name].concat();
    view! {
        <li class="shift-person">
            <b>{person.name}</b>
            <span class="muted">{if person.signed_in { heard(store, person.heard_ms) } else { store.get(K::SignedOutShort) }}</span>
            {person.signed_in.then(|| view! {
                <button type="button" class="button is-small" class:is-pending=waits aria-label=label
                    on:click=move |_| store.send(StaffCommand::RaiseDuty(id))>
                    {store.get(K::RaiseDuty)}
                </button>
            })}
        </li>
    }
}

/// Whom a page, or the desk, would not reach now.
pub(super) fn health(page: Shift) -> impl IntoView {
    let store = page.store;
    let all = people(store, |_| true);
    let health = Memo::new(move |_| all.with(|people| figures::health(people, |ms| ms)));
    let part = move |title: K,
                     amber: bool,
                     pick: fn(&figures::Health) -> &Vec<PersonRow>,
                     say: fn(Store, &PersonRow) -> String| {
        let some = Memo::new(move |_| health.with(|health| pick(health).clone()));
        view! {
            <section class="health-part" class:is-amber=move || amber && !some.with(Vec::is_empty)>
                <h3>
                    {move || sign(if some.with(Vec::is_empty) { Sign::Check } else { Sign::Warning })}
                    <span>{store.get(title)}</span>
                    <b>{move || some.with(Vec::len).to_string()}</b>
                </h3>
                <ul>{move || some.get().into_iter().map(|person| view! {
                    <li class="shift-person"><b>{person.name.clone()}</b> <span class="muted">{say(store, &person)}</span></li>
                }).collect_view()}</ul>
            </section>
        }
    };
    view! {
        <section class="shift-part">
            <header class="shift-head"><h2>{store.get(K::DoTheyHear)}</h2></header>
            {part(K::PhonesSilent, true, |health| &health.silent, |store, person| {
                [&heard(store, person.heard_ms), " · ", &rings(store, person.pages)].concat()
            })}
            {part(K::RingsMissed, true, |health| &health.missed, |store, person| rings(store, person.pages))}
            {part(K::RingsUnproven, false, |health| &health.unproven, |store, person| rings(store, person.pages))}
        </section>
    }
}
