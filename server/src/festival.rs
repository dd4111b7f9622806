//! The festival file: what an organiser settles before the event.

use crate::hours::{self, Hours, Table};
use crate::programme::{Day, Lines, Room};
use app::attendee::{Number, Numbers, Programme};
use app::text::AttendeeKey;
use domain::escalation::Ladder;
use domain::person::Role;
use domain::retention::{DAY_MS, Retention};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The demo's festival file, part of the binary.
pub const DEMO: &str = include_str!("../demo/festival.toml");

/// A festival file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FestivalError {
    /// It cannot be read.
    #[error("the festival file {path} cannot be read: {source}")]
    Read {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("the festival file is not right: {0}")]
    Content(String),
}

/// A text in each language of the festival.
pub type Text = BTreeMap<String, String>;

/// A text in `lang`, else in the first language there is.
pub fn pick<'a>(text: &'a Text, lang: &str) -> &'a str {
    text.get(lang).or_else(|| text.get("en")).or_else(|| text.values().next()).map_or("", String::as_str)
}

/// The settings.
#[derive(Debug, Clone)]
pub struct Festival {
    /// A short stable name: the log is kept under it.
    pub id: String,
    /// When each step of the ladder is due.
    pub ladder: Ladder,
    /// The first of the festival's languages: what the country's services read, and what a reader
    /// gets who has none of ours.
    pub language: &'static str,
    /// Staff of the demo; empty in a real festival.
    pub staff: Vec<StaffEntry>,
    /// The anchor of the demo poster.
    pub demo_poster: Option<String>,
    /// When the team reads.
    pub hours: Hours,
    /// How long a case is kept.
    pub retention: Retention,
    /// The time of day at which the night's work is done.
    night: Time,
    /// Suggestions for approach notes.
    pub approach: Vec<Text>,
    name: Text,
    emergency: Vec<Emergency>,
    programme: Lines,
    zone: TimeZone,
}

/// Somebody of the demo.
#[derive(Debug, Clone, Deserialize)]
pub struct StaffEntry {
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Languages, best first.
    #[serde(default)]
    pub languages: Vec<String>,
    /// How an attendee will know them.
    #[serde(default)]
    pub appearance: Text,
}

#[derive(Deserialize)]
struct File {
    id: String,
    name: Text,
    time_zone: String,
    languages: Vec<String>,
    emergency: Vec<Emergency>,
    #[serde(default)]
    escalation: Ladder,
    #[serde(default)]
    staff: Vec<StaffEntry>,
    #[serde(default)]
    demo: Demo,
    hours: Option<Table>,
    #[serde(default)]
    retention: Kept,
    #[serde(default)]
    approach: Vec<BTreeMap<String, String>>,
    #[serde(default)]
    rooms: BTreeMap<String, Room>,
    #[serde(default, rename = "day")]
    days: Vec<Day>,
    #[serde(default)]
    getting_home: Text,
}

/// The table `retention`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Kept {
    /// Days that a case is kept after it was closed and after the festival's end.
    days: u16,
    /// The festival's last day, `2027-05-22`; without it, the end of the last of the dated hours.
    ends: Option<String>,
    /// When what is due is erased: an hour at which nobody reads.
    at: String,
}

impl Default for Kept {
    fn default() -> Self {
        Kept { days: 30, ends: None, at: "05:00".to_owned() }
    }
}

#[derive(Default, Deserialize)]
struct Demo {
    poster: Option<String>,
    #[serde(default)]
    repeat_programme: bool,
}

#[derive(Debug, Clone, Deserialize)]
struct Emergency {
    call: Option<String>,
    text: Option<String>,
    name: Text,
}

