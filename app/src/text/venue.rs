//! Keys of what rooms without a name are called.

use domain::venue::UnitClass;

crate::text::keys::keys! {
    /// What a room without a name is called.
    VenueKey in "venue" {
        Walkway = "walkway",
        Room = "room",
        Stairs = "stairs",
        Elevator = "elevator",
        Escalator = "escalator",
        Ramp = "ramp",
        Restroom = "restroom",
        RestroomFemale = "restroom_female",
        RestroomMale = "restroom_male",
        RestroomWheelchair = "restroom_wheelchair",
        FirstAid = "first_aid",
        Auditorium = "auditorium",
        Lobby = "lobby",
        Lounge = "lounge",
        Food = "food",
        Meeting = "meeting",
        Office = "office",
        Storage = "storage",
        Outdoor = "outdoor",
    }
}

impl VenueKey {
    /// The key for a kind of room; `None` where a kind says nothing to a person.
    pub fn of(class: UnitClass) -> Option<Self> {
        Some(match class {
            UnitClass::Walkway => VenueKey::Walkway,
            UnitClass::Room => VenueKey::Room,
            UnitClass::Stairs => VenueKey::Stairs,
            UnitClass::Elevator => VenueKey::Elevator,
            UnitClass::Escalator => VenueKey::Escalator,
            UnitClass::Ramp => VenueKey::Ramp,
            UnitClass::Restroom => VenueKey::Restroom,
            UnitClass::RestroomFemale => VenueKey::RestroomFemale,
            UnitClass::RestroomMale => VenueKey::RestroomMale,
            UnitClass::RestroomWheelchair => VenueKey::RestroomWheelchair,
            UnitClass::FirstAid => VenueKey::FirstAid,
            UnitClass::Auditorium => VenueKey::Auditorium,
            UnitClass::Lobby => VenueKey::Lobby,
            UnitClass::Lounge => VenueKey::Lounge,
            UnitClass::Food => VenueKey::Food,
            UnitClass::Meeting => VenueKey::Meeting,
            UnitClass::Office => VenueKey::Office,
            UnitClass::Storage => VenueKey::Storage,
            UnitClass::Outdoor => VenueKey::Outdoor,
            UnitClass::NonPublic | UnitClass::Other | UnitClass::Void | UnitClass::Wall | UnitClass::Glass => {
                return None;
            }
        })
    }
}
