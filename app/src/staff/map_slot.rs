//! The place of the map on staff screens. The renderer is plugged in here and nowhere else.

use super::Store;
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::venue::{Ordinal, Xy};
use leptos::prelude::*;

/// One thing to draw on the map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MapMark {
    /// The incident, if it is one; a responder otherwise.
    pub(crate) incident: Option<IncidentId>,
    /// Its level; `None` is *level unknown*.
    pub(crate) level: Option<Ordinal>,
    /// Where.
    pub(crate) at: Option<Xy>,
    /// How far off it may be, metres.
    pub(crate) radius_m: u16,
    /// What stands beside it.
    pub(crate) label: String,
    /// The one that is open.
    pub(crate) main: bool,
    /// Nobody has it yet.
    pub(crate) waiting: bool,
}

/// The map with `marks`, showing `level`.
pub(crate) fn map_slot(store: Store, marks: Signal<Vec<MapMark>>, level: RwSignal<Option<Ordinal>>) -> impl IntoView {
    let levels = Memo::new(move |_| {
        let lang = store.lang();
        store.venue.get().map_or_else(Vec::new, |venue| {
            let short = |ordinal| venue.level_short(ordinal, &lang).map_or_else(String::new, str::to_owned);
            venue.ordinals().into_iter().rev().map(|ordinal| (ordinal, short(ordinal))).collect()
        })
    });
    view! {
        <div class="map-slot" id="map" tabindex="-1" role="group" aria-label=store.get(K::Map)>
            <p class="map-slot-note">
                {move || if store.venue.with(Option::is_some) { String::new() } else { store.get(K::NoMap) }}
            </p>
            <ul class="map-slot-levels">
                {move || levels.get().into_iter().map(|(ordinal, short)| view! {
                    <li>
                        <button type="button" aria-pressed=move || (level.get() == Some(ordinal)).to_string()
                            on:click=move |_| level.set(Some(ordinal))>
                            <span>{short}</span>
                            {move || {
                                let open = marks.with(|marks| marks.iter()
                                    .filter(|mark| mark.incident.is_some() && mark.level == Some(ordinal)).count());
                                (open > 0).then(|| view! { <b class="badge">{open}</b> })
                            }}
                        </button>
                    </li>
                }).collect_view()}
            </ul>
        </div>
    }
}
