//! One map that lives on a page: it follows its signals, and does what hands and keys say.

use super::camera::{Bounds, Camera, finger_m};
use super::dom::{Ears, act, covered, place};
use super::gesture::{Act, Gesture};
use super::label::Labels;
use super::mark::{Marks, mine, rings};
use super::model::{MapPerson, MapPing, MapWords, Picked, PickedBy};
use super::page::Page;
use super::{Inset, Px, hit, plan, rows};
use domain::venue::{Ordinal, Venue, Xy};
use leptos::prelude::*;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent, WheelEvent};

/// How wide a look `focus` and a chosen room give, in metres.
const FOCUS_M: u16 = 60;
/// Pixels that an arrow key moves.
const STEP: i32 = 60;
/// What the map listens to.
const KINDS: [&str; 8] =
    ["pointerdown", "pointermove", "pointerup", "pointercancel", "wheel", "keydown", "click", "change"];

/// What the caller gave.
pub(super) struct Given {
    pub(super) venue: Signal<Arc<Venue>>,
    pub(super) level: RwSignal<Ordinal>,
    pub(super) lang: Signal<String>,
    pub(super) words: MapWords,
    pub(super) pings: Signal<Vec<MapPing>>,
    pub(super) people: Signal<Vec<MapPerson>>,
    pub(super) picked: Option<RwSignal<Option<Picked>>>,
    pub(super) on_select: Option<Callback<u64>>,
    pub(super) chosen: Signal<Option<u64>>,
}

/// What the signals said last.
struct Shown {
    venue: Arc<Venue>,
    extent: Bounds,
    level: Ordinal,
    lang: String,
    /// With the reader's own place.
    pings: Vec<MapPing>,
    people: Vec<MapPerson>,
    chosen: Option<u64>,
}

/// How somebody looks at it.
struct Look {
    camera: Camera,
    hand: Gesture,
    /// Whether somebody, or `focus`, has chosen where to look: until then a resize fits the level.
    looked: bool,
    /// Whether the list stands in place of the picture.
    listed: bool,
}

/// The map. Nothing is borrowed while a signal is written or a callback runs.
pub(super) struct Live {
    given: Given,
    look: RefCell<Look>,
    shown: RefCell<Option<Shown>>,
    page: OnceCell<(Page, Ears)>,
    /// What strip and list show, to leave them alone while it stays.
    said: RefCell<(Vec<rows::Item>, Option<Vec<(rows::Row, Vec<rows::Item>)>>)>,
}

impl Live {
    pub(super) fn new(given: Given) -> Rc<Self> {
        let camera = Camera::new(Px { x: 1, y: 1 });
        let look = Look { camera, hand: Gesture::default(), looked: false, listed: false };
        Rc::new(Self {
            given,
            look: RefCell::new(look),
            shown: RefCell::default(),
            page: OnceCell::new(),
            said: RefCell::default(),
        })
    }

    /// Draws what the signals say, in `root`; an effect calls it again at each change.
    pub(super) fn follow(self: &Rc<Self>, root: &Element) {
        let given = &self.given;
        let mut pings = given.pings.get();
        if let Some(own) = given.picked.and_then(|picked| picked.get()) {
            pings.push(mine(own.level, own.at, own.radius_m));
        }
        let venue = given.venue.get();
        let level = given.level.get();
        let extent = plan::extent(&venue);
        let (lang, people, chosen) = (given.lang.get(), given.people.get(), given.chosen.get());
        let shown = Shown { venue, extent, level, lang, pings, people, chosen };
        let before = self.shown.borrow_mut().replace(shown);
        self.draw(before, root);
    }

    fn draw(self: &Rc<Self>, before: Option<Shown>, root: &Element) -> Option<()> {
        let first = self.page.get().is_none();
        if first {
            self.page.set(self.build(root)?).ok()?;
        }
        let (page, shown) = (&self.page.get()?.0, self.shown.borrow());
        let shown = shown.as_ref()?;
        let words = &self.given.words;
        let rows = rows::levels(&shown.venue, &shown.lang, &shown.pings, words);
        let same_venue =
            before.as_ref().is_some_and(|it| Arc::ptr_eq(&it.venue, &shown.venue) && it.lang == shown.lang);
        if first || !same_venue {
            page.build_levels(&rows, &words.level)?;
        }
        if first || !same_venue || before.is_some_and(|it| it.level != shown.level) {
            page.plan(&plan::level(&shown.venue, shown.level), &plan::outline(&shown.venue, shown.level));
        }
        page.levels(&rows, |row| row.ordinal == shown.level);
        self.draw_sheet(shown, page);
        self.draw_words(shown, page, rows)
    }

