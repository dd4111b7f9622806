//! What a caller gives to the map and gets from it.

use domain::place::Age;
use domain::venue::{Ordinal, UnitClass, Venue, Xy};
use std::sync::Arc;

/// What a mark on the map is about. Colour means that nobody has it yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PingKind {
    /// In hand.
    Neutral,
    /// The reader.
    Me,
    /// Priority 3, nobody has it.
    P3,
    /// Priority 2, nobody has it.
    P2,
    /// Priority 1, nobody has it.
    P1,
}

/// A call for help on the map, or the reader's own place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapPing {
    /// Handed back in [`MapEvent::Opened`]: the caller's own number.
    pub id: u64,
    /// Its level; `None` is *level unknown*, and then it is on no level.
    pub level: Option<Ordinal>,
    /// Where it is, if that is known.
    pub at: Option<Xy>,
    /// How far off that may be, in metres. 0 draws no ring.
    pub radius_m: u16,
    /// Its kind.
    pub kind: PingKind,
    /// How old the position is.
    pub age: Age,
    /// What it is called in the list: *P1 · Balcony bar, 0:38*.
    pub label: String,
}

/// What a responder is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonKind {
    /// On the way.
    Coming,
    /// Free.
    Free,
    /// Has something else to do.
    Busy,
}

/// A responder on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapPerson {
    /// Where, if that is known.
    pub at: Option<Xy>,
    /// On which level; `None` is not drawn.
    pub level: Option<Ordinal>,
    /// How old the position is.
    pub age: Age,
    /// Their first name.
    pub label: String,
    /// What they are doing.
    pub kind: PersonKind,
}

/// How a place was picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickedBy {
    /// By a point on the map.
    Tap,
    /// By its name in the list.
    Room,
}

/// A place that the reader picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picked {
    /// The level that was shown.
    pub level: Ordinal,
    /// The point.
    pub at: Xy,
    /// Index of the unit there that a person can be in. `None` outside of every one.
    pub unit: Option<u16>,
    /// How far off it may be, in metres: 5 to 25 for a finger, half the room's side for a room.
    pub radius_m: u16,
    /// How.
    pub by: PickedBy,
}

/// What the map shows. The caller's closure makes it from its own state, and the map asks again
/// whenever a signal that the closure read has changed.
///
/// One closure, rather than a signal for each, because every type of signal costs a kilobyte.
#[derive(Clone)]
pub struct MapShows {
    /// The venue.
    pub venue: Arc<Venue>,
    /// The level.
    pub level: Ordinal,
    /// The reader's language, for names on the plan.
    pub lang: String,
    /// Calls. Those without a level, or without a point, stand in a strip above the map.
    pub pings: Vec<MapPing>,
    /// Responders.
    pub people: Vec<MapPerson>,
    /// The place that was picked last, drawn as the reader's own.
    pub picked: Option<Picked>,
    /// The call that is open beside the map.
    pub chosen: Option<u64>,
    /// Each new value shows this level with this point in the middle. Another number makes the
    /// same place new.
    pub focus: Option<(Ordinal, Xy, u32)>,
}

impl MapShows {
    /// A venue's level, and nothing on it.
    pub fn new(venue: Arc<Venue>, level: Ordinal, lang: &str) -> Self {
        Self {
            venue,
            level,
            lang: lang.to_owned(),
            pings: Vec::new(),
            people: Vec::new(),
            picked: None,
            chosen: None,
            focus: None,
        }
    }
}

/// What somebody did on the map. It changes nothing by itself: the caller's state does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapEvent {
    /// They want to see another level.
    Level(Ordinal),
    /// They picked a place. Only told where `picks` is set.
    Picked(Picked),
    /// They opened a call.
    Opened(u64),
}

/// The map's few words, in the reader's language: this module has none of its own.
#[derive(Clone)]
pub struct MapWords {
    /// What the picture is: *Map*. Also the button that returns from the list.
    pub map: String,
    /// Heading of the level picker: *Level*.
    pub level: String,
    /// On the reader's own level: *you*.
    pub you: String,
    /// *Zoom in*.
    pub zoom_in: String,
    /// *Zoom out*.
    pub zoom_out: String,
    /// *Level unknown*.
    pub unknown: String,
    /// What the number on a level counts: *open*.
    pub alerts: String,
    /// The button to the list of rooms: *List*.
    pub list: String,
    /// Sign of the metre in the scale bar: *m*.
    pub metre: String,
    /// What a room without a name is called. `None` leaves it out of the list.
    pub class: Arc<dyn Fn(UnitClass) -> Option<String> + Send + Sync>,
}
