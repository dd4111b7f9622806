//! The map as a component: picture, level picker, strip of calls without a place, tools, list.

use super::Inset;
use super::Px;
use super::camera::Camera;
use super::gesture::Gesture;
use super::list::MapList;
use super::mark::{kind_class, mine};
use super::model::{MapPerson, MapPing, MapWords, Picked};
use super::picker::picker;
use super::picture::picture;
use super::plan;
use super::scene::Scene;
use domain::venue::{Ordinal, Venue, Xy};
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The map: plan, level picker, marks, and a list in its place for whoever wants words.
///
/// It fills its parent, which has a height. Mount it in the browser; on the server it renders a
/// still picture.
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
    static MAPS: AtomicU32 = AtomicU32::new(0);
    let name = format!("map-{}", MAPS.fetch_add(1, Ordering::Relaxed));
    let camera = RwSignal::new(Camera::new(Px { x: 390, y: 400 }));
    let strip_of = pings;
    let scene = Scene {
        venue,
        level,
        lang,
        words: StoredValue::new(words),
        pings: Signal::derive(move || {
            let mut all = pings.get();
            if let Some(own) = picked.and_then(|picked| picked.get()) {
                all.push(mine(own.level, own.at, own.radius_m));
            }
            all
        }),
        people,
        picked,
        on_select,
        chosen,
        camera,
        zoom: Memo::new(move |_| camera.with(Camera::zoom)),
        hand: StoredValue::new(Gesture::default()),
        looked: StoredValue::new(false),
        listed: RwSignal::new(false),
    };
    fit(scene, Px { x: 390, y: 400 }, Inset::default());
    Effect::new(move |_| {
        if let Some((level, at)) = focus.get() {
            scene.focus(level, at);
        }
    });
    let stage = NodeRef::<leptos::html::Div>::new();
    let levels = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    {
        use super::dom::{SizeWatch, covered, size};
        let watch = StoredValue::new_local(None);
        Effect::new(move |_| {
            let Some(frame) = stage.get() else { return };
            let told = frame.clone();
            let resized = move || {
                let picker = levels.get_untracked();
                fit(scene, size(&told), picker.map_or(Inset::default(), |picker| covered(&told, &picker)));
            };
            watch.set_value(SizeWatch::new(&frame, resized));
        });
    }
    let whole = view! {
        <div class=if compact { "map is-compact" } else { "map" }>
            <div class="map-strip">{move || strip(scene, strip_of)}</div>
            <div class="map-stage" node_ref=stage>
                {picture(scene, &name)}
                <div class="map-levels" role="radiogroup" aria-label=scene.word(|words| &words.level) node_ref=levels>
                    <div class="map-head" aria-hidden="true">{scene.word(|words| &words.level)}</div>
                    {picker(scene, name)}
                </div>
                {move || scene.listed.get().then(|| {
                    let room = Callback::new(move |(level, ix)| scene.room(level, ix));
                    view! { <MapList venue lang pings words=scene.words on_select on_room=room public=picked.is_some() /> }
                })}
                {tools(scene)}
            </div>
        </div>
    };
    whole.into_any()
}

/// Takes the picture's size, and shows the whole level if nobody has looked elsewhere.
fn fit(scene: Scene, size: Px, inset: Inset) {
    if size.x > 0 && size.y > 0 {
        let level = scene.venue.with_untracked(|venue| plan::bounds(venue, scene.level.get_untracked()));
        scene.camera.update(|camera| {
            let same = camera.resized(size);
            *camera = if scene.looked.get_value() { same } else { same.fit(level, inset) };
        });
    }
}

/// Calls that are on no level, or nowhere on it.
fn strip(scene: Scene, pings: Signal<Vec<MapPing>>) -> AnyView {
    let one = |ping: &MapPing| {
        let (id, unknown) = (ping.id, ping.level.is_none());
        view! {
            <button
                type="button"
                class=format!("map-nowhere {}", kind_class(ping.kind))
                on:click=move |_| scene.on_select.iter().for_each(|select| select.run(id))
            >
                <span class="map-ask" aria-hidden="true">{move || '?'}</span>
                {unknown.then(|| scene.word(|words| &words.unknown))}
                <b>{ping.label.clone()}</b>
            </button>
        }
    };
    let nowhere = |ping: &&MapPing| ping.level.is_none() || ping.at.is_none();
    pings.with(|pings| pings.iter().filter(nowhere).map(one).collect_view()).into_any()
}

/// List or map, and the zoom for whoever has one finger or none.
fn tools(scene: Scene) -> AnyView {
    let button = |class: &'static str, label: Signal<String>, face: Signal<String>, act: Callback<()>| {
        view! {
            <button type="button" class=class aria-label=label on:click=move |_| act.run(())>{face}</button>
        }
    };
    let still = |text: String| Signal::stored(text);
    let toggle =
        Signal::derive(move || scene.word(if scene.listed.get() { |words| &words.map } else { |words| &words.list }));
    let out = still(scene.word(|words| &words.zoom_out));
    let into = still(scene.word(|words| &words.zoom_in));
    let turn = Callback::new(move |()| scene.listed.update(|on| *on = !*on));
    let tools = view! {
        <div class="map-tools">
            {button("map-tool is-list", toggle, toggle, turn)}
            {button("map-tool", out, still("−".to_owned()), Callback::new(move |()| scene.zoom_by(3, 2)))}
            {button("map-tool", into, still("+".to_owned()), Callback::new(move |()| scene.zoom_by(2, 3)))}
        </div>
    };
    tools.into_any()
}
