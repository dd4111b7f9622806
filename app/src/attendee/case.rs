//! The case page: four honest steps, and what the person can do. The same markup on both sides.
//!
//! Law: every act is a plain form, so that it works before any script has come. The live part
//! catches `submit` in one place and sends the same fields.

use super::common::{NumberRow, Numbers, hour_minute, place_lines, place_words};
use super::converse::{conversation, messages};
use crate::text::{AttendeeKey as K, Book, Texts};
use domain::view::{CallOffer, CaseView, Check, Dark, ServiceView, Stage, StepView, Unseen};
use leptos::prelude::*;

/// What every form carries besides its own fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// A fresh idempotency key.
    pub key: String,
    /// The language asked for.
    pub lang: String,
    /// The token, only where no cookie could be kept.
    pub token: Option<String>,
    /// The number of the team's last message on this page: a form that was pressed has shown it.
    pub last: u32,
}

/// Value of the field `then`: the person wants to talk. A constant by name: an element without any
/// expression would be made from text, which the page's policy forbids.
pub(super) const TALK: &str = "talk";

/// A one-button form.
fn act(
    action: &'static str,
    class: &'static str,
    label: String,
    field: Option<(&'static str, &'static str)>,
    hidden: &Hidden,
) -> impl IntoView + use<> {
    view! {
        <form method="post" action=action>
            {hidden_fields(hidden)} {field.map(|(name, value)| view! { <input type="hidden" name=name value=value/> })}
            <button class=class>{label}</button>
        </form>
    }
}

/// The hidden fields of a form.
pub(crate) fn hidden_fields(hidden: &Hidden) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="key" value=hidden.key.clone()/>
        <input type="hidden" name="l" value=hidden.lang.clone()/>
        {hidden.token.clone().map(|token| view! { <input type="hidden" name="t" value=token/> })}
        {(hidden.last > 0).then(|| view! { <input type="hidden" name="m" value=hidden.last.to_string()/> })}
    }
}

/// The live part of the case page.
#[component]
pub fn Case(
    /// What the server says, whole.
    view: Signal<CaseView>,
    /// Seconds left for *Undo*, counted down by the live part.
    undo: Signal<u32>,
    /// *Checking…* or *No network*; empty while what is shown is known to be true.
    doubt: Signal<String>,
    /// Texts of the reader's language.
    texts: Texts<K>,
    /// Sentences, questions, what people wear.
    book: Book,
    /// The country's numbers.
    numbers: Numbers,
    /// What every form carries.
    hidden: Hidden,
    /// Opens Talk in place, once the page is live.
    #[prop(optional, into)]
    talk: Option<Callback<()>>,
) -> impl IntoView {
    let body = {
        let (texts, hidden) = (texts.clone(), hidden.clone());
        move || {
            let case = view.get();
            match case.stage {
                Stage::Open => open(&case, undo, talk, &texts, &book, &numbers, &hidden).into_any(),
                Stage::Withdrawn => withdrawn(&case, &texts, &book, &numbers, &hidden).into_any(),
                Stage::Closed { can_reopen } => closed(&case, can_reopen, &texts, &book, &numbers, &hidden).into_any(),
            }
        }
    };
    view! {
        <p class="warn" role="status" hidden=move || doubt.with(String::is_empty)>{move || doubt.get()}</p>
        {body}
    }
}

