//! To whom a case goes: everyone of the desk, least loaded first.

use super::shift::Shift;
use crate::staff::focus_first;
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::person::{Role, UNREACHABLE_AFTER_MS};
use domain::view::{CHATS_AT_ONCE, PersonRow};
use domain::wire::StaffCommand;
use leptos::html;
use leptos::prelude::*;

/// The dialog. The browser keeps the focus inside it and gives it back.
pub(super) fn dialog(page: Shift) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let asked = page.asked.get();
        let Some(dialog) = dialog.get() else { return };
        if asked.is_some() && !dialog.open() {
            let _ = dialog.show_modal();
            focus_first("dialog .answer:not(:disabled), dialog .dialog-close");
        } else if asked.is_none() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog class="dialog" node_ref=dialog on:close=move |_| page.asked.set(None) aria-labelledby="dialog-title">
            {move || page.asked.get().map(|id| body(page, id))}
        </dialog>
    }
}

fn body(page: Shift, id: IncidentId) -> impl IntoView {
    let store = page.store;
    let row = untrack(|| page.rows.with(|rows| rows.iter().find(|row| row.id == id).cloned()));
    let place = store.words(|words| words.place_short(row.as_ref().and_then(|row| row.place.as_ref())));
    let holder = row.and_then(|row| row.holder);
    let mut desk: Vec<PersonRow> = store.people.with_untracked(|people| {
        let of_desk = people.value.iter().filter(|person| matches!(person.role, Role::Agent | Role::Lead));
        of_desk.cloned().collect()
    });
    let there = |person: &PersonRow| person.heard_ms.is_some_and(|ms| ms < UNREACHABLE_AFTER_MS);
    desk.sort_by_key(|person| (!there(person), person.chats, person.name.clone()));
    let me = store.me.with_untracked(|me| me.as_ref().map(|me| me.id));
    let answer = move |person: PersonRow| {
        let (to, away) = (person.id, !there(&person));
        // Taking it oneself says from whom; giving it on says to whom.
        let command = if Some(to) == me {
            StaffCommand::Claim(id, holder)
        } else {
            StaffCommand::HandOver(id, to, String::new())
        };
        let chats = store.fill(K::ChatsOf, &[("n", &person.chats.to_string()), ("of", &CHATS_AT_ONCE.to_string())]);
        let note = if away { [&chats, " · ", &store.get(K::NotThere)].concat() } else { chats };
        view! {
            <li>
                <button type="button" class="answer" disabled=holder == Some(to) on:click=move |_| {
                    page.asked.set(None);
                    store.send(command.clone());
                }>
                    <span>{person.name}</span> <span class="muted answer-note">{note}</span>
                </button>
            </li>
        }
    };
    view! {
        <h2 id="dialog-title">{store.fill(K::ReassignPlace, &[("place", &place)])}</h2>
        <ul class="answers">{desk.into_iter().map(answer).collect_view()}</ul>
        <button type="button" class="button dialog-close" on:click=move |_| page.asked.set(None)>
            {store.get(K::Leave)}
        </button>
    }
}
