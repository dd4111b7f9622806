//! The server of Sotto.

pub mod assets;
