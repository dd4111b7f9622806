//! Every text is there, once, with the same gaps in every language.

use super::*;
use domain::phrase::Phrase;
use domain::question::{Colour, Garment, Question, Whom, WorksHere};
use std::collections::BTreeSet;

fn gaps(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect();
    names.sort();
    names
}

fn complete<K: TextKey>() {
    let english = file(english());
    for language in &LANGUAGES {
        let tag = language.tag;
        let table = &file(language.file)[K::TABLE];
        let wanted: BTreeSet<String> = names::<K>(tag).into_iter().collect();
        let there: BTreeSet<String> = table.keys().cloned().collect();
        let missing: Vec<_> = wanted.difference(&there).collect();
        let unknown: Vec<_> = there.difference(&wanted).collect();
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "{tag}: missing {missing:?}, asked for by no code {unknown:?}"
        );
        for key in K::ALL {
            let english = &english[K::TABLE]
                [&if key.counted() { format!("{}_other", key.name()) } else { key.name().to_owned() }];
            let forms: &[&str] = if key.counted() { plural_forms(tag) } else { &[""] };
            for form in forms {
                let name = if form.is_empty() { key.name().to_owned() } else { format!("{}_{form}", key.name()) };
                let text = &table[&name];
                // One or two things may be said by the word alone: Arabic has a dual.
                let by_word = matches!(*form, "zero" | "one" | "two") && gaps(text).is_empty();
                assert!(by_word || gaps(text) == gaps(english), "{tag} {name}: {text}");
                assert_eq!(text.matches('{').count(), text.matches('}').count(), "{tag} {name}: {text}");
            }
        }
    }
}

#[test]
fn every_language_has_every_text_and_form_and_no_other() {
    complete::<AttendeeKey>();
    complete::<StaffKey>();
    complete::<VenueKey>();
    complete::<Phrase>();
    complete::<Question>();
    complete::<Garment>();
    complete::<Colour>();
    complete::<Whom>();
    complete::<WorksHere>();
}

#[test]
fn a_text_is_one_clean_line() {
    every_text(|tag, name, text| {
        assert!(!text.is_empty() && text.trim() == text, "{tag} {name}: {text:?}");
        // `<` would end the element that carries the texts; a bidi control could turn a line around.
        let odd = |c: char| {
            c.is_control()
                || matches!(c, '<' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!text.contains(odd) && !text.contains("  "), "{tag} {name}: {text:?}");
    });
}

#[test]
fn files_keep_the_order_of_english_so_that_two_can_be_read_side_by_side() {
    let order = |file: &str| -> Vec<String> {
        let line = |line: &str| {
            let name = line.split(" = ").next().unwrap_or_default();
            let name = plural_forms("ar")
                .iter()
                .find_map(|form| name.strip_suffix(&format!("_{form}")))
                .filter(|name| is_counted(name))
                .unwrap_or(name);
            (!name.is_empty() && !name.starts_with('#')).then(|| name.to_owned())
        };
        let mut names: Vec<String> = file.lines().filter_map(line).collect();
        names.dedup();
        names
    };
    let english = order(english());
    for language in &LANGUAGES {
        for (ours, theirs) in order(language.file).iter().zip(&english) {
            assert_eq!(ours, theirs, "{}", language.tag);
        }
    }
}

fn is_counted(name: &str) -> bool {
    fn of<K: TextKey>(name: &str) -> bool {
        K::ALL.iter().any(|key| key.counted() && key.name() == name)
    }
    of::<AttendeeKey>(name) || of::<StaffKey>(name) || of::<VenueKey>(name)
}

#[test]
fn a_counted_text_takes_the_form_of_its_number() {
    for (lang, n, text) in [
        ("en", 1, "1 level"),
        ("en", 2, "2 levels"),
        ("fr", 0, "0 niveau"),
        ("ru", 21, "21 уровень"),
        ("ru", 3, "3 уровня"),
        ("uk", 12, "12 рівнів"),
        ("ja", 1, "1 フロア"),
        ("ar", 2, "طابقان"),
        ("ar", 11, "11 طابقًا"),
    ] {
        assert_eq!(crate::text::texts::<StaffKey>(lang).count(StaffKey::ManyLevels, n), text);
    }
}
