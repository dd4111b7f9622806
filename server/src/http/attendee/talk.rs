//! What the person says by taps: answers, sentences, for whom, who works here.

use super::super::App;
use super::case::{Body, submit};
use super::claim::claim;
use super::reply::{self, Asked};
use crate::secrets::{parse_key, random};
use app::text::AttendeeKey as K;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::desk::Command;
use domain::ids::MessageId;
use domain::phrase::Phrase;
use domain::question::{Answer, Colour, Garment, How, PIECES_MAX, Piece, Question, Whom, WorksHere};
use domain::words::Words;

/// `POST /answer`, with `q`, a question's name, and `a`: `yes`, `no` or `skip`.
pub async fn answer(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    say(&app, &headers, bytes, "answer", |asked| {
        let question = Question::parse(asked.form.get("q"))?;
        let answer = match asked.form.get("a") {
            "yes" => Answer::Yes,
            "no" => Answer::No,
            "skip" => Answer::Skipped,
            _ => return None,
        };
        Some(Command::Answer { question, answer })
    })
    .await
}

/// `POST /how`, with `a`: `discreetly`, `write`, `watch`, `skip`, or `p`: the place to meet at.
pub async fn how(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    say(&app, &headers, bytes, "how", |asked| {
        let published = &asked.app.desk.published;
        let question = Question::How;
        let how = match (asked.form.get("a"), asked.form.get("p")) {
            ("skip", _) => return Some(Command::Answer { question, answer: Answer::Skipped }),
            ("discreetly", _) => How::Discreetly,
            ("write", _) => How::OnlyWrite,
            ("watch", _) => How::OnlyWatch,
            ("meet", "") => How::MeetAt(None),
            ("" | "meet", value) => {
                let venue = published.venue();
                let place = claim(value, venue.as_ref().map(|place| &place.venue), published.now().wall_ms);
                How::MeetAt(Some(place.ok()?))
            }
            _ => return None,
        };
        Some(Command::Answer { question, answer: Answer::How(how) })
    })
    .await
}

/// `POST /known`, with one `garment` and one `colour`, and what was said before as `wear`.
pub async fn known(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    let asked = match reply::body(&app, &headers, bytes) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    match pieces(&asked) {
        Some(pieces) if pieces.is_empty() => super::write::look_again(&asked),
        Some(pieces) => {
            let command = Command::Answer { question: Question::KnownBy, answer: Answer::Look(pieces) };
            submit(&asked, command, "known").await
        }
        None => asked.notice(StatusCode::UNPROCESSABLE_ENTITY, K::ErrorBadForm, Some("bad_field")),
    }
}

/// The pieces in a form; a garment without a colour, or the other way round, is not one yet.
fn pieces(asked: &Asked) -> Option<Vec<Piece>> {
    let form = &asked.form;
    let kept = form.all("wear").map(|value| value.split_once('.'));
    let (garment, colour) = (form.get("garment"), form.get("colour"));
    let fresh = match (garment, colour) {
        ("", "") => None,
        ("", _) | (_, "") => return Some(Vec::new()),
        pair => Some(Some(pair)),
    };
    let all: Option<Vec<Piece>> = kept
        .chain(fresh)
        .map(|pair| {
            let (garment, colour) = pair?;
            Some(Piece { garment: Garment::parse(garment)?, colour: Colour::parse(colour)? })
        })
        .collect();
    all.filter(|pieces| pieces.len() <= PIECES_MAX)
}

/// `POST /whom`, with `w`.
pub async fn whom(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    say(&app, &headers, bytes, "whom", |asked| Whom::parse(asked.form.get("w")).map(Command::SayWhom)).await
}

/// `POST /works`, with `w`.
pub async fn works(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    say(&app, &headers, bytes, "works", |asked| WorksHere::parse(asked.form.get("w")).map(Command::SayWorksHere)).await
}

/// `POST /phrase`, with `p`, a phrase's name.
pub async fn phrase(State(app): State<App>, headers: HeaderMap, bytes: Body) -> Response {
    say(&app, &headers, bytes, "phrase", |asked| {
        let words = Words::Phrase(Phrase::parse(asked.form.get("p"))?);
        Some(Command::Write { id: message_id(asked), words })
    })
    .await
}

/// The key of a form is the identity of the message in it.
pub fn message_id(asked: &Asked) -> MessageId {
    MessageId(parse_key(asked.form.get("key")).unwrap_or_else(random))
}

async fn say(
    app: &App,
    headers: &HeaderMap,
    bytes: Body,
    name: &'static str,
    read: impl Fn(&Asked) -> Option<Command>,
) -> Response {
    let asked = match reply::body(app, headers, bytes) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    match read(&asked) {
        Some(command) => submit(&asked, command, name).await,
        None => asked.notice(StatusCode::UNPROCESSABLE_ENTITY, K::ErrorBadForm, Some("bad_field")),
    }
}