    /// Names and marks, for the zoom that there is.
    fn draw_sheet(&self, shown: &Shown, page: &Page) {
        let camera = self.look.borrow().camera;
        let marks = Marks::of(&shown.pings, &shown.people, shown.level, camera.zoom(), shown.chosen);
        let labels = Labels::of(&shown.venue, shown.level, &shown.lang, camera.zoom(), marks.boxes.clone());
        page.sheet(labels, &marks, &rings(&shown.pings, shown.level));
        page.frame(&camera, &self.given.words.metre);
        page.moved(&camera);
    }

    /// Strip and list, where they changed: a focused button keeps the focus.
    fn draw_words(&self, shown: &Shown, page: &Page, levels: Vec<rows::Row>) -> Option<()> {
        let words = &self.given.words;
        let strip = rows::strip(&shown.pings, words);
        let list = self.look.borrow().listed.then(|| {
            let public = self.given.picked.is_some();
            let with = |row: rows::Row| {
                let items = rows::items(&shown.venue, row.ordinal, &shown.lang, &shown.pings, words, public);
                (row, items)
            };
            levels.into_iter().map(with).collect::<Vec<_>>()
        });
        let mut said = self.said.borrow_mut();
        if said.0 != strip {
            page.strip(&strip)?;
            said.0 = strip;
        }
        if said.1 != list {
            page.list(list.as_deref(), words)?;
            said.1 = list;
        }
        Some(())
    }

    fn build(self: &Rc<Self>, root: &Element) -> Option<(Page, Ears)> {
        static MAPS: AtomicU32 = AtomicU32::new(0);
        let name = format!("map-{}", MAPS.fetch_add(1, Ordering::Relaxed));
        let page = Page::new(root, &self.given.words, name)?;
        // Weak, or map and ears would hold each other for ever.
        let (heard, sized) = (Rc::downgrade(self), Rc::downgrade(self));
        let heard = move |event: Event| {
            if let Some(live) = heard.upgrade() {
                live.hear(&event);
            }
        };
        let sized = move || {
            if let Some(live) = sized.upgrade() {
                live.resize();
            }
        };
        let ears = Ears::new(root, &KINDS, heard, &page.stage, sized)?;
        Some((page, ears))
    }

    /// Takes the size of the stage, and shows the whole level if nobody has looked elsewhere.
    fn resize(&self) -> Option<()> {
        let page = &self.page.get()?.0;
        let size = Px { x: page.stage.client_width(), y: page.stage.client_height() };
        if size.x == 0 || size.y == 0 {
            return None;
        }
        let shown = self.shown.borrow();
        let shown = shown.as_ref()?;
        {
            let look = &mut *self.look.borrow_mut();
            look.camera = look.camera.resized(size);
            if !look.looked {
                let inset: Inset = covered(&page.stage, &page.levels);
                look.camera = look.camera.fit(plan::bounds(&shown.venue, shown.level), inset);
            }
        }
        self.draw_sheet(shown, page);
        Some(())
    }

    /// Looks elsewhere, but never away from the venue.
    fn look(&self, change: impl Fn(Camera) -> Camera) {
        self.look_at(&change);
    }

    fn look_at(&self, change: &dyn Fn(Camera) -> Camera) -> Option<()> {
        let shown = self.shown.borrow();
        let (shown, page) = (shown.as_ref()?, &self.page.get()?.0);
        let (before, now) = {
            let mut look = self.look.borrow_mut();
            look.looked = true;
            let before = look.camera;
            look.camera = change(before).clamp(shown.extent);
            (before, look.camera)
        };
        if before.zoom() == now.zoom() {
            page.moved(&now);
        } else {
            self.draw_sheet(shown, page);
        }
        Some(())
    }

    /// Looks at a place of a level.
    pub(super) fn focus(&self, level: Ordinal, at: Xy) {
        self.given.level.set(level);
        let size = self.page.get().map(|(page, _)| page.stage.client_width());
        let mut look = self.look.borrow_mut();
        if size.is_none() {
            // Before the page stands: what is set now stays at the first resize.
            look.looked = true;
            look.camera = look.camera.resized(Px { x: 390, y: 400 }).focused(at, FOCUS_M);
            return;
        }
        drop(look);
        self.look(|camera| camera.focused(at, FOCUS_M));
    }

    fn hear(&self, event: &Event) -> Option<()> {
        match event.type_().as_str() {
            "click" => self.click(&act(event)?)?,
            "change" => {
                let input: web_sys::HtmlInputElement = event.target()?.dyn_into().ok()?;
                self.given.level.set(Ordinal(input.value().parse().ok()?));
            }
            kind => {
                // The rest is for the picture.
                let svg = &self.page.get()?.0.svg;
                let target: Element = event.target()?.dyn_into().ok()?;
                if !svg.contains(Some(&target)) {
                    return None;
                }
                match kind {
                    "keydown" if self.key(&event.unchecked_ref::<KeyboardEvent>().key()) => event.prevent_default(),
                    "keydown" => {}
                    "wheel" => {
                        event.prevent_default();
                        let wheel: &WheelEvent = event.unchecked_ref();
                        let px = place(svg, wheel.client_x(), wheel.client_y());
                        let turn = (wheel.delta_y() as i32).clamp(-150, 150);
                        self.look(|camera| camera.zoom_at(px, 600, (600 - turn) as u32));
                    }
                    _ => self.finger(kind, event.unchecked_ref(), svg)?,
                }
            }
        }
        Some(())
    }

