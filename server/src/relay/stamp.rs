//! The headers one listener sees: one stream without seams, whoever speaks.
//!
//! Law: sequence numbers go on without a gap from burst to burst, timestamps never go back, and the
//! first packet of a burst stands where the relay's clock is. Browsers that do not advance their
//! timestamps over a silence, or advance them twice, otherwise grow a listener's jitter buffer to
//! seconds (`media.md` 1.4). Inside a burst a gap stays a gap, so that the listener's own
//! concealment and its loss count stay true.

use std::time::{Duration, Instant};

/// One frame of 20 ms at 48 kHz.
const FRAME: u32 = 960;
/// A step larger than this many packets is a new stream and no loss.
const STEP_MAX: i16 = 100;
/// The same, back in time.
const BACK_MAX: i16 = -STEP_MAX;
/// A pause longer than ten seconds inside a burst is a new stream.
const PAUSE_MAX: i32 = 480_000;
/// How far a stream may stand ahead of the relay's clock: what is held until a grant (300 ms), and
/// some unevenness. Whoever claims more would make a listener late in every later burst, also of
/// others, since a stream never goes back.
const AHEAD_MAX: i32 = 24_000;
/// 20 ms of nothing in Opus.
pub const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];

/// What stands in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Sequence number.
    pub seq: u16,
    /// Timestamp, 48 kHz.
    pub at: u32,
    /// First of a burst.
    pub first: bool,
}

/// Where a packet stood in its sender's stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The stream.
    pub ssrc: u32,
    /// Sequence number.
    pub seq: u16,
    /// Timestamp, 48 kHz.
    pub at: u32,
}

/// The stream of one listener.
#[derive(Debug)]
pub struct Stamper {
    born: Instant,
    offset: u32,
    /// The newest that was sent, or where the stream begins.
    last: (u16, u32),
    /// Whether anything was sent.
    begun: bool,
    burst: Option<Burst>,
}

/// Newest packet of the burst on the sender's side, and how many numbers ago it began.
#[derive(Debug)]
struct Burst {
    newest: Origin,
    since_first: u16,
    first_at: u32,
}

impl Stamper {
    /// A stream that begins at these random numbers.
    #[must_use]
    pub fn new(seq: u16, offset: u32, now: Instant) -> Self {
        Self { born: now, offset, last: (seq, offset), begun: false, burst: None }
    }

    /// Whether a burst is open.
    #[must_use]
    pub fn open(&self) -> bool {
        self.burst.is_some()
    }

    /// The header for this packet; none for one that came twice, is older than its burst, or claims
    /// to be of the future.
    pub fn stamp(&mut self, origin: Origin, now: Instant) -> Option<Stamp> {
        let clock = self.clock(now);
        let future = |at: u32| at.wrapping_sub(clock).cast_signed() > AHEAD_MAX;
        let early = self.begun && future(self.next(now).1);
        let Some(burst) = self.burst.as_mut().filter(|burst| burst.newest.ssrc == origin.ssrc) else {
            return (!early).then(|| self.begin(origin, now));
        };
        let step = origin.seq.wrapping_sub(burst.newest.seq).cast_signed();
        let time = origin.at.wrapping_sub(burst.newest.at).cast_signed();
        let (seq, at) = (self.last.0.wrapping_add_signed(step), self.last.1.wrapping_add_signed(time));
        match step {
            1..=STEP_MAX if (1..=PAUSE_MAX).contains(&time) && !future(at) => {
                burst.newest = origin;
                burst.since_first = burst.since_first.saturating_add(step.unsigned_abs());
                self.last = (seq, at);
                Some(Stamp { seq, at, first: false })
            }
            BACK_MAX..0 if (-PAUSE_MAX..0).contains(&time) => {
                let inside = step.unsigned_abs() <= burst.since_first;
                let inside = inside && at.wrapping_sub(burst.first_at).cast_signed() >= 0;
                inside.then_some(Stamp { seq, at, first: false })
            }
            0 => None,
            _ => (!early).then(|| self.begin(origin, now)),
        }
    }

    fn clock(&self, now: Instant) -> u32 {
        self.offset.wrapping_add(ticks(now.saturating_duration_since(self.born)))
    }

    fn begin(&mut self, origin: Origin, now: Instant) -> Stamp {
        let (seq, at) = if self.begun { self.next(now) } else { (self.last.0, self.clock(now)) };
        self.begun = true;
        self.last = (seq, at);
        self.burst = Some(Burst { newest: origin, since_first: 0, first_at: at });
        Stamp { seq, at, first: true }
    }

    /// Ends the burst: the header of one frame of silence after it, if there was a burst. Without the
    /// frame a decoder holds the last sound as comfort noise. It stands where the clock is: a burst
    /// ends some time after its last packet, and a stamp right behind that packet would come late. A
    /// listener grows its jitter buffer by as much (three such frames: from 21 to 165 ms).
    pub fn end(&mut self, now: Instant) -> Option<Stamp> {
        self.burst.take()?;
        self.last = self.next(now);
        Some(Stamp { seq: self.last.0, at: self.last.1, first: false })
    }

    /// The number and time of what follows a pause: where the clock is, and never back.
    fn next(&self, now: Instant) -> (u16, u32) {
        let clock = self.clock(now);
        let next = self.last.1.wrapping_add(FRAME);
        let ahead = clock.wrapping_sub(next).cast_signed() > 0;
        (self.last.0.wrapping_add(1), if ahead { clock } else { next })
    }
}

