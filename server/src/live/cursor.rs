//! Cursors: how far a reader has come, sealed so that nobody can make one up.

use crate::secrets::Pepper;

/// What a cursor turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// None was sent: the reader starts.
    Start,
    /// The reader has everything up to this sequence.
    After(u64),
    /// Not made here for this reader, or of another log: everything is sent again.
    Foreign,
}

/// The bytes of a cursor for `reader` after `seq`.
pub fn seal(pepper: &Pepper, reader: &[u8], seq: u64) -> Vec<u8> {
    let mut bytes = seq.to_le_bytes().to_vec();
    bytes.extend(pepper.cursor(reader, seq));
    bytes
}

/// Reads a cursor. `end` is the log's durable end: a cursor beyond it is of another log.
pub fn open(pepper: &Pepper, reader: &[u8], bytes: &[u8], end: u64) -> Cursor {
    if bytes.is_empty() {
        return Cursor::Start;
    }
    let Some((number, seal)) = bytes.split_first_chunk::<8>() else { return Cursor::Foreign };
    let seq = u64::from_le_bytes(*number);
    if seal == pepper.cursor(reader, seq) && seq <= end { Cursor::After(seq) } else { Cursor::Foreign }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn only_ones_own_cursor_of_this_log_is_believed(seq in 0u64..1000, end in 0u64..1000, other in 0u64..1000) {
            let pepper = Pepper::for_tests();
            let cursor = seal(&pepper, b"me", seq);
            let expected = if seq <= end { Cursor::After(seq) } else { Cursor::Foreign };
            prop_assert_eq!(open(&pepper, b"me", &cursor, end), expected);
            prop_assert_eq!(open(&pepper, b"you", &cursor, end), Cursor::Foreign);
            let mut forged = cursor;
            forged[..8].copy_from_slice(&other.to_le_bytes());
            if other != seq {
                prop_assert_eq!(open(&pepper, b"me", &forged, end), Cursor::Foreign);
            }
        }

        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 1..40)) {
            prop_assert_eq!(open(&Pepper::for_tests(), b"me", &bytes, u64::MAX), Cursor::Foreign);
        }
    }
}
