//! The festival's programme, as the festival file has it: what the cover shows.
//!
//! Law: whatever the clock says there are eight lines, earliest first, and one that is over stands
//! among them only where the whole programme has no eight left.

use crate::festival::{Text, pick};
use app::attendee::{Programme, ProgrammeLine};
use app::text::{AttendeeKey as K, texts};
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan};
use serde::Deserialize;
use std::collections::BTreeMap;

/// So many lines make a page that nobody looks at twice.
pub const LINES: usize = 8;
/// A line before this hour belongs to the night that follows its date.
const NIGHT_ENDS: i8 = 6;

/// A table `day` of the festival file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Day {
    date: String,
    lines: Vec<Entry>,
}

/// Its fields besides these are the title's languages.
#[derive(Debug, Clone, Deserialize)]
struct Entry {
    at: String,
    until: String,
    room: String,
    #[serde(rename = "kind")]
    _kind: Option<String>,
    by: Option<String>,
    #[serde(rename = "spoken")]
    _spoken: Option<String>,
    #[serde(flatten)]
    title: Text,
}

/// A table `rooms.NAME` of the festival file.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Room {
    name: Text,
}

/// Every line, earliest first.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    lines: Vec<Line>,
    days: Vec<Date>,
    repeats: bool,
    home: Text,
}

#[derive(Debug, Clone)]
struct Line {
    from: DateTime,
    until: DateTime,
    title: Text,
    by: Option<String>,
    room: Text,
}

impl Lines {
    /// Reads the tables. `repeats`: a day without lines shows one that has some (demos).
    ///
    /// # Errors
    /// A sentence that names the line which cannot be used, or says that there are too few.
    pub(crate) fn new(
        days: Vec<Day>,
        rooms: &BTreeMap<String, Room>,
        home: Text,
        repeats: bool,
    ) -> Result<Self, String> {
        let mut lines = Vec::new();
        let mut dates = Vec::new();
        for day in days {
            let date: Date = day.date.parse().map_err(|_| format!("`{}` is no date", day.date))?;
            dates.push(date);
            for entry in day.lines {
                lines.push(entry.on(date, rooms)?);
            }
        }
        if lines.len() < LINES {
            return Err(format!(
                "the programme has {} lines (`[[day]]`, `lines`) and needs {LINES}: phones show it in place of a case",
                lines.len()
            ));
        }
        dates.sort_unstable();
        lines.sort_by_key(|line| (line.from, line.until));
        Ok(Lines { lines, days: dates, repeats, home })
    }

    /// What is on and what comes next at `now`, a local time, as a page says it.
    pub(crate) fn at(&self, now: DateTime, lang: &str) -> Programme {
        let now = self.stand_in(now);
        let words = texts::<K>(lang);
        let line = |line: &Line| {
            let minutes = line.from.duration_until(line.until).as_mins().to_string();
            let minutes = words.fill(K::ProgrammeMinutes, &[("n", &minutes)]);
            ProgrammeLine {
                at: line.from.strftime("%H:%M").to_string(),
                on: line.from <= now && now < line.until,
                title: pick(&line.title, lang).to_owned(),
                by: line.by.clone().unwrap_or_default(),
                lasts: minutes,
                room: pick(&line.room, lang).to_owned(),
            }
        };
        Programme { lines: self.chosen(now).into_iter().map(line).collect(), home: pick(&self.home, lang).to_owned() }
    }

    fn chosen(&self, now: DateTime) -> Vec<&Line> {
        let mut chosen: Vec<&Line> = self.lines.iter().filter(|line| line.until > now).take(LINES).collect();
        let over = self.lines.iter().rev().filter(|line| line.until <= now);
        chosen.extend(over.take(LINES - chosen.len()));
        chosen.sort_by_key(|line| (line.from, line.until));
        chosen
    }

    /// The moment whose lines are shown at `now`.
    fn stand_in(&self, now: DateTime) -> DateTime {
        let day = if now.hour() < NIGHT_ENDS { now.date().saturating_sub(1.day()) } else { now.date() };
        let Some(first) = self.days.first().filter(|_| self.repeats && !self.days.contains(&day)) else { return now };
        let since = first.duration_until(day).as_hours() / 24;
        let nth = since.rem_euclid(self.days.len() as i64) as usize;
        let Some(other) = self.days.get(nth) else { return now };
        now.saturating_add(day.duration_until(*other))
    }
}

