//! The organiser's pages: venue, posters, people and their links. Plain forms; `venue` takes an upload.

use super::super::{App, form::Form, page, problem::Problem};
use super::session::{self, Staff};
use super::{document, escape};
use crate::secrets::Token;
use app::text::{StaffKey as K, Texts, texts};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::desk::{Actor, Command};
use domain::ids::PersonId;
use domain::person::{INVITE_VALID_MS, Invite, May, Profile, Role};
use domain::venue::Code;

/// `GET /organiser`.
pub async fn page(State(app): State<App>, headers: HeaderMap) -> Response {
    match Staff::who_may(&app, &headers, May::Organise) {
        Ok(staff) => show(&app, &headers, &staff, StatusCode::OK, ""),
        Err(problem) => problem.into_response(),
    }
}

/// The page, with news on top: a report, a link, an error.
pub(super) fn show(app: &App, headers: &HeaderMap, staff: &Staff, status: StatusCode, news: &str) -> Response {
    let lang = session::language(app, headers);
    let texts = texts::<K>(lang);
    let t = |key: K| escape(&texts.get(key));
    let nonce = Token::fresh();
    let copies = if news.contains(COPIED_FROM) { copy_script(&texts, nonce.reveal()) } else { String::new() };
    let body = format!(
        "<main class=plain><header class=bar><h1>Sotto · {}</h1><form method=post action=/out><button>{}</button></form></header>\
         {news}<section><h2>{}</h2>{}\
         <form method=post action=/venue enctype=\"multipart/form-data\" id=venue><label>{} <input type=file name=archive accept=\".zip\" required></label>\
         <button>{}</button></form></section>\
         <section><h2>{}</h2>{}</section><section><h2>{}</h2>{}{}</section></main>{copies}",
        escape(&staff.name),
        t(K::SignOut),
        t(K::Venue),
        venue_summary(app, &texts),
        t(K::VenueFile),
        t(K::VenueImport),
        t(K::Posters),
        posters(app, &texts),
        t(K::People),
        people(app, staff, &texts),
        invite_form(&texts),
    );
    let title = app.desk.published.festival.name(lang);
    page::html(headers, status, &page::staff_csp(nonce.reveal()), lang, &document(lang, &title, "", &body))
}

fn venue_summary(app: &App, texts: &Texts<K>) -> String {
    let Some(place) = app.desk.published.venue() else { return format!("<p>{}</p>", escape(&texts.get(K::VenueNone))) };
    let venue = &place.venue;
    let levels: Vec<&str> =
        venue.ordinals().iter().rev().filter_map(|level| venue.level_name(*level, texts.lang())).collect();
    format!("<p><b>{}</b>: {}</p>", escape(venue.name.pick(texts.lang())), escape(&levels.join(", ")))
}

fn posters(app: &App, texts: &Texts<K>) -> String {
    let Some(place) = app.desk.published.venue() else { return String::new() };
    let venue = &place.venue;
    let mut rows: Vec<(i16, String)> = venue
        .checkpoints
        .iter()
        .map(|checkpoint| {
            let level = venue.level_name(checkpoint.ordinal, texts.lang()).unwrap_or_default();
            let room = venue.unit_label(checkpoint.unit, texts.lang()).unwrap_or_default();
            let code = checkpoint.code;
            let row = format!(
                "<tr><td><a href=\"/poster/{}\">{code}</a></td><td>{}</td><td>{}</td></tr>",
                code.url_form(),
                escape(level),
                escape(room)
            );
            (-checkpoint.ordinal.0, row)
        })
        .collect();
    rows.sort();
    let rows: String = rows.into_iter().map(|(_, row)| row).collect();
    format!(
        "<details><summary>{}</summary><table>{rows}</table></details>",
        escape(&texts.count(K::PosterCount, venue.checkpoints.len().try_into().unwrap_or(u32::MAX)))
    )
}

/// The team, and whom a link waits for. A link that is lost works until its time is over: nothing takes
/// it back yet, so that it is at least seen.
fn people(app: &App, me: &Staff, texts: &Texts<K>) -> String {
    let now = app.desk.published.now();
    let waiting: String = app.desk.published.read(|state| {
        let fresh = |invite: &&Invite| invite.person.is_none() && invite.works(now);
        let mut links: Vec<&Invite> = state.invites.values().filter(fresh).collect();
        links.sort_by_key(|invite| std::cmp::Reverse(now.since(invite.made)));
        let row = |invite: &Invite| {
            let role = texts.get(super::join::role_key(invite.profile.role));
            format!(
                "<tr class=muted><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(&invite.profile.name),
                escape(&role),
                escape(&texts.get(K::InviteUnused))
            )
        };
        links.into_iter().map(row).collect()
    });
    let rows: String = app.desk.published.read(|state| {
        let on_team = state.people.values().filter(|person| !person.removed);
        on_team
            .map(|person| {
                let remove = if person.id == me.id {
                    String::new()
                } else {
                    format!(
                        "<div class=apart><form method=post action=/invite><input type=hidden name=person value={}><button>{}</button></form>\
                         <form method=post action=/remove><input type=hidden name=person value={}><button>{}</button></form></div>",
                        person.id,
                        escape(&texts.get(K::InviteAgain)),
                        person.id,
                        escape(&texts.get(K::Remove))
                    )
                };
                let role = texts.get(super::join::role_key(person.profile.role));
                format!("<tr><td>{}</td><td>{}</td><td>{remove}</td></tr>", escape(&person.profile.name), escape(&role))
            })
            .collect()
    });
    format!("<table class=team>{rows}{waiting}</table>")
}

