//! Every word a person reads, by key. One file a language in `app/text`; keys live here.
//!
//! Law: a page carries the reader's language only; no bundle holds a translation.

#[cfg(feature = "ssr")]
mod accept;
mod attendee;
mod book;
mod keys;
#[cfg(feature = "ssr")]
mod languages;
#[cfg(feature = "ssr")]
mod load;
mod plural;
mod staff;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod venue;

#[cfg(feature = "ssr")]
pub use accept::choose_language;
pub use attendee::AttendeeKey;
pub use book::Book;
#[cfg(feature = "ssr")]
pub use book::book;
pub use keys::{TextKey, Texts};
#[cfg(feature = "ssr")]
pub use languages::{LANGUAGES, Language, direction, known_language};
#[cfg(feature = "ssr")]
pub use load::texts;
pub use plural::{plural_form, plural_forms};
pub use staff::StaffKey;
#[cfg(feature = "ssr")]
pub use venue::VenueKey;
