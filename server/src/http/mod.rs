//! The two hosts: attendee pages and staff pages, from two routers that know nothing of each other.
//!
//! Law: a handler extracts, checks, submits, answers. It decides nothing.

mod assets;
mod attendee;
mod cookies;
mod form;
mod install;
mod page;
mod problem;
mod proof;
mod staff;

use crate::desk::Desk;
use crate::live::Shares;
use crate::push::Push;
use crate::secrets::Pepper;
use crate::tries::Tries;
use crate::venues::Venues;
use crate::voice::Voice;
use app::text::{VenueKey, texts};
use axum::Router;
use axum::http::HeaderName;
use domain::venue::UnitClass;
use std::io::Write as _;
use std::sync::Arc;

pub use assets::map_address;
pub use cookies::{Cookies, PHONE as PHONE_COOKIE};
pub use page::{attendee_csp, harden};
pub use proof::{Origin, same_origin};
pub use staff::session::{Staff, language as staff_language};
pub use staff::trial_router;

/// Bears the key of what is answered: what waits on a phone is let go only by an answer with its own
/// key, which no other network's page and no copy has.
pub(crate) const SOTTO_KEY: HeaderName = HeaderName::from_static("x-sotto-key");

/// Marks our own answers for a page's script, on the attendees' site with the address to show. A captive
/// portal's page has no such header, so it is never taken for an acknowledgement.
pub(crate) const SOTTO: HeaderName = HeaderName::from_static("x-sotto");

/// What every handler needs.
#[derive(Clone)]
pub struct App {
    /// The way to the desk, and what is durable.
    pub desk: Desk,
    /// For tokens and cursors.
    pub pepper: Pepper,
    /// Venue archives.
    pub venues: Venues,
    /// The way to the calls.
    pub voice: Voice,
    /// Addresses of this server as people type them.
    pub addresses: Arc<Addresses>,
    /// Pages to the staff's browsers.
    pub push: Push,
    /// Whether phones keep a service worker. Without: whoever has one is told to take it off.
    pub worker: bool,
    /// Wrong codes of the desk.
    pub tries: Arc<Tries>,
    /// Live sockets by whom they belong to.
    pub shares: Shares,
}

/// The two addresses, without a trailing slash: `http://localhost:3000`.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// For attendees.
    pub attendee: String,
    /// For staff.
    pub desk: String,
}

/// The attendee host.
pub fn attendee_router(app: App) -> Router {
    attendee::router(app)
}

/// The staff host.
pub fn staff_router(app: App) -> Router {
    staff::router(app)
}

/// What a room without a name is called.
pub fn class_name(class: UnitClass, lang: &str) -> Option<String> {
    let key = VenueKey::of(class)?;
    Some(texts::<VenueKey>(lang).get(key))
}

/// Compresses something that is kept: quality 11.
pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    compress(bytes, 11)
}

fn compress(bytes: &[u8], quality: u32) -> Vec<u8> {
    let mut writer = ::brotli::CompressorWriter::new(Vec::with_capacity(bytes.len() / 2), 4096, quality, 22);
    // Writing into memory cannot fail; were it to, an empty body would be seen at once.
    if writer.write_all(bytes).is_err() {
        return Vec::new();
    }
    writer.into_inner()
}
