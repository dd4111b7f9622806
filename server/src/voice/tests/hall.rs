//! Phones, staff, a desk that decides at once, and a relay that writes down what it is told.

use crate::relay::LinkEvent;
use crate::relay::frame::{Call, Order, Peer, Report};
use crate::voice::calls::{Calls, Effect};
use crate::voice::screen::Who;
use domain::desk::{Actor, Body, Command, Decision, State, Stored, decide};
use domain::floor::Seat;
use domain::ids::{IncidentId, InviteHash, PersonId, SessionHash, TokenHash};
use domain::person::{Profile, Role};
use domain::refusal::Refusal;
use domain::time::Now;
use domain::wire::{CallView, NoFloor, PhoneVoice, StaffVoice, TalkView, VoiceSay};
use std::collections::{BTreeMap, BTreeSet};

/// An offer as a browser makes it, as far as this side of the relay looks at it.
pub(super) const OFFER: &str = crate::relay::offer::tests::BROWSER;

pub(super) fn phone(n: u8) -> TokenHash {
    TokenHash([n + 1; 32])
}

pub(super) fn incident(n: u8) -> IncidentId {
    IncidentId([0xaa, 0, 0, 0, 0, 0, 0, n])
}

pub(super) fn person(role: Role, n: u8) -> PersonId {
    PersonId([role as u8 + 1, n, 0, 0, 0, 0, 0, 1])
}

pub(super) fn session(role: Role, n: u8) -> SessionHash {
    SessionHash([role as u8 * 16 + n + 100; 32])
}

/// What the relay was told, as it stands.
#[derive(Debug, Default)]
pub(super) struct Relay {
    pub open: BTreeSet<Peer>,
    pub routes: BTreeMap<Call, (Option<Peer>, Vec<Peer>)>,
    pub orders: Vec<Order>,
}

impl Relay {
    fn take(&mut self, order: Order) {
        self.orders.push(order.clone());
        match order {
            Order::Begin { .. } | Order::Restart { .. } => {}
            Order::Connect { peer, .. } => assert!(self.open.insert(peer), "a number used twice"),
            Order::Close(peer) => assert!(self.open.remove(&peer), "closed what is not there"),
            Order::Route { call, speaker, ears } => {
                for ear in &ears {
                    let elsewhere = self.routes.iter().find(|(other, route)| **other != call && route.1.contains(ear));
                    assert_eq!(elsewhere, None, "an ear in two calls at a time");
                }
                self.routes.insert(call, (speaker, ears));
            }
        }
    }
}

pub(super) struct Hall {
    pub state: State,
    pub calls: Calls,
    pub relay: Relay,
    pub up: bool,
    pub at: Now,
    pub said: BTreeMap<Seat, Vec<VoiceSay>>,
    /// The newest views of each screen.
    pub talk: BTreeMap<Seat, TalkView>,
    pub views: BTreeMap<(Seat, IncidentId), CallView>,
    /// The connection of each screen, as the orders have it.
    pub peers: BTreeMap<Seat, Peer>,
    /// The seat whose offer is being handled.
    offering: Option<Seat>,
    next: u64,
}

impl Hall {
    /// Three phones with a case each, two of each role, responders on duty, a relay.
    pub(super) fn new() -> Self {
        let mut hall = Hall {
            state: State::default(),
            calls: Calls::default(),
            relay: Relay::default(),
            up: false,
            at: Now { wall_ms: 1_790_000_000_000, mono_ms: 0 },
            said: BTreeMap::new(),
            talk: BTreeMap::new(),
            views: BTreeMap::new(),
            peers: BTreeMap::new(),
            offering: None,
            next: 0,
        };
        for role in Role::ALL {
            for n in 0..2 {
                let invite = InviteHash([role as u8 * 16 + n; 32]);
                let (name, languages, appearance) = (format!("{role:?}"), Vec::new(), String::new());
                let profile = Profile { name, role, languages, appearance, appearance_in: Default::default() };
                let (fresh, session) = (person(role, n), session(role, n));
                hall.log(Actor::Terminal, Command::Invite { invite, profile, valid_ms: 60_000 }).unwrap();
                hall.log(Actor::Terminal, Command::Join { invite, fresh, name: String::new(), session }).unwrap();
                if role == Role::Security {
                    hall.log(Actor::Person(fresh), Command::DutyOn { level: None }).unwrap();
                }
            }
        }
        for n in 0..3 {
            let alert = Command::Alert { fresh: incident(n), lang: "fr".to_owned(), place: None, for_morning: false };
            hall.log(Actor::Phone(phone(n)), alert).unwrap();
        }
        hall.link(LinkEvent::Up);
        hall
    }

    /// A command from elsewhere.
    pub(super) fn log(&mut self, actor: Actor, command: Command) -> Result<(), Refusal> {
        self.decide(actor, &command)?;
        self.step(|_, _, _| {});
        Ok(())
    }

    fn decide(&mut self, actor: Actor, command: &Command) -> Result<(), Refusal> {
        let Decision { stream, events } = decide(&self.state, command, actor, self.at)?;
        for event in events {
            let (seq, version) = (self.state.seq + 1, self.state.version(&stream) + 1);
            self.state.apply(&Stored { seq, stream, version, at: self.at, body: Body::Open(event) });
        }
        Ok(())
    }

    pub(super) fn enter(&mut self, who: Who) -> Seat {
        self.next += 1;
        let seat = Seat(self.next);
        self.step(|calls, state, _| calls.enter(state, seat, who));
        seat
    }

