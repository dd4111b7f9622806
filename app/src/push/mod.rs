//! The worker of the staff's site, with its fixed words in every language.
//!
//! Law: what a locked screen shows is the same for every page, and names neither help nor anybody.

/// The worker's script.
#[cfg(feature = "ssr")]
pub fn worker() -> String {
    use crate::text::{LANGUAGES, StaffKey as K, texts};
    let quoted = |text: String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let line = |language: &crate::text::Language| {
        let texts = texts::<K>(language.tag);
        format!("\"{}\":[{},{}]", language.tag, quoted(texts.get(K::Product)), quoted(texts.get(K::PageLine)))
    };
    let words: Vec<String> = LANGUAGES.iter().map(line).collect();
    include_str!("worker.js").replacen("/*words*/ {}", &format!("{{{}}}", words.join(",")), 1)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    #[test]
    fn the_worker_speaks_every_language_and_names_nothing() {
        let script = super::worker();
        for language in &crate::text::LANGUAGES {
            assert!(script.contains(&format!("\"{}\":[\"Sotto\",\"", language.tag)), "{}", language.tag);
        }
        assert!(!script.contains("/*words*/"));
        // It answers no request: nothing of a case could be kept by it.
        assert!(!script.contains("\"fetch\""));
    }
}
