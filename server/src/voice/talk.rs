//! One call: its floor, who is in it, what the relay and the screens are told about it.

use super::screen::{Kind, Screen, Who};
use crate::relay::frame::{Call, Order, Peer};
use domain::floor::{Floor, Seat, Standing};
use domain::ids::{IncidentId, PersonId};
use domain::person::{May, Role};
use domain::time::Now;
use domain::wire::{CallView, FloorView, Member, Speaker, TalkView};
use std::collections::{BTreeMap, BTreeSet};

/// A call that is open in the log.
#[derive(Debug)]
pub(super) struct Talk {
    pub number: Call,
    /// When it was opened: another call of the same incident is another talk.
    pub opened: Now,
    /// The responder who asks for help, where it is not a phone.
    pub responder: Option<PersonId>,
    /// The phone reports for somebody who was found: that a responder goes there is not told by
    /// who talks.
    pub apart: bool,
    pub floor: Floor,
    /// What the relay was told last.
    pub route: (Option<Peer>, Vec<Peer>),
}

/// All screens.
pub(super) type Screens = BTreeMap<Seat, Screen>;

impl Talk {
    /// Who is passed to whom now: the floor's speaker to everybody who hears.
    pub(super) fn routed(&self, id: IncidentId, screens: &Screens) -> (Option<Peer>, Vec<Peer>) {
        let speaker = self.floor.speaker();
        let passed = speaker.and_then(|seat| screens.get(&seat)).filter(|screen| screen.in_call(id));
        let ears = screens.iter().filter(|(seat, screen)| Some(**seat) != speaker && screen.hears(id));
        (passed.and_then(Screen::line), ears.filter_map(|(_, screen)| screen.line()).collect())
    }

    /// The order for a route.
    pub(super) fn order(&self) -> Order {
        Order::Route { call: self.number, speaker: self.route.0, ears: self.route.1.clone() }
    }

    /// Everybody in it, the person it is about first. A person with two screens is one member.
    pub(super) fn members(&self, id: IncidentId, screens: &Screens) -> Vec<Member> {
        let about = match self.responder {
            Some(person) => Speaker::Responder(Some(person)),
            None => Speaker::Attendee,
        };
        let mut members = vec![Member { who: about, connected: false, hears: false }];
        for screen in screens.values().filter(|screen| screen.in_call(id)) {
            let (who, connected, hears) = (speaker(screen), screen.line().is_some(), screen.hears(id));
            match members.iter_mut().find(|member| member.who == who) {
                Some(member) => {
                    member.connected |= connected;
                    member.hears |= hears;
                }
                None => members.push(Member { who, connected, hears }),
            }
        }
        members
    }

    /// The call as the phone sees it: roles, never who. A reporter's phone sees the team alone.
    pub(super) fn shown_to_phone(&self, id: IncidentId, seat: Seat, screens: &Screens, now: i64) -> TalkView {
        let (mut desk, mut responders, mut away) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for screen in screens.values().filter(|screen| screen.in_call(id)) {
            if let (Who::Staff(person, _), Kind::Staff(at)) = (screen.who, &screen.kind) {
                match (screen.hears(id), at.role == Role::Security && !self.apart) {
                    (true, true) => responders.insert(person),
                    (true, false) => desk.insert(person),
                    (false, _) => away.insert(person),
                };
            }
        }
        let count = |set: BTreeSet<PersonId>| u8::try_from(set.len()).unwrap_or(u8::MAX);
        let floor = match self.floor_of(seat, screens, now) {
            FloorView::Taken(Speaker::Desk(_)) => FloorView::Taken(Speaker::Desk(None)),
            FloorView::Taken(Speaker::Responder(_)) if self.apart => FloorView::Taken(Speaker::Desk(None)),
            FloorView::Taken(Speaker::Responder(_)) => FloorView::Taken(Speaker::Responder(None)),
            other => other,
        };
        TalkView { floor, desk: count(desk), responders: count(responders), away: count(away) }
    }

    /// The call as a staff screen sees it.
    pub(super) fn shown_to_staff(
        &self,
        id: IncidentId,
        seat: Seat,
        screens: &Screens,
        members: &[Member],
        now: i64,
    ) -> CallView {
        let joined = screens.get(&seat).is_some_and(|screen| screen.in_call(id));
        CallView { call: id, joined, floor: self.floor_of(seat, screens, now), members: members.to_vec() }
    }

    fn floor_of(&self, seat: Seat, screens: &Screens, now: i64) -> FloorView {
        match self.floor.standing(seat, now) {
            Standing::Idle => FloorView::Idle,
            Standing::Yours { burst, left_ms } => FloorView::Yours { burst, left_ms },
            Standing::Taken(by) => screens.get(&by).map_or(FloorView::Idle, |screen| FloorView::Taken(speaker(screen))),
        }
    }
}

/// Who somebody is, to staff.
fn speaker(screen: &Screen) -> Speaker {
    match (screen.who, &screen.kind) {
        (Who::Staff(person, _), Kind::Staff(desk)) if desk.role.may(May::Respond) => Speaker::Responder(Some(person)),
        (Who::Staff(person, _), _) => Speaker::Desk(Some(person)),
        (Who::Phone(_), _) => Speaker::Attendee,
    }
}

/// A floor without its running clock: two views that differ in it alone are one.
pub(super) fn stopped(floor: FloorView) -> FloorView {
    match floor {
        FloorView::Yours { burst, .. } => FloorView::Yours { burst, left_ms: 0 },
        other => other,
    }
}
