//! When the team reads. Law: outside the hours nothing is accepted silently; inside them nobody is
//! said to answer without a sign of life (`view` counts those).

use serde::{Deserialize, Serialize};

/// One shift in wall time, milliseconds since the epoch. Whoever reads the settings has turned
/// local times into instants: a shift over midnight or over the hour that happens twice is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// From.
    pub from_ms: i64,
    /// Until, not included.
    pub until_ms: i64,
}

/// Whether the team reads now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Service {
    /// It does.
    Open,
    /// It does not.
    Closed {
        /// When it does again, milliseconds since the epoch; `None`: not any more.
        back_wall_ms: Option<i64>,
    },
}

impl Service {
    /// What `shifts`, in any order, say about a moment.
    pub fn at(shifts: &[Shift], wall_ms: i64) -> Self {
        if shifts.iter().any(|shift| (shift.from_ms..shift.until_ms).contains(&wall_ms)) {
            return Service::Open;
        }
        let later = shifts.iter().filter(|shift| shift.from_ms > wall_ms && shift.until_ms > shift.from_ms);
        Service::Closed { back_wall_ms: later.map(|shift| shift.from_ms).min() }
    }

    /// Whether the team reads.
    pub fn is_open(self) -> bool {
        self == Service::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn back_is_the_next_moment_at_which_it_is_open(
            raw in proptest::collection::vec((0i64..100, 0i64..30), 0..6), now in -5i64..140,
        ) {
            let shifts: Vec<Shift> =
                raw.iter().map(|(from, long)| Shift { from_ms: *from, until_ms: from + long }).collect();
            let open = |at: i64| shifts.iter().any(|shift| shift.from_ms <= at && at < shift.until_ms);
            match Service::at(&shifts, now) {
                Service::Open => prop_assert!(open(now)),
                Service::Closed { back_wall_ms } => {
                    prop_assert!(!open(now));
                    prop_assert_eq!(back_wall_ms, (now..200).find(|at| open(*at)));
                }
            }
        }
    }
}
