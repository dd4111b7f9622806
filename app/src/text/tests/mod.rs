//! What must hold for every language file, and what would betray a text that was not translated.

mod complete;
mod own_words;

use super::load::File;
use super::{AttendeeKey, LANGUAGES, StaffKey, TextKey, VenueKey, plural_forms};

fn file(text: &str) -> File {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

/// The English file: what the others are compared with.
fn english() -> &'static str {
    LANGUAGES.iter().find(|language| language.tag == "en").map_or("", |language| language.file)
}

/// Names under which the texts of `lang` stand in its file: each key, or each of its forms.
fn names<K: TextKey>(lang: &str) -> Vec<String> {
    let forms = |key: &K| match key.counted() {
        true => plural_forms(lang).iter().map(|form| format!("{}_{form}", key.name())).collect(),
        false => vec![key.name().to_owned()],
    };
    K::ALL.iter().flat_map(forms).collect()
}

/// Calls `check` with language, key and text of everything that people read.
fn every_text(mut check: impl FnMut(&'static str, &str, &str)) {
    for language in &LANGUAGES {
        for (table, texts) in file(language.file) {
            for (name, text) in texts {
                check(language.tag, &format!("{table}.{name}"), &text);
            }
        }
    }
}
