//! The desk owns the state: one task decides every command, and nothing else writes the log.
//!
//! Law: replies and views leave only after the commit. `task` decides and appends, `published` is
//! what everyone else may read: the durable state and the news that it has changed; `removal` is the
//! one act of two commands.

mod published;
mod removal;
mod task;

pub use published::{Published, VenueInPlace};
pub use task::{Answer, Desk, OpenError, Rejected, Submission, open};
