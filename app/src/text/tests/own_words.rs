//! Each language in its own words, letters and punctuation.

use super::*;

/// Texts that are the same in every language: names, units, and what is read off a key or a poster.
const SAME_EVERYWHERE: [&str; 15] = [
    "staff.product",
    "staff.p1",
    "staff.p2",
    "staff.p3",
    "staff.code_example",
    "staff.metre",
    "staff.metres",
    "staff.cap_enter",
    "staff.cap_esc",
    "staff.line_answered",
    "staff.code_comes",
    "staff.chats_of",
    "staff.level_short",
    "staff.level_unknown_short",
    "staff.seconds",
];

/// Words that a language shares with English, each with its language.
const SHARED: &[(&str, &str)] = &[
    ("fr", "attendee.programme"),
    ("fr", "attendee.programme_minutes"),
    ("fr", "staff.minutes"),
    ("fr", "staff.hours"),
    ("fr", "staff.conversation"),
    ("fr", "staff.for_asking"),
    ("fr", "venue.escalator"),
    ("fr", "venue.auditorium"),
    ("fr", "venue.lobby"),
    ("fr", "venue.food"),
    ("fr", "colour.beige"),
    ("fr", "colour.orange"),
    ("it", "attendee.no"),
    ("it", "attendee.programme_minutes"),
    ("it", "staff.minutes"),
    ("it", "staff.hours"),
    ("it", "staff.no"),
    ("it", "venue.auditorium"),
    ("it", "venue.food"),
    ("it", "phrase.no"),
    ("it", "colour.beige"),
    ("es", "attendee.no"),
    ("es", "attendee.programme_minutes"),
    ("es", "staff.minutes"),
    ("es", "staff.hours"),
    ("es", "staff.no"),
    ("es", "venue.food"),
    ("es", "phrase.no"),
    ("de", "venue.lobby"),
    ("de", "venue.lounge"),
    ("de", "venue.food"),
    ("de", "colour.beige"),
    ("de", "colour.orange"),
    ("pt", "attendee.programme_minutes"),
    ("pt", "staff.minutes"),
    ("pt", "staff.hours"),
    ("pt", "venue.food"),
];

/// Latin words that stand as they are in a text of another script, longer ones first.
const LATIN: [&str; 20] = [
    "JavaScript",
    "Android",
    "iPhone",
    "CA",
    "7K3-F9Q",
    "Sotto",
    "Enter",
    "IMDF",
    "SMS",
    "Esc",
    "zip",
    "P1",
    "P2",
    "P3",
    "MB",
    "J",
    "K",
    "S",
    "P",
    "W",
];

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

/// What is wrong, all of it: a translator wants one list.
fn none_of(wrong: impl Fn(&'static str, &str) -> Option<String>) {
    let mut found = Vec::new();
    every_text(|tag, name, text| {
        let why = (!SAME_EVERYWHERE.contains(&name)).then(|| wrong(tag, &own_part(text))).flatten();
        found.extend(why.map(|why| format!("{tag} {name} has {why}: {text}")));
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Han,
    Kana,
    Hangul,
}

fn script(c: char) -> Option<Script> {
    Some(match c {
        'a'..='z' | 'A'..='Z' | 'À'..='ɏ' if !"×÷".contains(c) => Script::Latin,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{600}'..='\u{6ff}' if c.is_alphanumeric() => Script::Arabic,
        '\u{4e00}'..='\u{9fff}' => Script::Han,
        '\u{3041}'..='\u{30fe}' if c != '・' => Script::Kana,
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}' => Script::Hangul,
        _ => return None,
    })
}

#[test]
fn each_language_is_written_in_its_own_letters() {
    none_of(|tag, text| {
        let (scripts, foreign): (&[Script], &str) = match tag {
            // Letters that only traditional Chinese has, as far as our words might bring them in.
            "zh-Hans" => (&[Script::Han], "請這個們嗎樓層傳發開關錯誤幫還點說對話電機隊職場館"),
            "ja" => (&[Script::Han, Script::Kana], "请这个们吗层传发关错误帮还说对话电队场馆"),
            "ko" => (&[Script::Hangul], ""),
            // Letters of Persian, and digits that fonts of some phones lack.
            "ar" => (&[Script::Arabic], "یکگپچ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"),
            "ru" => (&[Script::Cyrillic], "іїєґІЇЄҐ"),
            "uk" => (&[Script::Cyrillic], "ыэъёЫЭЪЁ"),
            _ => (&[Script::Latin], ""),
        };
        let stray =
            text.chars().find(|c| script(*c).is_some_and(|script| !scripts.contains(&script)) || foreign.contains(*c));
        let bare = !text.chars().any(|c| script(c).is_some());
        stray.map(|c| format!("{c:?}")).or(bare.then(|| "no letter".to_owned()))
    });
}

#[test]
fn each_language_has_its_own_punctuation() {
    none_of(|tag, text| {
        let wrong: &[&str] = match tag {
            "zh-Hans" | "ja" => &[",", ".", "?", "!", ":", ";", "(", ")", "،", "؟"],
            "ar" => &[",", "?", ";", "..."],
            _ => &["...", "،", "؟", "。", "？", "：", "（"],
        };
        let found = wrong.iter().find(|mark| text.contains(**mark)).map(|mark| format!("{mark:?}"));
        // A key of the keyboard is no question: it stands between spaces.
        let asked = text.replace(" ? ", "").matches('?').count();
        let unopened = tag == "es" && asked != text.matches('¿').count();
        found.or(unopened.then(|| "a question that does not open".to_owned()))
    });
}
