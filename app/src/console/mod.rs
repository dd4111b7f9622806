//! The desk: queue, the open case, map and people. Agents and leads see the same.
//!
//! Law: colour means that nobody has it yet; a row never moves under the pointer; whatever a key
//! does, a button does too.

#[cfg(feature = "hydrate")]
mod ask;
#[cfg(feature = "hydrate")]
mod call;
#[cfg(feature = "hydrate")]
mod choose;
#[cfg(feature = "hydrate")]
mod desk;
#[cfg(feature = "hydrate")]
mod facts;
#[cfg(feature = "hydrate")]
mod flood;
#[cfg(feature = "hydrate")]
mod glance;
#[cfg(feature = "hydrate")]
mod header;
mod keys;
#[cfg(feature = "hydrate")]
mod note;
#[cfg(feature = "hydrate")]
mod notes;
#[cfg(feature = "hydrate")]
mod opened;
mod order;
#[cfg(feature = "hydrate")]
mod palette;
#[cfg(feature = "hydrate")]
mod pane;
#[cfg(feature = "hydrate")]
mod people;
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the bundle has keys; tests read it"))]
mod phrases;
#[cfg(feature = "hydrate")]
mod queue;
#[cfg(feature = "hydrate")]
mod reply;
mod ring;
#[cfg(feature = "hydrate")]
mod scroll;
#[cfg(feature = "hydrate")]
mod side;
#[cfg(feature = "hydrate")]
mod sound;
#[cfg(feature = "hydrate")]
mod talk;
#[cfg(feature = "hydrate")]
mod thread;
mod window;

#[cfg(feature = "hydrate")]
pub(crate) use desk::console;
#[cfg(feature = "hydrate")]
pub(crate) use header::{clock, heartbeat};
