//! What Talk says, from what is known: no browser here.
//!
//! Law: *Speak now* stands on a granted floor that somebody hears, and on nothing else.

use crate::text::AttendeeKey as K;
use crate::voice::Connection;
use domain::view::{CaseView, StepView};
use domain::wire::{Burst, FloorView, NoFloor, TalkView};

/// Everything the big words depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// The media connection.
    pub(super) connection: Connection,
    /// The live socket is away: whatever the floor was, nobody can tell now.
    pub(super) stale: bool,
    /// The last view of the call.
    pub(super) view: Option<TalkView>,
    /// The press that is going on.
    pub(super) held: Option<Burst>,
    /// Why the last press got no floor.
    pub(super) refused: Option<NoFloor>,
}

impl Known {
    /// The floor in words.
    pub(super) fn state(&self) -> K {
        match self.connection {
            Connection::Unsupported => return K::TalkUnsupported,
            Connection::NoNetwork => return K::TalkNoNetwork,
            Connection::Connecting | Connection::Gone => return K::TalkConnecting,
            Connection::Connected if self.stale => return K::TalkConnecting,
            Connection::Connected => {}
        }
        match (self.refused, self.view.map(|view| view.floor)) {
            (Some(NoFloor::TooLong), _) => K::TalkTooLong,
            (Some(NoFloor::TooOften), _) => K::TalkTooOften,
            (Some(NoFloor::NotConnected | NoFloor::NotInCall), _) => K::TalkConnecting,
            (Some(NoFloor::Taken | NoFloor::AttendeeFirst), _) => K::TalkBusy,
            (None, Some(FloorView::Yours { burst, .. })) if self.held == Some(burst) => {
                // A floor without an ear: whoever whispers into it must not believe to be heard.
                let heard = self.view.is_some_and(|view| view.desk > 0 || view.responders > 0);
                if heard { K::TalkSpeak } else { K::TalkAlone }
            }
            // Asked for, not granted yet: neither a promise nor a wrong *Hold to talk*.
            (None, _) if self.held.is_some() => K::TalkWait,
            (None, Some(FloorView::Taken(_))) => K::TalkThey,
            (None, _) => K::TalkHold,
        }
    }

    /// Who hears, by role. Nothing while the connection does not stand: nobody could.
    pub(super) fn who(&self) -> Option<K> {
        if self.connection != Connection::Connected || self.stale {
            let waits = matches!(self.connection, Connection::NoNetwork | Connection::Unsupported);
            return waits.then_some(K::TalkNoNetworkNote);
        }
        let view = self.view?;
        Some(match (view.desk > 0, view.responders > 0, self.state() == K::TalkSpeak) {
            (false, false, _) if view.away > 0 => K::TalkStepped,
            (false, false, _) => K::TalkNobody,
            (true, false, true) => K::TalkTeamHears,
            (true, false, false) => K::TalkTeamIn,
            (false, true, true) => K::TalkSecurityHears,
            (false, true, false) => K::TalkSecurityIn,
            (true, true, true) => K::TalkBothHear,
            (true, true, false) => K::TalkBothIn,
        })
    }
}

/// The furthest step after *Seen* and its time: what Talk tells of the case beneath it.
pub(super) fn step(case: &CaseView) -> Option<(K, u32)> {
    match (case.here, case.coming) {
        (StepView::Lit(at), _) => Some((K::Here, at)),
        (_, StepView::Lit(at)) => Some((K::Coming, at)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::wire::Speaker;
    use proptest::prelude::*;

    fn known() -> Known {
        let view = TalkView { floor: FloorView::Idle, desk: 1, responders: 0, away: 0 };
        Known { connection: Connection::Connected, stale: false, view: Some(view), held: None, refused: None }
    }

    fn with(floor: FloorView) -> Known {
        Known { view: Some(TalkView { floor, desk: 1, responders: 0, away: 0 }), ..known() }
    }

    #[test]
    fn the_floor_is_said_in_the_words_of_the_product() {
        assert_eq!(known().state(), K::TalkHold);
        assert_eq!(with(FloorView::Taken(Speaker::Desk(None))).state(), K::TalkThey);
        let yours = with(FloorView::Yours { burst: 7, left_ms: 30_000 });
        assert_eq!(Known { held: Some(7), ..yours }.state(), K::TalkSpeak);
        assert_eq!(Known { held: Some(8), ..yours }.state(), K::TalkWait, "an older press's floor is not this one's");
        assert_eq!(Known { refused: Some(NoFloor::Taken), ..known() }.state(), K::TalkBusy);
    }

    #[test]
    fn nobody_is_said_to_hear_before_somebody_does() {
        let alone =
            Known { view: Some(TalkView { floor: FloorView::Idle, desk: 0, responders: 0, away: 0 }), ..known() };
        assert_eq!(alone.who(), Some(K::TalkNobody));
        let stepped = Known { view: alone.view.map(|view| TalkView { away: 1, ..view }), ..alone };
        assert_eq!(stepped.who(), Some(K::TalkStepped), "somebody is with another call");
        assert_eq!(known().who(), Some(K::TalkTeamIn));
        assert_eq!(Known { view: None, ..known() }.who(), None);
    }

    proptest! {
        #[test]
        fn speak_now_stands_on_a_granted_floor_only(
            connection in 0_usize..5, stale: bool, held in proptest::option::of(0_u32..3),
            burst in 0_u32..3, floor in 0_usize..3, refused in 0_usize..4,
        ) {
            let connections = [
                Connection::Connecting, Connection::Connected, Connection::NoNetwork,
                Connection::Unsupported, Connection::Gone,
            ];
            let floors = [
                FloorView::Idle, FloorView::Yours { burst, left_ms: 1 }, FloorView::Taken(Speaker::Desk(None)),
            ];
            let refusals = [None, Some(NoFloor::Taken), Some(NoFloor::TooLong), Some(NoFloor::NotInCall)];
            let known = Known {
                connection: connections[connection],
                stale,
                view: Some(TalkView { floor: floors[floor], desk: 1, responders: 1, away: 0 }),
                held,
                refused: refusals[refused],
            };
            let granted = connection == 1 && !stale && refused == 0 && floor == 1 && held == Some(burst);
            prop_assert_eq!(known.state() == K::TalkSpeak, granted);
        }
    }
}
