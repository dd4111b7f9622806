//! Notes for the team, and who has read the case. No phone ever shows them.

use super::desk::Desk;
use crate::staff::words::time_of_day;
use crate::staff::{Field, composes};
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::wire::StaffCommand;
use leptos::prelude::*;

/// Longest note, in characters, as the desk takes it.
const LONGEST: u32 = 1_000;

/// The list and the field. A note that was not taken stays in the field.
pub(super) fn notes(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let notes = Memo::new(move |_| desk.with_pane(|pane| pane.notes.clone()).unwrap_or_default());
    let draft = move || store.draft(id, Field::Note);
    let waits = Memo::new(move |_| store.waits(|other| matches!(other, StaffCommand::Note(of, _) if *of == id)));
    let empty = Memo::new(move |_| draft().trim().is_empty());
    let save = move || {
        let text = untrack(draft);
        if text.trim().is_empty() {
            return;
        }
        store.send_then(StaffCommand::Note(id, text.trim().to_owned()), move || {
            // What was typed since stays.
            if untrack(draft) == text {
                store.set_draft(id, Field::Note, String::new());
            }
        });
    };
    view! {
        <section class="team-notes" aria-label=store.get(K::Notes)>
            <label class="field-label" for="team-note">{store.get(K::Notes)} <kbd>{"N"}</kbd></label>
            <ol>
                {move || notes.get().into_iter().map(|note| view! {
                    <li>
                        <span class="muted">{time_of_day(note.at)} " · " {store.name(note.by)}</span>
                        <span dir="auto">{note.text}</span>
                    </li>
                }).collect_view()}
            </ol>
            <textarea id="team-note" rows="1" dir="auto" maxlength=LONGEST.to_string() placeholder=store.get(K::NoteHint)
                prop:value=draft
                on:input=move |event| store.set_draft(id, Field::Note, event_target_value(&event))
                on:keydown=move |event| {
                    if composes(&event) {
                        return;
                    }
                    match event.key().as_str() {
                        "Enter" if !event.shift_key() => save(),
                        "Escape" => crate::staff::focus(&super::queue::row_id(id)),
                        _ => return,
                    }
                    event.prevent_default();
                }
            ></textarea>
            <button type="button" class="button is-small" class:is-pending=waits disabled=move || empty.get()
                on:click=move |_| save()>{store.get(K::NoteAdd)}</button>
        </section>
    }
}

/// Who has read the case, first first: a hand-over hides nobody.
pub(super) fn reads(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let names = Memo::new(move |_| {
        let reads = desk.with_pane(|pane| pane.reads.clone()).unwrap_or_default();
        reads.iter().map(|read| store.full_name(read.by)).collect::<Vec<_>>().join(", ")
    });
    view! {
        <p class="reads muted">{move || {
            names.with(|names| (!names.is_empty()).then(|| store.fill(K::ReadBy, &[("names", names)])))
        }}</p>
    }
}
