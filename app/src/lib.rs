//! Every screen of Sotto. The server renders the attendee's pages (`ssr`); two Wasm bundles make
//! screens live (`hydrate`): `attendee` and `console`, neither holding the other's code.

#![recursion_limit = "256"]

pub mod map;
pub mod text;
