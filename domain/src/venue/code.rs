//! The code on a poster: five symbols and a check character, printed `7K3-F9Q`.
//!
//! Law: of the codes that [`Code`] can hold, no two differ in one symbol only, or in two
//! neighbours swapped. So one slip of a typing finger is always told from an unknown poster.
//!
//! The check character is ISO/IEC 7064 hybrid MOD 31,30. By itself that scheme lets one pair of
//! neighbours in 435 be swapped unseen; the codes concerned (about one in a hundred) are not
//! issued and not accepted, which closes the gap.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Digits and capitals without look-alikes: no 0, 1, I, L, O, S (`machines.md`, Fixed formats).
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRTUVWXYZ";
const M: u8 = ALPHABET.len() as u8;
const LENGTH: usize = 6;
/// How many five-symbol beginnings there are.
const BEGINNINGS: u64 = 24_300_000;

/// Shares no factor with [`BEGINNINGS`]. Large, because the codes given up lie in long rows (all
/// that begin with one pair): a step of one would lead whole rows to the same code.
const STRIDE: u64 = 15_018_229;

/// A code that a poster may bear.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; LENGTH]);

/// Why a text is not a poster code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not six symbols of the alphabet.
    #[error("a poster code has six letters and digits, like 7K3-F9Q")]
    Malformed,
    /// The check character does not fit: a slip while typing.
    #[error("one letter or digit of the code is wrong: compare it with the poster")]
    Typo,
}

impl Code {
    /// Reads a code in either case, with hyphens or spaces anywhere.
    ///
    /// # Errors
    /// [`CodeError::Malformed`] unless six symbols of the alphabet are left,
    /// [`CodeError::Typo`] if the check character does not fit.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut symbols = [0; LENGTH];
        let mut length = 0;
        for c in text.chars() {
            if c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}') {
                continue;
            }
            let c = c.to_ascii_uppercase();
            let at = ALPHABET.iter().position(|&symbol| char::from(symbol) == c);
            let slot = symbols.get_mut(length).ok_or(CodeError::Malformed)?;
            *slot = at.ok_or(CodeError::Malformed)? as u8;
            length += 1;
        }
        match length {
            LENGTH if fits(&symbols) && !swappable(&symbols) => Ok(Self(symbols)),
            LENGTH => Err(CodeError::Typo),
            _ => Err(CodeError::Malformed),
        }
    }

    /// A code from a number; equal numbers give equal codes, and so do a few unequal ones.
    pub fn from_seed(seed: u64) -> Self {
        let mut number = seed % BEGINNINGS;
        loop {
            let mut symbols = [0; LENGTH];
            let mut rest = number;
            for symbol in symbols[..LENGTH - 1].iter_mut().rev() {
                *symbol = (rest % u64::from(M)) as u8;
                rest /= u64::from(M);
            }
            symbols[LENGTH - 1] = check(&symbols);
            if !swappable(&symbols) {
                return Self(symbols);
            }
            // Ends: most beginnings are good, and this walks through all of them.
            number = (number + STRIDE) % BEGINNINGS;
        }
    }

    /// The five symbols before the check character as a number below 24,300,000: a seed that
    /// gives this code again.
    pub fn seed(self) -> u32 {
        self.0[..LENGTH - 1].iter().fold(0, |number, &symbol| number * u32::from(M) + u32::from(symbol))
    }

    /// Six capitals and digits without a hyphen, as in an address: `7K3F9Q`.
    pub fn url_form(self) -> String {
        self.0.iter().map(|&symbol| char::from(ALPHABET[usize::from(symbol)])).collect()
    }
}

/// One step of the hybrid scheme: `carry` (1 to M) and a symbol give the next carry.
fn step(carry: u8, symbol: u8) -> u8 {
    let sum = match (carry + symbol) % M {
        0 => M,
        sum => sum,
    };
    (sum * 2) % (M + 1)
}

/// The carry after the first five symbols.
fn carry(symbols: &[u8; LENGTH]) -> u8 {
    symbols[..LENGTH - 1].iter().fold(M, |at, &symbol| step(at, symbol))
}

