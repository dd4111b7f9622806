//! The conversation on the case page: the one question, what was written, the sentences.
//!
//! Law: every tap is a form of its own, so that it works before any script has come. Nothing is
//! typed here: the page may refresh. Typing has a page of its own.

use super::case::{Hidden, hidden_fields};
use super::common::hour_minute;
use crate::text::{AttendeeKey as K, Book, Texts};
use domain::phrase::Phrase;
use domain::question::{Piece, Question, Whom, WorksHere};
use domain::view::{AnswerView, Answered, Asking, CaseView, Delivery, HowView, PhoneLine};
use domain::words::Words;
use leptos::prelude::*;

/// A button that says something by its hidden fields.
fn tap(
    action: &'static str,
    class: &'static str,
    label: String,
    fields: &[(&'static str, &'static str)],
    hidden: &Hidden,
) -> impl IntoView + use<> {
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| view! { <input type="hidden" name=*name value=*value/> }).collect();
    view! {
        <form method="post" action=action>
            {hidden_fields(hidden)} {fields} <button class=class>{label}</button>
        </form>
    }
}

/// All of it, in the order of the page: what was written, the question, the sentences.
pub(super) fn conversation(case: &CaseView, texts: &Texts<K>, book: &Book, hidden: &Hidden) -> impl IntoView + use<> {
    let team = case.team.answering;
    let reports = case.whom.is_some_and(Whom::reports);
    let answering = (team > 0).then(|| texts.fill(K::TeamAnswering, &[("n", &team.to_string())]));
    view! {
        {answering.map(|line| view! { <p class="muted">{line}</p> })}
        {reports.then(|| view! { <p role="status">{texts.get(K::ReporterNote)}</p> })}
        {messages(&case.messages, texts, book)}
        {case.asking.map(|asking| question(asking, texts, book, hidden))}
        {tap("/write", "", texts.get(K::Write), &[], hidden)}
        {sentences(texts, book, hidden)}
        {answers(&case.answered, texts, book, hidden)}
        {facts(case, texts, book, hidden)}
    }
}

/// What was written, oldest first.
pub(super) fn messages(lines: &[PhoneLine], texts: &Texts<K>, book: &Book) -> impl IntoView + use<> {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| {
            let words = match &line.words {
                Words::Phrase(phrase) => book.phrase.get(*phrase),
                Words::Text(text) => text.clone(),
            };
            let who = texts.get(if line.mine { K::You } else { K::Team });
            let mark = match (line.mine, line.delivery) {
                (true, Delivery::Read) => [" · ", &texts.get(K::MarkOpened)].concat(),
                (true, _) => [" · ", &texts.get(K::MarkSent)].concat(),
                (false, _) => String::new(),
            };
            let class = if line.mine { "mine" } else { "theirs" };
            view! {
                <li class=class>
                    <p class="said" dir="auto">{words}</p>
                    <small>{[&who, " · ", &hour_minute(line.at), &mark].concat()}</small>
                </li>
            }
        })
        .collect();
    (!lines.is_empty()).then(|| view! { <ol class="talk list" role="log">{lines}</ol> })
}

fn question(asking: Asking, texts: &Texts<K>, book: &Book, hidden: &Hidden) -> impl IntoView + use<> {
    let Asking { question, number, of, .. } = asking;
    let count = texts.fill(K::QuestionOf, &[("n", &number.to_string()), ("of", &of.to_string())]);
    let name = question.name();
    let choices = match question {
        Question::How => view! {
            {tap("/how", "", texts.get(K::HowDiscreetly), &[("a", "discreetly")], hidden)}
            {tap("/meet", "", texts.get(K::HowMeet), &[], hidden)}
            {tap("/how", "", texts.get(K::HowOnlyWrite), &[("a", "write")], hidden)}
            {tap("/how", "", texts.get(K::HowOnlyWatch), &[("a", "watch")], hidden)}
        }
        .into_any(),
        Question::KnownBy => tap("/look", "main answer", texts.get(K::ChooseLook), &[], hidden).into_any(),
        _ => view! {
            <div class="row" role="group" aria-labelledby="question">
                {tap("/answer", "main answer", texts.get(K::Yes), &[("q", name), ("a", "yes")], hidden)}
                {tap("/answer", "main answer", texts.get(K::No), &[("q", name), ("a", "no")], hidden)}
            </div>
        }
        .into_any(),
    };
    view! {
        <section class="card" id="ask">
            <p class="muted">{count}</p>
            <h2 id="question">{book.question.get(question)}</h2>
            {choices}
            {tap("/answer", "small", texts.get(K::Skip), &[("q", name), ("a", "skip")], hidden)}
        </section>
    }
}

