//! The attendee bundle.

fn main() {}
