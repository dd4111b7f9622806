//! The server of Sotto.
