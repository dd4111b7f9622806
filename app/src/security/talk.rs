//! The team's talk on a responder's phone: one button to join, one large button to speak.
//!
//! Law: a role speaks here, never a name and never a story; the button of the dispatch stays where it is.

use super::guard::Phone;
use crate::staff::call::Turn;
use crate::staff::{Mic, Sign, hold, sign};
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::wire::{NoFloor, Speaker};
use leptos::either::Either;
use leptos::prelude::*;

/// The talk of one incident; `name` is what joins it.
pub(super) fn talk(phone: Phone, id: IncidentId, name: K) -> impl IntoView {
    let store = phone.store;
    // The tap that joins shows the panel: what it says until the server answers is *Connecting*.
    let joined = Memo::new(move |_| store.talk.kept.with(|kept| kept.heard() == Some(id)));
    let open = move || {
        let of_ping = phone.view(|view| view.pings.iter().any(|ping| ping.incident == id && ping.call));
        of_ping.unwrap_or(false).then(|| store.get(K::CallOpen))
    };
    move || {
        if joined.get() {
            Either::Left(panel(phone, id))
        } else {
            Either::Right(view! {
                <button type="button" class="button is-wide team-join" on:click=move |_| store.join_call(id)>
                    {sign(Sign::Microphone)} <span>{store.get(name)}</span> <span class="muted">{open}</span>
                </button>
            })
        }
    }
}

/// The panel of a call that this phone is in.
fn panel(phone: Phone, id: IncidentId) -> impl IntoView {
    let store = phone.store;
    let talk = store.talk;
    let turn = Memo::new(move |_| talk.turn(id, store.now.get()).unwrap_or(Turn::Connecting));
    let mine = Memo::new(move |_| talk.press.with(|press| press.is_some_and(|press| press.call == id)));
    let shut = Memo::new(move |_| matches!(talk.mic.get(), Mic::Blocked | Mic::Missing));
    let under = move || {
        let heard = talk.calls.with(|calls| {
            let me = store.me.with(|me| me.as_ref().map(|me| me.id));
            let other = |who: Speaker| who != Speaker::Responder(me);
            let call = calls.get(&id)?;
            let hears = |of: &dyn Fn(Speaker) -> bool| {
                call.members.iter().any(|member| member.connected && member.hears && of(member.who))
            };
            // The person's phone speaks aloud: a responder must know it before the first word.
            let person = hears(&|who| who == Speaker::Attendee);
            Some((hears(&|who| who != Speaker::Attendee && other(who)), person))
        });
        let heard = heard.filter(|_| !matches!(turn.get(), Turn::Connecting | Turn::NoNetwork));
        match (shut.get(), heard) {
            (true, _) => store.get(if talk.mic.get() == Mic::Missing { K::MicNone } else { K::TalkAllow }),
            (false, Some((true, true))) => store.get(K::TalkHeardBoth),
            (false, Some((true, false))) => store.get(K::TalkHeard),
            (false, Some((false, true))) => store.get(K::TalkHeardPerson),
            (false, _) => store.get(K::TalkUnheard),
        }
    };
    view! {
        <section class="team-talk" aria-label=store.get(K::Call)>
            <div class="call-line">
                <p class="call-floor" role="status" class:is-yours=move || matches!(turn.get(), Turn::Yours(_))
                    class:is-taken=move || matches!(turn.get(), Turn::Taken(_))
                    class:is-amber=move || matches!(turn.get(), Turn::Lost(_) | Turn::NoNetwork)>
                    {move || sign(match turn.get() {
                        Turn::Yours(_) | Turn::Taken(_) => Sign::Speaking,
                        Turn::Lost(_) | Turn::NoNetwork => Sign::Warning,
                        _ => Sign::Microphone,
                    })}
                    <b>{move || words(phone, turn.get())}</b>
                </p>
                <button type="button" class="button team-leave" on:click=move |_| leave(phone, id)>
                    {store.get(K::CallLeave)}
                </button>
            </div>
            <p class="team-heard" class:is-amber=shut>{under}</p>
            <button type="button" class="button" on:click=move |_| store.set_sound(!talk.sound.get_untracked())>
                {move || sign(if talk.sound.get() { Sign::Sound } else { Sign::Silent })}
                <span>{move || store.get(if talk.sound.get() { K::CallMute } else { K::CallUnmute })}</span>
            </button>
            {move || (!shut.get()).then(|| view! {
                <div class="team-buttons">
                    {hold(store, id, || K::HoldHere)}
                    <button type="button" class="button team-lock" disabled=move || mine.get()
                        on:click=move |_| store.toggle(id)>
                        {sign(Sign::Lock)} <span>{store.get(K::TalkLock)}</span>
                    </button>
                </div>
            })}
        </section>
    }
}

/// Leaves the talk; without another one the microphone is let go.
pub(super) fn leave(phone: Phone, id: IncidentId) {
    let store = phone.store;
    store.leave_call(id);
    if store.talk.kept.with_untracked(|kept| kept.heard().is_none()) {
        store.hang_up();
    }
}

/// Whose turn it is, by role.
fn words(phone: Phone, turn: Turn) -> String {
    let store = phone.store;
    match turn {
        Turn::Yours(Some(left)) => store.fill(K::FloorLeft, &[("n", &left.to_string())]),
        other => store.get(match other {
            Turn::Free => K::FloorIdle,
            Turn::Asking => K::FloorAsking,
            Turn::Connecting => K::Connecting,
            Turn::NoNetwork => K::CallNoNetwork,
            Turn::Yours(_) => K::FloorYours,
            Turn::Taken(Speaker::Attendee) => K::FloorPerson,
            Turn::Taken(Speaker::Desk(_)) => K::FloorDesk,
            Turn::Taken(Speaker::Responder(_)) => K::FloorColleague,
            Turn::Lost(NoFloor::Taken) => K::LostTaken,
            Turn::Lost(NoFloor::AttendeeFirst) => K::LostAttendee,
            Turn::Lost(NoFloor::TooLong) => K::LostLong,
            Turn::Lost(NoFloor::NotConnected) => K::LostConnection,
            Turn::Lost(NoFloor::NotInCall) => K::LostNotIn,
            Turn::Lost(NoFloor::TooOften) => K::LostOften,
        }),
    }
}
