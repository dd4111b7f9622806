//! What was asked, answered and written in one incident.
//!
//! Law: bounded in memory, whole in the log. A mark on a message stands on an act of the other side.

use super::event::{Found, IncidentEvent};
use crate::ids::{MessageId, PersonId};
use crate::pace::{TEXT_PACE, Used};
use crate::question::{Answer, How, Question, Whom, WorksHere};
use crate::time::Now;
use crate::words::Words;
use std::collections::BTreeMap;

/// Messages kept in memory, the newest; older ones stay in the log only.
pub(crate) const MESSAGES_KEPT: usize = 60;
/// Bytes of text kept in memory, unless a single message has more.
pub(crate) const BYTES_KEPT: usize = 32 * 1024;
/// Notes kept in memory.
pub(crate) const NOTES_KEPT: usize = 40;

/// An answer and when it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What.
    pub answer: Answer,
    /// When.
    pub at: Now,
}

/// One message, with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number within the case.
    pub n: u32,
    /// The key under which it was sent.
    pub id: MessageId,
    /// The member of staff, or `None` for the person's phone.
    pub by: Option<PersonId>,
    /// What.
    pub words: Words,
    /// When it was on its way to the disk.
    pub at: Now,
    /// When it had reached the phone (the team's messages).
    pub reached: Option<Now>,
    /// When the other side opened it.
    pub read: Option<Now>,
}

/// A note of the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Who.
    pub by: PersonId,
    /// What.
    pub text: String,
    /// When.
    pub at: Now,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// What was answered, by question.
    pub answers: BTreeMap<Question, Given>,
    /// When the current question came up.
    pub asked: Now,
    /// For whom the alert is, if it was said.
    pub whom: Option<Whom>,
    /// The team found somebody else than the person of the phone: it reports, whatever it says.
    pub another_found: bool,
    /// Whether whoever it is about works here, if it was said.
    pub works_here: Option<WorksHere>,
    /// The newest messages, oldest first.
    pub messages: Vec<Message>,
    /// The highest number so far.
    pub last: u32,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// The first word of the person that the team has not answered.
    pub waiting: Option<Now>,
    /// The last act of the phone, or the last word of either side.
    pub stirred: Now,
    /// How much of the phone's pace is used up.
    pub(crate) pace: Used,
}

impl Conversation {
    /// Nothing was said; the page of the alert asks the first question.
    pub(super) fn begin(at: Now) -> Self {
        Conversation {
            answers: BTreeMap::new(),
            asked: at,
            whom: None,
            another_found: false,
            works_here: None,
            messages: Vec::new(),
            last: 0,
            notes: Vec::new(),
            waiting: None,
            stirred: at,
            pace: Used::default(),
        }
    }

    /// The answer to a question.
    pub fn answer(&self, question: Question) -> Option<&Answer> {
        self.answers.get(&question).map(|given| &given.answer)
    }

    /// *Yes, I am safe right now.*
    pub fn said_safe(&self) -> bool {
        self.answer(Question::Safe) == Some(&Answer::Yes)
    }

    /// Whether the phone belongs to somebody who reports for another: by their own word, or by the
    /// team's, which no word of the phone takes back.
    pub fn reports(&self) -> bool {
        self.another_found || self.whom.is_some_and(Whom::reports)
    }

    /// The team says whom it found. A *for me* that came after *somebody else* changes nothing.
    pub(super) fn found(&mut self, who: Found) {
        self.another_found = match who {
            Found::Another => true,
            Found::Person => false,
            Found::Unsaid => self.another_found || self.whom != Some(Whom::Me),
        };
    }

    /// The questions of this person, in order.
    pub fn questions(&self) -> impl Iterator<Item = Question> + use<> {
        let reports = self.reports();
        let only_write = matches!(self.answer(Question::How), Some(Answer::How(How::OnlyWrite)));
        Question::ALL.iter().copied().filter(move |question| match question {
            Question::Safe => true,
            Question::KnownBy => !reports && !only_write,
            _ => !reports,
        })
    }

    /// The first question without an answer.
    pub(super) fn next_question(&self) -> Option<Question> {
        self.questions().find(|question| !self.answers.contains_key(question))
    }

    /// Whether the phone's word that it has the messages up to `upto` would mark anything.
    pub fn unmarked(&self, upto: u32, shown: bool) -> Option<u32> {
        let mut own = self.messages.iter().rev().filter(|message| message.by.is_some() && message.n <= upto);
        let new = |message: &&Message| if shown { message.read.is_none() } else { message.reached.is_none() };
        own.find(new).map(|message| message.n)
    }

    pub(super) fn apply(&mut self, event: &IncidentEvent, at: Now) {
        use IncidentEvent as E;
        match event {
            E::Answered { question, answer } => {
                self.answers.insert(*question, Given { answer: answer.clone(), at });
                (self.asked, self.stirred) = (at, at);
            }
            E::WhomSaid { whom } => {
                self.whom = Some(*whom);
                (self.asked, self.stirred) = (at, at);
            }
            E::WorksHereSaid { who } => {
                self.works_here = Some(*who);
                self.stirred = at;
            }
            E::Wrote { n, id, by, words } => {
                let message = Message { n: *n, id: *id, by: *by, words: words.clone(), at, reached: None, read: None };
                self.wrote(message);
            }
            E::Reached { upto } => self.mark(true, *upto, |message| message.reached = message.reached.or(Some(at))),
            E::Shown { upto } => self.mark(true, *upto, |message| {
                message.reached = message.reached.or(Some(at));
                message.read = message.read.or(Some(at));
            }),
            E::Opened { upto, .. } => self.mark(false, *upto, |message| message.read = message.read.or(Some(at))),
            E::Noted { by, text } => self.noted(Note { by: *by, text: text.clone(), at }),
            E::HandedOver { by, note, .. } if !note.is_empty() => {
                self.noted(Note { by: *by, text: note.clone(), at });
            }
            // A tap, or a case that comes to a phone, shows the page with its question anew.
            E::AskedAgain { .. } | E::Reopened { by: None } | E::CodeUsed { .. } => {
                (self.asked, self.stirred) = (at, at);
            }
            E::Placed { .. } | E::CheckAnswered { .. } | E::NobodyHereSaid | E::CallOpened { by: None } => {
                self.stirred = at;
            }
            E::CallEnded { .. } => self.stirred = at,
            _ => {}
        }
    }

    fn wrote(&mut self, message: Message) {
        self.last = self.last.max(message.n);
        self.stirred = message.at;
        if message.by.is_some() {
            self.waiting = None;
        } else {
            self.waiting = self.waiting.or(Some(message.at));
            self.pace.take(TEXT_PACE, message.at);
        }
        self.messages.push(message);
        let weight = |messages: &[Message]| messages.iter().map(|message| message.words.weight()).sum::<usize>();
        while self.messages.len() > MESSAGES_KEPT || (self.messages.len() > 1 && weight(&self.messages) > BYTES_KEPT) {
            self.messages.remove(0);
        }
    }

    fn noted(&mut self, note: Note) {
        if self.notes.len() == NOTES_KEPT {
            self.notes.remove(0);
        }
        self.notes.push(note);
    }

    fn mark(&mut self, of_staff: bool, upto: u32, set: impl Fn(&mut Message)) {
        self.messages.iter_mut().filter(|message| message.by.is_some() == of_staff && message.n <= upto).for_each(set);
    }
}
