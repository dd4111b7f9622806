//! The place to go to: level first, then where, then how, then one button.

use super::guard::{Panel, Phone};
use super::room::{Room, watch};
use super::talk;
use crate::map::{MapPerson, MapPing, PersonKind, PingKind};
use crate::staff::{MapFeed, Sign, map_id, map_slot, sign};
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::incident::{CannotReason, DispatchState, MOVED_SHOWN_MS};
use domain::place::{Age, age};
use domain::question::Piece;
use domain::view::{Danger, GuardPing, HowView};
use domain::wire::StaffCommand;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// The screen of the dispatch that binds this phone.
pub(super) fn ping(phone: Phone) -> impl IntoView {
    let focus = Memo::new(move |_| {
        phone
            .with_ping(|ping| {
                let place = ping.place.as_ref()?;
                Some((place.level.as_ref()?.ordinal, place.xy?))
            })
            .flatten()
    });
    let feed = MapFeed {
        pings: Memo::new(move |_| pings(phone)).into(),
        people: Memo::new(move |_| me(phone)).into(),
        chosen: Signal::derive(move || phone.ping.get().map(map_id)),
        focus: focus.into(),
        level: RwSignal::new(None),
        on_select: Callback::new(|_| ()),
        compact: false,
    };
    let slot = NodeRef::<html::Div>::new();
    let room = watch(slot);
    view! {
        <div class="ping" class:is-low=room.low class:is-map=room.open>
            {climb(phone, room)}
            <div class="ping-map" node_ref=slot>{map_slot(phone.store, feed)}</div>
            <div class="ping-sheet">
                {place(phone)}
                {approach(phone, room)}
                {move || phone.ping.get().map(|id| talk::talk(phone, id, K::TalkTeam))}
            </div>
            {buttons(phone)}
        </div>
    }
}

/// The place to go to.
fn pings(phone: Phone) -> Vec<MapPing> {
    let ping = phone.with_ping(|ping| {
        let place = ping.place.as_ref()?;
        Some(MapPing {
            id: map_id(ping.incident),
            level: place.level.as_ref().map(|level| level.ordinal),
            at: place.xy,
            radius_m: place.radius_m,
            // Amber: the one place that waits for this responder.
            kind: PingKind::P2,
            age: age(place.age_ms),
            label: phone.store.words(|words| words.place(Some(place))),
        })
    });
    ping.flatten().into_iter().collect()
}

/// The responder's own last position.
fn me(phone: Phone) -> Vec<MapPerson> {
    let me = phone.view(|view| {
        Some(MapPerson {
            at: Some(view.position.as_ref()?.xy?),
            level: view.level,
            age: view.position_age_ms.map_or(Age::Hollow, age),
            label: phone.store.get(K::You),
            kind: PersonKind::Coming,
        })
    });
    me.flatten().into_iter().collect()
}

/// The difference of levels, the largest thing on the screen; beside it the map, where it had to go.
fn climb(phone: Phone, room: Room) -> impl IntoView {
    let store = phone.store;
    let levels = Memo::new(move |_| phone.with_ping(|ping| ping.levels).flatten());
    let arrow = move || match levels.get() {
        Some(1..) => Some(sign(Sign::Up)),
        Some(..=-1) => Some(sign(Sign::Down)),
        _ => None,
    };
    let under = move || {
        let known = phone.view(|view| view.level.is_some()).unwrap_or(false);
        let metres = phone.with_ping(|ping| ping.metres).flatten();
        match (known, metres) {
            (false, _) => store.get(K::ConfirmForDifference),
            (true, Some(metres)) => store.fill(K::MetresStraight, &[("n", &metres.to_string())]),
            (true, None) => String::new(),
        }
    };
    // Beside what changed by it: whoever is walking already looks there.
    let moved = Memo::new(move |_| {
        let moved = phone.with_ping(|ping| ping.moved.clone()).flatten()?;
        let age = phone.age(moved.age_ms);
        let text = store.words(|words| words.moved(&words.place(Some(&moved.from))));
        (age < MOVED_SHOWN_MS).then_some((text, age))
    });
    // Said to a screen reader once, not with each second of its age.
    let said = Memo::new(move |_| moved.get().map(|(text, _)| text));
    view! {
        <div class="climb">
            {arrow}
            <p class="climb-words">
                <b>{move || store.words(|words| words.climb(levels.get()))}</b>
                <span>{under}</span>
            </p>
            {move || moved.get().map(|(text, age)| view! {
                <p class="climb-moved is-amber">
                    {sign(Sign::Warning)}
                    <b>{text} {" "} <span class="climb-ago">{["· ", &store.words(|words| words.ago(age))].concat()}</span></b>
                </p>
            })}
            <p class="unseen" role="status">{move || said.get()}</p>
            {move || (room.folded() && store.venue.with(Option::is_some)).then(|| view! {
                <button type="button" class="button climb-map" aria-expanded=move || room.open.get().to_string()
                    on:click=move |_| room.open.update(|open| *open = !*open)>
                    {move || store.get(if room.open.get() { K::CloseMap } else { K::Map })}
                </button>
            })}
        </div>
    }
}

