//! What may enter a connection's socket before any of the media stack sees it.
//!
//! Law: from an address that has not proven the ICE password only well-formed ICE requests get in.
//! The stack itself passes anybody's DTLS and RTP on once a pair is chosen, and lets anybody's
//! role conflict turn its role around; both would let a stranger who guesses a port end a call.

use std::collections::VecDeque;
use std::net::SocketAddr;

/// How many addresses of one browser are remembered: networks it moved through.
const KNOWN_MAX: usize = 8;

const COOKIE: [u8; 4] = 0x2112_A442_u32.to_be_bytes();
const USERNAME: u16 = 0x0006;
const INTEGRITY: u16 = 0x0008;
const ICE_CONTROLLED: u16 = 0x8029;
const INTEGRITY_LENGTH: usize = 20;

/// The addresses that a connection has answered, newest last.
///
/// The ICE agent answers only requests that prove the password, and without candidates of its own
/// it sends to nobody else: so whoever was sent something is the browser.
#[derive(Debug, Default)]
pub struct Gate {
    known: VecDeque<SocketAddr>,
}

impl Gate {
    /// Something was sent there.
    pub fn sent_to(&mut self, address: SocketAddr) {
        if self.known.back() == Some(&address) {
            return;
        }
        self.known.retain(|known| *known != address);
        if self.known.len() == KNOWN_MAX {
            self.known.pop_front();
        }
        self.known.push_back(address);
    }

    /// Whether this datagram may enter.
    #[must_use]
    pub fn admits(&self, datagram: &[u8], from: SocketAddr) -> bool {
        match datagram.first() {
            Some(0..=3) => well_formed_check(datagram, self.known.contains(&from)),
            // DTLS, RTP and RTCP (RFC 7983).
            Some(20..=63 | 128..=191) => self.known.contains(&from),
            _ => false,
        }
    }
}

/// Whether this is a STUN message that a browser's ICE agent could have sent: a request of the
/// controlling side with a name and a whole signature, or, from a known address, an answer.
fn well_formed_check(message: &[u8], known: bool) -> bool {
    let Some((header, mut attributes)) = message.split_at_checked(20) else { return false };
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    if header[4..8] != COOKIE || attributes.len() != length || length % 4 != 0 {
        return false;
    }
    let kind = u16::from_be_bytes([header[0], header[1]]);
    let (request, answer, keepalive) = (kind == 0x0001, kind == 0x0101, kind == 0x0011);
    if !request && !((answer || keepalive) && known) {
        return false;
    }
    let (mut named, mut signed) = (false, false);
    while !attributes.is_empty() {
        let Some((head, rest)) = attributes.split_at_checked(4) else { return false };
        let (kind, length) =
            (u16::from_be_bytes([head[0], head[1]]), usize::from(u16::from_be_bytes([head[2], head[3]])));
        let Some((_, rest)) = rest.split_at_checked(length.next_multiple_of(4)) else { return false };
        match kind {
            USERNAME => named = length <= 513,
            INTEGRITY if length != INTEGRITY_LENGTH => return false,
            INTEGRITY => signed = true,
            ICE_CONTROLLED => return false,
            _ => {}
        }
        attributes = rest;
    }
    !request || named && signed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    fn message(kind: u16, attributes: &[(u16, usize)]) -> Vec<u8> {
        let mut body = Vec::new();
        for (kind, length) in attributes {
            body.extend_from_slice(&kind.to_be_bytes());
            body.extend_from_slice(&u16::try_from(*length).expect("short").to_be_bytes());
            body.resize(body.len() + length.next_multiple_of(4), 7);
        }
        let mut message = kind.to_be_bytes().to_vec();
        message.extend_from_slice(&u16::try_from(body.len()).expect("short").to_be_bytes());
        message.extend_from_slice(&COOKIE);
        message.resize(20, 1);
        message.extend_from_slice(&body);
        message
    }

    const CHECK: &[(u16, usize)] = &[(USERNAME, 9), (0x802a, 8), (0x0024, 4), (INTEGRITY, 20), (0x8028, 4)];

    #[test]
    fn a_stranger_gets_in_with_a_whole_check_only() {
        let gate = Gate::default();
        assert!(gate.admits(&message(0x0001, CHECK), address(1)));
        assert!(!gate.admits(&message(0x0001, CHECK)[..19], address(1)), "19 bytes");
        assert!(!gate.admits(&message(0x0001, &[(USERNAME, 9), (INTEGRITY, 12)]), address(1)), "short signature");
        assert!(!gate.admits(&message(0x0001, &[(INTEGRITY, 20)]), address(1)), "no name");
        let role = [CHECK, &[(ICE_CONTROLLED, 8)]].concat();
        assert!(!gate.admits(&message(0x0001, &role), address(1)), "a role conflict");
        assert!(!gate.admits(&message(0x0101, CHECK), address(1)), "an answer to nothing");
        assert!(!gate.admits(&[22, 254, 253], address(1)), "a handshake");
        assert!(!gate.admits(&[0x80, 111, 0, 1], address(1)), "a voice");
    }

    #[test]
    fn whoever_was_answered_may_shake_hands_and_speak() {
        let mut gate = Gate::default();
        gate.sent_to(address(1));
        assert!(gate.admits(&[22, 254, 253], address(1)));
        assert!(gate.admits(&[0x80, 111, 0, 1], address(1)));
        assert!(gate.admits(&message(0x0101, CHECK), address(1)));
        assert!(!gate.admits(&[22, 254, 253], address(2)));
        assert!(!gate.admits(&[], address(1)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..120), from: u16) {
            let _ = Gate::default().admits(&bytes, address(from));
        }

        #[test]
        fn the_newest_addresses_are_known(ports in prop::collection::vec(0..20u16, 1..60)) {
            let mut gate = Gate::default();
            ports.iter().for_each(|port| gate.sent_to(address(*port)));
            prop_assert!(gate.known.len() <= KNOWN_MAX);
            prop_assert_eq!(gate.known.back().copied(), ports.last().map(|port| address(*port)));
        }
    }
}
