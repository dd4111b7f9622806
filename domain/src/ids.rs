//! Identities: fixed-size byte strings, hexadecimal where people read them, raw on the wire.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An identity that is not hexadecimal digits of the right length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an identity of {0} bytes")]
pub struct NotAnId(usize);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let digits = text.as_bytes();
                if digits.len() != $len * 2 {
                    return Err(NotAnId($len));
                }
                let mut bytes = [0; $len];
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                    let high = (pair[0] as char).to_digit(16).ok_or(NotAnId($len))?;
                    let low = (pair[1] as char).to_digit(16).ok_or(NotAnId($len))?;
                    *byte = (high * 16 + low) as u8;
                }
                Ok(Self(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() {
                    to.collect_str(self)
                } else {
                    serde_bytes_array::serialize(&self.0, to)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if from.is_human_readable() {
                    let text = <alloc_str::Text<'de>>::deserialize(from)?;
                    text.0.parse().map_err(D::Error::custom)
                } else {
                    serde_bytes_array::deserialize(from).map(Self)
                }
            }
        }
    };
}

id!(
    /// An incident: random, so that it tells nothing about how many there are.
    IncidentId, 8
);
id!(
    /// A member of staff.
    PersonId, 8
);
id!(
    /// Peppered hash of the secret token that a phone holds.
    TokenHash, 32
);
id!(
    /// Peppered hash of a staff session's secret.
    SessionHash, 32
);
id!(
    /// Peppered hash of an invitation link's secret.
    InviteHash, 32
);
id!(
    /// A message: the key under which its sender sent it.
    MessageId, 16
);
id!(
    /// Peppered hash of a code with which somebody takes over a case on their own phone.
    CodeHash, 32
);
id!(
    /// SHA-256 of an imported venue archive.
    VenueDigest, 32
);

/// Text that may be borrowed or owned, depending on what the format can lend.
mod alloc_str {
    use serde::Deserialize;
    use std::borrow::Cow;

    #[derive(Deserialize)]
    pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);
}

/// Arrays longer than 32 have no serde implementation, and none has a compact one everywhere:
/// a tuple of bytes is what postcard writes without a length.
mod serde_bytes_array {
    use serde::de::{Error, SeqAccess, Visitor};
    use serde::ser::SerializeTuple;
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer, const N: usize>(bytes: &[u8; N], to: S) -> Result<S::Ok, S::Error> {
        let mut tuple = to.serialize_tuple(N)?;
        for byte in bytes {
            tuple.serialize_element(byte)?;
        }
        tuple.end()
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(from: D) -> Result<[u8; N], D::Error> {
        struct Bytes<const N: usize>;
        impl<'de, const N: usize> Visitor<'de> for Bytes<N> {
            type Value = [u8; N];
            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{N} bytes")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<[u8; N], A::Error> {
                let mut bytes = [0; N];
                for (index, byte) in bytes.iter_mut().enumerate() {
                    *byte = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(index, &self))?;
                }
                Ok(bytes)
            }
        }
        from.deserialize_tuple(N, Bytes::<N>)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_reads_back_from_text_and_from_bytes() {
        let id = IncidentId([0, 1, 2, 3, 0xfd, 0xfe, 0xff, 9]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::from_str::<IncidentId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        let bytes = postcard::to_allocvec(&id).unwrap();
        assert_eq!(bytes.len(), 8);
        assert_eq!(postcard::from_bytes::<IncidentId>(&bytes).unwrap(), id);
        assert!("0102".parse::<IncidentId>().is_err());
        assert!("0102030405060é".parse::<IncidentId>().is_err());
    }
}
