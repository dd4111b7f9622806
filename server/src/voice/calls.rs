//! Every call and every screen, as a machine: what comes in is a method, what goes out is an
//! [`Effect`]. Time is an argument, milliseconds on the task's clock.
//!
//! Law: after every input `settle` compares what is so with what the relay and the screens were
//! told, and says what differs. Nothing else sends a route or a view.

mod link;
mod phone;
mod staff;

use super::limits::Limit;
use super::screen::{Kind, Media, Parked, Screen, Who, may_talk, standing};
use super::talk::{Screens, Talk, stopped};
use crate::relay::frame::{Call, Order, Peer};
use crate::relay::offer::Offer;
use domain::desk::{Actor, Command, State};
use domain::floor::{Floor, Seat, Told};
use domain::ids::IncidentId;
use domain::incident::{Incident, Origin};
use domain::wire::{CallView, FloorView, NoFloor, TalkView, VoiceSay};
use std::collections::{BTreeMap, BTreeSet};

/// Offers of one phone or sign-in: a page that comes back by itself needs one or two.
const OFFERS: (usize, i64) = (6, 10_000);
/// Commands of one phone or sign-in: each is a line in the log.
const COMMANDS: (usize, i64) = (10, 10_000);
/// Calls that one phone opens: each rings at every desk. To come back to one that is open is free.
const OPENINGS: (usize, i64) = (4, 60_000);
/// An offer waits this long for a relay that is being started.
const PARK_MS: i64 = 2_000;

/// What the task has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// Tell a screen.
    Say(Seat, VoiceSay),
    /// Tell the relay.
    Order(Order),
    /// Submit a command; its outcome comes back by [`Calls::decided`].
    Submit { seat: Seat, actor: Actor, command: Command, asked: Asked },
}

/// What a command was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Open,
    Leave,
    Join(IncidentId),
    End,
}

/// The machine.
#[derive(Debug)]
pub(super) struct Calls {
    screens: Screens,
    talks: BTreeMap<IncidentId, Talk>,
    peers: BTreeMap<Peer, Seat>,
    /// Calls of which something may have changed.
    dirty: BTreeSet<IncidentId>,
    /// Screens that were told of no call yet.
    entered: Vec<Seat>,
    /// Whether there is a relay.
    up: bool,
    seq: Option<u64>,
    next_peer: u64,
    next_call: u64,
    offers: Limit,
    commands: Limit,
    openings: Limit,
    effects: Vec<Effect>,
}

impl Default for Calls {
    fn default() -> Self {
        Calls {
            screens: Screens::new(),
            talks: BTreeMap::new(),
            peers: BTreeMap::new(),
            dirty: BTreeSet::new(),
            entered: Vec::new(),
            up: false,
            seq: None,
            next_peer: 0,
            next_call: 0,
            offers: Limit::new(OFFERS.0, OFFERS.1),
            commands: Limit::new(COMMANDS.0, COMMANDS.1),
            openings: Limit::new(OPENINGS.0, OPENINGS.1),
            effects: Vec::new(),
        }
    }
}

impl Calls {
    /// A socket was opened.
    pub(super) fn enter(&mut self, state: &State, seat: Seat, who: Who) {
        self.screens.insert(seat, Screen::new(who, state));
        self.entered.push(seat);
    }

    /// A socket has ended. The call stays open: a page that was reloaded goes back to it.
    pub(super) fn gone(&mut self, seat: Seat, now: i64) {
        self.hang_up(seat);
        for id in self.screens.get(&seat).map(Screen::calls).unwrap_or_default() {
            self.quit(seat, id, now);
        }
        self.screens.remove(&seat);
    }