/// The check character that the first five symbols ask for.
fn check(symbols: &[u8; LENGTH]) -> u8 {
    (M + 1 - carry(symbols)) % M
}

fn fits(symbols: &[u8; LENGTH]) -> bool {
    symbols[LENGTH - 1] == check(symbols)
}

/// Whether swapping two unequal neighbours gives another code whose check character fits.
fn swappable(symbols: &[u8; LENGTH]) -> bool {
    (1..LENGTH).any(|at| {
        let mut swapped = *symbols;
        swapped.swap(at - 1, at);
        swapped != *symbols && fits(&swapped)
    })
}

impl fmt::Display for Code {
    /// As printed: `7K3-F9Q`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.url_form();
        write!(f, "{}-{}", &text[..3], &text[3..])
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::parse(text)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.url_form())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code() -> impl Strategy<Value = Code> {
        any::<u64>().prop_map(Code::from_seed)
    }

    proptest! {
        #[test]
        fn every_single_wrong_symbol_is_a_typo(code in code()) {
            for at in 0..LENGTH {
                for symbol in 0..M {
                    let mut wrong = code;
                    wrong.0[at] = symbol;
                    if wrong != code {
                        prop_assert_eq!(Code::parse(&wrong.url_form()), Err(CodeError::Typo));
                    }
                }
            }
        }

        #[test]
        fn every_swap_of_unequal_neighbours_is_a_typo(code in code()) {
            for at in 1..LENGTH {
                let mut wrong = code;
                wrong.0.swap(at - 1, at);
                if wrong != code {
                    prop_assert_eq!(Code::parse(&wrong.url_form()), Err(CodeError::Typo));
                }
            }
        }

        #[test]
        fn a_code_survives_print_address_seed_json_and_postcard(code in code()) {
            prop_assert_eq!(Code::parse(&code.to_string()), Ok(code));
            prop_assert_eq!(Code::parse(&code.url_form().to_lowercase()), Ok(code));
            prop_assert_eq!(Code::from_seed(u64::from(code.seed())), code);
            let json = serde_json::to_string(&code).unwrap();
            prop_assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), code);
            let raw = postcard::to_allocvec(&code).unwrap();
            prop_assert_eq!(postcard::from_bytes::<Code>(&raw).unwrap(), code);
        }

        #[test]
        fn any_text_is_a_code_or_a_clear_error(text: String) {
            if let Ok(code) = Code::parse(&text) {
                prop_assert_eq!(Code::parse(&code.to_string()), Ok(code));
            }
        }
    }

    #[test]
    fn typing_is_forgiven_where_it_can_be() {
        let code = Code::from_seed(4_711);
        let printed = code.to_string();
        assert_eq!(printed.len(), 7);
        for text in [
            printed.to_lowercase(),
            format!(" {printed} "),
            printed.replace('-', "\u{2013}"),
            printed.chars().flat_map(|c| [c, ' ']).collect(),
        ] {
            assert_eq!(Code::parse(&text), Ok(code), "{text}");
        }
        for text in ["", "7K3", "7K3-F9QQ", "7K3-F9O", "7K3_F9Q", "１２３４５６"] {
            assert_eq!(Code::parse(text), Err(CodeError::Malformed), "{text}");
        }
    }

    #[test]
    fn the_check_character_is_the_standards_own() {
        // Worked by hand for MOD 31,30: carry 30, then (30+0→30)·2 mod 31 = 29 and so on.
        let mut at = M;
        for expected in [29, 27, 23, 15, 30] {
            at = step(at, 0);
            assert_eq!(at, expected);
        }
        assert_eq!(check(&[0; LENGTH]), 1);
    }

    #[test]
    fn few_codes_are_given_up_for_the_swaps_and_no_two_seeds_in_a_row_meet() {
        let codes: std::collections::BTreeSet<_> = (13_365_000..13_395_000).map(Code::from_seed).collect();
        assert!(codes.len() > 29_700, "{}", codes.len());
        let lost =
            (0..30_000u64).filter(|&number| u64::from(Code::from_seed(number * 809).seed()) != number * 809).count();
        assert!(lost < 600, "{lost} of 30,000");
    }
}
