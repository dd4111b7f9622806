//! The conversation on the case page: the one question, what was written, the sentences, the field.
//!
//! Law: every tap is a form of its own, so that it works before any script has come. The field is
//! hidden where no script keeps what is typed through a refresh: there *Write* is a page of its own.

use super::case::{Scene, to_talk};
use super::common::{hour_minute, icon};
use super::tree::{Element, Node, el};
use crate::text::{AttendeeKey as K, Book};
use domain::phrase::Phrase;
use domain::question::{Piece, Question, Whom, WorksHere};
use domain::view::{AnswerView, Answered, Asking, CaseView, Delivery, HowView, PhoneLine};
use domain::words::Words;

/// These stand beside the field; the others behind *More*.
const AT_HAND: [Phrase; 2] = [Phrase::PleaseHurry, Phrase::StayBack];

/// What was written, oldest first.
pub(super) fn messages(scene: &Scene, lines: &[PhoneLine]) -> Option<Element> {
    let line = |line: &PhoneLine| {
        let words = match &line.words {
            Words::Phrase(phrase) => scene.book.phrase.get(*phrase),
            Words::Text(text) => text.clone(),
        };
        let who = scene.say(if line.mine { K::You } else { K::Team });
        let mark = match (line.mine, line.delivery) {
            (true, Delivery::Read) => [" · ", &scene.say(K::MarkOpened)].concat(),
            (true, _) => [" · ", &scene.say(K::MarkSent)].concat(),
            (false, _) => String::new(),
        };
        // The phone knows by its own message's id that a draft has been sent.
        let row = if line.mine { el("li").class("mine").set("id", own_id(line)) } else { el("li").class("theirs") };
        row.key(line.n)
            .add(el("p").class("said").set("dir", "auto").add(words))
            .add(el("small").add([&who, " · ", &hour_minute(line.at), &mark].concat()))
    };
    // Beside a question the list is a window on its newest lines; whoever has only keys scrolls it too.
    let log = || el("div").set("role", "log").set("tabindex", "0");
    (!lines.is_empty()).then(|| log().add(el("ol").class("talk list").all(lines.iter().map(line).collect())))
}

fn own_id(line: &PhoneLine) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    ['m', '-'].into_iter().chain(line.id.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])).collect()
}

/// The ways to answer a question: beside it, and once more among what was said.
fn choices(scene: &Scene, question: Question, again: bool) -> Element {
    let name = question.name();
    let class = if again { "small" } else { "" };
    let row = el("div").class("row");
    match question {
        Question::How => row
            .add(scene.tap("/how", class, scene.say(K::HowDiscreetly), &[("a", "discreetly")]))
            .add(scene.tap("/meet", class, scene.say(K::HowMeet), &[]))
            .add(scene.tap("/how", class, scene.say(K::HowOnlyWrite), &[("a", "write")]))
            .add(scene.tap("/how", class, scene.say(K::HowOnlyWatch), &[("a", "watch")])),
        Question::KnownBy => {
            let (class, key) = if again { (class, K::Change) } else { ("main answer", K::ChooseLook) };
            row.add(scene.tap("/look", class, scene.say(key), &[]))
        }
        _ => {
            let class = if again { class } else { "main answer" };
            let row = if again { row } else { row.set("role", "group").set("aria-labelledby", "question") };
            row.add(scene.tap("/answer", class, scene.say(K::Yes), &[("q", name), ("a", "yes")])).add(scene.tap(
                "/answer",
                class,
                scene.say(K::No),
                &[("q", name), ("a", "no")],
            ))
        }
    }
}

/// The one question.
pub(super) fn question(scene: &Scene, asking: Asking) -> Element {
    let Asking { question, number, of, .. } = asking;
    let count = scene.texts.fill(K::QuestionOf, &[("n", &number.to_string()), ("of", &of.to_string())]);
    let head = el("div")
        .class("bar")
        .add(icon(pictogram(question)))
        .add(el("h2").set("id", "question").add(scene.book.question.get(question)))
        .add(el("p").class("muted").add(count));
    let skip = scene.tap("/answer", "skip", scene.say(K::Skip), &[("q", question.name()), ("a", "skip")]);
    el("section").class("card").set("id", "ask").add(head).add(choices(scene, question, false)).add(skip)
}

/// Two sentences at hand, the others behind *More*.
pub(super) fn sentences(scene: &Scene) -> Element {
    let say = |phrase: Phrase| scene.tap("/phrase", "small", scene.book.phrase.get(phrase), &[("p", phrase.name())]);
    let more: Vec<_> = Phrase::of_person().filter(|phrase| !AT_HAND.contains(phrase)).map(say).collect();
    let more = el("details").class("more").add(el("summary").add(scene.say(K::More))).add(el("div").all(more));
    el("div")
        .class("chips")
        .set("role", "group")
        .set("aria-label", scene.say(K::Sentences))
        .all(AT_HAND.into_iter().map(say).collect())
        .add(more)
}

