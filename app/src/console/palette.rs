//! The palette: every command and every sentence, found by typing a few letters of it.
//!
//! Law: it offers what its key would do and nothing else; Enter chooses only what was typed for.

use super::desk::Desk;
use super::keys::{COMMANDS, Press};
use super::{phrases, reply};
use crate::staff::{composes, focus};
use crate::text::StaffKey as K;
use domain::phrase::Phrase;
use leptos::html;
use leptos::prelude::*;

/// So many are shown at once.
const SHOWN: usize = 12;

/// One line.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    act: Act,
    key: &'static str,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    Press(Press),
    Say(Phrase),
}

fn entries(desk: Desk) -> Vec<Entry> {
    let store = desk.store;
    let command =
        |(press, key, text): &(Press, &'static str, K)| Entry { act: Act::Press(*press), key, text: store.get(*text) };
    let keys = reply::phrases(desk);
    let phrases = Phrase::of_staff().filter(|phrase| keys.is_some_and(|keys| phrases::fits(*phrase, keys)));
    let said = phrases.map(|phrase| {
        let text = store.book(|book| book.phrase.get(phrase));
        Entry { act: Act::Say(phrase), key: "", text }
    });
    COMMANDS.iter().map(command).chain(said).collect()
}

/// `text` without capitals and accents, so that *securite* finds *Sécurité*.
fn plain(text: &str) -> String {
    let fold = |c: char| match c {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        '’' => '\'',
        other => other,
    };
    text.to_lowercase().chars().map(fold).collect()
}

/// The dialog.
pub(super) fn palette(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let dialog = NodeRef::<html::Dialog>::new();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    Effect::new(move |_| {
        let open = desk.palette.get();
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            typed.set(String::new());
            at.set(0);
            let _ = dialog.show_modal();
            focus("palette-field");
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let found = Memo::new(move |_| {
        if !desk.palette.get() {
            return Vec::new();
        }
        let typed = plain(&typed.get());
        let words: Vec<&str> = typed.split_whitespace().collect();
        let fits = |entry: &Entry| {
            let text = plain(&entry.text);
            words.iter().all(|word| text.contains(word))
        };
        entries(desk).into_iter().filter(fits).take(SHOWN).collect::<Vec<_>>()
    });
    let choose = move |entry: Entry| {
        desk.palette.set(false);
        match entry.act {
            // The focus comes back first: what a command means depends on where it is.
            Act::Press(press) => request_animation_frame(move || desk.press(press)),
            Act::Say(phrase) => {
                if let Some(open) = store.watching.get_untracked() {
                    reply::say(desk, open, phrase);
                }
            }
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if composes(&event) {
            return;
        }
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                let entry = found.with_untracked(|found| found.get(at.get_untracked()).cloned());
                // Nothing was typed and nothing chosen: Enter was meant for something else.
                let meant = at.get_untracked() > 0 || !typed.with_untracked(|typed| typed.trim().is_empty());
                if let Some(entry) = entry.filter(|_| meant && !event.repeat()) {
                    choose(entry);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let line = move |(number, entry): (usize, Entry)| {
        let (key, text, chosen) = (entry.key, entry.text.clone(), entry);
        view! {
            <li id=["palette-", &number.to_string()].concat() role="option"
                aria-selected=move || if at.get() == number { "true" } else { "false" }
                on:click=move |_| choose(chosen.clone())>
                <span>{text}</span> {(!key.is_empty()).then(|| view! { <kbd>{key}</kbd> })}
            </li>
        }
    };
    // As in `ask`: *cancel* comes with Escape itself, *close* a moment later.
    let on_close = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            desk.palette.set(false);
        }
    };
    view! {
        <dialog class="dialog palette" node_ref=dialog aria-label=store.get(K::Palette)
            on:cancel=move |_: leptos::ev::Event| desk.palette.set(false) on:close=on_close on:keydown=on_key>
            {move || desk.palette.get().then(|| view! {
                <input id="palette-field" class="field" type="text" autocomplete="off" role="combobox"
                    aria-expanded="true" aria-controls="palette-list" aria-label=store.get(K::Palette)
                    placeholder=store.get(K::PaletteHint)
                    aria-activedescendant=move || ["palette-", &at.get().to_string()].concat()
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        at.set(0);
                    } />
                <ul id="palette-list" class="palette-list" role="listbox" aria-label=store.get(K::Palette)>
                    {move || found.get().into_iter().enumerate().map(line).collect_view()}
                </ul>
                {move || found.with(Vec::is_empty).then(|| view! { <p class="muted">{store.get(K::PaletteNothing)}</p> })}
            })}
        </dialog>
    }
}
