//! What this screen's agent has written: drafts, and messages that are on their way.
//!
//! Law: nothing typed is lost by a frame, a reload or a server that is away. A message is posted with
//! one key until it is answered. It is kept in this tab alone, under whose it is, and goes with the
//! sign-out.

use super::Store;
use super::browser::{forget_session_lines, keep_session_line, session_line};
use super::store::{Ended, fresh_key};
use crate::live::{Answer, post, sleep};
use crate::text::StaffKey as K;
use domain::ids::{IncidentId, MessageId};
use domain::wire::{StaffCommand, StaffPost, decode, encode};
use domain::words::Words;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where it is kept over a reload; whose it is follows.
const SETTING: &str = "sotto.words.";
/// After a whole round of tries without an answer, the next begins after this long.
const PAUSE_MS: i32 = 2_000;

/// A field that somebody types into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Field {
    /// To the person.
    Reply,
    /// For the team.
    Note,
    /// For the one who goes.
    Approach,
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    /// The key of its post, and its identity.
    pub(crate) key: [u8; 16],
    /// To whom.
    pub(crate) incident: IncidentId,
    /// What.
    pub(crate) words: Words,
    /// The server has it; it is shown until the case shows it.
    #[serde(skip)]
    pub(crate) done: bool,
}

/// Everything written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Written {
    /// On the way, oldest first.
    pub(crate) out: Vec<Outgoing>,
    /// In fields.
    pub(crate) drafts: BTreeMap<(IncidentId, Field), String>,
}

impl Store {
    /// What stands in a field.
    pub(crate) fn draft(self, id: IncidentId, field: Field) -> String {
        self.written.with(|written| written.drafts.get(&(id, field)).cloned()).unwrap_or_default()
    }

    /// Keeps what stands in a field.
    pub(crate) fn set_draft(self, id: IncidentId, field: Field, text: String) {
        self.written.update(|written| match text.is_empty() {
            true => drop(written.drafts.remove(&(id, field))),
            false => drop(written.drafts.insert((id, field), text)),
        });
        self.keep_written();
    }

    /// Sends words to the person; they are shown as on their way until the case shows them.
    pub(crate) fn say_words(self, incident: IncidentId, words: Words) -> bool {
        let Some(key) = fresh_key() else {
            self.tell(self.get(K::NotSent));
            return false;
        };
        self.toast.set(None);
        self.written.update(|written| written.out.push(Outgoing { key, incident, words, done: false }));
        self.keep_written();
        self.pump();
        true
    }

    /// Goes on with what was written before a reload, and forgets what others wrote in this tab.
    pub(super) fn restore_written(self) {
        let Some(own) = self.written_name() else { return };
        forget_session_lines(SETTING, &own);
        let kept = unhex(&session_line(&own)).and_then(|bytes| decode::<Written>(&bytes).ok());
        if let Some(kept) = kept {
            self.written.set(kept);
            self.pump();
        }
    }

    /// Forgets everything: whoever sits here next is somebody else.
    pub(crate) fn forget_written(self) {
        self.written.set(Written::default());
        forget_session_lines(SETTING, "");
    }

    /// Drops messages that the case itself shows.
    pub(super) fn tidy_written(self) {
        let watched = self.watching.get_untracked();
        let shown: Vec<MessageId> = self.pane.with_untracked(|pane| {
            pane.iter().flat_map(|pane| pane.value.messages.iter().map(|line| line.id)).collect()
        });
        let over = |out: &Outgoing| out.done && (watched != Some(out.incident) || shown.contains(&MessageId(out.key)));
        if self.written.with_untracked(|written| written.out.iter().any(over)) {
            self.written.update(|written| written.out.retain(|out| !over(out)));
            self.keep_written();
        }
    }

    fn written_name(self) -> Option<String> {
        self.me.with_untracked(|me| me.as_ref().map(|me| [SETTING, &me.id.to_string()].concat()))
    }

    fn keep_written(self) {
        let Some(name) = self.written_name() else { return };
        let kept = self.written.with_untracked(|written| Written {
            out: written.out.iter().filter(|out| !out.done).cloned().collect(),
            drafts: written.drafts.clone(),
        });
        let line = if kept == Written::default() { String::new() } else { hex(&encode(&kept)) };
        keep_session_line(&name, &line);
    }

    /// Posts what waits, one after the other: the order in which words arrive is the order of writing.
    fn pump(self) {
        if self.pumping.get_value() {
            return;
        }
        self.pumping.set_value(true);
        leptos::task::spawn_local(async move {
            while self.ended.with_untracked(Option::is_none)
                && let Some(next) =
                    self.written.with_untracked(|written| written.out.iter().find(|out| !out.done).cloned())
            {
                let command = StaffCommand::Say(next.incident, next.words.clone());
                match post("/command", &encode(&StaffPost { key: next.key, command })).await {
                    Answer::Done => self.written.update(|written| {
                        written.out.iter_mut().filter(|out| out.key == next.key).for_each(|out| out.done = true);
                    }),
                    Answer::Refused(code) if code == "signed_out" => self.end(Ended::SignedOut),
                    Answer::Refused(code) if code == "other_version" => self.end(Ended::Outdated),
                    Answer::Refused(code) => self.give_back(&next, &code),
                    Answer::NoAnswer => sleep(PAUSE_MS).await,
                }
                self.keep_written();
                self.tidy_written();
            }
            self.pumping.set_value(false);
        });
    }

    /// A text that was refused stands in the field again, before what was typed since.
    fn give_back(self, refused: &Outgoing, code: &str) {
        self.written.update(|written| {
            written.out.retain(|out| out.key != refused.key);
            if let Words::Text(text) = &refused.words {
                let draft = written.drafts.entry((refused.incident, Field::Reply)).or_default();
                *draft = if draft.is_empty() { text.clone() } else { [text, "\n", draft].concat() };
            }
        });
        self.tell(self.words(|words| words.error(code)));
    }
}

/// Bytes as text that every browser keeps.
fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    Some(digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}
