//! The map on staff screens: the one renderer, fed with what this screen knows.

use super::Store;
use crate::map::{MapEvent, MapPerson, MapPing, MapShows, MapView, MapWords};
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::venue::{Ordinal, Xy};
use leptos::either::Either;
use leptos::prelude::*;
use std::sync::Arc;

/// What a map shows and does.
#[derive(Clone, Copy)]
pub(crate) struct MapFeed {
    /// Calls.
    pub(crate) pings: Signal<Vec<MapPing>>,
    /// Responders.
    pub(crate) people: Signal<Vec<MapPerson>>,
    /// The call that is open.
    pub(crate) chosen: Signal<Option<u64>>,
    /// Where to look, each time it changes.
    pub(crate) focus: Signal<Option<(Ordinal, Xy)>>,
    /// The level shown, once there is a map.
    pub(crate) level: RwSignal<Option<Ordinal>>,
    /// A call was chosen on the map.
    pub(crate) on_select: Callback<u64>,
    /// The dense rows of the desk.
    pub(crate) compact: bool,
}

/// The number of an incident on the map.
pub(crate) fn map_id(id: IncidentId) -> u64 {
    u64::from_be_bytes(id.0)
}

/// The incident of a number on the map.
pub(crate) fn incident_of(id: u64) -> IncidentId {
    IncidentId(id.to_be_bytes())
}

/// The map, or a line that says that there is none.
pub(crate) fn map_slot(store: Store, feed: MapFeed) -> impl IntoView {
    let MapFeed { pings, people, chosen, focus, level, on_select, compact } = feed;
    let words = StoredValue::new(MapWords {
        map: store.get(K::Map),
        level: store.get(K::Level),
        you: store.get(K::You),
        zoom_in: store.get(K::ZoomIn),
        zoom_out: store.get(K::ZoomOut),
        unknown: store.get(K::LevelUnknown),
        alerts: store.get(K::OpenOnLevel),
        list: store.get(K::List),
        metre: store.get(K::Metre),
        class: Arc::new(|_| None),
    });
    let lang = store.lang();
    view! {
        <div class="map-slot" id="map" tabindex="-1" role="group" aria-label=store.get(K::Map)>
            {move || match store.venue.get() {
                None => Either::Left(view! { <p class="map-slot-note">{store.get(K::NoMap)}</p> }),
                Some(venue) => {
                    let ground = venue.ordinals().into_iter().min_by_key(|ordinal| ordinal.0.unsigned_abs());
                    let first = focus.get_untracked().map(|(level, _)| level);
                    // The desk's keys and the map's own picker move the same level.
                    let first = first.or(level.get_untracked()).or(ground).unwrap_or(Ordinal(0));
                    level.set(Some(first));
                    let lang = lang.clone();
                    let shows = move || {
                        let shows = MapShows::new(venue.clone(), level.get().unwrap_or(first), &lang);
                        let focus = focus.get().map(|(level, at)| (level, at, 0));
                        MapShows { pings: pings.get(), people: people.get(), chosen: chosen.get(), focus, ..shows }
                    };
                    let told = move |event| match event {
                        MapEvent::Level(other) => level.set(Some(other)),
                        MapEvent::Opened(id) => on_select.run(id),
                        MapEvent::Picked(_) => {}
                    };
                    Either::Right(view! { <MapView shows=shows told=told words=words.get_value() compact=compact/> })
                }
            }}
        </div>
    }
}
