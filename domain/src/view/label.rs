//! Places in words, in the reader's language.

use crate::hours::Service;
use crate::ids::PersonId;
use crate::incident::{Dispatch, MOVED_SHOWN_MS};
use crate::phrase::Phrase;
use crate::place::{Place, Source};
use crate::time::Now;
use crate::venue::{Ordinal, UnitClass, Venue, Xy};
use serde::{Deserialize, Serialize};

/// Through what a projection looks at the state.
#[derive(Clone, Copy)]
pub struct Lens<'a> {
    /// The venue in place, if any.
    pub venue: Option<&'a Venue>,
    /// The reader's language.
    pub lang: &'a str,
    /// The moment.
    pub now: Now,
    /// Turns a wall time into seconds since midnight in the festival's time zone.
    pub clock: &'a dyn Fn(i64) -> u32,
    /// What a room without a name is called in the reader's language: *Toilets*.
    pub class_name: &'a dyn Fn(UnitClass) -> Option<String>,
    /// A phrase in a language.
    pub phrase: &'a dyn Fn(Phrase, &str) -> Option<String>,
    /// Milliseconds since the screen of somebody was last heard, if it was.
    pub heard_ms: &'a dyn Fn(PersonId) -> Option<i64>,
    /// Whether the team reads now.
    pub service: Service,
    /// The reader is a lead.
    pub lead: bool,
    /// A place in one line in the language of the country's services, where the reader's is another.
    pub country: &'a dyn Fn(&Place) -> Option<String>,
}

/// A level as it is named to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelLabel {
    /// The coordinate.
    pub ordinal: Ordinal,
    /// The venue's name for it: *Level 1*.
    pub name: String,
    /// The short one, for badges: *1*.
    pub short: String,
}

/// A place in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceLabel {
    /// The level; `None` is *level unknown* and is said.
    pub level: Option<LevelLabel>,
    /// The room or zone, if known.
    pub room: Option<String>,
    /// Radius in metres.
    pub radius_m: u16,
    /// How it was learnt.
    pub source: Source,
    /// The poster's code, if there is one.
    pub code: Option<String>,
    /// Point in the venue's local grid.
    pub xy: Option<Xy>,
    /// How old the claim is, milliseconds.
    pub age_ms: i64,
    /// Level and room in the country's language, for a text message to its services: on the
    /// person's own page, where they read another language.
    pub country: Option<String>,
}

/// An age of `ms` as it stands at `now`: the moment it counts from, which time alone does not change.
pub(super) fn since_when(ms: &mut i64, now: i64) {
    *ms = now.saturating_sub(*ms);
}

impl PlaceLabel {
    /// Puts the moment of the claim in place of its age.
    pub(super) fn stand(&mut self, now: Now) {
        since_when(&mut self.age_ms, now.wall_ms);
    }

    /// Level and room in one line, with `unknown` in place of a level that is not known.
    pub fn line(&self, unknown: &str) -> String {
        let level = self.level.as_ref().map_or(unknown, |level| level.name.as_str());
        match &self.room {
            Some(room) => format!("{level} · {room}"),
            None => level.to_owned(),
        }
    }
}

/// That the place changed under somebody's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedLabel {
    /// Where it was before.
    pub from: PlaceLabel,
    /// How long ago it changed, milliseconds: said for [`MOVED_SHOWN_MS`].
    pub age_ms: i64,
}

/// The change of place that `dispatch` has to be told of now, if any.
pub(super) fn moved_label(dispatch: &Dispatch, lens: &Lens) -> Option<MovedLabel> {
    let moved = dispatch.moved.as_ref().filter(|_| dispatch.state.open())?;
    let age_ms = lens.now.since(moved.at);
    (age_ms < MOVED_SHOWN_MS).then(|| MovedLabel { from: place_label(&moved.from, lens), age_ms })
}

/// `place` in words.
pub fn place_label(place: &Place, lens: &Lens) -> PlaceLabel {
    let level = place.level.map(|ordinal| {
        let named = |name: fn(&Venue, Ordinal, &str) -> Option<String>| {
            lens.venue.and_then(|venue| name(venue, ordinal, lens.lang)).unwrap_or_else(|| ordinal.0.to_string())
        };
        LevelLabel {
            ordinal,
            name: named(|venue, ordinal, lang| venue.level_name(ordinal, lang).map(str::to_owned)),
            short: named(|venue, ordinal, lang| venue.level_short(ordinal, lang).map(str::to_owned)),
        }
    });
    let room = lens.venue.zip(place.unit).and_then(|(venue, id)| {
        let unit = venue.unit_by_id(id)?;
        let named = venue.unit_label(unit, lens.lang).map(str::to_owned);
        named.or_else(|| (lens.class_name)(venue.units.get(usize::from(unit))?.class))
    });
    PlaceLabel {
        level,
        room,
        radius_m: place.radius_m,
        source: place.source,
        code: place.code.as_ref().map(ToString::to_string),
        xy: place.point.zip(lens.venue).map(|(point, venue)| venue.to_local(point)),
        age_ms: (lens.now.wall_ms - place.at_wall_ms).max(0),
        country: None,
    }
}

/// `place` on the page of the person who is there.
pub fn own_place_label(place: &Place, lens: &Lens) -> PlaceLabel {
    PlaceLabel { country: (lens.country)(place), ..place_label(place, lens) }
}
