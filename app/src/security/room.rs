//! Room for the map of a dispatch.
//!
//! Law: what is read and pressed comes first, and the map has what is left; where that is too little to
//! walk by, the map is folded away and opens by a tap, in place of the words. Folding it changes the
//! height of nothing else, or the two states would chase each other.

use crate::staff::on_size;
use leptos::html;
use leptos::prelude::*;

/// A lower map shows neither the way nor two levels of its picker, in CSS pixels.
const LOWEST: i32 = 130;

/// What became of the map.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// The words leave too little for it.
    pub(super) low: RwSignal<bool>,
    /// It was opened by a tap, and has the room of the words.
    pub(super) open: RwSignal<bool>,
}

impl Room {
    /// Whether the map is somewhere behind a tap.
    pub(super) fn folded(self) -> bool {
        self.low.get() || self.open.get()
    }
}

/// Follows the height that is left for the map: its box stays, whether or not the map is in it.
pub(super) fn watch(slot: NodeRef<html::Div>) -> Room {
    let room = Room { low: RwSignal::new(false), open: RwSignal::new(false) };
    on_size(slot, move |slot| {
        let low = slot.client_height() < LOWEST;
        // Open, it has the room of the words: that says nothing about what they leave.
        if room.open.try_get_untracked() == Some(false) && room.low.try_get_untracked() == Some(!low) {
            room.low.set(low);
        }
    });
    room
}