/// The way to confirm the own level anew, with its age, while somebody waits.
pub(super) fn confirm(phone: Phone) -> impl IntoView {
    let store = phone.store;
    let mine = move || {
        let age = phone.view(|view| view.position_age_ms).flatten()?;
        let age = phone.age(age);
        Some(store.words(|words| words.fill(K::YourPositionAge, &[("age", &words.duration(age))])))
    };
    move || {
        phone.ping.get().map(|_| {
            view! {
                <button type="button" class="button confirm" on:click=move |_| phone.panel.set(Panel::Level)>
                    <span>{store.get(K::ConfirmLevel)}</span>
                    <span class="muted">{mine}</span>
                </button>
            }
        })
    }
}

fn place(phone: Phone) -> impl IntoView {
    let store = phone.store;
    let line = move || phone.with_ping(|ping| store.words(|words| words.place(ping.place.as_ref())));
    let source = move || {
        phone.with_ping(|ping| {
            let place = ping.place.as_ref()?;
            let age = phone.age(place.age_ms);
            Some(store.words(|words| [&words.source(place), " · ", &words.ago(age)].concat()))
        })
    };
    view! {
        <h1 class="ping-place">{line}</h1>
        <p class="ping-source muted">{sign(Sign::Code)} <span>{move || source().flatten()}</span></p>
    }
}

fn approach(phone: Phone, room: Room) -> impl IntoView {
    let store = phone.store;
    let told = Memo::new(move |_| {
        phone
            .with_ping(|ping: &GuardPing| {
                (ping.approach.clone(), ping.danger.clone(), ping.nobody_here, ping.how.clone(), ping.known_by.clone())
            })
            .unwrap_or_default()
    });
    // A new warning or note is read, whatever was looked at.
    Effect::new(move |_| {
        told.track();
        room.open.set(false);
    });
    view! {
        <div class="ping-told">
            {move || {
                let (note, danger, nobody_here, how, known_by) = told.get();
                let note = if note.is_empty() { store.get(K::NoApproach) } else { note };
                let how = how.map(|how| match how {
                    HowView::Discreetly => store.get(K::GuardDiscreetly),
                    HowView::MeetAt(place) => {
                        let place = store.words(|words| words.place(place.as_ref()));
                        store.fill(K::GuardMeet, &[("place", &place)])
                    }
                    HowView::OnlyWrite => store.get(K::GuardOnlyWrite),
                    HowView::OnlyWatch => store.get(K::GuardOnlyWatch),
                });
                let known_by = store.book(|book| {
                    let piece = |piece: &Piece| {
                        [&book.garment.get(piece.garment), ": ", &book.colour.get(piece.colour)].concat().to_lowercase()
                    };
                    known_by.iter().map(piece).collect::<Vec<_>>().join(", ")
                });
                view! {
                    {danger.into_iter().map(|danger: Danger| view! {
                        <p class="is-amber ping-danger">
                            {sign(Sign::Warning)} <b>{store.words(|words| words.danger(danger))}</b>
                        </p>
                    }).collect_view()}
                    {how.map(|how| view! { <p class="ping-how"><b>{how}</b></p> })}
                    {(!known_by.is_empty()).then(|| view! {
                        <p class="ping-known"><span class="muted">{store.get(K::AskKnownBy)}</span> {" "} <b>{known_by}</b></p>
                    })}
                    <p class="ping-note">{note}</p>
                    {nobody_here.then(|| view! {
                        <p class="is-amber">{sign(Sign::Warning)} <span>{store.get(K::SaysNobodyHere)}</span></p>
                    })}
                }
            }}
        </div>
    }
}

