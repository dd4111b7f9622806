//! The server of Sotto.

pub mod log;
