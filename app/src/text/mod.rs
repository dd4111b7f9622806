//! Every word a person reads, by key. One file a language in `app/text`; keys live here.
//!
//! Law: a page carries the reader's language only; no bundle holds a translation.

mod attendee;
mod book;
mod keys;
#[cfg(feature = "ssr")]
mod load;
mod staff;
#[cfg(feature = "ssr")]
mod venue;

pub use attendee::AttendeeKey;
pub use book::Book;
#[cfg(feature = "ssr")]
pub use book::book;
pub use keys::{TextKey, Texts};
#[cfg(feature = "ssr")]
pub use load::{LANGUAGES, choose_language, texts};
pub use staff::StaffKey;
#[cfg(feature = "ssr")]
pub use venue::VenueKey;
