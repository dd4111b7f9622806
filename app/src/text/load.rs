//! Reads the language files, once, on the server.

use super::keys::FORM_END;
use super::{LANGUAGES, TextKey, Texts, known_language, plural_forms};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Tables of a language file, and their texts by key.
pub(super) type File = HashMap<String, HashMap<String, String>>;

fn files() -> &'static HashMap<&'static str, File> {
    static FILES: OnceLock<HashMap<&'static str, File>> = OnceLock::new();
    FILES.get_or_init(|| {
        // The files are part of the build and a test reads them all; a broken one cannot be shipped.
        LANGUAGES.iter().map(|language| (language.tag, toml::from_str(language.file).unwrap_or_default())).collect()
    })
}

/// The line of `key` in a table: its text, or its forms in the order of the language's kinds of number.
pub(super) fn line<K: TextKey>(table: &HashMap<String, String>, lang: &str, key: K) -> Option<String> {
    if !key.counted() {
        return table.get(key.name()).cloned();
    }
    let form = |form: &&str| table.get(&[key.name(), "_", form].concat()).map(String::as_str);
    let forms: Vec<&str> = plural_forms(lang).iter().map(form).collect::<Option<_>>()?;
    Some(forms.join(FORM_END.encode_utf8(&mut [0; 4])))
}

/// The texts of `lang`, or English where the language or a text is missing.
pub fn texts<K: TextKey>(lang: &str) -> Texts<K> {
    let tag = known_language(lang).unwrap_or("en");
    let line = |tag: &str, key: K| line(files().get(tag)?.get(K::TABLE)?, tag, key);
    let lines: Vec<String> =
        K::ALL.iter().map(|key| line(tag, *key).or_else(|| line("en", *key)).unwrap_or_default()).collect();
    // As many lines as keys by construction, unless a text holds a line break: a test forbids it.
    Texts::from_page(tag, &lines.join("\n")).unwrap_or_else(|| unreachable!("one line a key"))
}
