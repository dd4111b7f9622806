//! Each language in its own words, letters and punctuation.

use super::*;

/// Texts that are the same in every language: names, units, and what is read off a key or a poster.
const SAME_EVERYWHERE: [&str; 8] = [
    "staff.product",
    "staff.p1",
    "staff.p2",
    "staff.p3",
    "staff.code_example",
    "staff.metre",
    "staff.metres",
    "staff.seconds",
];

/// Words that a language shares with English, each with its language.
const SHARED: &[(&str, &str)] = &[
    ("fr", "staff.minutes"),
    ("fr", "staff.hours"),
    ("fr", "venue.escalator"),
    ("fr", "venue.auditorium"),
    ("fr", "venue.lobby"),
    ("fr", "venue.food"),
];

/// Latin words that stand as they are in a text of another script.
const LATIN: [&str; 14] =
    ["Sotto", "SMS", "JavaScript", "IMDF", "zip", "MB", "P1", "P2", "P3", "GPS", "Enter", "Esc", "OK", "7K3-F9Q"];

#[test]
fn no_english_is_left() {
    let english = file(english());
    let mut unused: Vec<_> = SHARED.to_vec();
    every_text(|tag, name, text| {
        let (table, key) = name.split_once('.').unwrap();
        if tag == "en" || english[table].get(key).is_none_or(|english| english != text) {
            return;
        }
        unused.retain(|shared| *shared != (tag, name));
        assert!(
            SAME_EVERYWHERE.contains(&name) || SHARED.contains(&(tag, name)),
            "{tag} {name} is English, or a word to list here: {text}"
        );
    });
    assert!(unused.is_empty(), "not shared any more: {unused:?}");
}

/// The text without its gaps and without Latin words that are allowed in it.
fn own_part(text: &str) -> String {
    let mut rest = text.to_owned();
    while let Some((before, after)) = rest.clone().split_once('{') {
        rest = [before, " ", after.split_once('}').map_or("", |(_, after)| after)].concat();
    }
    LATIN.iter().fold(rest, |text, word| text.replace(word, " "))
}

#[test]
fn each_language_is_written_in_its_own_letters() {
    every_text(|tag, name, text| {
        if SAME_EVERYWHERE.contains(&name) {
            return;
        }
        let has = |letters: &dyn Fn(char) -> bool| own_part(text).chars().any(letters);
        let latin = |c: char| c.is_ascii_alphabetic();
        let kana = |c: char| matches!(c, '\u{3040}'..='\u{30ff}');
        let hanzi = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}');
        let hangul = |c: char| matches!(c, '\u{ac00}'..='\u{d7a3}');
        let arabic = |c: char| matches!(c, '\u{621}'..='\u{64a}');
        let cyrillic = |c: char| matches!(c, '\u{400}'..='\u{4ff}');
        let stray = match tag {
            "zh-Hans" => has(&latin) || has(&kana) || has(&hangul) || has(&cyrillic),
            "ja" => has(&latin) || has(&hangul) || has(&cyrillic),
            "ko" => has(&latin) || has(&kana) || has(&hanzi) || has(&cyrillic),
            "ar" => has(&latin) || has(&cyrillic) || has(&hanzi) || has(&|c| matches!(c, 'ی' | 'ک' | '٠'..='٩')),
            "ru" => has(&latin) || has(&|c| "іїєґІЇЄҐ".contains(c)),
            "uk" => has(&latin) || has(&|c| "ыэъёЫЭЪЁ".contains(c)),
            _ => has(&cyrillic) || has(&hanzi) || has(&arabic),
        };
        assert!(!stray, "{tag} {name}: {text}");
    });
}

#[test]
fn each_language_has_its_own_punctuation() {
    every_text(|tag, name, text| {
        if SAME_EVERYWHERE.contains(&name) {
            return;
        }
        let text = &own_part(text);
        let wrong: &[&str] = match tag {
            "zh-Hans" | "ja" => &[",", ". ", "?", "!", ":", ";", "(", ")", "..."],
            "ar" => &[",", "?", ";", "..."],
            "es" => &["..."],
            _ => &["...", "،", "؟", "。", "？"],
        };
        for mark in wrong {
            assert!(!text.contains(mark), "{tag} {name} has {mark:?}: {text}");
        }
        assert!(tag != "es" || text.matches('?').count() == text.matches('¿').count(), "{tag} {name}: {text}");
        assert!(!matches!(tag, "zh-Hans" | "ja") || !text.ends_with('.'), "{tag} {name}: {text}");
    });
}
