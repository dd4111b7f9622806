//! Which language a reader gets who has not chosen one.
//!
//! Law: never a language that the reader did not name. Readers of Ukrainian are not given Russian,
//! readers of traditional Chinese are not given simplified; they get what they named next.

use super::LANGUAGES;
use icu_locale::{LanguageIdentifier, LocaleExpander};

/// As many ranges as are read: browsers send fewer than ten.
const RANGES_MAX: usize = 32;

/// The best language for an `Accept-Language` header (RFC 9110, 12.5.4), `default` if the reader
/// names none of ours. The heaviest range wins, among equals the first. A language refused by
/// `q=0` is never chosen, not even as the default, unless all are.
pub fn choose_language(header: &str, default: &'static str) -> &'static str {
    let mut refused: Vec<&str> = Vec::new();
    let mut best: Option<(&'static str, u16)> = None;
    let ranges: Vec<(&str, u16)> = header.split(',').take(RANGES_MAX).map(range).collect();
    for (tag, _) in ranges.iter().filter(|(_, quality)| *quality == 0) {
        refused.extend(LANGUAGES.iter().map(|language| language.tag).filter(|ours| is_prefix(tag, ours)));
    }
    for (tag, quality) in ranges {
        if let Some(ours) = ours(tag).filter(|ours| quality > 0 && !refused.contains(ours))
            && best.is_none_or(|(_, chosen)| quality > chosen)
        {
            best = Some((ours, quality));
        }
    }
    let accepted = |tag: &&'static str| !refused.contains(tag);
    best.map(|(tag, _)| tag)
        .or_else(|| [default, "en"].into_iter().find(accepted))
        .or_else(|| LANGUAGES.iter().map(|language| language.tag).find(accepted))
        .unwrap_or(default)
}

/// `fr-CA;q=0.8` as tag and weight in thousandths; a weight that cannot be read counts as 1.
fn range(text: &str) -> (&str, u16) {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (tag, weight.map_or(1000, per_mille))
}

/// `0.8` as 800.
fn per_mille(text: &str) -> u16 {
    text.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)).map_or(1000, |q| (q * 1000.0).round() as u16)
}

/// Whether range `range` covers `tag` (basic filtering, RFC 4647, 3.3.1): `zh` covers `zh-Hans`.
fn is_prefix(range: &str, tag: &str) -> bool {
    let start = tag.get(..range.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(range))
        && matches!(tag.as_bytes().get(range.len()), None | Some(b'-'))
}

/// Ours for a tag: same language and same script, once Unicode's likely subtags have filled in what
/// is left unsaid (`zh-SG` is simplified, `zh-TW` and `zh-HK` are traditional).
fn ours(tag: &str) -> Option<&'static str> {
    // Tables of the build: nothing is loaded.
    let expander = LocaleExpander::new_common();
    let full = |tag: &str| {
        let mut id = LanguageIdentifier::try_from_str(tag).ok()?;
        expander.maximize(&mut id);
        Some((id.language, id.script))
    };
    // Extensions (`de-u-co-phonebk`) say nothing about what can be read.
    let end = tag.as_bytes().windows(3).position(|part| part[0] == b'-' && part[2] == b'-').unwrap_or(tag.len());
    let asked = full(tag.get(..end)?)?;
    LANGUAGES.iter().map(|language| language.tag).find(|ours| full(ours) == Some(asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_readers_language_is_chosen_by_weight() {
        for (header, default, chosen) in [
            ("fr-CA,fr;q=0.9,en;q=0.8", "en", "fr"),
            ("tr,en;q=0.5,fr;q=0.7", "en", "fr"),
            ("en;q=0.5, de ; q=0.9", "fr", "de"),
            ("it,es", "fr", "it"),
            ("", "fr", "fr"),
            ("*", "fr", "fr"),
            ("no,tr", "fr", "fr"),
            ("en;q=abc", "fr", "en"),
            ("DE-at", "fr", "de"),
            ("de-u-co-phonebk", "fr", "de"),
            ("pt-BR,pt;q=0.9", "fr", "pt"),
            ("pt-BR", "fr", "pt"),
            ("ar-EG", "fr", "ar"),
        ] {
            assert_eq!(choose_language(header, default), chosen, "{header}");
        }
    }

    #[test]
    fn traditional_chinese_is_not_simplified_chinese() {
        for tag in ["zh", "zh-CN", "zh-SG", "zh-Hans", "zh-Hans-TW", "ZH-hans-cn"] {
            assert_eq!(choose_language(&format!("{tag},en;q=0.5"), "fr"), "zh-Hans", "{tag}");
        }
        for tag in ["zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-CN", "zh-hant-hk", "yue-HK", "zh-Latn"] {
            assert_eq!(choose_language(&format!("{tag},en;q=0.5"), "fr"), "en", "{tag}");
            assert_eq!(choose_language(tag, "fr"), "fr", "{tag}");
        }
    }

    #[test]
    fn russian_and_ukrainian_never_stand_in_for_each_other() {
        assert_eq!(choose_language("uk-UA,uk;q=0.9,ru;q=0.8", "fr"), "uk");
        assert_eq!(choose_language("ru;q=0.3,en;q=0.9", "fr"), "en");
        assert_eq!(choose_language("be,kk", "fr"), "fr");
        assert_eq!(choose_language("uk;q=0,be", "fr"), "fr");
    }

    #[test]
    fn a_refused_language_is_never_chosen() {
        assert_eq!(choose_language("fr;q=0,tr", "fr"), "en");
        assert_eq!(choose_language("fr;q=0.000,en;q=0", "fr"), "it");
        assert_eq!(choose_language("zh;q=0,zh-CN", "fr"), "fr");
        // Refusing one region's use of a language does not refuse ours.
        assert_eq!(choose_language("fr-CA;q=0,fr", "en"), "fr");
    }

    /// What a header may hold, ours and others.
    const TAGS: [&str; 22] = [
        "fr", "en-GB", "it", "es-MX", "de-CH", "pt-BR", "zh-TW", "zh-CN", "zh", "ja", "ko-KR", "ar-EG", "ru", "ru-UA",
        "uk", "uk-UA", "no", "tr", "*", "zh-Hant", "be", "",
    ];

    proptest! {
        #[test]
        fn any_header_gives_one_of_ours(header in ".{0,200}") {
            prop_assert!(LANGUAGES.iter().any(|language| language.tag == choose_language(&header, "fr")));
        }

        #[test]
        fn the_choice_is_the_heaviest_that_was_named(
            named in proptest::collection::vec((0..TAGS.len(), 0u16..=10), 0..12)
        ) {
            let header: Vec<String> =
                named.iter().map(|(tag, q)| format!("{};q={}.{}", TAGS[*tag], q / 10, q % 10)).collect();
            let chosen = choose_language(&header.join(","), "en");
            let weight = |wanted: &str| named.iter().filter(|(tag, _)| ours(TAGS[*tag]) == Some(wanted)).map(|(_, q)| *q).max();
            let refused = |ours: &str| named.iter().any(|(tag, q)| *q == 0 && is_prefix(TAGS[*tag], ours));
            let best = LANGUAGES.iter().map(|language| language.tag).filter(|tag| !refused(tag)).filter_map(weight).max().unwrap_or(0);
            if best > 0 {
                prop_assert_eq!(weight(chosen), Some(best), "{:?} {}", header, chosen);
            }
            prop_assert!(!refused(chosen) || LANGUAGES.iter().all(|language| refused(language.tag)));
            // The law: a language nobody named is only ever the default, or what is left of it.
            prop_assert!(best == 0 || weight(chosen).is_some());
        }
    }
}
