//! What is known about the open case: facts as chips, the four steps, the timeline.

use super::desk::Desk;
use crate::staff::words::{seconds_between, time_of_day};
use crate::staff::{Sign, sign};
use crate::text::StaffKey as K;
use domain::incident::DispatchState;
use domain::view::{Check, Pane, StepView};
use leptos::prelude::*;

/// A fact in a few words.
#[derive(Debug, Clone, PartialEq)]
struct Chip {
    text: String,
    kind: &'static str,
}

/// The chips of the open case.
pub(super) fn chips(desk: Desk) -> impl IntoView {
    let chips = Memo::new(move |_| desk.with_pane(|pane| facts(desk, pane)).unwrap_or_default());
    view! {
        <ul class="chips">
            {move || chips.get().into_iter().map(|chip| view! {
                <li class=["chip ", chip.kind].concat()>
                    {(chip.kind == "is-amber").then(|| sign(Sign::Warning))}
                    <span>{chip.text}</span>
                </li>
            }).collect_view()}
        </ul>
    }
}

fn facts(desk: Desk, pane: &Pane) -> Vec<Chip> {
    let (store, row) = (desk.store, &pane.row);
    let mut chips = Vec::new();
    let mut add = |text: String, kind| chips.push(Chip { text, kind });
    if let Some(person) = row.responder_call {
        add(store.fill(K::StaffNeedsHelp, &[("name", &store.full_name(person))]), "is-amber");
    }
    if row.check == Some(false) {
        add(store.get(K::SaysNotSafe), "is-amber");
    }
    if row.nobody_here {
        add(store.get(K::SaysNobodyHere), "is-amber");
    }
    if let Some(seconds) = row.withdrawn_after_s {
        add(store.fill(K::Withdrawn, &[("n", &seconds.to_string())]), "");
    }
    if pane.steps.check == Check::Asked {
        add(store.get(K::CheckSent), "is-asked");
    }
    if row.check == Some(true) {
        add(store.get(K::SaysSafe), "");
    }
    if row.asked_again > 0 {
        add(store.fill(K::AskedAgain, &[("n", &row.asked_again.to_string())]), "");
    }
    if row.ok_said {
        add(store.get(K::SaysOk), "");
    }
    if let Some(reason) = row.closed {
        add(store.words(|words| words.close_reason(reason)), "is-asked");
    }
    chips
}

/// *Sent, Seen, Coming, Here*, as the person who asked sees them.
pub(super) fn steps(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let steps = Memo::new(move |_| {
        desk.with_pane(|pane| {
            let sent = pane.steps.sent;
            let lit = |step: StepView| match step {
                StepView::Dark => None,
                StepView::Lit(at) => Some(time_of_day(at)),
            };
            let moving = |wanted: &[DispatchState]| {
                let first = pane.dispatches.iter().find(|dispatch| wanted.contains(&dispatch.state));
                first.map(|dispatch| store.name(dispatch.responder)).unwrap_or_default()
            };
            let after = match pane.steps.seen {
                StepView::Lit(at) => {
                    let wait = i64::from(seconds_between(sent, at)) * 1_000;
                    store.fill(K::After, &[("age", &store.words(|words| words.duration(wait)))])
                }
                StepView::Dark => String::new(),
            };
            [
                (K::Sent, Some(time_of_day(sent)), String::new()),
                (K::Seen, lit(pane.steps.seen), after),
                (K::Coming, lit(pane.steps.coming), moving(&[DispatchState::EnRoute, DispatchState::OnScene])),
                (K::Here, lit(pane.steps.here), moving(&[DispatchState::OnScene])),
            ]
        })
    });
    view! {
        <ol class="steps">
            {move || steps.get().map(|steps| steps.into_iter().map(|(name, at, more)| {
                let lit = at.is_some();
                let line = at.map_or_else(
                    || store.get(K::NotYet),
                    |at| if more.is_empty() { at } else { [&at, ", ", &more].concat() },
                );
                view! {
                    <li class="step" class:is-lit=lit>
                        <b>{lit.then(|| sign(Sign::Check))} <span>{store.get(name)}</span></b>
                        <span class="muted">{line}</span>
                    </li>
                }
            }).collect_view())}
        </ol>
    }
}

/// What happened, newest last.
pub(super) fn timeline(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let lines = Memo::new(move |_| {
        let pane = desk.with_pane(|pane| pane.timeline.clone()).unwrap_or_default();
        store.words(|words| {
            let say = |line| words.timeline(line, &|person| store.full_name(person));
            pane.iter().map(|line| (time_of_day(line.at), say(line))).collect::<Vec<_>>()
        })
    });
    view! {
        // It scrolls by itself where a call takes its room: by key as well.
        <section class="timeline" tabindex="0" aria-label=store.get(K::Timeline)>
            <h2>{store.get(K::Timeline)}</h2>
            <ol>
                {move || lines.get().into_iter().map(|(at, text)| view! {
                    <li><span class="muted">{at}</span> <span>{text}</span></li>
                }).collect_view()}
            </ol>
        </section>
    }
}
