//! What each audience sees: projections of the state, one file per audience.
//!
//! Law: a projection takes what its audience needs to know and nothing else; the responder's has no
//! field that could hold a story. Ages are milliseconds at the moment of projection.

mod attendee;
mod desk;
mod guard;
mod label;
mod offer;
mod pane;
mod reporter;
mod talk;

pub use crate::reach::{Pages, Presence};
pub use attendee::{
    Back, CallOffer, CaseView, Check, Dark, HEARD_WITHIN_MS, ServiceView, Stage, StepView, TeamView, UNDO_MS, Unseen,
    answering, case, service_view,
};
pub use desk::{CallRow, Concern, PersonRow, QueueRow, people, queue_order, row};
pub use guard::{Danger, GuardPing, GuardView, OwnHelp, guard};
pub use label::{Lens, LevelLabel, MovedLabel, PlaceLabel, own_place_label, place_label};
pub use offer::{CHATS_AT_ONCE, offers};
pub use pane::{DispatchRow, NoteRow, Pane, ReadRow, TimelineKind, TimelineRow, pane};
pub use talk::{AnswerView, Answered, Asking, Delivery, DeskLine, Gist, HowView, MESSAGES_SHOWN, PhoneLine};
