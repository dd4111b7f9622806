//! A staff screen: one connection, any number of calls, one of them heard.

use super::{Asked, Calls, Effect};
use crate::voice::screen::{Desk, Kind, Who, may_talk};
use domain::desk::{Command, State};
use domain::floor::{Class, Seat};
use domain::ids::IncidentId;
use domain::wire::{Burst, NoFloor, StaffVoice, VoiceSay};

impl Calls {
    /// What a staff screen says.
    pub(in crate::voice) fn staff(&mut self, state: &State, seat: Seat, say: StaffVoice, now: i64) {
        let Some(screen) = self.screens.get_mut(&seat) else { return };
        let may_connect = screen.may_connect();
        let Kind::Staff(desk) = &mut screen.kind else { return };
        match say {
            StaffVoice::Offer { sdp, restart } if may_connect => self.offer(state, seat, sdp, restart, now),
            StaffVoice::Offer { .. } => self.refuse(seat, "unknown"),
            StaffVoice::Join(id) => self.join(state, seat, id, now),
            StaffVoice::Leave(id) => {
                desk.joining.remove(&id);
                self.quit(seat, id, now);
            }
            StaffVoice::End(id) => self.submit(seat, Command::EndCall(id), Asked::End, now),
            StaffVoice::Press(id, burst) => self.press(seat, id, burst, now),
            StaffVoice::Release(id, burst) => {
                if desk.calls.contains(&id) {
                    self.release_early(seat, id, burst);
                    self.with_floor(id, |floor| floor.release(seat, burst, now));
                }
            }
            StaffVoice::Sound(on) => {
                self.dirty.extend(&desk.calls);
                screen.sound = on;
            }
            StaffVoice::Hangup => self.cut(seat, now),
        }
    }

    fn desk(&mut self, seat: Seat) -> Option<&mut Desk> {
        match self.screens.get_mut(&seat).map(|screen| &mut screen.kind) {
            Some(Kind::Staff(desk)) => Some(desk),
            _ => None,
        }
    }

    /// Joins at once where it is on record that this person hears the call, else when it is.
    fn join(&mut self, state: &State, seat: Seat, id: IncidentId, now: i64) {
        let Some(who) = self.screens.get(&seat).map(|screen| screen.who) else { return };
        let Who::Staff(person, _) = who else { return };
        let call = state.incidents.get(&id).and_then(|incident| incident.call.as_ref());
        if may_talk(state, who, id) && call.is_some_and(|call| call.joined.contains(&person)) {
            return self.listen(seat, id);
        }
        if self.desk(seat).is_some_and(|desk| desk.joining.insert(id)) {
            self.submit(seat, Command::JoinCall(id), Asked::Join(id), now);
        }
    }

    pub(super) fn joined(&mut self, state: &State, seat: Seat, id: IncidentId, outcome: Result<(), String>, now: i64) {
        let Some(who) = self.screens.get(&seat).map(|screen| screen.who) else { return };
        let wanted = self.desk(seat).is_some_and(|desk| desk.joining.remove(&id));
        match outcome {
            Err(code) => self.refuse(seat, &code),
            // It left again, or the call was ended, or the person was called back meanwhile.
            Ok(()) if !wanted || !self.talks.contains_key(&id) || !may_talk(state, who, id) => self.quit(seat, id, now),
            Ok(()) => self.listen(seat, id),
        }
    }

    /// In the call, and hearing it from now on.
    fn listen(&mut self, seat: Seat, id: IncidentId) {
        let Some(desk) = self.desk(seat) else { return };
        desk.calls.insert(id);
        let before = desk.ear.replace(id);
        self.dirty.extend(before);
        self.dirty.insert(id);
    }

    pub(super) fn press(&mut self, seat: Seat, id: IncidentId, burst: Burst, now: i64) {
        let Some(screen) = self.screens.get(&seat) else { return };
        if !screen.in_call(id) || !self.talks.contains_key(&id) {
            return self.say(seat, VoiceSay::NoFloor(burst, NoFloor::NotInCall));
        }
        if screen.line().is_none() {
            return self.press_early(seat, id, burst);
        }
        // One microphone is in one call: what is said here must not be heard there, not even for
        // the length of a tail.
        for other in screen.calls().into_iter().filter(|other| *other != id) {
            self.with_floor(other, |floor| floor.revoke(seat, NoFloor::NotInCall, now));
        }
        self.listen(seat, id);
        self.with_floor(id, |floor| floor.request(seat, Class::Staff, burst, now));
    }

    fn submit(&mut self, seat: Seat, command: Command, asked: Asked, now: i64) {
        let Some(who) = self.screens.get(&seat).map(|screen| screen.who) else { return };
        if self.commands.allows(who.whose(), now) {
            self.effects.push(Effect::Submit { seat, actor: who.actor(), command, asked });
            return;
        }
        if let (Asked::Join(id), Some(desk)) = (asked, self.desk(seat)) {
            desk.joining.remove(&id);
        }
        self.refuse(seat, "too_often");
    }
}