    fn finger(&self, kind: &str, event: &PointerEvent, svg: &Element) -> Option<()> {
        let (id, px) = (event.pointer_id(), place(svg, event.client_x(), event.client_y()));
        let act = {
            let hand = &mut self.look.borrow_mut().hand;
            match kind {
                "pointerdown" => {
                    // Refused for a finger that is already up: nothing is lost then.
                    let _ = svg.set_pointer_capture(id);
                    hand.down(id, px);
                    None
                }
                "pointermove" => hand.moved(id, px),
                "pointerup" => hand.up(id, px, event.time_stamp() as i32),
                _ => {
                    hand.cancel(id);
                    None
                }
            }
        };
        match act? {
            Act::Pan(dx, dy) => self.look(|camera| camera.pan_by(dx, dy)),
            Act::Pinch { by, at, from, to } => self.look(|camera| camera.pan_by(by.0, by.1).zoom_at(at, from, to)),
            Act::DoubleTap(at) => self.look(|camera| camera.zoom_at(at, 1, 2)),
            Act::Tap(at) => self.tap(at)?,
        }
        Some(())
    }

    /// Does what a key means; `false` if it means nothing here.
    fn key(&self, key: &str) -> bool {
        let (x, y) = match key {
            "ArrowLeft" => (STEP, 0),
            "ArrowRight" => (-STEP, 0),
            "ArrowUp" => (0, STEP),
            "ArrowDown" => (0, -STEP),
            "+" | "=" => return self.click("in").is_some(),
            "-" => return self.click("out").is_some(),
            "Enter" | " " => {
                let middle = self.look.borrow().camera.middle();
                return self.tap(middle).is_some();
            }
            _ => return false,
        };
        self.look(|camera| camera.pan_by(x, y));
        true
    }

    /// Does what a button says.
    fn click(&self, act: &str) -> Option<()> {
        match act {
            "in" => self.look(|camera| camera.zoom_at(camera.middle(), 2, 3)),
            "out" => self.look(|camera| camera.zoom_at(camera.middle(), 3, 2)),
            "list" => self.turn(),
            _ => match act.split_at_checked(1)? {
                ("p", id) => self.given.on_select?.run(id.parse().ok()?),
                (_, room) => {
                    let (level, ix) = room.split_once(',')?;
                    self.room(Ordinal(level.parse().ok()?), ix.parse().ok()?)?;
                }
            },
        }
        Some(())
    }

    /// Turns between picture and list.
    fn turn(&self) {
        {
            let mut look = self.look.borrow_mut();
            look.listed = !look.listed;
        }
        let shown = self.shown.borrow();
        if let (Some(shown), Some((page, _))) = (shown.as_ref(), self.page.get()) {
            let rows = rows::levels(&shown.venue, &shown.lang, &shown.pings, &self.given.words);
            let _ = self.draw_words(shown, page, rows);
        }
    }

    /// Opens the call here, or else picks the place.
    fn tap(&self, px: Px) -> Option<()> {
        let camera = self.look.borrow().camera;
        let (on_mark, place) = {
            let shown = self.shown.borrow();
            let shown = shown.as_ref()?;
            let marks = Marks::of(&shown.pings, &shown.people, shown.level, camera.zoom(), None);
            let shift = camera.shift();
            let (level, at, radius_m) = (shown.level, camera.to_map(px), finger_m(camera.zoom()));
            let unit = hit::room_at(&shown.venue, level, at, radius_m);
            let place = Picked { level, at, unit, radius_m, by: PickedBy::Tap };
            (marks.at(Px { x: px.x - shift.x, y: px.y - shift.y }), place)
        };
        match (on_mark, self.given.on_select, self.given.picked) {
            (Some(id), Some(select), _) => select.run(id),
            (_, _, Some(picked)) => picked.set(Some(place)),
            _ => {}
        }
        Some(())
    }

    /// Shows a room that was chosen by its name, and picks it.
    fn room(&self, level: Ordinal, ix: u16) -> Option<()> {
        let place = hit::room(&self.shown.borrow().as_ref()?.venue, level, ix)?;
        self.turn();
        self.focus(level, place.at);
        if let Some(picked) = self.given.picked {
            picked.set(Some(place));
        }
        Some(())
    }
}
