//! Web Push to the staff's own browsers: a bell, never a message.
//!
//! Law: who is paged is `domain::reach`, read again before every try; every page is the same bytes for
//! everyone, sealed for one browser; what was sent proves nothing, only the phone's own answer does.
//!
//! `allow` says where a page may go, `vapid` who sends it, `store` keeps the subscriptions sealed beside
//! the log (never in it), `book` what became of each, `post` is one try, `task` is what runs.

mod allow;
mod book;
mod post;
mod store;
mod task;
mod vapid;

pub use allow::{Allowed, NotAllowed};
pub use post::PAYLOAD;
pub use store::{StoreError, Subscription};
pub use task::{Push, Settings, StartError, TEST_EVERY_MS, TestRefused};
pub use vapid::{Vapid, VapidError};
