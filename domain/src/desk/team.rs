//! Who is on the team and which venue is in place: the organiser's commands, the terminal's, links.

use super::command::Command;
use super::decide::{Decision, festival, nothing, on, team};
use super::event::{Event, FestivalEvent, Stream};
use super::state::State;
use super::text::clean_text;
use crate::ids::{InviteHash, PersonId, VenueDigest};
use crate::incident::{CannotReason, IncidentEvent};
use crate::person::{NAME_MAX, Person, PersonEvent as P, Profile};
use crate::refusal::Refusal;
use crate::time::Now;

pub(super) fn organise(state: &State, command: &Command, me: &Person) -> Result<Decision, Refusal> {
    match command {
        Command::Invite { invite, profile, valid_ms } => invite_event(state, *invite, profile, *valid_ms),
        Command::InviteAgain { invite, person, valid_ms } => invite_again(state, *invite, *person, *valid_ms),
        Command::TakeOff { incident, responder } => {
            let found = state.incidents.get(incident).ok_or(Refusal::Unknown)?;
            let dispatch = found.dispatch_of(*responder).ok_or(Refusal::Unknown)?;
            let event = IncidentEvent::Cannot { responder: *responder, reason: CannotReason::Removed };
            Ok(on(*incident, dispatch.state.open().then_some(event)))
        }
        Command::Remove(person) => {
            let found = state.people.get(person).ok_or(Refusal::Unknown)?;
            if found.removed || found.id == me.id {
                return Err(Refusal::OutOfOrder);
            }
            if state.dispatch_of(*person).is_some() {
                return Err(Refusal::DispatchOpen(*person));
            }
            Ok(team(P::Removed { person: *person }))
        }
        Command::ImportVenue(digest) => import(state, digest, Some(me.id)),
        _ => Err(Refusal::Unknown),
    }
}

fn import(state: &State, digest: &VenueDigest, by: Option<PersonId>) -> Result<Decision, Refusal> {
    let known = state.venue == Some(*digest);
    // Places are read against the venue: another one would move people who wait for help.
    if !known && state.venue.is_some() && state.open_incidents().next().is_some() {
        return Err(Refusal::CasesOpen);
    }
    let events =
        if known { Vec::new() } else { vec![Event::Festival(FestivalEvent::VenueImported { digest: *digest, by })] };
    Ok(Decision { stream: Stream::Festival, events })
}

fn invite_event(state: &State, invite: InviteHash, profile: &Profile, valid_ms: i64) -> Result<Decision, Refusal> {
    // A secret makes one link: a used one must not come back to life.
    if state.invites.contains_key(&invite) {
        return Ok(nothing(Stream::Festival));
    }
    let name = if profile.name.is_empty() { String::new() } else { clean_text(&profile.name, NAME_MAX)? };
    let appearance =
        if profile.appearance.is_empty() { String::new() } else { clean_text(&profile.appearance, NAME_MAX)? };
    let clean = |(lang, text): (&String, &String)| Ok((lang.clone(), clean_text(text, NAME_MAX)?));
    let appearance_in = profile.appearance_in.iter().map(clean).collect::<Result<_, Refusal>>()?;
    Ok(team(P::Invited {
        invite,
        profile: Profile { name, appearance, appearance_in, ..profile.clone() },
        valid_ms,
        person: None,
    }))
}

fn invite_again(state: &State, invite: InviteHash, person: PersonId, valid_ms: i64) -> Result<Decision, Refusal> {
    let found = state.people.get(&person).filter(|person| !person.removed).ok_or(Refusal::Unknown)?;
    if state.invites.contains_key(&invite) {
        return Ok(nothing(Stream::Festival));
    }
    Ok(team(P::Invited { invite, profile: found.profile.clone(), valid_ms, person: Some(person) }))
}

pub(super) fn terminal_command(state: &State, command: &Command, now: Now) -> Result<Decision, Refusal> {
    match command {
        Command::Invite { invite, profile, valid_ms } => invite_event(state, *invite, profile, *valid_ms),
        Command::InviteAgain { invite, person, valid_ms } => invite_again(state, *invite, *person, *valid_ms),
        Command::ImportVenue(digest) => import(state, digest, None),
        Command::ConfirmClock => {
            Ok(festival(state.course.leap(now).is_some().then_some(FestivalEvent::ClockConfirmed)))
        }
        Command::Join { invite, fresh, name, session } => {
            let link = state.invites.get(invite).filter(|link| link.works(now)).ok_or(Refusal::InviteSpent)?;
            if let Some(person) = link.person {
                let known = state.people.get(&person).is_some_and(|person| !person.removed);
                let event = P::SignedIn { invite: *invite, person, session: *session };
                return if known { Ok(team(event)) } else { Err(Refusal::InviteSpent) };
            }
            let name = if name.trim().is_empty() { link.profile.name.clone() } else { clean_text(name, NAME_MAX)? };
            if name.is_empty() {
                return Err(Refusal::BadText);
            }
            let profile = Profile { name, ..link.profile.clone() };
            Ok(team(P::Joined { invite: *invite, person: *fresh, profile, session: *session }))
        }
        _ => Err(Refusal::Unknown),
    }
}
