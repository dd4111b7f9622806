//! The one map: a packed venue as SVG, for the attendee's *Where*, the desk and security.
//!
//! Law: no mark is drawn on a level that is not known; numbers in attributes are whole, and every
//! element has something dynamic in it (`picture` says why). `camera`, `gesture`, `plan`, `label`,
//! `icon` and `mark` are pure; `scene` is the state, the rest views.

mod camera;
#[cfg(feature = "hydrate")]
mod dom;
mod gesture;
mod icon;
mod label;
pub mod list;
#[cfg(feature = "hydrate")]
mod load;
mod mark;
mod model;
mod picker;
mod picture;
mod plan;
#[cfg(test)]
mod sample;
mod scene;
pub mod view;

pub use camera::{Bounds, Camera, Inset, Px};
pub use list::MapList;
#[cfg(feature = "hydrate")]
pub use load::fetch_map;
pub use model::{MapPerson, MapPing, MapWords, PersonKind, Picked, PickedBy, PingKind};
pub use view::MapView;
