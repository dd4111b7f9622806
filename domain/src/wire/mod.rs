//! What travels between screens and server: postcard behind one protocol byte.
//!
//! Law: sockets carry views, never events. The server speaks [`PROTOCOL`] and the one before; a
//! page that speaks neither is told to reload.

mod voice;

pub use voice::{
    Burst, CallView, FloorView, Member, NoFloor, OFFER_MAX, PhoneVoice, Speaker, StaffVoice, TalkView, VoiceSay,
};

use crate::ids::{IncidentId, PersonId};
use crate::incident::{CannotReason, CloseReason, Found, Priority};
use crate::person::Role;
use crate::question::Came;
use crate::reach::Pages;
use crate::venue::Ordinal;
use crate::view::{CaseView, GuardView, Pane, PersonRow, QueueRow};
use crate::words::Words;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The protocol spoken by this build.
pub const PROTOCOL: u8 = 6;
/// The server sends [`ToPhone::Ping`] or [`ToStaff::Ping`] this often.
pub const PING_EVERY_MS: u32 = 8_000;
/// Either side gives a connection up after this much silence: less than 20 s, more than two pings.
pub const SILENT_AFTER_MS: u32 = 18_000;
/// Longest frame that either side accepts from the other, in bytes.
pub const FRAME_MAX: usize = 1 << 20;

/// A frame that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// No byte at all.
    #[error("the frame is empty")]
    Empty,
    /// Another protocol.
    #[error("the frame speaks protocol {0}")]
    Protocol(u8),
    /// The right protocol, but not its content.
    #[error("the frame is damaged")]
    Damaged,
}

/// One frame.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    let frame = vec![PROTOCOL];
    // Only a type that refuses to be serialised could fail here, and the wire has none.
    postcard::to_extend(message, frame).unwrap_or_default()
}

/// The message in a frame.
///
/// # Errors
/// [`WireError`], and the connection should be closed.
pub fn decode<T: DeserializeOwned>(frame: &[u8]) -> Result<T, WireError> {
    match frame.split_first() {
        None => Err(WireError::Empty),
        Some((&PROTOCOL, body)) => match postcard::take_from_bytes(body) {
            Ok((message, [])) => Ok(message),
            _ => Err(WireError::Damaged),
        },
        Some((&other, _)) => Err(WireError::Protocol(other)),
    }
}

/// From an attendee's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromPhone {
    /// The first frame.
    Hello {
        /// The token, where no cookie could be kept.
        token: Option<String>,
        /// What the page has seen last; empty at first.
        cursor: Vec<u8>,
    },
    /// Still here.
    Pong,
    /// About the talk.
    Voice(PhoneVoice),
    /// The team's messages have come this far.
    Got {
        /// The last number that has.
        upto: u32,
        /// They were shown on a page in sight.
        shown: bool,
    },
}

/// To an attendee's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToPhone {
    /// The case, whole.
    Case {
        /// To resume from.
        cursor: Vec<u8>,
        /// What to show.
        view: Box<CaseView>,
    },
    /// Still here.
    Ping,
    /// There is no such case, or not for this phone. The stable code says why.
    Refused(String),
    /// The page is older than the server.
    Reload,
    /// About the talk.
    Voice(VoiceSay),
}

/// From a staff screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromStaff {
    /// The first frame.
    Hello {
        /// What the screen has seen last; empty at first.
        cursor: Vec<u8>,
    },
    /// Still here.
    Pong,
    /// Open this case pane, or none. Opening is a read and is recorded.
    Watch(Option<IncidentId>),
    /// About calls.
    Voice(StaffVoice),
    /// Whether this screen is in sight: whoever does not see it may be paged.
    Sight(bool),
}

/// Who is signed in on this screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Identity.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
}

/// To a staff screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToStaff {
    /// To agents and leads. Rows are upserts by id.
    Desk {
        /// To resume from.
        cursor: Vec<u8>,
        /// Forget every row first.
        reset: bool,
        /// Who you are.
        me: Me,
        /// Changed rows.
        rows: Vec<QueueRow>,
        /// Everyone, always whole.
        people: Vec<PersonRow>,
        /// The watched case.
        pane: Option<Box<Pane>>,
        /// Address of the packed map; empty without a venue.
        map: String,
    },
    /// To responders, whole.
    Guard {
        /// To resume from.
        cursor: Vec<u8>,
        /// Who you are.
        me: Me,
        /// What to show.
        view: GuardView,
        /// Address of the packed map; empty without a venue.
        map: String,
    },
    /// Still here.
    Ping,
    /// The cursor or the sign-in was not accepted. The stable code says why.
    Refused(String),
    /// The page is older than the server.
    Reload,
    /// About calls.
    Voice(VoiceSay),
    /// How this browser can be paged: sent first and whenever it changes.
    Paging(PagingView),
}

/// How the browser of a staff screen can be paged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PagingView {
    /// The server has a subscription of this sign-in.
    pub here: bool,
    /// How its pages fare.
    pub pages: Pages,
}

/// A command of a staff screen, sent by POST with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffPost {
    /// Made by the screen, once per press.
    pub key: [u8; 16],
    /// What.
    pub command: StaffCommand,
}

/// What a staff screen can ask for. The server adds who asks and every fresh identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StaffCommand {
    /// Acknowledge.
    See(IncidentId),
    /// Take; `over` names the holder to relieve.
    Claim(IncidentId, Option<PersonId>),
    /// Change urgency, with a note when it goes down.
    SetPriority(IncidentId, Priority, String),
    /// Approach note.
    SetApproach(IncidentId, String),
    /// Send a responder.
    Dispatch(IncidentId, PersonId),
    /// Call back.
    Recall(IncidentId, PersonId),
    /// Close.
    Close(IncidentId, CloseReason),
    /// Open again.
    Reopen(IncidentId),
    /// *I'm going*.
    Go(IncidentId),
    /// *I've arrived*.
    Arrive(IncidentId),
    /// *Done*.
    Done(IncidentId),
    /// *Can't*.
    Cannot(IncidentId, CannotReason),
    /// On duty.
    DutyOn(Option<Ordinal>),
    /// Off duty.
    DutyOff,
    /// Level confirmed by hand.
    Level(Ordinal),
    /// Level and place confirmed by a poster's code, as scanned or typed.
    Scan(String),
    /// The responder's own call.
    NeedHelp,
    /// Take somebody off the team.
    Remove(PersonId),
    /// Sign this browser out.
    SignOut,
    /// Sign every browser out.
    EverywhereOut,
    /// Write to the person. The post's key is the message's identity.
    Say(IncidentId, Words),
    /// Up to this number the person's messages were opened: an active pane, in sight, with the
    /// agent at it.
    Open(IncidentId, u32),
    /// A note for the team.
    Note(IncidentId, String),
    /// Give the case to a colleague, with what they need to know.
    HandOver(IncidentId, PersonId, String),
    /// Say where the person is: a place as forms carry it. It was not asked whom they found.
    FoundAt(IncidentId, String),
    /// Open a case for somebody without a phone or on the telephone.
    OpenFor {
        /// How it came.
        came: Came,
        /// The language that the person reads.
        lang: String,
        /// A place as forms carry it; empty when not known.
        place: String,
        /// The first note; may be empty.
        note: String,
    },
    /// Make a code for the person's own phone. The answer's body is the code.
    MakeCode(IncidentId),
    /// Put a responder on duty.
    RaiseDuty(PersonId),
    /// As [`StaffCommand::FoundAt`], and whom they found.
    FoundWho(IncidentId, String, Found),
}