impl Festival {
    /// Reads a festival file.
    ///
    /// # Errors
    /// [`FestivalError`], in words that name the line.
    pub fn load(path: &Path) -> Result<Self, FestivalError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| FestivalError::Read { path: path.display().to_string(), source })?;
        Self::parse(&text)
    }

    /// Reads the text of a festival file.
    ///
    /// # Errors
    /// [`FestivalError::Content`].
    pub fn parse(text: &str) -> Result<Self, FestivalError> {
        let wrong = |why: &str| FestivalError::Content(why.to_owned());
        let file: File = toml::from_str(text).map_err(|error| FestivalError::Content(error.to_string()))?;
        let ladder = file.escalation;
        if !(ladder.offered_again < ladder.lead_told && ladder.lead_told < ladder.numbers_grow) {
            return Err(wrong("the escalation times must grow: offered_again, lead_told, numbers_grow"));
        }
        if file.emergency.iter().any(|number| number.call.is_some() == number.text.is_some()) {
            return Err(wrong("each emergency number has either `call` or `text`"));
        }
        let plain = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if file.id.is_empty() || file.id.len() > 40 || !plain(&file.id) {
            return Err(wrong("`id` is a short name of letters, digits and hyphens"));
        }
        let zone = TimeZone::get(&file.time_zone).map_err(|error| FestivalError::Content(error.to_string()))?;
        let language = file.languages.iter().find_map(|tag| app::text::known_language(tag)).unwrap_or("en");
        let hours = Hours::new(file.hours, &zone).map_err(FestivalError::Content)?;
        let programme = Lines::new(file.days, &file.rooms, file.getting_home, file.demo.repeat_programme)
            .map_err(FestivalError::Content)?;
        let (retention, night) = kept(&file.retention, &hours, &zone).map_err(FestivalError::Content)?;
        Ok(Festival {
            hours,
            programme,
            retention,
            night,
            id: file.id,
            ladder,
            language,
            staff: file.staff,
            demo_poster: file.demo.poster,
            approach: file.approach,
            name: file.name,
            emergency: file.emergency,
            zone,
        })
    }

    /// Its name, the title of every attendee page.
    pub fn name(&self, lang: &str) -> String {
        pick(&self.name, lang).to_owned()
    }

    /// The country's emergency numbers.
    pub fn numbers(&self, lang: &str) -> Numbers {
        let country = app::text::texts(self.language);
        let by_others = |entry: &Emergency| entry.text.is_some() && lang != self.language;
        let number = |entry: &Emergency| Number {
            number: entry.call.clone().or_else(|| entry.text.clone()).unwrap_or_default(),
            by_text: entry.text.is_some(),
            label: pick(&entry.name, lang).to_owned(),
            country: [AttendeeKey::SmsBody, AttendeeKey::SmsBodyNoPlace]
                .map(|key| if by_others(entry) { country.get(key) } else { String::new() }),
        };
        Numbers(self.emergency.iter().map(number).collect())
    }

    /// The lines of the programme that are on and come next at a moment: what the cover shows.
    pub fn programme(&self, lang: &str, wall_ms: i64) -> Programme {
        let instant = jiff::Timestamp::from_millisecond(wall_ms).unwrap_or_default();
        self.programme.at(self.zone.to_datetime(instant), lang)
    }

    /// The festival's time zone, an IANA name.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or_default()
    }

    /// When the night's work was last due, at `wall_ms`.
    pub fn night_before(&self, wall_ms: i64) -> i64 {
        let Ok(now) = jiff::Timestamp::from_millisecond(wall_ms) else { return i64::MIN };
        let today = self.zone.to_datetime(now).date();
        let nights = [Ok(today), today.yesterday()].into_iter().flatten();
        let nights = nights.filter_map(|day| hours::first(&self.zone, day.to_datetime(self.night)).ok());
        nights.filter(|night| *night <= wall_ms).max().unwrap_or(i64::MIN)
    }

    /// Seconds since midnight in the festival's time zone, 0 to 86,399.
    pub fn seconds_of_day(&self, wall_ms: i64) -> u32 {
        let Ok(instant) = jiff::Timestamp::from_millisecond(wall_ms) else { return 0 };
        let time = self.zone.to_datetime(instant).time();
        time.hour() as u32 * 3600 + time.minute() as u32 * 60 + time.second() as u32
    }
}

