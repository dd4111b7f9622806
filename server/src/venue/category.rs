//! From the standard's categories, and the home-made ones, to the classes that a map shows.

use domain::venue::{AmenityClass, FixtureClass, UnitClass};

/// How a category was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading<T> {
    /// It is in the standard's list (IMDF 1.0.0, Categories).
    Standard(T),
    /// It is not, but its wording says what it means.
    Guessed(T),
    /// It is not, and means nothing to us.
    Unknown,
}

impl<T> Reading<T> {
    fn of(exact: Option<T>, standard: bool, guess: Option<T>, other: T) -> Self {
        match (exact, guess) {
            (Some(class), _) => Self::Standard(class),
            (None, _) if standard => Self::Standard(other),
            (None, Some(class)) => Self::Guessed(class),
            (None, None) => Self::Unknown,
        }
    }
}

/// The part of a category before its first dot, and all of it in small letters without marks.
fn split(category: &str) -> (String, String) {
    let head = category.split('.').next().unwrap_or(category).to_owned();
    let letters = category.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    (head, letters.collect())
}

pub(super) fn unit(category: &str) -> Reading<UnitClass> {
    use UnitClass::*;
    let (head, letters) = split(category);
    let exact = match head.as_str() {
        "walkway" | "footbridge" | "platform" => Walkway,
        "room" | "classroom" | "laboratory" | "library" | "mothersroom" | "fitnessroom" | "recreation" | "shower" => {
            Room
        }
        "nonpublic" => NonPublic,
        "stairs" | "steps" => Stairs,
        "elevator" => Elevator,
        "escalator" | "movingwalkway" => Escalator,
        "ramp" => Ramp,
        "restroom" => match restroom(category) {
            Toilet::Wheelchair => RestroomWheelchair,
            Toilet::Female => RestroomFemale,
            Toilet::Male => RestroomMale,
            Toilet::Any => Restroom,
        },
        "firstaid" => FirstAid,
        "auditorium" | "theater" | "movietheater" => Auditorium,
        "lobby" => Lobby,
        "lounge" | "privatelounge" | "waitingroom" => Lounge,
        "foodservice" | "kitchen" => Food,
        "conferenceroom" | "huddleroom" | "phoneroom" => Meeting,
        "office" => Office,
        "storage" | "mailroom" | "serverroom" => Storage,
        "terrace" | "vegetation" | "road" | "unenclosedarea" | "fieldofplay" | "parking" | "smokingarea" => Outdoor,
        "unspecified" => Other,
        "opentobelow" => Void,
        "structure" | "brick" | "column" | "concrete" | "drywall" | "wood" => Wall,
        "glass" => Glass,
        _ => return Reading::of(None, false, unit_by_wording(&letters), Other),
    };
    Reading::Standard(exact)
}

fn unit_by_wording(letters: &str) -> Option<UnitClass> {
    use UnitClass::*;
    first_in(
        letters,
        &[
            ("elevator", Elevator),
            ("lift", Elevator),
            ("escalator", Escalator),
            ("stair", Stairs),
            ("restroom", Restroom),
            ("toilet", Restroom),
            ("washroom", Restroom),
            ("firstaid", FirstAid),
            ("medical", FirstAid),
            ("corridor", Walkway),
            ("hallway", Walkway),
            ("passage", Walkway),
            ("auditorium", Auditorium),
            ("theatre", Auditorium),
            ("cinema", Auditorium),
            ("stage", Auditorium),
            ("lobby", Lobby),
            ("foyer", Lobby),
            ("entrance", Lobby),
            ("lounge", Lounge),
            ("restaurant", Food),
            ("cafe", Food),
            ("bar", Food),
            ("food", Food),
            ("dining", Food),
            ("meeting", Meeting),
            ("office", Office),
            ("storage", Storage),
            ("coatroom", Storage),
            ("cloakroom", Storage),
            ("terrace", Outdoor),
            ("garden", Outdoor),
            ("courtyard", Outdoor),
            ("beach", Outdoor),
            ("balcony", Outdoor),
            ("wall", Wall),
            ("pillar", Wall),
            ("shop", Room),
            ("retail", Room),
            ("booth", Room),
            ("hall", Room),
            ("room", Room),
        ],
    )
}

/// First words of the standard's amenity categories that have no class of their own.
const OTHER_AMENITIES: &str = " amphitheater animalreliefarea arrivalgate atm baggagecarousel \
    baggagecarts baggageclaim baggagerecheck boardinggate bus businesscenter cabin caregiver \
    carrental changemachine childplayarea copymachine emergencyshelter exhibit faregate \
    fieldofplay firealarmpullstation fireextinguisher fittingroom gatearea groundtransportation \
    handsanitizerstation healthscreening hoteling immigration landmark library limo mailbox \
    mobilityrescue paidarea parkandride parking pedestriancrossing peoplemover photobooth \
    platform powerchargingstation productreturn rail recreation rideshare service shower \
    shuttle sleepbox smokingarea strollerrental studentadmissions studentservices swimmingpool \
    taxi traintrack transit unspecified valet wheelchairassist wifi yoga ";

