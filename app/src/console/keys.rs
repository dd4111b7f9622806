//! What a key means at the desk. Law: in a field, with a modifier, or switched off, a key means nothing.
//!
//! The sign of a key counts first (*A* is where the reader's keyboard has it); where the keyboard
//! writes another script, or signs in the place of digits, the place of the key counts.

use domain::question::Came;

/// What the desk is in the middle of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Mode {
    /// Nothing.
    #[default]
    Idle,
    /// Choosing whom to send.
    Dispatch,
    /// Choosing how a case came that no phone opened.
    Incoming,
    /// Choosing a level: what was typed so far.
    Level(String),
}

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Press {
    /// Choose the next row, or the one before.
    Move(isize),
    /// Open the chosen row.
    Open,
    /// Acknowledge.
    See,
    /// Take.
    Claim,
    /// Begin to dispatch.
    Dispatch,
    /// Send the ranked responder with this number, from 0.
    Send(usize),
    /// Call back.
    Recall,
    /// Start or take the call.
    Call,
    /// Change the urgency.
    Priority,
    /// Write the approach note.
    Approach,
    /// Write a note for the team.
    Note,
    /// Write to the person.
    Reply,
    /// Say the sentence of this key, from 0.
    Phrase(usize),
    /// Show every sentence.
    MorePhrases,
    /// Close.
    Close,
    /// Open again.
    Reopen,
    /// Go to the map.
    Map,
    /// Begin to choose a level.
    Level,
    /// A sign of the level's name.
    LevelSign(char),
    /// Give the case to a colleague.
    HandOver,
    /// Say where the person is.
    FoundAt,
    /// Begin to open a case for somebody.
    Incoming,
    /// Open it: it came so.
    OpenFor(Came),
    /// Make a code for the person's own phone.
    MakeCode,
    /// Group by place, or put rows singly.
    Group,
    /// Every command and sentence.
    Palette,
    /// Show the keys.
    Help,
    /// Turn the sound on.
    Sound,
    /// Leave what was begun.
    Cancel,
}

/// A key that was struck, as a `KeyboardEvent` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Struck<'a> {
    /// Its sign, or its name (`key`).
    pub(crate) key: &'a str,
    /// Where it lies, named after an American keyboard (`code`).
    pub(crate) code: &'a str,
    /// With Shift.
    pub(crate) shift: bool,
}

impl Struck<'_> {
    /// The sign that the key writes: small, and in ASCII where it is the same letter or digit.
    fn sign(self) -> Option<char> {
        let mut signs = self.key.chars();
        let sign = signs.next().filter(|_| signs.next().is_none())?;
        let sign = match sign {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
            '\u{660}'..='\u{669}' => char::from_digit(u32::from(sign) - 0x660, 10).unwrap_or(sign),
            '\u{6f0}'..='\u{6f9}' => char::from_digit(u32::from(sign) - 0x6f0, 10).unwrap_or(sign),
            other => other,
        };
        Some(sign.to_ascii_lowercase())
    }

    /// The letter or digit of the key's place, for a key whose own sign is none of ours.
    fn place(self) -> Option<char> {
        // A name: Enter, F1. An input method that is on names no sign at all.
        let named = self.key.len() > 1 && self.key.is_ascii() && !matches!(self.key, "Process" | "Unidentified");
        if named || self.sign().is_some_and(|sign| sign.is_ascii_alphanumeric()) {
            return None;
        }
        // Signs of ASCII and accented letters are what a Latin keyboard means by the key.
        let latin = |sign: char| sign.is_ascii() || matches!(sign, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
        let at = |kind| self.code.strip_prefix(kind).and_then(|place| place.chars().next());
        match (at("Key"), at("Digit")) {
            (Some(letter), _) if !self.sign().is_some_and(latin) => Some(letter.to_ascii_lowercase()),
            // A French keyboard writes digits with Shift only.
            (_, Some(digit)) if !self.shift => Some(digit),
            _ => None,
        }
    }

    /// Whether this is `letter` (small).
    pub(crate) fn is(self, letter: char) -> bool {
        self.sign() == Some(letter) || self.place() == Some(letter)
    }

    /// The digit, 0 to 9.
    pub(crate) fn digit(self) -> Option<usize> {
        let value = |sign: char| sign.to_digit(10).map(|digit| digit as usize);
        self.sign().and_then(value).or_else(|| self.place().and_then(value))
    }
}

/// What a key means in `mode`.
pub(crate) fn meaning(struck: Struck, mode: &Mode) -> Option<Press> {
    of_sign(struck.key, struck.sign(), mode).or_else(|| of_sign("", Some(struck.place()?), mode))
}

