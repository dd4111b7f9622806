//! The map in words: levels, their calls and their rooms, for whoever cannot use the picture.

use super::mark::kind_class;
use super::model::{MapPing, MapWords, PingKind};
use super::picker::count;
use domain::venue::{Ordinal, UnitClass, Venue};
use leptos::prelude::*;
use std::sync::Arc;

/// Levels from the highest down, in each its calls and then its rooms, as buttons.
#[component]
pub fn MapList(
    /// The venue.
    #[prop(into)]
    venue: Signal<Arc<Venue>>,
    /// The reader's language.
    #[prop(into)]
    lang: Signal<String>,
    /// Calls.
    #[prop(into)]
    pings: Signal<Vec<MapPing>>,
    /// The map's words.
    words: StoredValue<MapWords>,
    /// A call was chosen.
    #[prop(optional_no_strip)]
    on_select: Option<Callback<u64>>,
    /// A room was chosen: its level and index.
    on_room: Callback<(Ordinal, u16)>,
    /// Without the rooms that are closed to the public.
    #[prop(optional)]
    public: bool,
) -> impl IntoView {
    let item = |class: String, text: String, chosen: Callback<()>| {
        view! { <li><button type="button" class=class on:click=move |_| chosen.run(())>{text}</button></li> }
    };
    let level = move |ordinal: Ordinal, lang: &str, venue: &Venue| {
        let calls = pings.with(|pings| {
            let here = pings.iter().filter(|ping| ping.level == Some(ordinal) && ping.kind != PingKind::Me);
            here.map(|ping| {
                let id = ping.id;
                let open = move |()| on_select.iter().for_each(|select| select.run(id));
                item(format!("map-item {}", kind_class(ping.kind)), ping.label.clone(), Callback::new(open))
            })
            .collect_view()
        });
        let rooms = rooms(venue, ordinal, lang, words, public)
            .into_iter()
            .map(|(name, ix)| item("map-item".to_owned(), name, Callback::new(move |()| on_room.run((ordinal, ix)))));
        let rooms = rooms.collect_view();
        let open = pings.with(|pings| count(pings, ordinal));
        let name = venue.level_name(ordinal, lang).map_or_else(|| ordinal.0.to_string(), str::to_owned);
        view! {
            <li>
                <h3>
                    {name}
                    <span class=format!("map-badge {}", open.1)>
                        {Some(open.0).filter(|count| *count > 0).map(|count| count.to_string())}
                    </span>
                </h3>
                <ul>{calls}{rooms}</ul>
            </li>
        }
    };
    view! {
        <ol class="map-list">
            {move || {
                let lang = lang.get();
                venue.with(|venue| {
                    let levels = venue.ordinals().into_iter().rev();
                    levels.map(|ordinal| level(ordinal, &lang, venue)).collect_view()
                })
            }}
        </ol>
    }
}

/// Names and indices of the rooms of a level, by name, each name once.
fn rooms(
    venue: &Venue,
    ordinal: Ordinal,
    lang: &str,
    words: StoredValue<MapWords>,
    public: bool,
) -> Vec<(String, u16)> {
    let open = |class: UnitClass| class.is_walkable() && !(public && class == UnitClass::NonPublic);
    let named = venue.units_on(ordinal).filter(|(_, unit)| open(unit.class)).filter_map(|(ix, unit)| {
        let own = venue.unit_label(ix, lang).map(str::to_owned);
        Some((own.or_else(|| words.with_value(|words| (words.class)(unit.class)))?, ix))
    });
    let mut rooms: Vec<_> = named.collect();
    rooms.sort();
    rooms.dedup_by(|a, b| a.0 == b.0);
    rooms
}
