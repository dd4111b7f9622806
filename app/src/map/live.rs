//! One map that lives on a page: it draws what its caller gives, and does what hands and keys say.

use super::camera::{Camera, finger_m};
use super::dom::{Ears, act, covered, place};
use super::gesture::{Act, Gesture};
use super::label::Labels;
use super::mark::{Marks, mine, rings};
use super::model::{MapEvent, MapShows, MapWords, Picked, PickedBy};
use super::page::Page;
use super::{Inset, Px, hit, plan, rows};
use domain::venue::Ordinal;
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

/// How somebody looks at it.
struct Look {
    camera: Camera,
    hand: Gesture,
    /// Whether somebody, or `focus`, has chosen where to look: until then a resize fits the level.
    looked: bool,
    /// Whether the list stands in place of the picture.
    listed: bool,
}

/// Levels with what is on them.
type List = Vec<(rows::Row, Vec<rows::Item>)>;

/// The map. Nothing is borrowed while the caller is told.
pub(super) struct Live {
    told: Box<dyn Fn(MapEvent)>,
    words: MapWords,
    picks: bool,
    look: RefCell<Look>,
    /// What the caller gave last, with the reader's own place among the calls.
    shown: RefCell<Option<MapShows>>,
    page: OnceCell<(Page, Ears)>,
    /// What strip and list show, to leave them alone while it stays.
    said: RefCell<(Vec<rows::Item>, Option<List>)>,
}

impl Live {
    pub(super) fn new(told: Box<dyn Fn(MapEvent)>, words: MapWords, picks: bool) -> Rc<Self> {
        let camera = Camera::new(Px { x: 390, y: 400 });
        let look = Look { camera, hand: Gesture::default(), looked: false, listed: false };
        Rc::new(Self {
            told,
            words,
            picks,
            look: RefCell::new(look),
            shown: RefCell::default(),
            page: OnceCell::new(),
            said: RefCell::default(),
        })
    }

    /// Draws what the caller gives, in `root`.
    pub(super) fn follow(self: &Rc<Self>, root: &Element, mut shows: MapShows) {
        if let Some(own) = shows.picked {
            shows.pings.push(mine(own.level, own.at, own.radius_m));
        }
        let (level, focus) = (shows.level, shows.focus);
        let before = self.shown.borrow_mut().replace(shows);
        let same_focus = before.as_ref().is_some_and(|before| before.focus == focus);
        // The page refuses elements only if it is being torn down.
        let _ = self.draw(before, root);
        if let Some((to, at, _)) = focus.filter(|_| !same_focus) {
            self.look(|camera| camera.focused(at, FOCUS_M));
            if to != level {
                (self.told)(MapEvent::Level(to));
            }
        }
    }

    fn draw(self: &Rc<Self>, before: Option<MapShows>, root: &Element) -> Option<()> {
        let first = self.page.get().is_none();
        if first {
            self.page.set(self.build(root)?).ok()?;
        }
        let (page, shown) = (&self.page.get()?.0, self.shown.borrow());
        let shown = shown.as_ref()?;
        let words = &self.words;
        let rows = rows::levels(&shown.venue, &shown.lang, &shown.pings, words);
        let same_venue =
            before.as_ref().is_some_and(|it| Arc::ptr_eq(&it.venue, &shown.venue) && it.lang == shown.lang);
        if first || !same_venue {
            page.build_levels(&rows, &words.level)?;
        }
        let elsewhere = first || !same_venue || before.is_some_and(|it| it.level != shown.level);
        if elsewhere {
            page.plan(&plan::level(&shown.venue, shown.level), &plan::outline(&shown.venue, shown.level));
        }
        page.levels(&rows, |row| row.ordinal == shown.level);
        // Only then: a hand that looks through the levels is not pulled back by the next frame.
        if elsewhere {
            page.reveal_level();
        }
        self.draw_sheet(shown, page);
        self.draw_words(shown, page, rows)
    }

    /// Names and marks, for the zoom that there is.
    fn draw_sheet(&self, shown: &MapShows, page: &Page) {
        let camera = self.look.borrow().camera;
        let marks = Marks::of(&shown.pings, &shown.people, shown.level, camera.zoom(), shown.chosen);
        let labels = Labels::of(&shown.venue, shown.level, &shown.lang, camera.zoom(), marks.boxes.clone());
        page.sheet(labels, &marks, &rings(&shown.pings, shown.level));
        page.frame(&camera, &self.words.metre);
        page.moved(&camera);
    }

    /// Strip and list, where they changed: a focused button keeps the focus.
    fn draw_words(&self, shown: &MapShows, page: &Page, levels: Vec<rows::Row>) -> Option<()> {
        let words = &self.words;
        let strip = rows::strip(&shown.pings, words);
        let list = self.look.borrow().listed.then(|| {
            let public = self.picks;
            let with = |row: rows::Row| {
                let items = rows::items(&shown.venue, row.ordinal, &shown.lang, &shown.pings, words, public);
                (row, items)
            };
            levels.into_iter().map(with).collect::<List>()
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
        let page = Page::new(root, &self.words, name)?;
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
        page.reveal_level();
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
            look.camera = change(before).clamp(plan::extent(&shown.venue));
            (before, look.camera)
        };
        if before.zoom() == now.zoom() {
            page.moved(&now);
        } else {
            self.draw_sheet(shown, page);
        }
        Some(())
    }

    fn hear(&self, event: &Event) -> Option<()> {
        match event.type_().as_str() {
            "click" => self.click(&act(event)?)?,
            "change" => {
                let input: web_sys::HtmlInputElement = event.target()?.dyn_into().ok()?;
                (self.told)(MapEvent::Level(Ordinal(input.value().parse().ok()?)));
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
                ("p", id) => (self.told)(MapEvent::Opened(id.parse().ok()?)),
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
            let rows = rows::levels(&shown.venue, &shown.lang, &shown.pings, &self.words);
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
        match on_mark {
            Some(id) => (self.told)(MapEvent::Opened(id)),
            None if self.picks => (self.told)(MapEvent::Picked(place)),
            None => {}
        }
        Some(())
    }

    /// Shows a room that was chosen by its name, and picks it.
    fn room(&self, level: Ordinal, ix: u16) -> Option<()> {
        let place = hit::room(&self.shown.borrow().as_ref()?.venue, level, ix)?;
        self.turn();
        self.look(|camera| camera.focused(place.at, FOCUS_M));
        (self.told)(MapEvent::Level(level));
        if self.picks {
            (self.told)(MapEvent::Picked(place));
        }
        Some(())
    }
}