fn invite_form(texts: &Texts<K>) -> String {
    let t = |key: K| escape(&texts.get(key));
    let roles: String =
        [(Role::Agent, "agent"), (Role::Security, "security"), (Role::Lead, "lead"), (Role::Organiser, "organiser")]
            .into_iter()
            .map(|(role, value)| format!("<option value={value}>{}</option>", t(super::join::role_key(role))))
            .collect();
    format!(
        "<form method=post action=/invite><label>{} <input name=name maxlength=40 autocomplete=off></label>\
         <label>{} <select name=role>{roles}</select></label>\
         <label>{} <input name=appearance maxlength=40 autocomplete=off></label><button>{}</button></form>",
        t(K::JoinName),
        t(K::Role),
        t(K::Appearance),
        t(K::InviteMake),
    )
}

/// Marks the text that *Copy* takes.
const COPIED_FROM: &str = "id=link";

/// Makes *Copy* work. Without a script the link stands there whole, to be selected by one click; a page
/// without TLS has no clipboard of the newer kind.
fn copy_script(texts: &Texts<K>, nonce: &str) -> String {
    let copied = escape(&texts.get(K::Copied));
    format!(
        "<script nonce=\"{nonce}\">{{ const link = document.getElementById(\"link\"), copy = document.getElementById(\"copy\"); \
         copy.hidden = false; copy.dataset.done = \"{copied}\"; \
         const old = () => {{ getSelection().selectAllChildren(link); return document.execCommand(\"copy\"); }}; \
         copy.onclick = async () => {{ \
         const done = await (navigator.clipboard?.writeText(link.textContent) ?? Promise.reject()).then(() => true, old); \
         if (done) copy.textContent = copy.dataset.done; }}; }}</script>"
    )
}

/// `POST /invite`: makes a link and shows it once.
pub async fn invite(State(app): State<App>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let staff = match Staff::who_may(&app, &headers, May::Organise) {
        Ok(staff) => staff,
        Err(problem) => return problem.into_response(),
    };
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return Problem::from(rejection).into_response(),
    };
    let form = Form::parse(&body);
    let token = Token::fresh();
    let invite = app.pepper.invite(&token);
    if let Ok(person) = form.get("person").parse::<PersonId>() {
        let command = Command::InviteAgain { invite, person, valid_ms: INVITE_VALID_MS };
        return made(&app, &headers, &staff, &token, command).await;
    }
    let role = match form.get("role") {
        "agent" => Role::Agent,
        "security" => Role::Security,
        "lead" => Role::Lead,
        "organiser" => Role::Organiser,
        _ => return Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_role", "Choose a role.").into_response(),
    };
    let profile = Profile {
        name: form.get("name").to_owned(),
        role,
        languages: Vec::new(),
        appearance: form.get("appearance").to_owned(),
        appearance_in: std::collections::BTreeMap::new(),
    };
    let command = Command::Invite { invite, profile, valid_ms: INVITE_VALID_MS };
    made(&app, &headers, &staff, &token, command).await
}

/// Makes the link and shows it, this once.
async fn made(app: &App, headers: &HeaderMap, staff: &Staff, token: &Token, command: Command) -> Response {
    match app.desk.tell(Actor::Person(staff.id), command).await {
        Ok(_) => {
            let texts = texts::<K>(session::language(app, headers));
            let link = format!("{}/join/{}", app.addresses.desk, token.reveal());
            let news = format!(
                "<section class=news role=status><p>{}</p><p><code {COPIED_FROM}>{link}</code></p>\
                 <button type=button id=copy class=primary hidden>{}</button></section>",
                escape(&texts.get(K::InviteMade)),
                escape(&texts.get(K::Copy))
            );
            show(app, headers, staff, StatusCode::OK, &news)
        }
        Err(rejected) => Problem::from(rejected).into_response(),
    }
}

/// `POST /remove`: takes somebody off the team, also in the middle of a dispatch; their screens close.
pub async fn remove(State(app): State<App>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let staff = match Staff::who_may(&app, &headers, May::Organise) {
        Ok(staff) => staff,
        Err(problem) => return problem.into_response(),
    };
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return Problem::from(rejection).into_response(),
    };
    let Ok(person) = Form::parse(&body).get("person").parse::<PersonId>() else {
        return Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_person", "Choose a person.").into_response();
    };
    match app.desk.remove(Actor::Person(staff.id), person, None).await {
        Ok(_) => show(&app, &headers, &staff, StatusCode::OK, ""),
        Err(rejected) => Problem::from(rejected).into_response(),
    }
}

/// `GET /poster/CODE`: the QR code of a poster as SVG, at most version 2-Q where the host allows.
pub async fn poster(State(app): State<App>, Path(code): Path<String>, headers: HeaderMap) -> Response {
    if let Err(problem) = Staff::of(&app, &headers) {
        return problem.into_response();
    }
    let known = Code::parse(&code)
        .ok()
        .filter(|code| app.desk.published.venue().is_some_and(|place| place.venue.checkpoint(code).is_some()));
    let Some(qr) = known.and_then(|code| crate::demo::poster_qr(&app.addresses.attendee, code)) else {
        return Problem::new(StatusCode::NOT_FOUND, "not_found", "This is not here.").into_response();
    };
    let svg = qr.render::<qrcode::render::svg::Color<'_>>().min_dimensions(400, 400).build();
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))];
    (kind, svg).into_response()
}
