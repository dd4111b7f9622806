//! `POST /command`: what a staff screen asks for, once per key.

use super::super::{App, SOTTO_KEY, attendee::claim, problem::Problem};
use super::session::Staff;
use crate::desk::Submission;
use crate::log::KeyHash;
use crate::secrets::{fresh_incident, hex};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::desk::{Actor, Command};
use domain::ids::MessageId;
use domain::incident::Found;
use domain::place::{Place, Source};
use domain::venue::{Code, CodeError, Ordinal};
use domain::wire::{StaffCommand, StaffPost, WireError, decode};

/// Names the person who gave a command that waited on a phone.
const WHO: &str = "x-sotto-who";

/// Decides nothing: reads, adds who asks, submits. The answer bears the command's key: what waits on a
/// phone is let go by nothing else.
pub async fn command(State(app): State<App>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let key = body.as_ref().ok().and_then(|body| decode::<StaffPost>(body).ok()).map(|post| hex(&post.key));
    let mut response = match take(&app, &headers, body).await {
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        // A code is shown once to whoever made it, and kept nowhere but as a hash.
        Ok(Some(code)) => ([(header::CACHE_CONTROL, "no-store")], code.to_string()).into_response(),
        Err(problem) => problem.into_response(),
    };
    if let Some(Ok(key)) = key.map(|key| HeaderValue::from_str(&key)) {
        response.headers_mut().insert(SOTTO_KEY, key);
    }
    response
}

async fn take(app: &App, headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Option<Code>, Problem> {
    let staff = Staff::of(app, headers)?;
    // The phone may have changed hands since: nobody acts in another's name.
    if headers.get(WHO).is_some_and(|who| who.as_bytes() != staff.id.to_string().as_bytes()) {
        let title = "Somebody else is signed in on this phone now. Nothing was changed.";
        return Err(Problem::new(StatusCode::CONFLICT, "another_person", title));
    }
    let body = body?;
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| !kind.as_bytes().eq_ignore_ascii_case(b"application/octet-stream"))
    {
        let title = "A command is sent as application/octet-stream.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type", title));
    }
    let StaffPost { key, command } = decode(&body).map_err(|error| match error {
        WireError::Protocol(_) => {
            Problem::new(StatusCode::CONFLICT, "other_version", "Reload the page: it is older than the server.")
        }
        WireError::Empty | WireError::Damaged => {
            Problem::new(StatusCode::BAD_REQUEST, "bad_command", "The command cannot be read. Reload the page.")
        }
    })?;
    app.desk.published.heard(staff.id);
    // The same press makes the same code: a lost answer loses none.
    let made = matches!(command, StaffCommand::MakeCode(_)).then(|| app.pepper.code_of_key(&staff.id.0, &key));
    let command = translate(app, &staff, command, &key)?;
    let submission = Submission {
        command,
        actor: Actor::Person(staff.id),
        key: Some(KeyHash { key: app.pepper.key(&staff.id.0, &key), request: app.pepper.request(&[&body]) }),
    };
    match submission.command {
        Command::Remove(person) => app.desk.remove(submission.actor, person, submission.key).await?,
        _ => app.desk.submit(submission).await?,
    };
    Ok(made)
}

