//! Staff: roles and what they may do, invitations, sessions, duty.
//!
//! Law: a role is read from this state and never from a request; nobody off duty is sent anything.

use crate::ids::{InviteHash, PersonId, SessionHash};
use crate::place::Place;
use crate::time::Now;
use crate::venue::Ordinal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A responder's phone that was silent for this long is *unreachable* (`machines.md`).
pub const UNREACHABLE_AFTER_MS: i64 = 75_000;
/// An invitation link works this long (`product.md`, Organiser).
pub const INVITE_VALID_MS: i64 = 24 * 3_600_000;
/// Names longer than this many characters are refused.
pub const NAME_MAX: usize = 40;

/// What somebody was invited to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers alerts at the desk.
    Agent,
    /// Goes to people (a responder).
    Security,
    /// Watches over the whole shift.
    Lead,
    /// Prepares the event: venue, posters, people.
    Organiser,
}

/// One thing that some roles may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum May {
    /// See the queue, open cases, act on them, dispatch.
    WorkIncidents,
    /// Be on duty and be dispatched.
    Respond,
    /// See the whole shift, put people on duty.
    LeadShift,
    /// Import a venue, invite and remove people.
    Organise,
}

impl Role {
    /// All roles, for tables and tests.
    pub const ALL: [Role; 4] = [Role::Agent, Role::Security, Role::Lead, Role::Organiser];

    /// Whether this role may do `what`. The only place where that is written.
    pub fn may(self, what: May) -> bool {
        match what {
            May::WorkIncidents => matches!(self, Role::Agent | Role::Lead),
            May::Respond => matches!(self, Role::Security),
            May::LeadShift => matches!(self, Role::Lead),
            May::Organise => matches!(self, Role::Organiser),
        }
    }

    /// How long a sign-in lasts, milliseconds (`../research/security.md`, section 4).
    pub fn session_ms(self) -> i64 {
        let hours = if self == Role::Security { 14 } else { 12 };
        hours * 3_600_000
    }

    /// How many sign-ins a person may have at once; a new one ends the oldest.
    pub fn sessions_at_once(self) -> usize {
        match self {
            Role::Agent | Role::Organiser => 2,
            Role::Lead => 3,
            Role::Security => 1,
        }
    }
}

/// What an invitation says about the person it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The name colleagues see.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Languages they speak, best first.
    #[serde(default)]
    pub languages: Vec<String>,
    /// How an attendee will know them: *grey jacket, no uniform*. Empty when not said.
    #[serde(default)]
    pub appearance: String,
    /// The same by language, where more than one was given.
    #[serde(default)]
    pub appearance_in: BTreeMap<String, String>,
}

impl Profile {
    /// How to know them, for a reader of `lang`.
    pub fn appearance(&self, lang: &str) -> &str {
        self.appearance_in.get(lang).unwrap_or(&self.appearance)
    }
}

/// A link for one person, one role, one use, 24 h.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Who it is for.
    pub profile: Profile,
    /// Set when it signs somebody of the team in on another browser.
    pub person: Option<PersonId>,
    /// When it was made.
    pub made: Now,
    /// How long it works, milliseconds.
    pub valid_ms: i64,
    /// Used or withdrawn.
    pub spent: bool,
}

impl Invite {
    /// Whether the link still works.
    pub fn works(&self, now: Now) -> bool {
        !self.spent && now.since(self.made) < self.valid_ms
    }
}

/// One browser that is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Hash of its secret.
    pub hash: SessionHash,
    /// When it was opened.
    pub opened: Now,
}

/// Whether a responder can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Sent nothing.
    Off,
    /// Can be sent.
    On,
    /// On duty, but the phone was not heard for 75 s.
    Unreachable,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// Name, role, languages.
    pub profile: Profile,
    /// Taken off the team: every session is over and none can be opened.
    pub removed: bool,
    /// Open sign-ins, oldest first.
    pub sessions: Vec<Session>,
    /// Duty; only security has it.
    pub duty: Duty,
    /// The lead who put them on duty, where they did not do so themselves.
    pub raised: Option<PersonId>,
    /// The level they last confirmed, `None` before the first scan of a shift.
    pub level: Option<Ordinal>,
    /// Where they last were, by a poster they scanned.
    pub position: Option<Place>,
    /// When `position` or `level` was confirmed.
    pub positioned: Option<Now>,
}

impl Person {
    /// Whether somebody with this session is signed in at `now`.
    pub fn signed_in(&self, hash: &SessionHash, now: Now) -> bool {
        !self.removed
            && self
                .sessions
                .iter()
                .any(|session| session.hash == *hash && now.since(session.opened) < self.profile.role.session_ms())
    }
}

impl Person {
    /// Whether any browser of theirs is signed in at `now`.
    pub fn signed_in_somewhere(&self, now: Now) -> bool {
        !self.removed && self.sessions.iter().any(|open| now.since(open.opened) < self.profile.role.session_ms())
    }
}

/// What is recorded about staff. Payload types only grow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonEvent {
    /// A link was made (stream `festival`).
    Invited {
        /// Hash of the link's secret.
        invite: InviteHash,
        /// Who it is for.
        profile: Profile,
        /// How long it works, milliseconds.
        valid_ms: i64,
        /// Set when it is for somebody who is on the team already.
        #[serde(default)]
        person: Option<PersonId>,
    },
    /// A link for somebody on the team was used (stream `festival`).
    SignedIn {
        /// The link.
        invite: InviteHash,
        /// Who.
        person: PersonId,
        /// The new sign-in; the oldest one ends when there are too many.
        session: SessionHash,
    },
    /// The link was used and the person is signed in (stream `festival`: one link, one use).
    Joined {
        /// The link.
        invite: InviteHash,
        /// The new person.
        person: PersonId,
        /// What the link said, with the name as typed by the person.
        profile: Profile,
        /// Their first sign-in.
        session: SessionHash,
    },
    /// The person was taken off the team (stream `festival`).
    Removed {
        /// Who.
        person: PersonId,
    },
    /// One browser signed out.
    SignedOut {
        /// Its session.
        session: SessionHash,
    },
    /// Every browser of the person signed out.
    EverywhereOut,
    /// On duty.
    DutyOn {
        /// The level, if it is known already.
        level: Option<Ordinal>,
        /// The lead who put them on duty; `None`: they did so themselves.
        #[serde(default)]
        by: Option<PersonId>,
    },
    /// Off duty.
    DutyOff,
    /// Where the responder is, confirmed by a poster or by choosing the level.
    Positioned {
        /// The level.
        level: Ordinal,
        /// The poster's place, if one was scanned.
        place: Option<Place>,
    },
    /// The phone was not heard for 75 s.
    BecameUnreachable,
    /// The phone was heard again.
    BecameReachable,
}
