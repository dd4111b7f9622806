//! One open socket and what it has of voice: a phone's page or a staff screen.

use super::limits::Whose;
use crate::relay::frame::Peer;
use domain::desk::{Actor, State};
use domain::ids::{IncidentId, PersonId, SessionHash, TokenHash};
use domain::person::{Duty, May, Person, Role};
use domain::wire::{Burst, CallView, TalkView};
use std::collections::{BTreeMap, BTreeSet};

/// Who a socket belongs to, as the socket's own handshake has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A phone.
    Phone(TokenHash),
    /// A member of staff at one signed-in browser.
    Staff(PersonId, SessionHash),
}

impl Who {
    pub(super) fn actor(self) -> Actor {
        match self {
            Who::Phone(phone) => Actor::Phone(phone),
            Who::Staff(person, _) => Actor::Person(person),
        }
    }

    pub(super) fn whose(self) -> Whose {
        match self {
            Who::Phone(phone) => phone.0,
            Who::Staff(_, session) => session.0,
        }
    }
}

/// A media connection on the relay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Media {
    pub peer: Peer,
    /// Media can pass now.
    pub connected: bool,
    /// An offer for another network has not been answered yet.
    pub restarting: bool,
}

/// An offer that came while there was no relay.
#[derive(Debug, Clone)]
pub(super) struct Parked {
    pub sdp: String,
    /// It is refused at this time, on the task's clock.
    pub until: i64,
}

/// One participant, or somebody who may become one.
#[derive(Debug)]
pub(super) struct Screen {
    pub who: Who,
    pub media: Option<Media>,
    pub parked: Option<Parked>,
    /// It was told that there is no relay: it is told when there is one.
    pub disappointed: bool,
    /// A press while the connection or the call was not there yet, though on its way: a browser
    /// knows of its connection before we do. It is answered once, when it can be.
    pub early: Option<(IncidentId, Burst)>,
    /// Whether it wants to hear anything. A phone starts silent (`product.md`, rule 4).
    pub sound: bool,
    pub kind: Kind,
}

/// What differs between phones and staff.
#[derive(Debug)]
pub(super) enum Kind {
    /// A phone is in the call of its own case, or in none.
    Phone {
        call: Option<IncidentId>,
        /// Commands to open it that are not decided yet.
        opening: u32,
        shown: Option<TalkView>,
    },
    /// A staff screen is in any number of calls and hears one.
    Staff(Desk),
}

/// The calls of a staff screen.
#[derive(Debug)]
pub(super) struct Desk {
    pub role: Role,
    pub calls: BTreeSet<IncidentId>,
    /// Joins that are not on disk yet.
    pub joining: BTreeSet<IncidentId>,
    /// The call that is heard.
    pub ear: Option<IncidentId>,
    pub shown: BTreeMap<IncidentId, CallView>,
    /// Whether this sign-in holds and the person is on duty, as far as it was last looked at.
    pub standing: Option<Duty>,
}

impl Screen {
    pub(super) fn new(who: Who, state: &State) -> Self {
        let kind = match who {
            Who::Phone(_) => Kind::Phone { call: None, opening: 0, shown: None },
            Who::Staff(person, session) => Kind::Staff(Desk {
                // Nobody without a role: an organiser takes part in nothing.
                role: state.people.get(&person).map_or(Role::Organiser, |person| person.profile.role),
                calls: BTreeSet::new(),
                joining: BTreeSet::new(),
                ear: None,
                shown: BTreeMap::new(),
                standing: standing(state, person, session),
            }),
        };
        let sound = matches!(who, Who::Staff(..));
        Screen { who, media: None, parked: None, disappointed: false, early: None, sound, kind }
    }

    /// Whether it is in the call of this incident.
    pub(super) fn in_call(&self, id: IncidentId) -> bool {
        match &self.kind {
            Kind::Phone { call, .. } => *call == Some(id),
            Kind::Staff(desk) => desk.calls.contains(&id),
        }
    }

    /// The calls it is in.
    pub(super) fn calls(&self) -> Vec<IncidentId> {
        match &self.kind {
            Kind::Phone { call, .. } => Vec::from_iter(*call),
            Kind::Staff(desk) => desk.calls.iter().copied().collect(),
        }
    }

    /// The connection, if voices can pass.
    pub(super) fn line(&self) -> Option<Peer> {
        self.media.filter(|media| media.connected).map(|media| media.peer)
    }

    /// Whether it hears this call now: connected, in it, turned on, and this one of several.
    pub(super) fn hears(&self, id: IncidentId) -> bool {
        let here = match &self.kind {
            Kind::Phone { .. } => true,
            Kind::Staff(desk) => desk.ear == Some(id),
        };
        self.line().is_some() && self.sound && here && self.in_call(id)
    }

    /// The phone's token, for a phone.
    pub(super) fn phone(&self) -> Option<TokenHash> {
        match self.who {
            Who::Phone(phone) => Some(phone),
            Who::Staff(..) => None,
        }
    }

    /// Whether voice is for this screen at all.
    pub(super) fn may_connect(&self) -> bool {
        match &self.kind {
            Kind::Phone { .. } => true,
            Kind::Staff(desk) => desk.role.may(May::WorkIncidents) || desk.role.may(May::Respond),
        }
    }
}

/// The person's duty, if this sign-in has not been ended. When a sign-in ends by the clock, its
/// socket ends (`live::staff`), and with it the screen.
pub(super) fn standing(state: &State, person: PersonId, session: SessionHash) -> Option<Duty> {
    let found = state.people.get(&person).filter(|found| !found.removed)?;
    found.sessions.iter().any(|open| open.hash == session).then_some(found.duty)
}

/// Whether this sign-in may take part in the call of `incident`, and see that there is one.
pub(super) fn may_talk(state: &State, who: Who, id: IncidentId) -> bool {
    let Who::Staff(person, session) = who else { return false };
    let found: Option<&Person> = state.people.get(&person);
    standing(state, person, session).is_some()
        && state.incidents.get(&id).zip(found).is_some_and(|(incident, person)| incident.may_talk(person))
}
