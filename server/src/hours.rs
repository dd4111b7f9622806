//! The festival's hours, from local times to instants.
//!
//! Law: a shift over midnight is one shift; an hour that a clock shows twice is open both times,
//! and one that it skips begins when the clock goes on.

use domain::hours::{Service, Shift};
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

/// The table `hours` of the festival file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// Overrules the rest: demos and rehearsals.
    #[serde(default)]
    always_open: bool,
    /// Dated shifts, `2027-05-12 09:00`.
    #[serde(default)]
    intervals: Vec<Dated>,
    /// The same shift every day, `09:00` to `03:00`; it may end after midnight.
    daily: Option<Daily>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dated {
    from: String,
    to: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Daily {
    from: String,
    to: String,
}

/// When the team reads.
#[derive(Debug, Clone)]
pub struct Hours {
    zone: TimeZone,
    always: bool,
    shifts: Vec<Shift>,
    daily: Option<(Time, Time)>,
}

impl Hours {
    /// Reads the table; a file without one is always open.
    ///
    /// # Errors
    /// A sentence that names the time which cannot be read, or the shift that ends before it begins.
    pub(crate) fn new(table: Option<Table>, zone: &TimeZone) -> Result<Self, String> {
        let Some(Table { always_open, intervals, daily }) = table else {
            return Ok(Hours { zone: zone.clone(), always: true, shifts: Vec::new(), daily: None });
        };
        let moment = |text: &str| text.parse::<DateTime>().map_err(|_| format!("`{text}` is no date and time"));
        let time = |text: &str| text.parse::<Time>().map_err(|_| format!("`{text}` is no time of day"));
        let mut shifts = Vec::with_capacity(intervals.len());
        for Dated { from, to } in &intervals {
            let shift = Shift { from_ms: first(zone, moment(from)?)?, until_ms: last(zone, moment(to)?)? };
            if shift.until_ms <= shift.from_ms {
                return Err(format!("the hours from {from} end before they begin"));
            }
            shifts.push(shift);
        }
        let daily = daily.map(|daily| Ok::<_, String>((time(&daily.from)?, time(&daily.to)?))).transpose()?;
        if !always_open && shifts.is_empty() && daily.is_none() {
            return Err("`hours` has neither `always_open`, `intervals` nor `daily`: nobody would ever read".to_owned());
        }
        Ok(Hours { zone: zone.clone(), always: always_open, shifts, daily })
    }

    /// When the last of the dated shifts ends, where those are all there is: the festival's end.
    pub(crate) fn end_ms(&self) -> Option<i64> {
        let dated = !self.always && self.daily.is_none();
        self.shifts.iter().map(|shift| shift.until_ms).max().filter(|_| dated)
    }

    /// Whether the team reads at a moment, and when it does again.
    pub fn at(&self, wall_ms: i64) -> Service {
        if self.always {
            return Service::Open;
        }
        let mut shifts = self.shifts.clone();
        if let (Some((from, to)), Ok(now)) = (self.daily, Timestamp::from_millisecond(wall_ms)) {
            let today = self.zone.to_datetime(now).date();
            for days in -1..=2 {
                let Ok(day) = today.checked_add(days.days()) else { continue };
                let end = if to > from { Ok(day) } else { day.tomorrow() };
                let begin = first(&self.zone, day.to_datetime(from));
                let end = end.map_err(|_| String::new()).and_then(|day| last(&self.zone, day.to_datetime(to)));
                if let (Ok(from_ms), Ok(until_ms)) = (begin, end) {
                    shifts.push(Shift { from_ms, until_ms });
                }
            }
        }
        Service::at(&shifts, wall_ms)
    }
}

/// The first instant at which a clock on the wall shows `local`.
pub(crate) fn first(zone: &TimeZone, local: DateTime) -> Result<i64, String> {
    let instant = zone.to_ambiguous_timestamp(local).compatible();
    instant.map(Timestamp::as_millisecond).map_err(|error| error.to_string())
}

/// The last one.
fn last(zone: &TimeZone, local: DateTime) -> Result<i64, String> {
    let instant = zone.to_ambiguous_timestamp(local).later();
    instant.map(Timestamp::as_millisecond).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(table: &str) -> Result<Hours, String> {
        Hours::new(Some(toml::from_str(table).unwrap()), &TimeZone::get("Europe/Paris").unwrap())
    }

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_began() {
        let hours = hours("intervals = [{ from = \"2027-05-12 09:00\", to = \"2027-05-13 03:00\" }, { from = \"2027-05-13 09:00\", to = \"2027-05-14 03:00\" }]").unwrap();
        // Paris is two hours ahead of UTC in May.
        assert_eq!(hours.at(at("2027-05-13T00:59:59Z")), Service::Open);
        let morning = Some(at("2027-05-13T07:00:00Z"));
        assert_eq!(hours.at(at("2027-05-13T01:00:00Z")), Service::Closed { back_wall_ms: morning });
        assert_eq!(hours.at(at("2027-05-13T07:00:00Z")), Service::Open);
        assert_eq!(hours.at(at("2027-05-14T01:00:00Z")), Service::Closed { back_wall_ms: None });
    }

    #[test]
    fn every_day_until_after_midnight() {
        let hours = hours("daily = { from = \"10:00\", to = \"02:00\" }").unwrap();
        assert_eq!(hours.at(at("2027-01-10T00:30:00Z")), Service::Open);
        let back = Some(at("2027-01-10T09:00:00Z"));
        assert_eq!(hours.at(at("2027-01-10T01:00:00Z")), Service::Closed { back_wall_ms: back });
        assert_eq!(hours.at(at("2027-01-10T23:00:00Z")), Service::Open);
    }

    #[test]
    fn the_hour_that_happens_twice_is_open_both_times() {
        // On 31 October 2027 the clocks of Paris go from 03:00 back to 02:00.
        let hours = hours("intervals = [{ from = \"2027-10-30 22:00\", to = \"2027-10-31 02:30\" }]").unwrap();
        assert_eq!(hours.at(at("2027-10-31T00:45:00Z")), Service::Open, "02:45 for the first time: 02:30 comes again");
        assert_eq!(hours.at(at("2027-10-31T01:29:00Z")), Service::Open);
        assert!(!hours.at(at("2027-10-31T01:31:00Z")).is_open());
    }

    #[test]
    fn hours_in_which_nobody_would_read_are_refused_in_words() {
        let backwards = "intervals = [{ from = \"2027-05-13 09:00\", to = \"2027-05-13 03:00\" }]";
        for (table, words) in [
            ("", "neither"),
            ("daily = { from = \"10\", to = \"25:00\" }", "no time of day"),
            ("intervals = [{ from = \"tomorrow\", to = \"x\" }]", "no date"),
            (backwards, "before they begin"),
        ] {
            assert!(hours(table).unwrap_err().contains(words), "{table}");
        }
    }
}
