//! The level picker: one row a height, the highest on top, with the number of open calls.

use super::mark::kind_class;
use super::model::{MapPing, PingKind};
use super::scene::Scene;
use domain::venue::Ordinal;
use leptos::prelude::*;

/// Calls on a level: how many, and the look of the most urgent.
pub(super) fn count(pings: &[MapPing], ordinal: Ordinal) -> (usize, &'static str) {
    let here = || pings.iter().filter(|ping| ping.level == Some(ordinal) && ping.kind != PingKind::Me);
    (here().count(), kind_class(here().map(|ping| ping.kind).max().unwrap_or(PingKind::Neutral)))
}

/// The rows. They are radio buttons called `name`: arrow keys work.
pub(super) fn picker(scene: Scene, name: String) -> AnyView {
    let Scene { venue, level, lang, pings, words, .. } = scene;
    let row = move |ordinal: Ordinal, name: String| {
        let mine = move || {
            pings.with(|pings| pings.iter().any(|ping| ping.level == Some(ordinal) && ping.kind == PingKind::Me))
        };
        let open = move || pings.with(|pings| count(pings, ordinal));
        let said = move || {
            let level = lang.with(|lang| venue.with(|venue| venue.level_name(ordinal, lang).map(str::to_owned)));
            let mut said = level.unwrap_or_else(|| ordinal.0.to_string());
            words.with_value(|words| {
                if mine() {
                    said = format!("{said}, {}", words.you);
                }
                if open().0 > 0 {
                    said = format!("{said}, {}: {}", words.alerts, open().0);
                }
            });
            said
        };
        let short = move || {
            let short = lang.with(|lang| venue.with(|venue| venue.level_short(ordinal, lang).map(str::to_owned)));
            let short = short.unwrap_or_else(|| ordinal.0.to_string());
            // A true minus, as wide as a figure.
            short.strip_prefix('-').map(|depth| format!("−{depth}")).unwrap_or(short)
        };
        view! {
            <label class=move || if level.get() == ordinal { "map-level is-on" } else { "map-level" }>
                <input
                    type="radio"
                    name=name
                    prop:checked=move || level.get() == ordinal
                    on:change=move |_| level.set(ordinal)
                    aria-label=said
                />
                <span class="map-short">{short}</span>
                <span class="map-you">
                    {move || if mine() { words.with_value(|words| words.you.clone()) } else { String::new() }}
                </span>
                <span class=move || format!("map-badge {}", open().1)>
                    {move || Some(open().0).filter(|count| *count > 0).map(|count| count.to_string())}
                </span>
            </label>
        }
    };
    let rows = move || {
        let highest_first = venue.with(|venue| venue.ordinals()).into_iter().rev();
        highest_first.map(|ordinal| row(ordinal, name.clone())).collect_view()
    };
    rows.into_any()
}
