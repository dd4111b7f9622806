//! What comes from the relay's link.

use super::Calls;
use crate::relay::LinkEvent;
use crate::relay::frame::{Peer, Report};
use crate::voice::screen::Kind;
use domain::desk::State;
use domain::floor::{Class, Seat};
use domain::ids::IncidentId;
use domain::wire::{Burst, NoFloor, VoiceSay};

impl Calls {
    /// A relay came, went or reports.
    pub(in crate::voice) fn link(&mut self, state: &State, event: LinkEvent, now: i64) {
        match event {
            LinkEvent::Up => self.up(state, now),
            LinkEvent::Down => self.down(now),
            LinkEvent::Report(report) => self.report(report, now),
        }
    }

    /// A relay is there: offers that waited are taken, and whoever was refused for it may come back.
    fn up(&mut self, state: &State, now: i64) {
        // A relay that comes without the old one having gone knows nothing either.
        self.down(now);
        self.up = true;
        for seat in Vec::from_iter(self.screens.keys().copied()) {
            let Some(screen) = self.screens.get_mut(&seat) else { continue };
            if let Some(parked) = screen.parked.take() {
                self.connect(state, seat, parked.sdp, false, now);
            } else if std::mem::take(&mut screen.disappointed) {
                self.say(seat, VoiceSay::Again);
            }
        }
    }

    /// Every connection is gone with the relay: nothing of them is ordered of the next one.
    pub(in crate::voice) fn down(&mut self, now: i64) {
        self.up = false;
        self.peers.clear();
        let connected = self.screens.iter_mut().filter_map(|(seat, screen)| screen.media.take().map(|_| *seat));
        for seat in Vec::from_iter(connected) {
            self.silence(seat, now);
            self.say(seat, VoiceSay::Again);
        }
        for talk in self.talks.values_mut() {
            talk.route = Default::default();
        }
        self.dirty.extend(self.talks.keys());
    }

    fn report(&mut self, report: Report, now: i64) {
        match report {
            Report::Ready => {}
            Report::Answer { peer, sdp } => {
                let Some((seat, media)) = self.media(peer) else { return };
                media.restarting = false;
                self.say(seat, VoiceSay::Answer(sdp));
            }
            Report::Refused { peer, code } => {
                let Some((seat, media)) = self.media(peer) else { return };
                if media.restarting {
                    // What was there may not work any more: a new one will.
                    self.cut(seat, now);
                    self.say(seat, VoiceSay::Again);
                } else {
                    self.lost(seat, peer, now);
                    self.refuse(seat, &code);
                }
            }
            Report::Connected(peer, connected) => {
                let Some((seat, media)) = self.media(peer) else { return };
                media.connected = connected;
                if connected {
                    self.touch(seat);
                    self.redeem(seat, now);
                } else {
                    self.silence(seat, now);
                }
            }
            Report::Gone(peer) => {
                let Some((seat, _)) = self.media(peer) else { return };
                self.lost(seat, peer, now);
                self.say(seat, VoiceSay::Again);
            }
        }
    }

    fn media(&mut self, peer: Peer) -> Option<(Seat, &mut crate::voice::screen::Media)> {
        let seat = *self.peers.get(&peer)?;
        Some((seat, self.screens.get_mut(&seat)?.media.as_mut()?))
    }

    /// The relay has nothing of this connection any more.
    fn lost(&mut self, seat: Seat, peer: Peer, now: i64) {
        self.peers.remove(&peer);
        if let Some(screen) = self.screens.get_mut(&seat) {
            screen.media = None;
        }
        self.silence(seat, now);
    }

    /// Somebody who cannot be heard has no floor.
    pub(super) fn silence(&mut self, seat: Seat, now: i64) {
        self.deny_early(seat, None, NoFloor::NotConnected);
        for id in self.screens.get(&seat).map(|screen| screen.calls()).unwrap_or_default() {
            self.with_floor(id, |floor| floor.revoke(seat, NoFloor::NotConnected, now));
        }
    }

    /// Keeps a press whose connection or call is still on its way; without any it is refused.
    pub(super) fn press_early(&mut self, seat: Seat, id: IncidentId, burst: Burst) {
        self.deny_early(seat, None, NoFloor::NotConnected);
        match self.screens.get_mut(&seat).filter(|screen| screen.media.is_some()) {
            Some(screen) => screen.early = Some((id, burst)),
            None => self.say(seat, VoiceSay::NoFloor(burst, NoFloor::NotConnected)),
        }
    }

    /// The button came up before anybody could hear: said, so that nobody believes to be heard.
    pub(super) fn release_early(&mut self, seat: Seat, id: IncidentId, burst: Burst) {
        if self.screens.get(&seat).is_some_and(|screen| screen.early == Some((id, burst))) {
            self.deny_early(seat, None, NoFloor::NotConnected);
        }
    }

    /// Answers a press that was kept with a no: any, or the one in this call.
    pub(super) fn deny_early(&mut self, seat: Seat, call: Option<IncidentId>, why: NoFloor) {
        let Some(screen) = self.screens.get_mut(&seat) else { return };
        if let Some((_, burst)) = screen.early.take_if(|(id, _)| call.is_none_or(|call| call == *id)) {
            self.say(seat, VoiceSay::NoFloor(burst, why));
        }
    }

    /// Asks for the floor for a press that was kept, if it can be heard by now.
    pub(super) fn redeem(&mut self, seat: Seat, now: i64) {
        let Some(screen) = self.screens.get_mut(&seat) else { return };
        let (heard, talks) = (screen.line().is_some(), &self.talks);
        let Some((id, burst)) = screen.early.take_if(|(id, _)| heard && talks.contains_key(id)) else { return };
        match screen.kind {
            Kind::Phone { .. } => self.with_floor(id, |floor| floor.request(seat, Class::Attendee, burst, now)),
            Kind::Staff(_) => self.press(seat, id, burst, now),
        }
    }

    fn touch(&mut self, seat: Seat) {
        let calls = self.screens.get(&seat).map(|screen| screen.calls()).unwrap_or_default();
        self.dirty.extend(calls);
    }
}
