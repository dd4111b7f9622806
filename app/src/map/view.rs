//! The map as a component: an element that a live map fills in the browser.

use super::model::{MapEvent, MapShows, MapWords};
use leptos::prelude::*;

/// The map: plan, level picker, marks, and a list in its place for whoever wants words.
///
/// It fills its parent, which has a height. It draws in the browser only: what a page says without
/// scripts is the caller's.
#[component]
pub fn MapView(
    /// What it shows.
    shows: impl Fn() -> MapShows + 'static,
    /// Hears what somebody did.
    told: impl Fn(MapEvent) + 'static,
    /// The map's words.
    words: MapWords,
    /// Whether a tap picks a place (*Where*).
    #[prop(optional)]
    picks: bool,
    /// The dense rows of the desk: 28 instead of 48 pixels.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    {
        let live = super::live::Live::new(Box::new(told), words, picks);
        Effect::new(move |_| {
            if let Some(root) = root.get() {
                live.follow(&root, shows());
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (shows, told, words, picks);
    view! { <div class=if compact { "map is-compact" } else { "map" } node_ref=root></div> }
}
