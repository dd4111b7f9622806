//! What the visits took: order statistics, a table, and whether the goals are met.

use super::line::Profile;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The first page may be this large after brotli.
const HTML_BYTES: f64 = 4_096.0;

/// A repeat visit without a network, ms (`goals.md`).
const REPEAT_MS: f64 = 300.0;

/// By how much the line may differ from what was asked for.
const TOLERANCE: f64 = 0.15;

/// What `page.mjs` found. Times in milliseconds.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Found {
    pub(crate) browser: String,
    line: Measured,
    visits: Vec<Visit>,
    /// Until the button can be used, on a repeat visit without any network.
    repeats: Vec<f64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    round_trips: Vec<f64>,
    down_kbit: f64,
    up_kbit: f64,
}

/// One visit: everything the page measured, by name.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Visit {
    round_trip: f64,
    ready: Value,
    tap: Value,
}

/// The least, middle, 95th percentile (nearest rank) and most of a series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Spread {
    min: f64,
    median: f64,
    p95: f64,
    max: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Result<Self> {
        values.sort_by(f64::total_cmp);
        let rank = |percent: usize| values.get((values.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        let all = [rank(0), rank(50), rank(95), rank(100)];
        let [Some(min), Some(median), Some(p95), Some(max)] = all else { anyhow::bail!("there were no visits") };
        Ok(Self { min, median, p95, max })
    }
}

/// Rows of the table: part of a visit, key there, what it is called.
const ROWS: [(&str, &str, &str); 15] = [
    ("ready", "usable", "usable button, cold, ms"),
    ("ready", "lookup", "  name look-up"),
    ("ready", "tcp", "  TCP handshake"),
    ("ready", "tls", "  TLS handshake"),
    ("ready", "answer", "  request to first byte"),
    ("ready", "body", "  rest of the page"),
    ("ready", "paint", "  on the screen"),
    ("tap", "acknowledged", "tap to acknowledged, ms"),
    ("tap", "asked", "  tap to request"),
    ("tap", "answer", "  request to first byte"),
    ("tap", "paint", "  on the screen"),
    ("ready", "htmlBytes", "first page, brotli, bytes"),
    ("ready", "requests", "requests until usable"),
    ("ready", "redirects", "redirects"),
    ("ready", "blocking", "render-blocking requests"),
];

/// What a row should not exceed at its 95th percentile.
fn target(profile: &Profile, part: &str, key: &str) -> Option<f64> {
    match (part, key) {
        ("ready", "usable") => Some(f64::from(profile.usable_ms)),
        ("repeat", "usable") => Some(REPEAT_MS),
        ("tap", "acknowledged") => Some(f64::from(profile.acknowledged_ms)),
        ("ready", "htmlBytes") => Some(HTML_BYTES),
        ("ready", "requests") => Some(1.0),
        ("ready", "redirects" | "blocking") => Some(0.0),
        _ => None,
    }
}

impl Found {
    /// Whether the line did what it should, and every visit went over all of it.
    pub(crate) fn believe(&self, profile: &Profile) -> Result<()> {
        let trip = f64::from(profile.round_trip_ms);
        let off = |measured: f64, wanted: f64| (measured - wanted).abs() > wanted * TOLERANCE;
        let median = Spread::of(self.line.round_trips.clone())?.median;
        ensure!(!off(median, trip), "a round trip of {} took {median:.0} ms instead of {trip} ms", profile.name);
        for (measured, wanted) in [(self.line.down_kbit, profile.down_kbit), (self.line.up_kbit, profile.up_kbit)] {
            let wanted = f64::from(wanted);
            ensure!(!off(measured, wanted), "{} carried {measured:.0} kbit/s instead of {wanted}", profile.name);
        }
        for visit in &self.visits {
            ensure!(!off(visit.round_trip, trip), "a round trip took {:.0} ms before a visit", visit.round_trip);
            // Name, TCP and TLS, one after another: Chromium may begin a little before it says so,
            // therefore their sum since the navigation began.
            let connected = visit.ready["connected"].as_f64().unwrap_or_default();
            ensure!(
                connected >= 3.0 * trip * 0.95,
                "a visit was not cold: it was connected after {connected:.0} ms on a line of {trip} ms"
            );
        }
        Ok(())
    }

    /// Prints the table and returns it for the file.
    pub(crate) fn report(&self, profile: &Profile) -> Result<Value> {
        println!(
            "\n{}: round trip {} ms (measured {:.0}), down {} kbit/s ({:.0} of data), up {} kbit/s ({:.0} of data)",
            profile.name,
            profile.round_trip_ms,
            Spread::of(self.line.round_trips.clone())?.median,
            profile.down_kbit,
            self.line.down_kbit,
            profile.up_kbit,
            self.line.up_kbit,
        );
        println!("{:<28}{:>8}{:>8}{:>8}{:>8}{:>9}", "", "min", "median", "p95", "max", "target");
        let mut rows = Vec::new();
        let repeat = ("repeat", "usable", "usable, repeat, no network");
        for (part, key, label) in ROWS.into_iter().chain([repeat]) {
            let spread = self.spread(part, key).with_context(|| format!("no visit says {key}"))?;
            let target = target(profile, part, key);
            let met = target.map(|most| spread.p95 <= most);
            let Spread { min, median, p95, max } = spread;
            let most = target.map_or(String::new(), |most| format!("≤ {most}"));
            let verdict = met.map_or("", |met| if met { "ok" } else { "MISSED" });
            println!("{label:<28}{min:>8.0}{median:>8.0}{p95:>8.0}{max:>8.0}{most:>9}  {verdict}");
            rows.push(
                json!({ "figure": [part, key], "label": label.trim(), "spread": spread, "target": target, "met": met }),
            );
        }
        Ok(json!({ "profile": profile, "rows": rows, "measured": self }))
    }

    fn spread(&self, part: &str, key: &str) -> Result<Spread> {
        if part == "repeat" {
            return Spread::of(self.repeats.clone());
        }
        let value = |visit: &Visit| if part == "tap" { visit.tap[key].as_f64() } else { visit.ready[key].as_f64() };
        Spread::of(self.visits.iter().map(value).collect::<Option<_>>().context("a value is missing")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::line::PROFILES;

    fn found(round_trip: f64, connected: f64) -> Found {
        let ready = json!({ "connected": connected });
        Found {
            browser: String::new(),
            line: Measured { round_trips: vec![round_trip; 5], down_kbit: 1_550.0, up_kbit: 720.0 },
            visits: vec![Visit { round_trip, ready, tap: Value::Null }],
            repeats: Vec::new(),
        }
    }

    #[test]
    fn the_95th_of_20_is_the_second_largest() {
        let spread = Spread::of((1..=20).map(f64::from).collect()).unwrap();
        assert_eq!(spread, Spread { min: 1.0, median: 10.0, p95: 19.0, max: 20.0 });
    }

    #[test]
    fn a_line_that_is_too_quick_or_too_slow_is_not_believed() {
        found(151.0, 460.0).believe(&PROFILES[0]).unwrap();
        assert!(found(120.0, 460.0).believe(&PROFILES[0]).is_err());
        assert!(found(190.0, 460.0).believe(&PROFILES[0]).is_err());
    }

    #[test]
    fn a_visit_that_skipped_a_handshake_is_not_believed() {
        let error = found(151.0, 310.0).believe(&PROFILES[0]).unwrap_err().to_string();
        assert!(error.contains("not cold"), "{error}");
    }
}