pub(super) fn amenity(category: &str) -> Reading<AmenityClass> {
    use AmenityClass::*;
    let (head, letters) = split(category);
    let exact = match head.as_str() {
        "stairs" => Some(Stairs),
        "elevator" => Some(Elevator),
        "escalator" | "movingwalkway" => Some(Escalator),
        "ramp" => Some(Ramp),
        "restroom" => Some(match restroom(category) {
            Toilet::Wheelchair => RestroomWheelchair,
            Toilet::Female => RestroomFemale,
            Toilet::Male => RestroomMale,
            Toilet::Any => Restroom,
        }),
        "firstaid" => Some(FirstAid),
        "defibrillator" => Some(Defibrillator),
        "entry" => Some(Entrance),
        "information" | "guestservices" | "reception" | "checkin" | "lostandfound" => Some(Information),
        "security" | "police" => Some(Security),
        "meetingpoint" => Some(MeetingPoint),
        "phone" | "payphone" => Some(Phone),
        "foodservice" | "eatingdrinking" | "drinkingfountain" | "vendingmachine" => Some(Food),
        "seat" | "seating" => Some(Seating),
        "storage" | "coinlocker" | "baggagestorage" => Some(Cloakroom),
        "ticketing" | "cashier" => Some(Tickets),
        "prayerroom" | "meditation" | "mothersroom" | "babychanging" | "privatelounge" => Some(QuietRoom),
        _ => None,
    };
    let standard = OTHER_AMENITIES.contains(&format!(" {head} ")) && !head.is_empty();
    Reading::of(exact, standard, amenity_by_wording(&letters), Other)
}

fn amenity_by_wording(letters: &str) -> Option<AmenityClass> {
    use AmenityClass::*;
    first_in(
        letters,
        &[
            ("elevator", Elevator),
            ("lift", Elevator),
            ("escalator", Escalator),
            ("stair", Stairs),
            ("restroom", Restroom),
            ("toilet", Restroom),
            ("firstaid", FirstAid),
            ("medical", FirstAid),
            ("defibrillator", Defibrillator),
            ("aed", Defibrillator),
            ("entrance", Entrance),
            ("exit", Entrance),
            ("information", Information),
            ("registration", Information),
            ("reception", Information),
            ("helpdesk", Information),
            ("security", Security),
            ("police", Security),
            ("phone", Phone),
            ("dining", Food),
            ("food", Food),
            ("cafe", Food),
            ("restaurant", Food),
            ("water", Food),
            ("bar", Food),
            ("breakarea", Seating),
            ("bench", Seating),
            ("seat", Seating),
            ("coat", Cloakroom),
            ("cloak", Cloakroom),
            ("locker", Cloakroom),
            ("ticket", Tickets),
            ("quiet", QuietRoom),
            ("prayer", QuietRoom),
        ],
    )
}

pub(super) fn fixture(category: &str) -> Reading<FixtureClass> {
    use FixtureClass::*;
    let (head, letters) = split(category);
    let exact = match head.as_str() {
        "desk" | "furniture" | "checkin" | "boardinggate" | "immigration" | "inspection" | "equipment"
        | "securityequipment" => Some(Furniture),
        "stage" => Some(Stage),
        "vegetation" => Some(Plants),
        "water" => Some(Water),
        "wall" | "obstruction" | "baggagecarousel" => Some(Other),
        _ => None,
    };
    let guess = first_in(
        &letters,
        &[
            ("stage", Stage),
            ("screen", Stage),
            ("plant", Plants),
            ("tree", Plants),
            ("pool", Water),
            ("fountain", Water),
            ("desk", Furniture),
            ("table", Furniture),
            ("seat", Furniture),
            ("chair", Furniture),
            ("counter", Furniture),
            ("kiosk", Furniture),
            ("stand", Furniture),
            ("bar", Furniture),
        ],
    );
    Reading::of(exact, false, guess, Other)
}

enum Toilet {
    Wheelchair,
    Female,
    Male,
    Any,
}

fn restroom(category: &str) -> Toilet {
    let has = |word| category.split('.').any(|part| part == word);
    match () {
        () if has("wheelchair") && !has("female") && !has("male") => Toilet::Wheelchair,
        () if has("female") => Toilet::Female,
        () if has("male") => Toilet::Male,
        () => Toilet::Any,
    }
}

fn first_in<T: Copy>(letters: &str, words: &[(&str, T)]) -> Option<T> {
    words.iter().find(|(word, _)| letters.contains(word)).map(|&(_, class)| class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_categories_have_their_class() {
        for (category, class) in [
            ("walkway.island", UnitClass::Walkway),
            ("restroom.unisex.wheelchair", UnitClass::RestroomWheelchair),
            ("restroom.female.wheelchair", UnitClass::RestroomFemale),
            ("restroom.unisex", UnitClass::Restroom),
            ("structure", UnitClass::Wall),
            ("unspecified", UnitClass::Other),
        ] {
            assert_eq!(unit(category), Reading::Standard(class), "{category}");
        }
        assert_eq!(amenity("wifi"), Reading::Standard(AmenityClass::Other));
        assert_eq!(amenity("phone.emergency"), Reading::Standard(AmenityClass::Phone));
    }

    #[test]
    fn home_made_categories_are_guessed_or_owned_up_to() {
        assert_eq!(amenity("elevatorNotNow"), Reading::Guessed(AmenityClass::Elevator));
        assert_eq!(amenity("registrationdesk"), Reading::Guessed(AmenityClass::Information));
        assert_eq!(amenity("zorb"), Reading::Unknown);
        assert_eq!(amenity(""), Reading::Unknown);
        assert_eq!(unit("Cinéma-foyer"), Reading::Guessed(UnitClass::Lobby));
        assert_eq!(fixture("big screen"), Reading::Guessed(FixtureClass::Stage));
    }
}
