//! What an agent does about an opened case. Pure: the pane in, at most one act out.
//!
//! Law: an ending is true. A case is closed as *helped* after somebody was there, as *said OK* after
//! the person said so, as a *test* after *Undo* and *I am safe*.

use domain::ids::PersonId;
use domain::incident::{CloseReason, DispatchState, Priority, Status};
use domain::phrase::Phrase;
use domain::question::Question;
use domain::view::{AnswerView, Delivery, HowView, Pane};
use domain::wire::StaffCommand;
use domain::words::Words;

/// How patient an agent is, milliseconds of the server's clock.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until somebody is sent to a case that is not urgent.
    pub send_after_ms: i64,
    /// Until a responder who does not answer is called back.
    pub recall_after_ms: i64,
    /// Until somebody is sent although *Undo* was tapped: the check question stayed unanswered.
    pub unsafe_after_ms: i64,
}

/// What is done next about the case of `pane`, if anything. `approach` is written before somebody
/// is sent. `worth` says which of the free responders may be sent; best first is the pane's order.
pub fn next(pane: &Pane, approach: &str, patience: Patience, worth: impl Fn(PersonId) -> bool) -> Option<StaffCommand> {
    let row = &pane.row;
    let id = row.id;
    if row.status == Status::Closed {
        return None;
    }
    let theirs = pane.messages.iter().rev().find(|line| line.by.is_none());
    if let Some(line) = theirs.filter(|line| line.delivery != Delivery::Read) {
        return Some(StaffCommand::Open(id, line.n));
    }
    let open = pane.dispatches.iter().find(|dispatch| dispatch.state.open());
    let safe_again = row.ok_said || (row.withdrawn_after_s.is_some() && row.check == Some(true));
    if safe_again {
        if let Some(dispatch) = open {
            return Some(StaffCommand::Recall(id, dispatch.responder));
        }
        let reason = if row.ok_said { CloseReason::SaidOk } else { CloseReason::Test };
        let bye = if row.ok_said { Phrase::DidWell } else { Phrase::NothingWrong };
        return say(pane, bye).or(Some(StaffCommand::Close(id, reason)));
    }
    if row.withdrawn_after_s.is_some() && row.age_ms < patience.unsafe_after_ms {
        return None;
    }
    if open.is_none() && pane.dispatches.first().is_some_and(|last| last.state == DispatchState::Clear) {
        let reason = if hurt(pane) { CloseReason::HandedOn } else { CloseReason::Helped };
        return say(pane, Phrase::WriteAnyTime).or(Some(StaffCommand::Close(id, reason)));
    }
    if let Some(reply) = reply(pane) {
        return Some(reply);
    }
    match open {
        Some(dispatch) if dispatch.state == DispatchState::Dispatched => {
            (dispatch.since_ms > patience.recall_after_ms).then_some(StaffCommand::Recall(id, dispatch.responder))
        }
        Some(dispatch) if dispatch.state == DispatchState::EnRoute => say(pane, Phrase::SomeoneComing),
        Some(_) => None,
        None => send(pane, approach, patience, worth),
    }
}

fn send(pane: &Pane, approach: &str, patience: Patience, worth: impl Fn(PersonId) -> bool) -> Option<StaffCommand> {
    let row = &pane.row;
    if let Some(hello) = say(pane, Phrase::WithYou) {
        return Some(hello);
    }
    let only_write = answer(pane, Question::How) == Some(&AnswerView::How(HowView::OnlyWrite));
    if only_write && row.priority != Priority::P1 {
        return None;
    }
    if row.priority != Priority::P1 && row.age_ms < patience.send_after_ms {
        return None;
    }
    let Some(best) = pane.ranked.iter().find(|ranked| ranked.free && worth(ranked.person)) else {
        return say(pane, Phrase::Staying);
    };
    if pane.approach.is_empty() && !approach.is_empty() {
        return Some(StaffCommand::SetApproach(row.id, approach.to_owned()));
    }
    Some(StaffCommand::Dispatch(row.id, best.person))
}

/// A reply, where the last word is the person's.
fn reply(pane: &Pane) -> Option<StaffCommand> {
    let last = pane.messages.last().filter(|line| line.by.is_none())?;
    let fitting: &[Phrase] = match last.words {
        Words::Phrase(Phrase::Hiding | Phrase::TheyAreNear) => &[Phrase::StayIfSafe, Phrase::LockDoor, Phrase::Staying],
        Words::Phrase(Phrase::PleaseHurry) => &[Phrase::Staying, Phrase::TakeTime],
        Words::Phrase(Phrase::Alone) => &[Phrase::GoToPeople, Phrase::Staying],
        Words::Phrase(Phrase::NeedDoctor | Phrase::CantWalk) => &[Phrase::CallDoctor, Phrase::Staying],
        Words::Phrase(_) => &[Phrase::Staying, Phrase::YouDecide, Phrase::Okay],
        Words::Text(_) if hurt(pane) => &[Phrase::CallDoctor, Phrase::TakeTime, Phrase::Staying],
        Words::Text(_) => &[Phrase::BelieveYou, Phrase::NothingWrong, Phrase::Reading, Phrase::Staying],
    };
    let fresh = fitting.iter().copied().find_map(|phrase| say(pane, phrase));
    // When everything was said once, a plain *okay* shows that it was read.
    fresh.or(Some(StaffCommand::Say(pane.row.id, Words::Phrase(Phrase::Okay))))
}

/// Says it, unless it was said in this case.
fn say(pane: &Pane, phrase: Phrase) -> Option<StaffCommand> {
    let said = !pane.has_phone || pane.phrases_sent.contains(&phrase);
    (!said).then_some(StaffCommand::Say(pane.row.id, Words::Phrase(phrase)))
}

fn answer(pane: &Pane, question: Question) -> Option<&AnswerView> {
    pane.answers.iter().find(|given| given.question == question).map(|given| &given.answer)
}

fn hurt(pane: &Pane) -> bool {
    answer(pane, Question::Hurt) == Some(&AnswerView::Yes)
}
