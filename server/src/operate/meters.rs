//! What is counted and measured, and how it stands at this moment.
//!
//! Law: every label is one of a few words that stand in this program; none names a case, a person,
//! a place or an address.

use crate::desk::{Published, Rejected};
use domain::desk::{Body, Event, Stored};
use domain::escalation::Step;
use domain::incident::{IncidentEvent, Status};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::path::Path;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

type Labels = Vec<(&'static str, &'static str)>;

/// Seconds to be on disk: `goals.md` asks for 0.1 s at the 99th percentile.
const COMMIT_BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Whose live sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Phones.
    Attendee,
    /// Consoles and responders' phones.
    Staff,
}

impl Audience {
    fn label(self) -> Labels {
        vec![("audience", if self == Audience::Attendee { "attendee" } else { "staff" })]
    }
}

/// A live socket, counted for as long as this lives.
pub struct Counted(Gauge<i64, AtomicI64>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Everything that is counted.
pub struct Meters {
    registry: Registry,
    alerts: Counter,
    asked_again: Counter,
    escalations: Family<Labels, Counter>,
    refusals: Family<Labels, Counter>,
    answers: Family<Labels, Counter>,
    erased: Counter,
    commit: Histogram,
    sockets: Family<Labels, Gauge>,
    open: Family<Labels, Gauge>,
    unseen: Gauge,
    calls: Gauge,
    entries: Gauge,
    bytes: Gauge,
    leapt: Gauge,
    night: Gauge,
    ready: Gauge,
}

impl Default for Meters {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("sotto");
        macro_rules! meter {
            ($name:literal, $help:literal, $metric:expr) => {{
                let metric = $metric;
                registry.register($name, $help, metric.clone());
                metric
            }};
            ($name:literal, $help:literal, $unit:expr, $metric:expr) => {{
                let metric = $metric;
                registry.register_with_unit($name, $help, $unit, metric.clone());
                metric
            }};
        }
        let meters = (
            meter!("alerts", "Cases opened since the start", Counter::default()),
            meter!("asked_again", "Taps on cases that were open, since the start", Counter::default()),
            meter!("escalations", "Steps of the ladder taken since the start", Family::default()),
            meter!("refusals", "Commands that changed nothing since the start, by their code", Family::default()),
            meter!("http_answers", "Answers since the start, by site and class of status", Family::default()),
            meter!("erased", "Cases erased since the start because their time had come", Counter::default()),
            meter!(
                "commit",
                "From the decision of a command to its entries on disk",
                Unit::Seconds,
                Histogram::new(COMMIT_BUCKETS)
            ),
        );
        let (alerts, asked_again, escalations, refusals, answers, erased, commit) = meters;
        let meters = (
            meter!("sockets", "Live sockets", Family::default()),
            meter!("open_incidents", "Open cases", Family::default()),
            meter!(
                "unseen_age",
                "How long the longest unacknowledged case has waited; 0 without one",
                Unit::Seconds,
                Gauge::default()
            ),
            meter!("calls", "Open calls", Gauge::default()),
            meter!("log_entries", "Entries of the log", Gauge::default()),
            meter!("log_size", "The log's files", Unit::Bytes, Gauge::default()),
            meter!("clock_leapt", "1 while nothing is erased because the clock has leapt", Gauge::default()),
            meter!("night_age", "Since the last night's work was done", Unit::Seconds, Gauge::default()),
            meter!("ready", "1 while it is ready", Gauge::default()),
        );
        let (sockets, open, unseen, calls, entries, bytes, leapt, night, ready) = meters;
        let meters = Meters {
            registry,
            alerts,
            asked_again,
            escalations,
            refusals,
            answers,
            erased,
            commit,
            sockets,
            open,
            unseen,
            calls,
            entries,
            bytes,
            leapt,
            night,
            ready,
        };
        // Present from the start, so that their rise can be asked about.
        for step in Step::ALL {
            drop(meters.escalations.get_or_create(&step_label(step)));
        }
        for audience in [Audience::Attendee, Audience::Staff] {
            drop(meters.sockets.get_or_create(&audience.label()));
        }
        meters
    }
}

