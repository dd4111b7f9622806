//! Questions of the desk, in one dialog: each answer has a digit, Escape leaves everything as it was.

use super::desk::Desk;
use super::keys::{HELP, Struck};
use super::{opened, phrases, reply};
use crate::staff::call::Kept;
use crate::staff::focus_first;
use crate::text::StaffKey as K;
use domain::ids::{IncidentId, PersonId};
use domain::incident::{CloseReason, Found, Priority};
use domain::person::{Role, UNREACHABLE_AFTER_MS};
use domain::phrase::{Category, Phrase};
use domain::venue::Ordinal;
use domain::view::PersonRow;
use domain::wire::StaffCommand;
use leptos::html;
use leptos::prelude::*;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// Why a case is closed.
    Close(IncidentId),
    /// How urgent it is.
    Priority(IncidentId),
    /// Who is called back.
    Recall(IncidentId),
    /// Whether it is taken from a colleague.
    TakeOver(IncidentId, PersonId),
    /// Whether the call ends for everyone.
    EndCall(IncidentId),
    /// To whom it is given.
    HandOver(IncidentId),
    /// Whom the team found.
    FoundWho(IncidentId),
    /// On which level the person is.
    FoundLevel(IncidentId, Found),
    /// In which room of a level.
    FoundRoom(IncidentId, Found, Ordinal),
    /// Nothing: the code of the person's own phone.
    Code(IncidentId),
    /// What is said to the person.
    Phrases(IncidentId),
    /// What becomes of the call that this screen hears when it takes this one.
    SecondCall(IncidentId),
    /// Nothing: the keys.
    Help,
}

/// What an answer does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    /// Sends a command.
    Send(StaffCommand),
    /// Ends a call.
    EndCall(IncidentId),
    /// Says a sentence.
    Say(IncidentId, Phrase),
    /// Asks on.
    Ask(Ask),
    /// Takes a call, and leaves the one that was heard or keeps it on hold.
    Join { call: IncidentId, leave: Option<IncidentId> },
}

/// One answer.
#[derive(Clone)]
struct Answer {
    label: String,
    act: Act,
    /// It is so already.
    current: bool,
}

/// The dialog. The browser keeps the focus inside it and gives it back.
pub(super) fn ask(desk: Desk) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let note = RwSignal::new(String::new());
    Effect::new(move |_| {
        let asked = desk.ask.get();
        let Some(dialog) = dialog.get() else { return };
        if asked.is_some() && !dialog.open() {
            note.set(String::new());
            desk.store.toast.set(None);
            let _ = dialog.show_modal();
            focus_first("dialog .answer:not(:disabled), dialog .dialog-close");
        } else if asked.is_none() && dialog.open() {
            dialog.close();
        }
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let (key, code) = (event.key(), event.code());
        let digit = Struck { key: &key, code: &code, shift: event.shift_key() }.digit().filter(|digit| *digit > 0);
        let with_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        if let (Some(digit), Some(asked), false, false) =
            (digit, desk.ask.get_untracked(), with_modifier, crate::staff::is_typing())
            && let Some(answer) = untrack(|| answers(desk, asked, note)).get(digit - 1).filter(|answer| !answer.current)
        {
            event.prevent_default();
            choose(desk, answer.act.clone());
        }
    };
    // *cancel* comes with Escape itself, *close* a moment later: by then the next key may have asked anew.
    let on_close = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            desk.ask.set(None);
        }
    };
    view! {
        <dialog class="dialog" node_ref=dialog on:cancel=move |_: leptos::ev::Event| desk.ask.set(None) on:close=on_close
            on:keydown=on_key aria-labelledby="dialog-title">
            {move || desk.ask.get().map(|asked| body(desk, asked, note))}
        </dialog>
    }
}

fn choose(desk: Desk, act: Act) {
    let command = match act {
        Act::Send(command) => command,
        Act::Join { call, leave } => {
            desk.ask.set(None);
            if let Some(left) = leave {
                desk.store.leave_call(left);
            }
            desk.store.join_call(call);
            return;
        }
        Act::EndCall(id) => {
            desk.ask.set(None);
            desk.store.end_call(id);
            return;
        }
        Act::Ask(next) => {
            desk.ask.set(Some(next));
            request_animation_frame(|| focus_first("dialog .answer:not(:disabled)"));
            return;
        }
        Act::Say(id, phrase) => {
            desk.ask.set(None);
            reply::say(desk, id, phrase);
            return;
        }
    };
    let reason_missing = match &command {
        StaffCommand::SetPriority(id, to, note) => {
            let lower = desk.store.rows.with_untracked(|rows| rows.get(id).is_some_and(|row| *to > row.value.priority));
            lower && note.trim().is_empty()
        }
        _ => false,
    };
    if reason_missing {
        desk.store.tell(desk.store.get(K::ErrorReasonNeeded));
        crate::staff::focus("why");
        return;
    }
    desk.ask.set(None);
    desk.store.send(command);
}

