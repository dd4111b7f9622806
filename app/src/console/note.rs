//! The approach note: one or two sentences for the one who goes, never the story.

use super::desk::Desk;
use crate::staff::{Field, composes};
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::wire::StaffCommand;
use leptos::prelude::*;

/// Longest note, in characters: it must be read on the stairs.
const LONGEST: u32 = 200;
/// Sentences that are often right, for a festival that suggests none of its own.
const SUGGESTIONS: [K; 4] = [K::Suggest1, K::Suggest2, K::Suggest3, K::Suggest4];

/// The editor. What somebody writes stays theirs until it is saved or the case is left.
pub(super) fn note(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let saved = Memo::new(move |_| desk.with_pane(|pane| pane.approach.clone()).unwrap_or_default());
    // An empty draft of the store is none; emptied on purpose is kept while the case is open.
    let draft = RwSignal::new(Some(store.draft(id, Field::Approach)).filter(|kept| !kept.is_empty()));
    Effect::new(move |_| {
        let text = draft.get().unwrap_or_default();
        if untrack(|| store.draft(id, Field::Approach)) != text {
            store.set_draft(id, Field::Approach, text);
        }
    });
    let shown = move || draft.get().unwrap_or_else(|| saved.get());
    let changed = Memo::new(move |_| draft.with(|draft| draft.as_ref().is_some_and(|draft| *draft != saved.get())));
    // Saved as it was written: from now on the field follows the server again.
    Effect::new(move |_| {
        let saved = saved.get();
        if draft.with_untracked(|draft| draft.as_deref() == Some(saved.trim())) {
            draft.set(None);
        }
    });
    let save = move || {
        if let Some(text) = draft.get_untracked() {
            store.send(StaffCommand::SetApproach(id, text.trim().to_owned()));
        }
    };
    let waits = Memo::new(move |_| store.waits(|other| matches!(other, StaffCommand::SetApproach(of, _) if *of == id)));
    let add = move |sentence: String| {
        let before = draft.get_untracked().unwrap_or_else(|| saved.get_untracked());
        let joined = if before.trim().is_empty() { sentence } else { [before.trim(), " ", &sentence].concat() };
        if joined.chars().count() <= LONGEST as usize {
            draft.set(Some(joined));
        }
    };
    let own = desk.approach.get_value();
    let suggestions = if own.is_empty() { SUGGESTIONS.map(|key| store.get(key)).to_vec() } else { own };
    view! {
        <div class="note">
            <label class="field-label" for="note">{store.get(K::Approach)} <kbd>{"W"}</kbd></label>
            <textarea
                id="note"
                rows="2"
                maxlength=LONGEST.to_string()
                placeholder=store.get(K::ApproachHint)
                prop:value=shown
                on:input=move |event| draft.set(Some(event_target_value(&event)))
                on:keydown=move |event| {
                    if composes(&event) {
                        return;
                    }
                    match event.key().as_str() {
                        "Enter" if event.ctrl_key() || event.meta_key() => save(),
                        "Escape" => crate::staff::focus(&super::queue::row_id(id)),
                        _ => return,
                    }
                    event.prevent_default();
                }
            ></textarea>
            <button type="button" class="button is-small note-save" class:is-pending=waits
                disabled=move || !changed.get() on:click=move |_| save()>
                {store.get(K::SaveNote)}
            </button>
            <details class="suggest">
                <summary>{store.get(K::Suggestions)}</summary>
            <ul class="suggestions">
                    {suggestions.into_iter().map(|sentence| {
                        let shown = sentence.clone();
                        view! {
                            <li>
                                <button type="button" class="suggestion" on:click=move |_| add(sentence.clone())>
                                    {shown}
                                </button>
                            </li>
                        }
                    }).collect_view()}
                </ul>
            </details>
        </div>
    }
}
