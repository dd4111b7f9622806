use super::*;
use crate::relay::hold::WAIT;
use proptest::prelude::*;
use std::collections::HashSet;
use std::time::Duration;

const PLAIN: Formats = Formats { opus: 109, red: None };

struct Room {
    switch: Switch,
    lines: Vec<Line>,
    now: Instant,
    said: u16,
}

impl Room {
    fn new(peers: usize) -> Self {
        let now = Instant::now();
        let mut switch = Switch::default();
        let lines: Vec<Line> = (0..peers).map(|_| Line::default()).collect();
        for (peer, line) in lines.iter().enumerate() {
            switch.join(Peer(peer as u64), PLAIN, Stamper::new(0, 0, now), line.clone());
        }
        Self { switch, lines, now, said: 0 }
    }

    fn say(&mut self, peer: u64) -> Bytes {
        self.now += Duration::from_millis(20);
        self.said += 1;
        let payload = Bytes::from(self.said.to_be_bytes().to_vec());
        let origin = Origin { ssrc: 1_000, seq: self.said, at: u32::from(self.said) * 960 };
        self.switch.packet(Peer(peer), Packet { origin, red: false, payload: payload.clone() }, self.now);
        payload
    }

    fn route(&mut self, call: u64, speaker: Option<u64>, ears: &[u64]) {
        let ears = ears.iter().copied().map(Peer).collect();
        self.switch.route(Call(call), speaker.map(Peer), ears, self.now);
    }

    /// What an ear was sent since it was asked last, the silence of ends left out.
    fn heard(&self, peer: usize) -> Vec<Bytes> {
        self.sent(peer).into_iter().map(|out| out.payload).filter(|payload| **payload != SILENCE).collect()
    }

    fn sent(&self, peer: usize) -> Vec<Outgoing> {
        std::iter::from_fn(|| self.lines[peer].try_next()).collect()
    }
}

#[test]
fn only_the_floor_is_heard() {
    let mut room = Room::new(3);
    room.route(1, Some(0), &[0, 1, 2]);
    let said = room.say(0);
    room.say(1);
    assert_eq!(room.heard(1), std::slice::from_ref(&said));
    assert_eq!(room.heard(2), [said]);
    assert_eq!(room.heard(0), [] as [Bytes; 0], "nobody hears themselves");
}

#[test]
fn what_came_before_the_grant_is_heard_whole_and_in_order() {
    let mut room = Room::new(2);
    room.route(1, None, &[1]);
    let mut said: Vec<Bytes> = (0..15).map(|_| room.say(0)).collect();
    assert_eq!(room.heard(1), [] as [Bytes; 0]);
    room.route(1, Some(0), &[1]);
    said.push(room.say(0));
    assert_eq!(room.heard(1), said);
}

#[test]
fn what_waited_is_stamped_by_when_it_came() {
    let mut room = Room::new(2);
    room.route(1, None, &[1]);
    let born = room.now;
    (0..5).for_each(|_| drop(room.say(0)));
    room.now += Duration::from_millis(60);
    room.route(1, Some(0), &[1]);
    room.now = born + Duration::from_millis(5 * 20);
    room.say(0);
    let at: Vec<u32> = room.sent(1).into_iter().map(|out| out.stamp.at).collect();
    assert_eq!(at, (1..=6).map(|n| n * 960).collect::<Vec<_>>(), "the wait for the floor is in no stamp");
}

#[test]
fn what_waited_too_long_is_never_heard() {
    let mut room = Room::new(2);
    room.route(1, None, &[1]);
    room.say(0);
    room.now += WAIT + Duration::from_millis(1);
    room.route(1, Some(0), &[1]);
    assert_eq!(room.heard(1), [] as [Bytes; 0]);
}

#[test]
fn a_burst_ends_in_silence_and_the_stream_goes_on() {
    let mut room = Room::new(3);
    room.route(1, Some(0), &[2]);
    room.say(0);
    room.route(1, Some(1), &[2]);
    room.say(1);
    room.route(1, None, &[2]);
    let sent = room.sent(2);
    let firsts: Vec<bool> = sent.iter().map(|out| out.stamp.first).collect();
    assert_eq!(firsts, [true, false, true, false]);
    assert_eq!(sent.iter().filter(|out| *out.payload == SILENCE).count(), 2);
    for pair in sent.windows(2) {
        assert_eq!(pair[1].stamp.seq, pair[0].stamp.seq + 1);
        assert!(pair[1].stamp.at > pair[0].stamp.at);
    }
}

