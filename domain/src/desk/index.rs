//! Which incidents matter to whom, kept up to date so that no frame walks over all of them.
//!
//! Law: it says what a walk over all incidents would find (`tests/machine.rs` walks).

use crate::ids::{IncidentId, PersonId};
use crate::incident::{Incident, Origin};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// Not closed.
    pub(super) open: BTreeSet<IncidentId>,
    /// Responders and where they were ever sent.
    sent: BTreeSet<(PersonId, IncidentId)>,
    /// Responders and where an open dispatch binds them.
    bound: BTreeSet<(PersonId, IncidentId)>,
    /// Responders and their own open call for help.
    own_calls: BTreeSet<(PersonId, IncidentId)>,
    /// How many open cases with a phone somebody has; nobody has zero.
    chats: BTreeMap<PersonId, usize>,
}

impl Index {
    /// Takes `incident` in, as it stands now.
    pub(super) fn add(&mut self, incident: &Incident) {
        let id = incident.id;
        for dispatch in &incident.dispatches {
            self.sent.insert((dispatch.responder, id));
            if dispatch.state.open() {
                self.bound.insert((dispatch.responder, id));
            }
        }
        if incident.is_closed() {
            return;
        }
        self.open.insert(id);
        if let Origin::Responder(person) = incident.origin {
            self.own_calls.insert((person, id));
        }
        if let Some(holder) = chat_of(incident) {
            *self.chats.entry(holder).or_default() += 1;
        }
    }

    /// Takes `incident` out: call it before the incident changes, with what was added.
    pub(super) fn remove(&mut self, incident: &Incident) {
        let id = incident.id;
        for dispatch in &incident.dispatches {
            self.sent.remove(&(dispatch.responder, id));
            self.bound.remove(&(dispatch.responder, id));
        }
        if incident.is_closed() {
            return;
        }
        self.open.remove(&id);
        if let Origin::Responder(person) = incident.origin {
            self.own_calls.remove(&(person, id));
        }
        if let Some(holder) = chat_of(incident)
            && let Some(chats) = self.chats.get_mut(&holder)
        {
            *chats = chats.saturating_sub(1);
            if *chats == 0 {
                self.chats.remove(&holder);
            }
        }
    }

    /// Where `responder` was ever sent.
    pub(super) fn sent(&self, responder: PersonId) -> impl Iterator<Item = IncidentId> + '_ {
        of(&self.sent, responder)
    }

    /// Where an open dispatch binds `responder`.
    pub(super) fn bound(&self, responder: PersonId) -> impl Iterator<Item = IncidentId> + '_ {
        of(&self.bound, responder)
    }

    /// The open call of `responder` for help.
    pub(super) fn own_calls(&self, responder: PersonId) -> impl Iterator<Item = IncidentId> + '_ {
        of(&self.own_calls, responder)
    }

    pub(super) fn chats(&self, person: PersonId) -> usize {
        self.chats.get(&person).copied().unwrap_or_default()
    }
}

/// Whose chat this case is, while it is open.
fn chat_of(incident: &Incident) -> Option<PersonId> {
    incident.claimed.filter(|_| incident.phone().is_some()).map(|mark| mark.by)
}

fn of(pairs: &BTreeSet<(PersonId, IncidentId)>, person: PersonId) -> impl Iterator<Item = IncidentId> + '_ {
    let (first, last) = (IncidentId([0; 8]), IncidentId([u8::MAX; 8]));
    pairs.range((person, first)..=(person, last)).map(|(_, id)| *id)
}
