//! An incident: what the team works on, opened by one alert.
//!
//! Law: every step shown to anyone stands on an event here. `event` says what can have happened,
//! `state` what follows from it, `conversation` what was said, `asking` what is asked, `dispatch`
//! who was sent; `crate::desk` decides commands.

mod asking;
mod conversation;
mod dispatch;
mod event;
mod state;

pub use conversation::{Conversation, Given, Message, Note};
pub use dispatch::{CannotReason, Dispatch, DispatchState, MOVED_SHOWN_MS, Moved, Ranked, rank};
pub use event::{CloseReason, Found, IncidentEvent, Origin, PriorityReason};
pub use state::{Approach, Call, CaseCode, Incident, Mark, Priority, Status, TimelineEntry};
