//! The elements of one map on a page.

use super::Px;
use super::camera::{Camera, scale_bar};
use super::dom::{ACT, add, draw, say, set};
use super::label::{Labels, Word};
use super::mark::Marks;
use super::model::MapWords;
use super::plan::{HATCH, Shape};
use super::rows::{Item, Row};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// Handles to the elements that change.
pub(super) struct Page {
    pub(super) strip: Element,
    pub(super) stage: Element,
    pub(super) svg: Element,
    pub(super) levels: Element,
    list: Element,
    toggle: Element,
    clip: Element,
    pattern: Element,
    /// In decimetres: plan and rings.
    plan: Element,
    shapes: Element,
    rings: Element,
    /// In pixels from the plan's origin: names and marks.
    sheet: Element,
    names: Element,
    marks: Element,
    /// In pixels of the picture: scale and cross hairs.
    frame: Element,
    /// Of references between elements; like no other on the page.
    name: String,
}

impl Page {
    /// Builds them in `root`. `None` only where the browser refuses an element.
    pub(super) fn new(root: &Element, words: &MapWords, name: String) -> Option<Self> {
        root.set_text_content(None);
        let strip = add(root, "div", &[("class", "map-strip")])?;
        let stage = add(root, "div", &[("class", "map-stage")])?;
        let label = ("aria-label", words.map.as_str());
        let svg = add(&stage, "svg", &[("class", "map-svg"), ("role", "application"), ("tabindex", "0"), label])?;
        let defs = add(&svg, "defs", &[])?;
        let clip = add(&add(&defs, "clipPath", &[("id", &format!("{name}-clip"))])?, "path", &[])?;
        let size = [("width", "7"), ("height", "7"), ("patternUnits", "userSpaceOnUse")];
        let pattern = add(&defs, "pattern", &size)?;
        set(&pattern, "id", &format!("{name}-hatch"));
        add(&pattern, "path", &[("class", "map-hatch-line"), ("d", "M1 0v7")])?;
        let plan = add(&svg, "g", &[])?;
        let sheet = add(&svg, "g", &[])?;
        let levels = add(&stage, "div", &[("class", "map-levels"), ("role", "radiogroup")])?;
        set(&levels, "aria-label", &words.level);
        let list = add(&stage, "ol", &[("class", "map-list"), ("hidden", "")])?;
        let tools = add(&stage, "div", &[("class", "map-tools")])?;
        let button = |class: &str, act: &str, label: &str, face: &str| {
            let button = say(&tools, "button", class, face)?;
            [("type", "button"), (ACT, act), ("aria-label", label)]
                .iter()
                .for_each(|(name, it)| set(&button, name, it));
            Some(button)
        };
        let toggle = button("map-tool is-list", "list", &words.list, &words.list)?;
        button("map-tool", "out", &words.zoom_out, "−")?;
        button("map-tool", "in", &words.zoom_in, "+")?;
        let page = Self {
            shapes: add(&plan, "g", &[])?,
            rings: add(&plan, "g", &[("clip-path", &format!("url(#{name}-clip)"))])?,
            names: add(&sheet, "g", &[])?,
            marks: add(&sheet, "g", &[])?,
            frame: add(&svg, "g", &[])?,
            strip,
            stage,
            svg,
            levels,
            list,
            toggle,
            clip,
            pattern,
            plan,
            sheet,
            name,
        };
        Some(page)
    }

    /// Draws a level; rings stay within `outline`.
    pub(super) fn plan(&self, shapes: &[Shape], outline: &str) {
        set(&self.clip, "d", outline);
        draw(&self.shapes, shapes, &[]);
        if let Ok(Some(hatch)) = self.shapes.query_selector(&format!(".{HATCH}")) {
            set(&hatch, "fill", &format!("url(#{}-hatch)", self.name));
        }
    }

    /// Moves what is drawn.
    pub(super) fn moved(&self, camera: &Camera) {
        set(&self.plan, "transform", &camera.plan_transform());
        set(&self.sheet, "transform", &camera.sheet_transform());
    }

    /// Draws what belongs to the picture rather than to a place.
    pub(super) fn frame(&self, camera: &Camera, metre: &str) {
        set(&self.pattern, "patternTransform", &format!("rotate(45)scale({}e-5)", camera.zoom()));
        let (Px { x: across, y: low }, Px { x, y }) = (camera.size(), camera.middle());
        let (metres, long) = scale_bar(camera.zoom(), i64::from(across / 4).min(120));
        let shapes = [
            ("map-scale", format!("M12 {}v5h{long}v-5", low - 18)),
            ("map-cross", format!("M{} {y}h12m8 0h12M{x} {}v12m0 8v12", x - 16, y - 16)),
        ];
        let shapes = shapes.map(|(class, d)| Shape { class: class.to_owned(), d });
        let length = Word {
            class: "map-scale-word".to_owned(),
            at: Px { x: long as i32 + 20, y: low - 16 },
            text: format!("{metres} {metre}"),
        };
        draw(&self.frame, &shapes, &[length]);
    }