#[test]
fn an_ear_that_moves_to_another_call_leaves_the_first() {
    let mut room = Room::new(3);
    room.route(1, Some(0), &[2]);
    room.route(2, Some(1), &[2]);
    room.say(0);
    let said = room.say(1);
    assert_eq!(room.heard(2), [said]);
}

#[test]
fn red_goes_only_to_who_agreed_on_it_and_never_first() {
    let now = Instant::now();
    let mut switch = Switch::default();
    let lines = [Line::default(), Line::default()];
    let both = Formats { opus: 96, red: Some(63) };
    switch.join(Peer(1), both, Stamper::new(0, 0, now), lines[0].clone());
    switch.join(Peer(2), PLAIN, Stamper::new(0, 0, now), lines[1].clone());
    switch.route(Call(1), Some(Peer(0)), vec![Peer(1), Peer(2)], now);
    let payload = Bytes::from_static(&[0x80 | 111, 0, 0, 2, 111, b'o', b'l', b'n', b'e', b'w']);
    for seq in 0..2 {
        let origin = Origin { ssrc: 5, seq, at: u32::from(seq) * 960 };
        switch.packet(Peer(0), Packet { origin, red: true, payload: payload.clone() }, now);
    }
    let sent = |line: &Line| {
        std::iter::from_fn(|| line.try_next()).map(|out| (out.payload_type, out.payload)).collect::<Vec<_>>()
    };
    let fresh = Bytes::from_static(b"new");
    let whole = Bytes::from_static(&[0x80 | 96, 0, 0, 2, 96, b'o', b'l', b'n', b'e', b'w']);
    assert_eq!(sent(&lines[0]), [(96, fresh.clone()), (63, whole)]);
    assert_eq!(sent(&lines[1]), [(109, fresh.clone()), (109, fresh)]);
}

#[test]
fn an_ear_that_is_gone_is_forgotten() {
    let mut room = Room::new(2);
    room.route(1, Some(0), &[1]);
    room.switch.leave(Peer(1));
    room.say(0);
    assert!(room.switch.ears.len() == 1 && room.lines[1].try_next().is_none());
}

proptest! {
    /// Against a plain model: a packet is heard exactly by the ears of the calls whose floor its
    /// talker has, now or within the wait, and by nobody else.
    #[test]
    fn no_order_of_routes_and_packets_leaks(
        steps in prop::collection::vec((0..2u8, 1..3u64, 0..5u64, 0..32u8), 1..120),
    ) {
        let mut room = Room::new(5);
        let mut routes: HashMap<u64, (Option<u64>, HashSet<u64>)> = HashMap::new();
        // Every payload, and who may ever hear it.
        let mut allowed: HashMap<Bytes, HashSet<u64>> = HashMap::new();
        let mut waiting: Vec<(u64, Bytes, Instant)> = Vec::new();
        for (kind, call, peer, ears) in steps {
            if kind == 0 {
                let ears: HashSet<u64> = (0..5).filter(|ear| ears & (1 << ear) != 0).collect();
                let speaker = (peer < 4).then_some(peer);
                for (other, (_, of)) in &mut routes {
                    if *other != call { of.retain(|ear| !ears.contains(ear)); }
                }
                routes.insert(call, (speaker, ears.clone()));
                let ears_list: Vec<u64> = ears.iter().copied().collect();
                room.route(call, speaker, &ears_list);
                for (talker, payload, came) in &waiting {
                    if Some(*talker) == speaker && room.now - *came <= WAIT {
                        allowed.entry(payload.clone()).or_default().extend(ears.iter().filter(|ear| *ear != talker));
                    }
                }
            } else {
                let payload = room.say(peer);
                let floors: Vec<_> = routes.values().filter(|(speaker, _)| *speaker == Some(peer)).collect();
                if floors.is_empty() {
                    waiting.push((peer, payload.clone(), room.now));
                }
                let hearers = allowed.entry(payload).or_default();
                for (_, ears) in floors {
                    hearers.extend(ears.iter().filter(|ear| **ear != peer));
                }
            }
            for ear in 0..5u64 {
                for payload in room.heard(ear as usize) {
                    prop_assert!(allowed[&payload].contains(&ear), "{ear} heard {payload:?}");
                }
            }
        }
    }
}
