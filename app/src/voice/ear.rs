//! What this screen hears: one element, silent until the person wants sound.

use super::js;
use js_sys::Promise;
use std::cell::Cell;
use web_sys::{HtmlAudioElement, MediaStream, MediaStreamTrack, window};

/// The page's only audio element. Goes with this value.
pub(super) struct Ear {
    element: Option<HtmlAudioElement>,
    on: Cell<bool>,
}

impl Ear {
    /// In the page, muted. In the page because phones stop elements that nothing holds.
    pub(super) fn new() -> Self {
        let element = HtmlAudioElement::new().ok();
        if let Some(element) = &element {
            element.set_id("ear");
            let _ = element.set_attribute("playsinline", "");
            element.set_muted(true);
            let page = window().and_then(|window| window.document()).and_then(|page| page.body());
            let _ = page.map(|page| page.append_child(element));
        }
        Ear { element, on: Cell::new(false) }
    }

    /// Hears this track from now on. What [`Ear::sound`] gives.
    pub(super) fn hear(&self, track: &MediaStreamTrack) -> Option<Promise> {
        let stream = MediaStream::new_with_tracks(&js::one(track)).ok();
        if let Some(element) = &self.element {
            element.set_src_object(stream.as_ref());
        }
        self.sound(self.on.get())
    }

    /// Plays, or is silent. Browsers let the first sound through only from a gesture: what is given
    /// says whether this one did, and must be awaited. A refusal leaves the element as it was.
    #[must_use]
    pub(super) fn sound(&self, on: bool) -> Option<Promise> {
        self.on.set(on);
        let element = self.element.as_ref()?;
        element.set_muted(!on);
        if on {
            return element.play().ok();
        }
        let _ = element.pause();
        None
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some(element) = &self.element {
            let _ = element.pause();
            element.set_src_object(None);
            element.remove();
        }
    }
}
