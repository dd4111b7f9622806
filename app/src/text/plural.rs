//! Which form of a word goes with a number: *1 level, 2 levels*; three forms in Russian, six in Arabic.
//!
//! A table of our own, because live texts need it in the browser, where ICU would cost more than the
//! whole bundle may weigh. A test compares it with ICU.

/// The forms of `lang` by their CLDR names, as a language file spells them: `people_one`, `people_few`.
/// CLDR's `many` of French, Italian, Spanish and Portuguese begins at a million: nothing here counts that far.
pub fn plural_forms(lang: &str) -> &'static [&'static str] {
    match lang {
        "ja" | "ko" | "zh-Hans" => &["other"],
        "ru" | "uk" => &["one", "few", "many"],
        "ar" => &["zero", "one", "two", "few", "many", "other"],
        _ => &["one", "other"],
    }
}

/// The place in [`plural_forms`] of the form that goes with `n`, which is below a million.
pub fn plural_form(lang: &str, n: u32) -> usize {
    let (tens, hundred) = (n % 10, n % 100);
    match lang {
        "ja" | "ko" | "zh-Hans" => 0,
        "ru" | "uk" => match tens {
            1 if hundred != 11 => 0,
            2..=4 if !(12..=14).contains(&hundred) => 1,
            _ => 2,
        },
        "ar" => match (n, hundred) {
            (0..=2, _) => n as usize,
            (_, 3..=10) => 3,
            (_, 11..=99) => 4,
            _ => 5,
        },
        "fr" => usize::from(n > 1),
        _ => usize::from(n != 1),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::text::LANGUAGES;
    use icu_plurals::{PluralCategory, PluralRules};

    fn name(category: PluralCategory) -> &'static str {
        match category {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
    }

    #[test]
    fn the_table_says_what_icu_says() {
        for language in &LANGUAGES {
            // Our Portuguese is European: *0 níveis*, where CLDR's plain `pt` is Brazil's.
            let tag = if language.tag == "pt" { "pt-PT" } else { language.tag };
            let locale: icu_locale::Locale = tag.parse().unwrap();
            let rules = PluralRules::try_new_cardinal(locale.into()).unwrap();
            for n in (0..2_000).chain([9_999, 10_000, 10_001, 123_412, 999_999]) {
                let form = plural_forms(language.tag)[plural_form(language.tag, n)];
                assert_eq!(form, name(rules.category_for(n)), "{tag} {n}");
            }
        }
    }
}