/// *Talk*, the field and *Send* in one row.
pub(super) fn writing(scene: &Scene) -> Element {
    let talk = el("button").set("id", "talk").set("aria-label", scene.say(K::Talk)).add(icon(MICROPHONE));
    let field = el("textarea")
        .set("id", "text")
        .set("name", "text")
        .set("rows", "1")
        .set("maxlength", "4096")
        .set("dir", "auto")
        .set("autocomplete", "off")
        .set("spellcheck", "false")
        .set("aria-label", scene.say(K::WriteLabel))
        .set("placeholder", scene.say(K::WriteLabel))
        .flag("required", true);
    let send = el("button").class("main").set("aria-label", scene.say(K::Send)).add(icon(ARROW));
    let unsent = scene.status("warn", K::NotSent).flag("hidden", true);
    let say = scene.form("/message", &[]).set("id", "say").flag("hidden", cfg!(feature = "ssr"));
    el("div")
        .class("zone")
        .add(to_talk(scene).add(talk))
        .add(Node::Given(scene.given.write.clone()))
        .add(say.add(field).add(send).add(unsent))
}

const MICROPHONE: &str = "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11v1a6 6 0 0 0 12 0v-1M12 18v3M9 21h6";
const ARROW: &str = "M12 20V5M6 11l6-6 6 6";

/// What a question is about, for an eye that cannot read now.
fn pictogram(question: Question) -> &'static str {
    match question {
        // A shield.
        Question::Safe => "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z",
        // Two people.
        Question::Near => {
            "M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM4 21v-5a4 4 0 0 1 8 0v5M17 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM15 21v-4a3 3 0 0 1 5 0v4"
        }
        // The cross of a first-aid box.
        Question::Hurt => "M9 4h6v5h5v6h-5v5H9v-5H4V9h5z",
        // Somebody walking.
        Question::CanMove => {
            "M13 5a1.6 1.6 0 1 0 0-3.2A1.6 1.6 0 0 0 13 5zM12 8l-1 6 4 3 1 5M11 14l-3 8M12 8l-4 2v3M12 8l3 3h3"
        }
        // A woman.
        Question::Woman => "M12 7a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM12 8l-5 8h10zM10 16v6M14 16v6",
        // Words.
        Question::How => "M4 5h16v11H9l-5 4z",
        // A shirt.
        Question::KnownBy => "M8 4L3 7l2 4 2-1v10h10V10l2 1 2-4-5-3a4 4 0 0 1-8 0z",
    }
}

/// *A green scarf*, as chips say it.
pub(super) fn piece(piece: &Piece, book: &Book) -> String {
    [&book.garment.get(piece.garment), " · ", &book.colour.get(piece.colour)].concat()
}

fn answer(scene: &Scene, answer: &AnswerView) -> String {
    match answer {
        AnswerView::Yes => scene.say(K::Yes),
        AnswerView::No => scene.say(K::No),
        AnswerView::Skipped => scene.say(K::Skipped),
        AnswerView::How(HowView::Discreetly) => scene.say(K::HowDiscreetly),
        AnswerView::How(HowView::MeetAt(None)) => scene.say(K::HowMeet),
        AnswerView::How(HowView::MeetAt(Some(place))) => {
            [&scene.say(K::HowMeet), " ", &place.line(&scene.say(K::LevelUnknown))].concat()
        }
        AnswerView::How(HowView::OnlyWrite) => scene.say(K::HowOnlyWrite),
        AnswerView::How(HowView::OnlyWatch) => scene.say(K::HowOnlyWatch),
        AnswerView::Look(pieces) => pieces.iter().map(|one| piece(one, &scene.book)).collect::<Vec<_>>().join(", "),
    }
}

fn more(label: String) -> Element {
    el("details").class("more").add(el("summary").add(label))
}

/// What was answered, each with a way to answer otherwise.
pub(super) fn answers(scene: &Scene, answered: &[Answered]) -> Option<Element> {
    let row = |one: &Answered| {
        let said = el("p")
            .add([&scene.book.question.get(one.question), " "].concat())
            .add(el("b").add(answer(scene, &one.answer)));
        el("div").add(said).add(choices(scene, one.question, true))
    };
    (!answered.is_empty()).then(|| more(scene.say(K::YouSaid)).all(answered.iter().map(row).collect()))
}

/// For whom, and whether the person works here: optional, one tap each.
pub(super) fn facts(scene: &Scene, case: &CaseView) -> [Element; 2] {
    let mark = |chosen: bool| if chosen { "main small" } else { "small" };
    let whom = |whom: &Whom| {
        scene.tap("/whom", mark(case.whom == Some(*whom)), scene.book.whom.get(*whom), &[("w", whom.name())])
    };
    let works = |who: &WorksHere| {
        scene.tap("/works", mark(case.works_here == Some(*who)), scene.book.works_here.get(*who), &[("w", who.name())])
    };
    let row = |key: K, taps: Vec<Element>| more(scene.say(key)).add(el("div").class("row").all(taps));
    [
        row(K::ForWhom, Whom::ALL.iter().map(whom).collect()),
        row(K::WorksHere, WorksHere::ALL.iter().map(works).collect()),
    ]
}
