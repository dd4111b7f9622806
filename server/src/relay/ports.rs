//! Which UDP port a connection has.
//!
//! Law: a port is given once, and comes back when its lease is dropped, however the connection
//! ends.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

/// One part in this many of all places is kept back for the team: phones without a network must not
/// silence those who answer.
pub const RESERVE: usize = 10;

/// The ports that may be used.
#[derive(Debug, Clone)]
pub struct Ports {
    /// None: the system chooses.
    range: Option<RangeInclusive<u16>>,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    ports: HashSet<u16>,
    /// Where the search goes on: a port that was just given back rests, since its last browser may
    /// still be sending to it.
    next: u32,
}

/// A port in use. 0: the system chooses.
#[derive(Debug)]
pub struct Lease {
    port: u16,
    taken: Arc<Mutex<Taken>>,
}

impl Ports {
    /// From the first to the last; 0, 0 lets the system choose.
    #[must_use]
    pub fn new(first: u16, last: u16) -> Self {
        let range = (first != 0 || last != 0).then_some(first.max(1)..=last);
        Self { range, taken: Arc::default() }
    }

    /// A port nobody has; none when all are taken, or, without `reserve`, all but a tenth.
    #[must_use]
    pub fn lease(&self, reserve: bool) -> Option<Lease> {
        let Some(range) = &self.range else { return Some(Lease { port: 0, taken: self.taken.clone() }) };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let length = u32::try_from(range.len()).ok().filter(|length| *length > 0)?;
        let kept = if reserve { 0 } else { range.len() / RESERVE };
        if taken.ports.len() >= range.len() - kept {
            return None;
        }
        let port = (0..length).find_map(|step| {
            let offset = u16::try_from((taken.next + step) % length).ok()?;
            let port = range.start() + offset;
            (!taken.ports.contains(&port)).then_some(port)
        })?;
        taken.next = u32::from(port - range.start()) + 1;
        taken.ports.insert(port);
        Some(Lease { port, taken: self.taken.clone() })
    }

    /// Whether more than half are taken: whoever does not come up soon makes room.
    #[must_use]
    pub fn tight(&self) -> bool {
        self.range.as_ref().is_some_and(|range| self.in_use() > range.len() / 2)
    }

    /// How many are in use.
    #[must_use]
    pub fn in_use(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).ports.len()
    }
}

impl Lease {
    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).ports.remove(&self.port);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_port_is_given_twice(first in 1..u16::MAX, length in 0..50u16, keep in prop::collection::vec(any::<bool>(), 0..200)) {
            let last = first.saturating_add(length);
            let ports = Ports::new(first, last);
            let mut held: Vec<Lease> = Vec::new();
            for keep in keep {
                match ports.lease(true) {
                    Some(lease) => {
                        prop_assert!((first..=last).contains(&lease.port()));
                        prop_assert!(held.iter().all(|other| other.port() != lease.port()));
                        if keep { held.push(lease) }
                    }
                    None => prop_assert_eq!(held.len(), usize::from(last - first) + 1),
                }
            }
            held.clear();
            prop_assert_eq!(ports.in_use(), 0);
        }
    }

    #[test]
    fn a_range_that_is_none_has_no_ports() {
        assert!(Ports::new(9, 3).lease(true).is_none());
        assert_eq!(Ports::new(0, 0).lease(false).expect("any").port(), 0);
    }

    #[test]
    fn a_tenth_is_kept_for_the_team() {
        let ports = Ports::new(100, 119);
        let phones: Vec<Lease> = std::iter::from_fn(|| ports.lease(false)).collect();
        assert_eq!(phones.len(), 18);
        assert!(ports.tight());
        let team: Vec<Lease> = std::iter::from_fn(|| ports.lease(true)).collect();
        assert_eq!(team.len(), 2);
    }
}
