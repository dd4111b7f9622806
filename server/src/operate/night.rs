//! The night's work: what was kept as long as it may be is erased (decision 0017).
//!
//! Law: the domain decides what is due and whether the clock may be believed; what is erased here is
//! what the log itself says is over. Every step may be repeated: a stop in between loses nothing.

use crate::clock::Clock;
use crate::desk::{Desk, Rejected};
use crate::log::{EventLog, LogError, Seq};
use domain::desk::{Actor, Command, ERASED};
use domain::ids::IncidentId;
use domain::retention::{DAY_MS, Leap, STRAY_MS, strays};
use domain::time::Now;
use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(20);
/// Bodies taken away at a time: an alert waits for no more than these.
const AT_ONCE: usize = 256;
/// Entries read at a time.
const PAGE: usize = 1_024;
/// A responder's place is kept so long (`../research/security.md`, 3.2).
const PLACE_KEPT_MS: i64 = DAY_MS;
/// The operator's word about the clock, in the data folder.
const WORD: &str = "clock.confirmed";

/// Why a night's work was not done. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum NightError {
    /// The desk took no command.
    #[error(transparent)]
    Desk(#[from] Rejected),
    /// The log could not be read, or took nothing away.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// What one look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing was due.
    Early,
    /// The clock has leapt: nothing is erased until somebody says that it is right.
    Asks(Leap),
    /// The work is done.
    Done {
        /// Cases that were erased.
        cases: u32,
        /// Bodies that were, of these and of others.
        bodies: usize,
    },
}

/// Looks at the clock at night.
pub struct Night {
    desk: Desk,
    log: Arc<dyn EventLog>,
    data: PathBuf,
    /// Where the two clocks were last seen to go alike.
    anchor: Now,
    /// The leap that was told already.
    told: Option<Leap>,
    /// Something that was erased may still stand in the log's files.
    traces: bool,
}

impl Night {
    /// For the log in `data`.
    pub fn new(desk: Desk, log: Arc<dyn EventLog>, data: PathBuf) -> Self {
        let anchor = desk.published.started();
        Night { desk, log, data, anchor, told: None, traces: false }
    }

