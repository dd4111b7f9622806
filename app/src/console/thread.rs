//! What was said in the open case: bubbles with marks that are true.
//!
//! Law: a person's text is shown as written, inert and marked as not translated; it is opened by
//! somebody who sits here, never by a page that was left on.

use super::desk::Desk;
use crate::live::now_ms;
use crate::staff::words::time_of_day;
use crate::staff::{in_sight, language_name, on_size};
use crate::text::StaffKey as K;
use domain::ids::{IncidentId, MessageId, PersonId};
use domain::view::{Delivery, DeskLine};
use domain::wire::StaffCommand;
use domain::words::Words;
use leptos::html;
use leptos::prelude::*;

/// Whoever has not moved a hand for so long may not be here: what comes then is not opened yet.
const HERE_MS: i64 = 60_000;
/// The end of the thread is in sight when no more than this is below it, in CSS pixels.
const NEAR_END: i32 = 24;

/// One bubble.
#[derive(Debug, Clone, PartialEq)]
struct Bubble {
    id: MessageId,
    mine: bool,
    by: Option<PersonId>,
    words: Words,
    theirs: Option<String>,
    /// `None`: on its way to the server.
    at: Option<u32>,
}

impl Bubble {
    fn of(line: &DeskLine) -> Self {
        Bubble {
            id: line.id,
            mine: line.by.is_some(),
            by: line.by,
            words: line.words.clone(),
            theirs: line.theirs.clone(),
            at: Some(line.at),
        }
    }
}

/// The thread of the open case, oldest first.
pub(super) fn thread(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let bubbles = Memo::new(move |_| {
        let mut bubbles: Vec<Bubble> =
            desk.with_pane(|pane| pane.messages.iter().map(Bubble::of).collect()).unwrap_or_default();
        store.written.with(|written| {
            for out in written.out.iter().filter(|out| out.incident == id) {
                let key = MessageId(out.key);
                if !bubbles.iter().any(|bubble| bubble.id == key) {
                    let words = out.words.clone();
                    bubbles.push(Bubble { id: key, mine: true, by: None, words, theirs: None, at: None });
                }
            }
        });
        bubbles
    });
    let list = NodeRef::<html::Div>::new();
    let at_end = RwSignal::new(true);
    let sized = StoredValue::new((0, 0));
    let to_end = move || {
        if let Some(list) = list.get_untracked() {
            list.set_scroll_top(list.scroll_height());
        }
    };
    Effect::new(move |_| {
        bubbles.track();
        if at_end.get_untracked() {
            request_animation_frame(to_end);
        }
    });
    // A call, a second row of buttons take room from the thread: the newest words stay in sight.
    on_size(list, move |_| {
        if at_end.try_get_untracked() == Some(true) {
            to_end();
        }
    });
    opens(desk, id, at_end);
    let asked = move || {
        let asking = desk.with_pane(|pane| pane.asking).flatten()?;
        let question = store.book(|book| book.question.get(asking.question));
        Some(store.fill(K::AskedNow, &[("question", &question)]))
    };
    view! {
        <div class="thread-box">
            <div class="thread" node_ref=list role="log" tabindex="0" aria-label=store.get(K::Conversation)
                on:scroll=move |_| if let Some(list) = list.get_untracked() {
                    let below = list.scroll_height() - list.scroll_top() - list.client_height();
                    let size = (list.scroll_height(), list.client_height());
                    // A thread that grows or shrinks scrolls too: only a hand leaves its end.
                    let by_hand = sized.try_update_value(|sized| std::mem::replace(sized, size) == size) == Some(true);
                    if below <= NEAR_END || by_hand {
                        at_end.set(below <= NEAR_END);
                    }
                }>
                <ol>
                    <For each=move || bubbles.get() key=|bubble| (bubble.id, bubble.at.is_some())
                        children=move |said| bubble(desk, id, said) />
                </ol>
                <p class="thread-asked muted">{asked}</p>
            </div>
            {move || (!at_end.get()).then(|| view! {
                <button type="button" class="button is-small thread-end" on:click=move |_| to_end()>
                    {store.get(K::ToNewest)}
                </button>
            })}
        </div>
    }
}

/// Tells the server what was opened, while somebody sits before it.
fn opens(desk: Desk, id: IncidentId, at_end: RwSignal<bool>) {
    let store = desk.store;
    let newest = Memo::new(move |_| {
        desk.with_pane(|pane| {
            let theirs = pane.messages.iter().rev().filter(|line| line.by.is_none());
            theirs.filter(|line| line.delivery != Delivery::Read).map(|line| line.n).next()
        })
        .flatten()
    });
    Effect::new(move |_| {
        let now = store.now.get();
        desk.acted.track();
        let here = now_ms().max(now) - desk.acted.get_untracked() < HERE_MS;
        if let Some(upto) = newest.get()
            && at_end.get()
            && here
            && in_sight()
        {
            store.send_quietly(StaffCommand::Open(id, upto));
        }
    });
}

fn bubble(desk: Desk, id: IncidentId, said: Bubble) -> impl IntoView {
    let store = desk.store;
    let lang = store.rows.with_untracked(|rows| rows.get(&id).map(|row| row.value.lang.clone())).unwrap_or_default();
    let (own, theirs_lang) = (store.lang(), language_name(&lang, &store.lang()));
    let (text, kind) = match &said.words {
        Words::Phrase(phrase) => {
            let kind = if lang == own {
                store.get(K::KindPhrase)
            } else {
                store.fill(K::KindPhraseIn, &[("lang", &theirs_lang)])
            };
            (store.book(|book| book.phrase.get(*phrase)), kind)
        }
        Words::Text(text) => {
            (text.clone(), store.get(if lang == own { K::KindText } else { K::KindTextNotTranslated }))
        }
    };
    let who = said.by.map(|by| store.name(by));
    let at = said.at.map(time_of_day);
    let head: Vec<String> = [at, who, Some(kind)].into_iter().flatten().collect();
    let head = head.join(" · ");
    let (key, mine, sent) = (said.id, said.mine, said.at.is_some());
    // Only the mark changes: the bubble stays, and is not read out once more.
    let mark = Memo::new(move |_| {
        let delivery =
            desk.with_pane(|pane| pane.messages.iter().find(|line| line.id == key).map(|line| line.delivery)).flatten();
        match (mine, sent, delivery) {
            (true, false, _) => Some(K::MarkSending),
            (true, true, Some(Delivery::OnDisk)) => Some(K::MarkSent),
            (true, true, Some(Delivery::Reached)) => Some(K::MarkReached),
            (true, true, Some(Delivery::Read)) => Some(K::MarkShown),
            (false, _, Some(Delivery::Read)) => None,
            (false, ..) => Some(K::MarkNew),
            (true, true, None) => None,
        }
    });
    view! {
        <li class="bubble" class:is-ours=mine class:is-new=move || mark.get() == Some(K::MarkNew)
            class:is-sending=move || mark.get() == Some(K::MarkSending)>
            <p class="bubble-text" dir="auto">{text}</p>
            {said.theirs.map(|text| view! { <p class="bubble-theirs muted" dir="auto" lang=lang>{text}</p> })}
            <p class="bubble-meta muted">
                <span>{head}</span>
                {move || mark.get().map(|mark| view! { <b>{store.get(mark)}</b> })}
            </p>
        </li>
    }
}
