//! The rules of Sotto, without IO, clock or randomness: time and chance are arguments.

pub mod venue;
