//! The call of a case: its mark in the queue, and its bar in the open case.
//!
//! Law: nobody talks into the void. Whether the person's phone hears is said before a word is.

use super::ask::Ask;
use super::desk::Desk;
use crate::staff::call::{Phone, Turn, desk_hears, desk_in, phone};
use crate::staff::{Mic, Sign, focus_first, hold, sign};
use crate::text::StaffKey as K;
use domain::ids::{IncidentId, PersonId};
use domain::person::Role;
use domain::view::QueueRow;
use domain::wire::{CallView, FloorView, Member, NoFloor, Speaker};
use leptos::either::Either;
use leptos::prelude::*;

/// What the mark of a call says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// In words.
    pub(super) text: String,
    /// Nobody of the desk hears it.
    pub(super) waits: bool,
    /// Somebody speaks in a call of this screen.
    pub(super) speaking: bool,
}

/// The mark of a row whose call is open.
pub(super) fn mark(desk: Desk, row: &QueueRow) -> Option<Mark> {
    let store = desk.store;
    let call = row.call.as_ref()?;
    let live = store.talk.calls.with(|calls| calls.get(&row.id).cloned());
    if let Some(CallView { joined: true, floor, .. }) = &live {
        let speaker = match floor {
            FloorView::Idle => None,
            FloorView::Yours { .. } => Some(store.get(K::You)),
            FloorView::Taken(speaker) => Some(speaker_name(desk, *speaker)),
        };
        if let Some(name) = speaker {
            return Some(Mark { text: store.fill(K::CallSpeaks, &[("name", &name)]), waits: false, speaking: true });
        }
    }
    let is_guard = |person: PersonId| {
        store.people.with(|people| people.value.iter().any(|row| row.id == person && row.role == Role::Security))
    };
    let desk_names: Vec<String> =
        desk_in(call, live.as_ref(), |person| !is_guard(person)).into_iter().map(|person| store.name(person)).collect();
    // The phone asks, or a responder does, or the phone is there although the desk had offered it.
    let asked = call.by.is_none_or(is_guard);
    let here = live.as_ref().is_some_and(|live| phone(&live.members) != Phone::Away);
    let waits = desk_names.is_empty();
    let held = !waits && live.as_ref().is_some_and(|live| !desk_hears(&live.members));
    let text = match (waits, asked || here) {
        (false, _) if held => [store.get(K::CallHeld), desk_names.join(", ")].join(": "),
        (false, _) => store.fill(K::CallWith, &[("names", &desk_names.join(", "))]),
        (true, true) => match call.by.filter(|by| is_guard(*by)) {
            Some(guard) => [store.get(K::CallWants), store.name(guard)].join(": "),
            None => store.get(K::CallWants),
        },
        (true, false) => store.get(K::CallOfferedNow),
    };
    Some(Mark { text, waits: waits || held, speaking: false })
}

/// The mark, drawn.
pub(super) fn mark_view(mark: Mark) -> impl IntoView {
    view! {
        <span class="call-mark" class:is-waiting-call=mark.waits class:is-speaking=mark.speaking>
            {sign(if mark.speaking { Sign::Speaking } else { Sign::Microphone })} <span>{mark.text}</span>
        </span>
    }
}

/// The name of who speaks, as in *Speaking: …*.
fn speaker_name(desk: Desk, speaker: Speaker) -> String {
    let store = desk.store;
    match speaker {
        Speaker::Attendee => store.get(K::ThePerson),
        Speaker::Desk(Some(person)) | Speaker::Responder(Some(person)) => store.name(person),
        Speaker::Desk(None) | Speaker::Responder(None) => store.get(K::Someone),
    }
}

/// What the bar is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bar {
    /// No call.
    None,
    /// A call that this screen is not in.
    Open,
    /// A call of this screen.
    Joined,
}

