//! What each audience sees: projections of the state, one file per audience.
//!
//! Law: a projection takes what its audience needs to know and nothing else; the responder's has no
//! field that could hold a story. Ages are milliseconds at the moment of projection.

mod attendee;
mod desk;
mod guard;
mod label;

pub use attendee::{CallOffer, CaseView, Check, Dark, Stage, StepView, UNDO_MS, Unseen, case};
pub use desk::{
    CallRow, DispatchRow, Pane, PersonRow, Presence, QueueRow, TimelineKind, TimelineRow, pane, people, queue_order,
    row,
};
pub use guard::{Danger, GuardPing, GuardView, OwnHelp, guard};
pub use label::{Lens, LevelLabel, PlaceLabel, place_label};