    pub(super) fn enter_phone(&mut self, n: u8) -> Seat {
        self.enter(Who::Phone(phone(n)))
    }

    pub(super) fn enter_staff(&mut self, role: Role, n: u8) -> Seat {
        self.enter(Who::Staff(person(role, n), session(role, n)))
    }

    pub(super) fn gone(&mut self, seat: Seat) {
        self.step(|calls, _, now| calls.gone(seat, now));
        self.peers.remove(&seat);
    }

    pub(super) fn phone(&mut self, seat: Seat, say: PhoneVoice) {
        self.offering = Some(seat);
        self.step(|calls, state, now| calls.phone(state, seat, say, now));
    }

    pub(super) fn staff(&mut self, seat: Seat, say: StaffVoice) {
        self.offering = Some(seat);
        self.step(|calls, state, now| calls.staff(state, seat, say, now));
    }

    pub(super) fn link(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Up => (self.up, self.relay) = (true, Relay::default()),
            LinkEvent::Down => (self.up, self.relay) = (false, Relay::default()),
            LinkEvent::Report(_) => {}
        }
        self.step(|calls, state, now| calls.link(state, event, now));
    }

    pub(super) fn report(&mut self, report: Report) {
        self.link(LinkEvent::Report(report));
    }

    /// A phone that talks: its offer is answered and media can pass.
    pub(super) fn talking(&mut self, n: u8) -> Seat {
        let seat = self.enter_phone(n);
        self.phone(seat, PhoneVoice::Offer { sdp: OFFER.to_owned(), restart: false });
        self.connected(seat, true);
        seat
    }

    /// A staff screen with a warm connection.
    pub(super) fn warm(&mut self, role: Role, n: u8) -> Seat {
        let seat = self.enter_staff(role, n);
        self.staff(seat, StaffVoice::Offer { sdp: OFFER.to_owned(), restart: false });
        self.connected(seat, true);
        seat
    }

    pub(super) fn connected(&mut self, seat: Seat, up: bool) {
        self.report(Report::Connected(self.peers[&seat], up));
    }

    /// Lets time pass, waking the machine when something is due.
    pub(super) fn later(&mut self, ms: i64) {
        let until = self.at.mono_ms + ms;
        while let Some(due) = self.calls.due().filter(|due| *due <= until) {
            self.at = self.at.plus((due - self.at.mono_ms).max(0));
            self.step(|calls, _, now| calls.tick(now));
        }
        self.at = self.at.plus(until - self.at.mono_ms);
    }

    pub(super) fn step(&mut self, act: impl FnOnce(&mut Calls, &State, i64)) {
        let now = self.at.mono_ms;
        self.calls.look(&self.state, &mut self.state.incidents.values(), now);
        act(&mut self.calls, &self.state, now);
        let effects = self.calls.settle(&self.state, now);
        // What came of a command is heard after everything that was said before.
        let (commands, rest): (Vec<_>, Vec<_>) =
            effects.into_iter().partition(|effect| matches!(effect, Effect::Submit { .. }));
        rest.into_iter().chain(commands).for_each(|effect| self.effect(effect));
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Say(seat, say) => {
                match &say {
                    VoiceSay::Talk(view) => drop(self.talk.insert(seat, *view)),
                    VoiceSay::Call(view) => drop(self.views.insert((seat, view.call), view.clone())),
                    _ => {}
                }
                self.said.entry(seat).or_default().push(say);
            }
            Effect::Order(order) => {
                match &order {
                    Order::Connect { peer, .. } => {
                        let seat = self.offering.expect("nobody has offered anything");
                        self.peers.insert(seat, *peer);
                    }
                    Order::Close(peer) => self.peers.retain(|_, open| open != peer),
                    _ => {}
                }
                self.relay.take(order);
            }
            Effect::Submit { seat, actor, command, asked } => {
                let outcome = self.decide(actor, &command).map_err(|refusal| refusal.code().to_owned());
                self.step(|calls, state, now| calls.decided(state, seat, asked, outcome, now));
            }
        }
    }

    /// What a screen was told since the last time, views aside.
    pub(super) fn told(&mut self, seat: Seat) -> Vec<VoiceSay> {
        let said = self.said.remove(&seat).unwrap_or_default();
        said.into_iter().filter(|say| !matches!(say, VoiceSay::Talk(_) | VoiceSay::Call(_))).collect()
    }

    /// Who is passed to whom in the only call that anything passes in.
    pub(super) fn heard(&self) -> (Option<Seat>, Vec<Seat>) {
        let open = self.relay.routes.values().filter(|route| route.0.is_some());
        let routes: Vec<_> = open.collect();
        assert!(routes.len() <= 1, "{routes:?}");
        let seat = |peer: &Peer| *self.peers.iter().find(|(_, open)| *open == peer).expect("routed to nobody").0;
        let route = routes.first().map(|route| (route.0.as_ref().map(seat), route.1.iter().map(seat).collect()));
        route.unwrap_or_default()
    }
}

pub(super) fn refused(code: &str) -> VoiceSay {
    VoiceSay::Refused(code.to_owned())
}

pub(super) fn offer() -> PhoneVoice {
    PhoneVoice::Offer { sdp: OFFER.to_owned(), restart: false }
}

pub(super) fn no_floor(burst: u32, why: NoFloor) -> VoiceSay {
    VoiceSay::NoFloor(burst, why)
}
