//! Reads the language files, once, on the server.

use super::{TextKey, Texts};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The languages there are, in the order of the menu: tag, own name, file.
pub const LANGUAGES: [(&str, &str, &str); 2] =
    [("fr", "Français", include_str!("../../text/fr.toml")), ("en", "English", include_str!("../../text/en.toml"))];

type File = HashMap<String, HashMap<String, String>>;

fn files() -> &'static HashMap<&'static str, File> {
    static FILES: OnceLock<HashMap<&'static str, File>> = OnceLock::new();
    FILES.get_or_init(|| {
        // The files are part of the build and a test reads them all; a broken one cannot be shipped.
        LANGUAGES.iter().map(|(tag, _, text)| (*tag, toml::from_str(text).unwrap_or_default())).collect()
    })
}

/// The texts of `lang`, or English where the language or a key is missing.
pub fn texts<K: TextKey>(lang: &str) -> Texts<K> {
    let files = files();
    let line = |lang: &str, key: K| files.get(lang)?.get(K::TABLE)?.get(key.name()).cloned();
    let lines: Vec<String> =
        K::ALL.iter().map(|key| line(lang, *key).or_else(|| line("en", *key)).unwrap_or_default()).collect();
    let tag = LANGUAGES.iter().map(|(tag, ..)| *tag).find(|tag| *tag == lang).unwrap_or("en");
    // As many lines as keys by construction, unless a text holds a line break: the test below forbids it.
    Texts::from_page(tag, &lines.join("\n")).unwrap_or_else(|| unreachable!("one line a key"))
}

/// The best language for an `Accept-Language` header (RFC 9110, 12.5.4), `default` if none fits.
/// A region falls back to its language; a language refused by `q=0` is never chosen.
pub fn choose_language(header: &str, default: &'static str) -> &'static str {
    let mut best: Option<(&'static str, u16)> = None;
    for range in header.split(',').take(32) {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, per_mille);
        let primary = tag.split('-').next().unwrap_or_default();
        let known = LANGUAGES.iter().map(|(tag, ..)| *tag).find(|known| *known == primary);
        if let Some(known) = known.filter(|_| quality > 0)
            && best.is_none_or(|(_, chosen)| quality > chosen)
        {
            best = Some((known, quality));
        }
    }
    best.map_or(default, |(tag, _)| tag)
}

/// `0.8` as 800; a quality that cannot be read counts as 1.
fn per_mille(text: &str) -> u16 {
    text.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)).map_or(1000, |q| (q * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{AttendeeKey, StaffKey, VenueKey};

    fn every_key_is_there<K: TextKey>() {
        for (tag, _, text) in LANGUAGES {
            let file: File = toml::from_str(text).unwrap();
            let table = &file[K::TABLE];
            for key in K::ALL {
                let line = table.get(key.name()).unwrap_or_else(|| panic!("{tag} lacks {}.{}", K::TABLE, key.name()));
                assert!(!line.trim().is_empty() && !line.contains(['\n', '<', '\r']), "{tag} {}: {line:?}", key.name());
                let en = texts::<K>("en").get(*key);
                let holes = |text: &str| {
                    let mut names: Vec<String> =
                        text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect();
                    names.sort();
                    names
                };
                assert_eq!(holes(line), holes(&en), "{tag} {}", key.name());
            }
            let known: Vec<&str> = K::ALL.iter().map(|key| key.name()).collect();
            for name in table.keys() {
                assert!(known.contains(&name.as_str()), "{tag} has {name}, which no code asks for");
            }
        }
    }

    #[test]
    fn every_language_has_every_text_and_no_other() {
        every_key_is_there::<AttendeeKey>();
        every_key_is_there::<StaffKey>();
        every_key_is_there::<VenueKey>();
        every_key_is_there::<domain::phrase::Phrase>();
        every_key_is_there::<domain::question::Question>();
        every_key_is_there::<domain::question::Garment>();
        every_key_is_there::<domain::question::Colour>();
        every_key_is_there::<domain::question::Whom>();
        every_key_is_there::<domain::question::WorksHere>();
    }

    #[test]
    fn the_readers_language_is_chosen_by_quality() {
        assert_eq!(choose_language("fr-CA,fr;q=0.9,en;q=0.8", "en"), "fr");
        assert_eq!(choose_language("ko,en;q=0.5,fr;q=0.7", "en"), "fr");
        assert_eq!(choose_language("fr;q=0,ko", "en"), "en");
        assert_eq!(choose_language("", "fr"), "fr");
        assert_eq!(choose_language("en;q=abc", "fr"), "en");
    }
}
