//! Every screen of Sotto. The server renders the attendee's pages (`ssr`); three Wasm bundles make
//! screens live: `attendee` (the case), `place` (the map of Where) and `console`; none holds code that
//! it does not show.

// A view is one type: those of the console nest deeper than the compiler's default.
#![recursion_limit = "512"]

pub mod attendee;
#[cfg(any(feature = "hydrate", test))]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the bundle shows it; tests read the pure parts"))]
mod console;
#[cfg(any(feature = "hydrate", test))]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the bundle shows it; tests read the pure parts"))]
mod lead;
pub mod live;
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the bundle shows it; tests read the pure parts"))]
pub mod map;
#[cfg(feature = "ssr")]
pub mod outbox;
pub mod push;
#[cfg(any(feature = "hydrate", test))]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the bundle shows it; tests read the pure parts"))]
mod security;
#[cfg(any(feature = "hydrate", test))]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the bundle shows it; tests read the pure parts"))]
pub mod staff;
pub mod text;
pub mod voice;
