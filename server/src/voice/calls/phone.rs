//! A phone's page in the call of its own case.

use super::{Asked, Calls, Effect};
use crate::voice::screen::Kind;
use domain::desk::{Command, State};
use domain::floor::{Class, Seat};
use domain::ids::{IncidentId, TokenHash};
use domain::wire::{NoFloor, PhoneVoice, VoiceSay};

/// The case that a phone may talk about. One that was taken back is talked about only where the
/// team offers it: a cancel may be forced.
fn case_of(state: &State, phone: &TokenHash) -> Result<IncidentId, &'static str> {
    let incident = state.incident_of(phone).ok_or("unknown")?;
    let over = incident.is_closed() || incident.withdrawn.is_some() && incident.call.is_none();
    if over { Err("closed") } else { Ok(incident.id) }
}

impl Calls {
    /// What a phone's page says.
    pub(in crate::voice) fn phone(&mut self, state: &State, seat: Seat, say: PhoneVoice, now: i64) {
        let Some(screen) = self.screens.get_mut(&seat) else { return };
        let (Some(phone), Kind::Phone { call, .. }) = (screen.phone(), &screen.kind) else { return };
        let (call, connected) = (*call, screen.line().is_some());
        match say {
            PhoneVoice::Offer { sdp, restart } => match case_of(state, &phone) {
                Ok(_) => self.offer(state, seat, sdp, restart, now),
                Err(code) => self.refuse(seat, code),
            },
            PhoneVoice::Press(burst) => match call {
                None => self.say(seat, VoiceSay::NoFloor(burst, NoFloor::NotInCall)),
                Some(id) if connected && self.talks.contains_key(&id) => {
                    self.with_floor(id, |floor| floor.request(seat, Class::Attendee, burst, now));
                }
                Some(id) => self.press_early(seat, id, burst),
            },
            PhoneVoice::Release(burst) => {
                if let Some(id) = call {
                    self.release_early(seat, id, burst);
                    self.with_floor(id, |floor| floor.release(seat, burst, now));
                }
            }
            PhoneVoice::Sound(on) => {
                screen.sound = on;
                self.dirty.extend(call);
            }
            PhoneVoice::Leave => {
                let (actor, whose) = (screen.who.actor(), screen.who.whose());
                self.out(seat, now);
                // Said also by a page that was reloaded and did not go back.
                if self.commands.allows(whose, now) {
                    let (command, asked) = (Command::LeaveCall, Asked::Leave);
                    self.effects.push(Effect::Submit { seat, actor, command, asked });
                }
            }
        }
    }

    /// Puts a phone whose offer is taken into the call of its case, and opens that. True for staff.
    pub(super) fn enter_own(&mut self, state: &State, seat: Seat, now: i64) -> bool {
        let Some(phone) = self.screens.get(&seat).and_then(|screen| screen.phone()) else { return true };
        let id = match case_of(state, &phone) {
            Ok(id) => id,
            Err(code) => {
                self.refuse(seat, code);
                return false;
            }
        };
        let opens = state.incidents.get(&id).is_some_and(|incident| incident.call.is_none());
        if opens && !self.openings.allows(phone.0, now) {
            self.refuse(seat, "too_often");
            return false;
        }
        // One page of a phone talks, the newest.
        let others = self.screens.iter().filter(|(other, screen)| **other != seat && screen.phone() == Some(phone));
        let others = others.filter(|(_, screen)| screen.media.is_some() || screen.parked.is_some());
        for other in Vec::from_iter(others.map(|(other, _)| *other)) {
            self.put_out(other, "elsewhere", now);
        }
        // The phone has another case by now: nothing is said in the old one any more.
        for old in self.screens.get(&seat).map(|screen| screen.calls()).unwrap_or_default() {
            if old != id {
                self.quit(seat, old, now);
            }
        }
        if let Some(screen) = self.screens.get_mut(&seat)
            && let Kind::Phone { call, opening, .. } = &mut screen.kind
        {
            (*call, *opening) = (Some(id), *opening + 1);
            let (actor, command, asked) = (screen.who.actor(), Command::OpenCall, Asked::Open);
            self.effects.push(Effect::Submit { seat, actor, command, asked });
            self.dirty.insert(id);
        }
        true
    }

    /// The call that a phone asked for is on disk, or refused.
    pub(super) fn opened(&mut self, seat: Seat, outcome: Result<(), String>, now: i64) {
        let Some(Kind::Phone { call, opening, .. }) = self.screens.get_mut(&seat).map(|screen| &mut screen.kind) else {
            return;
        };
        *opening = opening.saturating_sub(1);
        let (last, call) = (*opening == 0, *call);
        match (outcome, call) {
            (Err(code), Some(_)) => self.put_out(seat, &code, now),
            (Ok(()), Some(id)) if last && !self.talks.contains_key(&id) => self.put_out(seat, "ended", now),
            _ => {}
        }
    }

    /// Puts a phone out of its call and says why.
    pub(super) fn put_out(&mut self, seat: Seat, code: &str, now: i64) {
        self.out(seat, now);
        self.refuse(seat, code);
    }

    fn out(&mut self, seat: Seat, now: i64) {
        self.cut(seat, now);
        for id in self.screens.get(&seat).map(|screen| screen.calls()).unwrap_or_default() {
            self.quit(seat, id, now);
        }
    }
}
