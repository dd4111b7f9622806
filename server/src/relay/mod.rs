//! The relay: a child process that passes voices from whoever has the floor to whoever may hear.
//!
//! Law: a packet that stops a media stack costs a call and never an alert (`machines.md`, The relay).
//! What decides is pure and has no clock ([`switch`], [`stamp`], [`hold`], [`offer`], [`gate`]);
//! [`process`], [`connection`] and `stack` carry it; [`link`] is the server's side.

pub mod answer;
pub mod connection;
pub mod frame;
pub mod gate;
pub mod health;
pub mod hold;
pub mod link;
pub mod net;
pub mod offer;
pub mod pipe;
pub mod ports;
pub mod process;
pub mod queue;
pub mod reach;
pub mod red;
mod stack;
pub mod stamp;
pub mod switch;

pub use link::LinkEvent;
