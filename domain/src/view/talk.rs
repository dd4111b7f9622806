//! The conversation as each side reads it: answers, messages with their marks, one line in sum.
//!
//! Law: words travel as ids or as written; sentences are made where the reader's language is known.

use super::label::{Lens, PlaceLabel, place_label};
use crate::ids::{MessageId, PersonId};
use crate::incident::{Conversation, Incident, Message, Origin};
use crate::question::{Answer, Came, How, Piece, Question, Whom};
use crate::time::Now;
use crate::words::Words;
use serde::{Deserialize, Serialize};

/// So many messages travel with a case.
pub const MESSAGES_SHOWN: usize = 30;

/// How the person wants to be helped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum HowView {
    /// *Come to me discreetly.*
    Discreetly,
    /// *Meet me at …*
    MeetAt(Option<PlaceLabel>),
    /// *Only write.*
    OnlyWrite,
    /// *Only watch over me.*
    OnlyWatch,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnswerView {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Skipped.
    Skipped,
    /// To *How should we come?*
    How(HowView),
    /// To *How will we know you?*
    Look(Vec<Piece>),
}

/// One answered question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Which.
    pub question: Question,
    /// How.
    pub answer: AnswerView,
    /// Age, milliseconds.
    pub age_ms: i64,
}

/// The question on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Which.
    pub question: Question,
    /// Its place, from 1.
    pub number: u8,
    /// Of how many.
    pub of: u8,
    /// How long it has stood there, milliseconds.
    pub age_ms: i64,
}

/// How far a message has come: each stands on an act of the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Delivery {
    /// On disk.
    OnDisk,
    /// It has reached the phone.
    Reached,
    /// The team opened it, or it was shown on a page in sight.
    Read,
}

/// A message as the phone shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneLine {
    /// Its number within the case.
    pub n: u32,
    /// The key under which it was sent.
    pub id: MessageId,
    /// Written on this phone.
    pub mine: bool,
    /// What.
    pub words: Words,
    /// Seconds since midnight, festival time.
    pub at: u32,
    /// How far it has come.
    pub delivery: Delivery,
}

/// A message as the desk shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskLine {
    /// Its number within the case.
    pub n: u32,
    /// The key under which it was sent.
    pub id: MessageId,
    /// The colleague, or `None` for the person.
    pub by: Option<PersonId>,
    /// What.
    pub words: Words,
    /// A phrase as the person reads it, where their language is another one.
    pub theirs: Option<String>,
    /// Seconds since midnight, festival time.
    pub at: u32,
    /// Age, milliseconds.
    pub age_ms: i64,
    /// How far it has come.
    pub delivery: Delivery,
}

/// One part of the line that sums a case up, danger first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gist {
    /// Came by telephone, or at the desk.
    Came(Came),
    /// Reported for somebody else, or seen.
    For(Whom),
    /// What was answered; skipped questions are left out.
    Said(Question, AnswerView),
    /// *They took it back.*
    Withdrawn,
    /// *I'm OK now.*
    SaidOk,
    /// Left outside the hours.
    ForMorning,
    /// Nothing was answered yet.
    NothingSaid,
}

impl HowView {
    /// See [`PlaceLabel::stand`].
    pub(super) fn stand(&mut self, now: Now) {
        if let HowView::MeetAt(Some(place)) = self {
            place.stand(now);
        }
    }
}

pub(super) fn answer_view(answer: &Answer, lens: &Lens) -> AnswerView {
    match answer {
        Answer::Yes => AnswerView::Yes,
        Answer::No => AnswerView::No,
        Answer::Skipped => AnswerView::Skipped,
        Answer::Look(pieces) => AnswerView::Look(pieces.clone()),
        Answer::How(how) => AnswerView::How(match how {
            How::Discreetly => HowView::Discreetly,
            How::MeetAt(place) => HowView::MeetAt(place.as_ref().map(|place| place_label(place, lens))),
            How::OnlyWrite => HowView::OnlyWrite,
            How::OnlyWatch => HowView::OnlyWatch,
        }),
    }
}

/// Every answer, in the order of the questions.
pub(super) fn answered(said: &Conversation, lens: &Lens) -> Vec<Answered> {
    let one = |(question, given): (&Question, &crate::incident::Given)| Answered {
        question: *question,
        answer: answer_view(&given.answer, lens),
        age_ms: lens.now.since(given.at),
    };
    said.answers.iter().map(one).collect()
}

/// What the phone's page asks.
pub(super) fn asking(incident: &Incident, lens: &Lens) -> Option<Asking> {
    let question = incident.asking()?;
    let said = &incident.conversation;
    let number = said.questions().position(|asked| asked == question)?;
    let of = said.questions().count();
    // Seven questions.
    Some(Asking { question, number: number as u8 + 1, of: of as u8, age_ms: lens.now.since(said.asked) })
}

fn delivery(message: &Message) -> Delivery {
    match (message.reached, message.read) {
        (_, Some(_)) => Delivery::Read,
        (Some(_), None) => Delivery::Reached,
        (None, None) => Delivery::OnDisk,
    }
}

fn newest(said: &Conversation) -> &[Message] {
    said.messages.get(said.messages.len().saturating_sub(MESSAGES_SHOWN)..).unwrap_or_default()
}

/// The newest messages for the phone, oldest first.
pub(super) fn for_phone(said: &Conversation, lens: &Lens) -> Vec<PhoneLine> {
    let line = |message: &Message| PhoneLine {
        n: message.n,
        id: message.id,
        mine: message.by.is_none(),
        words: message.words.clone(),
        at: (lens.clock)(message.at.wall_ms),
        delivery: delivery(message),
    };
    newest(said).iter().map(line).collect()
}

/// The newest messages for the desk, oldest first. `lang` is what the person reads.
pub(super) fn for_desk(said: &Conversation, lang: &str, lens: &Lens) -> Vec<DeskLine> {
    let theirs = |words: &Words| match words {
        Words::Phrase(phrase) if lang != lens.lang => (lens.phrase)(*phrase, lang),
        _ => None,
    };
    let line = |message: &Message| DeskLine {
        n: message.n,
        id: message.id,
        by: message.by,
        words: message.words.clone(),
        theirs: theirs(&message.words),
        at: (lens.clock)(message.at.wall_ms),
        age_ms: lens.now.since(message.at),
        delivery: delivery(message),
    };
    newest(said).iter().map(line).collect()
}

/// The case in one line.
pub(super) fn summary(incident: &Incident, lens: &Lens) -> Vec<Gist> {
    let said = &incident.conversation;
    let (mut danger, mut rest) = (Vec::new(), Vec::new());
    for (question, given) in &said.answers {
        if given.answer == Answer::Skipped {
            continue;
        }
        let part = Gist::Said(*question, answer_view(&given.answer, lens));
        if given.answer.danger(*question).is_some() { danger.push(part) } else { rest.push(part) }
    }
    if danger.is_empty() && rest.is_empty() {
        rest.push(Gist::NothingSaid);
    }
    let said_so = said.whom.filter(|whom| whom.reports());
    let whom = said_so.or(said.another_found.then_some(Whom::Someone)).map(Gist::For);
    let came = match incident.origin {
        Origin::Desk { came, .. } => Some(Gist::Came(came)),
        Origin::Phone(_) | Origin::Responder(_) => None,
    };
    danger
        .into_iter()
        .chain(whom)
        .chain(rest)
        .chain(came)
        .chain(incident.withdrawn.map(|_| Gist::Withdrawn))
        .chain(incident.ok_said.map(|_| Gist::SaidOk))
        .chain(incident.for_morning.then_some(Gist::ForMorning))
        .collect()
}
