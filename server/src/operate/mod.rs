//! Running a server: what it says about itself, and what is done to it.
//!
//! Law: nothing here tells about a person: no text, no token, no address, no number of a case.
//! `meters` counts, `listener` answers the operator, `journal` writes the log lines, `night` erases
//! what is due, `backup` copies and restores, `command` is the terminal.

pub mod backup;
pub mod command;
pub mod journal;
pub mod listener;
pub mod meters;
pub mod night;
