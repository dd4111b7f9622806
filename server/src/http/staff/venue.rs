//! `POST /venue`: an upload becomes the venue in place, or a sentence that says why not.
//!
//! Law: first who, then whose turn, then what: nobody else makes the server hold 32 MB, and nobody
//! at all makes it hold them twice.

use super::super::App;
use super::escape;
use super::organiser::show;
use super::session::{self, Staff};
use crate::desk::Rejected;
use crate::venue::{Imported, Report, Severity};
use crate::venues::PlaceError;
use app::text::{StaffKey as K, direction, texts};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::desk::Actor;
use domain::person::May;
use domain::refusal::Refusal;

/// Largest venue archive, in bytes, zipped.
const ARCHIVE_MAX: usize = 32 * 1024 * 1024;
/// Longest boundary of a multipart body (RFC 2046, 5.1.1).
const BOUNDARY_MAX: usize = 70;

/// Imports an archive and shows the report. The venue in place stays if it is refused.
pub async fn import(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let headers = parts.headers;
    let staff = match Staff::who_may(&app, &headers, May::Organise) {
        Ok(staff) => staff,
        Err(problem) => return problem.into_response(),
    };
    let lang = session::language(&app, &headers);
    let (status, news) = match place(&app, &headers, body, Actor::Person(staff.id)).await {
        Ok(imported) => (StatusCode::OK, report(&imported, lang)),
        Err(error) => {
            let texts = texts::<K>(lang);
            let (status, sentence) = match &error {
                PlaceError::Refused(refused) => (StatusCode::UNPROCESSABLE_ENTITY, refused.sentence(lang)),
                PlaceError::Desk(Rejected::Refused(Refusal::CasesOpen)) => {
                    (StatusCode::UNPROCESSABLE_ENTITY, texts.get(K::VenueCasesOpen))
                }
                PlaceError::Busy => (StatusCode::TOO_MANY_REQUESTS, texts.get(K::VenueBusy)),
                PlaceError::NoArchive => (StatusCode::UNPROCESSABLE_ENTITY, texts.get(K::VenueTooLarge)),
                other => (StatusCode::UNPROCESSABLE_ENTITY, other.to_string()),
            };
            let title = escape(&texts.get(K::VenueRefused));
            // Sentences about the archive are in English or French; the page may run the other way.
            let spoken = match &error {
                PlaceError::Refused(_) => Report::language(lang),
                PlaceError::Desk(Rejected::Refused(Refusal::CasesOpen)) | PlaceError::Busy | PlaceError::NoArchive => {
                    lang
                }
                _ => "en",
            };
            let sentence = format!("<p lang={spoken} dir={}>{}</p>", direction(spoken), escape(&sentence));
            (status, format!("<section class=news role=alert><h2>{title}</h2>{sentence}</section>"))
        }
    };
    show(&app, &headers, &staff, status, &news)
}

async fn place(app: &App, headers: &HeaderMap, body: axum::body::Body, by: Actor) -> Result<Imported, PlaceError> {
    let turn = app.venues.turn()?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary = boundary(kind.ok_or(PlaceError::NoArchive)?)?;
    let body = axum::body::to_bytes(body, ARCHIVE_MAX).await.map_err(|_| PlaceError::NoArchive)?;
    let archive = move || match boundary {
        Some(boundary) => file(&body, &boundary).map(<[u8]>::to_vec).ok_or(PlaceError::NoArchive),
        None => Ok(body.to_vec()),
    };
    app.venues.place(turn, &app.desk, archive, by).await
}

fn report(imported: &Imported, lang: &str) -> String {
    let line = |severity: &Severity, sentence: &str| {
        let class = if *severity == Severity::Warning { "problem" } else { "note" };
        format!("<li class={class}>{}</li>", escape(sentence))
    };
    let lines = imported.report.lines.iter().map(|entry| line(&entry.severity, &entry.kind.sentence(lang)));
    let list: String = lines.collect();
    let title = escape(&texts::<K>(lang).get(K::VenueReport));
    let spoken = Report::language(lang);
    format!("<section class=news role=status><h2>{title}</h2><ul lang={spoken} dir=ltr>{list}</ul></section>")
}

/// The boundary of a `multipart/form-data` body, `None` for the bare archive of another type.
fn boundary(kind: &str) -> Result<Option<String>, PlaceError> {
    let Some(rest) = kind.strip_prefix("multipart/form-data") else { return Ok(None) };
    let value = rest.split_once("boundary=").map_or("", |(_, value)| value);
    let value = value.split(';').next().unwrap_or_default().trim().trim_matches('"');
    if value.is_empty() || value.len() > BOUNDARY_MAX {
        return Err(PlaceError::NoArchive);
    }
    Ok(Some(value.to_owned()))
}

/// The one file of a `multipart/form-data` body (RFC 7578).
fn file<'a>(body: &'a [u8], boundary: &str) -> Option<&'a [u8]> {
    let fence = [b"--", boundary.as_bytes()].concat();
    let find = |haystack: &[u8], needle: &[u8]| haystack.windows(needle.len()).position(|window| window == needle);
    let start = find(body, &fence)? + fence.len();
    let content = start + find(body.get(start..)?, b"\r\n\r\n")? + 4;
    let end = content + find(body.get(content..)?, &[b"\r\n", fence.as_slice()].concat())?;
    body.get(content..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_as_long_as_the_standard_allows() {
        let kind = |length: usize| format!("multipart/form-data; boundary=\"{}\"", "x".repeat(length));
        assert_eq!(boundary(&kind(70)).ok().flatten().map(|found| found.len()), Some(70));
        for wrong in [kind(71), kind(28_000), kind(0), "multipart/form-data".to_owned()] {
            assert!(matches!(boundary(&wrong), Err(PlaceError::NoArchive)));
        }
        assert_eq!(boundary("application/zip").ok(), Some(None));
        assert_eq!(boundary("multipart/form-data; boundary=abc; charset=utf-8").ok().flatten().as_deref(), Some("abc"));
    }

    #[test]
    fn the_file_is_what_stands_between_the_fences() {
        let body = b"--abc\r\nContent-Disposition: form-data; name=archive\r\n\r\nPK..\r\n--ab\r\n--abc--\r\n";
        assert_eq!(file(body, "abc"), Some(&b"PK..\r\n--ab"[..]));
        for cut in 0..body.len() - 6 {
            assert_eq!(file(&body[..cut], "abc"), None);
        }
    }
}
