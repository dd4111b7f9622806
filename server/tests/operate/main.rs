//! The server as an operator runs it: a real process, real signals, real files.

// clippy.toml allows it in tests, but sees only functions marked as one.
#![allow(clippy::unwrap_used)]

mod drill;
mod process;
mod quiet;
mod stop;
mod watch;
