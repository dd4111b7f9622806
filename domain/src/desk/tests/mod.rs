//! Properties of the desk: random histories over a small world, and golden histories.
//!
//! `world` makes histories, `machine` says what no history can reach, `steps` and `guard` compare
//! the views with the events they stand on, `calls` says who may talk, `converse` and `silence`
//! have the conversation, `reporter` says what whoever reports for another never learns, `moved`
//! what is said when a place changes, `reach` says who is paged, `golden` replays what earlier
//! builds wrote, `retention` lets the clock do what it likes.

mod calls;
mod converse;
mod escalation;
mod golden;
mod guard;
mod machine;
mod mended;
mod moved;
mod reach;
mod reporter;
mod retention;
mod silence;
mod steps;
mod wire;
mod world;
