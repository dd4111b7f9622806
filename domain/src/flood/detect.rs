//! When it is a flood. Law: read off the rows alone, without memory: whoever opens the desk in the
//! middle of a flood sees the same as those who saw it begin.

use super::RowNow;
use crate::person::Role;
use crate::view::{HEARD_WITHIN_MS, PersonRow};

/// More new incidents than this for each agent within [`RATE_MS`] are a flood (EEMUA 191, ISA-18.2).
pub const PER_AGENT: usize = 10;
/// The time over which alerts for each agent are counted.
pub const RATE_MS: i64 = 600_000;
/// So many new incidents within [`BURST_MS`] are a flood whoever is there.
pub const BURST: usize = 6;
/// The time over which a burst is counted.
pub const BURST_MS: i64 = 60_000;
/// A flood is over so long after the counts fell below.
pub const ENDS_AFTER_MS: i64 = 600_000;

/// How much comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gauge {
    /// New incidents of the last ten minutes.
    pub fresh: usize,
    /// Open incidents that wait for a look.
    pub waiting: usize,
    /// Agents at the desk; at least one is counted.
    pub agents: usize,
    /// The counts are over the marks, or were in the last [`ENDS_AFTER_MS`].
    pub flood: bool,
}

impl Gauge {
    /// Reads it off the rows.
    pub fn read<'a>(rows: impl IntoIterator<Item = RowNow<'a>>, agents: usize) -> Self {
        let agents = agents.max(1);
        let mut gauge = Gauge { agents, ..Gauge::default() };
        let mut ages = Vec::new();
        for row in rows {
            gauge.waiting += usize::from(row.row.unacknowledged);
            let age = row.age_ms();
            gauge.fresh += usize::from(age < RATE_MS);
            if age < RATE_MS + ENDS_AFTER_MS {
                ages.push(age);
            }
        }
        ages.sort_unstable();
        gauge.flood = crowded(&ages, BURST, BURST_MS) || crowded(&ages, PER_AGENT * agents + 1, RATE_MS);
        gauge
    }

    /// New incidents of the last ten minutes for each agent, rounded.
    pub fn per_agent(self) -> usize {
        let agents = self.agents.max(1);
        (self.fresh + agents / 2) / agents
    }
}

/// Whether at any moment of the last [`ENDS_AFTER_MS`] the `within` before it held `many` of `ages`,
/// youngest first.
fn crowded(ages: &[i64], many: usize, within: i64) -> bool {
    ages.windows(many).any(|some| match (some.first(), some.last()) {
        (Some(youngest), Some(oldest)) => oldest - youngest < within && *oldest < within + ENDS_AFTER_MS,
        _ => false,
    })
}

/// Agents whose screen was heard lately. `later_ms` is the age of the list.
pub fn agents_here(people: &[PersonRow], later_ms: i64) -> usize {
    let here = |person: &&PersonRow| {
        person.role == Role::Agent && person.heard_ms.is_some_and(|ms| ms.saturating_add(later_ms) < HEARD_WITHIN_MS)
    };
    people.iter().filter(here).count()
}
