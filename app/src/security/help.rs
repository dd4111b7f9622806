//! The responder's own *I need help*: a tap, then one on a large button within five seconds.

use super::guard::Phone;
use super::talk;
use crate::live::now_ms;
use crate::text::StaffKey as K;
use domain::person::Duty;
use domain::wire::StaffCommand;
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// After this long the second tap is no longer offered.
const CONFIRM_WITHIN_MS: i64 = 5_000;

/// The button, its question, and what became of it.
pub(super) fn help(phone: Phone) -> impl IntoView {
    let store = phone.store;
    let until = RwSignal::new(None::<i64>);
    let asking = Memo::new(move |_| until.get().is_some_and(|until| store.now.get() < until));
    let open = Memo::new(move |_| phone.view(|view| view.help.map(|own| own.incident)).flatten());
    let on = Memo::new(move |_| phone.view(|view| view.duty != Duty::Off).unwrap_or(false));
    let seen = move || phone.view(|view| view.help.is_some_and(|own| own.seen)).unwrap_or(false);
    let waits = Memo::new(move |_| store.waits(|command| *command == StaffCommand::NeedHelp));
    view! {
        <footer class="own-help">
            {move || match (open.get(), asking.get()) {
                (Some(id), _) => EitherOf3::A(view! {
                    <p class="own-help-open" role="status">
                        {move || store.get(if seen() { K::HelpSeen } else { K::HelpSent })}
                    </p>
                    // Off duty a phone is in no talk, whatever it is about.
                    {move || on.get().then(|| talk::talk(phone, id, K::TalkHelp))}
                }),
                (None, true) => EitherOf3::B(view! {
                    <button type="button" class="button is-main is-amber" class:is-pending=waits on:click=move |_| {
                        until.set(None);
                        store.send(StaffCommand::NeedHelp);
                    }>{store.get(K::ConfirmHelp)}</button>
                }),
                (None, false) => EitherOf3::C(view! {
                    <button type="button" class="button is-wide" class:is-pending=waits on:click=move |_| {
                        store.now.set(now_ms());
                        until.set(Some(now_ms() + CONFIRM_WITHIN_MS));
                    }>{store.get(K::NeedHelp)}</button>
                }),
            }}
        </footer>
    }
}
