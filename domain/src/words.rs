//! What is written: a phrase by its id, or a text.
//!
//! Law: a text is kept as it was meant, but inert: it cannot turn the line around, tower over its
//! row or hide a control character. What is too long is refused whole; nothing is cut.

use crate::phrase::Phrase;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// The longest text, in bytes of UTF-8 as received.
pub const TEXT_MAX: usize = 4 * 1024;
/// Combining marks kept on one letter: Vietnamese needs two, pointed Hebrew and Arabic three or four.
const MARKS_MAX: usize = 4;
/// Line breaks kept in a row.
const BREAKS_MAX: usize = 2;
/// Stands where a character was that must not work.
const INERT: char = '\u{fffd}';

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// Read by each side in their own language.
    Phrase(Phrase),
    /// As written; never translated here.
    Text(String),
}

impl Words {
    /// Roughly what it weighs in memory, bytes.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Words::Phrase(_) => 0,
            Words::Text(text) => text.len(),
        }
    }
}

/// `text` as it may be kept: 1 to [`TEXT_MAX`] bytes, inert.
///
/// Control characters and those that embed or override the direction become U+FFFD; combining
/// marks beyond four on a letter and line breaks beyond two in a row are dropped.
///
/// # Errors
/// [`Refusal::BadText`] when nothing is left, [`Refusal::TextTooLong`].
pub fn inert(text: &str) -> Result<String, Refusal> {
    if text.len() > TEXT_MAX {
        return Err(Refusal::TextTooLong);
    }
    let mut kept = String::with_capacity(text.len());
    let (mut marks, mut breaks) = (0, 0);
    let mut chars = text.trim().chars().peekable();
    while let Some(c) = chars.next() {
        let c = match c {
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            c => c,
        };
        marks = if is_mark(c) { marks + 1 } else { 0 };
        breaks = if c == '\n' { breaks + 1 } else { 0 };
        if marks > MARKS_MAX || breaks > BREAKS_MAX {
            continue;
        }
        kept.push(if c != '\n' && (c.is_control() || turns(c)) { INERT } else { c });
    }
    // A text of nothing but what cannot be seen is no text.
    if kept.chars().all(|c| c.is_whitespace() || c == INERT || is_mark(c) || is_invisible(c)) {
        return Err(Refusal::BadText);
    }
    Ok(kept)
}

/// Embeds, overrides or isolates: reaches beyond its own place in the line.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{61c}')
}

/// Marks that stack on the letter before them, of the scripts in which stacking has no end. A
/// short list by hand: it need not be complete, since rows clip what is left.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{eb1}' | '\u{eb4}'..='\u{ebc}'
        | '\u{ec8}'..='\u{ece}' | '\u{f71}'..='\u{f84}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_that_would_turn_the_line_is_shown_with_a_sign_in_its_place() {
        assert_eq!(inert("he is \u{202e}here\u{202c}").unwrap(), "he is \u{fffd}here\u{fffd}");
        assert_eq!(inert("a\u{0}b\u{7f}c\u{9b}").unwrap(), "a\u{fffd}b\u{fffd}c\u{fffd}");
        // What a writer of Arabic, Persian or a family emoji needs stays.
        for text in ["مرحبا\u{200f}!", "می\u{200c}خواهم", "👩\u{200d}👧", "Việt Nam", "é e\u{301}"] {
            assert_eq!(inert(text).unwrap(), text);
        }
    }

    #[test]
    fn a_thousand_marks_become_four() {
        let tower = format!("h{}elp", "\u{301}".repeat(1_000));
        assert_eq!(inert(&tower).unwrap().chars().count(), 4 + MARKS_MAX);
    }

    #[test]
    fn one_byte_too_many_is_refused_whole() {
        assert_eq!(inert(&"a".repeat(TEXT_MAX)).unwrap().len(), TEXT_MAX);
        assert_eq!(inert(&"a".repeat(TEXT_MAX + 1)), Err(Refusal::TextTooLong));
        assert_eq!(inert(&"é".repeat(TEXT_MAX / 2 + 1)), Err(Refusal::TextTooLong));
        for empty in ["", "  \n ", "\u{200b}", "\u{0}", "\u{202e}\u{301}"] {
            assert_eq!(inert(empty), Err(Refusal::BadText), "{empty:?}");
        }
        assert_eq!(inert("a\r\nb\r\r\rc").unwrap(), "a\nb\n\nc");
    }

    proptest! {
        #[test]
        fn whatever_is_kept_is_inert_and_stays_as_it_is(text: String) {
            if let Ok(kept) = inert(&text) {
                prop_assert!(kept.chars().all(|c| c == '\n' || !c.is_control() && !turns(c)));
                prop_assert!(kept.len() <= TEXT_MAX * 3);
                // Said once more, it is the same message: a repetition must be known again.
                if kept.len() <= TEXT_MAX {
                    prop_assert_eq!(inert(&kept), Ok(kept.clone()));
                }
            }
        }
    }
}
