//! Rows of durations with their goals, as the documents show them.

use serde::{Deserialize, Serialize};

/// Milliseconds, by nearest rank.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) n: u32,
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

/// What a rank should not exceed, milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    P95(f64),
    P99(f64),
}

/// One row.
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) spread: Spread,
    pub(crate) goal: Option<Bound>,
}

impl Row {
    fn verdict(&self) -> String {
        let (name, most, is) = match self.goal {
            None => return String::new(),
            Some(Bound::P95(most)) => ("p95", most, self.spread.p95),
            Some(Bound::P99(most)) => ("p99", most, self.spread.p99),
        };
        format!("{name} ≤ {most:.0}{}", if is <= most { "" } else { ", **missed**" })
    }
}

/// Prints a table.
pub(crate) fn print(title: &str, rows: &[Row]) {
    println!("\n| {title} | n | median | p95 | p99 | max | goal |\n| --- | --- | --- | --- | --- | --- | --- |");
    for row in rows {
        let Spread { n, p50, p95, p99, max } = row.spread;
        println!("| {} | {n} | {p50:.1} | {p95:.1} | {p99:.1} | {max:.1} | {} |", row.label, row.verdict());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_goal_is_said() {
        let spread = Spread { n: 10, p50: 1.0, p95: 100.1, p99: 49.0, max: 200.0 };
        let row = |goal| Row { label: String::new(), spread, goal }.verdict();
        assert_eq!(row(Some(Bound::P95(100.0))), "p95 ≤ 100, **missed**");
        assert_eq!(row(Some(Bound::P99(50.0))), "p99 ≤ 50");
        assert_eq!(row(None), "");
    }
}