    /// Brings in what the log says by now: `changed` are the incidents since the last look.
    pub(super) fn look(&mut self, state: &State, changed: &mut dyn Iterator<Item = &Incident>, now: i64) {
        if self.seq == Some(state.seq) {
            return;
        }
        self.seq = Some(state.seq);
        for incident in changed {
            self.follow(incident, now);
        }
        let mut people_changed = false;
        for screen in self.screens.values_mut() {
            if let (Who::Staff(person, session), Kind::Staff(desk)) = (screen.who, &mut screen.kind) {
                let stands = standing(state, person, session);
                people_changed |= std::mem::replace(&mut desk.standing, stands) != stands;
            }
        }
        if people_changed {
            self.dirty.extend(self.talks.keys());
        }
        let out = |(seat, screen): (&Seat, &Screen)| {
            let lost = screen.calls().into_iter().filter(|id| !may_talk(state, screen.who, *id));
            Vec::from_iter(lost.map(|id| (*seat, id)))
        };
        let staff = self.screens.iter().filter(|(_, screen)| matches!(screen.kind, Kind::Staff(_)));
        for (seat, id) in Vec::from_iter(staff.flat_map(out)) {
            self.quit(seat, id, now);
        }
    }

    /// What a command came to. [`Calls::look`] has seen it.
    pub(super) fn decided(&mut self, state: &State, seat: Seat, asked: Asked, outcome: Result<(), String>, now: i64) {
        if !self.screens.contains_key(&seat) {
            return;
        }
        match asked {
            Asked::Open => self.opened(seat, outcome, now),
            Asked::Join(id) => self.joined(state, seat, id, outcome, now),
            Asked::Leave => {}
            Asked::End => {
                if let Err(code) = outcome {
                    self.say(seat, VoiceSay::Refused(code));
                }
            }
        }
    }

    /// Does what is due.
    pub(super) fn tick(&mut self, now: i64) {
        let due = self.talks.iter().filter(|(_, talk)| talk.floor.due().is_some_and(|due| due <= now));
        for id in Vec::from_iter(due.map(|(id, _)| *id)) {
            self.with_floor(id, |floor| floor.tick(now));
        }
        for (seat, screen) in &mut self.screens {
            if screen.parked.take_if(|parked| parked.until <= now).is_some() {
                screen.disappointed = true;
                self.effects.push(Effect::Say(*seat, VoiceSay::Refused("relay_down".to_owned())));
            }
        }
    }

    /// When [`Calls::tick`] has something to do.
    pub(super) fn due(&self) -> Option<i64> {
        let floors = self.talks.values().filter_map(|talk| talk.floor.due());
        floors.chain(self.screens.values().filter_map(|screen| Some(screen.parked.as_ref()?.until))).min()
    }

    /// Says what has changed since the last time, and hands out everything that is to be done.
    pub(super) fn settle(&mut self, state: &State, now: i64) -> Vec<Effect> {
        let Calls { screens, talks, effects, dirty, entered, .. } = self;
        let dirty = std::mem::take(dirty);
        let entered = std::mem::take(entered);
        let mut routes = Vec::new();
        for id in &dirty {
            let Some(talk) = talks.get_mut(id) else { continue };
            let next = talk.routed(*id, screens);
            if next != talk.route {
                let loses = talk.route.1.iter().any(|ear| !next.1.contains(ear));
                talk.route = next;
                routes.push((!loses, talk.order()));
            }
        }
        // An ear moves: it leaves one call before it is in another.
        routes.sort_by_key(|(later, _)| *later);
        effects.extend(routes.into_iter().map(|(_, order)| Effect::Order(order)));
        for id in &dirty {
            let all = Vec::from_iter(screens.keys().copied());
            show(*id, talks.get(id), &all, screens, state, now, effects);
        }
        let staff = |seat: &Seat| screens.get(seat).is_some_and(|screen| screen.phone().is_none());
        let entered = Vec::from_iter(entered.into_iter().filter(staff));
        if !entered.is_empty() {
            for (id, talk) in talks.iter().filter(|(id, _)| !dirty.contains(id)) {
                show(*id, Some(talk), &entered, screens, state, now, effects);
            }
        }
        std::mem::take(effects)
    }

    /// Whether a screen is in any call.
    #[cfg(test)]
    pub(super) fn in_call(&self, seat: Seat) -> bool {
        self.screens.get(&seat).is_some_and(|screen| !screen.calls().is_empty())
    }

