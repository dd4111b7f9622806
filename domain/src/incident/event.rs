//! What can have happened to an incident. Payload types only grow: new fields get a default.

use super::dispatch::CannotReason;
use super::state::Priority;
use crate::escalation::Step;
use crate::ids::{CodeHash, MessageId, PersonId, TokenHash};
use crate::place::Place;
use crate::question::{Answer, Came, Question, Whom, WorksHere};
use crate::words::Words;
use serde::{Deserialize, Serialize};

/// Who asked for help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A phone that holds this token.
    Phone(TokenHash),
    /// A responder on duty, by their own *I need help*.
    Responder(PersonId),
    /// The desk, for somebody without a phone or on the telephone.
    Desk {
        /// Who opened it.
        by: PersonId,
        /// How it came.
        came: Came,
    },
}

/// Why a priority changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriorityReason {
    /// The person answered that they are not safe.
    NotSafe,
    /// The person says that whom they fear is near.
    NearMe,
    /// The person says that they are hurt.
    Hurt,
    /// A question about danger was not answered for 60 s: silence is a sign, never a calm.
    Silence,
    /// A member of staff decided.
    Judged,
}

/// Why an incident was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// Somebody helped.
    Helped,
    /// The person said that they are fine.
    SaidOk,
    /// Handed to police, medics or another service.
    HandedOn,
    /// A test or a tap by mistake.
    Test,
}

/// Whom the team found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It was not asked, because the phone says that it reports, or by an older screen: somebody else,
    /// unless the phone had said *for me*.
    #[default]
    Unsaid,
    /// Somebody else than whoever holds the phone, which is told nothing of it.
    Another,
    /// The person of the phone.
    Person,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentEvent {
    /// The tap.
    Alerted {
        /// Who asked.
        origin: Origin,
        /// The language of their page, a BCP 47 tag.
        lang: String,
        /// Where, if known.
        place: Option<Place>,
        /// Priority at birth: P2, a responder's own call P1.
        priority: Priority,
        /// Outside the hours: the page said that nobody reads before they begin.
        #[serde(default)]
        for_morning: bool,
    },
    /// A tap of a phone whose incident is open.
    AskedAgain {
        /// Where the phone is now, if the tap said it.
        place: Option<Place>,
        /// As in `Alerted`.
        #[serde(default)]
        for_morning: bool,
    },
    /// A new ping.
    Placed {
        /// Where.
        place: Place,
    },
    /// *Undo*: the team still sees it.
    Withdrawn,
    /// The answer to the one quiet check question after *Undo*.
    CheckAnswered {
        /// *Are you safe?*
        safe: bool,
    },
    /// *I'm OK now*.
    OkSaid,
    /// *Nobody is here*, beside a *Here* that is not true.
    NobodyHereSaid,
    /// A named act on this row.
    Seen {
        /// Who looked.
        by: PersonId,
    },
    /// Somebody took it.
    Claimed {
        /// Who has it now.
        by: PersonId,
    },
    /// The case pane was opened: a read, for the audit; once per person and ten minutes.
    Read {
        /// Who read.
        by: PersonId,
    },
    /// More or less urgent.
    PrioritySet {
        /// The new priority.
        to: Priority,
        /// Why.
        reason: PriorityReason,
        /// Who decided, if a person did.
        by: Option<PersonId>,
        /// Their words; needed when it goes down.
        #[serde(default)]
        note: String,
    },
    /// How the responder should approach.
    ApproachSet {
        /// One or two sentences for the responder: instruction, never story.
        text: String,
        /// Who wrote it.
        by: PersonId,
    },
    /// Nobody had looked for so long.
    Escalated {
        /// What was due.
        step: Step,
        /// Which wait of this incident it belongs to, from 0.
        round: u32,
    },
    /// A responder is sent.
    Dispatched {
        /// Who is sent.
        responder: PersonId,
        /// Who sent them.
        by: PersonId,
    },
    /// *I'm going*.
    EnRoute {
        /// Who.
        responder: PersonId,
    },
    /// *I've arrived*.
    OnScene {
        /// Who.
        responder: PersonId,
    },
    /// *Done*.
    Cleared {
        /// Who.
        responder: PersonId,
    },
    /// *Can't*, or *cannot find her*.
    Cannot {
        /// Who.
        responder: PersonId,
        /// Why.
        reason: CannotReason,
    },
    /// Called back by the desk.
    Recalled {
        /// Who is called back.
        responder: PersonId,
        /// Who called.
        by: PersonId,
    },
    /// Over.
    Closed {
        /// Who closed it.
        by: PersonId,
        /// Why.
        reason: CloseReason,
    },
    /// A call was opened: audio, never recorded here.
    CallOpened {
        /// The member of staff who offers it, or `None` for the person's own phone.
        by: Option<PersonId>,
    },
    /// A member of staff takes part in the call: they hear the person.
    CallJoined {
        /// Who.
        by: PersonId,
    },
    /// The call is over.
    CallEnded {
        /// The member of staff who ended it, or `None` for the person's own phone.
        by: Option<PersonId>,
    },
    /// Open again.
    Reopened {
        /// The member of staff, or `None` for the person's own phone.
        by: Option<PersonId>,
    },
    /// A question was answered, or answered otherwise.
    Answered {
        /// Which.
        question: Question,
        /// How.
        answer: Answer,
    },
    /// *For me*, *for someone else*, *I saw something*.
    WhomSaid {
        /// For whom.
        whom: Whom,
    },
    /// *The person works here.*
    WorksHereSaid {
        /// As what.
        who: WorksHere,
    },
    /// A message.
    Wrote {
        /// Its number within the case, from 1.
        n: u32,
        /// The key under which it was sent.
        id: MessageId,
        /// The member of staff, or `None` for the person's phone.
        by: Option<PersonId>,
        /// What.
        words: Words,
    },
    /// The team's messages have come as far as the phone.
    Reached {
        /// The last number that has.
        upto: u32,
    },
    /// The team's messages were shown on a page in sight.
    Shown {
        /// The last number that was.
        upto: u32,
    },
    /// The person's messages were opened by the team, in an active pane.
    Opened {
        /// Who opened them.
        by: PersonId,
        /// The last number that was.
        upto: u32,
    },
    /// A note of the team, for the team.
    Noted {
        /// Who.
        by: PersonId,
        /// What.
        text: String,
    },
    /// The case goes to a colleague, with the whole thread.
    HandedOver {
        /// Who gives it.
        by: PersonId,
        /// Who has it now.
        to: PersonId,
        /// What they need to know; empty when nothing was said.
        note: String,
    },
    /// The team says where the person is.
    FoundAt {
        /// Who says it.
        by: PersonId,
        /// Where.
        place: Place,
        /// Whom they found.
        #[serde(default)]
        who: Found,
    },
    /// A code was made with which the person takes the case over on their own phone.
    CodeMade {
        /// Who made it.
        by: PersonId,
        /// The code's hash.
        code: CodeHash,
        /// How long it works, milliseconds.
        valid_ms: i64,
    },
    /// The code was used.
    CodeUsed {
        /// By the phone that holds this token.
        phone: TokenHash,
        /// The language of its page.
        lang: String,
    },
    /// The case was kept as long as it may be: everything that was said in it is erased.
    Erased,
}