fn of_sign(key: &str, sign: Option<char>, mode: &Mode) -> Option<Press> {
    match (mode, key, sign) {
        (Mode::Dispatch | Mode::Incoming | Mode::Level(_), "Escape", _) => Some(Press::Cancel),
        (Mode::Incoming, _, Some('p')) => Some(Press::OpenFor(Came::Telephone)),
        (Mode::Incoming, _, Some('w')) => Some(Press::OpenFor(Came::InPerson)),
        (Mode::Dispatch, "Enter", _) => Some(Press::Send(0)),
        (Mode::Dispatch, _, Some(digit @ '1'..='3')) => Some(Press::Send(digit as usize - '1' as usize)),
        (Mode::Level(_), _, Some(sign @ ('0'..='9' | '-'))) => Some(Press::LevelSign(sign)),
        (_, "ArrowDown", _) | (_, _, Some('j')) => Some(Press::Move(1)),
        (_, "ArrowUp", _) | (_, _, Some('k')) => Some(Press::Move(-1)),
        (_, "Enter", _) => Some(Press::Open),
        (_, _, Some('a')) => Some(Press::See),
        (_, _, Some('c')) => Some(Press::Claim),
        (_, _, Some('d')) => Some(Press::Dispatch),
        (_, _, Some('b')) => Some(Press::Recall),
        (_, _, Some('r')) => Some(Press::Reply),
        (_, _, Some('w')) => Some(Press::Approach),
        (_, _, Some('h')) => Some(Press::HandOver),
        (_, _, Some('f')) => Some(Press::FoundAt),
        (_, _, Some('i')) => Some(Press::Incoming),
        (Mode::Idle, _, Some(digit @ '1'..='9')) => Some(Press::Phrase(digit as usize - '1' as usize)),
        (Mode::Idle, _, Some('0')) => Some(Press::MorePhrases),
        (_, _, Some('t')) => Some(Press::Call),
        (_, _, Some('p')) => Some(Press::Priority),
        (_, _, Some('n')) => Some(Press::Note),
        (_, _, Some('e')) => Some(Press::Close),
        (_, _, Some('o')) => Some(Press::Reopen),
        (_, _, Some('m')) => Some(Press::Map),
        (_, _, Some('l')) => Some(Press::Level),
        (_, _, Some('?')) => Some(Press::Help),
        (_, _, Some('g')) => Some(Press::Group),
        (_, _, Some('s')) => Some(Press::Sound),
        _ => None,
    }
}

/// Every key and what the help page calls it, in the order in which a case goes.
#[cfg(feature = "hydrate")]
pub(crate) const HELP: &[(&str, crate::text::StaffKey)] = {
    use crate::text::StaffKey as K;
    &[
        ("J  K", K::KeyMove),
        ("Enter", K::KeyOpen),
        ("A", K::Acknowledge),
        ("C", K::Claim),
        ("D  Enter", K::KeyDispatch),
        ("D  1–3", K::KeyDispatchOther),
        ("B", K::Recall),
        ("R", K::KeyReply),
        ("1–9", K::KeyPhrase),
        ("0", K::MorePhrases),
        ("N", K::NoteHint),
        ("T", K::KeyCall),
        ("Space", K::KeySpace),
        ("P", K::Priority),
        ("W", K::Approach),
        ("H", K::HandOver),
        ("F", K::FoundAt),
        ("I  P", K::OpenTelephone),
        ("I  W", K::OpenInPerson),
        ("Ctrl K", K::Palette),
        ("E", K::Close),
        ("O", K::Reopen),
        ("M", K::Map),
        ("L  0–9", K::KeyLevel),
        ("G", K::KeyGroup),
        ("S", K::KeySound),
        ("?", K::Keys),
    ]
};

