//! Voice: everything between the live sockets and the relay's link. One task owns every call.
//!
//! Law: what the relay is told to pass is what the floor says and what the log allows, at every
//! moment; no description, address or name of one participant reaches another one's phone.
//! `calls` is the machine, without IO or clock; `task` runs it; `handle` is how sockets reach it.

mod calls;
mod handle;
mod limits;
mod screen;
mod talk;
mod task;
#[cfg(test)]
mod tests;

pub use handle::{Chair, Voice};
pub use screen::Who;
