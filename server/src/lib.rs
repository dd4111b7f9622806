//! The server of Sotto.

pub mod venue;