fn kept(table: &Kept, hours: &Hours, zone: &TimeZone) -> Result<(Retention, Time), String> {
    if table.days == 0 {
        return Err("`retention.days` is 1 at least: a case is over when its person can no longer reopen it".to_owned());
    }
    let night = table.at.parse().map_err(|_| format!("`{}` is no time of day", table.at))?;
    let last = |text: &String| {
        let day = text.parse::<Date>().map_err(|_| format!("`{text}` is no date"))?;
        let next = day.tomorrow().map_err(|_| format!("`{text}` is no date"))?;
        hours::first(zone, next.to_datetime(Time::midnight()))
    };
    let ends_wall_ms = table.ends.as_ref().map(last).transpose()?.or(hours.end_ms());
    Ok((Retention { kept_ms: i64::from(table.days) * DAY_MS, ends_wall_ms }, night))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_festival_reads_and_says_its_name_in_each_language() {
        let festival = Festival::parse(DEMO).unwrap();
        assert_eq!(festival.name("fr"), "Festival de la Baie");
        assert_eq!(festival.numbers("en").0.len(), 3);
        assert!(festival.staff.iter().any(|entry| entry.role == Role::Security));
    }

    #[test]
    fn a_text_message_speaks_the_countrys_language_first() {
        let festival = Festival::parse(DEMO).unwrap();
        let country = |lang: &str| festival.numbers(lang).0.into_iter().find(|number| number.by_text).unwrap().country;
        assert_eq!(country("ja"), ["J'ai besoin d'aide. Je suis ici : {place}", "J'ai besoin d'aide."]);
        assert_eq!(country("fr"), ["", ""]);
    }

    #[test]
    fn the_demo_speaks_every_language_where_an_attendee_reads() {
        let festival = Festival::parse(DEMO).unwrap();
        for language in &app::text::LANGUAGES {
            let tag = language.tag;
            let appearances = festival.staff.iter().map(|entry| &entry.appearance).filter(|text| !text.is_empty());
            for text in festival.emergency.iter().map(|entry| &entry.name).chain(&festival.approach).chain(appearances)
            {
                assert!(text.contains_key(tag), "{tag} {text:?}");
            }
        }
    }

    #[test]
    fn a_ladder_that_does_not_grow_is_refused_in_words() {
        let broken = DEMO.replace("lead_told = 45", "lead_told = 10");
        assert!(Festival::parse(&broken).unwrap_err().to_string().contains("must grow"));
    }

    #[test]
    fn a_case_is_kept_for_thirty_days_after_the_festival() {
        let with = |table: &str| Festival::parse(&DEMO.replace("days = 30\nat = \"05:00\"", table));
        let ends = |festival: &Festival| {
            let end = festival.retention.ends_wall_ms.map(jiff::Timestamp::from_millisecond);
            end.map(|end| end.unwrap().to_string())
        };
        // The demo is open on any day: it has no end.
        let demo = Festival::parse(DEMO).unwrap();
        assert_eq!((demo.retention.kept_ms, ends(&demo)), (30 * DAY_MS, None));
        let dated = Festival::parse(&DEMO.replace("always_open = true", "always_open = false")).unwrap();
        assert_eq!(ends(&dated).as_deref(), Some("2027-05-22T02:00:00Z"));
        let told = with("ends = \"2027-06-01\"\ndays = 7").unwrap();
        assert_eq!((told.retention.kept_ms, ends(&told).as_deref()), (7 * DAY_MS, Some("2027-06-01T22:00:00Z")));
        for wrong in ["days = 0", "days = -1", "at = \"25:00\"", "ends = \"May\"", "day = 3"] {
            assert!(with(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_nights_work_is_due_once_a_day_also_when_the_clocks_change() {
        let festival = Festival::parse(&DEMO.replace("at = \"05:00\"", "at = \"02:30\"")).unwrap();
        let ms = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let night =
            |text: &str| jiff::Timestamp::from_millisecond(festival.night_before(ms(text))).unwrap().to_string();
        assert_eq!(night("2026-07-01T00:29:59Z"), "2026-06-30T00:30:00Z");
        assert_eq!(night("2026-07-01T00:30:00Z"), "2026-07-01T00:30:00Z");
        // 02:30 comes twice on one night in October, and not at all on one in March.
        let (mut nights, mut at) = (std::collections::BTreeSet::new(), ms("2026-10-20T12:00:00Z"));
        while at < ms("2027-04-02T12:00:00Z") {
            at += 600_000;
            nights.insert(festival.night_before(at));
        }
        // One before it begins, and one for each of its 164 days.
        assert_eq!(nights.len(), 165);
    }
}
