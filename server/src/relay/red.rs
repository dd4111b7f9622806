//! RED, redundant audio (RFC 2198): the newest frame with copies of the ones before it.
//!
//! Law: a payload whose headers promise more bytes than there are is no payload.

use bytes::{Bytes, BytesMut};

/// Most blocks that are looked at; Chromium sends two, at most three.
const BLOCKS_MAX: usize = 8;

/// Where the blocks of a payload lie: the headers' first bytes, and where the newest frame begins.
struct Layout {
    headers: Vec<usize>,
    newest: usize,
}

fn layout(payload: &[u8]) -> Option<Layout> {
    let mut headers = Vec::new();
    let (mut at, mut copies) = (0, 0);
    loop {
        let first = *payload.get(at)?;
        headers.push(at);
        if headers.len() > BLOCKS_MAX {
            return None;
        }
        if first & 0x80 == 0 {
            break;
        }
        let length = payload.get(at + 2..at + 4)?;
        copies += usize::from(length[0] & 0b11) << 8 | usize::from(length[1]);
        at += 4;
    }
    let newest = at + 1 + copies;
    (newest <= payload.len()).then_some(Layout { headers, newest })
}

/// The newest frame alone, for ears that did not agree on RED and for the first packet of a burst.
#[must_use]
pub fn newest(payload: &Bytes) -> Option<Bytes> {
    layout(payload).map(|layout| payload.slice(layout.newest..))
}

/// The same payload with the inner payload type that the listener gave to Opus.
#[must_use]
pub fn renumbered(payload: &Bytes, opus: u8) -> Option<Bytes> {
    let layout = layout(payload)?;
    if layout.headers.iter().all(|at| payload[*at] & 0x7f == opus) {
        return Some(payload.clone());
    }
    let mut payload = BytesMut::from(payload.as_ref());
    for at in layout.headers {
        payload[at] = payload[at] & 0x80 | opus & 0x7f;
    }
    Some(payload.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A payload with these copies before its newest frame.
    fn payload(kind: u8, copies: &[Vec<u8>], newest: &[u8]) -> Bytes {
        let mut bytes = Vec::new();
        for (age, copy) in copies.iter().rev().enumerate() {
            let offset = 960 * u32::try_from(age + 1).expect("few");
            let length = u32::try_from(copy.len()).expect("short");
            let word = offset << 10 | length;
            bytes.push(0x80 | kind);
            bytes.extend_from_slice(&word.to_be_bytes()[1..]);
        }
        bytes.push(kind);
        copies.iter().for_each(|copy| bytes.extend_from_slice(copy));
        bytes.extend_from_slice(newest);
        bytes.into()
    }

    proptest! {
        #[test]
        fn the_newest_frame_is_found(
            copies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..4),
            frame in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let payload = payload(111, &copies, &frame);
            prop_assert_eq!(newest(&payload).expect("well formed"), Bytes::from(frame.clone()));
            let other = renumbered(&payload, 109).expect("well formed");
            prop_assert_eq!(newest(&other).expect("well formed"), Bytes::from(frame));
            prop_assert_eq!(renumbered(&other, 111).expect("well formed"), payload);
        }

        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let bytes = Bytes::from(bytes);
            let _ = (newest(&bytes), renumbered(&bytes, 111));
        }
    }
}
