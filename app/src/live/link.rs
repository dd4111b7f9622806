//! When to connect, when to wait, when to give a silent connection up.
//!
//! Law: the machine is never stuck. Unless it was ended, either a connection is open and its silence
//! is being timed, or one is being made and timed, or a time for the next try is set.

use domain::wire::SILENT_AFTER_MS;

/// The first pause is half of this to all of this; each further one up to twice as long.
const FIRST_PAUSE_MS: i64 = 1_000;
/// The longest pause: half of this to all of this.
const LAST_PAUSE_MS: i64 = 10_000;
/// A connection that is not open after this long is given up.
const OPEN_WITHIN_MS: i64 = 10_000;

/// What a screen says about its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Nothing was ever received.
    Connecting,
    /// Frames arrive.
    Live,
    /// What is shown was true; the connection is being made again.
    Stale,
}

/// What happened to the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// It is open.
    Opened,
    /// A frame came.
    Frame,
    /// It is closed, or could not be opened.
    Closed,
    /// The network is back, or somebody looks at the page again.
    Wake,
    /// The time that [`Link::due_ms`] named.
    Tick,
    /// No connection is wanted any more.
    End,
}

/// What to do with the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Nothing.
    Stay,
    /// Close what there is and open a new one.
    Connect,
    /// Close what there is.
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Opening { until: i64 },
    Open { heard: i64, spoke: bool },
    Waiting { until: i64 },
    Ended,
}

/// One connection over its whole life. Times are milliseconds on a clock that never runs backwards.
#[derive(Debug, Clone)]
pub struct Link {
    phase: Phase,
    failures: u32,
    received: bool,
}

impl Link {
    /// A link that wants its first connection at once: the caller opens it.
    pub fn new(now: i64) -> Self {
        Link { phase: Phase::Opening { until: now + OPEN_WITHIN_MS }, failures: 0, received: false }
    }

    /// Takes in what happened. `jitter` is random, 0 to 999, so that a thousand screens do not come
    /// back in the same moment after a restart of the server.
    pub fn step(&mut self, input: Input, now: i64, jitter: u16) -> Order {
        match (self.phase, input) {
            (Phase::Ended, _) => Order::Stay,
            (_, Input::End) => {
                self.phase = Phase::Ended;
                Order::Close
            }
            (Phase::Opening { .. }, Input::Opened) => {
                self.phase = Phase::Open { heard: now, spoke: false };
                Order::Stay
            }
            (Phase::Open { .. } | Phase::Opening { .. }, Input::Frame) => {
                self.phase = Phase::Open { heard: now, spoke: true };
                // An open socket proves nothing: only a frame says that the server serves.
                self.failures = 0;
                self.received = true;
                Order::Stay
            }
            (Phase::Open { .. } | Phase::Opening { .. }, Input::Closed) => self.pause(now, jitter, Order::Stay),
            (Phase::Open { heard, .. }, Input::Tick | Input::Wake) if now - heard >= i64::from(SILENT_AFTER_MS) => {
                self.connect(now)
            }
            (Phase::Opening { until }, Input::Tick | Input::Wake) if now >= until => {
                self.pause(now, jitter, Order::Close)
            }
            (Phase::Waiting { .. }, Input::Wake) => self.connect(now),
            (Phase::Waiting { until }, Input::Tick) if now >= until => self.connect(now),
            _ => Order::Stay,
        }
    }

    /// When [`Input::Tick`] is due, if anything is.
    pub fn due_ms(&self) -> Option<i64> {
        match self.phase {
            Phase::Opening { until } | Phase::Waiting { until } => Some(until),
            Phase::Open { heard, .. } => Some(heard + i64::from(SILENT_AFTER_MS)),
            Phase::Ended => None,
        }
    }

    /// What a screen says.
    pub fn state(&self) -> LinkState {
        match (self.phase, self.received) {
            (_, false) => LinkState::Connecting,
            (Phase::Open { spoke: true, .. }, true) => LinkState::Live,
            (_, true) => LinkState::Stale,
        }
    }

