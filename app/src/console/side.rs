//! The map's column: what is drawn, and what cannot be drawn because its level is not known.

use super::desk::Desk;
use super::keys::Mode;
use crate::staff::words::stopwatch;
use crate::staff::{MapMark, Sign, map_slot, sign};
use crate::text::StaffKey as K;
use domain::person::{Duty, Role};
use leptos::prelude::*;

/// The map and its head.
pub(super) fn map(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let marks = Memo::new(move |_| marks(desk));
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
                    (Some(typing), _) => view! { <b>{typing}</b> }.into_any(),
                    (None, Some((count, age))) => view! {
                        {sign(Sign::Question)}
                        <span class="muted">{store.fill(K::LevelUnknownCount, &[("n", &count.to_string())])}</span>
                        <b>{age}</b>
                    }.into_any(),
                    (None, None) => view! { <span class="muted">{store.get(K::LevelsKnown)}</span> }.into_any(),
                }}
                <span class="key-hint"><kbd>{"M"}</kbd><kbd>{"L"}</kbd></span>
            </header>
            {map_slot(store, marks.into(), desk.level)}
        </section>
    }
}

/// Every open case and everyone on duty whose place is known.
fn marks(desk: Desk) -> Vec<MapMark> {
    let (store, open) = (desk.store, desk.open());
    let cases = store.rows.with(|rows| {
        let open_rows = rows.values().filter(|row| row.value.closed.is_none());
        open_rows
            .map(|row| {
                let place = row.value.place.as_ref();
                MapMark {
                    incident: Some(row.value.id),
                    level: place.and_then(|place| place.level.as_ref()).map(|level| level.ordinal),
                    at: place.and_then(|place| place.xy),
                    radius_m: place.map_or(0, |place| place.radius_m),
                    label: store.words(|words| words.priority(row.value.priority)),
                    main: open == Some(row.value.id),
                    waiting: row.value.unacknowledged,
                }
            })
            .collect::<Vec<_>>()
    });
    let guards = store.people.with(|people| {
        let on = people.value.iter().filter(|person| person.role == Role::Security && person.duty != Duty::Off);
        on.filter_map(|person| {
            let at = person.position.as_ref().and_then(|place| place.xy)?;
            Some(MapMark {
                incident: None,
                level: person.level,
                at: Some(at),
                radius_m: 0,
                label: person.name.clone(),
                main: false,
                waiting: false,
            })
        })
        .collect::<Vec<_>>()
    });
    cases.into_iter().chain(guards).collect()
}