    /// The call of one incident as the log has it.
    fn follow(&mut self, incident: &Incident, now: i64) {
        let id = incident.id;
        let opened = incident.call.as_ref().map(|call| call.opened);
        if self.talks.get(&id).is_some_and(|talk| Some(talk.opened) != opened) {
            self.end(id, now);
        }
        let Some(opened) = opened else { return };
        self.dirty.insert(id);
        let apart = incident.apart();
        if let Some(talk) = self.talks.get_mut(&id) {
            talk.apart = apart;
            return;
        }
        self.next_call += 1;
        let responder = match incident.origin {
            Origin::Responder(person) => Some(person),
            Origin::Phone(_) | Origin::Desk { .. } => None,
        };
        let (number, floor, route) = (Call(self.next_call), Floor::default(), Default::default());
        self.talks.insert(id, Talk { number, opened, responder, apart, floor, route });
        let waiting = self.screens.iter().filter(|(_, screen)| screen.early.is_some_and(|(call, _)| call == id));
        for seat in Vec::from_iter(waiting.map(|(seat, _)| *seat)) {
            self.redeem(seat, now);
        }
    }

    /// The call is over: the floor is freed, everybody is out.
    fn end(&mut self, id: IncidentId, now: i64) {
        let inside = self.screens.iter().filter(|(_, screen)| screen.in_call(id));
        for seat in Vec::from_iter(inside.map(|(seat, _)| *seat)) {
            self.with_floor(id, |floor| floor.leave(seat, now));
            match self.screens.get(&seat).map(|screen| &screen.kind) {
                // It asks for another one already.
                Some(Kind::Phone { opening, .. }) if *opening > 0 => {}
                Some(Kind::Phone { .. }) => self.put_out(seat, "ended", now),
                _ => self.quit(seat, id, now),
            }
        }
        if let Some(mut talk) = self.talks.remove(&id)
            && talk.route != Default::default()
        {
            talk.route = Default::default();
            self.effects.push(Effect::Order(talk.order()));
        }
        self.dirty.insert(id);
    }

    /// A screen is not in this call any more.
    fn quit(&mut self, seat: Seat, id: IncidentId, now: i64) {
        self.deny_early(seat, Some(id), NoFloor::NotInCall);
        self.with_floor(id, |floor| floor.leave(seat, now));
        match self.screens.get_mut(&seat).map(|screen| &mut screen.kind) {
            Some(Kind::Staff(desk)) => {
                desk.calls.remove(&id);
                desk.ear.take_if(|ear| *ear == id);
            }
            Some(Kind::Phone { call, shown, .. }) => (*call, *shown) = (None, None),
            None => {}
        }
    }

    /// Does something to a floor and tells whom it concerns.
    fn with_floor(&mut self, id: IncidentId, act: impl FnOnce(&mut Floor) -> Vec<Told>) {
        let Some(talk) = self.talks.get_mut(&id) else { return };
        self.dirty.insert(id);
        for told in act(&mut talk.floor) {
            let (seat, say) = match told {
                Told::Denied(seat, burst, why) | Told::Revoked(seat, burst, why) => {
                    (seat, VoiceSay::NoFloor(burst, why))
                }
                Told::Ending(seat, burst) => (seat, VoiceSay::Ending(burst)),
                // The view says it.
                Told::Granted(..) => continue,
            };
            self.effects.push(Effect::Say(seat, say));
        }
    }

    fn say(&mut self, seat: Seat, say: VoiceSay) {
        self.effects.push(Effect::Say(seat, say));
    }

    fn refuse(&mut self, seat: Seat, code: &str) {
        self.say(seat, VoiceSay::Refused(code.to_owned()));
    }

