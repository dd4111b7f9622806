//! The way to a microphone: explained first, asked for once, refused without blame.

use super::Talk;
use super::hold::hold;
use super::screen::button;
use crate::attendee::case::Scene;
use crate::attendee::tree::{Element, el};
use crate::text::AttendeeKey as K;
use crate::voice::{Asking, MicError, asking};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How far the way to a microphone is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mic {
    /// Not looked yet.
    Unknown,
    /// The person reads why.
    Explained,
    /// The browser asks.
    Asking,
    /// There.
    Open,
    /// Not there.
    Failed(MicError),
}

impl Mic {
    /// What is said instead of the hold surface.
    fn note(self) -> Option<K> {
        match self {
            Mic::Unknown | Mic::Open => None,
            Mic::Explained => Some(K::TalkAsk),
            Mic::Asking => Some(K::TalkAsking),
            Mic::Failed(MicError::Refused) => Some(K::TalkMicRefused),
            Mic::Failed(MicError::Missing) => Some(K::TalkMicMissing),
            Mic::Failed(MicError::Busy) => Some(K::TalkMicBusy),
        }
    }

    /// What its button says.
    fn button(self) -> Option<K> {
        match self {
            Mic::Explained => Some(K::TalkAllow),
            Mic::Failed(_) => Some(K::TalkTry),
            Mic::Unknown | Mic::Asking | Mic::Open => None,
        }
    }
}

/// Looks whether the browser would ask. Asks nobody.
pub(super) fn begin(talk: Talk, by_hand: bool) {
    spawn_local(async move {
        match asking().await {
            Asking::Denied => talk.mic.set(Mic::Failed(MicError::Refused)),
            Asking::Granted if by_hand => ask(talk),
            Asking::Granted | Asking::Ask => talk.mic.set(Mic::Explained),
        }
    });
}

fn ask(talk: Talk) {
    let Some(voice) = talk.voice.get_untracked() else { return };
    talk.mic.set(Mic::Asking);
    spawn_local(async move {
        let found = voice.microphone().await;
        // The screen may have been left meanwhile, or opened again.
        if talk.mic.get_untracked() == Mic::Asking {
            talk.mic.set(match found {
                Ok(()) => Mic::Open,
                Err(error) => Mic::Failed(error),
            });
        }
    });
}

/// Says when the device goes: one that was pulled out is asked for again like a first one.
pub(super) fn watch(talk: Talk) {
    Effect::new(move |had: Option<bool>| {
        let ready = talk.read(|voice| voice.ready().get());
        if had == Some(true) && !ready && talk.mic.get_untracked() == Mic::Open {
            talk.mic.set(Mic::Failed(MicError::Busy));
        }
        ready
    });
}

/// The button that stands in place of the hold surface.
pub(super) fn press(talk: Talk) {
    if talk.over.get_untracked().is_some() {
        talk.again();
    } else {
        ask(talk);
    }
}

/// The hold surface, or what stands between the person and it. `granted`: the floor is theirs.
pub(super) fn thumb_zone(talk: Talk, scene: &Scene, granted: bool) -> Element {
    let (note, says) = match talk.over.get() {
        Some(_) => (None, Some(K::TalkAgain)),
        None => (talk.mic.get().note(), talk.mic.get().button()),
    };
    let words = |key: Option<K>| key.map(|key| scene.say(key)).unwrap_or_default();
    let how = (note == Some(K::TalkMicRefused)).then_some(K::TalkMicHow);
    let card = el("section")
        .class("card")
        .set("role", "status")
        .flag("hidden", note.is_none())
        .add(el("p").add(words(note)))
        .add(el("p").class("muted").add(words(how)));
    el("div")
        .class("thumb")
        .add(card)
        .add(button("microphone", "main").flag("hidden", says.is_none()).add(words(says)))
        .add(hold(talk, scene, granted))
}
