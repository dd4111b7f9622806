//! Why a command changes nothing. Law: every refusal has a stable code and says what to do next.

use crate::ids::PersonId;

/// A command that is refused. The state is as it was before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not there, or not for this person: the same answer, so that nothing can be probed.
    #[error("This is not here.")]
    Unknown,
    /// The incident is closed.
    #[error("This incident is closed. Reopen it first.")]
    Closed,
    /// The incident is not closed.
    #[error("This incident is open already.")]
    NotClosed,
    /// The 30 minutes in which the phone can reopen its case are over.
    #[error("This case can no longer be reopened here. Send a new alert.")]
    TooLate,
    /// Another person has it, and the sender did not know.
    #[error("Someone else has this incident.")]
    ClaimedBy(PersonId),
    /// Closing would leave a responder on the way to nobody.
    #[error("Someone is still on the way. Recall them first.")]
    DispatchOpen(PersonId),
    /// The responder has another dispatch.
    #[error("This responder is on another incident. Choose the next one.")]
    Busy(PersonId),
    /// The responder is off duty: nobody off duty is ever sent anything.
    #[error("This responder is off duty. Choose the next one.")]
    OffDuty(PersonId),
    /// The responder's phone has not been heard for 75 s.
    #[error("This responder's phone cannot be reached. Choose the next one.")]
    Unreachable(PersonId),
    /// The step does not follow from the one before it.
    #[error("This step was already taken, or cannot be taken from here.")]
    OutOfOrder,
    /// Going off duty in the middle of a dispatch.
    #[error("Finish your dispatch first, or say that you can't go.")]
    StillDispatched,
    /// A text is empty, too long or holds control characters.
    #[error("This text is empty or too long.")]
    BadText,
    /// A text of more than 4 KiB.
    #[error("This text is too long. Send it in two parts.")]
    TextTooLong,
    /// An answer that does not belong to its question, or a phrase of the other side.
    #[error("This cannot be said here. Reload the page.")]
    BadAnswer,
    /// More messages than the pace of one phone allows.
    #[error("One moment: this is too fast. Nothing is lost. Send it again.")]
    TooFast,
    /// There is no phone in this case that could show it.
    #[error("This case has no phone. Give the person a code first.")]
    NoPhone,
    /// A code that is not known, used up or older than 12 h: one answer for all three.
    #[error("This code does not work. Compare it, or ask the team for a new one.")]
    CodeUnknown,
    /// The phone has an open case of its own.
    #[error("This phone has an open case. Finish it first.")]
    CaseOpen,
    /// Lowering a priority without a reason.
    #[error("Say why the priority goes down.")]
    ReasonNeeded,
    /// The invitation was used, withdrawn or is older than 24 h.
    #[error("This link was used already or is too old. Ask for a new one.")]
    InviteSpent,
    /// Another venue would rewrite the places of open cases.
    #[error("Cases are open, and their places belong to the map in place. Close them first.")]
    CasesOpen,
    /// Same idempotency key, other content.
    #[error("This was sent before with other content. Reload the page.")]
    KeyReused,
}

impl Refusal {
    /// The stable code: it never changes, whatever the sentence becomes.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Unknown => "unknown",
            Refusal::Closed => "closed",
            Refusal::NotClosed => "not_closed",
            Refusal::TooLate => "too_late",
            Refusal::ClaimedBy(_) => "claimed_by_other",
            Refusal::DispatchOpen(_) => "dispatch_open",
            Refusal::Busy(_) => "responder_busy",
            Refusal::OffDuty(_) => "responder_off_duty",
            Refusal::Unreachable(_) => "responder_unreachable",
            Refusal::OutOfOrder => "out_of_order",
            Refusal::StillDispatched => "still_dispatched",
            Refusal::BadText => "bad_text",
            Refusal::TextTooLong => "text_too_long",
            Refusal::BadAnswer => "bad_answer",
            Refusal::TooFast => "too_fast",
            Refusal::NoPhone => "no_phone",
            Refusal::CodeUnknown => "case_code_unknown",
            Refusal::CaseOpen => "case_open",
            Refusal::ReasonNeeded => "reason_needed",
            Refusal::InviteSpent => "invite_spent",
            Refusal::CasesOpen => "cases_open",
            Refusal::KeyReused => "key_reused",
        }
    }
}
