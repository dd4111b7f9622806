//! Texts that people typed, as they may be kept.

use crate::refusal::Refusal;

/// A text as it may be kept: without invisible characters, trimmed, 1 to `max` characters, no
/// control or direction characters.
///
/// # Errors
/// [`Refusal::BadText`]; nothing that can be seen is cut.
pub fn clean_text(text: &str, max: usize) -> Result<String, Refusal> {
    let typed: Vec<char> = text.chars().collect();
    let mut clean = String::with_capacity(text.len());
    for (at, &c) in typed.iter().enumerate() {
        let beside = || typed.get(at.wrapping_sub(1)).into_iter().chain(typed.get(at + 1));
        let kept = match c {
            // Two that join or part letters: spelling in some scripts, nothing elsewhere.
            '\u{200c}' | '\u{200d}' => beside().count() == 2 && beside().all(|c| joins(*c)),
            _ => !hidden(c),
        };
        if kept {
            clean.push(c);
        }
    }
    let clean = clean.trim();
    let length = clean.chars().count();
    if length == 0 || length > max || clean.chars().any(|c| c.is_control() || turns(c)) {
        return Err(Refusal::BadText);
    }
    Ok(clean.to_owned())
}

/// Changes the direction or the line of what follows: text could pretend to be something else.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}')
        || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Takes no room or looks empty, and spells nothing: two names that look alike would differ by it,
/// and a name of nothing else could not be seen (Unicode's default ignorables, and four blanks
/// that count as letters).
fn hidden(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}')
        || matches!(c, '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}')
        || matches!(c, '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Letters and marks of scripts in which joiners spell: Arabic and its neighbours, the scripts of
/// India, Tibetan and Burmese, Khmer and Mongolian.
fn joins(c: char) -> bool {
    matches!(c, '\u{0600}'..='\u{109f}' | '\u{1780}'..='\u{18af}') && !hidden(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_seen_is_not_kept_and_what_spells_is() {
        let clean = |text: &str| clean_text(text, 40);
        assert_eq!(clean("A\u{200b}n\u{2060}na\u{feff}\u{00ad}"), Ok("Anna".to_owned()));
        assert_eq!(clean("\u{200b} Anna \u{200b}"), Ok("Anna".to_owned()));
        assert_eq!(clean("An\u{200d}na\u{200c}"), Ok("Anna".to_owned()));
        for nothing in ["\u{200b}", "\u{2800}\u{3164}", "\u{200c}\u{200d}", " \u{e0041} "] {
            assert_eq!(clean(nothing), Err(Refusal::BadText), "{nothing:?}");
        }
        for turned in ["Anna\u{202e}", "An\u{2028}na", "An\nna", "\u{061c}Anna"] {
            assert_eq!(clean(turned), Err(Refusal::BadText), "{turned:?}");
        }
        // Persian "I want" has a non-joiner, Sinhala "Sri" a joiner; Arabic, Hebrew and French have neither.
        for name in ["می\u{200c}خواهم", "ශ\u{0dca}\u{200d}රී", "محمد عبد الله", "Éloïse d'Argent", "שרה", "👩 Zoé"]
        {
            assert_eq!(clean(name).as_deref(), Ok(name));
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept_again_as_it_is(text in "[a-zé\u{200b}-\u{200f}\u{0600}-\u{06ff} \u{e0000}-\u{e007f}]{0,60}") {
            if let Ok(kept) = clean_text(&text, 40) {
                prop_assert_eq!(clean_text(&kept, 40), Ok(kept.clone()));
                prop_assert!(!kept.chars().any(|c| hidden(c) || turns(c)));
            }
        }
    }
}
