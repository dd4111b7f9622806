//! Pictograms of our own, as outlines of about 16 pixels round their middle.
//!
//! Law: each begins with a move relative to where it is stamped, and holes turn against their
//! outline, so that many fit in one path.

use super::Px;
use domain::venue::{AmenityClass, UnitClass};

/// A pictogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Icon {
    Stairs,
    Lift,
    Escalator,
    Ramp,
    Toilets,
    Women,
    Men,
    Wheelchair,
    FirstAid,
    Defibrillator,
    Information,
    Security,
    Meeting,
    Entrance,
}

const WOMAN: &str = "m-2-6a2 2 0 1 1 4 0a2 2 0 1 1-4 0zm1 3h2l3 7h-2v4h-4v-4h-2z";
const MAN: &str = "m-2-6a2 2 0 1 1 4 0a2 2 0 1 1-4 0zm-1 3h6v6h-1v5h-4v-5h-1z";

impl Icon {
    /// Of a room. `None` leaves it to its name.
    pub(super) fn of_unit(class: UnitClass) -> Option<Self> {
        use UnitClass as U;
        Some(match class {
            U::Stairs => Self::Stairs,
            U::Elevator => Self::Lift,
            U::Escalator => Self::Escalator,
            U::Ramp => Self::Ramp,
            U::Restroom => Self::Toilets,
            U::RestroomFemale => Self::Women,
            U::RestroomMale => Self::Men,
            U::RestroomWheelchair => Self::Wheelchair,
            U::FirstAid => Self::FirstAid,
            _ => return None,
        })
    }

    /// Of a point of interest.
    pub(super) fn of_amenity(class: AmenityClass) -> Option<Self> {
        use AmenityClass as A;
        Some(match class {
            A::Stairs => Self::Stairs,
            A::Elevator => Self::Lift,
            A::Escalator => Self::Escalator,
            A::Ramp => Self::Ramp,
            A::Restroom => Self::Toilets,
            A::RestroomFemale => Self::Women,
            A::RestroomMale => Self::Men,
            A::RestroomWheelchair => Self::Wheelchair,
            A::FirstAid => Self::FirstAid,
            A::Defibrillator => Self::Defibrillator,
            A::Information => Self::Information,
            A::Security => Self::Security,
            A::MeetingPoint => Self::Meeting,
            A::Entrance => Self::Entrance,
            _ => return None,
        })
    }

    /// Whether somebody in need looks for it first.
    pub(super) fn is_help(self) -> bool {
        matches!(self, Self::FirstAid | Self::Defibrillator | Self::Information | Self::Security)
    }

    /// Adds it to a path, its middle at a place.
    pub(super) fn stamp(self, path: &mut String, at: Px) {
        let outline = match self {
            Self::Stairs => "m-7 6v-4h4v-4h4v-4h6v3h-3v4h-4v4h-4v1z",
            Self::Lift => "m-8-8h16v16h-16zm2 2v12h12v-12zm6 1l3 4h-6zm0 10l-3-4h6z",
            Self::Escalator => "m-8 6v-3h3l7-9h6v3h-4l-7 9zm5-11l3-3v2h3v2h-3v2z",
            Self::Ramp => "m-8 5l16-9v9z",
            Self::Toilets => {
                stamp(path, Px { x: at.x - 5, y: at.y }, WOMAN);
                return stamp(path, Px { x: at.x + 5, y: at.y }, MAN);
            }
            Self::Women => WOMAN,
            Self::Men => MAN,
            Self::Wheelchair => {
                "m-3-7a2 2 0 1 1 4 0a2 2 0 1 1-4 0zm1 3h2v3h4v2h-1l2 4-2 1-3-5h-2zm-4 7a5 5 0 1 1 10 0\
                 a5 5 0 1 1-10 0zm2 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"
            }
            Self::FirstAid => "m-2.5-7h5v4.5h4.5v5h-4.5v4.5h-5v-4.5h-4.5v-5h4.5z",
            Self::Defibrillator => {
                "m0 7l-6.5-6.5a3.7 3.7 0 0 1 6.5-5a3.7 3.7 0 0 1 6.5 5zm1-10l-3 5h2l-1 4 4-5h-2l1-4z"
            }
            Self::Information => "m-8 0a8 8 0 1 1 16 0a8 8 0 1 1-16 0zm7-1v5h2v-5zm0-4v2h2v-2z",
            Self::Security => "m0-8l7 2v5c0 4-3 7-7 9c-4-2-7-5-7-9v-5z",
            Self::Meeting => "m0-2l-3-5h6zm0 4l3 5h-6zm-2-2l-5 3v-6zm4 0l5-3v6z",
            Self::Entrance => "m-8-1.5h6v-4l6 5.5-6 5.5v-4h-6zm13-5.5h2v14h-2z",
        };
        stamp(path, at, outline);
    }
}

/// Adds an outline to a path.
pub(super) fn stamp(path: &mut String, at: Px, outline: &str) {
    *path += &format!("M{} {}{outline}", at.x, at.y);
}
