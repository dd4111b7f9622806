//! When to offer a connection, when to restart it, when to say that the network carries no call.
//!
//! Law: the machine is never stuck. Unless it was ended, either the connection stands or a time for
//! the next try is set; and no connection for two seconds is said, whatever goes on meanwhile.

/// Without a connection for this long, the screen says that there is no network for a call (issue 4).
const SAY_AFTER_MS: i64 = 1_900;
/// An ICE restart that has not helped after this long gives way to a new connection.
const RESTART_WITHIN_MS: i64 = 3_000;
/// A new connection that does not stand after this long gives way to the next, later ones after
/// longer: what blocks UDP will not stop doing so for being asked often.
const FIRST_TRY_MS: i64 = 5_000;
const LAST_TRY_MS: i64 = 15_000;
/// News of the network within this time of a try are about the same change.
const SAME_NEWS_MS: i64 = 1_000;
/// The server may ask for a new connection this often in a row at once; then the timer decides.
const AT_ONCE: u32 = 3;

/// What a screen says about its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Being made.
    Connecting,
    /// Audio can pass.
    Connected,
    /// Not connected for two seconds, or refused. Tries go on.
    NoNetwork,
    /// This browser cannot hold a call.
    Unsupported,
    /// Closed.
    Gone,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The media connection stands.
    Connected,
    /// It is disconnected or failed.
    Lost,
    /// The phone changed its network, or is online again.
    Network,
    /// The server lost its side.
    Again,
    /// The live socket has come back: the server may be another process by now.
    Back,
    /// The live socket carried nothing.
    Deaf,
    /// The server refused something: the offer, while one is out.
    Refused,
    /// The time that [`Line::due_ms`] named.
    Tick,
    /// No connection is wanted any more.
    End,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Nothing.
    Stay,
    /// Make a new connection and offer it.
    Offer,
    /// Offer the same connection over another path.
    Restart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Trying { since: i64, until: i64, restart: bool },
    Up,
    Ended,
}

/// One media connection over its whole life. Times are milliseconds on a clock that never runs backwards.
#[derive(Debug, Clone)]
pub struct Line {
    phase: Phase,
    /// Since when nothing could be heard.
    lost: i64,
    /// Offers since the connection last stood.
    tries: u32,
    refused: bool,
}

impl Line {
    /// A line that wants its first connection at once: the caller offers it.
    pub fn new(now: i64) -> Self {
        let phase = Phase::Trying { since: now, until: now + FIRST_TRY_MS, restart: false };
        Line { phase, lost: now, tries: 1, refused: false }
    }

    /// Takes in what happened.
    pub fn step(&mut self, input: Input, now: i64) -> Order {
        match (self.phase, input) {
            (Phase::Ended, _) => Order::Stay,
            (_, Input::End) => {
                self.phase = Phase::Ended;
                Order::Stay
            }
            (_, Input::Connected) => {
                *self = Line { phase: Phase::Up, lost: now, tries: 0, refused: false };
                Order::Stay
            }
            (Phase::Up, Input::Lost | Input::Network) => {
                self.lost = now;
                self.phase = Phase::Trying { since: now, until: now + RESTART_WITHIN_MS, restart: true };
                Order::Restart
            }
            (Phase::Trying { restart: false, since, .. }, Input::Network) if now - since >= SAME_NEWS_MS => {
                self.offer(now)
            }
            (_, Input::Back) => self.offer(now),
            (_, Input::Again) if self.tries < AT_ONCE => self.offer(now),
            // Refused while it stands: something else was, and the screen says it.
            (Phase::Up, Input::Again | Input::Deaf) => {
                self.wait(now);
                Order::Stay
            }
            (Phase::Trying { .. }, Input::Refused) => {
                self.refused = true;
                Order::Stay
            }
            (Phase::Trying { until, .. }, Input::Tick) if now >= until => self.offer(now),
            _ => Order::Stay,
        }
    }

    /// When [`Input::Tick`] is due, if it is.
    pub fn due_ms(&self, now: i64) -> Option<i64> {
        let Phase::Trying { until, .. } = self.phase else { return None };
        let say = self.lost + SAY_AFTER_MS;
        Some(if say > now { say.min(until) } else { until })
    }

