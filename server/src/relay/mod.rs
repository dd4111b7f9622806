//! The relay: a child process that passes voices from whoever has the floor to whoever may hear.
//!
//! Law: a packet that stops a media stack costs a call and never an alert (`machines.md`, The relay).

pub mod frame;
