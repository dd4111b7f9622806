//! The one map: a packed venue as SVG, for the attendee's *Where*, the desk and security.
//!
//! Law: no mark is drawn on a level that is not known, and numbers in attributes are whole.
//! `camera`, `gesture`, `plan`, `label`, `icon`, `mark`, `rows` and `hit` are pure; `view` is the
//! component, `live` what it does in a browser, `page` and `dom` the elements.

mod camera;
#[cfg(feature = "hydrate")]
mod dom;
mod gesture;
mod hit;
mod icon;
mod label;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "hydrate")]
mod load;
mod mark;
mod model;
#[cfg(feature = "hydrate")]
mod page;
mod plan;
mod rows;
#[cfg(test)]
mod sample;
pub mod view;

pub use camera::{Bounds, Camera, Inset, Px};
#[cfg(feature = "hydrate")]
pub use load::fetch_map;
pub use model::{MapEvent, MapPerson, MapPing, MapShows, MapWords, PersonKind, Picked, PickedBy, PingKind};
pub use view::MapView;
