//! The venue: levels, rooms, doors and posters in whole decimetres, and the packed map.
//!
//! Law: a level is a coordinate, never a label. Nothing here guesses one, and every question
//! about a point names its [`Ordinal`]. `model` is the data, `query` the questions, `pack` the
//! bytes that go to a browser; `code` is what a poster bears.

mod class;
mod code;
mod id;
mod model;
mod names;
mod pack;
mod point;
mod polygon;
mod query;

pub use class::{AmenityClass, FixtureClass, UnitClass};
pub use code::{Code, CodeError};
pub use id::{FeatureId, NotAFeatureId, Ordinal};
pub use model::{Amenity, Checkpoint, Fixture, Level, Opening, Unit, Venue};
pub use names::Names;
pub use pack::{PackError, PackFor, pack, unpack};
pub use point::{Wgs84, Xy, distance_dm, to_local, to_wgs84};
pub use polygon::Polygon;