fn step_label(step: Step) -> Labels {
    let name = match step {
        Step::OfferedAgain => "offered_again",
        Step::LeadTold => "lead_told",
        Step::NumbersGrow => "numbers_grow",
    };
    vec![("step", name)]
}

fn state_label(status: Status) -> Labels {
    let name = match status {
        Status::Unseen => "unseen",
        Status::Seen => "seen",
        Status::Claimed => "claimed",
        Status::Closed => "closed",
    };
    vec![("state", name)]
}

impl Meters {
    /// A command's events are on disk.
    pub fn committed(&self, took: Duration, events: &[Stored]) {
        self.commit.observe(took.as_secs_f64());
        for stored in events {
            let Body::Open(Event::Incident(event)) = &stored.body else { continue };
            match event {
                IncidentEvent::Alerted { .. } => drop(self.alerts.inc()),
                IncidentEvent::AskedAgain { .. } => drop(self.asked_again.inc()),
                IncidentEvent::Escalated { step, .. } => {
                    self.escalations.get_or_create(&step_label(*step)).inc();
                }
                IncidentEvent::Erased => drop(self.erased.inc()),
                _ => {}
            }
        }
    }

    /// A command changed nothing.
    pub fn refused(&self, why: &Rejected) {
        let code = match why {
            Rejected::Refused(refusal) => refusal.code(),
            Rejected::Full => "disk_full",
            Rejected::Stopping => "stopping",
        };
        self.refusals.get_or_create(&vec![("code", code)]).inc();
    }

    /// A request was answered.
    pub fn answered(&self, desk: bool, status: u16) {
        let class = match status {
            100..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        let site = if desk { "desk" } else { "attendee" };
        self.answers.get_or_create(&vec![("site", site), ("class", class)]).inc();
    }

    /// A live socket is open.
    pub fn socket(&self, of: Audience) -> Counted {
        let gauge = self.sockets.get_or_create(&of.label()).clone();
        gauge.inc();
        Counted(gauge)
    }

    /// How many live sockets are open.
    pub fn sockets(&self) -> i64 {
        [Audience::Attendee, Audience::Staff].iter().map(|of| self.sockets.get_or_create(&of.label()).get()).sum()
    }

    /// Whether erasing waits for somebody to look at the clock.
    pub fn clock_leapt(&self, leapt: bool) {
        self.leapt.set(leapt.into());
    }

    /// Everything, in the text format of OpenMetrics.
    pub fn page(&self, published: &Published, log: &Path, ready: bool) -> String {
        self.ready.set(ready.into());
        self.look(published);
        let size = |name: &str| std::fs::metadata(log.join(name)).map_or(0, |file| file.len());
        self.bytes.set(["log.db", "log.db-wal", "log.mark"].map(size).iter().sum::<u64>().cast_signed());
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    fn look(&self, published: &Published) {
        let now = published.now();
        published.read(|state| {
            let (mut counts, mut unseen, mut calls) = ([0; 3], 0, 0);
            let open = [Status::Unseen, Status::Seen, Status::Claimed];
            for incident in state.incidents.values().filter(|incident| !incident.is_closed()) {
                let status = incident.status();
                if let Some(at) = open.iter().position(|one| *one == status) {
                    counts[at] += 1;
                }
                calls += i64::from(incident.call.is_some());
                unseen = unseen.max(incident.wait.map_or(0, |wait| now.since(wait.since)));
            }
            for (status, count) in open.into_iter().zip(counts) {
                self.open.get_or_create(&state_label(status)).set(count);
            }
            self.unseen.set(unseen / 1_000);
            self.calls.set(calls);
            self.entries.set(state.seq.cast_signed());
            self.night.set(state.course.night().map_or(0, |night| now.since(night) / 1_000));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_counts_for_as_long_as_it_lives() {
        let meters = Meters::default();
        let (one, other) = (meters.socket(Audience::Attendee), meters.socket(Audience::Staff));
        assert_eq!(meters.sockets(), 2);
        drop(one);
        assert_eq!(meters.sockets(), 1);
        drop(other);
        assert_eq!(meters.sockets(), 0);
    }
}
