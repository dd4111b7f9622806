//! Identities of things on the map, and the level coordinate.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The identity of a unit, level or anchor as the venue's own plan gives it (a UUID).
///
/// Written with hyphens where people read it, 16 raw bytes in binary formats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureId(pub [u8; 16]);

/// The text is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the number of a place on the map")]
pub struct NotAFeatureId;

impl FromStr for FeatureId {
    type Err = NotAFeatureId;

    /// Reads `6dfd5562-fd29-43fd-9cee-c1fec9523f43`, in either case, with or without hyphens.
    fn from_str(text: &str) -> Result<Self, NotAFeatureId> {
        let mut bytes = [0; 16];
        let mut digits = 0;
        for c in text.chars().filter(|&c| c != '-') {
            let digit = c.to_digit(16).ok_or(NotAFeatureId)? as u8;
            let byte = bytes.get_mut(digits / 2).ok_or(NotAFeatureId)?;
            *byte = *byte << 4 | digit;
            digits += 1;
        }
        if digits == 32 { Ok(Self(bytes)) } else { Err(NotAFeatureId) }
    }
}

impl fmt::Display for FeatureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for FeatureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FeatureId({self})")
    }
}

impl Serialize for FeatureId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
    }
}

impl<'de> Deserialize<'de> for FeatureId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            String::deserialize(from)?.parse().map_err(D::Error::custom)
        } else {
            <[u8; 16]>::deserialize(from).map(Self)
        }
    }
}

/// The height of a level: 0 is the ground, 1 the next above, -1 the next below (IMDF `ordinal`).
///
/// Several levels may share one, for example a foyer and the terrace outside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ordinal(pub i16);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_survives_text_json_and_postcard(bytes: [u8; 16]) {
            let id = FeatureId(bytes);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(json.len(), 38);
            prop_assert_eq!(serde_json::from_str::<FeatureId>(&json).unwrap(), id);
            let raw = postcard::to_allocvec(&id).unwrap();
            prop_assert_eq!(raw.len(), 16);
            prop_assert_eq!(postcard::from_bytes::<FeatureId>(&raw).unwrap(), id);
        }
    }

    #[test]
    fn what_is_not_a_uuid_is_refused() {
        for text in [
            "",
            "12",
            "6dfd5562-fd29-43fd-9cee-c1fec9523f4",
            "6dfd5562-fd29-43fd-9cee-c1fec9523f430",
            "6dfd5562-fd29-43fd-9cee-c1fec9523f4g",
        ] {
            assert_eq!(text.parse::<FeatureId>(), Err(NotAFeatureId), "{text}");
        }
    }
}
