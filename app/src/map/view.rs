//! The map as a component.
//!
//! Law: nothing here is written as mark-up that never changes: the client library would create it
//! through `innerHTML`, which the page's policy forbids. No style attributes either.

use super::camera::{Camera, finger_m, scale_bar};
use super::gesture::{Act, Gesture};
use super::label::{Labels, Word};
use super::list::MapList;
use super::mark::{Marks, kind_class, mine, rings};
use super::model::{MapPerson, MapPing, MapWords, Picked, PickedBy};
use super::picker::picker;
use super::plan::{self, HATCH, Shape};
use super::{Inset, Px};
use domain::venue::{Ordinal, Venue, Xy};
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How wide a look [`MapView`]'s `focus` gives, in metres.
const FOCUS_M: u16 = 60;
/// Pixels that an arrow key moves.
const STEP: i32 = 60;

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
    let (clip, hatch) = (format!("{name}-clip"), format!("{name}-hatch"));
    let (clip_url, hatch_url) = (format!("url(#{clip})"), format!("url(#{hatch})"));
    let words = StoredValue::new(words);
    let word = move |of: fn(&MapWords) -> &String| words.with_value(|words| of(words).clone());
    let stage = NodeRef::<leptos::html::Div>::new();
    let levels = NodeRef::<leptos::html::Fieldset>::new();
    let listed = RwSignal::new(false);

    let whole = move || venue.with_untracked(|venue| plan::bounds(venue, level.get_untracked()));
    let camera = RwSignal::new(Camera::new(Px { x: 390, y: 400 }).fit(whole(), Inset::default()));
    let look = move |change: &dyn Fn(Camera) -> Camera| {
        let extent = venue.with_untracked(|venue| plan::extent(venue));
        camera.update(|camera| *camera = change(*camera).clamp(extent));
    };
    let zoom = Memo::new(move |_| camera.with(Camera::zoom));
    let zoom_by = move |from, to| look(&|camera| camera.zoom_at(camera.middle(), from, to));

    // Whether somebody, or `focus`, has chosen where to look: until then a resize fits the level.
    let looked = StoredValue::new(false);
    Effect::new(move |_| {
        if let Some((to, at)) = focus.get() {
            level.set(to);
            looked.set_value(true);
            look(&|camera| camera.focused(at, FOCUS_M));
        }
    });
    #[cfg(feature = "hydrate")]
    {
        use super::dom::{SizeWatch, covered, size};
        let watch = StoredValue::new_local(None);
        Effect::new(move |_| {
            let Some(frame) = stage.get() else { return };
            let told = frame.clone();
            let fit = move || {
                let now = size(&told);
                if now.x == 0 || now == camera.with_untracked(Camera::size) {
                    return;
                }
                let inset = levels.get_untracked().map_or(Inset::default(), |picker| covered(&told, &picker));
                camera.update(|camera| {
                    let same = camera.resized(now);
                    *camera = if looked.get_value() { same } else { same.fit(whole(), inset) };
                });
            };
            watch.set_value(SizeWatch::new(&frame, fit));
        });
    }

    // What is drawn of the calls: the reader's own place too.
    let marked = Signal::derive(move || {
        let mut all = pings.get();
        if let Some(own) = picked.and_then(|picked| picked.get()) {
            all.push(mine(own.level, own.at, own.radius_m));
        }
        all
    });
    let marks = move || {
        marked.with(|pings| people.with(|people| Marks::of(pings, people, level.get(), zoom.get(), chosen.get())))
    };
    let pick = move |unit: Option<u16>, level: Ordinal, at: Xy, radius_m: u16, by: PickedBy| {
        if let Some(picked) = picked {
            picked.set(Some(Picked { level, at, unit, radius_m, by }));
        }
    };
    let tap = move |px: Px| {
        let camera = camera.get_untracked();
        let shift = camera.shift();
        let on_mark = untrack(marks).at(Px { x: px.x - shift.x, y: px.y - shift.y });
        match (on_mark, on_select) {
            (Some(id), Some(select)) => select.run(id),
            _ => {
                let (here, at, radius) = (level.get_untracked(), camera.to_map(px), finger_m(camera.zoom()));
                pick(venue.with_untracked(|venue| room_at(venue, here, at, radius)), here, at, radius, PickedBy::Tap);
            }
        }
    };
    let act = move |act: Act| {
        looked.set_value(true);
        match act {
            Act::Pan(dx, dy) => look(&|camera| camera.pan_by(dx, dy)),
            Act::Pinch { by, at, from, to } => look(&|camera| camera.pan_by(by.0, by.1).zoom_at(at, from, to)),
            Act::DoubleTap(at) => look(&|camera| camera.zoom_at(at, 1, 2)),
            Act::Tap(at) => tap(at),
        }
    };
    let hand = StoredValue::new(Gesture::default());
    let key = move |event: leptos::ev::KeyboardEvent| {
        looked.set_value(true);
        match event.key().as_str() {
            "ArrowLeft" => look(&|camera| camera.pan_by(STEP, 0)),
            "ArrowRight" => look(&|camera| camera.pan_by(-STEP, 0)),
            "ArrowUp" => look(&|camera| camera.pan_by(0, STEP)),
            "ArrowDown" => look(&|camera| camera.pan_by(0, -STEP)),
            "+" | "=" => zoom_by(2, 3),
            "-" => zoom_by(3, 2),
            "Enter" | " " => tap(camera.with_untracked(Camera::middle)),
            _ => return,
        }
        event.prevent_default();
    };
    let room = move |(to, ix): (Ordinal, u16)| {
        let unit = venue.with_untracked(|venue| {
            let unit = venue.units.get(usize::from(ix))?;
            Some((unit.display, unit.twice_area()))
        });
        let Some((at, twice_area)) = unit else { return };
        level.set(to);
        listed.set(false);
        looked.set_value(true);
        look(&|camera| camera.focused(at, FOCUS_M));
        pick(Some(ix), to, at, ((twice_area / 2).isqrt() / 20).clamp(1, 250) as u16, PickedBy::Room);
    };

    let drawn = move || venue.with(|venue| plan::level(venue, level.get()));
    let labels = Memo::new(move |_| {
        let labels = lang.with(|lang| venue.with(|venue| Labels::of(venue, level.get(), lang, zoom.get())));
        (labels.icons, labels.words)
    });
    let bar = move || scale_bar(zoom.get());
    let low = move || camera.with(Camera::size).y;
    let strip = move || {
        let nowhere = |ping: &&MapPing| ping.level.is_none() || ping.at.is_none();
        pings.with(|pings| {
            let ring = pings.iter().filter(nowhere).map(|ping| {
                let id = ping.id;
                let known = if ping.level.is_none() { "map-nowhere" } else { "map-nowhere is-level" };
                view! {
                    <button
                        type="button"
                        class=format!("{known} {}", kind_class(ping.kind))
                        on:click=move |_| on_select.iter().for_each(|select| select.run(id))
                    >
                        <span class="map-ask" aria-hidden="true">{move || '?'}</span>
                        {ping.level.is_none().then(|| word(|words| &words.unknown))}
                        <b>{ping.label.clone()}</b>
                    </button>
                }
            });
            ring.collect_view()
        })
    };

    view! {
        <div class=move || if compact { "map is-compact" } else { "map" }>
            <div class="map-strip">{strip}</div>
            <div class="map-stage" node_ref=stage>
                <svg
                    class="map-svg"
                    role="application"
                    aria-label=word(|words| &words.map)
                    tabindex="0"
                    on:pointerdown=move |event| {
                        if let Some((px, id)) = finger(&event, true) {
                            hand.update_value(|hand| hand.down(id, px));
                        }
                    }
                    on:pointermove=move |event| {
                        let done = finger(&event, false)
                            .and_then(|(px, id)| hand.try_update_value(|hand| hand.moved(id, px)).flatten());
                        done.into_iter().for_each(act);
                    }
                    on:pointerup=move |event| {
                        let ms = event.time_stamp() as i32;
                        let done = finger(&event, false)
                            .and_then(|(px, id)| hand.try_update_value(|hand| hand.up(id, px, ms)).flatten());
                        done.into_iter().for_each(act);
                    }
                    on:pointercancel=move |event| hand.update_value(|hand| hand.cancel(event.pointer_id()))
                    on:wheel=move |event| {
                        event.prevent_default();
                        if let Some(px) = spot(&event) {
                            looked.set_value(true);
                            let turn = (event.delta_y() as i32).clamp(-150, 150);
                            look(&|camera| camera.zoom_at(px, (600 + turn) as u32, 600));
                        }
                    }
                    on:keydown=key
                >
                    <defs>
                        <clipPath id=clip>
                            <path d=move || venue.with(|venue| plan::outline(venue, level.get())) />
                        </clipPath>
                        <pattern
                            id=hatch
                            width="7"
                            height="7"
                            patternUnits="userSpaceOnUse"
                            patternTransform=move || format!("rotate(45)scale({}e-5)", zoom.get())
                        >
                            <path class="map-hatch-line" d=move || "M1 0v7" />
                        </pattern>
                    </defs>
                    <g transform=move || camera.with(Camera::plan_transform)>
                        {move || paths(drawn(), &hatch_url)}
                        <g clip-path=clip_url>
                            {move || paths(marked.with(|pings| rings(pings, level.get())), "")}
                        </g>
                    </g>
                    <g transform=move || camera.with(Camera::sheet_transform)>
                        <path class="map-icon" d=move || labels.with(|labels| labels.0.clone()) />
                        {move || texts(labels.with(|labels| labels.1.clone()))}
                        {move || {
                            let marks = marks();
                            (paths(marks.shapes, ""), texts(marks.words))
                        }}
                    </g>
                    <path class="map-scale" d=move || format!("M12 {}v5h{}v-5", low() - 18, bar().1) />
                    <text class="map-scale-word" x=move || bar().1 + 20 y=move || low() - 12>
                        {move || format!("{} {}", bar().0, word(|words| &words.metre))}
                    </text>
                    <path
                        class="map-cross"
                        d=move || {
                            let Px { x, y } = camera.with(Camera::middle);
                            format!("M{} {y}h12m8 0h12M{x} {}v12m0 8v12", x - 16, y - 16)
                        }
                    />
                </svg>
                <fieldset class="map-levels" node_ref=levels>
                    <legend>{word(|words| &words.level)}</legend>
                    {picker(venue, level, lang, marked, words, name)}
                </fieldset>
                <Show when=move || listed.get()>
                    <MapList venue lang pings words on_select on_room=Callback::new(room) />
                </Show>
                <div class="map-tools">
                    <button type="button" class="map-tool is-list" on:click=move |_| listed.update(|on| *on = !*on)>
                        {move || word(if listed.get() { |words| &words.map } else { |words| &words.list })}
                    </button>
                    <button type="button" class="map-tool" aria-label=word(|words| &words.zoom_out) on:click=move |_| zoom_by(3, 2)>
                        {move || '−'}
                    </button>
                    <button type="button" class="map-tool" aria-label=word(|words| &words.zoom_in) on:click=move |_| zoom_by(2, 3)>
                        {move || '+'}
                    </button>
                </div>
            </div>
        </div>
    }
}

/// The unit that a tap means: that of the point, or the nearest to stand in if the point is on
/// a wall, or outside by no more than the finger may be off.
fn room_at(venue: &Venue, level: Ordinal, at: Xy, radius_m: u16) -> Option<u16> {
    let hit = venue.unit_at(level, at);
    let walkable = |ix: &u16| venue.units.get(usize::from(*ix)).is_some_and(|unit| unit.class.is_walkable());
    hit.filter(walkable).or_else(|| {
        let (near, far) = venue.nearest_unit(level, at)?;
        (hit.is_some() || far <= u32::from(radius_m) * 10).then_some(near)
    })
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

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_tap_on_a_wall_means_the_room_beside_it_and_one_far_outside_means_none() {
        let venue = sample::venue();
        let at = |x, y| room_at(&venue, Ordinal(1), Xy { x, y }, 10);
        assert_eq!(at(500, 250), Some(1));
        assert_eq!(at(500, 650), Some(0), "5 m outside, with a finger of 10 m");
        assert_eq!(at(500, 750), None);
        assert_eq!(room_at(&venue, Ordinal(0), Xy { x: 0, y: 0 }, 10), None, "no such level");
    }
}
