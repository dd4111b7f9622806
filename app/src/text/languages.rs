//! The twelve languages.

/// A language that Sotto speaks.
#[derive(Debug)]
pub struct Language {
    /// BCP 47 tag: the value of `lang`, and of `l` in an address.
    pub tag: &'static str,
    /// Its own name, as the menu shows it.
    pub name: &'static str,
    /// The short name on the closed menu. A reader of Arabic need not know that `AR` is meant.
    pub badge: &'static str,
    /// Whether it runs from right to left.
    pub rtl: bool,
    /// Its file in `app/text`, whole.
    pub(super) file: &'static str,
}

macro_rules! language {
    ($tag:literal, $name:literal, $badge:literal) => {
        language!($tag, $name, $badge, false)
    };
    ($tag:literal, $name:literal, $badge:literal, $rtl:literal) => {
        Language {
            tag: $tag,
            name: $name,
            badge: $badge,
            rtl: $rtl,
            file: include_str!(concat!("../../text/", $tag, ".toml")),
        }
    };
}

/// Every language, in the order of the menu.
pub const LANGUAGES: [Language; 12] = [
    language!("fr", "Français", "FR"),
    language!("en", "English", "EN"),
    language!("it", "Italiano", "IT"),
    language!("es", "Español", "ES"),
    language!("de", "Deutsch", "DE"),
    language!("pt", "Português", "PT"),
    language!("zh-Hans", "简体中文", "中文"),
    language!("ja", "日本語", "日本語"),
    language!("ko", "한국어", "한국어"),
    language!("ar", "العربية", "عربي", true),
    language!("ru", "Русский", "РУ"),
    language!("uk", "Українська", "УКР"),
];

/// The tag of `tag` if it is one of ours, spelt as ours.
pub fn known_language(tag: &str) -> Option<&'static str> {
    LANGUAGES.iter().map(|language| language.tag).find(|known| *known == tag)
}

/// The value of `dir` for a page in `lang`.
pub fn direction(lang: &str) -> &'static str {
    if LANGUAGES.iter().any(|language| language.tag == lang && language.rtl) { "rtl" } else { "ltr" }
}
