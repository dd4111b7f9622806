//! Frames on a pipe: a length of four bytes, little endian, then postcard.
//!
//! Law: a frame that is not understood costs itself; a length that cannot be right costs the pipe,
//! since nobody knows where the next frame begins.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Longest frame, in bytes: a route with thousands of ears, or an offer at its limit, fits easily.
pub const FRAME_MAX: usize = 256 * 1024;

/// What was on the pipe.
#[derive(Debug, PartialEq, Eq)]
pub enum Got<T> {
    /// A frame.
    Frame(T),
    /// A frame of the right shape with a content that is not understood.
    Garbage,
    /// The other side closed the pipe, or broke it.
    End,
}

/// Reads the next frame.
pub async fn read<T: DeserializeOwned>(from: &mut (impl AsyncRead + Unpin)) -> Got<T> {
    let mut length = [0; 4];
    if from.read_exact(&mut length).await.is_err() {
        return Got::End;
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > FRAME_MAX {
        return Got::End;
    }
    let mut body = vec![0; length];
    if from.read_exact(&mut body).await.is_err() {
        return Got::End;
    }
    postcard::from_bytes(&body).map_or(Got::Garbage, Got::Frame)
}

/// Writes a frame and sees it off.
///
/// # Errors
/// The other side is gone, or the frame is longer than [`FRAME_MAX`].
pub async fn write(to: &mut (impl AsyncWrite + Unpin), what: &impl Serialize) -> std::io::Result<()> {
    let body = postcard::to_allocvec(what).map_err(std::io::Error::other)?;
    let length = u32::try_from(body.len()).ok().filter(|_| body.len() <= FRAME_MAX);
    let length = length.ok_or_else(|| std::io::Error::other("the frame is too long"))?;
    let mut frame = Vec::with_capacity(4 + body.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&body);
    to.write_all(&frame).await?;
    to.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::frame::{Call, Order, Peer};
    use proptest::prelude::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(peers in prop::collection::vec(any::<u64>(), 0..50), call: u64) {
            let order = Order::Route {
                call: Call(call),
                speaker: peers.first().copied().map(Peer),
                ears: peers.into_iter().map(Peer).collect(),
            };
            let mut pipe = Vec::new();
            block_on(write(&mut pipe, &order)).expect("a vector takes all");
            prop_assert_eq!(block_on(read::<Order>(&mut pipe.as_slice())), Got::Frame(order));
        }

        #[test]
        fn garbage_costs_only_itself(garbage in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut pipe = u32::try_from(garbage.len()).expect("short").to_le_bytes().to_vec();
            pipe.extend_from_slice(&garbage);
            block_on(write(&mut pipe, &Order::Close(Peer(7)))).expect("a vector takes all");
            let mut pipe = pipe.as_slice();
            let _ = block_on(read::<Order>(&mut pipe));
            prop_assert_eq!(block_on(read::<Order>(&mut pipe)), Got::Frame(Order::Close(Peer(7))));
        }
    }

    #[test]
    fn an_impossible_length_ends_the_pipe() {
        let pipe = u32::MAX.to_le_bytes();
        assert_eq!(block_on(read::<Order>(&mut pipe.as_slice())), Got::End);
    }
}
