//! The relay: a child process that passes voices from whoever has the floor to whoever may hear.
//!
//! Law: a packet that stops a media stack costs a call and never an alert (`machines.md`, The relay).

pub mod frame;

/// What the link to the relay says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// A relay is there and listens; it knows nothing yet.
    Up,
    /// The relay is gone, and every connection with it.
    Down,
    /// The relay reports.
    Report(frame::Report),
}
