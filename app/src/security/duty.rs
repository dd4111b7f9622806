//! On duty or not, where, and what ended lately.

use super::guard::{Panel, Phone};
use crate::staff::{Sign, sign};
use crate::text::StaffKey as K;
use domain::person::Duty;
use domain::view::GuardPing;
use domain::wire::StaffCommand;
use leptos::prelude::*;

/// The duty switch.
pub(super) fn card(phone: Phone) -> impl IntoView {
    let store = phone.store;
    let duty = Memo::new(move |_| phone.view(|view| view.duty).unwrap_or(Duty::Off));
    let on = Memo::new(move |_| duty.get() != Duty::Off);
    // Who put this phone on duty, where its holder did not.
    let raised = Memo::new(move |_| phone.view(|view| view.raised).unwrap_or(false));
    let waits =
        Memo::new(move |_| store.waits(|command| matches!(command, StaffCommand::DutyOn(_) | StaffCommand::DutyOff)));
    let (title, line) = (
        move || store.get(if on.get() { K::OnDuty } else { K::OffDuty }),
        move || {
            store.get(match duty.get() {
                Duty::On => K::OnDutyNote,
                Duty::Off => K::OffDutyNote,
                Duty::Unreachable => K::UnreachableNote,
            })
        },
    );
    view! {
        <h1 class="unseen">{store.get(K::Duty)}</h1>
        <button
            type="button"
            role="switch"
            class="duty"
            class:is-on=on
            class:is-pending=waits
            aria-checked=move || on.get().to_string()
            on:click=move |_| store.send(if on.get_untracked() { StaffCommand::DutyOff } else { StaffCommand::DutyOn(None) })
        >
            <span class="duty-words"><b>{title}</b> <span>{line}</span></span>
            <span class="duty-knob" aria-hidden="true"><span>{move || on.get().then(|| sign(Sign::Check))}</span></span>
        </button>
        {move || raised.get().then(|| view! { <p class="raised" role="status">{store.get(K::RaisedBy)}</p> })}
    }
}

/// The level confirmed last, how and when.
pub(super) fn level_card(phone: Phone) -> impl IntoView {
    let store = phone.store;
    let short = move || {
        let ordinal = phone.view(|view| view.level).flatten()?;
        let named = store.venue.with(|venue| {
            venue.as_ref().and_then(|venue| venue.level_short(ordinal, &store.lang()).map(str::to_owned))
        });
        Some(named.unwrap_or_else(|| ordinal.0.to_string()).replace('-', "−"))
    };
    let room = move || {
        phone.view(|view| {
            let place = view.position.as_ref();
            place.map_or_else(String::new, |place| {
                place.room.clone().or(place.level.as_ref().map(|level| level.name.clone())).unwrap_or_default()
            })
        })
    };
    let age = move || {
        let ms = phone.view(|view| view.position_age_ms).flatten()?;
        let ms = phone.age(ms);
        let scanned = phone.view(|view| view.position.is_some()).unwrap_or(false);
        let key = if scanned { K::ScannedAgo } else { K::ChosenAgo };
        Some(store.words(|words| words.fill(key, &[("ago", &words.ago(ms))])))
    };
    view! {
        <section class="card" aria-label=store.get(K::YourLevel)>
            <h2 class="card-title">{store.get(K::YourLevel)}</h2>
            <div class="your-level">
                <b class="your-level-number">{short}</b>
                <p><b>{room}</b> <span class="muted">{age}</span></p>
            </div>
            <button type="button" class="button is-wide" on:click=move |_| phone.panel.set(Panel::Level)>
                {sign(Sign::Code)} <span>{store.get(K::ConfirmLevel)}</span>
            </button>
        </section>
    }
}

/// Dispatches that ended in the last minutes, and why.
pub(super) fn ended(phone: Phone) -> impl IntoView {
    let store = phone.store;
    let ended = Memo::new(move |_| {
        phone
            .view(|view| view.pings.iter().filter(|ping| !ping.state.open()).cloned().collect::<Vec<GuardPing>>())
            .unwrap_or_default()
    });
    move || {
        (!ended.with(Vec::is_empty)).then(|| {
            view! {
                <section class="card" aria-label=store.get(K::Ended)>
                    <h2 class="card-title">{store.get(K::Ended)}</h2>
                    <ul class="ended">
                        {ended.get().into_iter().map(|ping| {
                            let line = store.words(|words| words.ended(ping.state));
                            // Without an age: the view knows when each began, not when it ended.
                            view! { <li>{line}</li> }
                        }).collect_view()}
                    </ul>
                </section>
            }
        })
    }
}

/// Whether the screen stays on: on duty it has to, or the desk hears this phone no more.
pub(super) fn awake(phone: Phone) -> impl IntoView {
    let store = phone.store;
    move || {
        phone.awake.get().map(|on| {
            let (mark, key) = if on { (Sign::Check, K::AwakeOn) } else { (Sign::Warning, K::AwakeOff) };
            view! {
                <p class="card awake" class:is-amber=!on role="status">{sign(mark)} <span>{store.get(key)}</span></p>
            }
        })
    }
}

/// What this phone may do when a dispatch comes.
pub(super) fn settings(phone: Phone) -> impl IntoView {
    let store = phone.store;
    view! {
        <label class="card switch">
            <input
                type="checkbox"
                prop:checked=move || phone.vibrate.get()
                on:change=move |event| phone.vibrate.set(event_target_checked(&event))
            />
            <span>{store.get(K::Vibrate)}</span>
        </label>
    }
}
