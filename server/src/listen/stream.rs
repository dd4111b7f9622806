//! A connection's bytes, watched from both sides of TLS.
//!
//! Law: whoever takes nothing of what is sent to them loses the connection.

use super::room::Place;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// A socket that gives up when its reader takes nothing for so long, and holds its place.
#[derive(Debug)]
pub struct Patient<S> {
    io: S,
    place: Place,
    patience: Duration,
    /// Runs while a write waits for the reader.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    /// Gives up on writes after `patience` without progress.
    pub fn new(io: S, place: Place, patience: Duration) -> Self {
        Patient { io, place, patience, waiting: None }
    }

    /// What came of a write: progress ends the wait, none for too long ends the connection.
    fn written<T>(&mut self, cx: &mut Context<'_>, came: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if came.is_ready() {
            self.waiting = None;
            self.place.moved();
            return came;
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        waiting.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let came = Pin::new(&mut self.io).poll_read(cx, into);
        if came.is_ready() {
            self.place.moved();
        }
        came
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let came = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.written(cx, came)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let came = Pin::new(&mut self.io).poll_write_vectored(cx, bytes);
        self.written(cx, came)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A socket has nothing to flush: it says nothing about the reader.
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// Notes that a head named a `Content-Length`. hyper drops the header where `Transfer-Encoding`
/// stands beside it, so afterwards nobody could tell.
#[derive(Debug)]
pub struct Heard<S> {
    io: S,
    named: Arc<AtomicBool>,
    /// How much of [`NAME`] has been read.
    at: usize,
}

const NAME: &[u8] = b"\ncontent-length:";

impl<S> Heard<S> {
    /// Raises `named` when the name goes by.
    pub fn new(io: S, named: Arc<AtomicBool>) -> Self {
        Heard { io, named, at: 0 }
    }

    fn hear(&mut self, mut bytes: &[u8]) {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.at == 0 {
                // Lines that do not matter go by at once.
                let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return };
                (self.at, bytes) = (1, bytes.get(end + 1..).unwrap_or_default());
                continue;
            }
            if NAME.get(self.at) == Some(&byte.to_ascii_lowercase()) {
                (self.at, bytes) = (self.at + 1, rest);
                if self.at == NAME.len() {
                    self.named.store(true, Relaxed);
                    self.at = 0;
                }
            } else {
                // The byte may begin another line: it is looked at again.
                self.at = 0;
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Heard<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let came = Pin::new(&mut self.io).poll_read(cx, into);
        self.hear(into.filled().get(before..).unwrap_or_default());
        came
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Heard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn heard(pieces: &[&[u8]]) -> bool {
        let mut heard = Heard::new((), Arc::default());
        pieces.iter().for_each(|piece| heard.hear(piece));
        heard.named.load(Relaxed)
    }

    proptest! {
        #[test]
        fn a_name_is_heard_however_it_is_cut(cuts in proptest::collection::vec(0usize..60, 0..6), named: bool) {
            let name = if named { "CoNtent-LengTH" } else { "x-content-length" };
            let head = format!("POST / HTTP/1.1\r\nhost: a\r\n\n{name}: 5\r\n\r\n");
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(head.len())).collect();
            cuts.extend([0, head.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &head.as_bytes()[pair[0]..pair[1]]).collect();
            prop_assert_eq!(heard(&pieces), named);
        }
    }
}
