//! The relay as the server runs it, a process of its own, with callers that have no browser.

mod client;
mod rig;

mod floor;
mod hostile;
mod life;
mod soak;