    /// Takes an offer, or parks it until there is a relay. The reasons against it are looked at first.
    fn offer(&mut self, state: &State, seat: Seat, sdp: String, restart: bool, now: i64) {
        let Some(screen) = self.screens.get_mut(&seat) else { return };
        // Looked at before anything is opened for it. The relay reads it for itself.
        if Offer::parse(&sdp).is_err() {
            self.refuse(seat, "bad_offer");
        } else if !self.offers.allows(screen.who.whose(), now) {
            self.refuse(seat, "too_often");
        } else if self.up {
            self.connect(state, seat, sdp, restart, now);
        } else {
            screen.parked = Some(Parked { sdp, until: now + PARK_MS });
        }
    }

    /// Hands an offer to the relay; a phone's call is opened at the same time.
    fn connect(&mut self, state: &State, seat: Seat, sdp: String, restart: bool, now: i64) {
        if !self.enter_own(state, seat, now) {
            return;
        }
        let Some(screen) = self.screens.get_mut(&seat) else { return };
        (screen.parked, screen.disappointed) = (None, false);
        if let Some(media) = screen.media.as_mut().filter(|_| restart) {
            media.restarting = true;
            self.effects.push(Effect::Order(Order::Restart { peer: media.peer, offer: sdp }));
            return;
        }
        self.cut(seat, now);
        self.next_peer += 1;
        let peer = Peer(self.next_peer);
        if let Some(screen) = self.screens.get_mut(&seat) {
            screen.media = Some(Media { peer, connected: false, restarting: false });
            self.peers.insert(peer, seat);
            let reserve = screen.phone().is_none();
            self.effects.push(Effect::Order(Order::Connect { peer, offer: sdp, reserve }));
        }
    }

    /// Closes the connection of a screen; whoever spoke is not heard any more.
    fn cut(&mut self, seat: Seat, now: i64) {
        self.hang_up(seat);
        self.silence(seat, now);
    }

    fn hang_up(&mut self, seat: Seat) {
        let Some(screen) = self.screens.get_mut(&seat) else { return };
        screen.parked = None;
        if let Some(media) = screen.media.take() {
            self.peers.remove(&media.peer);
            self.effects.push(Effect::Order(Order::Close(media.peer)));
            self.dirty.extend(screen.calls());
        }
    }
}

/// What these screens see of one call, where it differs from what they saw last.
fn show(
    id: IncidentId,
    talk: Option<&Talk>,
    seats: &[Seat],
    screens: &mut Screens,
    state: &State,
    now: i64,
    effects: &mut Vec<Effect>,
) {
    let members = talk.map(|talk| talk.members(id, screens)).unwrap_or_default();
    for &seat in seats {
        let Some(screen) = screens.get(&seat) else { continue };
        let say = match (&screen.kind, talk) {
            (Kind::Phone { call, .. }, Some(talk)) if *call == Some(id) => {
                VoiceSay::Talk(talk.shown_to_phone(id, seat, screens, now))
            }
            (Kind::Phone { .. }, _) => continue,
            (Kind::Staff(_), Some(talk)) if may_talk(state, screen.who, id) => {
                VoiceSay::Call(talk.shown_to_staff(id, seat, screens, &members, now))
            }
            (Kind::Staff(desk), _) if desk.shown.contains_key(&id) => {
                VoiceSay::Call(CallView { call: id, joined: false, floor: FloorView::Idle, members: Vec::new() })
            }
            (Kind::Staff(_), _) => continue,
        };
        let fresh = match (&say, screens.get_mut(&seat).map(|screen| &mut screen.kind)) {
            (VoiceSay::Talk(view), Some(Kind::Phone { shown, .. })) => {
                let view = TalkView { floor: stopped(view.floor), ..*view };
                shown.as_ref() != Some(&view) && {
                    *shown = Some(view);
                    true
                }
            }
            (VoiceSay::Call(view), Some(Kind::Staff(desk))) if view.members.is_empty() => {
                desk.shown.remove(&id).is_some()
            }
            (VoiceSay::Call(view), Some(Kind::Staff(desk))) => {
                let view = CallView { floor: stopped(view.floor), ..view.clone() };
                desk.shown.get(&id) != Some(&view) && {
                    desk.shown.insert(id, view);
                    true
                }
            }
            _ => false,
        };
        if fresh {
            effects.push(Effect::Say(seat, say));
        }
    }
}