/// What the palette offers besides sentences.
#[cfg(feature = "hydrate")]
pub(crate) const COMMANDS: &[(Press, &str, crate::text::StaffKey)] = {
    use crate::text::StaffKey as K;
    &[
        (Press::Reply, "R", K::KeyReply),
        (Press::See, "A", K::Acknowledge),
        (Press::Claim, "C", K::Claim),
        (Press::Dispatch, "D", K::Dispatch),
        (Press::Recall, "B", K::Recall),
        (Press::Call, "T", K::KeyCall),
        (Press::Priority, "P", K::Priority),
        (Press::HandOver, "H", K::HandOver),
        (Press::Note, "N", K::NoteHint),
        (Press::Approach, "W", K::Approach),
        (Press::FoundAt, "F", K::FoundAt),
        (Press::MakeCode, "", K::MakeCode),
        (Press::OpenFor(Came::Telephone), "I P", K::OpenTelephone),
        (Press::OpenFor(Came::InPerson), "I W", K::OpenInPerson),
        (Press::Close, "E", K::Close),
        (Press::Reopen, "O", K::Reopen),
        (Press::Map, "M", K::Map),
        (Press::Level, "L", K::KeyLevel),
        (Press::Group, "G", K::KeyGroup),
        (Press::Sound, "S", K::KeySound),
        (Press::Help, "?", K::Keys),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a key that lies where an American keyboard has `code` and writes `key` means in `mode`.
    fn struck(key: &str, code: &str, mode: &Mode) -> Option<Press> {
        super::meaning(Struck { key, code, shift: false }, mode)
    }

    fn meaning(key: &str, mode: &Mode) -> Option<Press> {
        struck(key, "", mode)
    }

    #[test]
    fn d_then_enter_sends_the_first_and_a_digit_another() {
        assert_eq!(meaning("d", &Mode::Idle), Some(Press::Dispatch));
        assert_eq!(meaning("Enter", &Mode::Dispatch), Some(Press::Send(0)));
        assert_eq!(meaning("3", &Mode::Dispatch), Some(Press::Send(2)));
        assert_eq!(meaning("Escape", &Mode::Dispatch), Some(Press::Cancel));
    }

    #[test]
    fn a_digit_says_a_sentence_only_while_nothing_was_begun() {
        assert_eq!(meaning("1", &Mode::Idle), Some(Press::Phrase(0)));
        assert_eq!(meaning("4", &Mode::Dispatch), None);
        assert_eq!(meaning("1", &Mode::Level(String::new())), Some(Press::LevelSign('1')));
    }

    #[test]
    fn two_keys_open_a_case_for_a_caller_or_for_somebody_who_stands_here() {
        assert_eq!(meaning("i", &Mode::Idle), Some(Press::Incoming));
        assert_eq!(meaning("p", &Mode::Incoming), Some(Press::OpenFor(Came::Telephone)));
        assert_eq!(meaning("W", &Mode::Incoming), Some(Press::OpenFor(Came::InPerson)));
        assert_eq!(meaning("Escape", &Mode::Incoming), Some(Press::Cancel));
        assert_eq!(meaning("p", &Mode::Idle), Some(Press::Priority));
    }

    #[test]
    fn capitals_mean_the_same() {
        assert_eq!(meaning("A", &Mode::Idle), Some(Press::See));
        assert_eq!(meaning("Alt", &Mode::Idle), None);
        assert_eq!(meaning("-", &Mode::Level(String::new())), Some(Press::LevelSign('-')));
    }

    #[test]
    fn a_keyboard_of_another_script_means_the_key_by_its_place() {
        // Russian, Ukrainian, Greek, Arabic, Korean; an input method that is on.
        for (key, code, meant) in [
            ("ф", "KeyA", Press::See),
            ("к", "KeyR", Press::Reply),
            ("і", "KeyS", Press::Sound),
            ("ξ", "KeyJ", Press::Move(1)),
            ("ش", "KeyA", Press::See),
            ("لا", "KeyB", Press::Recall),
            ("ㄱ", "KeyR", Press::Reply),
            ("Process", "KeyC", Press::Claim),
            ("ａ", "KeyA", Press::See),
            ("٣", "Digit3", Press::Phrase(2)),
            ("۳", "Digit3", Press::Phrase(2)),
        ] {
            assert_eq!(struck(key, code, &Mode::Idle), Some(meant), "{key}");
        }
        let cyrillic_k = Struck { key: "л", code: "KeyK", shift: false };
        assert!(cyrillic_k.is('k'));
    }

    #[test]
    fn a_latin_keyboard_means_what_it_writes() {
        // French: A lies where others have Q, and digits need Shift.
        assert_eq!(struck("a", "KeyQ", &Mode::Idle), Some(Press::See));
        assert_eq!(struck("q", "KeyA", &Mode::Idle), None);
        assert_eq!(struck("&", "Digit1", &Mode::Idle), Some(Press::Phrase(0)));
        assert_eq!(struck("é", "Digit2", &Mode::Idle), Some(Press::Phrase(1)));
        assert_eq!(struck("-", "Digit6", &Mode::Idle), Some(Press::Phrase(5)));
        assert_eq!(struck("à", "Digit0", &Mode::Idle), Some(Press::MorePhrases));
        assert_eq!(struck("-", "Digit6", &Mode::Level(String::new())), Some(Press::LevelSign('-')));
        // Bépo and Dvorak: their other signs lie where others have letters.
        assert_eq!(struck("é", "KeyW", &Mode::Idle), None);
        assert_eq!(struck(",", "KeyW", &Mode::Idle), None);
        // American, with Shift: no digit was meant. Russian: 7 with Shift is the question mark.
        let with_shift = |key, code| super::meaning(Struck { key, code, shift: true }, &Mode::Idle);
        assert_eq!(with_shift("!", "Digit1"), None);
        assert_eq!(with_shift("?", "Digit7"), Some(Press::Help));
    }

    proptest! {
        #[test]
        fn no_named_key_means_a_letter(code in "Key[A-Z]|Digit[0-9]", name in "F[1-9]|Tab|Shift|Dead|CapsLock") {
            prop_assert_eq!(struck(&name, &code, &Mode::Idle), None);
        }
    }
}
