//! Whether a licence expression can be met with the licences we allow.

use std::collections::BTreeSet;

/// Reads an SPDX expression (`MIT OR Apache-2.0 AND (ISC OR Zlib)`) and says
/// whether some choice among its alternatives needs only allowed licences.
///
/// `AND` binds closer than `OR`; the old `/` means `OR`; `X WITH Y` is one
/// licence of its own. What cannot be read is not allowed.
pub(crate) fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    reader.any() == Some(true) && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.words.first() == Some(&word);
        if there {
            self.next();
        }
        there
    }

    fn any(&mut self) -> Option<bool> {
        let mut met = self.all()?;
        while self.take("OR") {
            met |= self.all()?;
        }
        Some(met)
    }

    fn all(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let met = self.any()?;
            return self.take(")").then_some(met);
        }
        let name = self.next().filter(|name| !matches!(*name, "OR" | "AND" | ")"))?;
        if self.take("WITH") {
            let exception = self.next()?;
            return Some(self.allowed.contains(&format!("{name} WITH {exception}")));
        }
        Some(self.allowed.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(expression: &str) -> bool {
        let list = ["MIT", "Apache-2.0", "ISC"].map(str::to_owned);
        is_allowed(expression, &list.into())
    }

    #[test]
    fn one_allowed_alternative_is_enough() {
        assert!(allowed("MIT OR GPL-3.0"));
        assert!(allowed("GPL-3.0/MIT"));
        assert!(allowed("Apache-2.0 WITH LLVM-exception OR MIT"));
        assert!(!allowed("Apache-2.0 WITH LLVM-exception"));
    }

    #[test]
    fn every_joined_licence_must_be_allowed_and_and_binds_closer() {
        assert!(allowed("Apache-2.0 AND ISC"));
        assert!(!allowed("MIT AND GPL-3.0"));
        assert!(allowed("MIT OR GPL-3.0 AND AGPL-3.0"));
        assert!(!allowed("(MIT OR GPL-3.0) AND AGPL-3.0"));
        assert!(allowed("(MIT OR Apache-2.0) AND ISC"));
    }

    #[test]
    fn what_cannot_be_read_is_not_allowed() {
        for broken in ["", "MIT OR", "(MIT", "MIT)", "MIT MIT", "OR MIT", "MIT AND OR MIT"] {
            assert!(!allowed(broken), "{broken:?}");
        }
    }
}
