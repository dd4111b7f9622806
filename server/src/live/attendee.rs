//! A phone's live case: the whole view whenever it changes.
//!
//! Law: an event that changes nothing of what the page shows sends no frame, and no cursor counts it:
//! a reporter would read from frames what the page keeps from them (`domain::view`).

use super::cursor::{Cursor, open, seal};
use super::socket::{Link, Shown, Woken, limited};
use crate::http::{App, Cookies, Origin, same_origin};
use crate::operate::meters::Audience;
use crate::secrets::Token;
use crate::voice::Who;
use app::text::{choose_language, known_language};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::desk::{Actor, Command};
use domain::ids::TokenHash;
use domain::view::{CaseView, ServiceView, TeamView};
use domain::wire::{FromPhone, ToPhone, WireError, decode};

/// `GET /live` on the attendee host.
pub async fn attendee(
    State(app): State<App>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    // A socket carries the cookie wherever it is opened from: only our own page may open it.
    if same_origin(&headers) != Origin::Same {
        return StatusCode::FORBIDDEN.into_response();
    }
    let cookie = Cookies::of(&headers).get(crate::http::PHONE_COOKIE).and_then(Token::parse);
    let asked = query.unwrap_or_default();
    let explicit = asked.strip_prefix("l=").unwrap_or_default();
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang =
        known_language(explicit).unwrap_or_else(|| choose_language(accepted, app.desk.published.festival.language));
    limited(upgrade).on_upgrade(move |socket| {
        let link = Link::new(socket, &app.desk.published, Audience::Attendee);
        serve(app, link, cookie, lang)
    })
}

async fn serve(app: App, mut link: Link, cookie: Option<Token>, lang: &'static str) {
    let Some((phone, cursor)) = hello(&app, &mut link, cookie).await else { return };
    link.hold(app.shares.take(phone.0));
    let published = app.desk.published.clone();
    let Some(mut incident) = published.read(|state| state.incident_of(&phone).map(|incident| incident.id)) else {
        link.send(&ToPhone::Refused("unknown".to_owned())).await;
        return;
    };
    let mut follow = published.follow_case(incident);
    let resumed = match open(&app.pepper, &phone.0, &cursor, published.read(|state| state.seq)) {
        Cursor::After(seq) => Some(seq),
        Cursor::Start => None,
        Cursor::Foreign => {
            // Said, and then the whole case: nobody in need is refused over a cursor.
            if !link.send(&ToPhone::Refused("cursor".to_owned())).await {
                return;
            }
            None
        }
    };
    let mut chair = app.voice.enter(Who::Phone(phone)).await;
    // Who is there and whether the team reads: these change without any event of the case.
    let mut there = None;
    let mut again = false;
    let mut shown = Shown::default();
    loop {
        follow.mark_unchanged();
        let news = published.lens(lang, |lens| {
            published.read(|state| {
                let found = state.incident_of(&phone)?;
                let view = domain::view::case(found, state, lens);
                // Who has the case changes with its events, and with those that a reporter must not know of:
                // theirs is told by the next ping.
                let look = (view.clone().still(lens.now), (!found.apart()).then(|| around(&view)));
                // Nor is it told by how far the case has come.
                let known = !found.apart() && resumed.is_some_and(|seq| found.changed <= seq);
                let cursor = (!found.apart()).then(|| seal(&app.pepper, &phone.0, found.changed));
                Some((found.id, view, look, known, cursor.unwrap_or_default()))
            })
        });
        let Some((id, view, look, known, cursor)) = news else { return };
        let other = id != incident;
        if other {
            incident = id;
            follow = published.follow_case(id);
        }
        let differs = match shown.replace(&look) {
            None => !known,
            Some(differs) => differs,
        };
        if differs || other || std::mem::take(&mut again) {
            there = Some(around(&view));
            if !link.send(&ToPhone::Case { cursor, view: Box::new(view) }).await {
                return;
            }
        }
        loop {
            tokio::select! {
                changed = follow.changed() => {
                    if changed.is_err() { return }
                    break;
                }
                say = chair.next() => match say {
                    Some(say) => if !link.send(&ToPhone::Voice(say)).await { return },
                    None => return,
                },
                woken = link.wait() => match woken {
                    Woken::Gone => return,
                    Woken::Ping => {
                        if !link.send(&ToPhone::Ping).await {
                            return;
                        }
                        let now = published.lens(lang, |lens| {
                            published.read(|state| {
                                state.incident_of(&phone).map(|found| around(&domain::view::case(found, state, lens)))
                            })
                        });
                        if now != there {
                            again = true;
                            break;
                        }
                    }
                    Woken::Frame(frame) => match decode::<FromPhone>(&frame) {
                        Ok(FromPhone::Voice(say)) => chair.phone(say).await,
                        Ok(FromPhone::Got { upto, shown })
                            if published
                                .read(|state| state.incident_of(&phone)?.conversation.unmarked(upto, shown))
                                .is_some() =>
                        {
                            // A mark that cannot be saved now is sent again with the next message.
                            let _ = app.desk.tell(Actor::Phone(phone), Command::Got { upto, shown }).await;
                        }
                        // Nobody in need is cut off over a frame that cannot be read.
                        Ok(_) | Err(_) => {}
                    },
                },
            }
        }
    }
}

/// What a view says about the team, apart from the case.
fn around(view: &CaseView) -> (TeamView, bool) {
    (view.team, view.service == ServiceView::Open)
}

/// The first frame: who is this phone. The cookie of the handshake, or the token in the frame.
async fn hello(app: &App, link: &mut Link, cookie: Option<Token>) -> Option<(TokenHash, Vec<u8>)> {
    let frame = match link.wait().await {
        Woken::Frame(frame) => frame,
        Woken::Ping | Woken::Gone => return None,
    };
    match decode::<FromPhone>(&frame) {
        Ok(FromPhone::Hello { token, cursor }) => {
            let Some(token) = token.as_deref().and_then(Token::parse).or(cookie) else {
                // Said, or the page would open sockets for ever.
                link.send(&ToPhone::Refused("unknown".to_owned())).await;
                return None;
            };
            Some((app.pepper.phone(&token), cursor))
        }
        Err(WireError::Protocol(_)) => {
            link.send(&ToPhone::Reload).await;
            None
        }
        Ok(FromPhone::Pong | FromPhone::Voice(_) | FromPhone::Got { .. }) | Err(_) => None,
    }
}
