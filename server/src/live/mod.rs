//! Live sockets: whole views for phones and responders, row upserts for the desk.
//!
//! Law: nothing is pushed that a fresh connection would not get; a cursor only saves bytes.

mod attendee;
mod cursor;
mod socket;
mod staff;

pub use attendee::attendee;
pub use staff::staff;