fn sentences(texts: &Texts<K>, book: &Book, hidden: &Hidden) -> impl IntoView + use<> {
    let buttons: Vec<_> = Phrase::of_person()
        .map(|phrase| tap("/phrase", "", book.phrase.get(phrase), &[("p", phrase.name())], hidden))
        .collect();
    view! { <details class="more"><summary>{texts.get(K::Sentences)}</summary>{buttons}</details> }
}

/// *A green scarf*, as chips say it.
pub(super) fn piece(piece: &Piece, book: &Book) -> String {
    [&book.garment.get(piece.garment), " · ", &book.colour.get(piece.colour)].concat()
}

fn answer(answer: &AnswerView, texts: &Texts<K>, book: &Book) -> String {
    match answer {
        AnswerView::Yes => texts.get(K::Yes),
        AnswerView::No => texts.get(K::No),
        AnswerView::Skipped => texts.get(K::Skipped),
        AnswerView::How(HowView::Discreetly) => texts.get(K::HowDiscreetly),
        AnswerView::How(HowView::MeetAt(None)) => texts.get(K::HowMeet),
        AnswerView::How(HowView::MeetAt(Some(place))) => {
            [&texts.get(K::HowMeet), " ", &place.line(&texts.get(K::LevelUnknown))].concat()
        }
        AnswerView::How(HowView::OnlyWrite) => texts.get(K::HowOnlyWrite),
        AnswerView::How(HowView::OnlyWatch) => texts.get(K::HowOnlyWatch),
        AnswerView::Look(pieces) => pieces.iter().map(|one| piece(one, book)).collect::<Vec<_>>().join(", "),
    }
}

/// What was answered, each with a way to answer otherwise.
fn answers(answered: &[Answered], texts: &Texts<K>, book: &Book, hidden: &Hidden) -> impl IntoView + use<> {
    let rows: Vec<_> = answered
        .iter()
        .map(|one| {
            let name = one.question.name();
            let again = match one.question {
                Question::How => view! {
                    {tap("/how", "small", texts.get(K::HowDiscreetly), &[("a", "discreetly")], hidden)}
                    {tap("/meet", "small", texts.get(K::HowMeet), &[], hidden)}
                    {tap("/how", "small", texts.get(K::HowOnlyWrite), &[("a", "write")], hidden)}
                    {tap("/how", "small", texts.get(K::HowOnlyWatch), &[("a", "watch")], hidden)}
                }
                .into_any(),
                Question::KnownBy => tap("/look", "small", texts.get(K::Change), &[], hidden).into_any(),
                _ => view! {
                    {tap("/answer", "small", texts.get(K::Yes), &[("q", name), ("a", "yes")], hidden)}
                    {tap("/answer", "small", texts.get(K::No), &[("q", name), ("a", "no")], hidden)}
                }
                .into_any(),
            };
            view! {
                <div>
                    <p>{book.question.get(one.question)} " " <b>{answer(&one.answer, texts, book)}</b></p>
                    <div class="row">{again}</div>
                </div>
            }
        })
        .collect();
    (!rows.is_empty())
        .then(|| view! { <details class="more"><summary>{texts.get(K::YouSaid)}</summary>{rows}</details> })
}

/// For whom, and whether the person works here: optional, one tap each.
fn facts(case: &CaseView, texts: &Texts<K>, book: &Book, hidden: &Hidden) -> impl IntoView + use<> {
    let mark = |chosen: bool| if chosen { "main small" } else { "small" };
    let whom: Vec<_> = Whom::ALL
        .iter()
        .map(|whom| {
            let class = mark(case.whom == Some(*whom));
            tap("/whom", class, book.whom.get(*whom), &[("w", whom.name())], hidden)
        })
        .collect();
    let works: Vec<_> = WorksHere::ALL
        .iter()
        .map(|who| {
            let class = mark(case.works_here == Some(*who));
            tap("/works", class, book.works_here.get(*who), &[("w", who.name())], hidden)
        })
        .collect();
    view! {
        <details class="more"><summary>{texts.get(K::ForWhom)}</summary><div class="row">{whom}</div></details>
        <details class="more"><summary>{texts.get(K::WorksHere)}</summary><div class="row">{works}</div></details>
    }
}