fn answers(desk: Desk, asked: Ask, note: RwSignal<String>) -> Vec<Answer> {
    let store = desk.store;
    match asked {
        Ask::Close(id) => [CloseReason::Helped, CloseReason::SaidOk, CloseReason::HandedOn, CloseReason::Test]
            .map(|reason| Answer {
                label: store.words(|words| words.close_reason(reason)),
                act: Act::Send(StaffCommand::Close(id, reason)),
                current: false,
            })
            .to_vec(),
        Ask::Priority(id) => {
            let now = store.rows.with(|rows| rows.get(&id).map(|row| row.value.priority));
            [(Priority::P1, K::P1Long), (Priority::P2, K::P2Long), (Priority::P3, K::P3Long)]
                .map(|(priority, label)| Answer {
                    label: store.get(label),
                    act: Act::Send(StaffCommand::SetPriority(id, priority, note.get_untracked().trim().to_owned())),
                    current: now == Some(priority),
                })
                .to_vec()
        }
        Ask::Recall(id) => {
            let sent = desk.with_pane(|pane| {
                let open = pane.dispatches.iter().filter(|dispatch| dispatch.state.open());
                open.map(|dispatch| dispatch.responder).collect::<Vec<_>>()
            });
            let from_row = || {
                store
                    .rows
                    .with(|rows| rows.get(&id).and_then(|row| row.value.dispatch))
                    .filter(|(_, state)| state.open())
                    .map(|(person, _)| person)
            };
            let sent = sent.filter(|_| desk.open() == Some(id)).unwrap_or_else(|| from_row().into_iter().collect());
            sent.into_iter()
                .map(|person| Answer {
                    label: store.full_name(person),
                    act: Act::Send(StaffCommand::Recall(id, person)),
                    current: false,
                })
                .collect()
        }
        Ask::TakeOver(id, holder) => vec![Answer {
            label: store.fill(K::TakeOverFrom, &[("name", &store.full_name(holder))]),
            act: Act::Send(StaffCommand::Claim(id, Some(holder))),
            current: false,
        }],
        Ask::EndCall(id) => {
            vec![Answer { label: store.get(K::CallEndYes), act: Act::EndCall(id), current: false }]
        }
        Ask::HandOver(id) => {
            let me = store.me.with(|me| me.as_ref().map(|me| me.id));
            let now = store.now.get_untracked();
            let mut colleagues = store.people.with(|people| {
                let there = people.value.iter().filter(|person| {
                    matches!(person.role, Role::Agent | Role::Lead)
                        && Some(person.id) != me
                        && person.heard_ms.is_some_and(|heard| people.age(heard, now) < UNREACHABLE_AFTER_MS)
                });
                there.cloned().collect::<Vec<_>>()
            });
            colleagues.sort_by_key(|person| (person.chats, person.name.clone()));
            let line = |person: PersonRow| {
                let (chats, langs) = (person.chats.to_string(), person.languages.join(", "));
                Answer {
                    label: store.fill(K::Colleague, &[("name", &person.name), ("n", &chats), ("langs", &langs)]),
                    act: Act::Send(StaffCommand::HandOver(id, person.id, note.get_untracked().trim().to_owned())),
                    current: false,
                }
            };
            colleagues.into_iter().map(line).collect()
        }
        // The first answer is the one that keeps a person safe from whoever looks for them through us.
        Ask::FoundWho(id) => [(K::FoundAnother, Found::Another), (K::FoundPerson, Found::Person)]
            .map(|(label, who)| Answer {
                label: store.get(label),
                act: Act::Ask(Ask::FoundLevel(id, who)),
                current: false,
            })
            .to_vec(),
        Ask::FoundLevel(id, who) => opened::levels(desk)
            .into_iter()
            .rev()
            .map(|(level, label)| Answer { label, act: Act::Ask(Ask::FoundRoom(id, who, level)), current: false })
            .collect(),
        Ask::FoundRoom(id, who, level) => {
            let whole = (store.get(K::OnlyLevel), ["l:", &level.0.to_string()].concat());
            let rooms = [whole].into_iter().chain(opened::rooms(desk, level));
            rooms
                .map(|(label, place)| Answer {
                    label,
                    act: Act::Send(opened::found_at(id, place, who)),
                    current: false,
                })
                .collect()
        }
        Ask::Phrases(_) | Ask::Code(_) | Ask::Help => Vec::new(),
        Ask::SecondCall(call) => {
            let heard = store.talk.kept.with_untracked(Kept::heard);
            let answer =
                |label, leave| Answer { label: store.get(label), act: Act::Join { call, leave }, current: false };
            vec![answer(K::CallSecondKeep, None), answer(K::CallSecondLeave, heard)]
        }
    }
}

/// Whether what is asked ends a call that is open.
fn call_ends(desk: Desk, asked: Ask) -> bool {
    let Ask::Close(id) = asked else { return false };
    desk.store.rows.with_untracked(|rows| rows.get(&id).is_some_and(|row| row.value.call.is_some()))
}

