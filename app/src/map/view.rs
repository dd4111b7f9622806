//! The map as a component: an element that a live map fills in the browser.

#[cfg(feature = "hydrate")]
use super::live::{Given, Live};
use super::model::{MapPerson, MapPing, MapWords, Picked};
use domain::venue::{Ordinal, Venue, Xy};
use leptos::prelude::*;
use std::sync::Arc;

/// The map: plan, level picker, marks, and a list in its place for whoever wants words.
///
/// It fills its parent, which has a height. It draws in the browser only: what a page says without
/// scripts is the caller's.
#[component]
pub fn MapView(
    /// The venue.
    #[prop(into)]
    venue: Signal<Arc<Venue>>,
    /// The level shown. The picker and `focus` write it.
    level: RwSignal<Ordinal>,
    /// The reader's language, for names on the plan.
    #[prop(into)]
    lang: Signal<String>,
    /// The map's words.
    words: MapWords,
    /// Calls. Those without a level, or without a point, stand in a strip above the map.
    #[prop(optional, into)]
    pings: Signal<Vec<MapPing>>,
    /// Responders.
    #[prop(optional, into)]
    people: Signal<Vec<MapPerson>>,
    /// Present where the reader picks a place (*Where*): a tap writes it.
    #[prop(optional)]
    picked: Option<RwSignal<Option<Picked>>>,
    /// A call was tapped or chosen in the list.
    #[prop(optional, into)]
    on_select: Option<Callback<u64>>,
    /// The call that is open beside the map.
    #[prop(optional, into)]
    chosen: Signal<Option<u64>>,
    /// Each new value shows this level with this point in the middle.
    #[prop(optional, into)]
    focus: Signal<Option<(Ordinal, Xy)>>,
    /// The dense rows of the desk: 28 instead of 48 pixels.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    {
        let live = Live::new(Given { venue, level, lang, words, pings, people, picked, on_select, chosen });
        let focused = live.clone();
        Effect::new(move |_| {
            if let Some((level, at)) = focus.get() {
                focused.focus(level, at);
            }
        });
        Effect::new(move |_| {
            if let Some(root) = root.get() {
                live.follow(&root);
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (venue, level, lang, words, pings, people, picked, on_select, chosen, focus);
    view! { <div class=if compact { "map is-compact" } else { "map" } node_ref=root></div> }
}
