//! The state that follows from the log.

use super::event::{Body, Event, FestivalEvent, Stored, Stream};
use crate::ids::{IncidentId, InviteHash, PersonId, TokenHash, VenueDigest};
use crate::incident::{Incident, IncidentEvent, Origin};
use crate::person::{Duty, Invite, Person, PersonEvent, Session};
use crate::time::Now;
use std::collections::BTreeMap;

/// Everything that was ever decided, as it stands now. Equal logs give equal states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Every incident, open or closed.
    pub incidents: BTreeMap<IncidentId, Incident>,
    /// The incident of each phone: its open one, else the one that was open last.
    pub phones: BTreeMap<TokenHash, IncidentId>,
    /// Everyone on the team.
    pub people: BTreeMap<PersonId, Person>,
    /// Invitation links.
    pub invites: BTreeMap<InviteHash, Invite>,
    /// The venue in place.
    pub venue: Option<VenueDigest>,
    /// Version of each stream.
    pub versions: BTreeMap<Stream, u64>,
    /// Sequence of the newest event.
    pub seq: u64,
}

impl State {
    /// The stream's version, 0 for one that does not exist.
    pub fn version(&self, stream: &Stream) -> u64 {
        self.versions.get(stream).copied().unwrap_or(0)
    }

    /// The incident of a phone: its open one, else the one that was open last.
    pub fn incident_of(&self, phone: &TokenHash) -> Option<&Incident> {
        self.incidents.get(self.phones.get(phone)?)
    }

    /// The incident that binds a responder, if any. At most one.
    pub fn dispatch_of(&self, responder: PersonId) -> Option<&Incident> {
        self.incidents
            .values()
            .find(|incident| incident.dispatch_of(responder).is_some_and(|dispatch| dispatch.state.open()))
    }

    /// Applies one event. Total: an event that makes no sense here only moves the versions.
    pub fn apply(&mut self, stored: &Stored) {
        self.seq = stored.seq;
        self.versions.insert(stored.stream, stored.version);
        let Body::Open(event) = &stored.body else {
            // Cursors count events, readable or not.
            if let Stream::Incident(id) = stored.stream
                && let Some(incident) = self.incidents.get_mut(&id)
            {
                incident.changed = stored.seq;
            }
            return;
        };
        match (&stored.stream, event) {
            (Stream::Incident(id), Event::Incident(event)) => self.apply_incident(*id, event, stored),
            (_, Event::Person(event)) => self.apply_person(stored.stream, event, stored.at),
            (_, Event::Festival(FestivalEvent::VenueImported { digest, .. })) => self.venue = Some(*digest),
            _ => {}
        }
    }

    fn apply_incident(&mut self, id: IncidentId, event: &IncidentEvent, stored: &Stored) {
        if let IncidentEvent::Alerted { origin, lang, place, priority, for_morning } = event {
            let mut incident =
                Incident::open(id, stored.at, *origin, lang.clone(), place.clone(), *priority, *for_morning);
            incident.note(event, stored.at);
            incident.changed = stored.seq;
            self.incidents.insert(id, incident);
            if let Origin::Phone(phone) = origin {
                self.phones.insert(*phone, id);
            }
        } else if let Some(incident) = self.incidents.get_mut(&id) {
            incident.apply(event, stored.at);
            incident.changed = stored.seq;
            // An older case that is open again is the phone's case again: its next tap joins it.
            let comes_to = matches!(event, IncidentEvent::Reopened { .. } | IncidentEvent::CodeUsed { .. });
            if let Some(phone) = incident.phone().filter(|_| comes_to) {
                self.phones.insert(phone, id);
            }
        }
    }

    fn apply_person(&mut self, stream: Stream, event: &PersonEvent, at: Now) {
        use PersonEvent as E;
        match event {
            E::Invited { invite, profile, valid_ms, person } => {
                let (profile, person) = (profile.clone(), *person);
                self.invites.insert(*invite, Invite { profile, person, made: at, valid_ms: *valid_ms, spent: false });
            }
            E::SignedIn { invite, person, session } => {
                if let Some(invite) = self.invites.get_mut(invite) {
                    invite.spent = true;
                }
                if let Some(person) = self.people.get_mut(person) {
                    person.sessions.push(Session { hash: *session, opened: at });
                    let over = person.sessions.len().saturating_sub(person.profile.role.sessions_at_once());
                    person.sessions.drain(..over);
                }
            }
            E::Joined { invite, person, profile, session } => {
                if let Some(invite) = self.invites.get_mut(invite) {
                    invite.spent = true;
                }
                self.people.insert(
                    *person,
                    Person {
                        id: *person,
                        profile: profile.clone(),
                        removed: false,
                        sessions: vec![Session { hash: *session, opened: at }],
                        duty: Duty::Off,
                        raised: None,
                        level: None,
                        position: None,
                        positioned: None,
                    },
                );
            }
            E::Removed { person } => {
                if let Some(person) = self.people.get_mut(person) {
                    person.removed = true;
                    person.sessions.clear();
                    person.duty = Duty::Off;
                }
            }
            _ => {
                let Stream::Person(id) = stream else { return };
                let Some(person) = self.people.get_mut(&id) else { return };
                match event {
                    E::SignedOut { session } => person.sessions.retain(|open| open.hash != *session),
                    E::EverywhereOut => person.sessions.clear(),
                    E::DutyOn { level, by } => {
                        person.duty = Duty::On;
                        person.raised = *by;
                        person.level = *level;
                        person.positioned = level.map(|_| at);
                        person.position = None;
                    }
                    E::DutyOff => person.duty = Duty::Off,
                    E::Positioned { level, place } => {
                        person.level = Some(*level);
                        person.positioned = Some(at);
                        person.position = place.clone();
                    }
                    E::BecameUnreachable if person.duty == Duty::On => person.duty = Duty::Unreachable,
                    E::BecameReachable if person.duty == Duty::Unreachable => person.duty = Duty::On,
                    _ => {}
                }
            }
        }
    }
}