    fn connect(&mut self, now: i64) -> Order {
        self.phase = Phase::Opening { until: now + OPEN_WITHIN_MS };
        Order::Connect
    }

    fn pause(&mut self, now: i64, jitter: u16, order: Order) -> Order {
        let longest = (FIRST_PAUSE_MS << self.failures.min(8)).min(LAST_PAUSE_MS);
        let pause = longest - longest * i64::from(jitter.min(999)) / 2_000;
        self.failures = self.failures.saturating_add(1);
        self.phase = Phase::Waiting { until: now + pause };
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(now: i64) -> Link {
        let mut link = Link::new(now);
        assert_eq!(link.step(Input::Opened, now, 0), Order::Stay);
        assert_eq!(link.state(), LinkState::Connecting);
        assert_eq!(link.step(Input::Frame, now, 0), Order::Stay);
        assert_eq!(link.state(), LinkState::Live);
        link
    }

    #[test]
    fn a_half_open_connection_is_noticed_within_20_seconds() {
        let mut link = live(0);
        assert_eq!(link.step(Input::Tick, 17_999, 0), Order::Stay);
        assert_eq!(link.due_ms(), Some(18_000));
        assert_eq!(link.step(Input::Tick, 18_000, 0), Order::Connect);
        assert_eq!(link.state(), LinkState::Stale);
    }

    #[test]
    fn pauses_grow_from_half_a_second_to_ten_and_begin_anew_after_a_frame() {
        let mut link = live(0);
        let mut now = 0;
        let mut pauses = Vec::new();
        for jitter in [999, 0, 0, 0, 0, 0] {
            link.step(Input::Closed, now, jitter);
            let due = link.due_ms().unwrap();
            pauses.push(due - now);
            now = due;
            assert_eq!(link.step(Input::Tick, now, 0), Order::Connect);
        }
        assert_eq!(pauses, [501, 2_000, 4_000, 8_000, 10_000, 10_000]);
        link.step(Input::Opened, now, 0);
        link.step(Input::Frame, now, 0);
        link.step(Input::Closed, now, 0);
        assert_eq!(link.due_ms(), Some(now + 1_000));
    }

    #[test]
    fn a_network_that_comes_back_is_used_at_once() {
        let mut link = live(0);
        link.step(Input::Closed, 5, 0);
        assert_eq!(link.step(Input::Wake, 6, 0), Order::Connect);
        assert_eq!(link.step(Input::Wake, 7, 0), Order::Stay, "one try at a time");
    }

    #[test]
    fn a_phone_that_slept_does_not_trust_its_old_connection() {
        let mut link = live(0);
        assert_eq!(link.step(Input::Wake, 9_000, 0), Order::Stay);
        assert_eq!(link.step(Input::Wake, 600_000, 0), Order::Connect);
    }

    #[test]
    fn an_ended_link_stays_ended() {
        let mut link = live(0);
        assert_eq!(link.step(Input::End, 1, 0), Order::Close);
        for input in [Input::Closed, Input::Wake, Input::Tick, Input::Opened] {
            assert_eq!(link.step(input, 99_999, 0), Order::Stay);
        }
        assert_eq!(link.due_ms(), None);
    }

    #[test]
    fn whatever_happens_the_next_try_is_at_most_18_seconds_away() {
        let mut seed = 7_u32;
        let mut random = move |below: u32| {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            seed % below
        };
        let (mut link, mut now) = (Link::new(0), 0);
        for _ in 0..20_000 {
            now += i64::from(random(30_000));
            let input = [Input::Opened, Input::Frame, Input::Closed, Input::Wake, Input::Tick][random(5) as usize];
            link.step(input, now, random(1_000) as u16);
            link.step(Input::Tick, now, random(1_000) as u16);
            let due = link.due_ms().unwrap();
            assert!(due > now && due <= now + i64::from(SILENT_AFTER_MS), "{input:?} at {now}: {due}");
        }
    }
}