/// Ticks of 48 kHz, wrapped as RTP wraps them.
fn ticks(elapsed: Duration) -> u32 {
    // The low 32 bits are what is meant.
    (elapsed.as_micros() * 48 / 1000) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    struct Talk {
        ssrc: u32,
        seq: u16,
        at: u32,
        packets: u16,
        pause_ms: u64,
        tail_ms: u64,
    }

    fn talks() -> impl Strategy<Value = Vec<Talk>> {
        let talk = (any::<u32>(), any::<u16>(), any::<u32>(), 1..100u16, 0..5_000u64, 0..150u64)
            .prop_map(|(ssrc, seq, at, packets, pause_ms, tail_ms)| Talk { ssrc, seq, at, packets, pause_ms, tail_ms });
        prop::collection::vec(talk, 1..12)
    }

    proptest! {
        #[test]
        fn bursts_of_several_talkers_are_one_stream(talks in talks(), seq: u16, offset: u32) {
            let mut now = Instant::now();
            let mut stamper = Stamper::new(seq, offset, now);
            let mut sent = Vec::new();
            for talk in talks {
                now += Duration::from_millis(talk.pause_ms);
                for n in 0..talk.packets {
                    let origin = Origin {
                        ssrc: talk.ssrc,
                        seq: talk.seq.wrapping_add(n),
                        at: talk.at.wrapping_add(u32::from(n) * FRAME),
                    };
                    let stamp = stamper.stamp(origin, now).expect("in order");
                    prop_assert_eq!(stamp.first, n == 0);
                    sent.push(stamp);
                    now += Duration::from_millis(20);
                }
                now += Duration::from_millis(talk.tail_ms);
                let end = stamper.end(now).expect("a burst was open");
                // Neither late nor early: what is late grows the listener's jitter buffer.
                let clock = offset.wrapping_add(ticks(now - stamper.born));
                let off = end.at.wrapping_sub(clock).cast_signed();
                prop_assert!((0..=48 * 20 * 12).contains(&off), "{off} ticks off");
                sent.push(end);
                prop_assert_eq!(stamper.end(now), None);
            }
            for pair in sent.windows(2) {
                prop_assert_eq!(pair[1].seq, pair[0].seq.wrapping_add(1));
                prop_assert!(pair[1].at.wrapping_sub(pair[0].at).cast_signed() > 0);
            }
            // Never far from the clock: what is ahead is at most the silence after the bursts.
            let clock = offset.wrapping_add(ticks(now - stamper.born));
            let ahead = stamper.last.1.wrapping_sub(clock).cast_signed();
            prop_assert!(ahead <= 48 * 20 * 12, "{ahead} ticks ahead");
        }

        #[test]
        fn whatever_comes_time_goes_forward_with_the_numbers(
            packets in prop::collection::vec((0..3u32, any::<u16>(), any::<u32>(), 0..400u64), 1..80),
        ) {
            let mut now = Instant::now();
            let mut stamper = Stamper::new(65_530, u32::MAX - 5, now);
            let mut newest: Option<Stamp> = None;
            for (ssrc, seq, at, pause) in packets {
                now += Duration::from_millis(pause);
                let Some(stamp) = stamper.stamp(Origin { ssrc, seq, at }, now) else { continue };
                if let Some(newest) = newest && stamp.seq.wrapping_sub(newest.seq).cast_signed() > 0 {
                    prop_assert!(stamp.at.wrapping_sub(newest.at).cast_signed() > 0);
                }
                newest = Some(stamp);
            }
        }
    }

    #[test]
    fn loss_and_order_inside_a_burst_are_kept() {
        let now = Instant::now();
        let mut stamper = Stamper::new(10, 0, now);
        let mut put = |seq: u16| stamper.stamp(Origin { ssrc: 1, seq, at: u32::from(seq) * FRAME }, now);
        assert_eq!(put(100).map(|stamp| (stamp.seq, stamp.at)), Some((10, 0)));
        assert_eq!(put(103).map(|stamp| (stamp.seq, stamp.at)), Some((13, 3 * FRAME)));
        assert_eq!(put(101).map(|stamp| (stamp.seq, stamp.at)), Some((11, FRAME)));
        assert_eq!(put(103), None, "twice");
        assert_eq!(put(99), None, "older than the burst");
        assert_eq!(put(104).map(|stamp| stamp.seq), Some(14));
    }

    #[test]
    fn a_burst_begins_where_the_clock_is() {
        let born = Instant::now();
        let mut stamper = Stamper::new(0, 1_000, born);
        let first = stamper.stamp(Origin { ssrc: 1, seq: 1, at: 77 }, born).expect("first");
        assert_eq!(first, Stamp { seq: 0, at: 1_000, first: true });
        stamper.end(born).expect("open");
        let later = born + Duration::from_secs(2);
        let next = stamper.stamp(Origin { ssrc: 1, seq: 2, at: 77 + FRAME }, later).expect("first");
        assert_eq!(next, Stamp { seq: 2, at: 1_000 + 96_000, first: true });
    }

    proptest! {
        #[test]
        fn nobody_sends_a_listener_into_the_future(
            packets in proptest::collection::vec((any::<bool>(), any::<u16>(), any::<u32>(), 1u16..3, 0u32..960_000, 0u64..40), 1..400),
        ) {
            let born = Instant::now();
            let mut stamper = Stamper::new(7, 1_000, born);
            let mut now = born;
            let (mut seq, mut at) = (0u16, 0u32);
            for (wild, any_seq, any_at, step, ticks_on, ms) in packets {
                now += Duration::from_millis(ms);
                (seq, at) = if wild { (any_seq, any_at) } else { (seq.wrapping_add(step), at.wrapping_add(ticks_on)) };
                if let Some(stamp) = stamper.stamp(Origin { ssrc: 1, seq, at }, now) {
                    let ahead = stamp.at.wrapping_sub(stamper.clock(now)).cast_signed();
                    prop_assert!(ahead <= AHEAD_MAX, "{} ticks ahead", ahead);
                }
            }
        }
    }
}
