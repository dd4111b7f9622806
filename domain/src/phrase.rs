//! The phrase book: sentences by number, so that each side reads them in their own language.
//!
//! Law: a number and its name mean the same sentence for ever; a sentence that is given up keeps
//! them, and nothing else gets them. The texts are in the language files, under `[phrase]`.

use crate::question::{Answer, Question};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Who may say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The team, to the person.
    FromStaff,
    /// The person, to the team.
    FromPerson,
    /// Either.
    Both,
}

/// What it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Warmth.
    Comfort,
    /// Safety: somebody acts on every word of it.
    Safety,
    /// About the help that comes.
    Help,
    /// A question to the person.
    Ask,
    /// About the talk itself.
    Talk,
}

macro_rules! phrases {
    ($($number:literal $variant:ident $name:literal $direction:ident $category:ident,)*) => {
        /// A sentence of the phrase book.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the text of a phrase says what it means")]
        pub enum Phrase { $($variant,)* }

        impl Phrase {
            /// All of them.
            pub const ALL: &'static [Phrase] = &[$(Phrase::$variant,)*];

            /// Its number.
            pub fn number(self) -> u16 {
                match self { $(Phrase::$variant => $number,)* }
            }

            /// Its name: the key in the language files, in forms and in the log.
            pub fn name(self) -> &'static str {
                match self { $(Phrase::$variant => $name,)* }
            }

            /// Who may say it.
            pub fn direction(self) -> Direction {
                match self { $(Phrase::$variant => Direction::$direction,)* }
            }

            /// What it is for.
            pub fn category(self) -> Category {
                match self { $(Phrase::$variant => Category::$category,)* }
            }
        }
    };
}

phrases! {
    // The team, to the person. The first nine have the keys 1 to 9.
    1 WithYou "with_you" FromStaff Comfort,
    2 SomeoneComing "someone_coming" FromStaff Help,
    3 StayIfSafe "stay_if_safe" FromStaff Safety,
    4 GoSafer "go_safer" FromStaff Safety,
    5 NothingWrong "nothing_wrong" FromStaff Comfort,
    6 BelieveYou "believe_you" FromStaff Comfort,
    7 Staying "staying" FromStaff Comfort,
    8 KeepDistance "keep_distance" FromStaff Ask,
    9 UseSentences "use_sentences" FromStaff Talk,
    10 Reading "reading" FromStaff Talk,
    11 DidWell "did_well" FromStaff Comfort,
    12 TakeTime "take_time" FromStaff Comfort,
    13 LockDoor "lock_door" FromStaff Safety,
    14 GoToPeople "go_to_people" FromStaff Safety,
    15 SoundOff "sound_off" FromStaff Safety,
    16 EmergencyNumbers "emergency_numbers" FromStaff Safety,
    17 CallPolice "call_police" FromStaff Safety,
    18 CallDoctor "call_doctor" FromStaff Safety,
    19 WhereNow "where_now" FromStaff Ask,
    20 AreYouAlone "are_you_alone" FromStaff Ask,
    21 LookAround "look_around" FromStaff Help,
    22 YouDecide "you_decide" FromStaff Comfort,
    23 Colleague "colleague" FromStaff Talk,
    24 BackSoon "back_soon" FromStaff Talk,
    25 WriteAnyTime "write_any_time" FromStaff Talk,
    // The person, to the team.
    101 CantTalk "cant_talk" FromPerson Talk,
    102 ComeQuietly "come_quietly" FromPerson Help,
    103 Hiding "hiding" FromPerson Safety,
    104 TheyAreNear "they_are_near" FromPerson Safety,
    105 Alone "alone" FromPerson Safety,
    106 NotAlone "not_alone" FromPerson Safety,
    107 Moved "moved" FromPerson Help,
    108 PleaseHurry "please_hurry" FromPerson Help,
    109 StayBack "stay_back" FromPerson Help,
    110 CantWalk "cant_walk" FromPerson Safety,
    111 NeedDoctor "need_doctor" FromPerson Safety,
    112 SeeYou "see_you" FromPerson Help,
    113 DontUnderstand "dont_understand" FromPerson Talk,
    114 ThankYou "thank_you" FromPerson Comfort,
    // Either.
    201 Yes "yes" Both Talk,
    202 No "no" Both Talk,
    203 Okay "okay" Both Talk,
}

