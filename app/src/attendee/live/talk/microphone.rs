//! The way to a microphone: explained first, asked for once, refused without blame.

use super::Talk;
use crate::attendee::live::talk::hold::hold;
use crate::text::{AttendeeKey as K, Texts};
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

/// Looks whether the browser would ask. Asks nobody.
pub(super) fn begin(talk: Talk, by_hand: bool) {
    spawn_local(async move {
        match asking().await {
            Asking::Denied => talk.mic.set(Mic::Failed(MicError::Refused)),
            Asking::Granted if by_hand => ask(talk).await,
            Asking::Granted | Asking::Ask => talk.mic.set(Mic::Explained),
        }
    });
}

async fn ask(talk: Talk) {
    let Some(voice) = talk.voice.get_untracked() else { return };
    talk.mic.set(Mic::Asking);
    let found = voice.microphone().await;
    // The screen may have been left meanwhile, or opened again.
    if talk.mic.get_untracked() == Mic::Asking {
        talk.mic.set(match found {
            Ok(()) => Mic::Open,
            Err(error) => Mic::Failed(error),
        });
    }
}

/// The hold surface, or what stands between the person and it.
pub(super) fn thumb_zone(talk: Talk, texts: Texts<K>) -> impl IntoView {
    // A device that was pulled out is asked for again like a first one.
    Effect::new(move |had: Option<bool>| {
        let ready = talk.read(|voice| voice.ready().get());
        if had == Some(true) && !ready && talk.mic.get_untracked() == Mic::Open {
            talk.mic.set(Mic::Failed(MicError::Busy));
        }
        ready
    });
    move || {
        let button = |label: K| {
            let ask = move |_| spawn_local(ask(talk));
            view! { <button type="button" class="main" on:click=ask>{texts.get(label)}</button> }
        };
        match talk.mic.get() {
            Mic::Unknown => ().into_any(),
            Mic::Explained => view! {
                <section class="card"><p>{texts.get(K::TalkAsk)}</p></section>
                {button(K::TalkAllow)}
            }
            .into_any(),
            Mic::Asking => view! { <p class="state" role="status">{texts.get(K::TalkAsking)}</p> }.into_any(),
            Mic::Open => hold(talk, &texts).into_any(),
            Mic::Failed(why) => {
                let said = match why {
                    MicError::Refused => K::TalkMicRefused,
                    MicError::Missing => K::TalkMicMissing,
                    MicError::Busy => K::TalkMicBusy,
                };
                view! {
                    <section class="card" role="status">
                        <p>{texts.get(said)}</p>
                        {(why == MicError::Refused).then(|| view! { <p class="muted">{texts.get(K::TalkMicHow)}</p> })}
                    </section>
                    {button(K::TalkTry)}
                }
                .into_any()
            }
        }
    }
}
