//! What a screen's voice says to the server.

use domain::ids::IncidentId;
use domain::wire::{Burst, PhoneVoice, StaffVoice};

/// One message, before it is known whose socket carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceOut {
    /// A session description.
    Offer {
        /// The browser's.
        sdp: String,
        /// For the connection that is there.
        restart: bool,
    },
    /// The button is down; the call on staff screens.
    Press(Option<IncidentId>, Burst),
    /// The button is up.
    Release(Option<IncidentId>, Burst),
    /// Whether this screen plays what it hears.
    Sound(bool),
    /// The screen closes its voice.
    Close,
}

impl VoiceOut {
    /// On the socket of an attendee's page.
    pub fn for_phone(self) -> PhoneVoice {
        match self {
            VoiceOut::Offer { sdp, restart } => PhoneVoice::Offer { sdp, restart },
            VoiceOut::Press(_, burst) => PhoneVoice::Press(burst),
            VoiceOut::Release(_, burst) => PhoneVoice::Release(burst),
            VoiceOut::Sound(on) => PhoneVoice::Sound(on),
            VoiceOut::Close => PhoneVoice::Leave,
        }
    }

    /// On the socket of a staff screen; `None` for a press without a call, which nobody could hear.
    pub fn for_staff(self) -> Option<StaffVoice> {
        Some(match self {
            VoiceOut::Offer { sdp, restart } => StaffVoice::Offer { sdp, restart },
            VoiceOut::Press(call, burst) => StaffVoice::Press(call?, burst),
            VoiceOut::Release(call, burst) => StaffVoice::Release(call?, burst),
            VoiceOut::Sound(on) => StaffVoice::Sound(on),
            VoiceOut::Close => StaffVoice::Hangup,
        })
    }
}
