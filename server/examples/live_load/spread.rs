//! Order statistics of a series of durations.

use serde::Serialize;
use std::time::Duration;

/// Milliseconds, by nearest rank.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Spread {
    n: usize,
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

impl Spread {
    /// Of a series; zeros for an empty one.
    pub fn of(mut values: Vec<Duration>) -> Self {
        values.sort_unstable();
        let rank = |percent: usize| {
            let at = (values.len() * percent).div_ceil(100).saturating_sub(1);
            values.get(at).map_or(0.0, |value| (value.as_secs_f64() * 1e5).round() / 100.0)
        };
        Spread { n: values.len(), p50: rank(50), p95: rank(95), p99: rank(99), max: rank(100) }
    }
}
