//! Events as the log keeps them, and the streams they belong to.

use crate::ids::{IncidentId, PersonId, VenueDigest};
use crate::incident::IncidentEvent;
use crate::person::PersonEvent;
use crate::retention::Leap;
use crate::time::Now;
use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};

/// The unit of concurrency: a decider names the version of the stream it saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// One incident.
    Incident(IncidentId),
    /// One member of staff.
    Person(PersonId),
    /// The festival: venue, invitations, who is on the team.
    Festival,
}

/// Text that names no stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no stream")]
pub struct StreamError(String);

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stream::Incident(id) => write!(f, "incident/{id}"),
            Stream::Person(id) => write!(f, "person/{id}"),
            Stream::Festival => f.write_str("festival"),
        }
    }
}

impl FromStr for Stream {
    type Err = StreamError;

    fn from_str(text: &str) -> Result<Self, StreamError> {
        let wrong = |_| StreamError(text.to_owned());
        match text.split_once('/') {
            Some(("incident", id)) => id.parse().map(Stream::Incident).map_err(wrong),
            Some(("person", id)) => id.parse().map(Stream::Person).map_err(wrong),
            None if text == "festival" => Ok(Stream::Festival),
            _ => Err(StreamError(text.to_owned())),
        }
    }
}

/// What is recorded about the festival itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FestivalEvent {
    /// A venue archive took the place of the one before.
    VenueImported {
        /// SHA-256 of the archive, which the server keeps beside the log.
        digest: VenueDigest,
        /// Who imported it; `None` at start from the command line.
        by: Option<PersonId>,
    },
    /// What was due in this night is erased, and the clock was steady.
    NightPassed {
        /// How many cases were.
        erased: u32,
    },
    /// The running server saw its clock leap: nothing is erased until somebody has looked at it.
    ClockLeapt(Leap),
    /// The clock had leapt; somebody looked at it, and it is right.
    ClockConfirmed,
}

/// The `kind` of [`IncidentEvent::Erased`]: whoever erases bodies goes by the envelope alone.
pub const ERASED: &str = "erased";

/// The body of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// In an incident's stream.
    Incident(IncidentEvent),
    /// In a person's stream, or the festival's for who belongs to the team.
    Person(PersonEvent),
    /// In the festival's stream.
    Festival(FestivalEvent),
}

impl Event {
    /// The envelope's `kind`: a stable name that a reader understands without the body.
    pub fn kind(&self) -> &'static str {
        use IncidentEvent as I;
        use PersonEvent as P;
        match self {
            Event::Incident(event) => match event {
                I::Alerted { .. } => "alerted",
                I::AskedAgain { .. } => "asked_again",
                I::Placed { .. } => "placed",
                I::Withdrawn => "withdrawn",
                I::CheckAnswered { .. } => "check_answered",
                I::OkSaid => "ok_said",
                I::NobodyHereSaid => "nobody_here_said",
                I::Seen { .. } => "seen",
                I::Claimed { .. } => "claimed",
                I::Read { .. } => "read",
                I::PrioritySet { .. } => "priority_set",
                I::ApproachSet { .. } => "approach_set",
                I::Escalated { .. } => "escalated",
                I::Dispatched { .. } => "dispatched",
                I::EnRoute { .. } => "en_route",
                I::OnScene { .. } => "on_scene",
                I::Cleared { .. } => "cleared",
                I::Cannot { .. } => "cannot",
                I::Recalled { .. } => "recalled",
                I::Closed { .. } => "closed",
                I::CallOpened { .. } => "call_opened",
                I::CallJoined { .. } => "call_joined",
                I::CallEnded { .. } => "call_ended",
                I::Reopened { .. } => "reopened",
                I::Answered { .. } => "answered",
                I::WhomSaid { .. } => "whom_said",
                I::WorksHereSaid { .. } => "works_here_said",
                I::Wrote { .. } => "wrote",
                I::Reached { .. } => "reached",
                I::Shown { .. } => "shown",
                I::Opened { .. } => "opened",
                I::Noted { .. } => "noted",
                I::HandedOver { .. } => "handed_over",
                I::FoundAt { .. } => "found_at",
                I::CodeMade { .. } => "code_made",
                I::CodeUsed { .. } => "code_used",
                I::Erased => "erased",
            },
            Event::Person(event) => match event {
                P::Invited { .. } => "invited",
                P::SignedIn { .. } => "signed_in",
                P::Joined { .. } => "joined",
                P::Removed { .. } => "removed",
                P::SignedOut { .. } => "signed_out",
                P::EverywhereOut => "everywhere_out",
                P::DutyOn { .. } => "duty_on",
                P::DutyOff => "duty_off",
                P::Positioned { .. } => "positioned",
                P::BecameUnreachable => "became_unreachable",
                P::BecameReachable => "became_reachable",
            },
            Event::Festival(event) => match event {
                FestivalEvent::VenueImported { .. } => "venue_imported",
                FestivalEvent::NightPassed { .. } => "night_passed",
                FestivalEvent::ClockLeapt(_) => "clock_leapt",
                FestivalEvent::ClockConfirmed => "clock_confirmed",
            },
        }
    }
}

/// A body that can be read, or one that was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<T> {
    /// Readable.
    Open(T),
    /// Erased, or its key destroyed.
    Gone,
}

/// One event as `apply` takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Position in the log, from 1.
    pub seq: u64,
    /// The stream.
    pub stream: Stream,
    /// Position in the stream, from 1.
    pub version: u64,
    /// When; for events read back, see [`Now::replayed`].
    pub at: Now,
    /// What.
    pub body: Body<Event>,
}
