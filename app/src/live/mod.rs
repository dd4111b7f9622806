//! The live connection of every screen: one socket that comes back by itself, and posts that are repeated.
//!
//! `link` decides when to connect, wait or give up, on a clock it is given; `socket` and `post`
//! carry that out in a browser. Neither reads what is inside a frame.

mod link;
#[cfg(feature = "hydrate")]
mod outbox;
#[cfg(feature = "hydrate")]
mod post;
#[cfg(feature = "hydrate")]
mod socket;

pub use link::{Input, Link, LinkState, Order};
#[cfg(feature = "hydrate")]
pub use outbox::{deliver, on_unsent};
#[cfg(feature = "hydrate")]
pub use post::{Answer, post, post_read, sleep, status};
#[cfg(feature = "hydrate")]
pub use socket::{Socket, now_ms, socket_url};
