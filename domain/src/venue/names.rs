//! A name in several languages.

/// A name by language tag, the venue's own language first.
///
/// No tag occurs twice, no text is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(Vec<(String, String)>);

impl Names {
    /// No name at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the name in one language. An empty text, or a language already there, is left out.
    pub fn insert(&mut self, tag: &str, text: &str) {
        if !text.is_empty() && self.0.iter().all(|(known, _)| known != tag) {
            self.0.push((tag.to_owned(), text.to_owned()));
        }
    }

    /// The name for a reader of `tag` (`en`, `zh-Hans`): that very language, else the same
    /// primary language, else English, which more visitors of a festival read than the venue's own, else
    /// the venue's own, which stands first. Empty only if there is no name.
    pub fn pick(&self, tag: &str) -> &str {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let all = || self.0.iter();
        all()
            .find(|(known, _)| same(known, tag))
            .or_else(|| all().find(|(known, _)| same(known, primary(tag))))
            .or_else(|| all().find(|(known, _)| same(primary(known), primary(tag))))
            .or_else(|| all().find(|(known, _)| same(primary(known), "en")))
            .or_else(|| self.0.first())
            .map_or("", |(_, text)| text)
    }

    /// Whether there is no name in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Language tags and texts, the venue's own language first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(tag, text)| (tag.as_str(), text.as_str()))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Names {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(all: I) -> Self {
        let mut names = Self::new();
        all.into_iter().for_each(|(tag, text)| names.insert(tag, text));
        names
    }
}

/// The part of a language tag before its first hyphen.
fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_nearest_language_then_english() {
        let names = Names::from_iter([("ko", "로비"), ("en", "Lobby"), ("zh-Hans", "大厅")]);
        for (tag, text) in [
            ("en", "Lobby"),
            ("en-GB", "Lobby"),
            ("EN", "Lobby"),
            ("zh", "大厅"),
            ("zh-Hans", "大厅"),
            ("fr", "Lobby"),
            ("", "Lobby"),
        ] {
            assert_eq!(names.pick(tag), text, "{tag}");
        }
        assert_eq!(Names::new().pick("en"), "");
    }

    #[test]
    fn an_empty_text_is_no_name() {
        assert!(Names::from_iter([("en", "")]).is_empty());
    }
}
