//! What a staff screen wants of the media engine.

use domain::wire::StaffVoice;

/// The microphone of this screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mic {
    /// Not asked for.
    Off,
    /// The browser asks.
    Asking,
    /// There.
    Ready,
    /// Refused by the person or the browser.
    Blocked,
    /// There is none, or another program has it.
    Missing,
}

/// The connection of this screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Not asked for.
    Off,
    /// On its way, for the first time or again.
    Connecting,
    /// Voices can pass.
    Up,
}

/// The engine.
pub(super) struct Media;

impl Media {
    pub(super) fn new(
        _say: impl Fn(StaffVoice) + 'static,
        _line: impl Fn(Line) + 'static,
        _mic: impl Fn(Mic) + 'static,
        _level: impl Fn(f32) + 'static,
    ) -> Self {
        Media
    }
    pub(super) fn connect(&self) {}
    pub(super) fn ask_microphone(&self) {}
    pub(super) fn open_gate(&self) {}
    pub(super) fn shut_gate(&self) {}
    pub(super) fn answer(&self, _sdp: String) {}
    pub(super) fn again(&self) {}
    pub(super) fn refused(&self) {}
    pub(super) fn hear(&self, _on: bool) {}
    pub(super) fn close(&self) {}
}