impl Phrase {
    /// The phrases of the keys 1 to 9.
    pub const KEYS: usize = 9;

    /// The phrase with this number.
    pub fn of_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|phrase| phrase.number() == number)
    }

    /// The phrase with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|phrase| phrase.name() == name)
    }

    /// Those that the team may say, the ones with keys first.
    pub fn of_staff() -> impl Iterator<Item = Phrase> {
        Self::ALL.iter().copied().filter(|phrase| phrase.direction() != Direction::FromPerson)
    }

    /// Those that the person may say.
    pub fn of_person() -> impl Iterator<Item = Phrase> {
        Self::ALL.iter().copied().filter(|phrase| phrase.direction() != Direction::FromStaff)
    }

    /// Whether a machine must never translate it: somebody acts on every word of it.
    pub fn by_people_only(self) -> bool {
        self.category() == Category::Safety
    }

    /// The answer that the person gives by it, whether or not its question was asked.
    pub fn answers(self) -> Option<(Question, Answer)> {
        match self {
            Phrase::TheyAreNear => Some((Question::Near, Answer::Yes)),
            Phrase::NeedDoctor => Some((Question::Hurt, Answer::Yes)),
            Phrase::CantWalk => Some((Question::CanMove, Answer::No)),
            _ => None,
        }
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.serialize_str(self.name()) } else { to.serialize_u16(self.number()) }
    }
}

impl<'de> Deserialize<'de> for Phrase {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let found = if from.is_human_readable() {
            Phrase::parse(&String::deserialize(from)?)
        } else {
            Phrase::of_number(u16::deserialize(from)?)
        };
        found.ok_or_else(|| D::Error::custom("there is no such phrase"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Written once more, and only ever added to: a number that changes its sentence would make
    /// old cases say what nobody said.
    #[test]
    fn numbers_and_names_are_what_they_were() {
        let known: BTreeMap<u16, &str> = Phrase::ALL.iter().map(|phrase| (phrase.number(), phrase.name())).collect();
        assert_eq!(known.len(), Phrase::ALL.len(), "a number is used twice");
        let written: Vec<String> = known.iter().map(|(number, name)| format!("{number} {name}")).collect();
        assert_eq!(written.join(", "), WRITTEN);
        for phrase in Phrase::ALL {
            assert_eq!(Phrase::parse(phrase.name()), Some(*phrase));
            let json = serde_json::to_string(phrase).unwrap();
            assert_eq!(serde_json::from_str::<Phrase>(&json).unwrap(), *phrase);
            let bytes = postcard::to_allocvec(phrase).unwrap();
            assert_eq!(postcard::from_bytes::<Phrase>(&bytes).unwrap(), *phrase);
        }
        assert!(Phrase::of_staff().take(Phrase::KEYS).all(|phrase| phrase.number() <= 9));
        assert!(postcard::from_bytes::<Phrase>(&[99]).is_err());
        assert!(serde_json::from_str::<Phrase>("\"toString\"").is_err());
    }

    const WRITTEN: &str = "1 with_you, 2 someone_coming, 3 stay_if_safe, 4 go_safer, 5 nothing_wrong, 6 believe_you, \
        7 staying, 8 keep_distance, 9 use_sentences, 10 reading, 11 did_well, 12 take_time, 13 lock_door, \
        14 go_to_people, 15 sound_off, 16 emergency_numbers, 17 call_police, 18 call_doctor, 19 where_now, \
        20 are_you_alone, 21 look_around, 22 you_decide, 23 colleague, 24 back_soon, 25 write_any_time, \
        101 cant_talk, 102 come_quietly, 103 hiding, 104 they_are_near, 105 alone, 106 not_alone, 107 moved, \
        108 please_hurry, 109 stay_back, 110 cant_walk, 111 need_doctor, 112 see_you, 113 dont_understand, \
        114 thank_you, 201 yes, 202 no, 203 okay";
}
