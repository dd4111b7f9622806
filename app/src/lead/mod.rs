//! The lead's page, *Shift*: what is open and how old, who carries it, who can be sent, who can be
//! reached; and two acts, to reassign a case and to put somebody on duty.
//!
//! Law: counts, never percentages; what is amber is past its target or cannot be reached.

mod figures;
#[cfg(feature = "hydrate")]
mod people;
#[cfg(feature = "hydrate")]
mod reassign;
#[cfg(feature = "hydrate")]
mod shift;

#[cfg(feature = "hydrate")]
pub(crate) use shift::shift;
