//! Whether media can pass on one connection, as the server should know it.
//!
//! Law: what was said last is true within 2 s, and a connection that does not come up, or does not
//! come back, is gone after 15 s; after 5 s while places are few.

use std::time::{Duration, Instant};
use webrtc::peer_connection::RTCPeerConnectionState;

/// A connection that looks for another way says so only after this.
const DOUBT: Duration = Duration::from_secs(2);
/// A connection comes up, or comes back, within this or never.
const PATIENCE: Duration = Duration::from_secs(15);
/// The same while places are few. A real browser comes up within a second or two.
const PATIENCE_TIGHT: Duration = Duration::from_secs(5);
/// When nothing is due.
const NEVER: Duration = Duration::from_secs(3_600);

/// What is to be said now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing new.
    Same,
    /// Media can, or cannot, pass.
    Connected(bool),
    /// The connection is over.
    Gone,
}

/// The state of one connection over time.
#[derive(Debug)]
pub struct Health {
    /// What the server was told.
    told: bool,
    state: RTCPeerConnectionState,
    /// Since when it has not been connected.
    since: Instant,
}

impl Health {
    /// A connection that was just answered.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { told: false, state: RTCPeerConnectionState::New, since: now }
    }

    /// The stack says this.
    pub fn state(&mut self, state: RTCPeerConnectionState, now: Instant) {
        if self.state == RTCPeerConnectionState::Connected && state != self.state {
            self.since = now;
        }
        self.state = state;
    }

    /// A new answer was given: it has its time again.
    pub fn wait(&mut self, now: Instant) {
        self.since = now;
    }

    /// What is to be said; it counts as said. `tight`: others wait for its place.
    pub fn verdict(&mut self, now: Instant, tight: bool) -> Verdict {
        let patience = if tight { PATIENCE_TIGHT } else { PATIENCE };
        let away = now.saturating_duration_since(self.since);
        let connected = match self.state {
            RTCPeerConnectionState::Connected => true,
            RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed => return Verdict::Gone,
            _ if away >= patience => return Verdict::Gone,
            // The stack says this after 2 s without a sign.
            RTCPeerConnectionState::Disconnected => false,
            _ => self.told && away < DOUBT,
        };
        if connected == self.told {
            return Verdict::Same;
        }
        self.told = connected;
        Verdict::Connected(connected)
    }

    /// When to ask again if nothing happens.
    #[must_use]
    pub fn due(&self, now: Instant) -> Instant {
        match self.state {
            RTCPeerConnectionState::Connected => now + NEVER,
            _ if self.told => self.since + DOUBT,
            _ if now < self.since + PATIENCE_TIGHT => self.since + PATIENCE_TIGHT,
            _ => self.since + PATIENCE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RTCPeerConnectionState::{Connected, Connecting, Disconnected, Failed};

    fn after(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn a_connection_that_never_comes_up_is_gone() {
        let start = Instant::now();
        let mut health = Health::new(start);
        health.state(Connecting, start);
        assert_eq!(health.verdict(after(start, 14_999), false), Verdict::Same);
        assert_eq!(health.due(start), start + PATIENCE_TIGHT);
        assert_eq!(health.due(start + PATIENCE_TIGHT), start + PATIENCE);
        assert_eq!(health.verdict(start + PATIENCE, false), Verdict::Gone);
    }

    #[test]
    fn where_places_are_few_it_is_gone_sooner() {
        let start = Instant::now();
        let mut health = Health::new(start);
        assert_eq!(health.verdict(after(start, 4_999), true), Verdict::Same);
        assert_eq!(health.verdict(start + PATIENCE_TIGHT, true), Verdict::Gone);
    }

    #[test]
    fn a_short_change_of_network_is_not_worth_a_word() {
        let start = Instant::now();
        let mut health = Health::new(start);
        health.state(Connected, start);
        assert_eq!(health.verdict(start, false), Verdict::Connected(true));
        health.state(Connecting, after(start, 20_000));
        assert_eq!(health.verdict(after(start, 21_000), false), Verdict::Same);
        health.state(Connected, after(start, 21_500));
        assert_eq!(health.verdict(after(start, 30_000), false), Verdict::Same);
    }

    #[test]
    fn a_long_one_is_told_and_then_final() {
        let start = Instant::now();
        let mut health = Health::new(start);
        health.state(Connected, start);
        assert_eq!(health.verdict(start, false), Verdict::Connected(true));
        health.state(Connecting, start);
        assert_eq!(health.due(start), start + DOUBT);
        assert_eq!(health.verdict(start + DOUBT, false), Verdict::Connected(false));
        assert_eq!(health.verdict(start + DOUBT, false), Verdict::Same);
        assert_eq!(health.verdict(start + PATIENCE, false), Verdict::Gone);
    }

    #[test]
    fn a_silent_browser_is_told_at_once_and_a_failed_one_is_gone() {
        let start = Instant::now();
        let mut health = Health::new(start);
        health.state(Connected, start);
        assert_eq!(health.verdict(start, false), Verdict::Connected(true));
        health.state(Disconnected, after(start, 5));
        assert_eq!(health.verdict(after(start, 5), false), Verdict::Connected(false));
        health.state(Failed, after(start, 6));
        assert_eq!(health.verdict(after(start, 6), false), Verdict::Gone);
    }
}
