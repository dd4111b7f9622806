//! The screen of Talk, as data. Its buttons say by `data-do` what they do; `touch` does it.

use super::Talk;
use super::microphone::{Mic, thumb_zone};
use crate::attendee::case::Scene;
use crate::attendee::common::{hour_minute, number_row};
use crate::attendee::talk::step;
use crate::attendee::tree::{Element, Node, el};
use crate::text::AttendeeKey as K;
use domain::view::{CaseView, ServiceView, Unseen};
use leptos::prelude::*;

/// A button of Talk.
pub(super) fn button(does: &'static str, class: &'static str) -> Element {
    el("button").set("type", "button").class(class).set("data-do", does)
}

/// Talk, over the case that goes on beneath. Follows everything that it shows.
pub(in super::super) fn screen(
    talk: Talk,
    scene: &Scene,
    case: RwSignal<CaseView>,
    doubt: RwSignal<String>,
) -> Vec<Node> {
    let known = talk.known(doubt.with(|doubt| !doubt.is_empty()));
    let over = talk.over.get();
    let state = over.unwrap_or_else(|| known.state());
    // *Hold to talk* is an order that cannot be followed without a microphone.
    let said = (talk.mic.get() == Mic::Open || state != K::TalkHold).then(|| scene.say(state));
    let tone = match state {
        K::TalkSpeak => "state ok",
        K::TalkThey => "state they",
        K::TalkNoNetwork | K::TalkUnsupported => "state warn",
        K::TalkHold => "state",
        _ => "state muted",
    };
    let cut = talk.read(|voice| voice.cut().get());
    let who = match (over.is_some(), cut, talk.ending.get()) {
        (true, ..) => None,
        (_, true, _) => Some(K::TalkCut),
        (_, _, true) => Some(K::TalkEnding),
        _ => known.who(),
    };
    let (step_line, grown) = case.with(|case| {
        // Nobody answers: other help stands here as well, whatever screen is open.
        let grown = case.unseen == Unseen::NumbersGrow || case.service != ServiceView::Open;
        let numbers = number_row("row call", &scene.numbers, case.place.as_ref(), &scene.texts);
        (step_words(scene, case), grown.then_some(numbers))
    });
    let words = |key: Option<K>| key.map(|key| scene.say(key)).unwrap_or_default();
    let head = el("div")
        .class("bar")
        .add(button("leave", "small").add(scene.say(K::Back)))
        .add(el("h1").set("id", "talking").set("tabindex", "-1").class("line").add(scene.say(K::Talk)));
    let doubtful = doubt
        .with(|doubt| el("p").class("warn").set("role", "status").flag("hidden", doubt.is_empty()).add(doubt.clone()));
    let section = el("section")
        .class("talk")
        .set("aria-labelledby", "talking")
        .add(head)
        .add(doubtful)
        .add(el("div").set("role", "status").add(el("p").class("ok").add(step_line)))
        .add(
            el("div")
                .set("role", "status")
                .add(el("p").class(tone).add(said.unwrap_or_default()))
                .add(el("p").class("who").add(words(who))),
        )
        .add(grown)
        .add(meter(talk))
        .add(sound(talk, scene))
        .add(el("p").class("muted").add([&scene.say(K::TalkNotRecorded), " ", &scene.say(K::TalkForeground)].concat()))
        .add(thumb_zone(talk, scene, known.state() == K::TalkSpeak));
    vec![section.into()]
}

/// What the case beneath has come to.
fn step_words(scene: &Scene, case: &CaseView) -> String {
    let Some((key, at)) = step(case) else { return String::new() };
    let who = if case.who.is_empty() { String::new() } else { [" · ", &case.who].concat() };
    [&scene.say(key), " ", &hour_minute(at), &who].concat()
}

/// How loud the microphone is and how long the press lasts: for the eye only.
fn meter(talk: Talk) -> Element {
    // Whole per cent: printing a fraction would bring 5 KB along.
    let level = ((talk.read(|voice| voice.level().get()) * 100.0) as u32).to_string();
    let clock = talk.seconds.get().map_or_else(String::new, |seconds| {
        let two = if seconds % 60 < 10 { ":0" } else { ":" };
        [&(seconds / 60).to_string(), two, &(seconds % 60).to_string()].concat()
    });
    let bar = el("svg").set("viewBox", "0 0 100 1").set("preserveAspectRatio", "none");
    let bar = bar.add(el("path").set("d", ["M0 0H", &level, "V1H0z"].concat()));
    el("div").class("bar").set("aria-hidden", "true").add(el("div").class("level").add(bar)).add(el("b").add(clock))
}

/// Whether the phone plays what the team says.
fn sound(talk: Talk, scene: &Scene) -> Element {
    let on = talk.sound.get();
    let word = |yes: K, no: K| scene.say(if on { yes } else { no });
    el("section")
        .class("card")
        .add(el("h2").add(word(K::TalkSoundOn, K::TalkSoundOff)))
        .add(el("p").add(word(K::TalkSoundPlays, K::TalkSoundWould)))
        .add(button("sound", "small").add(word(K::TalkTurnOff, K::TalkTurnOn)))
}
