//! The screen of Talk.

use super::microphone::thumb_zone;
use super::{Talk, focus_later};
use crate::attendee::common::hour_minute;
use crate::attendee::talk::step;
use crate::live::now_ms;
use crate::text::{AttendeeKey as K, Texts};
use domain::view::CaseView;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::time::Duration;

/// Talk, over the case that goes on beneath.
pub(in super::super) fn screen(
    talk: Talk,
    case: RwSignal<CaseView>,
    doubt: RwSignal<String>,
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
    let (steps, words, note, card, lines) = (texts.clone(), texts.clone(), texts.clone(), texts.clone(), texts.clone());
    let step_line = move || {
        let (key, at, who) = case.with(|case| step(case).map(|(key, at)| (key, at, case.who.clone())))?;
        let who = if who.is_empty() { who } else { [" · ", &who].concat() };
        Some(view! { <p class="ok">{[&steps.get(key), " ", &hour_minute(at), &who].concat()}</p> })
    };
    let state = move || talk.over.get().unwrap_or_else(|| known.get().state());
    let tone = move || match state() {
        K::TalkSpeak => "state ok",
        K::TalkThey => "state they",
        K::TalkNoNetwork | K::TalkUnsupported => "state warn",
        K::TalkHold => "state",
        _ => "state muted",
    };
    let who = move || {
        let cut = talk.read(|voice| voice.cut().get());
        let key = match (talk.over.get().is_some(), cut, talk.ending.get()) {
            (true, ..) => None,
            (_, true, _) => Some(K::TalkCut),
            (_, _, true) => Some(K::TalkEnding),
            _ => known.get().who(),
        };
        key.map(|key| note.get(key)).unwrap_or_default()
    };
    let level = move || {
        let level = talk.read(|voice| voice.level().get());
        ["scaleX(", &level.to_string(), ")"].concat()
    };
    let clock = move || {
        seconds.get().map(|seconds| {
            let two = if seconds % 60 < 10 { ":0" } else { ":" };
            [&(seconds / 60).to_string(), two, &(seconds % 60).to_string()].concat()
        })
    };
    let sound = move || {
        let on = talk.sound.get();
        let (title, warning, button) = if on {
            (K::TalkSoundOn, K::TalkSoundPlays, K::TalkTurnOff)
        } else {
            (K::TalkSoundOff, K::TalkSoundWould, K::TalkTurnOn)
        };
        view! {
            <section class="card">
                <h2>{card.get(title)}</h2>
                <p>{card.get(warning)}</p>
                <button type="button" class="small" on:click=move |_| talk.turn_sound(!on)>{card.get(button)}</button>
            </section>
        }
    };
    let body = move || {
        if talk.over.get().is_some() {
            let again = move |_| talk.again();
            view! { <button type="button" class="main" on:click=again>{lines.get(K::TalkAgain)}</button> }.into_any()
        } else {
            thumb_zone(talk, lines.clone()).into_any()
        }
    };
    view! {
        <section class="talk" aria-labelledby="talking" on:keydown=escape>
            <div class="bar">
                <button type="button" class="small" on:click=move |_| talk.leave()>{texts.get(K::Back)}</button>
                <h1 id="talking" tabindex="-1" class="line">{texts.get(K::Talk)}</h1>
            </div>
            <p class="warn" role="status" hidden=move || doubt.with(String::is_empty)>{move || doubt.get()}</p>
            <div role="status">{step_line}</div>
            <div role="status">
                <p class=tone>{move || words.get(state())}</p>
                <p class="who">{who}</p>
            </div>
            <div class="bar" aria-hidden="true"><div class="level"><i style:transform=level></i></div><b>{clock}</b></div>
            {sound}
            <p class="muted">{texts.get(K::TalkNotRecorded)} " " {texts.get(K::TalkForeground)}</p>
            <div class="thumb">{body}</div>
        </section>
    }
}
