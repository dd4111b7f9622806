//! What both kinds of sockets share: pings, silence, frames.

use super::share::Share;
use crate::desk::Published;
use crate::operate::meters::{Audience, Counted};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use domain::wire::{OFFER_MAX, PING_EVERY_MS, SILENT_AFTER_MS, encode};
use serde::Serialize;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// Frames from screens are small; the largest carries an offer of [`OFFER_MAX`].
const FROM_SCREEN_MAX: usize = OFFER_MAX + 4 * 1024;
/// What an idle connection costs is mostly this buffer (architecture.md, *Found to work*).
const READ_BUFFER: usize = 1024;
/// Frames a screen may send in a second before it is cut off.
const FRAMES_PER_SECOND: u32 = 20;

/// Resolves when the server stops.
async fn told(stopping: &mut watch::Receiver<bool>) {
    // Whoever could say so being gone is the same.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// Resolves when the share is wanted for a newer socket.
async fn let_go(share: Option<&Share>) {
    match share {
        Some(share) => share.go.notified().await,
        None => std::future::pending().await,
    }
}

/// A message has to be taken within this.
const SEND_WITHIN: Duration = Duration::from_secs(10);
/// Whoever does not take the word that the server stops within this is not waited for.
const TOLD_WITHIN: Duration = Duration::from_secs(1);
/// And by this long after the silence in which a connection is given up.
const SEND_PAST_SILENCE: Duration = Duration::from_secs(1);

/// A socket with small buffers and limits.
pub fn limited(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(1 << 20)
        .max_message_size(FROM_SCREEN_MAX)
        .max_frame_size(FROM_SCREEN_MAX)
}

/// A connection that notices when nobody is there any more.
pub struct Link {
    socket: WebSocket,
    heard: Instant,
    ping: Interval,
    window: (Instant, u32),
    stopping: watch::Receiver<bool>,
    share: Option<Share>,
    _counted: Counted,
}

/// What a screen shows, as a mark: whether a new view differs from the last one, without keeping it.
#[derive(Default)]
pub struct Shown {
    marks: RandomState,
    last: Option<u64>,
}

impl Shown {
    /// Takes what is shown from now on; whether it differs from before, if there was a before.
    pub fn replace<T: Serialize>(&mut self, view: &T) -> Option<bool> {
        let mark = self.marks.hash_one(encode(view));
        self.last.replace(mark).map(|last| last != mark)
    }
}

/// What woke a link.
pub enum Woken {
    /// A frame.
    Frame(Vec<u8>),
    /// It is time to say that we are here.
    Ping,
    /// Nobody is there.
    Gone,
}

impl Link {
    /// A fresh link of somebody of `audience`.
    pub fn new(socket: WebSocket, published: &Published, audience: Audience) -> Self {
        let now = Instant::now();
        let every = Duration::from_millis(PING_EVERY_MS.into());
        let mut ping = interval_at(now + every, every);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (stopping, _counted) = (published.stopping(), published.meters.socket(audience));
        Link { socket, heard: now, ping, window: (now, 0), stopping, share: None, _counted }
    }

    /// Holds it as one of its reader's: it ends when they have opened too many others since.
    pub fn hold(&mut self, share: Share) {
        self.share = Some(share);
    }

    /// The next frame or ping. A half-open connection is noticed within 20 s. When the server stops,
    /// the other side is told so, and that it may come back (RFC 6455's registry: 1012).
    pub async fn wait(&mut self) -> Woken {
        let woken = self.wake().await;
        if matches!(woken, Woken::Gone) && *self.stopping.borrow() {
            let again = CloseFrame { code: close_code::RESTART, reason: Utf8Bytes::from_static("restart") };
            let told = self.socket.send(Message::Close(Some(again)));
            let _ = tokio::time::timeout(TOLD_WITHIN, told).await;
        }
        woken
    }

    async fn wake(&mut self) -> Woken {
        let silent_at = self.heard + Duration::from_millis(SILENT_AFTER_MS.into());
        tokio::select! {
            // What has come counts, also where this task was kept waiting for long.
            biased;
            message = self.socket.recv() => match message {
                Some(Ok(Message::Binary(bytes))) => {
                    self.heard = Instant::now();
                    if self.too_fast() { Woken::Gone } else { Woken::Frame(bytes.to_vec()) }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                    self.heard = Instant::now();
                    if self.too_fast() { Woken::Gone } else { Woken::Frame(Vec::new()) }
                }
                Some(Ok(Message::Text(_) | Message::Close(_)) | Err(_)) | None => Woken::Gone,
            },
            _ = self.ping.tick() => Woken::Ping,
            () = tokio::time::sleep_until(silent_at) => Woken::Gone,
            () = let_go(self.share.as_ref()) => Woken::Gone,
            () = told(&mut self.stopping) => Woken::Gone,
        }
    }

    /// Sends one message. False when nobody takes it in time: a stuck connection is no reason to
    /// believe in it for longer than in a silent one.
    pub async fn send<T: Serialize>(&mut self, message: &T) -> bool {
        let given_up = self.heard + Duration::from_millis(SILENT_AFTER_MS.into()) + SEND_PAST_SILENCE;
        let until = given_up.min(Instant::now() + SEND_WITHIN);
        let sending = self.socket.send(Message::Binary(encode(message).into()));
        matches!(tokio::time::timeout_at(until, sending).await, Ok(Ok(())))
    }

    fn too_fast(&mut self) -> bool {
        let now = Instant::now();
        if now - self.window.0 > Duration::from_secs(1) {
            self.window = (now, 0);
        }
        self.window.1 += 1;
        self.window.1 > FRAMES_PER_SECOND
    }
}