    /// What a screen says.
    pub fn state(&self, now: i64) -> Connection {
        match self.phase {
            Phase::Up => Connection::Connected,
            Phase::Ended => Connection::Gone,
            Phase::Trying { .. } if self.refused || now - self.lost >= SAY_AFTER_MS => Connection::NoNetwork,
            Phase::Trying { .. } => Connection::Connecting,
        }
    }

    fn offer(&mut self, now: i64) -> Order {
        self.wait(now);
        self.tries = self.tries.saturating_add(1);
        Order::Offer
    }

    /// The next try, a while from now.
    fn wait(&mut self, now: i64) {
        if self.phase == Phase::Up {
            self.lost = now;
        }
        let within = (FIRST_TRY_MS * i64::from(self.tries.max(1))).min(LAST_TRY_MS);
        self.phase = Phase::Trying { since: now, until: now + within, restart: false };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn up() -> Line {
        let mut line = Line::new(0);
        assert_eq!(line.step(Input::Connected, 100), Order::Stay);
        assert_eq!(line.state(100), Connection::Connected);
        line
    }

    #[test]
    fn no_connection_is_said_after_two_seconds_and_taken_back_when_it_comes() {
        let mut line = Line::new(0);
        assert_eq!((line.state(SAY_AFTER_MS - 1), line.due_ms(0)), (Connection::Connecting, Some(SAY_AFTER_MS)));
        assert_eq!(line.state(SAY_AFTER_MS), Connection::NoNetwork);
        assert_eq!(line.step(Input::Tick, 5_000), Order::Offer);
        line.step(Input::Connected, 5_200);
        assert_eq!(line.state(5_200), Connection::Connected);
    }

    #[test]
    fn a_lost_path_is_restarted_and_then_replaced() {
        let mut line = up();
        assert_eq!(line.step(Input::Lost, 1_000), Order::Restart);
        assert_eq!(line.step(Input::Lost, 1_001), Order::Stay);
        assert_eq!(line.state(999 + SAY_AFTER_MS), Connection::Connecting);
        assert_eq!(line.state(1_000 + SAY_AFTER_MS), Connection::NoNetwork);
        assert_eq!(line.step(Input::Tick, 4_000), Order::Offer);
    }

    #[test]
    fn two_reports_of_one_network_change_make_one_restart() {
        let mut line = up();
        assert_eq!(line.step(Input::Network, 1_000), Order::Restart);
        assert_eq!(line.step(Input::Network, 1_010), Order::Stay);
    }

    #[test]
    fn a_server_that_lost_its_side_gets_a_new_offer_at_once() {
        for input in [Input::Again, Input::Back] {
            assert_eq!(up().step(input, 1_000), Order::Offer);
        }
    }

    #[test]
    fn a_relay_that_dies_again_and_again_is_not_asked_in_a_storm() {
        let mut line = up();
        let offers = (0..100).filter(|_| line.step(Input::Again, 1_000) == Order::Offer).count();
        assert_eq!(offers, 3);
    }

    #[test]
    fn a_refused_offer_is_said_at_once_and_tried_again() {
        let mut line = Line::new(0);
        line.step(Input::Refused, 50);
        assert_eq!(line.state(50), Connection::NoNetwork);
        assert_eq!(line.step(Input::Tick, 5_000), Order::Offer);
    }

    #[test]
    fn an_ended_line_stays_ended() {
        let mut line = up();
        line.step(Input::End, 1);
        assert_eq!(line.step(Input::Back, 2), Order::Stay);
        assert_eq!((line.state(9_999), line.due_ms(2)), (Connection::Gone, None));
    }

    proptest! {
        #[test]
        fn unless_it_stands_the_next_try_is_at_most_15_seconds_away(
            steps in proptest::collection::vec((0_i64..20_000, 0_usize..8), 1..200),
        ) {
            let inputs = [
                Input::Connected, Input::Lost, Input::Network, Input::Again,
                Input::Back, Input::Deaf, Input::Refused, Input::Tick,
            ];
            let (mut line, mut now) = (Line::new(0), 0);
            for (pause, input) in steps {
                now += pause;
                line.step(inputs[input], now);
                line.step(Input::Tick, now);
                match line.due_ms(now) {
                    Some(due) => prop_assert!(due > now && due <= now + LAST_TRY_MS),
                    None => prop_assert_eq!(line.state(now), Connection::Connected),
                }
            }
        }
    }
}