fn open(
    case: &CaseView,
    undo: Signal<u32>,
    talk: Option<Callback<()>>,
    texts: &Texts<K>,
    book: &Book,
    numbers: &Numbers,
    hidden: &Hidden,
) -> impl IntoView + use<> {
    let time = hour_minute(case.sent);
    let headline = match (case.for_morning && case.seen == StepView::Dark, case.asked_again) {
        // Nobody has it: it is a message until the team is back.
        (true, _) => K::SentMorning,
        (false, 0) => K::SentTeam,
        (false, _) => K::AskedAgain,
    };
    let closed = closed_hours(case, texts);
    let step = |key: K, step: StepView, note: Option<String>| {
        let at = match step {
            StepView::Lit(at) => hour_minute(at),
            StepView::Dark => texts.get(K::NotYet),
        };
        let (class, mark) = if step == StepView::Dark { ("dark", "") } else { ("lit", "✓") };
        view! {
            <li class=class>
                <span class="dot" aria-hidden="true">{mark}</span>
                <span>{texts.get(key)} {note.map(|note| view! { <small>{[" · ", &note].concat()}</small> })}</span>
                <span class="muted">{at}</span>
            </li>
        }
    };
    let who = (!case.who.is_empty()).then(|| case.who.clone());
    let fallen = case.dark.map(|dark| match dark {
        Dark::TurnedBack => K::TurnedBack,
        Dark::NotFound => K::NotFound,
        Dark::Left => K::TheyLeft,
    });
    // A later wait (somebody turned back) runs while *Seen* is lit: its words must not deny that.
    let unseen = match (case.unseen, case.seen) {
        _ if case.service != ServiceView::Open => None,
        (Unseen::No, _) => None,
        (Unseen::Told, StepView::Dark) => Some(K::NobodyYet),
        (Unseen::Told, StepView::Lit(_)) => Some(K::NotAnswered),
        (Unseen::NumbersGrow, StepView::Dark) => Some(K::NobodyYetNumbers),
        (Unseen::NumbersGrow, StepView::Lit(_)) => Some(K::NotAnsweredNumbers),
    };
    let say = |key: Option<K>| key.map(|key| view! { <p class="warn" role="status">{texts.get(key)}</p> });
    let grown = case.unseen == Unseen::NumbersGrow;
    let here = case.here != StepView::Dark;
    let place = case.place.clone();
    let undo_form = {
        let (texts, hidden) = (texts.clone(), hidden.clone());
        move || {
            let seconds = undo.get();
            (seconds > 0).then(|| {
                act("/undo", "small", texts.fill(K::Undo, &[("seconds", &seconds.to_string())]), None, &hidden)
            })
        }
    };
    view! {
        <div class="bar">
            <div role="status"><h1 class="line">{texts.fill(headline, &[("time", &time)])}</h1></div>
            {undo_form}
        </div>
        {(!case.ok_said).then(|| view! { <div class="bar end">{act("/ok", "small", texts.get(K::ImOk), None, hidden)}</div> })}
        {closed}
        {say(unseen)}
        {grown.then(|| view! { <NumberRow numbers=numbers.clone() place=place.clone() texts=texts.clone()/> })}
        <ol class="steps card">
            {step(K::Sent, StepView::Lit(case.sent), None)} {step(K::Seen, case.seen, None)}
            {step(K::Coming, case.coming, who)} {step(K::Here, case.here, None)}
        </ol>
        {say(fallen)}
        {case.nobody_here.then(|| view! { <p role="status">{texts.get(K::NobodyHereSaid)}</p> })}
        {(here && !case.nobody_here).then(|| act("/nobody", "", texts.get(K::NobodyHere), None, hidden))}
        {case.ok_said.then(|| view! { <p role="status">{texts.get(K::OkSaid)}</p> })}
        {case.ok_said.then(|| act("/alert", "main", texts.get(K::Help), None, hidden))}
        {conversation(case, texts, book, hidden)}
        {way_to_talk(case.call, talk, texts, hidden)}
        <PlaceCard case=case.clone() texts=texts.clone() hidden=hidden.clone()/>
        <p class="muted">
            {texts.get(if hidden.token.is_some() { K::CannotReopenPage } else { K::CanLock })}
        </p>
        <div class="grow"></div>
        {(!grown).then(|| view! { <NumberRow numbers=numbers.clone() place=place.clone() texts=texts.clone()/> })}
    }
}

/// *Talk*, or the team's offer of it: silent, and nothing happens until it is tapped. A form, so
/// that a tap before the live part has come is kept; without script the page says why it can't.
fn way_to_talk(
    call: CallOffer,
    talk: Option<Callback<()>>,
    texts: &Texts<K>,
    hidden: &Hidden,
) -> impl IntoView + use<> {
    let offered = call == CallOffer::Team;
    let submit = move |event: leptos::ev::SubmitEvent| {
        if let Some(talk) = talk {
            event.prevent_default();
            talk.run(());
        }
    };
    let fields = match &hidden.token {
        Some(_) => hidden_fields(hidden).into_any(),
        None => view! { <input type="hidden" name="l" value=hidden.lang.clone()/> }.into_any(),
    };
    let method = if hidden.token.is_some() { "post" } else { "get" };
    view! {
        <form method=method action="/now" class=if offered { "card" } else { "" } on:submit=submit>
            {offered.then(|| view! { <p role="status">{texts.get(K::TalkOffer)}</p> })}
            {fields} <input type="hidden" name="then" value=TALK/>
            <button id="talk" class=if offered { "main" } else { "" }>
                {texts.get(if offered { K::TalkOpen } else { K::Talk })}
            </button>
        </form>
    }
}

