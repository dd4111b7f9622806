//! The festival file: what an organiser settles before the event.

use app::attendee::Numbers;
use domain::escalation::Ladder;
use domain::person::Role;
use jiff::tz::TimeZone;
use serde::Deserialize;
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

/// The settings.
#[derive(Debug, Clone)]
pub struct Festival {
    /// Its name: title of every attendee page.
    pub name: String,
    /// Emergency numbers of the country.
    pub numbers: Numbers,
    /// When each step of the ladder is due.
    pub ladder: Ladder,
    /// The staff's and the venue's language; attendees get their own.
    pub language: &'static str,
    /// Demo staff, by role; empty in a real festival.
    pub staff: Vec<StaffEntry>,
    /// The anchor of the demo poster.
    pub demo_anchor: Option<String>,
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
    /// How an attendee will know them, by language.
    #[serde(default)]
    pub appearance: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct File {
    name: String,
    time_zone: String,
    #[serde(default)]
    language: Option<String>,
    emergency: Emergency,
    #[serde(default)]
    escalation: Ladder,
    #[serde(default)]
    staff: Vec<StaffEntry>,
    #[serde(default)]
    demo_anchor: Option<String>,
}

#[derive(Deserialize)]
struct Emergency {
    police: String,
    emergency: String,
    text: String,
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
        let file: File = toml::from_str(text).map_err(|error| FestivalError::Content(error.to_string()))?;
        let ladder = file.escalation;
        if !(ladder.offered_again < ladder.lead_told && ladder.lead_told < ladder.numbers_grow) {
            return Err(FestivalError::Content(
                "the escalation times must grow: offered_again, lead_told, numbers_grow".to_owned(),
            ));
        }
        let zone = TimeZone::get(&file.time_zone).map_err(|error| FestivalError::Content(error.to_string()))?;
        let language = app::text::LANGUAGES
            .iter()
            .map(|(tag, ..)| *tag)
            .find(|tag| Some(*tag) == file.language.as_deref())
            .unwrap_or("en");
        Ok(Festival {
            name: file.name,
            numbers: Numbers {
                police: file.emergency.police,
                emergency: file.emergency.emergency,
                text: file.emergency.text,
            },
            ladder,
            language,
            staff: file.staff,
            demo_anchor: file.demo_anchor,
            zone,
        })
    }

    /// Seconds since midnight in the festival's time zone, 0 to 86,399.
    pub fn seconds_of_day(&self, wall_ms: i64) -> u32 {
        let Ok(instant) = jiff::Timestamp::from_millisecond(wall_ms) else { return 0 };
        let time = instant.to_zoned(self.zone.clone()).time();
        time.hour() as u32 * 3600 + time.minute() as u32 * 60 + time.second() as u32
    }
}
