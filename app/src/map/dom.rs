//! What the map asks the browser: sizes, and to keep a finger.

use super::{Inset, Px};
use leptos::ev::PointerEvent;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

/// Where in the map's picture a pointer is.
pub(super) fn place(of: &Element, event: &leptos::ev::MouseEvent) -> Px {
    let frame = of.get_bounding_client_rect();
    Px { x: event.client_x() - frame.left() as i32, y: event.client_y() - frame.top() as i32 }
}

/// The element that listens.
pub(super) fn listener(event: &leptos::ev::Event) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

/// Lets the map have all that this finger does, also outside of it.
pub(super) fn keep(of: &Element, event: &PointerEvent) {
    // Refused for a finger that is already up: nothing is lost then.
    let _ = of.set_pointer_capture(event.pointer_id());
}

/// Size of an element.
pub(super) fn size(of: &Element) -> Px {
    Px { x: of.client_width(), y: of.client_height() }
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

/// Tells of each change of an element's size, until dropped.
pub(super) struct SizeWatch {
    observer: ResizeObserver,
    /// Called by the browser; lives as long as the observer.
    _told: Closure<dyn FnMut()>,
}

impl SizeWatch {
    /// Begins. The first call follows at once.
    pub(super) fn new(of: &Element, told: impl FnMut() + 'static) -> Option<Self> {
        let told = Closure::<dyn FnMut()>::new(told);
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok()?;
        observer.observe(of);
        Some(Self { observer, _told: told })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
