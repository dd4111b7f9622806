//! Tables of texts, and how they travel in a page: one line a key, in the order of the keys.

use core::marker::PhantomData;
use std::sync::Arc;

/// Between the forms of a counted text in its line.
pub(super) const FORM_END: char = '\t';

/// A set of keys. Made by [`keys!`](crate::text).
pub trait TextKey: Copy + 'static {
    /// The table of this set in a language file.
    const TABLE: &'static str;
    /// Every key, in order.
    const ALL: &'static [Self];
    /// The key as it stands in the language files.
    fn name(self) -> &'static str;
    /// Its place in [`TextKey::ALL`].
    fn index(self) -> usize;
    /// Whether it has a form for each kind of number: `people_one`, `people_few`.
    fn counted(self) -> bool;
}

// A key is `Key = "key",` or, with a form for each kind of number, `Key = "key" counted,`.
macro_rules! keys {
    ($(#[$doc:meta])* $name:ident in $table:literal { $($(#[$key_doc:meta])* $key:ident = $text:literal $($counted:ident)?,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the text of a key says what it means")]
        pub enum $name { $($(#[$key_doc])* $key,)* }

        impl crate::text::TextKey for $name {
            const TABLE: &'static str = $table;
            const ALL: &'static [Self] = &[$($name::$key,)*];
            fn name(self) -> &'static str {
                match self { $($name::$key => $text,)* }
            }
            fn index(self) -> usize {
                self as usize
            }
            fn counted(self) -> bool {
                match self { $($name::$key => crate::text::keys::keys!(@ $($counted)?),)* }
            }
        }
    };
    (@ counted) => { true };
    (@) => { false };
}
pub(crate) use keys;

/// The texts of one language. Cheap to clone.
#[derive(Debug)]
pub struct Texts<K> {
    lang: Arc<str>,
    lines: Arc<[Box<str>]>,
    keys: PhantomData<fn(K)>,
}

impl<K> Clone for Texts<K> {
    fn clone(&self) -> Self {
        Texts { lang: self.lang.clone(), lines: self.lines.clone(), keys: PhantomData }
    }
}

impl<K: TextKey> Texts<K> {
    /// The table that a page carries: as many lines as there are keys, or it is another build's.
    pub fn from_page(lang: &str, table: &str) -> Option<Self> {
        let lines: Arc<[Box<str>]> = table.lines().map(Box::from).collect();
        (lines.len() == K::ALL.len()).then(|| Texts { lang: lang.into(), lines, keys: PhantomData })
    }

    /// The table for a page: what [`Texts::from_page`] reads.
    pub fn to_page(&self) -> String {
        self.lines.join("\n")
    }

    /// The language, a BCP 47 tag.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The text of a key.
    pub fn get(&self, key: K) -> String {
        self.lines.get(key.index()).map(|line| line.to_string()).unwrap_or_default()
    }

    /// The text of a counted key for `n` things, with `{n}` replaced.
    pub fn count(&self, key: K, n: u32) -> String {
        let forms = self.get(key);
        let form = forms.split(FORM_END).nth(super::plural_form(&self.lang, n)).or(forms.split(FORM_END).next_back());
        form.unwrap_or_default().replace("{n}", &n.to_string())
    }

    /// The text of a key with `{name}` replaced.
    pub fn fill(&self, key: K, values: &[(&str, &str)]) -> String {
        let mut text = self.get(key);
        for (name, value) in values {
            text = text.replace(&["{", name, "}"].concat(), value);
        }
        text
    }
}
