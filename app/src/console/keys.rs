//! What a key means at the desk. Law: in a field, with a modifier, or switched off, a key means nothing.

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
    /// Every command and sentence.
    Palette,
    /// Show the keys.
    Help,
    /// Turn the sound on.
    Sound,
    /// Leave what was begun.
    Cancel,
}

/// What `key` (a `KeyboardEvent.key`) means in `mode`.
pub(crate) fn meaning(key: &str, mode: &Mode) -> Option<Press> {
    let mut letters = key.chars();
    let letter = letters.next().filter(|_| letters.next().is_none()).map(|c| c.to_ascii_lowercase());
    match (mode, key, letter) {
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
        (Press::Sound, "S", K::KeySound),
        (Press::Help, "?", K::Keys),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

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
}
