//! To whom a row is offered. Law: an offer is a suggestion; anybody of the desk may take any row.

use super::attendee::HEARD_WITHIN_MS;
use super::desk::{PersonRow, QueueRow};
use crate::ids::{IncidentId, PersonId};
use crate::incident::Status;
use crate::person::Role;

/// An agent with this many chats is offered no more (`product.md`, Agent console).
pub const CHATS_AT_ONCE: u16 = 3;

/// For every row that nobody has, the agent to whom it is offered: whoever is there and has the
/// fewest chats, counting what was offered to them before. `rows` in the order of the queue. Rows
/// that are left out are offered to nobody in particular: everyone has three, or nobody is there.
///
/// Screens work it out from what they show, so that all of them say the same.
pub fn offers<'a>(rows: impl IntoIterator<Item = &'a QueueRow>, people: &[PersonRow]) -> Vec<(IncidentId, PersonId)> {
    let here =
        |person: &&PersonRow| person.role == Role::Agent && person.heard_ms.is_some_and(|ms| ms < HEARD_WITHIN_MS);
    let mut load: Vec<(u16, PersonId)> = people.iter().filter(here).map(|agent| (agent.chats, agent.id)).collect();
    let free = rows.into_iter().filter(|row| row.holder.is_none() && row.status != Status::Closed && !row.for_morning);
    free.map_while(|row| {
        let least = load.iter_mut().min()?;
        if least.0 >= CHATS_AT_ONCE {
            return None;
        }
        least.0 += 1;
        Some((row.id, least.1))
    })
    .collect()
}