/// The bar of the open case.
pub(super) fn bar(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let row = store.row(id);
    let which = Memo::new(move |_| {
        if store.talk.joined(id) {
            Bar::Joined
        } else if row.with(|row| row.as_ref().is_some_and(|row| row.value.call.is_some())) {
            Bar::Open
        } else {
            Bar::None
        }
    });
    move || match which.get() {
        Bar::None => None,
        Bar::Open => Some(Either::Left(open_bar(desk, id))),
        Bar::Joined => Some(Either::Right(joined_bar(desk, id))),
    }
}

/// A call to take.
fn open_bar(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let row = store.row(id);
    let mark = Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| mark(desk, &row.value))));
    let waits = Memo::new(move |_| store.talk.kept.with(|kept| kept.0.contains(&id)));
    view! {
        <section class="call" aria-label=store.get(K::Call)>
            <div class="call-line">
                <p class="call-floor" class:is-amber=move || mark.with(|mark| mark.as_ref().is_some_and(|mark| mark.waits))>
                    {sign(Sign::Microphone)}
                    <b>{move || mark.get().map_or_else(|| store.get(K::CallOpen), |mark| mark.text)}</b>
                </p>
                <button type="button" class="button is-primary" class:is-pending=waits aria-keyshortcuts="T"
                    on:click=move |_| desk.call(id)>
                    <kbd>{"T"}</kbd> <span>{store.get(K::CallTake)}</span>
                </button>
            </div>
        </section>
    }
}

/// A call of this screen.
fn joined_bar(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let talk = store.talk;
    let turn = Memo::new(move |_| talk.turn(id, store.now.get()).unwrap_or(Turn::Free));
    let is_yours = move || matches!(turn.get(), Turn::Yours(_));
    // The button that took the call is gone, and the focus with it: the next thing to press is the other.
    Effect::new(move |_| {
        if super::desk::rests_on_page() {
            focus_first(".call .hold");
        }
    });
    let level = move || ((talk.level.get() * 100.0) as u32).min(100).to_string();
    view! {
        <section class="call is-joined" aria-label=store.get(K::Call)>
            <div class="call-line">
                <p class="call-floor" class:is-yours=is_yours class:is-taken=move || matches!(turn.get(), Turn::Taken(_))
                    class:is-amber=move || matches!(turn.get(), Turn::Lost(_) | Turn::NoNetwork) role="status">
                    {move || sign(match turn.get() {
                        Turn::Yours(_) | Turn::Taken(_) => Sign::Speaking,
                        Turn::Lost(_) | Turn::NoNetwork => Sign::Warning,
                        Turn::Free | Turn::Asking | Turn::Connecting => Sign::Microphone,
                    })}
                    <b>{move || turn_words(desk, turn.get())}</b>
                </p>
                <svg class="level" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="level-now" width=level height="8" />
                </svg>
            </div>
            {void(desk, id)}
            <div class="call-line">
                {hold(store, id, move || if desk.keys_on.get() { K::HoldSpace } else { K::HoldHere })}
                <button type="button" class="button" on:click=move |_| store.set_sound(!talk.sound.get_untracked())>
                    {move || sign(if talk.sound.get() { Sign::Sound } else { Sign::Silent })}
                    <span>{move || store.get(if talk.sound.get() { K::CallMute } else { K::CallUnmute })}</span>
                </button>
                <button type="button" class="button" on:click=move |_| store.leave_call(id)>
                    <span>{store.get(K::CallLeave)}</span>
                </button>
                <button type="button" class="button is-last" on:click=move |_| desk.ask.set(Some(Ask::EndCall(id)))>
                    <span>{store.get(K::CallEnd)}</span>
                </button>
            </div>
            {members(desk, id)}
        </section>
    }
}

