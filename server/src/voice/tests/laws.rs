//! Whatever happens, in any order: who is passed to whom is what the floor and the log allow.

use super::hall::{Hall, OFFER, incident, person, phone};
use crate::relay::LinkEvent;
use crate::relay::frame::{Peer, Report};
use crate::voice::screen::Who;
use domain::desk::{Actor, Command};
use domain::floor::Seat;
use domain::incident::CloseReason;
use domain::person::{Duty, Role};
use domain::wire::{FloorView, PhoneVoice, Speaker, StaffVoice, VoiceSay};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What the test itself keeps of each socket.
struct Open {
    who: Who,
    sound: bool,
    connected: Option<Peer>,
}

struct Crowd {
    hall: Hall,
    open: BTreeMap<Seat, Open>,
    burst: u32,
}

impl Crowd {
    fn pick(&self, n: u8) -> Option<(Seat, Who)> {
        let nth = usize::from(n) % self.open.len().max(1);
        self.open.iter().nth(nth).map(|(seat, open)| (*seat, open.who))
    }

    fn step(&mut self, what: u8, a: u8, b: u8, ms: i64) {
        self.hall.later(ms);
        let agent = Actor::Person(person(Role::Agent, b % 2));
        let (id, responder) = (incident(a % 3), person(Role::Security, b % 2));
        match what % 32 {
            0 | 1 if self.open.len() < 12 => {
                let seat = self.hall.enter_phone(a % 4);
                self.open.insert(seat, Open { who: Who::Phone(phone(a % 4)), sound: false, connected: None });
            }
            2 | 3 if self.open.len() < 12 => {
                let role = Role::ALL[usize::from(a % 4)];
                let seat = self.hall.enter_staff(role, b % 2);
                let who = Who::Staff(person(role, b % 2), super::hall::session(role, b % 2));
                self.open.insert(seat, Open { who, sound: true, connected: None });
            }
            4 => {
                if let Some((seat, _)) = self.pick(a) {
                    self.open.remove(&seat);
                    self.hall.gone(seat);
                }
            }
            5 => {
                let incident = id;
                let _ = self.hall.log(agent, Command::Dispatch { incident, responder });
            }
            6 if b < 64 => {
                let _ = self.hall.log(agent, Command::Recall { incident: id, responder });
            }
            7 if b < 32 => {
                let _ = self.hall.log(agent, Command::Close { incident: id, reason: CloseReason::Helped });
            }
            7 if b < 64 => {
                let _ = self.hall.log(agent, Command::Reopen(id));
            }
            8 if b < 64 => {
                let _ = self.hall.log(Actor::Phone(phone(a % 3)), Command::Withdraw);
            }
            8 if b < 128 => {
                let alert = Command::Alert {
                    fresh: incident(100 + a % 3),
                    lang: "fr".to_owned(),
                    place: None,
                    for_morning: false,
                };
                let _ = self.hall.log(Actor::Phone(phone(a % 3)), alert);
            }
            9 if b < 8 => {
                let gone = person(Role::Agent, a % 2);
                let _ = self.hall.log(Actor::Person(gone), Command::EverywhereOut);
            }
            10 if b < 16 => {
                let event = if self.hall.up { LinkEvent::Down } else { LinkEvent::Up };
                self.hall.peers.clear();
                self.open.values_mut().for_each(|open| open.connected = None);
                self.hall.link(event);
            }
            11 | 12 => self.report(a, b),
            _ => self.speak(what, a, b),
        }
    }

    fn report(&mut self, a: u8, b: u8) {
        let Some((seat, peer)) = self.hall.peers.iter().nth(usize::from(a) % self.hall.peers.len().max(1)) else {
            return;
        };
        let (seat, peer) = (*seat, *peer);
        match b % 8 {
            0 => {
                self.hall.relay.open.remove(&peer);
                self.hall.peers.remove(&seat);
                self.hall.report(Report::Gone(peer));
            }
            1 => self.hall.report(Report::Answer { peer, sdp: "v=0".to_owned() }),
            n => {
                self.open.get_mut(&seat).unwrap().connected = (n > 2).then_some(peer);
                self.hall.report(Report::Connected(peer, n > 2));
            }
        }
    }

