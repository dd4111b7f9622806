//! The case page as data: four honest steps, and what the person can do. The same on both sides.
//!
//! Law: every act is a plain form, so that it works before any script has come. The live part
//! catches `submit` in one place and sends the same fields.

use super::common::{EYE, Numbers, away, hour_minute, icon, number_row, place_lines, place_words};
use super::converse::{answers, facts, messages, question, sentences, writing};
use super::tree::{Element, Node, el};
use crate::text::{AttendeeKey as K, Book, Texts};
use domain::question::Whom;
use domain::view::{CallOffer, CaseView, Check, Dark, ServiceView, Stage, StepView, Unseen};

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

/// Value of the field `then`: the person wants to talk.
pub(super) const TALK: &str = "talk";

/// What only the server writes into the page; empty in the browser, which leaves it alone.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    /// *Write* for a page without script, which refreshes and must not eat what is typed.
    pub(super) write: String,
}

/// Everything that a case page is made from, except the case.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    /// Texts of the reader's language.
    pub(super) texts: Texts<K>,
    /// Sentences, questions, what people wear.
    pub(super) book: Book,
    /// The country's numbers.
    pub(super) numbers: Numbers,
    /// What every form carries.
    pub(super) hidden: Hidden,
    /// What only the server writes.
    pub(super) given: Given,
}

impl Scene {
    /// A text.
    pub(super) fn say(&self, key: K) -> String {
        self.texts.get(key)
    }

    /// A form of one button, which says something by its hidden fields.
    pub(super) fn tap(
        &self,
        action: &'static str,
        class: &'static str,
        label: String,
        fields: &[(&'static str, &str)],
    ) -> Element {
        self.form(action, fields).add(el("button").class(class).add(label))
    }

    /// A form with its hidden fields and no button yet.
    pub(super) fn form(&self, action: &'static str, fields: &[(&'static str, &str)]) -> Element {
        let Hidden { key, lang, token, last } = &self.hidden;
        let field = |name: &str, value: &str| el("input").set("type", "hidden").set("name", name).set("value", value);
        let mut form = el("form")
            .set("method", "post")
            .set("action", action)
            .add(field("key", key))
            .add(field("l", lang))
            .add(token.as_ref().map(|token| field("t", token)))
            .add((*last > 0).then(|| field("m", &last.to_string())));
        for (name, value) in fields {
            form = form.add(field(name, value));
        }
        form
    }

    /// A sentence that is read out when it comes.
    pub(super) fn status(&self, class: &'static str, key: K) -> Element {
        el("p").class(class).set("role", "status").add(self.say(key))
    }
}

/// The case. `undo`: seconds left for *Undo*; `doubt`: *Checking…* or *No network*, empty while what
/// is shown is known to be true.
pub(super) fn parts(scene: &Scene, case: &CaseView, undo: u32, doubt: &str) -> Vec<Node> {
    let doubt = el("p").class("warn").set("role", "status").flag("hidden", doubt.is_empty()).add(doubt.to_owned());
    let mut parts = vec![doubt.into()];
    match case.stage {
        Stage::Open => open(scene, case, undo, &mut parts),
        Stage::Withdrawn => withdrawn(scene, case, &mut parts),
        Stage::Closed { can_reopen } => closed(scene, case, can_reopen, &mut parts),
    }
    parts
}