    /// Draws names and marks.
    pub(super) fn sheet(&self, labels: Labels, marks: &Marks, rings: &[Shape]) {
        let icons = Shape { class: "map-icon".to_owned(), d: labels.icons };
        draw(&self.names, &[icons], &labels.words);
        draw(&self.marks, &marks.shapes, &marks.words);
        draw(&self.rings, rings, &[]);
    }

    /// Builds the rows of the level picker. They are radio buttons: arrow keys work.
    pub(super) fn build_levels(&self, rows: &[Row], heading: &str) -> Option<()> {
        self.levels.set_text_content(None);
        set(&say(&self.levels, "div", "map-head", heading)?, "aria-hidden", "true");
        for row in rows {
            let label = add(&self.levels, "label", &[])?;
            let value = row.ordinal.0.to_string();
            add(&label, "input", &[("type", "radio"), ("name", &self.name), ("value", &value)])?;
            say(&label, "span", "map-short", &row.short)?;
            say(&label, "span", "map-you", "")?;
            say(&label, "span", "map-badge", "")?;
        }
        Some(())
    }

    /// Brings the rows up to date; a focused one keeps the focus.
    pub(super) fn levels(&self, rows: &[Row], on: impl Fn(&Row) -> bool) {
        let labels = self.levels.children();
        for (ix, row) in rows.iter().enumerate() {
            // The heading comes first.
            let Some(label) = labels.item(ix as u32 + 1) else { return };
            set(&label, "class", if on(row) { "map-level is-on" } else { "map-level" });
            let parts = label.children();
            if let Some(input) = parts.item(0) {
                set(&input, "aria-label", &row.said);
                input.unchecked_ref::<HtmlInputElement>().set_checked(on(row));
            }
            if let (Some(you), Some(badge)) = (parts.item(2), parts.item(3)) {
                you.set_text_content(Some(&row.you));
                badge.set_text_content(Some(&row.badge));
                set(&badge, "class", &format!("map-badge {}", row.look));
            }
        }
    }

    /// Brings the row of the level shown into sight: on a low stage the picker is a window on its rows.
    pub(super) fn reveal_level(&self) {
        let Ok(Some(row)) = self.levels.query_selector(".is-on") else { return };
        let row: &HtmlElement = row.unchecked_ref();
        let around = self.levels.client_height() - row.offset_height();
        self.levels.set_scroll_top(row.offset_top() - around / 2);
    }

    /// Shows the list in place of the picture, or hides it.
    pub(super) fn list(&self, parts: Option<&[(Row, Vec<Item>)]>, words: &MapWords) -> Option<()> {
        self.list.set_text_content(None);
        let face = if parts.is_some() { &words.map } else { &words.list };
        self.toggle.set_text_content(Some(face));
        set(&self.toggle, "aria-label", face);
        let Some(parts) = parts else {
            set(&self.list, "hidden", "");
            return Some(());
        };
        // Removing what is not there is no error.
        let _ = self.list.remove_attribute("hidden");
        for (row, items) in parts {
            let level = add(&self.list, "li", &[])?;
            let heading = say(&level, "h3", "", &row.name)?;
            say(&heading, "span", &format!("map-badge {}", row.look), &row.badge)?;
            let rooms = add(&level, "ul", &[])?;
            for item in items {
                button(&add(&rooms, "li", &[])?, item)?;
            }
        }
        Some(())
    }

    /// Shows calls that have no place on the map.
    pub(super) fn strip(&self, items: &[Item]) -> Option<()> {
        self.strip.set_text_content(None);
        for item in items {
            let button = button(&self.strip, item)?;
            if item.act.is_empty() {
                continue;
            }
            let ask = say(&button, "span", "map-ask", "?")?;
            set(&ask, "aria-hidden", "true");
            button.prepend_with_node_1(&ask).ok()?;
        }
        Some(())
    }
}

fn button(parent: &Element, item: &Item) -> Option<Element> {
    if item.act.is_empty() {
        return say(parent, "b", &item.class, &item.text);
    }
    let button = add(parent, "button", &[("type", "button"), ("class", &item.class), (ACT, &item.act)])?;
    if !item.lead.is_empty() {
        say(&button, "span", "map-lead", &item.lead)?;
    }
    say(&button, "b", "", &item.text)?;
    Some(button)
}