impl Entry {
    fn on(self, date: Date, rooms: &BTreeMap<String, Room>) -> Result<Line, String> {
        let time = |text: &str| text.parse::<Time>().map_err(|_| format!("`{text}` is no time of day ({date})"));
        let (from, until) = (time(&self.at)?, time(&self.until)?);
        let room = rooms.get(&self.room).ok_or(format!("there is no room `{}` ({date} {})", self.room, self.at))?;
        if self.title.values().all(|title| title.trim().is_empty()) {
            return Err(format!("the line of {date} {} has no title", self.at));
        }
        let night = if from.hour() < NIGHT_ENDS { 1 } else { 0 };
        let from = date.saturating_add(night.days()).to_datetime(from);
        let same_day = from.date().to_datetime(until);
        let until = if same_day > from { same_day } else { same_day.saturating_add(SignedDuration::from_hours(24)) };
        Ok(Line { from, until, title: self.title, by: self.by, room: room.name.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::festival::{DEMO, Festival};
    use jiff::Timestamp;
    use proptest::prelude::*;

    /// A programme of one line a pair: days after the first, minutes of its day, minutes that it lasts.
    fn lines(made: &[(u8, u16, u16)], repeats: bool) -> Lines {
        let first = jiff::civil::date(2027, 5, 12);
        let (mut lines, mut days) = (Vec::new(), vec![first]);
        for (n, (day, minute, lasts)) in made.iter().enumerate() {
            let date = first + i64::from(*day).days();
            days.push(date);
            let from = date.at(6, 0, 0, 0) + i64::from(*minute).minutes();
            let title = Text::from([("en".to_owned(), n.to_string())]);
            lines.push(Line { from, until: from + i64::from(*lasts).minutes(), title, by: None, room: Text::new() });
        }
        days.sort_unstable();
        days.dedup();
        lines.sort_by_key(|line| (line.from, line.until));
        Lines { lines, days, repeats, home: Text::new() }
    }

    proptest! {
        #[test]
        fn eight_lines_earliest_first_and_none_that_is_over_while_eight_are_left(
            made in proptest::collection::vec((0_u8..4, 0_u16..1_440, 1_u16..300), LINES..40),
            now in -3_000_i64..9_000, repeats: bool,
        ) {
            let lines = lines(&made, repeats);
            let now = jiff::civil::date(2027, 5, 12).at(0, 0, 0, 0) + now.minutes();
            let now = lines.stand_in(now);
            let chosen = lines.chosen(now);
            prop_assert_eq!(chosen.len(), LINES);
            prop_assert!(chosen.is_sorted_by_key(|line| line.from));
            let left = lines.lines.iter().filter(|line| line.until > now).count();
            let over = chosen.iter().filter(|line| line.until <= now).count();
            prop_assert_eq!(over, LINES.saturating_sub(left));
            // Nothing that begins earlier and is not over was left out.
            let last = chosen.last().map(|line| line.from);
            let earlier = lines.lines.iter().filter(|line| line.until > now && Some(line.from) < last).count();
            prop_assert!(left < LINES || earlier < LINES);
        }

        #[test]
        fn the_demo_has_a_programme_on_every_day(days in -4_000_i64..4_000, minute in 0_i64..1_440) {
            let festival = Festival::parse(DEMO).unwrap();
            let moment = jiff::civil::date(2027, 5, 12).at(0, 0, 0, 0) + days.days() + minute.minutes();
            let moment = jiff::tz::TimeZone::get("Europe/Paris").unwrap().to_timestamp(moment).unwrap();
            let shown = festival.programme("fr", moment.as_millisecond());
            prop_assert_eq!(shown.lines.len(), LINES);
            prop_assert!(shown.lines.iter().all(|line| !line.title.is_empty() && !line.room.is_empty()));
        }
    }

    fn at(local: &str, lang: &str) -> Programme {
        let moment: Timestamp = format!("{local}+02:00").parse().unwrap();
        Festival::parse(DEMO).unwrap().programme(lang, moment.as_millisecond())
    }

    #[test]
    fn the_evening_shows_what_is_on_and_what_comes_next_also_after_midnight() {
        let evening = at("2027-05-15T23:15:00", "en");
        assert!(evening.lines[0].on && !evening.lines[7].on, "{evening:?}");
        assert!(evening.lines.iter().any(|line| line.at == "00:15"), "{evening:?}");
        let night = at("2027-05-16T00:30:00", "en");
        assert!(night.lines.iter().any(|line| line.at == "00:15" && line.on), "{night:?}");
        assert_eq!(night.lines.last().map(|line| line.on), Some(false));
        assert_eq!(night.home, "Night bus N2, every 20 min until 03:10.");
        // A year later, the same day of the demo's ten.
        assert_eq!(at("2027-05-25T10:00:00", "en").lines[0].title, at("2027-05-15T10:00:00", "en").lines[0].title);
        // Nothing is left of it: its last lines, none of them on.
        let real = DEMO.replace("repeat_programme = true", "repeat_programme = false");
        let after: Timestamp = "2027-06-01T12:00:00Z".parse().unwrap();
        let after = Festival::parse(&real).unwrap().programme("en", after.as_millisecond());
        assert_eq!((after.lines.len(), after.lines.iter().any(|line| line.on)), (LINES, false));
    }

    #[test]
    fn a_programme_that_cannot_be_shown_is_refused_in_words() {
        let said = |text: &str| Festival::parse(text).unwrap_err().to_string();
        let (before, _) = DEMO.split_once("[[day]]").unwrap();
        assert!(said(before).contains("has 0 lines"), "{}", said(before));
        assert!(said(&DEMO.replacen("at = \"09:00\"", "at = \"25:00\"", 1)).contains("`25:00` is no time of day"));
        assert!(said(&DEMO.replacen("room = \"alize\"", "room = \"attic\"", 1)).contains("no room `attic`"));
        assert!(said(&DEMO.replacen("date = \"2027-05-12\"", "date = \"May\"", 1)).contains("`May` is no date"));
    }
}
