//! What is known about the open case: facts as chips, the four steps, the timeline.

use super::desk::Desk;
use crate::staff::words::{seconds_between, time_of_day};
use crate::staff::{Sign, sign};
use crate::text::StaffKey as K;
use domain::incident::DispatchState;
use domain::question::{Question, Whom};
use domain::view::{AnswerView, Check, Concern, Gist, Pane, StepView};
use leptos::prelude::*;

/// A fact in a few words.
#[derive(Debug, Clone, PartialEq)]
struct Chip {
    text: String,
    /// What stands out in it.
    answer: String,
    kind: &'static str,
}

/// The chips of the open case.
pub(super) fn chips(desk: Desk) -> impl IntoView {
    let chips = Memo::new(move |_| desk.with_pane(|pane| facts(desk, pane)).unwrap_or_default());
    view! {
        <ul class="chips">
            {move || chips.get().into_iter().map(|chip| view! {
                <li class=["chip ", chip.kind].concat()>
                    {chip.kind.starts_with("is-amber").then(|| sign(Sign::Warning))}
                    <span>{chip.text} {" "} {(!chip.answer.is_empty()).then(|| view! { <b>{chip.answer}</b> })}</span>
                </li>
            }).collect_view()}
        </ul>
    }
}

fn facts(desk: Desk, pane: &Pane) -> Vec<Chip> {
    let (store, row) = (desk.store, &pane.row);
    let mut chips = Vec::new();
    let add = |chips: &mut Vec<Chip>, text: String, kind| chips.push(Chip { text, answer: String::new(), kind });
    if let Some(person) = row.responder_call {
        add(&mut chips, store.fill(K::StaffNeedsHelp, &[("name", &store.full_name(person))]), "is-amber");
    }
    if row.check == Some(false) {
        add(&mut chips, store.get(K::SaysNotSafe), "is-amber");
    }
    for given in &pane.answers {
        // What the sentence says too goes first where there is little room.
        let kind = match given.answer {
            _ if danger(given.question, &given.answer) => "is-amber is-said",
            AnswerView::Skipped => "is-asked",
            _ => "is-said",
        };
        let text = store.words(|words| words.question(given.question));
        chips.push(Chip { text, answer: answer(desk, &given.answer), kind });
    }
    if let Some(asking) = pane.asking {
        let question = store.words(|words| words.question(asking.question));
        add(&mut chips, store.fill(K::ChipAsked, &[("question", &question)]), "is-asked");
    }
    if let Some(concern) = row.concern {
        let text = match concern {
            Concern::Works(who) => store.fill(K::WorksAs, &[("who", &store.book(|book| book.works_here.get(who)))]),
            Concern::Somebody => store.get(K::WorksMind),
        };
        add(&mut chips, text, "is-amber");
    }
    if row.nobody_here {
        add(&mut chips, store.get(K::SaysNobodyHere), "is-amber");
    }
    if let Some(seconds) = row.withdrawn_after_s {
        add(&mut chips, store.fill(K::Withdrawn, &[("n", &seconds.to_string())]), "");
    }
    if pane.steps.check == Check::Asked {
        add(&mut chips, store.get(K::CheckSent), "is-asked");
    }
    if row.check == Some(true) {
        add(&mut chips, store.get(K::SaysSafe), "");
    }
    if row.asked_again > 0 {
        add(&mut chips, store.fill(K::AskedAgain, &[("n", &row.asked_again.to_string())]), "");
    }
    if row.ok_said {
        add(&mut chips, store.get(K::SaysOk), "is-said");
    }
    if let Some(reason) = row.closed {
        add(&mut chips, store.words(|words| words.close_reason(reason)), "is-asked");
    }
    chips
}

/// Whether an answer says danger.
fn danger(question: Question, answer: &AnswerView) -> bool {
    matches!((question, answer), (Question::Safe, AnswerView::No) | (Question::Near | Question::Hurt, AnswerView::Yes))
}

/// An answer with garments and colours named.
fn answer(desk: Desk, answer: &AnswerView) -> String {
    let store = desk.store;
    match answer {
        AnswerView::Look(pieces) => store.book(|book| {
            let piece = |piece: &domain::question::Piece| {
                [&book.garment.get(piece.garment), ": ", &book.colour.get(piece.colour)].concat().to_lowercase()
            };
            pieces.iter().map(piece).collect::<Vec<_>>().join(", ")
        }),
        other => store.words(|words| words.answer(other)),
    }
}

/// The case in one line, danger first.
pub(super) fn summary(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let parts = Memo::new(move |_| {
        let said = desk.with_pane(|pane| pane.summary.clone()).unwrap_or_default();
        let part = |gist: Gist| {
            let warns = matches!(&gist, Gist::Said(question, answer) if danger(*question, answer));
            (gist_words(desk, &gist), warns)
        };
        said.into_iter().map(part).collect::<Vec<_>>()
    });
    view! {
        <p class="summary">
            <span class="unseen">{store.get(K::Summary)}</span>
            {move || parts.get().into_iter().map(|(text, warns)| view! {
                <span class:is-amber=warns>{text}</span> {" "}
            }).collect_view()}
        </p>
    }
}

fn gist_words(desk: Desk, gist: &Gist) -> String {
    use AnswerView as A;
    use Question as Q;
    let key = match gist {
        Gist::Came(domain::question::Came::Telephone) => K::GistTelephone,
        Gist::Came(domain::question::Came::InPerson) => K::GistInPerson,
        Gist::For(Whom::Saw) => K::GistSaw,
        Gist::For(_) => K::GistSomeone,
        Gist::Said(Q::Safe, A::No) => K::GistNotSafe,
        Gist::Said(Q::Safe, _) => K::GistSafe,
        Gist::Said(Q::Near, A::Yes) => K::GistNear,
        Gist::Said(Q::Near, _) => K::GistNotNear,
        Gist::Said(Q::Hurt, A::Yes) => K::GistHurt,
        Gist::Said(Q::Hurt, _) => K::GistNotHurt,
        Gist::Said(Q::CanMove, A::No) => K::GistCannotMove,
        Gist::Said(Q::CanMove, _) => K::GistCanMove,
        Gist::Said(Q::Woman, A::Yes) => K::GistWoman,
        Gist::Said(Q::Woman, _) => K::GistAnyone,
        Gist::Said(Q::How | Q::KnownBy, given) => {
            return capital(&[&answer(desk, given), "."].concat());
        }
        Gist::Withdrawn => K::GistWithdrawn,
        Gist::SaidOk => K::GistOk,
        Gist::ForMorning => K::GistMorning,
        Gist::NothingSaid => K::GistNothing,
    };
    desk.store.get(key)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
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
        <section class="timeline" aria-label=store.get(K::Timeline)>
            <h2>{store.get(K::Timeline)}</h2>
            <ol>
                {move || lines.get().into_iter().map(|(at, text)| view! {
                    <li><span class="muted">{at}</span> <span>{text}</span></li>
                }).collect_view()}
            </ol>
        </section>
    }
}