/// The command with what only the server knows: who, fresh identities, what a code stands for.
fn translate(app: &App, staff: &Staff, command: StaffCommand, key: &[u8; 16]) -> Result<Command, Problem> {
    Ok(match command {
        StaffCommand::See(id) => Command::See(id),
        StaffCommand::Claim(incident, over) => Command::Claim { incident, over },
        StaffCommand::SetPriority(incident, to, note) => Command::SetPriority { incident, to, note },
        StaffCommand::SetApproach(incident, text) => Command::SetApproach { incident, text },
        StaffCommand::Dispatch(incident, responder) => Command::Dispatch { incident, responder },
        StaffCommand::Recall(incident, responder) => Command::Recall { incident, responder },
        StaffCommand::Close(incident, reason) => Command::Close { incident, reason },
        StaffCommand::Reopen(incident) => Command::Reopen(incident),
        StaffCommand::Go(incident) => Command::Go(incident),
        StaffCommand::Arrive(incident) => Command::Arrive(incident),
        StaffCommand::Done(incident) => Command::Done(incident),
        StaffCommand::Cannot(incident, reason) => Command::Cannot { incident, reason },
        StaffCommand::DutyOn(of) => Command::DutyOn { level: of.map(|of| level(app, of)).transpose()? },
        StaffCommand::DutyOff => Command::DutyOff,
        StaffCommand::Level(of) => Command::Position { level: level(app, of)?, place: None },
        StaffCommand::Scan(text) => scan(app, &text)?,
        StaffCommand::NeedHelp => {
            Command::NeedHelp { fresh: fresh_incident(), lang: app.desk.published.festival.language.to_owned() }
        }
        StaffCommand::Remove(person) => Command::Remove(person),
        StaffCommand::SignOut => Command::SignOut(staff.session),
        StaffCommand::EverywhereOut => Command::EverywhereOut,
        StaffCommand::Say(incident, words) => Command::Say { incident, id: MessageId(*key), words },
        StaffCommand::Open(incident, upto) => Command::Open { incident, upto },
        StaffCommand::Note(incident, text) => Command::Note { incident, text },
        StaffCommand::HandOver(incident, to, note) => Command::HandOver { incident, to, note },
        StaffCommand::FoundAt(incident, value) => {
            Command::FoundAt { incident, place: place(app, &value)?, who: Found::Unsaid }
        }
        StaffCommand::FoundWho(incident, value, who) => Command::FoundAt { incident, place: place(app, &value)?, who },
        StaffCommand::OpenFor { came, lang, place: value, note } => Command::OpenFor {
            fresh: fresh_incident(),
            came,
            lang: known_language(app, &lang),
            place: if value.is_empty() { None } else { Some(place(app, &value)?) },
            note,
        },
        StaffCommand::RaiseDuty(person) => Command::RaiseDuty(person),
        StaffCommand::MakeCode(incident) => {
            let code = app.pepper.code_of_key(&staff.id.0, key);
            Command::MakeCode { incident, code: app.pepper.code(code) }
        }
    })
}

/// A level of this venue. Without a venue there is nothing to compare it with.
fn level(app: &App, level: Ordinal) -> Result<Ordinal, Problem> {
    let venue = app.desk.published.venue();
    if venue.is_none_or(|place| place.venue.ordinals().contains(&level)) {
        return Ok(level);
    }
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "level_unknown", "This venue has no such level."))
}

/// A place as forms carry it.
fn place(app: &App, value: &str) -> Result<Place, Problem> {
    let published = &app.desk.published;
    let venue = published.venue();
    claim(value, venue.as_ref().map(|place| &place.venue), published.now().wall_ms).map_err(|_| {
        let title = "This place cannot be read, or is not in this venue.";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "place_unknown", title)
    })
}

/// A language of ours; what the person reads is asked again when their phone takes over.
fn known_language(app: &App, lang: &str) -> String {
    app::text::known_language(lang).unwrap_or(app.desk.published.festival.language).to_owned()
}

/// A poster's code as scanned or typed: the last part of an address, or the code alone.
fn scan(app: &App, text: &str) -> Result<Command, Problem> {
    let unreadable = |code, title: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, title);
    let last = text.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let code = Code::parse(last).map_err(|error| match error {
        CodeError::Typo => unreadable("code_typo", "One character of this code is wrong. Type it again."),
        _ => unreadable("code_malformed", "This is not the code of one of our posters."),
    })?;
    let published = &app.desk.published;
    let place = published.venue();
    let found = place.as_ref().and_then(|place| Some((&place.venue, place.venue.checkpoint(&code)?)));
    let (venue, checkpoint) =
        found.ok_or_else(|| unreadable("code_unknown", "This poster belongs to no place of this venue."))?;
    let position = Place {
        level: Some(checkpoint.ordinal),
        unit: venue.units.get(usize::from(checkpoint.unit)).and_then(|unit| unit.id),
        point: Some(venue.to_wgs84(checkpoint.point)),
        radius_m: 3,
        source: Source::Checkpoint,
        code: Some(code),
        at_wall_ms: published.now().wall_ms,
    };
    Ok(Command::Position { level: checkpoint.ordinal, place: Some(position) })
}
