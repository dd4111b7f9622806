//! The machine in a hall: a small festival whose log is decided at once, and a relay that obeys.

mod hall;
mod laws;
mod rules;
mod running;
