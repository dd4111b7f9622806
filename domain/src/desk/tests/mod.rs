//! Properties of the desk: random histories over a small world, and one golden history.
//!
//! `world` makes histories, `machine` says what no history can reach, `steps` and `guard` compare
//! the views with the events they stand on, `converse` and `silence` have the conversation,
//! `golden` replays what an earlier build wrote.

mod converse;
mod escalation;
mod golden;
mod guard;
mod machine;
mod mended;
mod silence;
mod steps;
mod wire;
mod world;
