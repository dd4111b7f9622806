//! What passes between the server and its relay: postcard behind a length, over two pipes.
//!
//! Law: the relay is told who may be heard by whom and nothing about anybody. A peer is a number.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// One media connection, numbered by the server and never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Peer(pub u64);

/// One call, numbered by the server and never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Call(pub u64);

/// To the relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// The first order: where to listen.
    Begin {
        /// Concrete addresses that browsers can reach.
        addresses: Vec<IpAddr>,
        /// First and last UDP port; 0, 0 lets the system choose.
        ports: (u16, u16),
    },
    /// Answer this offer with a connection of its own.
    Connect {
        /// The new connection.
        peer: Peer,
        /// The browser's description.
        offer: String,
        /// Whether it may have one of the last places: phones that never send leave some.
        reserve: bool,
    },
    /// Answer this offer on the connection that is there: another network.
    Restart {
        /// The connection.
        peer: Peer,
        /// The browser's description.
        offer: String,
    },
    /// Close a connection and free everything it held.
    Close(Peer),
    /// Who speaks to whom in a call, whole: it replaces what was said before. Packets of anybody
    /// else are held for at most 300 ms and then dropped.
    Route {
        /// The call.
        call: Call,
        /// Who has the floor.
        speaker: Option<Peer>,
        /// Who hears it. A peer stands in one call's ears at a time.
        ears: Vec<Peer>,
    },
}

/// From the relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    /// It listens.
    Ready,
    /// The answer to an offer.
    Answer {
        /// The connection.
        peer: Peer,
        /// The relay's description.
        sdp: String,
    },
    /// An offer was refused; the connection, if it is a new one, does not exist.
    Refused {
        /// The connection.
        peer: Peer,
        /// A stable code: `bad_offer`, `relay_full`.
        code: String,
    },
    /// Media can, or for now cannot, pass.
    Connected(Peer, bool),
    /// The connection failed or was closed by the browser; nothing of it is left.
    Gone(Peer),
}
