//! The desk: the whole state of a festival, and the one place where commands are decided.
//!
//! Law: `decide(&State, Command) -> events` changes nothing; `State::apply` is the only change and
//! accepts every event, also one whose body is gone.

mod command;
mod converse;
mod decide;
mod event;
mod index;
mod state;
mod team;
#[cfg(test)]
mod tests;
mod text;

pub use command::{Actor, Command};
pub use converse::CODE_VALID_MS;
pub use decide::{Decision, REOPEN_FOR_MS, decide};
pub use event::{Body, ERASED, Event, FestivalEvent, Stored, Stream, StreamError};
pub use state::State;
pub use text::clean_text;
