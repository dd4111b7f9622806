//! The map's column: what is drawn, and what cannot be drawn because its level is not known.

use super::desk::Desk;
use super::keys::Mode;
use crate::live::now_ms;
use crate::map::{MapPerson, MapPing, PersonKind, PingKind};
use crate::staff::words::stopwatch;
use crate::staff::{MapFeed, Sign, incident_of, map_id, map_slot, sign};
use crate::text::StaffKey as K;
use domain::incident::Priority;
use domain::person::{Duty, Role};
use domain::place::{Age, age};
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// The map and its head.
pub(super) fn map(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let focus = Memo::new(move |_| {
        let open = desk.open()?;
        store.rows.with(|rows| {
            let place = rows.get(&open)?.value.place.as_ref()?;
            Some((place.level.as_ref()?.ordinal, place.xy?))
        })
    });
    let feed = MapFeed {
        pings: Memo::new(move |_| pings(desk)).into(),
        people: Memo::new(move |_| guards(desk)).into(),
        chosen: Signal::derive(move || desk.open().map(map_id)),
        focus: focus.into(),
        level: desk.level,
        on_select: Callback::new(move |id| desk.show(incident_of(id))),
        compact: true,
    };
    let unknown = move || {
        let now = store.now.get();
        store.rows.with(|rows| {
            let lost = rows.values().filter(|row| {
                row.value.closed.is_none() && row.value.place.as_ref().is_none_or(|place| place.level.is_none())
            });
            let ages = lost.map(|row| row.age(row.value.age_ms, now));
            let count = ages.clone().count();
            ages.max().map(|oldest| (count, stopwatch(oldest)))
        })
    };
    let levelling = move || match desk.mode.get() {
        Mode::Level(typed) => Some(store.fill(K::LevelTyped, &[("typed", &typed)])),
        _ => None,
    };
    view! {
        <section class="map-panel" aria-label=store.get(K::Map)>
            <header class="column-head">
                {move || match (levelling(), unknown()) {
                    (Some(typing), _) => EitherOf3::A(view! { <b>{typing}</b> }),
                    (None, Some((count, age))) => EitherOf3::B(view! {
                        {sign(Sign::Question)}
                        <span class="muted">{store.fill(K::LevelUnknownCount, &[("n", &count.to_string())])}</span>
                        <b>{age}</b>
                    }),
                    (None, None) => EitherOf3::C(view! { <span class="muted">{store.get(K::LevelsKnown)}</span> }),
                }}
                <span class="key-hint"><kbd>{"M"}</kbd><kbd>{"L"}</kbd></span>
            </header>
            {map_slot(store, feed)}
        </section>
    }
}

/// Every open case.
fn pings(desk: Desk) -> Vec<MapPing> {
    let (store, now) = (desk.store, now_ms());
    // Rows are many in a flood: what they share is looked up once.
    let names = [Priority::P1, Priority::P2, Priority::P3].map(|of| (of, store.words(|words| words.priority(of))));
    let named = |of| names.iter().find(|(priority, _)| *priority == of).map_or("", |(_, name)| name.as_str());
    store.rows.with(|rows| {
        let open = rows.values().filter(|row| row.value.closed.is_none());
        open.map(|row| {
            let place = row.value.place.as_ref();
            let kind = match (row.value.unacknowledged, row.value.priority) {
                (false, _) => PingKind::Neutral,
                (true, Priority::P1) => PingKind::P1,
                (true, Priority::P2) => PingKind::P2,
                (true, Priority::P3) => PingKind::P3,
            };
            let room = place.and_then(|place| place.room.as_deref()).unwrap_or_default();
            let name = [named(row.value.priority), " ", room].concat();
            MapPing {
                id: map_id(row.value.id),
                level: place.and_then(|place| place.level.as_ref()).map(|level| level.ordinal),
                at: place.and_then(|place| place.xy),
                radius_m: place.map_or(0, |place| place.radius_m),
                kind,
                age: place.map_or(Age::Hollow, |place| age(row.age(place.age_ms, now))),
                label: name.trim().to_owned(),
            }
        })
        .collect()
    })
}

/// Everyone on duty whose place is known.
fn guards(desk: Desk) -> Vec<MapPerson> {
    let (store, open, now) = (desk.store, desk.open(), now_ms());
    store.people.with(|people| {
        let on = people.value.iter().filter(|person| person.role == Role::Security && person.duty != Duty::Off);
        on.filter_map(|person| {
            let at = person.position.as_ref().and_then(|place| place.xy)?;
            Some(MapPerson {
                at: Some(at),
                level: person.level,
                age: person.position_age_ms.map_or(Age::Hollow, |ms| age(people.age(ms, now))),
                label: person.name.split(' ').next().unwrap_or_default().to_owned(),
                kind: match person.busy {
                    None => PersonKind::Free,
                    busy if busy == open => PersonKind::Coming,
                    Some(_) => PersonKind::Busy,
                },
            })
        })
        .collect()
    })
}
