//! The server of Sotto: takes commands, keeps the log, shows views.
//!
//! Data goes one way: `http`, `live` and `ticker` submit commands to `desk`; `desk` alone writes the
//! `log` and publishes what is durable; nothing imports `http`.

pub mod assets;
pub mod body;
pub mod clock;
pub mod demo;
pub mod desk;
pub mod festival;
pub mod hours;
pub mod http;
pub mod listen;
pub mod live;
pub mod local_ca;
pub mod log;
pub mod operate;
pub mod programme;
pub mod push;
pub mod relay;
pub mod secrets;
pub mod serve;
pub mod simulate;
pub mod ticker;
pub mod tries;
pub mod venue;
pub mod venues;
pub mod visitor;
pub mod voice;