fn body(desk: Desk, asked: Ask, note: RwSignal<String>) -> impl IntoView {
    let store = desk.store;
    let title = match asked {
        Ask::Close(_) => K::CloseWhy,
        Ask::Priority(_) => K::PriorityWhich,
        Ask::Recall(_) => K::RecallWhom,
        Ask::TakeOver(..) => K::TakeOverSure,
        Ask::EndCall(_) => K::CallEndSure,
        Ask::HandOver(_) => K::HandOverWhom,
        Ask::FoundWho(_) => K::FoundWho,
        Ask::FoundLevel(..) => K::FoundLevel,
        Ask::FoundRoom(..) => K::FoundRoom,
        Ask::Code(_) => K::CodeTitle,
        Ask::Phrases(_) => K::MorePhrases,
        Ask::SecondCall(_) => K::CallSecond,
        Ask::Help => K::Keys,
    };
    let listed = untrack(|| answers(desk, asked, note));
    let answer = move |(at, answer): (usize, Answer)| {
        let Answer { label, act, current } = answer;
        view! {
            <li>
                <button type="button" class="answer" disabled=current on:click=move |_| {
                    let act = match &act {
                        Act::Send(StaffCommand::SetPriority(id, to, _)) =>
                            Act::Send(StaffCommand::SetPriority(*id, *to, note.get_untracked().trim().to_owned())),
                        Act::Send(StaffCommand::HandOver(id, to, _)) =>
                            Act::Send(StaffCommand::HandOver(*id, *to, note.get_untracked().trim().to_owned())),
                        other => other.clone(),
                    };
                    choose(desk, act);
                }>
                    {(at < 9).then(|| view! { <kbd>{at + 1}</kbd> })} <span>{label}</span>
                </button>
            </li>
        }
    };
    let nothing = listed.is_empty() && matches!(asked, Ask::Recall(_) | Ask::HandOver(_));
    view! {
        <h2 id="dialog-title">{store.get(title)}</h2>
        <ul class="answers">{listed.into_iter().enumerate().map(answer).collect_view()}</ul>
        {call_ends(desk, asked).then(|| view! { <p class="dialog-more">{store.get(K::CallEndsToo)}</p> })}
        <p class="dialog-error" role="alert">{move || store.toast.get()}</p>
        {nothing.then(|| view! { <p class="muted">{store.get(if matches!(asked, Ask::HandOver(_)) { K::NoColleague } else { K::NobodySent })}</p> })}
        {matches!(asked, Ask::Priority(_) | Ask::HandOver(_)).then(|| view! {
            <label class="field-label" for="why">{store.get(if matches!(asked, Ask::HandOver(_)) { K::HandOverNote } else { K::PriorityNote })}</label>
            <input id="why" class="field" type="text" maxlength="200" prop:value=move || note.get()
                on:input=move |event| note.set(event_target_value(&event)) />
        })}
        {if let Ask::Phrases(id) = asked { Some(sentences(desk, id)) } else { None }}
        {if let Ask::Code(id) = asked { Some(opened::code(desk, id)) } else { None }}
        {(asked == Ask::Help).then(|| view! {
            <dl class="keys">
                {HELP.iter().copied().map(|(key, what)| view! {
                    <div><dt><kbd>{key.replace("Enter", &store.get(K::CapEnter)).replace("Space", &store.get(K::CapSpace))}</kbd></dt> <dd>{store.get(what)}</dd></div>
                }).collect_view()}
            </dl>
        })}
        <button type="button" class="button dialog-close" on:click=move |_| desk.ask.set(None)>
            <kbd>{store.get(K::CapEsc)}</kbd> <span>{store.get(K::Leave)}</span>
        </button>
    }
}

/// Every sentence of the team, by what it is for.
fn sentences(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let groups = [
        (Category::Comfort, K::ForComfort),
        (Category::Safety, K::ForSafety),
        (Category::Help, K::ForHelp),
        (Category::Ask, K::ForAsking),
        (Category::Talk, K::ForTalk),
    ];
    let keys = untrack(|| reply::phrases(desk));
    // What would not be true now is not offered.
    let fits = move |phrase: &Phrase| keys.is_some_and(|keys| phrases::fits(*phrase, keys));
    let group = move |(category, title): (Category, K)| {
        let ours = Phrase::of_staff().filter(move |phrase| phrase.category() == category).filter(fits);
        let line = move |phrase: Phrase| {
            view! {
                <li>
                    <button type="button" class="answer" on:click=move |_| choose(desk, Act::Say(id, phrase))>
                        {store.book(|book| book.phrase.get(phrase))}
                    </button>
                </li>
            }
        };
        view! {
            <h3>{store.get(title)}</h3>
            <ul class="answers">{ours.map(line).collect_view()}</ul>
        }
    };
    view! { <div class="sentences">{groups.map(group).collect_view()}</div> }
}
