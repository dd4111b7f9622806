//! What the person is asked, one thing at a time, and what they may say without a word.
//!
//! Law: every question can be answered by one tap or by nothing. What nothing means is
//! `crate::escalation`'s to say.

use crate::incident::PriorityReason;
use crate::named::named;
use crate::place::Place;
use serde::{Deserialize, Serialize};

named! {
    /// One question, in the order in which they are asked.
    Question {
        /// *Are you safe right now?*
        Safe = "safe",
        /// *Is the person near you?*
        Near = "near",
        /// *Are you hurt?*
        Hurt = "hurt",
        /// *Can you move?*
        CanMove = "can_move",
        /// *Should a woman come?*
        Woman = "woman",
        /// *How should we come?*
        How = "how",
        /// *How will we know you?*
        KnownBy = "known_by",
    }
}

impl Question {
    /// Whether silence on it can be a sign: the others wait for ever.
    pub fn about_danger(self) -> bool {
        matches!(self, Question::Safe | Question::Near | Question::Hurt)
    }
}

named! {
    /// Something worn or carried.
    Garment {
        /// A shirt, T-shirt or jumper.
        Top = "top",
        /// A jacket or coat.
        Jacket = "jacket",
        /// A dress.
        Dress = "dress",
        /// A skirt.
        Skirt = "skirt",
        /// Trousers.
        Trousers = "trousers",
        /// Shoes.
        Shoes = "shoes",
        /// A hat or cap.
        Hat = "hat",
        /// A scarf or headscarf.
        Scarf = "scarf",
        /// A bag.
        Bag = "bag",
        /// Glasses.
        Glasses = "glasses",
    }
}

named! {
    /// A colour as people name it at night.
    Colour {
        /// Black.
        Black = "black",
        /// White.
        White = "white",
        /// Grey.
        Grey = "grey",
        /// Beige.
        Beige = "beige",
        /// Brown.
        Brown = "brown",
        /// Red.
        Red = "red",
        /// Orange.
        Orange = "orange",
        /// Yellow, gold.
        Yellow = "yellow",
        /// Green.
        Green = "green",
        /// Blue.
        Blue = "blue",
        /// Purple.
        Purple = "purple",
        /// Pink.
        Pink = "pink",
        /// Several colours.
        Mixed = "mixed",
    }
}

/// *A green scarf*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What.
    pub garment: Garment,
    /// In which colour.
    pub colour: Colour,
}

/// More pieces than this nobody remembers on the way.
pub const PIECES_MAX: usize = 3;

/// How the person wants to be helped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// *Come to me discreetly.*
    Discreetly,
    /// *Meet me at …*; `None`: at a place still to be said.
    MeetAt(Option<Place>),
    /// *Only write.*
    OnlyWrite,
    /// *Only watch over me.*
    OnlyWatch,
}

/// An answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// To [`Question::How`].
    How(How),
    /// To [`Question::KnownBy`], 1 to [`PIECES_MAX`] pieces.
    Look(Vec<Piece>),
    /// *Skip*: the person is there and does not want to say.
    Skipped,
}

impl Answer {
    /// Whether it answers `question`.
    pub fn fits(&self, question: Question) -> bool {
        match self {
            Answer::Skipped => true,
            Answer::Yes | Answer::No => !matches!(question, Question::How | Question::KnownBy),
            Answer::How(_) => question == Question::How,
            Answer::Look(pieces) => question == Question::KnownBy && (1..=PIECES_MAX).contains(&pieces.len()),
        }
    }

    /// The danger that it tells of, if it does (`machines.md`, Priority).
    pub fn danger(&self, question: Question) -> Option<PriorityReason> {
        match (question, self) {
            (Question::Safe, Answer::No) => Some(PriorityReason::NotSafe),
            (Question::Near, Answer::Yes) => Some(PriorityReason::NearMe),
            (Question::Hurt, Answer::Yes) => Some(PriorityReason::Hurt),
            _ => None,
        }
    }
}

named! {
    /// For whom the alert is.
    Whom {
        /// *For me.*
        Me = "me",
        /// *For someone else.*
        Someone = "someone",
        /// *I saw something.*
        Saw = "saw",
    }
}

impl Whom {
    /// Whether the phone belongs to somebody who reports for another.
    pub fn reports(self) -> bool {
        self != Whom::Me
    }
}

named! {
    /// *The person works here*: whoever the alert is about.
    WorksHere {
        /// Security.
        Security = "security",
        /// The festival's team.
        Team = "team",
        /// A guest of honour, a member of the jury.
        Guest = "guest",
        /// Somebody else who works here.
        Other = "other",
        /// No, or tapped by mistake.
        No = "no",
    }
}

named! {
    /// How a case came to the desk that no phone opened.
    Came {
        /// By telephone.
        Telephone = "telephone",
        /// Somebody stood at the desk, or a colleague told.
        InPerson = "in_person",
    }
}
