//! Who hears whom: the routes the server gave, enforced packet by packet.
//!
//! Law: a packet reaches an ear only while its talker has the floor of a call that this ear is in.
//! Whatever the browser sends, whatever it says about itself, changes nothing about that.

use crate::relay::frame::{Call, Peer};
use crate::relay::hold::Hold;
use crate::relay::queue::Queue;
use crate::relay::red;
use crate::relay::stamp::{Origin, SILENCE, Stamp, Stamper};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

/// A voice packet as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Where it stood in its stream.
    pub origin: Origin,
    /// Whether the payload is RED with Opus inside, or Opus.
    pub red: bool,
    /// The payload.
    pub payload: Bytes,
}

/// A voice packet as one listener gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its header.
    pub stamp: Stamp,
    /// The payload type this listener gave to what the payload is.
    pub payload_type: u8,
    /// The payload.
    pub payload: Bytes,
}

/// The payload types a browser gave to what we speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formats {
    /// Opus.
    pub opus: u8,
    /// RED with Opus inside, if the browser can.
    pub red: Option<u8>,
}

/// Where a listener's packets go.
pub type Line = Arc<Queue<Outgoing>>;

/// Everything the relay knows about who hears whom.
#[derive(Debug, Default)]
pub struct Switch {
    routes: HashMap<Call, Route>,
    ears: HashMap<Peer, Ear>,
    held: HashMap<Peer, Hold<Packet>>,
}

#[derive(Debug, Default)]
struct Route {
    speaker: Option<Peer>,
    ears: Vec<Peer>,
}

#[derive(Debug)]
struct Ear {
    formats: Formats,
    stamper: Stamper,
    line: Line,
}

impl Switch {
    /// A connection that can hear.
    pub fn join(&mut self, peer: Peer, formats: Formats, stamper: Stamper, line: Line) {
        self.ears.insert(peer, Ear { formats, stamper, line });
    }

    /// A connection is gone. Routes that name it stay: the server takes it out of them.
    pub fn leave(&mut self, peer: Peer) {
        self.held.remove(&peer);
        if let Some(ear) = self.ears.remove(&peer) {
            ear.line.close();
        }
    }

    /// Who speaks to whom in a call from now on. What a new speaker said in the last 300 ms goes
    /// out first.
    pub fn route(&mut self, call: Call, speaker: Option<Peer>, ears: Vec<Peer>, now: Instant) {
        // An ear is in one call at a time: its burst of another call is over.
        for (other, route) in &mut self.routes {
            if *other != call {
                route.ears.retain(|ear| {
                    let moved = ears.contains(ear);
                    if moved && let Some(ear) = self.ears.get_mut(ear) {
                        ear.end(now);
                    }
                    !moved
                });
            }
        }
        let before = self.routes.remove(&call).unwrap_or_default();
        let changed = before.speaker != speaker;
        for peer in &before.ears {
            if (changed || !ears.contains(peer))
                && let Some(ear) = self.ears.get_mut(peer)
            {
                ear.end(now);
            }
        }
        if speaker.is_some() || !ears.is_empty() {
            self.routes.insert(call, Route { speaker, ears });
        }
        if changed
            && let Some(speaker) = speaker
            && let Some(mut hold) = self.held.remove(&speaker)
        {
            // Stamped by when they came: the wait for the floor is not the listener's jitter.
            for (came, packet) in hold.release(now) {
                self.pass(speaker, &packet, came, now);
            }
        }
    }

    /// A packet came from this connection.
    pub fn packet(&mut self, from: Peer, packet: Packet, now: Instant) {
        let floor = self.pass(from, &packet, now, now);
        // A last packet of a connection that just left is nobody's.
        if !floor && self.ears.contains_key(&from) {
            self.held.entry(from).or_default().keep(packet.origin.at, packet, now);
        }
    }

    /// Gives a packet to whoever hears its talker; false where the talker has no floor.
    fn pass(&mut self, from: Peer, packet: &Packet, came: Instant, now: Instant) -> bool {
        let mut floor = false;
        for route in self.routes.values().filter(|route| route.speaker == Some(from)) {
            floor = true;
            // Nobody hears themselves.
            for peer in route.ears.iter().filter(|peer| **peer != from) {
                if let Some(ear) = self.ears.get_mut(peer) {
                    ear.hear(packet, came, now);
                }
            }
        }
        floor
    }
}

impl Ear {
    fn hear(&mut self, packet: &Packet, came: Instant, now: Instant) {
        let first = !self.stamper.open();
        let (payload_type, payload) = match (packet.red, self.formats.red) {
            (false, _) => (self.formats.opus, Some(packet.payload.clone())),
            // The copies in a burst's first packet are from before the floor.
            (true, Some(red)) if !first => (red, red::renumbered(&packet.payload, self.formats.opus)),
            (true, _) => (self.formats.opus, red::newest(&packet.payload)),
        };
        let Some(payload) = payload.filter(|payload| !payload.is_empty()) else { return };
        if let Some(stamp) = self.stamper.stamp(packet.origin, came) {
            self.line.put(Outgoing { stamp, payload_type, payload }, now);
        }
    }

    fn end(&mut self, now: Instant) {
        if let Some(stamp) = self.stamper.end(now) {
            let payload = Bytes::from_static(&SILENCE);
            self.line.put(Outgoing { stamp, payload_type: self.formats.opus, payload }, now);
        }
    }
}

#[cfg(test)]
#[path = "switch_tests.rs"]
mod tests;
