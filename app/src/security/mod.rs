//! The responder's phone: duty, level, one place to go to, one button that changes.
//!
//! Law: it shows place, instruction and danger; it has nothing that could tell the story. Off duty it
//! shows the switch, *I need help*, and whether it would ring: that is tested before the shift.

#[cfg(feature = "hydrate")]
mod duty;
#[cfg(feature = "hydrate")]
mod guard;
#[cfg(feature = "hydrate")]
mod help;
#[cfg(feature = "hydrate")]
mod level;
#[cfg(feature = "hydrate")]
mod ping;
mod poster;
#[cfg(feature = "hydrate")]
mod room;
#[cfg(feature = "hydrate")]
mod scan;
#[cfg(feature = "hydrate")]
mod talk;

#[cfg(feature = "hydrate")]
pub(crate) use guard::security;
