//! The rules of Sotto, without IO, clock or randomness: time and chance are arguments.
//!
//! `desk` decides commands into events and applies events to its state; everything else is a
//! part of that state or a projection of it. Read `desk` first, then `incident`, then `view`.

pub mod desk;
pub mod escalation;
pub mod flood;
pub mod floor;
pub mod hours;
pub mod ids;
pub mod incident;
mod named;
pub mod pace;
pub mod person;
pub mod phrase;
pub mod place;
pub mod question;
pub mod reach;
pub mod refusal;
pub mod retention;
pub mod time;
pub mod venue;
pub mod view;
pub mod wire;
pub mod words;