    fn speak(&mut self, what: u8, a: u8, b: u8) {
        let Some((seat, who)) = self.pick(a) else { return };
        let id = incident(b % 3);
        let offer = OFFER.to_owned();
        self.burst += 1;
        let burst = self.burst;
        let before = self.hall.peers.get(&seat).copied();
        match who {
            Who::Phone(_) => {
                let say = match what % 8 {
                    0 | 1 => PhoneVoice::Offer { sdp: offer, restart: b.is_multiple_of(4) },
                    2 | 3 => PhoneVoice::Press(burst),
                    4 => PhoneVoice::Release(burst - 1 - u32::from(b % 3)),
                    5 | 6 => {
                        self.open.get_mut(&seat).unwrap().sound = b.is_multiple_of(2);
                        PhoneVoice::Sound(b.is_multiple_of(2))
                    }
                    _ if b < 64 => PhoneVoice::Leave,
                    _ => PhoneVoice::Press(burst),
                };
                self.hall.phone(seat, say);
            }
            Who::Staff(..) => {
                let say = match what % 8 {
                    0 => StaffVoice::Offer { sdp: offer, restart: b.is_multiple_of(4) },
                    1 | 2 => StaffVoice::Join(id),
                    3 if b < 64 => StaffVoice::Leave(id),
                    3 if b < 80 => StaffVoice::End(id),
                    3 if b < 90 => StaffVoice::Hangup,
                    4 | 5 => StaffVoice::Press(id, burst),
                    6 => StaffVoice::Release(id, burst - 1 - u32::from(b % 3)),
                    _ => {
                        self.open.get_mut(&seat).unwrap().sound = !b.is_multiple_of(4);
                        StaffVoice::Sound(!b.is_multiple_of(4))
                    }
                };
                self.hall.staff(seat, say);
            }
        }
        // Most connections come about.
        if let Some(peer) = self.hall.peers.get(&seat).copied().filter(|peer| Some(*peer) != before && a < 224) {
            self.open.get_mut(&seat).unwrap().connected = Some(peer);
            self.hall.report(Report::Connected(peer, true));
        }
    }

    fn check(&self) {
        let hall = &self.hall;
        let seat_of = |peer: &Peer| hall.peers.iter().find(|(_, open)| *open == peer).map(|(seat, _)| *seat);
        let mut speaking = Vec::new();
        for (speaker, ears) in hall.relay.routes.values() {
            for peer in ears.iter().chain(speaker) {
                let seat = seat_of(peer).expect("a connection that nobody has is routed");
                let open = &self.open[&seat];
                assert_eq!(open.connected, Some(*peer), "routed without media");
                assert!(!ears.contains(peer) || open.sound, "heard by somebody who does not want to");
            }
            assert!(speaker.is_none_or(|speaker| !ears.contains(&speaker)));
            speaking.extend(*speaker);
        }
        let many = speaking.len();
        speaking.sort();
        speaking.dedup();
        assert_eq!(speaking.len(), many, "one microphone in two calls");
        let mut granted = Vec::new();
        for (seat, open) in &self.open {
            match open.who {
                Who::Phone(token) => self.check_phone(*seat, token, &speaking, &mut granted),
                Who::Staff(who, _) => self.check_staff(*seat, who, &mut granted),
            }
        }
        let mut routed: Vec<_> = speaking.iter().filter_map(seat_of).collect();
        routed.sort();
        granted.sort();
        assert_eq!(granted, routed, "what is shown is not what the relay passes");
        if !hall.up {
            assert!(hall.relay.orders.is_empty(), "orders to nobody");
        }
    }

