//! A staff screen: the desk's rows, or a responder's own view.
//!
//! Law: a session that ended closes its sockets within [`RECHECK`]; off duty, nothing is sent; what
//! happens in cases that are not a responder's own sends them no frame.

use super::cursor::{Cursor, open, seal};
use super::socket::{Link, Shown, Woken, limited};
use crate::http::{App, Origin, Staff, same_origin, staff_language};
use crate::operate::meters::Audience;
use crate::voice::Who;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::desk::{Actor, Command};
use domain::ids::{IncidentId, SessionHash};
use domain::person::{May, Role};
use domain::reach::Pages;
use domain::time::Now;
use domain::view;
use domain::wire::{FromStaff, Me, ToStaff, WireError, decode};
use std::time::Duration;
use tokio::sync::watch;

/// *Everywhere out* and a removal reach an open socket at once by the log; the clock's end of a
/// session reaches it at most this late (`../research/security.md`, section 4: 2 s).
const RECHECK: Duration = Duration::from_secs(2);
/// Ages and *last heard* on the desk are refreshed this often.
const REFRESH: Duration = Duration::from_secs(5);

/// Rows in one frame: some 50 to 100 KB of the 1 MiB that a frame may have.
const ROWS_A_FRAME: usize = 500;
/// So many frames go at once in a second; in a flood, later changes are folded into one frame for
/// each [`FOLD`]: the cursor makes that safe, and a screen that lays out every frame stays alive.
const FRAMES_AT_ONCE: u32 = 50;
/// See [`FRAMES_AT_ONCE`].
const FOLD: Duration = Duration::from_millis(200);

