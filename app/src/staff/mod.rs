//! What every staff screen shares: the store that the live connection feeds, commands, words.
//!
//! Law: a screen shows what the server said and nothing it hopes for; a pressed button says that it
//! waits, and the answer comes back as a view. Nothing of a case is kept in the browser but what its agent
//! is writing, in this tab, until it is sent.

#[cfg(feature = "hydrate")]
mod browser;
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the bundle calls; tests read the pure parts"))]
pub(crate) mod call;
#[cfg(feature = "hydrate")]
mod hold;
#[cfg(feature = "hydrate")]
mod map_slot;
#[cfg(feature = "hydrate")]
mod paging;
#[cfg(feature = "hydrate")]
mod shell;
#[cfg(feature = "hydrate")]
mod sight;
#[cfg(feature = "hydrate")]
mod sign;
#[cfg(feature = "hydrate")]
mod size;
#[cfg(feature = "hydrate")]
mod store;
#[cfg(feature = "hydrate")]
mod talk;
#[cfg(feature = "hydrate")]
mod venue;
pub(crate) mod words;
#[cfg(feature = "hydrate")]
mod written;

#[cfg(feature = "hydrate")]
pub use shell::start;
#[cfg_attr(not(feature = "hydrate"), expect(unused_imports, reason = "only the bundle shows words"))]
pub(crate) use words::Words;
#[cfg(feature = "hydrate")]
pub(crate) use {
    browser::{composes, focus, focus_first, in_sight, is_typing, language_name, light, store_flag, stored},
    hold::{hold, is_space},
    map_slot::{MapFeed, incident_of, map_id, map_slot},
    paging::paging_card,
    shell::{Place, go_home},
    sign::{Sign, priority_sign, sign},
    size::on_size,
    store::{Aged, Store},
    talk::Mic,
    written::Field,
};
