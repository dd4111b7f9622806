//! Who can go to the open case: the ones on the way, then the nearest.

use super::desk::Desk;
use super::keys::Mode;
use crate::staff::{Sign, sign};
use crate::text::StaffKey as K;
use domain::ids::PersonId;
use domain::incident::{DispatchState, Ranked};
use domain::person::{Duty, Role};
use domain::reach::{Reach, reach};
use domain::view::PersonRow;
use domain::wire::StaffCommand;
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// One line of the list.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    person: PersonRow,
    ranked: Option<Ranked>,
    /// Already sent to this case.
    state: Option<DispatchState>,
    /// The digit that sends them, from 1.
    digit: Option<usize>,
}

/// The panel.
pub(super) fn people(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let lines = Memo::new(move |_| lines(desk));
    let off = Memo::new(move |_| {
        store.people.with(|people| {
            people.value.iter().filter(|person| person.role == Role::Security && person.duty == Duty::Off).count()
        })
    });
    let choosing = Memo::new(move |_| desk.mode.get() == Mode::Dispatch);
    let hint = move || {
        let first =
            lines.with(|lines| lines.iter().find(|line| line.digit == Some(1)).map(|line| line.person.name.clone()));
        match first {
            Some(name) => store.fill(K::DispatchHint, &[("name", &name)]),
            None => store.get(K::NobodyFree),
        }
    };
    view! {
        <section class="people" class:is-choosing=choosing aria-label=store.get(K::PeopleForPlace)>
            <header class="column-head">
                <h2>{store.get(K::PeopleForPlace)}</h2>
                <span class="muted">{store.get(K::NearestFirst)}</span>
            </header>
            <ul>
                {move || lines.get().into_iter().map(|line| person(desk, line)).collect_view()}
            </ul>
            {move || (lines.with(Vec::is_empty)).then(|| view! {
                <p class="people-empty muted">{store.get(if desk.open().is_some() { K::NobodyOnDuty } else { K::OpenFirst })}</p>
            })}
            <p class="people-foot" role="status">
                <span class="muted">
                    {move || if choosing.get() { hint() } else { store.fill(K::OffDutyCount, &[("n", &off.get().to_string())]) }}
                </span>
                <span class="key-hint"><kbd>{"D"}</kbd><kbd>{store.get(K::CapEnter)}</kbd></span>
            </p>
        </section>
    }
}

fn lines(desk: Desk) -> Vec<Line> {
    let store = desk.store;
    let Some((over, sent, ranked)) = desk.with_pane(|pane| {
        let sent: Vec<(PersonId, DispatchState)> = pane
            .dispatches
            .iter()
            .filter(|dispatch| dispatch.state.open())
            .map(|dispatch| (dispatch.responder, dispatch.state))
            .collect();
        (pane.row.closed.is_some(), sent, pane.ranked.clone())
    }) else {
        return Vec::new();
    };
    let known = |id: PersonId| store.people.with(|people| people.value.iter().find(|person| person.id == id).cloned());
    let rank_of = |id: PersonId| ranked.iter().find(|ranked| ranked.person == id).cloned();
    let coming = sent.iter().filter_map(|(id, state)| {
        Some(Line { person: known(*id)?, ranked: rank_of(*id), state: Some(*state), digit: None })
    });
    let mut digit = 0;
    let others = ranked.iter().filter(|ranked| sent.iter().all(|(id, _)| *id != ranked.person));
    let others = others.filter_map(|ranked| {
        let mine = (ranked.free && !over && !desk.is_passed_over(ranked.person)).then(|| {
            digit += 1;
            digit
        });
        let digit = mine.filter(|digit| *digit <= 3);
        Some(Line { person: known(ranked.person)?, ranked: Some(ranked.clone()), state: None, digit })
    });
    coming.chain(others.take(6)).collect()
}

fn person(desk: Desk, line: Line) -> impl IntoView {
    let store = desk.store;
    let Line { person, ranked, state, digit } = line;
    let id = person.id;
    let old = ranked.as_ref().is_some_and(|ranked| ranked.old);
    let metres = ranked.as_ref().and_then(|ranked| ranked.metres);
    let metres = metres.map(|metres| store.fill(K::Metres, &[("n", &metres.to_string())]));
    let (heard, positioned) = (person.heard_ms, person.position_age_ms);
    let climb = store.words(|words| words.climb_short(ranked.as_ref().and_then(|ranked| ranked.levels)));
    let facts = move || {
        let now = store.now.get();
        let age = |ms: i64| store.people.with(|people| people.age(ms, now));
        store.words(|words| {
            let position = positioned.map_or_else(
                || words.get(K::NoPosition),
                |ms| words.fill(K::PositionAge, &[("age", &words.duration(age(ms)))]),
            );
            let heard = heard
                .map_or_else(|| words.get(K::NeverHeard), |ms| words.fill(K::Heard, &[("ago", &words.ago(age(ms)))]));
            [&climb, " · ", &position, " · ", &heard].concat()
        })
    };
    let (duty, busy) = (person.duty, person.busy);
    let status = Memo::new(move |_| {
        let now = store.now.get();
        let heard = heard.map(|ms| store.people.with(|people| people.age(ms, now)));
        match (state, reach(duty, heard), busy) {
            _ if duty == Duty::Off => (K::OffDuty, "is-muted"),
            // Also of whoever is on the way: nothing that is changed now would reach them.
            (_, Reach::Silent(_), _) => (K::Unreachable, "is-amber"),
            (Some(DispatchState::Dispatched), ..) => (K::StatusTold, "is-plain"),
            (Some(DispatchState::OnScene), ..) => (K::Here, "is-plain"),
            (Some(_), ..) => (K::Coming, "is-plain"),
            (None, _, Some(_)) => (K::Busy, "is-muted"),
            (None, _, None) if old => (K::OldPosition, "is-amber"),
            (None, _, None) => (K::Free, "is-ok"),
        }
    });
    let waits = Memo::new(move |_| store.waits(|other| matches!(other, StaffCommand::Dispatch(_, to) if *to == id)));
    let label = store.fill(K::SendName, &[("name", &person.name)]);
    let mark = match (state, digit) {
        (Some(_), _) => EitherOf3::A(sign(Sign::Walk)),
        (None, Some(digit)) => EitherOf3::B(view! {
            <button type="button" class="person-digit" class:is-pending=waits title=label.clone()
                on:click=move |_| desk.dispatch(id)>
                <kbd aria-hidden="true">{digit}</kbd><span class="unseen">{label.clone()}</span>
            </button>
        }),
        (None, None) => EitherOf3::C(()),
    };
    view! {
        <li class="person" class:is-first=digit == Some(1) class:is-old=old>
            <span class="person-mark">{mark}</span>
            <span class="person-name"><b>{person.name}</b> <span class="muted">{person.appearance}</span></span>
            <b class="person-metres">{metres}</b>
            <span class="person-facts muted">{facts}</span>
            <span class=move || ["person-status ", status.get().1].concat()>{move || store.get(status.get().0)}</span>
            {move || (digit.is_some() && desk.mode.get() == Mode::Dispatch).then(|| view! {
                <button type="button" class="button is-small person-send" class:is-pending=waits aria-label=label.clone()
                    on:click=move |_| desk.dispatch(id)>
                    {store.get(K::Send)}
                </button>
            })}
        </li>
    }
}
