//! The state that follows from the log.

use super::event::{Body, Event, FestivalEvent, Stored, Stream};
use super::index::Index;
use crate::ids::{IncidentId, InviteHash, PersonId, TokenHash, VenueDigest};
use crate::incident::{Incident, IncidentEvent, Origin};
use crate::person::{Duty, Invite, Person, PersonEvent, Session};
use crate::retention::Course;
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
    /// What the log's times say about the clock.
    pub course: Course,
    /// Version of each stream.
    pub versions: BTreeMap<Stream, u64>,
    /// Sequence of the newest event.
    pub seq: u64,
    index: Index,
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
        self.these(self.index.bound(responder)).next()
    }

    /// The incidents that are not closed.
    pub fn open_incidents(&self) -> impl Iterator<Item = &Incident> {
        self.these(self.index.open.iter().copied())
    }

    /// Every incident to which a responder was ever sent.
    pub fn sent_to(&self, responder: PersonId) -> impl Iterator<Item = &Incident> {
        self.these(self.index.sent(responder))
    }

    /// A responder's own call for help, while it is open.
    pub fn own_call(&self, responder: PersonId) -> Option<&Incident> {
        self.these(self.index.own_calls(responder)).next()
    }

    /// How many open cases with a phone somebody has: their chats.
    pub fn chats(&self, person: PersonId) -> u16 {
        self.index.chats(person).try_into().unwrap_or(u16::MAX)
    }

    fn these(&self, ids: impl Iterator<Item = IncidentId>) -> impl Iterator<Item = &Incident> {
        ids.filter_map(|id| self.incidents.get(&id))
    }

    /// Applies one event. Total: an event that makes no sense here only moves the versions.
    pub fn apply(&mut self, stored: &Stored) {
        self.seq = stored.seq;
        self.versions.insert(stored.stream, stored.version);
        self.course.goes_on(stored.at);
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
            (Stream::Incident(id), Event::Incident(IncidentEvent::Erased)) => self.erase(*id),
            (Stream::Incident(id), Event::Incident(event)) => self.apply_incident(*id, event, stored),
            (_, Event::Person(event)) => self.apply_person(stored.stream, event, stored.at),
            (_, Event::Festival(event)) => match event {
                FestivalEvent::VenueImported { digest, .. } => self.venue = Some(*digest),
                FestivalEvent::NightPassed { .. } => self.course.passed(stored.at),
                FestivalEvent::ClockLeapt(leap) => self.course.leapt(*leap),
                FestivalEvent::ClockConfirmed => self.course.confirmed(stored.at),
            },
            _ => {}
        }
    }

    fn apply_incident(&mut self, id: IncidentId, event: &IncidentEvent, stored: &Stored) {
        if let IncidentEvent::Alerted { origin, lang, place, priority, for_morning } = event {
            let mut incident =
                Incident::open(id, stored.at, *origin, lang.clone(), place.clone(), *priority, *for_morning);
            incident.note(event, stored.at);
            (incident.changed, incident.came) = (stored.seq, stored.seq);
            if let Some(before) = self.incidents.get(&id) {
                self.index.remove(before);
            }
            self.index.add(&incident);
            self.incidents.insert(id, incident);
            if let Origin::Phone(phone) = origin {
                self.phones.insert(*phone, id);
            }
        } else if let Some(incident) = self.incidents.get_mut(&id) {
            self.index.remove(incident);
            incident.apply(event, stored.at);
            self.index.add(incident);
            incident.changed = stored.seq;
            // An older case that is open again is the phone's case again: its next tap joins it.
            let comes_to = matches!(event, IncidentEvent::Reopened { .. } | IncidentEvent::CodeUsed { .. });
            if let Some(phone) = incident.phone().filter(|_| comes_to) {
                incident.came = stored.seq;
                self.phones.insert(phone, id);
            }
        }
    }

    /// Forgets an incident: as if its bodies had been gone when they were read.
    fn erase(&mut self, id: IncidentId) {
        let Some(incident) = self.incidents.remove(&id) else { return };
        self.index.remove(&incident);
        let Some(phone) = incident.phone() else { return };
        let others = self.incidents.values().filter(|other| other.phone() == Some(phone));
        match others.max_by_key(|other| other.came).map(|other| other.id) {
            Some(other) => self.phones.insert(phone, other),
            None => self.phones.remove(&phone),
        };
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
