//! The two sites as a browser meets them: the real routers, a real log on disk, a clock that moves
//! when it is told to. One binary for all of it, because linking is what takes the time.

// clippy.toml allows it in tests, but sees only functions marked as one.
#![allow(clippy::unwrap_used, clippy::expect_used)]

// Callers without a browser; the relay's own tests use all of it.
#[allow(dead_code)]
#[path = "../relay/client.rs"]
mod client;
#[path = "../../src/relay/offer_sample.rs"]
mod offer_sample;
#[allow(dead_code)]
#[path = "../relay/rig.rs"]
mod rig;

mod discreet;
mod durable;
mod exactly_once;
mod intake;
mod ladder;
mod live;
mod live_desk;
mod live_silence;
mod logs;
mod night;
mod operator;
mod outbox;
mod push;
mod ready_bytes;
mod sign_in;
mod simulate;
mod support;
mod talk;
mod talk_desk;
mod venue_upload;
mod voice;
mod voice_relay;
mod who_may;
mod who_may_command;
