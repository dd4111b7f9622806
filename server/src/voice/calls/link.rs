//! What comes from the relay's link.

use super::Calls;
use crate::relay::LinkEvent;
use crate::relay::frame::{Peer, Report};
use domain::desk::State;
use domain::floor::Seat;
use domain::wire::{NoFloor, VoiceSay};

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
        for id in self.screens.get(&seat).map(|screen| screen.calls()).unwrap_or_default() {
            self.with_floor(id, |floor| floor.revoke(seat, NoFloor::NotConnected, now));
        }
    }

    fn touch(&mut self, seat: Seat) {
        let calls = self.screens.get(&seat).map(|screen| screen.calls()).unwrap_or_default();
        self.dirty.extend(calls);
    }
}