/// Whose turn it is, in words.
fn turn_words(desk: Desk, turn: Turn) -> String {
    let store = desk.store;
    match turn {
        Turn::Free => store.get(K::FloorIdle),
        Turn::Asking => store.get(K::FloorAsking),
        Turn::Connecting => store.get(K::Connecting),
        Turn::NoNetwork => store.get(K::CallNoNetwork),
        Turn::Yours(None) => store.get(K::FloorYours),
        Turn::Yours(Some(left)) => store.fill(K::FloorLeft, &[("n", &left.to_string())]),
        Turn::Taken(Speaker::Attendee) => store.get(K::FloorPerson),
        Turn::Taken(Speaker::Desk(Some(person)) | Speaker::Responder(Some(person))) => {
            if store.me.with(|me| me.as_ref().is_some_and(|me| me.id == person)) {
                store.get(K::FloorOwnOther)
            } else {
                store.fill(K::FloorOther, &[("name", &store.full_name(person))])
            }
        }
        Turn::Taken(Speaker::Desk(None) | Speaker::Responder(None)) => {
            store.fill(K::FloorOther, &[("name", &store.get(K::Someone))])
        }
        Turn::Lost(why) => store.get(match why {
            NoFloor::Taken => K::LostTaken,
            NoFloor::AttendeeFirst => K::LostAttendee,
            NoFloor::TooLong => K::LostLong,
            NoFloor::NotConnected => K::LostConnection,
            NoFloor::NotInCall => K::LostNotIn,
            NoFloor::TooOften => K::LostOften,
        }),
    }
}

/// What would make a word go unheard: the person's phone, this screen's sound, this screen's microphone.
fn void(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let talk = store.talk;
    let row = store.row(id);
    let warnings = Memo::new(move |_| {
        let own = row.with(|row| row.as_ref().is_some_and(|row| row.value.responder_call.is_some()));
        let offered = row.with(|row| {
            let call = row.as_ref().and_then(|row| row.value.call.as_ref());
            call.is_some_and(|call| call.by.is_some())
        });
        let phone = talk.calls.with(|calls| calls.get(&id).map(|call| phone(&call.members)));
        // A responder who calls for help is in the call as a member of staff.
        let phone = match phone.filter(|_| !own) {
            Some(Phone::Away) if offered => Some(K::PhoneAway),
            Some(Phone::Away) => Some(K::PhoneLost),
            Some(Phone::Silent) => Some(K::PhoneSilent),
            Some(Phone::Hears) | None => None,
        };
        let mic = match talk.mic.get() {
            Mic::Blocked => Some(K::MicAllow),
            Mic::Missing => Some(K::MicNone),
            Mic::Off | Mic::Asking | Mic::Ready => None,
        };
        let muted = (!talk.sound.get()).then_some(K::CallMuted);
        [phone, muted, mic].into_iter().flatten().map(|key| store.get(key)).collect::<Vec<_>>()
    });
    view! {
        <div class="call-void" role="status">
            {move || warnings.get().into_iter().map(|text| view! {
                <p class="is-amber">{sign(Sign::Warning)} <span>{text}</span></p>
            }).collect_view()}
        </div>
    }
}

/// Everybody in the call, and whether they hear it.
fn members(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let members = Memo::new(move |_| {
        store.talk.calls.with(|calls| calls.get(&id).map(|call| call.members.clone())).unwrap_or_default()
    });
    let line = move |member: Member| {
        let name = match member.who {
            Speaker::Attendee => store.get(K::MemberPerson),
            other => speaker_name(desk, other),
        };
        let state = store.get(match member {
            Member { connected: false, .. } => K::MemberLost,
            Member { hears: true, .. } => K::MemberHears,
            Member { who: Speaker::Attendee, .. } => K::MemberSilent,
            _ => K::MemberElsewhere,
        });
        let mark = if member.connected && member.hears { Sign::Sound } else { Sign::Silent };
        view! { <li>{sign(mark)} <b>{name}</b> <span class="muted">{state}</span></li> }
    };
    view! { <ul class="call-members">{move || members.get().into_iter().map(line).collect_view()}</ul> }
}
