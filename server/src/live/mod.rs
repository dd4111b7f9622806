//! Live sockets: whole views for phones and responders, row upserts for the desk.
//!
//! Law: nothing is pushed that a fresh connection would not get; a cursor only saves bytes.

mod attendee;
mod cursor;
mod share;
mod socket;
mod staff;

pub use attendee::attendee;
pub use share::Shares;
pub use staff::staff;
