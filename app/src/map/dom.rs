//! What the map asks the browser.
//!
//! Law: elements are made by name and attributes set by name, never from mark-up, and no style
//! attribute: the page's policy forbids both. (Views of the client library would cost several
//! times more bytes for the same elements.)

use super::label::Word;
use super::plan::Shape;
use super::{Inset, Px};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, ResizeObserver};

/// An attribute that carries what a click does.
pub(super) const ACT: &str = "data-act";

/// A new last child. SVG if its parent is, or if it is `svg` itself.
pub(super) fn add(parent: &Element, tag: &str, attributes: &[(&str, &str)]) -> Option<Element> {
    const SVG: &str = "http://www.w3.org/2000/svg";
    let space = if tag == "svg" { Some(SVG.to_owned()) } else { parent.namespace_uri() };
    let element = parent.owner_document()?.create_element_ns(space.as_deref(), tag).ok()?;
    for (name, value) in attributes {
        set(&element, name, value);
    }
    parent.append_child(&element).ok()?;
    Some(element)
}

/// A new last child with a text.
pub(super) fn say(parent: &Element, tag: &str, class: &str, text: &str) -> Option<Element> {
    let element = add(parent, tag, &[("class", class)])?;
    element.set_text_content(Some(text));
    Some(element)
}

/// Sets an attribute.
pub(super) fn set(element: &Element, name: &str, value: &str) {
    // Fails only for a name that is none; all are written in this folder.
    let _ = element.set_attribute(name, value);
}

/// Replaces what is drawn in a group.
pub(super) fn draw(group: &Element, shapes: &[Shape], words: &[Word]) {
    group.set_text_content(None);
    for shape in shapes {
        add(group, "path", &[("class", &shape.class), ("d", &shape.d)]);
    }
    for word in words {
        if let Some(text) = say(group, "text", &word.class, &word.text) {
            set(&text, "x", &word.at.x.to_string());
            set(&text, "y", &(word.at.y + 4).to_string());
        }
    }
}

/// Where in an element's picture a place of the window is.
pub(super) fn place(of: &Element, x: i32, y: i32) -> Px {
    let frame = of.get_bounding_client_rect();
    Px { x: x - frame.left() as i32, y: y - frame.top() as i32 }
}

/// What a click on this event's target does, from the nearest element that says it.
pub(super) fn act(event: &Event) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[data-act]").ok()??.get_attribute(ACT)
}

/// How much of `stage` the picker at its side covers.
pub(super) fn covered(stage: &Element, picker: &Element) -> Inset {
    let (all, part) = (stage.get_bounding_client_rect(), picker.get_bounding_client_rect());
    if part.width() == 0.0 {
        Inset::default()
    } else if part.left() - all.left() < all.right() - part.right() {
        Inset { left: (part.right() - all.left()) as i32, right: 0 }
    } else {
        Inset { left: 0, right: (all.right() - part.left()) as i32 }
    }
}

/// Keeps the browser telling of events and of changes of size, until dropped.
pub(super) struct Ears {
    observer: ResizeObserver,
    /// Called by the browser; they live as long as the observer.
    _heard: Closure<dyn FnMut(Event)>,
    _sized: Closure<dyn FnMut()>,
}

impl Ears {
    /// Begins to listen on `root` for `kinds`, and for the size of `stage`, told at once.
    pub(super) fn new(
        root: &Element,
        kinds: &[&str],
        heard: impl FnMut(Event) + 'static,
        stage: &Element,
        sized: impl FnMut() + 'static,
    ) -> Option<Self> {
        let heard = Closure::<dyn FnMut(Event)>::new(heard);
        for kind in kinds {
            root.add_event_listener_with_callback(kind, heard.as_ref().unchecked_ref()).ok()?;
        }
        let sized = Closure::<dyn FnMut()>::new(sized);
        let observer = ResizeObserver::new(sized.as_ref().unchecked_ref()).ok()?;
        observer.observe(stage);
        Some(Self { observer, _heard: heard, _sized: sized })
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