/// `GET /live` on the staff host.
pub async fn staff(
    State(app): State<App>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    if same_origin(&headers) != Origin::Same {
        return StatusCode::FORBIDDEN.into_response();
    }
    let staff = match Staff::of(&app, &headers) {
        Ok(staff) => staff,
        Err(problem) => return problem.into_response(),
    };
    let lang = staff_language(&app, &headers);
    match upgrade {
        Ok(upgrade) => limited(upgrade).on_upgrade(move |socket| {
            let link = Link::new(socket, &app.desk.published, Audience::Staff);
            serve(app, link, staff.session, lang)
        }),
        // A screen whose socket was refused asks like this whether its sign-in still holds.
        Err(_) => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn serve(app: App, mut link: Link, session: SessionHash, lang: &'static str) {
    let Woken::Frame(frame) = link.wait().await else { return };
    let cursor = match decode::<FromStaff>(&frame) {
        Ok(FromStaff::Hello { cursor }) => cursor,
        Err(WireError::Protocol(_)) => {
            link.send(&ToStaff::Reload).await;
            return;
        }
        Ok(_) | Err(_) => return,
    };
    let published = app.desk.published.clone();
    let mut follow = published.follow();
    let mut sent = match open(&app.pepper, &session.0, &cursor, published.read(|state| state.seq)) {
        Cursor::After(seq) => Some(seq),
        Cursor::Start => None,
        Cursor::Foreign => {
            if !link.send(&ToStaff::Refused("cursor".to_owned())).await {
                return;
            }
            None
        }
    };
    // Only a frame of the screen is a sign of life, never our own timers.
    let Some(me) = Staff::by_session(&app, session) else {
        link.send(&ToStaff::Refused("signed_out".to_owned())).await;
        return;
    };
    link.hold(app.shares.take(session.0));
    published.heard(me.id);
    let screen = published.screen(me.id);
    // What the browser was told of its pages; without a subscription there is nothing to tell.
    let mut told = (0, false, std::mem::discriminant(&Pages::Off));
    let mut chair = app.voice.enter(Who::Staff(me.id, session)).await;
    let mut watched: Option<IncidentId> = None;
    // The opened case: somebody is talking with whoever is in it.
    let mut opened: Option<watch::Receiver<u64>> = None;
    // The current second and the frames sent in it.
    let mut second = (tokio::time::Instant::now(), 0);
    let mut map = String::new();
    // What a responder's phone shows; its ages are sent anew by the refresh.
    let (mut shown, mut refreshed) = (Shown::default(), false);
    let start = tokio::time::Instant::now();
    let mut recheck = tokio::time::interval_at(start + RECHECK, RECHECK);
    recheck.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut refresh = tokio::time::interval_at(start + REFRESH, REFRESH);
    refresh.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        follow.mark_unchanged();
        if let Some(opened) = &mut opened {
            opened.mark_unchanged();
        }
        let Some(staff) = Staff::by_session(&app, session) else {
            link.send(&ToStaff::Refused("signed_out".to_owned())).await;
            return;
        };
        let map_now = crate::http::map_address(&app);
        // Names of places come from the venue: another venue is another set of rows.
        if map_now != map {
            sent = sent.filter(|_| map.is_empty());
            map = map_now;
        }
        // Rows are only ever added: a screen that shows an erased one begins anew.
        sent = published.shown_since(sent);
        let me = Me { id: staff.id, name: staff.name.clone(), role: staff.role };
        let (message, seq, now) = project(&app, me, lang, sent, watched, &map, session);
        let differs = match &message {
            Some(ToStaff::Guard { me, view, map, .. }) => {
                let differs = shown.replace(&(me, view.clone().still(now), map)).unwrap_or(true);
                differs || std::mem::take(&mut refreshed)
            }
            _ => true,
        };
        if let Some(message) = message.filter(|_| differs) {
            for part in parts(message, sent.map(|seq| seal(&app.pepper, &session.0, seq)).unwrap_or_default()) {
                if !link.send(&part).await {
                    return;
                }
            }
            sent = Some(seq);
            if second.0.elapsed() > Duration::from_secs(1) {
                second = (tokio::time::Instant::now(), 0);
            }
            second.1 += 1;
        }
        let (paging, stamp) = app.push.view(&session);
        let moved = (if paging.here { stamp } else { 0 }, paging.here, std::mem::discriminant(&paging.pages));
        if told != moved {
            if !link.send(&ToStaff::Paging(paging)).await {
                return;
            }
            told = moved;
        }
        // In a flood the desk waits for the fold; the opened case and what is said in a call wait for
        // nothing.
        let mut folded: Option<tokio::time::Instant> = None;
        loop {
            tokio::select! {
                changed = follow.changed(), if folded.is_none() => {
                    if changed.is_err() { return }
                    if second.1 <= FRAMES_AT_ONCE {
                        break;
                    }
                    folded = Some(tokio::time::Instant::now() + FOLD);
                }
                () = tokio::time::sleep_until(folded.unwrap_or(start)), if folded.is_some() => break,
                () = changed(&mut opened) => break,
                say = chair.next() => match say {
                    Some(say) => if !link.send(&ToStaff::Voice(say)).await { return },
                    None => return,
                },
                _ = recheck.tick() => if Staff::by_session(&app, session).is_none() { break },
                _ = refresh.tick() => {
                    refreshed = true;
                    break;
                }
                woken = link.wait() => match woken {
                    Woken::Gone => return,
                    Woken::Ping => if !link.send(&ToStaff::Ping).await { return },
                    Woken::Frame(frame) => {
                        published.heard(staff.id);
                        match decode::<FromStaff>(&frame) {
                            Ok(FromStaff::Watch(wanted)) if staff.role.may(May::WorkIncidents) => {
                                // Opening a case is a read: on record before it is shown.
                                let shown = match wanted {
                                    Some(id) => app.desk.tell(Actor::Person(staff.id), Command::Read(id)).await.is_ok(),
                                    None => true,
                                };
                                watched = wanted.filter(|_| shown);
                                opened = watched.map(|id| published.follow_case(id));
                                break;
                            }
                            Ok(FromStaff::Voice(say)) => chair.staff(say).await,
                            Ok(FromStaff::Sight(yes)) => {
                                screen.in_sight(yes);
                                published.nudge();
                            }
                            Ok(_) => {}
                            Err(WireError::Protocol(_)) => { link.send(&ToStaff::Reload).await; return }
                            Err(_) if frame.is_empty() => {}
                            Err(_) => return,
                        }
                    }
                },
            }
        }
    }
}

/// Resolves when the opened case changes; never without one.
async fn changed(opened: &mut Option<watch::Receiver<u64>>) {
    let there = match opened {
        Some(opened) => opened.changed().await.is_ok(),
        None => false,
    };
    if !there {
        std::future::pending::<()>().await;
    }
}

/// A message with many rows as several frames, so that none outgrows a socket's limit however long
/// the festival. Only the last one carries the new cursor: who is cut off between starts again.
fn parts(message: ToStaff, before: Vec<u8>) -> Vec<ToStaff> {
    let ToStaff::Desk { cursor, reset, me, mut rows, people, pane, map } = message else { return vec![message] };
    let mut frames = Vec::new();
    while rows.len() > ROWS_A_FRAME {
        let rest = rows.split_off(ROWS_A_FRAME);
        frames.push(ToStaff::Desk {
            cursor: before.clone(),
            reset: reset && frames.is_empty(),
            me: me.clone(),
            rows: std::mem::replace(&mut rows, rest),
            people: people.clone(),
            pane: None,
            map: map.clone(),
        });
    }
    frames.push(ToStaff::Desk { cursor, reset: reset && frames.is_empty(), me, rows, people, pane, map });
    frames
}

/// What this screen is to show, and the sequence and the moment it stands for.
fn project(
    app: &App,
    me: Me,
    lang: &str,
    sent: Option<u64>,
    watched: Option<IncidentId>,
    map: &str,
    session: SessionHash,
) -> (Option<ToStaff>, u64, Now) {
    let published = &app.desk.published;
    published.lens(lang, |lens| {
        let lens = &view::Lens { lead: me.role == Role::Lead, ..*lens };
        published.read_changed(sent.unwrap_or(0), |state, changed| {
            let cursor = seal(&app.pepper, &session.0, state.seq);
            let map = map.to_owned();
            let message = if me.role.may(May::WorkIncidents) {
                let presence = |person| published.presence(person);
                let pane = watched.and_then(|id| state.incidents.get(&id));
                Some(ToStaff::Desk {
                    cursor,
                    reset: sent.is_none(),
                    rows: changed.map(|incident| view::row(incident, state, lens)).collect(),
                    people: view::people(state, &presence, lens),
                    pane: pane.map(|incident| Box::new(view::pane(incident, state, lens))),
                    me,
                    map,
                })
            } else if me.role.may(May::Respond) {
                let person = state.people.get(&me.id);
                person.map(|person| ToStaff::Guard { cursor, view: view::guard(person, state, lens), me, map })
            } else {
                None
            };
            (message, state.seq, lens.now)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::PersonId;
    use domain::incident::{Priority, Status};

    fn row(n: u64) -> view::QueueRow {
        view::QueueRow {
            id: IncidentId(n.to_be_bytes()),
            priority: Priority::P2,
            status: Status::Unseen,
            unacknowledged: true,
            place: None,
            moved: None,
            lang: "fr".to_owned(),
            age_ms: 0,
            wait_ms: Some(0),
            step: None,
            holder: None,
            withdrawn_after_s: None,
            check: None,
            ok_said: false,
            asked_again: 0,
            nobody_here: false,
            call: None,
            responder_call: None,
            dispatch: None,
            closed: None,
            chat_ms: None,
            wrote: 0,
            whom: None,
            concern: None,
            came: None,
            for_morning: false,
            silent_ms: None,
        }
    }

    #[test]
    fn twenty_thousand_rows_reach_a_desk_in_frames_that_it_can_take() {
        for (count, frames) in [(0, 1), (500, 1), (501, 2), (20_000, 40)] {
            let me = Me { id: PersonId([1; 8]), name: "Léa".to_owned(), role: Role::Agent };
            let rows: Vec<_> = (0..count).map(row).collect();
            let (people, pane, map) = (Vec::new(), None, String::new());
            let whole = ToStaff::Desk { cursor: vec![9], reset: true, me, rows, people, pane, map };
            let sent = parts(whole, Vec::new());
            assert_eq!(sent.len(), frames);
            let mut seen = 0;
            for (n, frame) in sent.iter().enumerate() {
                assert!(domain::wire::encode(frame).len() < domain::wire::FRAME_MAX / 4);
                let ToStaff::Desk { cursor, reset, rows, .. } = frame else { panic!("{frame:?}") };
                assert_eq!((*reset, cursor.is_empty()), (n == 0, n + 1 != frames));
                seen += rows.len() as u64;
            }
            assert_eq!(seen, count);
        }
    }
}