/// After a step the one button, which now says something else, rests this long.
const STEP_REST: Duration = Duration::from_millis(1_500);

/// The button that fits the state of a dispatch.
fn next(state: DispatchState, id: IncidentId) -> Option<(K, StaffCommand)> {
    match state {
        DispatchState::Dispatched => Some((K::ImGoing, StaffCommand::Go(id))),
        DispatchState::EnRoute => Some((K::IveArrived, StaffCommand::Arrive(id))),
        DispatchState::OnScene => Some((K::Done, StaffCommand::Done(id))),
        _ => None,
    }
}

fn buttons(phone: Phone) -> impl IntoView {
    let store = phone.store;
    let step = Memo::new(move |_| phone.with_ping(|ping| (ping.state, ping.incident)));
    let trail = [
        (DispatchState::Dispatched, K::ImGoing),
        (DispatchState::EnRoute, K::IveArrived),
        (DispatchState::OnScene, K::Done),
    ];
    // Whoever has arrived can no longer *not go*: what can still be is that nobody is found.
    let there = Memo::new(move |_| on_scene(phone));
    view! {
        <div class="ping-foot">
            <div class="ping-buttons">
                {move || step.get().and_then(|(state, id)| next(state, id)).map(|(label, command)| {
                    let waited = command.clone();
                    // A nervous double tap must not say *Here* or *Done* for something nobody has seen.
                    let resting = RwSignal::new(!matches!(command, StaffCommand::Go(_)));
                    let rested = move || {
                        let _ = resting.try_set(false);
                    };
                    set_timeout(rested, STEP_REST);
                    view! {
                        <button type="button" class="button is-main is-primary" disabled=move || resting.get()
                            class:is-pending=move || store.waits(|other| *other == waited)
                            on:click=move |_| store.send(command.clone())>
                            {store.get(label)}
                        </button>
                    }
                })}
                <button type="button" class="button is-second" on:click=move |_| phone.panel.set(Panel::Cannot)>
                    {move || store.get(if there.get() { K::CantFind } else { K::Cant })}
                </button>
            </div>
            <ol class="trail">
                {trail.into_iter().map(|(state, label)| view! {
                    <li aria-current=move || step.get().is_some_and(|(now, _)| now == state).then_some("step")>
                        {(state != DispatchState::Dispatched).then(|| sign(Sign::Next))} <span>{store.get(label)}</span>
                    </li>
                }).collect_view()}
            </ol>
        </div>
    }
}

fn on_scene(phone: Phone) -> bool {
    phone.with_ping(|ping| ping.state == DispatchState::OnScene).unwrap_or(false)
}

/// *Why can't you?*
pub(super) fn cannot(phone: Phone) -> impl IntoView {
    let store = phone.store;
    let reasons = [
        (CannotReason::Busy, K::CantBusy),
        (CannotReason::NoWay, K::CantNoWay),
        (CannotReason::CannotFind, K::CantFind),
    ];
    let fits = move |reason: CannotReason| reason == CannotReason::CannotFind || !on_scene(phone);
    let send = move |reason: CannotReason| {
        if let Some(id) = phone.ping.get_untracked() {
            store.send_then(StaffCommand::Cannot(id, reason), move || phone.panel.set(Panel::None));
        }
    };
    let waits = move |reason: CannotReason| {
        store.waits(|command| matches!(command, StaffCommand::Cannot(_, other) if *other == reason))
    };
    view! {
        <div class="phone-main cannot">
            <h1>{store.get(K::CantWhy)}</h1>
            {move || reasons.into_iter().filter(|(reason, _)| fits(*reason)).map(|(reason, label)| view! {
                <button type="button" class="button is-wide is-tall" class:is-pending=move || waits(reason)
                    on:click=move |_| send(reason)>
                    {store.get(label)}
                </button>
            }).collect_view()}
            <button type="button" class="button is-wide" on:click=move |_| phone.panel.set(Panel::None)>
                {store.get(K::Leave)}
            </button>
        </div>
    }
}
