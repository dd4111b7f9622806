//! What the clock demands: the ladder's steps, silence after *Undo*, responders not heard.
//!
//! Law: the ticker only submits commands; each is decided again by the desk, so that a late or
//! doubled tick does nothing.

use crate::desk::{Desk, Published};
use domain::desk::{Actor, Command};
use domain::escalation::{due, silence_due};
use domain::person::{Duty, UNREACHABLE_AFTER_MS};
use std::time::Duration;

/// How often the clock is looked at. A step fires at most this late.
const EVERY: Duration = Duration::from_millis(500);

/// Looks at the clock for ever.
pub async fn run(desk: Desk) {
    let mut interval = tokio::time::interval(EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        tick(&desk).await;
    }
}

/// One look at the clock: submits everything that is due, until nothing is.
pub async fn tick(desk: &Desk) {
    loop {
        let commands = commands(&desk.published);
        if commands.is_empty() {
            return;
        }
        for command in commands {
            if let Err(error) = desk.tell(Actor::Clock, command).await {
                tracing::warn!(%error, "a step that was due could not be taken; it is tried again");
                return;
            }
        }
    }
}

fn commands(published: &Published) -> Vec<Command> {
    let now = published.now();
    let ladder = published.festival.ladder;
    published.read(|state| {
        let mut commands = Vec::new();
        for incident in state.open_incidents() {
            if let Some((step, round)) = due(incident, &ladder, now) {
                commands.push(Command::Escalate { incident: incident.id, step, round });
            }
            if silence_due(incident, now) {
                commands.push(Command::RaiseForSilence(incident.id));
            }
        }
        for person in state.people.values().filter(|person| person.duty != Duty::Off) {
            // Never heard since the start counts from the start: a restart makes nobody unreachable.
            let silent_ms = published.presence(person.id).heard_ms.unwrap_or(now.mono_ms - published.started().mono_ms);
            let reachable = silent_ms < UNREACHABLE_AFTER_MS;
            if reachable != (person.duty == Duty::On) {
                commands.push(Command::Heard { person: person.id, reachable });
            }
        }
        commands
    })
}
