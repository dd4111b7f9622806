//! What kind of thing something on the map is, as far as a picture or a person needs it.

use serde::{Deserialize, Serialize};

macro_rules! classes {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $key:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$item_doc])* $item,)+ }

        impl $name {
            /// Every class, in the order of the packed map: append only.
            pub const ALL: &[Self] = &[$(Self::$item,)+];

            /// The name used in style sheets and phrase books.
            pub fn key(self) -> &'static str {
                match self { $(Self::$item => $key,)+ }
            }
        }
    };
}

classes!(
    /// The kind of a room or space.
    UnitClass {
        /// A corridor or other way to walk.
        Walkway = "walkway",
        /// A room of no particular kind.
        Room = "room",
        /// Closed to the public.
        NonPublic = "non_public",
        /// A staircase.
        Stairs = "stairs",
        /// A lift.
        Elevator = "elevator",
        /// A moving staircase or walkway.
        Escalator = "escalator",
        /// A ramp.
        Ramp = "ramp",
        /// Toilets for everybody, or not said for whom.
        Restroom = "restroom",
        /// Women's toilets.
        RestroomFemale = "restroom_female",
        /// Men's toilets.
        RestroomMale = "restroom_male",
        /// Toilets to be reached in a wheelchair.
        RestroomWheelchair = "restroom_wheelchair",
        /// First aid.
        FirstAid = "first_aid",
        /// A hall with seats or a stage.
        Auditorium = "auditorium",
        /// Entrance hall or foyer.
        Lobby = "lobby",
        /// A place to sit and rest.
        Lounge = "lounge",
        /// Kitchen, canteen, bar.
        Food = "food",
        /// A room to meet or to telephone in.
        Meeting = "meeting",
        /// An office.
        Office = "office",
        /// Storage, cloakroom, technical room.
        Storage = "storage",
        /// Terrace, garden, street, beach.
        Outdoor = "outdoor",
        /// Anything else that can be walked into.
        Other = "other",
        /// A hole in the floor with a view of the level below.
        Void = "void",
        /// A wall, a pillar.
        Wall = "wall",
        /// A wall of glass.
        Glass = "glass",
    }
);

impl UnitClass {
    /// Whether a person can be in it.
    pub fn is_walkable(self) -> bool {
        !matches!(self, Self::Void | Self::Wall | Self::Glass)
    }

    /// Whether it leads to other levels.
    pub fn changes_level(self) -> bool {
        matches!(self, Self::Stairs | Self::Elevator | Self::Escalator | Self::Ramp)
    }
}

classes!(
    /// The kind of a point of interest.
    AmenityClass {
        /// A way up or down on foot.
        Stairs = "stairs",
        /// A lift.
        Elevator = "elevator",
        /// A moving staircase or walkway.
        Escalator = "escalator",
        /// A ramp.
        Ramp = "ramp",
        /// Toilets.
        Restroom = "restroom",
        /// Women's toilets.
        RestroomFemale = "restroom_female",
        /// Men's toilets.
        RestroomMale = "restroom_male",
        /// Toilets to be reached in a wheelchair.
        RestroomWheelchair = "restroom_wheelchair",
        /// First aid.
        FirstAid = "first_aid",
        /// A defibrillator.
        Defibrillator = "defibrillator",
        /// An entrance or exit.
        Entrance = "entrance",
        /// Information or registration desk.
        Information = "information",
        /// Security desk or police.
        Security = "security",
        /// A place to meet.
        MeetingPoint = "meeting_point",
        /// A telephone or a booth for one.
        Phone = "phone",
        /// Food or drink.
        Food = "food",
        /// Seats.
        Seating = "seating",
        /// Cloakroom or lockers.
        Cloakroom = "cloakroom",
        /// Tickets or cash.
        Tickets = "tickets",
        /// A quiet room: prayer, nursing, rest.
        QuietRoom = "quiet_room",
        /// Anything else.
        Other = "other",
    }
);

classes!(
    /// The kind of a thing that stands in the way.
    FixtureClass {
        /// Desks, seats, counters.
        Furniture = "furniture",
        /// A stage.
        Stage = "stage",
        /// Plants.
        Plants = "plants",
        /// Water.
        Water = "water",
        /// A wall, a fence, or anything else in the way.
        Other = "other",
    }
);
