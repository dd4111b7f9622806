//! What somebody wants. Everything that moves the state is one of these, also what the clock says.

use crate::escalation::Step;
use crate::ids::{CodeHash, IncidentId, InviteHash, MessageId, PersonId, SessionHash, TokenHash, VenueDigest};
use crate::incident::{CannotReason, CloseReason, Found, Priority};
use crate::person::Profile;
use crate::place::Place;
use crate::question::{Answer, Came, Question, Whom, WorksHere};
use crate::retention::{Leap, Retention};
use crate::venue::Ordinal;
use crate::words::Words;

/// Who sends a command. The server fills it in from proof it checked, never from the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A phone that proved a token.
    Phone(TokenHash),
    /// A signed-in member of staff.
    Person(PersonId),
    /// The ticker.
    Clock,
    /// The server's own terminal or start-up.
    Terminal,
}

impl core::fmt::Display for Actor {
    /// The envelope's `actor`: a role and, for staff, who. A phone's token stays out of it.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Actor::Phone(_) => f.write_str("phone"),
            Actor::Person(id) => write!(f, "person/{id}"),
            Actor::Clock => f.write_str("clock"),
            Actor::Terminal => f.write_str("terminal"),
        }
    }
}

/// One wish. Random identities come with it: the domain makes none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    // The attendee's phone.
    /// The tap: opens an incident, or asks again on the open one of this phone.
    Alert {
        /// The identity if a new incident is opened.
        fresh: IncidentId,
        /// Language of the page.
        lang: String,
        /// Where, if known.
        place: Option<Place>,
        /// Outside the hours: the page says that nobody reads before they begin.
        for_morning: bool,
    },
    /// *Undo*.
    Withdraw,
    /// The answer to the check question.
    AnswerCheck {
        /// *Are you safe?*
        safe: bool,
    },
    /// A new place.
    Move {
        /// Where.
        place: Place,
    },
    /// *I'm OK now*.
    SayOk,
    /// *Nobody is here*.
    SayNobodyHere,
    /// The phone opens its closed case again.
    ReopenOwn,
    /// The phone wants to talk.
    OpenCall,
    /// The phone has left the talk.
    LeaveCall,
    /// The answer to a question; a later one replaces it.
    Answer {
        /// Which.
        question: Question,
        /// How.
        answer: Answer,
    },
    /// *For me*, *for someone else*, *I saw something*.
    SayWhom(Whom),
    /// *The person works here.*
    SayWorksHere(WorksHere),
    /// A message of the person.
    Write {
        /// The key under which it was sent.
        id: MessageId,
        /// What.
        words: Words,
    },
    /// The team's messages came as far as the phone, or into its sight.
    Got {
        /// The last number that did.
        upto: u32,
        /// On a page in sight.
        shown: bool,
    },
    /// A code of the desk: the case is this phone's from now on.
    UseCode {
        /// Its hash.
        code: CodeHash,
        /// Language of the page.
        lang: String,
    },

    // Agents and leads.
    /// Acknowledge the row.
    See(IncidentId),
    /// Open the case pane (audit).
    Read(IncidentId),
    /// Take it. `over` names the holder whom the sender means to relieve, if any.
    Claim {
        /// Which.
        incident: IncidentId,
        /// Who has it now, as far as the sender knows.
        over: Option<PersonId>,
    },
    /// Change the urgency; going down needs a note.
    SetPriority {
        /// Which.
        incident: IncidentId,
        /// New priority.
        to: Priority,
        /// Why, in words.
        note: String,
    },
    /// Tell responders how to approach.
    SetApproach {
        /// Which.
        incident: IncidentId,
        /// One or two sentences.
        text: String,
    },
    /// Send a responder.
    Dispatch {
        /// Where to.
        incident: IncidentId,
        /// Who.
        responder: PersonId,
    },
    /// Call a responder back.
    Recall {
        /// From which incident.
        incident: IncidentId,
        /// Who.
        responder: PersonId,
    },
    /// End it.
    Close {
        /// Which.
        incident: IncidentId,
        /// Why.
        reason: CloseReason,
    },
    /// Open it again.
    Reopen(IncidentId),
    /// Take part in the call, starting it if there is none. Responders too, where they are sent.
    JoinCall(IncidentId),
    /// End the call for everyone.
    EndCall(IncidentId),

    /// A message to the person.
    Say {
        /// In which incident.
        incident: IncidentId,
        /// The key under which it was sent.
        id: MessageId,
        /// What.
        words: Words,
    },
    /// The person's messages were opened, in an active pane.
    Open {
        /// In which incident.
        incident: IncidentId,
        /// The last number that was.
        upto: u32,
    },
    /// A note for the team.
    Note {
        /// In which incident.
        incident: IncidentId,
        /// What.
        text: String,
    },
    /// Give the case to a colleague.
    HandOver {
        /// Which.
        incident: IncidentId,
        /// To whom.
        to: PersonId,
        /// What they need to know; may be empty.
        note: String,
    },
    /// Say where the person is.
    FoundAt {
        /// Which incident.
        incident: IncidentId,
        /// Where.
        place: Place,
        /// Whom they found.
        who: Found,
    },
    /// Open a case for somebody without a phone or on the telephone.
    OpenFor {
        /// The identity of the new incident.
        fresh: IncidentId,
        /// How it came.
        came: Came,
        /// The language that the person reads.
        lang: String,
        /// Where, if known.
        place: Option<Place>,
        /// The first note; may be empty.
        note: String,
    },
    /// Make a code with which the person takes the case over on their own phone.
    MakeCode {
        /// For which incident.
        incident: IncidentId,
        /// The code's hash.
        code: CodeHash,
    },

    // Responders.
    /// *I'm going*.
    Go(IncidentId),
    /// *I've arrived*.
    Arrive(IncidentId),
    /// *Done*.
    Done(IncidentId),
    /// *Can't*.
    Cannot {
        /// Which.
        incident: IncidentId,
        /// Why.
        reason: CannotReason,
    },
    /// On duty.
    DutyOn {
        /// The level, if known.
        level: Option<Ordinal>,
    },
    /// Off duty.
    DutyOff,
    /// Level confirmed, by scanning a poster or by hand.
    Position {
        /// The level.
        level: Ordinal,
        /// The poster's place.
        place: Option<Place>,
    },
    /// The responder's own *I need help*.
    NeedHelp {
        /// The identity of the incident it opens.
        fresh: IncidentId,
        /// Language of their page.
        lang: String,
    },

    // Leads.
    /// Put a responder on duty.
    RaiseDuty(PersonId),

    // Organiser and sign-in.
    /// Make an invitation link.
    Invite {
        /// Hash of its secret.
        invite: InviteHash,
        /// Who it is for.
        profile: Profile,
        /// How long it works, milliseconds.
        valid_ms: i64,
    },
    /// Make a link that signs somebody of the team in on another browser.
    InviteAgain {
        /// Hash of its secret.
        invite: InviteHash,
        /// Who.
        person: PersonId,
        /// How long it works, milliseconds.
        valid_ms: i64,
    },
    /// Use an invitation link.
    Join {
        /// Hash of its secret.
        invite: InviteHash,
        /// The identity of the new person.
        fresh: PersonId,
        /// The name as typed; empty keeps the invitation's.
        name: String,
        /// Hash of the new session's secret.
        session: SessionHash,
    },
    /// End the dispatch of a responder who is being taken off the team: the row is work again.
    TakeOff {
        /// From which incident.
        incident: IncidentId,
        /// Who.
        responder: PersonId,
    },
    /// Take somebody off the team. Refused while they are sent somewhere: [`Command::TakeOff`] first.
    Remove(PersonId),
    /// Sign this browser out.
    SignOut(SessionHash),
    /// Sign every browser of the sender out.
    EverywhereOut,
    /// Put an imported venue in place.
    ImportVenue(VenueDigest),

    // The clock.
    /// A step of the ladder is due.
    Escalate {
        /// Which incident.
        incident: IncidentId,
        /// Which step.
        step: Step,
        /// Of which wait.
        round: u32,
    },
    /// The check question stayed unanswered for 60 s.
    RaiseForSilence(IncidentId),
    /// A responder's phone was, or was not, heard.
    Heard {
        /// Whose.
        person: PersonId,
        /// Whether it answers.
        reachable: bool,
    },
    /// A case was kept as long as it may be.
    Erase {
        /// Which.
        incident: IncidentId,
        /// How long that is.
        rule: Retention,
    },
    /// What was due in this night is erased.
    PassNight {
        /// How many cases were.
        erased: u32,
    },

    /// The clock was seen to leap.
    NoteLeap(Leap),

    // The terminal.
    /// The clock had leapt, and it is right.
    ConfirmClock,
}
