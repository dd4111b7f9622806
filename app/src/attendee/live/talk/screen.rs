//! The screen of Talk.

use super::microphone::{Mic, thumb_zone};
use super::words::{flag, line, said};
use super::{Talk, focus_later};
use crate::attendee::common::{NumberRow, Numbers, hour_minute};
use crate::attendee::talk::step;
use crate::live::now_ms;
use crate::text::{AttendeeKey as K, Texts};
use domain::view::{CaseView, Unseen};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::time::Duration;

/// Talk, over the case that goes on beneath.
pub(in super::super) fn screen(
    talk: Talk,
    case: RwSignal<CaseView>,
    doubt: RwSignal<String>,
    numbers: Numbers,
    texts: Texts<K>,
) -> impl IntoView {
    focus_later("talking");
    let known = Memo::new(move |_| talk.known(doubt.with(|doubt| !doubt.is_empty())));
    let seconds = RwSignal::new(None::<i64>);
    let count = move || {
        let now = talk.held().map(|_| (now_ms() - talk.pressed.get_value()) / 1_000);
        if seconds.get_untracked() != now {
            seconds.set(now);
        }
    };
    let timer = set_interval_with_handle(count, Duration::from_millis(200)).ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    // The engine ends a press by itself (hidden page, refused floor): the lock ends with it.
    Effect::new(move |_| {
        if talk.read(|voice| voice.held().get()).is_none() {
            talk.locked.set(false);
        }
    });
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            talk.release();
        }
    };
    // Nobody answers: other help stands here as well, whatever screen is open.
    let grown = Memo::new(move |_| case.with(|case| case.unseen == Unseen::NumbersGrow));
    let place = move || case.with_untracked(|case| case.place.clone());
    let words = texts.clone();
    let (steps, doubted) = (texts.clone(), move || doubt.get());
    let step_line = said(Box::new(move || {
        let Some((key, at, who)) = case.with(|case| step(case).map(|(key, at)| (key, at, case.who.clone()))) else {
            return String::new();
        };
        let who = if who.is_empty() { who } else { [" · ", &who].concat() };
        [&steps.get(key), " ", &hour_minute(at), &who].concat()
    }));
    let state = move || talk.over.get().unwrap_or_else(|| known.get().state());
    // *Hold to talk* is an order that cannot be followed without a microphone.
    let may_hold = move || talk.mic.get() == Mic::Open;
    let tone = move || {
        match state() {
            K::TalkSpeak => "state ok",
            K::TalkThey => "state they",
            K::TalkNoNetwork | K::TalkUnsupported => "state warn",
            K::TalkHold => "state",
            _ => "state muted",
        }
        .to_owned()
    };
    let who = move || {
        let cut = talk.read(|voice| voice.cut().get());
        match (talk.over.get().is_some(), cut, talk.ending.get()) {
            (true, ..) => None,
            (_, true, _) => Some(K::TalkCut),
            (_, _, true) => Some(K::TalkEnding),
            _ => known.get().who(),
        }
    };
    // Whole per cent: printing a fraction would bring 5 KB along.
    let level = move || {
        let level = talk.read(|voice| voice.level().get());
        [&((level * 100.0) as u32).to_string(), "%"].concat()
    };
    let clock = said(Box::new(move || {
        let Some(seconds) = seconds.get() else { return String::new() };
        let two = if seconds % 60 < 10 { ":0" } else { ":" };
        [&(seconds / 60).to_string(), two, &(seconds % 60).to_string()].concat()
    }));
    let sound = |on: K, off: K| line(&texts, move || Some(if talk.sound.get() { on } else { off }));
    view! {
        <section class="talk" aria-labelledby="talking" on:keydown=escape>
            <div class="bar">
                <button type="button" class="small" on:click=move |_| talk.leave()>{texts.get(K::Back)}</button>
                <h1 id="talking" tabindex="-1" class="line">{texts.get(K::Talk)}</h1>
            </div>
            <p class="warn" role="status" hidden=flag(move || doubt.with(String::is_empty))>{said(Box::new(doubted))}</p>
            <div role="status">
                <p class="ok">{step_line}</p>
            </div>
            <div role="status">
                <p class=said(Box::new(tone))>{line(&texts, move || Some(state()).filter(|state| may_hold() || *state != K::TalkHold))}</p>
                <p class="who">{line(&texts, who)}</p>
            </div>
            {move || grown.get().then(|| view! { <NumberRow numbers=numbers.clone() place=place() texts=words.clone()/> })}
            <div class="bar" aria-hidden="true"><div class="level"><i style:width=level></i></div><b>{clock}</b></div>
            <section class="card">
                <h2>{sound(K::TalkSoundOn, K::TalkSoundOff)}</h2>
                <p>{sound(K::TalkSoundPlays, K::TalkSoundWould)}</p>
                <button type="button" class="small" on:click=move |_| talk.turn_sound(!talk.sound.get_untracked())>
                    {sound(K::TalkTurnOff, K::TalkTurnOn)}
                </button>
            </section>
            <p class="muted">{texts.get(K::TalkNotRecorded)} " " {texts.get(K::TalkForeground)}</p>
            {thumb_zone(talk, &texts)}
        </section>
    }
}
