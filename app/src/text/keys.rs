//! Tables of texts, and how they travel in a page: one line a key, in the order of the keys.

use core::marker::PhantomData;
use std::sync::Arc;

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
}

macro_rules! keys {
    ($(#[$doc:meta])* $name:ident in $table:literal { $($(#[$key_doc:meta])* $key:ident = $text:literal,)* }) => {
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
        }
    };
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

    /// The text of a key with `{name}` replaced.
    pub fn fill(&self, key: K, values: &[(&str, &str)]) -> String {
        let mut text = self.get(key);
        for (name, value) in values {
            text = text.replace(&["{", name, "}"].concat(), value);
        }
        text
    }
}
