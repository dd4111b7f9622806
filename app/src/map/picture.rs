//! The picture: plan, rings, names, marks, and the fingers on it.
//!
//! Law: nothing here is written as mark-up that never changes: the client library would create it
//! through `innerHTML`, which the page's policy forbids. No style attributes either.

use super::Px;
use super::camera::{Camera, scale_bar};
use super::label::{Labels, Word};
use super::mark::rings;
use super::plan::{self, HATCH, Shape};
use super::scene::Scene;
use leptos::prelude::*;

/// The SVG element. `name` is like no other on the page.
pub(super) fn picture(scene: Scene, name: &str) -> AnyView {
    let hand = scene.hand;
    let svg = view! {
        <svg
            class="map-svg"
            role="application"
            aria-label=scene.word(|words| &words.map)
            tabindex="0"
            on:pointerdown=move |event| {
                if let Some((px, id)) = finger(&event, true) {
                    hand.update_value(|hand| hand.down(id, px));
                }
            }
            on:pointermove=move |event| {
                if let Some((px, id)) = finger(&event, false) {
                    let act = hand.try_update_value(|hand| hand.moved(id, px)).flatten();
                    act.into_iter().for_each(|act| scene.act(act));
                }
            }
            on:pointerup=move |event| {
                if let Some((px, id)) = finger(&event, false) {
                    let ms = event.time_stamp() as i32;
                    let act = hand.try_update_value(|hand| hand.up(id, px, ms)).flatten();
                    act.into_iter().for_each(|act| scene.act(act));
                }
            }
            on:pointercancel=move |event| hand.update_value(|hand| hand.cancel(event.pointer_id()))
            on:wheel=move |event| {
                event.prevent_default();
                if let Some(px) = spot(&event) {
                    let turn = (event.delta_y() as i32).clamp(-150, 150);
                    scene.look(&|camera| camera.zoom_at(px, 600, (600 - turn) as u32));
                }
            }
            on:keydown=move |event| {
                if scene.key(&event.key()) {
                    event.prevent_default();
                }
            }
        >
            {definitions(scene, name)}
            {drawing(scene, name)}
            {furniture(scene)}
        </svg>
    };
    svg.into_any()
}

/// The shape that rings stay in, and the hatching.
fn definitions(Scene { venue, level, zoom, .. }: Scene, name: &str) -> AnyView {
    let defs = view! {
        <defs>
            <clipPath id=format!("{name}-clip")>
                <path d=move || venue.with(|venue| plan::outline(venue, level.get())) />
            </clipPath>
            <pattern
                id=format!("{name}-hatch")
                width="7"
                height="7"
                patternUnits="userSpaceOnUse"
                patternTransform=move || format!("rotate(45)scale({}e-5)", zoom.get())
            >
                <path class="map-hatch-line" d=move || "M1 0v7" />
            </pattern>
        </defs>
    };
    defs.into_any()
}

/// What belongs to places: the plan in decimetres, then names and marks in pixels.
fn drawing(scene: Scene, name: &str) -> AnyView {
    let Scene { venue, level, lang, pings, camera, zoom, .. } = scene;
    let hatch = format!("url(#{name}-hatch)");
    let labels = move || {
        let taken = scene.marks().boxes;
        lang.with(|lang| venue.with(|venue| Labels::of(venue, level.get(), lang, zoom.get(), taken)))
    };
    let groups = view! {
        <g transform=move || camera.with(Camera::plan_transform)>
            {move || paths(venue.with(|venue| plan::level(venue, level.get())), &hatch)}
            <g clip-path=format!("url(#{name}-clip)")>
                {move || paths(pings.with(|pings| rings(pings, level.get())), "")}
            </g>
        </g>
        <g transform=move || camera.with(Camera::sheet_transform)>
            {move || {
                let Labels { icons, words, .. } = labels();
                let icons = Shape { class: "map-icon".to_owned(), d: icons };
                (paths(vec![icons], ""), texts(words))
            }}
            {move || {
                let marks = scene.marks();
                (paths(marks.shapes, ""), texts(marks.words))
            }}
        </g>
    };
    groups.into_any()
}

/// What belongs to the picture: a scale, and cross hairs for whoever picks by key.
fn furniture(scene: Scene) -> AnyView {
    let Scene { camera, zoom, .. } = scene;
    let furniture = move || {
        let Px { x: across, y: low } = camera.with(Camera::size);
        let (metres, long) = scale_bar(zoom.get(), i64::from(across / 4).min(120));
        let Px { x, y } = camera.with(Camera::middle);
        let bar = format!("M12 {}v5h{long}v-5", low - 18);
        let cross = format!("M{} {y}h12m8 0h12M{x} {}v12m0 8v12", x - 16, y - 16);
        let shapes = [("map-scale", bar), ("map-cross", cross)];
        let shapes = shapes.map(|(class, d)| Shape { class: class.to_owned(), d });
        let length = Word {
            class: "map-scale-word".to_owned(),
            at: Px { x: long as i32 + 20, y: low - 16 },
            text: format!("{metres} {}", scene.word(|words| &words.metre)),
        };
        (paths(shapes.to_vec(), ""), texts(vec![length]))
    };
    furniture.into_any()
}

fn paths(shapes: Vec<Shape>, hatch: &str) -> impl IntoView + use<> {
    let one = |shape: Shape| {
        let fill = (shape.class == HATCH).then(|| hatch.to_owned());
        view! { <path class=shape.class d=shape.d fill=fill /> }
    };
    shapes.into_iter().map(one).collect_view()
}

fn texts(words: Vec<Word>) -> impl IntoView {
    let one = |word: Word| view! { <text class=word.class x=word.at.x y=word.at.y + 4>{word.text}</text> };
    words.into_iter().map(one).collect_view()
}

/// Where in the picture a finger is, and which it is. `down` keeps it to the map.
#[cfg(feature = "hydrate")]
fn finger(event: &leptos::ev::PointerEvent, down: bool) -> Option<(Px, i32)> {
    let map = super::dom::listener(event)?;
    if down {
        super::dom::keep(&map, event);
    }
    Some((super::dom::place(&map, event), event.pointer_id()))
}

#[cfg(feature = "hydrate")]
fn spot(event: &leptos::ev::MouseEvent) -> Option<Px> {
    Some(super::dom::place(&super::dom::listener(event)?, event))
}

/// No fingers on the server.
#[cfg(not(feature = "hydrate"))]
fn finger(_: &leptos::ev::PointerEvent, _: bool) -> Option<(Px, i32)> {
    None
}

#[cfg(not(feature = "hydrate"))]
fn spot(_: &leptos::ev::MouseEvent) -> Option<Px> {
    None
}