/// Outside the hours: who reads when. The numbers stand first then.
fn closed_hours(case: &CaseView, texts: &Texts<K>) -> Option<impl IntoView + use<>> {
    let ServiceView::Closed(back) = case.service else { return None };
    let back = match back {
        Some(back) => texts.fill(K::ClosedBack, &[("time", &hour_minute(back.at))]),
        None => texts.get(K::ClosedForGood),
    };
    Some(view! { <p class="warn" role="status"><b>{back}</b> " " {texts.get(K::ClosedNobody)}</p> })
}

/// The place the team was told, and the way to correct it.
#[component]
fn PlaceCard(case: CaseView, texts: Texts<K>, hidden: Hidden) -> impl IntoView {
    let lines = case.place.as_ref().map(|place| (place_lines(place, &texts), place_words(place, &texts)));
    let words = match lines {
        Some(((level, room), words)) => view! {
            <p><b>{level}</b>{room.map(|room| [" · ", &room].concat())}</p>
            <p class="muted">{words}</p>
        }
        .into_any(),
        None => view! { <p><b>{texts.get(K::LevelUnknown)}</b></p> }.into_any(),
    };
    view! {
        <section class="card">
            <div class="bar">
                <p class="muted">{texts.get(K::YourPlace)}</p>
                <form method="post" action="/where">
                    {hidden_fields(&hidden)}
                    <button class="small">{texts.get(if case.place.is_some() { K::Change } else { K::WhereAreYou })}</button>
                </form>
            </div>
            {words}
        </section>
    }
}

fn withdrawn(
    case: &CaseView,
    texts: &Texts<K>,
    book: &Book,
    numbers: &Numbers,
    hidden: &Hidden,
) -> impl IntoView + use<> {
    let time = case.withdrawn.map(hour_minute).unwrap_or_default();
    let question = match case.check {
        Check::None => ().into_any(),
        Check::Asked => view! {
            <h2 id="check">{texts.get(K::CheckSafe)}</h2>
            <div class="row" role="group" aria-labelledby="check">
                {act("/safe", "main answer", texts.get(K::Yes), Some(("safe", "1")), hidden)}
                {act("/safe", "main answer", texts.get(K::No), Some(("safe", "0")), hidden)}
            </div>
        }
        .into_any(),
        Check::Answered(safe) => {
            view! { <p role="status">{texts.get(if safe { K::CheckedSafe } else { K::CheckedUnsafe })}</p> }.into_any()
        }
    };
    view! {
        <div role="status"><h1 class="line">{texts.fill(K::TookBack, &[("time", &time)])}</h1></div>
        <section class="card">{question}</section>
        {conversation(case, texts, book, hidden)}
        <PlaceCard case=case.clone() texts=texts.clone() hidden=hidden.clone()/>
        <div class="grow"></div>
        {act("/alert", "main help", texts.get(K::Help), None, hidden)}
        <NumberRow numbers=numbers.clone() place=case.place.clone() texts=texts.clone()/>
    }
}

fn closed(
    case: &CaseView,
    can_reopen: bool,
    texts: &Texts<K>,
    book: &Book,
    numbers: &Numbers,
    hidden: &Hidden,
) -> impl IntoView + use<> {
    view! {
        <section class="card">
            <h1>{texts.get(K::ClosedTitle)}</h1>
            <p>{texts.get(K::ClosedWell)}</p>
        </section>
        {messages(&case.messages, texts, book)}
        {can_reopen.then(|| act("/reopen", "", texts.get(K::OpenAgain), None, hidden))}
        {act("/clear", "", texts.get(K::ClearPhone), None, hidden)}
        <div class="grow"></div>
        {act("/alert", "main help", texts.get(K::Help), None, hidden)}
        <NumberRow numbers=numbers.clone() place=None texts=texts.clone()/>
    }
}