    fn check_phone(&self, seat: Seat, token: domain::ids::TokenHash, speaking: &[Peer], granted: &mut Vec<Seat>) {
        let hall = &self.hall;
        let call = hall.state.incident_of(&token).and_then(|incident| incident.call.as_ref());
        let in_it = hall.calls.in_call(seat);
        if call.is_none() {
            assert!(!in_it, "in a call that is over");
        }
        let view = hall.talk.get(&seat).filter(|_| in_it);
        if let Some(FloorView::Yours { .. }) = view.map(|view| view.floor) {
            granted.push(seat);
        }
        if hall.peers.get(&seat).is_some_and(|peer| speaking.contains(peer)) {
            assert!(in_it, "heard without being in the call");
        }
        // Roles, never who.
        if let Some(view) = hall.talk.get(&seat) {
            assert!(!matches!(view.floor, FloorView::Taken(Speaker::Desk(Some(_)) | Speaker::Responder(Some(_)))));
        }
        for say in hall.said.get(&seat).into_iter().flatten() {
            assert!(!matches!(say, VoiceSay::Call(_)), "a phone is shown the team's view");
        }
    }

    fn check_staff(&self, seat: Seat, who: domain::ids::PersonId, granted: &mut Vec<Seat>) {
        let hall = &self.hall;
        let person = &hall.state.people[&who];
        for ((_, id), view) in hall.views.iter().filter(|((of, _), _)| *of == seat) {
            let incident = &hall.state.incidents[id];
            if view.members.is_empty() {
                assert!(!view.joined);
                continue;
            }
            let Some(call) = &incident.call else { panic!("a call that is over is shown") };
            let may = match person.profile.role {
                Role::Agent | Role::Lead => true,
                Role::Security => {
                    let sent = incident.dispatch_of(who).is_some_and(|dispatch| dispatch.state.open());
                    sent && person.duty != Duty::Off
                }
                Role::Organiser => false,
            };
            assert!(may && !person.sessions.is_empty(), "a call is shown to somebody it is not for");
            assert!(!view.joined || call.joined.contains(&who), "in a call without being on record");
            if let FloorView::Yours { .. } = view.floor {
                assert!(view.joined);
                granted.push(seat);
            }
        }
        for say in hall.said.get(&seat).into_iter().flatten() {
            assert!(!matches!(say, VoiceSay::Talk(_)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn only_whoever_has_the_floor_is_passed_to_only_those_who_may_hear(
        steps in proptest::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), 0i64..4_000), 1..250),
    ) {
        let mut crowd = Crowd { hall: Hall::new(), open: BTreeMap::new(), burst: 10 };
        for (what, a, b, ms) in steps {
            crowd.step(what, a, b, ms);
            crowd.check();
        }
        // When everybody has gone, nothing is left.
        for seat in Vec::from_iter(crowd.open.keys().copied()) {
            crowd.open.remove(&seat);
            crowd.hall.gone(seat);
        }
        prop_assert!(crowd.hall.relay.open.is_empty());
        prop_assert!(crowd.hall.relay.routes.values().all(|route| *route == (None, vec![])));
        prop_assert_eq!(crowd.hall.calls.due(), None);
    }
}

#[test]
fn random_crowds_get_somewhere() {
    // Without this the property above could be about silence.
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let steps = proptest::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), 0i64..4_000), 250);
    let (mut phone_to_staff, mut staff_to_phone, mut joined) = (0, 0, 0);
    for _ in 0..40 {
        let mut crowd = Crowd { hall: Hall::new(), open: BTreeMap::new(), burst: 10 };
        for (what, a, b, ms) in steps.new_tree(&mut runner).unwrap().current() {
            crowd.step(what, a, b, ms);
            let hall = &crowd.hall;
            joined += usize::from(hall.views.values().any(|view| view.joined));
            for (speaker, ears) in hall.relay.routes.values().filter(|route| !route.1.is_empty()) {
                let is_phone = |peer: &Peer| {
                    let seat = hall.peers.iter().find(|(_, open)| *open == peer).map(|(seat, _)| *seat);
                    seat.is_some_and(|seat| matches!(crowd.open[&seat].who, Who::Phone(_)))
                };
                match speaker {
                    Some(speaker) if is_phone(speaker) => phone_to_staff += 1,
                    Some(_) => staff_to_phone += usize::from(ears.iter().any(is_phone)),
                    None => {}
                }
            }
        }
    }
    assert!(joined > 200 && phone_to_staff > 50 && staff_to_phone > 10, "{joined} {phone_to_staff} {staff_to_phone}");
}