fn open(scene: &Scene, case: &CaseView, undo: u32, parts: &mut Vec<Node>) {
    let grown = case.unseen == Unseen::NumbersGrow || case.service != ServiceView::Open;
    let here = case.here != StepView::Dark;
    let numbers = |class| number_row(class, &scene.numbers, case.place.as_ref(), &scene.texts);
    // Where nobody answers, other help stands in the place of the question.
    let mut asks = case.asking.map(|asking| question(scene, asking));
    let later = if grown { asks.take() } else { None };
    // What fits one phone: how far help is, what was said, and in the thumb's reach how to answer.
    let first = el("div")
        .class("first")
        .add(headline(scene, case, undo))
        .add(closed_hours(scene, case))
        .add(unseen(case).map(|key| scene.status("warn", key)))
        .add(steps(scene, case))
        .add(fallen(case).map(|key| scene.status("warn", key)))
        .add(case.nobody_here.then(|| scene.status("", K::NobodyHereSaid)))
        .add((here && !case.nobody_here).then(|| scene.tap("/nobody", "", scene.say(K::NobodyHere), &[])))
        .add(case.ok_said.then(|| scene.status("", K::OkSaid)))
        .add(case.ok_said.then(|| scene.tap("/alert", "main", scene.say(K::Help), &[])))
        .add(case.whom.is_some_and(Whom::reports).then(|| scene.status("", K::ReporterNote)))
        .add(messages(scene, &case.messages))
        .add(el("div").class("grow"))
        .add(grown.then(|| numbers("row call grown")))
        .add(asks)
        .add(offer(scene, case))
        // *Please hurry* has no sense where nobody reads.
        .add((case.service == ServiceView::Open).then(|| sentences(scene)))
        .add(writing(scene));
    parts.push(first.into());
    parts.push(later.into());
    let answering = scene.texts.fill(K::TeamAnswering, &[("n", &case.team.answering.to_string())]);
    parts.push((case.team.answering > 0).then(|| el("p").class("muted").add(answering)).into());
    parts.push(place_card(scene, case).into());
    parts.push(answers(scene, &case.answered).into());
    let [whom, works] = facts(scene, case);
    parts.push(whom.into());
    parts.push(works.into());
    let note = if scene.hidden.token.is_some() { K::CannotReopenPage } else { K::CanLock };
    parts.push(el("p").class("muted").add(scene.say(note)).into());
    parts.push(el("p").class("muted eye").add(icon(EYE)).add([" ", &scene.say(K::CoverNote)].concat()).into());
    parts.push((!grown).then(|| numbers("row call")).into());
    parts.push(clearing(scene).into());
}

/// *Clear this phone* in a case that goes on: behind a tap of its own, since there is no way back.
fn clearing(scene: &Scene) -> Element {
    let note = el("p").class("muted").add(scene.say(K::ClearNote));
    let form = scene.tap("/clear", "", scene.say(K::ClearPhone), &[]);
    el("details").class("more").add(el("summary").add(scene.say(K::ClearPhone))).add(el("div").add(note).add(form))
}

fn headline(scene: &Scene, case: &CaseView, undo: u32) -> Element {
    let unopened = case.unseen != Unseen::No && case.seen == StepView::Dark;
    let key = match (case.for_morning && case.seen == StepView::Dark, case.asked_again) {
        // Nobody has it: it is a message until the team is back.
        (true, _) => K::SentMorning,
        // Nor does the team have what nobody has opened.
        (false, 0) if unopened => K::SentAt,
        (false, 0) => K::SentTeam,
        (false, _) => K::AskedAgain,
    };
    let text = scene.texts.fill(key, &[("time", &hour_minute(case.sent))]);
    let label = scene.texts.fill(K::Undo, &[("seconds", &undo.to_string())]);
    // *Undo* goes after some seconds: its half stays empty. Nothing comes to stand in its place, and
    // nothing below moves under the finger.
    let half = if undo > 0 { scene.tap("/undo", "small", label, &[]) } else { el("span") };
    let ok = (!case.ok_said).then(|| scene.tap("/ok", "small", scene.say(K::ImOk), &[]));
    el("div")
        .class("head")
        .add(el("div").set("role", "status").add(el("h1").class("line").add(text)))
        .add((undo > 0 || !case.ok_said).then(|| el("div").class("halves").add(half).add(ok)))
}

fn steps(scene: &Scene, case: &CaseView) -> Element {
    let step = |key: K, step: StepView, note: &str| {
        let at = match step {
            StepView::Lit(at) => hour_minute(at),
            StepView::Dark => scene.say(K::NotYet),
        };
        let (class, mark) = if step == StepView::Dark { ("dark", "") } else { ("lit", "✓") };
        let note = (!note.is_empty()).then(|| el("small").add([" · ", note].concat()));
        el("li")
            .class(class)
            .add(el("span").class("dot").set("aria-hidden", "true").add(mark.to_owned()))
            .add(el("span").add(scene.say(key)).add(note))
            .add(el("span").class("muted").add(at))
    };
    el("ol")
        .class("steps card")
        .add(step(K::Sent, StepView::Lit(case.sent), ""))
        .add(step(K::Seen, case.seen, ""))
        .add(step(K::Coming, case.coming, &case.who))
        .add(step(K::Here, case.here, &case.who_here))
}

/// Why a step went dark.
fn fallen(case: &CaseView) -> Option<K> {
    case.dark.map(|dark| match dark {
        Dark::TurnedBack => K::TurnedBack,
        Dark::NotFound => K::NotFound,
        Dark::Left => K::TheyLeft,
    })
}

