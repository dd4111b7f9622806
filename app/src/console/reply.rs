//! Answering: nine sentences on keys, the field, and a list of all sentences.
//!
//! Law: what is typed stands in the field until it is sent, whatever comes meanwhile; a key never says
//! a sentence that was put on it a moment ago.

use super::ask::Ask;
use super::desk::Desk;
use super::opened;
use super::phrases::{Moment, keys};
use crate::live::now_ms;
use crate::staff::{Field, Sign, composes, language_name, sign};
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::incident::DispatchState;
use domain::phrase::Phrase;
use domain::question::Question;
use domain::view::{AnswerView, Pane};
use domain::words::{TEXT_MAX, Words};
use leptos::prelude::*;

/// A sentence that has just come onto a key is not said by it for so long: the hand meant the other.
pub(super) const SETTLE_MS: i64 = 1_200;

/// What the keys say in the open case.
pub(super) fn phrases(desk: Desk) -> Option<[Phrase; Phrase::KEYS]> {
    let own = desk.store.lang();
    desk.with_pane(|pane| pane.has_phone.then(|| keys(moment(pane, &own)))).flatten()
}

fn moment(pane: &Pane, own: &str) -> Moment {
    let state = |wanted: &[DispatchState]| pane.dispatches.iter().any(|dispatch| wanted.contains(&dispatch.state));
    let answer =
        |question| pane.answers.iter().find(|given| given.question == question).map(|given| given.answer.clone());
    Moment {
        coming: state(&[DispatchState::EnRoute]),
        here: state(&[DispatchState::OnScene]),
        placed: pane.row.place.as_ref().is_some_and(|place| place.level.is_some()),
        stuck: answer(Question::CanMove) == Some(AnswerView::No),
        how_said: matches!(answer(Question::How), Some(AnswerView::How(_))),
        same_language: pane.row.lang == own,
    }
}

/// Sends a sentence to the person.
pub(super) fn say(desk: Desk, id: IncidentId, phrase: Phrase) {
    desk.store.say_words(id, Words::Phrase(phrase));
}

/// The keys and the field; or why nothing can be written.
pub(super) fn reply(desk: Desk, id: IncidentId) -> impl IntoView {
    let has_phone = Memo::new(move |_| desk.with_pane(|pane| pane.has_phone));
    move || match has_phone.get() {
        Some(true) => Some(fields(desk, id).into_any()),
        Some(false) => Some(
            view! {
                <div class="no-phone">
                    <p class="muted">{desk.store.get(K::NoPhone)}</p>
                    {move || desk.with_pane(opened::may_code).unwrap_or(false).then(|| view! {
                        <button type="button" class="button" on:click=move |_| opened::make_code(desk, id)>
                            {sign(Sign::Code)} <span>{desk.store.get(K::MakeCode)}</span>
                        </button>
                    })}
                </div>
            }
            .into_any(),
        ),
        None => None,
    }
}

fn fields(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let now = Memo::new(move |_| phrases(desk));
    Effect::new(move |before: Option<Option<[Phrase; Phrase::KEYS]>>| {
        let now = now.get();
        if before.flatten().is_some_and(|before| Some(before) != now) {
            desk.settled.set_value(now_ms() + SETTLE_MS);
        }
        now
    });
    let sent = Memo::new(move |_| desk.with_pane(|pane| pane.phrases_sent.clone()).unwrap_or_default());
    let key = move |(at, phrase): (usize, Phrase)| {
        let digit = (at + 1).to_string();
        let text = store.book(|book| book.phrase.get(phrase));
        let (cap, whole) = (digit.clone(), text.clone());
        view! {
            <li>
                <button type="button" class="phrase-key" title=whole aria-keyshortcuts=digit
                    on:click=move |_| say(desk, id, phrase)>
                    <kbd>{cap}</kbd> <span>{text}</span>
                    {move || sent.with(|sent| sent.contains(&phrase)).then(|| view! {
                        {sign(Sign::Check)} <span class="unseen">{store.get(K::SentBefore)}</span>
                    })}
                </button>
            </li>
        }
    };
    let lang = store.rows.with_untracked(|rows| rows.get(&id).map(|row| row.value.lang.clone())).unwrap_or_default();
    let hint = store.fill(K::ReplyHint, &[("lang", &language_name(&lang, &store.lang()))]);
    let draft = move || store.draft(id, Field::Reply);
    let over = Memo::new(move |_| draft().len().saturating_sub(TEXT_MAX));
    let empty = Memo::new(move |_| draft().trim().is_empty());
    let send = move || {
        if over.get_untracked() > 0 || empty.get_untracked() {
            return;
        }
        if store.say_words(id, Words::Text(untrack(draft).trim().to_owned())) {
            store.set_draft(id, Field::Reply, String::new());
        }
    };
    view! {
        <section class="reply" aria-label=store.get(K::Reply)>
            <ul class="phrase-keys">
                {move || now.get().map(|phrases| phrases.into_iter().enumerate().map(key).collect_view())}
                <li>
                    <button type="button" class="phrase-key is-more" on:click=move |_| desk.ask.set(Some(Ask::Phrases(id)))>
                        <kbd>{"0"}</kbd> <span>{store.get(K::MorePhrases)}</span>
                    </button>
                </li>
            </ul>
            <div class="reply-line">
                <label class="reply-label" for="reply"><kbd>{"R"}</kbd> <span class="unseen">{store.get(K::Reply)}</span></label>
                <textarea id="reply" rows="1" dir="auto" placeholder=hint
                    prop:value=draft
                    on:input=move |event| store.set_draft(id, Field::Reply, event_target_value(&event))
                    on:keydown=move |event| {
                        if composes(&event) {
                            return;
                        }
                        match event.key().as_str() {
                            "Enter" if !event.shift_key() => send(),
                            "Escape" => crate::staff::focus(&super::queue::row_id(id)),
                            _ => return,
                        }
                        event.prevent_default();
                    }
                ></textarea>
                <button type="button" class="button is-primary" disabled=move || empty.get() || { over.get() > 0 }
                    on:click=move |_| send()>
                    {store.get(K::SendReply)}
                </button>
            </div>
            <p class="reply-long" role="status">{move || (over.get() > 0).then(|| {
                store.fill(K::TooLong, &[("n", &over.get().to_string())])
            })}</p>
        </section>
    }
}
