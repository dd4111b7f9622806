//! *Which level are you on?* Scan any poster, type its code, or tap the level.

use super::guard::{Panel, Phone};
use super::poster::code_in;
use super::scan;
use crate::staff::{Sign, composes, sign};
use crate::text::StaffKey as K;
use domain::venue::{CodeError, Ordinal};
use domain::wire::StaffCommand;
use leptos::either::Either;
use leptos::prelude::*;

/// The three ways. `over` says that it is laid over another screen and can be left.
pub(super) fn chooser(phone: Phone, over: bool) -> impl IntoView {
    let store = phone.store;
    let scanning = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let done = move || {
        if over {
            phone.panel.set(Panel::None);
        }
    };
    let use_code = move || {
        let slip = match code_in(&typed.get_untracked()) {
            Ok(code) => {
                store.send_then(StaffCommand::Scan(code.url_form()), done);
                return;
            }
            Err(CodeError::Malformed) => K::CodeSixSigns,
            Err(CodeError::Typo) => K::ErrorCodeTypo,
        };
        store.tell(store.get(slip));
    };
    let levels = Memo::new(move |_| {
        let lang = store.lang();
        store.venue.get().map_or_else(Vec::new, |venue| {
            let name = |ordinal: Ordinal| {
                let short = venue.level_short(ordinal, &lang).unwrap_or_default().replace('-', "−");
                (ordinal, short, venue.level_name(ordinal, &lang).unwrap_or_default().to_owned())
            };
            venue.ordinals().into_iter().rev().map(name).collect()
        })
    });
    view! {
        <section class="card chooser" class:is-over=over aria-label=store.get(K::WhichLevel)>
            {if over {
                Either::Left(view! { <h1>{store.get(K::WhichLevel)}</h1> })
            } else {
                Either::Right(view! { <h2>{store.get(K::WhichLevel)}</h2> })
            }}
            {move || if scanning.get() {
                Either::Left(scan::scan(phone, scanning, done))
            } else {
                Either::Right(view! {
                    <button type="button" class="button is-wide is-tall" on:click=move |_| scanning.set(true)>
                        {sign(Sign::Code)} <span>{store.get(K::ScanPoster)}</span>
                    </button>
                })
            }}
            <label class="field-label" for="code">{store.get(K::TypeCode)}</label>
            <div class="code-line">
                <input
                    id="code"
                    class="field"
                    type="text"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    maxlength="12"
                    placeholder=store.get(K::CodeExample)
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=move |event| if event.key() == "Enter" && !composes(&event) { use_code() }
                />
                <button type="button" class="button" on:click=move |_| use_code()>{store.get(K::UseCode)}</button>
            </div>
            {move || (!levels.with(Vec::is_empty)).then(|| view! {
                <p class="field-label">{store.get(K::TapLevel)}</p>
                <ul class="level-list">
                    {levels.get().into_iter().map(|(ordinal, short, name)| view! {
                        <li>
                            <button
                                type="button"
                                class:is-pending=move || store.waits(|other| *other == StaffCommand::Level(ordinal))
                                on:click=move |_| store.send_then(StaffCommand::Level(ordinal), done)
                            >
                                <b>{short}</b> <span>{name}</span>
                            </button>
                        </li>
                    }).collect_view()}
                </ul>
            })}
            {over.then(|| view! {
                <button type="button" class="button is-wide" on:click=move |_| phone.panel.set(Panel::None)>
                    {store.get(K::Leave)}
                </button>
            })}
        </section>
    }
}