/// That nobody looks. A later wait (somebody turned back) runs while *Seen* is lit: its words must
/// not deny that.
fn unseen(case: &CaseView) -> Option<K> {
    match (case.unseen, case.seen) {
        _ if case.service != ServiceView::Open => None,
        (Unseen::No, _) => None,
        (Unseen::Told, StepView::Dark) => Some(K::NobodyYet),
        (Unseen::Told, StepView::Lit(_)) => Some(K::NotAnswered),
        (Unseen::NumbersGrow, StepView::Dark) => Some(K::NobodyYetNumbers),
        (Unseen::NumbersGrow, StepView::Lit(_)) => Some(K::NotAnsweredNumbers),
    }
}

/// Outside the hours: who reads when. The numbers stand first then.
fn closed_hours(scene: &Scene, case: &CaseView) -> Option<Element> {
    let back = away(case.service, &scene.texts)?;
    let nobody = [" ", &scene.say(K::ClosedNobody)].concat();
    Some(el("p").class("warn").set("role", "status").add(el("b").add(back)).add(nobody))
}

/// The team's offer to talk: silent, and nothing happens until it is tapped.
fn offer(scene: &Scene, case: &CaseView) -> Option<Element> {
    (case.call == CallOffer::Team).then(|| {
        let button = el("button").class("main").add(scene.say(K::TalkOpen));
        el("section").class("card").add(scene.status("", K::TalkOffer)).add(to_talk(scene).add(button))
    })
}

/// The form that opens Talk: a plain one, so that a tap before the live part has come is kept;
/// without script the page says why it can't. Its address tells the browser's history nothing.
pub(super) fn to_talk(scene: &Scene) -> Element {
    scene.form("/now", &[("then", TALK)])
}

/// The place the team was told, and the way to correct it.
fn place_card(scene: &Scene, case: &CaseView) -> Element {
    let (line, words, change) = match &case.place {
        Some(place) => {
            let (level, room) = place_lines(place, &scene.texts);
            let room = room.map(|room| [" · ", &room].concat()).unwrap_or_default();
            let words = el("p").class("muted").add(place_words(place, &scene.texts));
            (el("p").add(el("b").add(level)).add(room), Some(words), K::Change)
        }
        None => (el("p").add(el("b").add(scene.say(K::LevelUnknown))), None, K::WhereAreYou),
    };
    let bar = el("div").class("bar").add(el("p").class("muted").add(scene.say(K::YourPlace))).add(scene.tap(
        "/where",
        "small",
        scene.say(change),
        &[],
    ));
    el("section").class("card").add(bar).add(line).add(words)
}

fn withdrawn(scene: &Scene, case: &CaseView, parts: &mut Vec<Node>) {
    let time = case.withdrawn.map(hour_minute).unwrap_or_default();
    let head = el("h1").class("line").add(scene.texts.fill(K::TookBack, &[("time", &time)]));
    let check = match case.check {
        Check::None => None,
        Check::Asked => {
            let answer = |key, safe| scene.tap("/safe", "main answer", scene.say(key), &[("safe", safe)]);
            let row = el("div").class("row").set("role", "group").set("aria-labelledby", "check");
            let row = row.add(answer(K::Yes, "1")).add(answer(K::No, "0"));
            let asks = el("h2").set("id", "check").add(scene.say(K::CheckSafe));
            Some(el("section").class("card").add(asks).add(row))
        }
        Check::Answered(safe) => {
            let said = scene.status("", if safe { K::CheckedSafe } else { K::CheckedUnsafe });
            Some(el("section").class("card").add(said))
        }
    };
    let first = el("div")
        .class("first")
        .add(el("div").set("role", "status").add(head))
        .add(check)
        .add(messages(scene, &case.messages))
        .add(el("div").class("grow"))
        .add(scene.tap("/alert", "main help", scene.say(K::Help), &[]))
        .add(number_row("row call", &scene.numbers, case.place.as_ref(), &scene.texts))
        .add(writing(scene));
    parts.extend([first.into(), place_card(scene, case).into(), clearing(scene).into()]);
}

fn closed(scene: &Scene, case: &CaseView, can_reopen: bool, parts: &mut Vec<Node>) {
    let well = el("section")
        .class("card")
        .add(el("h1").add(scene.say(K::ClosedTitle)))
        .add(el("p").add(scene.say(K::ClosedWell)));
    let first = el("div")
        .class("first")
        .add(well)
        .add(messages(scene, &case.messages))
        .add(can_reopen.then(|| scene.tap("/reopen", "", scene.say(K::OpenAgain), &[])))
        .add(scene.tap("/clear", "", scene.say(K::ClearPhone), &[]))
        .add(el("div").class("grow"))
        .add(scene.tap("/alert", "main help", scene.say(K::Help), &[]))
        .add(number_row("row call", &scene.numbers, None, &scene.texts));
    parts.push(first.into());
}