    /// Looks for ever.
    pub async fn run(mut self) {
        let mut interval = tokio::time::interval(EVERY);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "the night's work could not be done; it is tried again");
            }
        }
    }

    /// One look.
    ///
    /// # Errors
    /// [`NightError`]; what was done until then stays done.
    pub async fn look(&mut self) -> Result<Look, NightError> {
        self.hear_the_operator().await?;
        let published = self.desk.published.clone();
        let now = published.now();
        if let Some(leap) = strays(self.anchor, now) {
            // On record: a restart would take the new time for the true one.
            self.desk.tell(Actor::Clock, Command::NoteLeap(leap)).await?;
        }
        let leap = published.read(|state| state.course.leap(now));
        published.meters.clock_leapt(leap.is_some());
        if let Some(leap) = leap {
            self.ask(leap, now);
            return Ok(Look::Asks(leap));
        }
        self.told = None;
        if self.traces {
            self.traces = !self.log.scrub().await?;
        }
        let due = published.festival.night_before(now.wall_ms);
        if published.read(|state| state.course.night().is_none_or(|night| night.wall_ms >= due)) {
            return Ok(Look::Early);
        }
        let cases = self.erase_cases(now).await?;
        let bodies = self.take_away(now).await?;
        self.desk.tell(Actor::Clock, Command::PassNight { erased: cases }).await?;
        tracing::info!(cases, bodies, "the night's work is done");
        Ok(Look::Done { cases, bodies })
    }

    fn due(&self, now: Now) -> Vec<IncidentId> {
        let rule = self.desk.published.festival.retention;
        self.desk
            .published
            .read(|state| state.incidents.values().filter(|one| rule.due(one, now)).map(|one| one.id).collect())
    }

    /// Says once what is asked.
    fn ask(&mut self, leap: Leap, now: Now) {
        if self.told.replace(leap) == Some(leap) {
            return;
        }
        let time = |ms| jiff::Timestamp::from_millisecond(ms).map(|time| time.to_string()).unwrap_or_default();
        tracing::error!(
            from = time(leap.from_wall_ms),
            to = time(leap.to_wall_ms),
            would_erase = self.due(now).len(),
            "the clock has leapt, so nothing is erased: look at the clock, then run `sotto clock --confirm`"
        );
    }

    /// Takes the operator's word, if there is one, and if it is about the time that it is now.
    async fn hear_the_operator(&mut self) -> Result<(), NightError> {
        let path = self.data.join(WORD);
        let Ok(text) = std::fs::read_to_string(&path) else { return Ok(()) };
        let now = self.desk.published.now();
        let about = text.trim().parse::<i64>().ok();
        if about.is_some_and(|ms| (now.wall_ms.saturating_sub(ms)).abs() <= STRAY_MS) {
            self.desk.tell(Actor::Terminal, Command::ConfirmClock).await?;
            self.anchor = now;
            tracing::info!("the operator says that the clock is right");
        } else {
            tracing::warn!("the operator's word was about another time: run `sotto clock --confirm` again");
        }
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!(%error, "the operator's word about the clock cannot be removed");
        }
        Ok(())
    }

    async fn erase_cases(&self, now: Now) -> Result<u32, NightError> {
        let rule = self.desk.published.festival.retention;
        let mut erased = 0;
        for incident in self.due(now) {
            self.desk.tell(Actor::Clock, Command::Erase { incident, rule }).await?;
            // Decided again by the desk: it may have been reopened meanwhile.
            let gone = self.desk.published.read(|state| !state.incidents.contains_key(&incident));
            erased += u32::from(gone);
        }
        Ok(erased)
    }

    /// Takes away the bodies that the log says are over, and their traces.
    async fn take_away(&mut self, now: Now) -> Result<usize, NightError> {
        let log = self.log.clone();
        let before = now.wall_ms.saturating_sub(PLACE_KEPT_MS);
        let found = tokio::task::spawn_blocking(move || over(log.as_ref(), before)).await;
        let found = found.map_err(|error| LogError::Storage(error.to_string()))??;
        for some in found.chunks(AT_ONCE) {
            self.log.erase(some.to_vec()).await?;
            self.traces = true;
        }
        if self.traces {
            self.traces = !self.log.scrub().await?;
        }
        Ok(found.len())
    }
}

/// Bodies that are over: everything before a case's `erased`, and a responder's places before
/// `places_before` that a later *on duty* has made meaningless.
///
/// # Errors
/// When the log cannot be read.
pub fn over(log: &dyn EventLog, places_before: i64) -> Result<Vec<Seq>, LogError> {
    let mut kept: HashMap<String, Vec<Seq>> = HashMap::new();
    let mut over = Vec::new();
    let mut after = Seq(0);
    loop {
        let records = log.read(after, PAGE)?;
        let Some(last) = records.last() else { return Ok(over) };
        after = last.seq;
        for record in records {
            let stream = record.stream.0;
            let (case, person) = (stream.starts_with("incident/"), stream.starts_with("person/"));
            match record.kind.as_str() {
                ERASED if case => over.extend(kept.remove(&stream).unwrap_or_default()),
                "duty_on" if person => over.extend(kept.remove(&stream).unwrap_or_default()),
                "positioned" if person && record.at_wall_ms >= places_before => {}
                _ if record.body.is_none() => {}
                "positioned" if person => kept.entry(stream).or_default().push(record.seq),
                _ if case => kept.entry(stream).or_default().push(record.seq),
                _ => {}
            }
        }
    }
}

/// Leaves the operator's word that the clock is right, for the server to find.
///
/// # Errors
/// When the folder cannot be written to.
pub fn confirm_clock(data: &Path, clock: &dyn Clock) -> std::io::Result<()> {
    let half = data.join(format!("{WORD}.part"));
    std::fs::write(&half, clock.now().wall_ms.to_string())?;
    // The server may be another user than the operator; a time is no secret.
    std::fs::set_permissions(&half, std::fs::Permissions::from_mode(0o644))?;
    std::fs::rename(half, data.join(WORD))
}
