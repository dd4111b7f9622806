//! Voice on the live socket: descriptions of the media connection, the floor, who is in the call.
//!
//! Law: a description travels between a screen and the server only; nothing here ever holds
//! another participant's address. Floor terms are 3GPP MCPTT's (`product.md`, Words).

use crate::ids::{IncidentId, PersonId};
use serde::{Deserialize, Serialize};

/// Longest offer that is looked at, in bytes: a browser's audio offer is 2 to 5 KB.
pub const OFFER_MAX: usize = 12 * 1024;

/// One uninterrupted press, numbered by the screen: a release names the press it ends.
pub type Burst = u32;

/// From an attendee's page, about the call of its own case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhoneVoice {
    /// Opens the talk, or joins it again. `restart`: the same connection over another network.
    Offer {
        /// The browser's session description.
        sdp: String,
        /// An ICE restart of the connection that is there.
        restart: bool,
    },
    /// The button is down: a floor request. The audio follows at once.
    Press(Burst),
    /// The button is up.
    Release(Burst),
    /// Whether the person hears the team. Off until they turn it on: nothing is sent to the phone.
    Sound(bool),
    /// The person left the talk.
    Leave,
}

/// From a staff screen. One connection serves all calls of a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StaffVoice {
    /// The connection, opened before any call so that it is warm.
    Offer {
        /// The browser's session description.
        sdp: String,
        /// An ICE restart of the connection that is there.
        restart: bool,
    },
    /// Take part in this incident's call, starting it if there is none. Its voices are heard from
    /// now on; the other calls of this screen stay joined and silent.
    Join(IncidentId),
    /// Leave this call.
    Leave(IncidentId),
    /// End this call for everyone.
    End(IncidentId),
    /// The button is down.
    Press(IncidentId, Burst),
    /// The button is up.
    Release(IncidentId, Burst),
    /// Whether this screen wants to hear its calls.
    Sound(bool),
    /// Close the connection.
    Hangup,
}

/// Who speaks, as the reader may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Speaker {
    /// The person who asked for help.
    Attendee,
    /// An agent or lead. Phones are told the role only.
    Desk(Option<PersonId>),
    /// A responder. Phones are told the role only.
    Responder(Option<PersonId>),
}

/// The floor as one participant sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FloorView {
    /// Nobody speaks.
    Idle,
    /// This screen has it.
    Yours {
        /// For this press.
        burst: Burst,
        /// Milliseconds left.
        left_ms: u32,
    },
    /// Somebody else has it.
    Taken(Speaker),
}

/// Why a press got no floor, or lost it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoFloor {
    /// Somebody else speaks.
    Taken,
    /// The person who asked for help speaks first.
    AttendeeFirst,
    /// 30 s are over.
    TooLong,
    /// Not connected, so nobody would hear it.
    NotConnected,
    /// This screen is not in that call.
    NotInCall,
    /// Pressed too often in a short time.
    TooOften,
}

/// One participant, as staff see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub who: Speaker,
    /// Whether their media connection stands.
    pub connected: bool,
    /// Whether they hear this call now.
    pub hears: bool,
}

/// A call as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallView {
    /// Whose.
    pub call: IncidentId,
    /// Whether this screen is in it.
    pub joined: bool,
    /// The floor.
    pub floor: FloorView,
    /// Everybody in it, the attendee first. Empty: the call is over.
    pub members: Vec<Member>,
}

/// A call as its attendee sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkView {
    /// The floor.
    pub floor: FloorView,
    /// How many of the desk hear the person now.
    pub desk: u8,
    /// How many responders hear the person now.
    pub responders: u8,
    /// How many of the team are in it and hear somebody else, or nothing, for the moment.
    pub away: u8,
}

/// To any participant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum VoiceSay {
    /// The relay's session description.
    Answer(String),
    /// To a phone: its call, whole.
    Talk(TalkView),
    /// To staff: one call, whole.
    Call(CallView),
    /// This press has no floor, or not any more.
    NoFloor(Burst, NoFloor),
    /// Five seconds of this press are left.
    Ending(Burst),
    /// The offer, or the call, was refused. The stable code says why.
    Refused(String),
    /// The media connection is gone on the server's side: offer a new one.
    Again,
}
