//! What a staff screen makes of its calls: where a press goes, whose turn it is, what a screen joins again.
//!
//! Law: a press speaks into one call, which is named on the screen before it begins, or into none.

use domain::ids::{IncidentId, PersonId};
use domain::view::CallRow;
use domain::wire::{Burst, CallView, FloorView, Member, NoFloor, Speaker};
use std::collections::BTreeMap;

/// The last seconds of a press are counted on the screen from here on.
const LAST_SECONDS: i64 = 5;

/// Every call that this screen was told of.
pub(crate) type Calls = BTreeMap<IncidentId, CallView>;

/// Where a press would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// This screen is in no call.
    None,
    /// Into this call.
    Call(IncidentId),
    /// Nowhere: the case that is open is not one of the calls, or none is open and there are several.
    Unclear,
}

/// Where a press goes while `open` is on the screen. A case that is open and not in a call never
/// lets a press through to another: the words would be meant for the one that is seen.
pub(crate) fn target(open: Option<IncidentId>, calls: &Calls) -> Target {
    let mut joined = calls.values().filter(|call| call.joined).map(|call| call.call);
    match (open, joined.next(), joined.next()) {
        (_, None, _) => Target::None,
        (Some(open), ..) if calls.get(&open).is_some_and(|call| call.joined) => Target::Call(open),
        (None, Some(only), None) => Target::Call(only),
        _ => Target::Unclear,
    }
}

/// The press of this screen that is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Press {
    /// Into which call.
    pub(crate) call: IncidentId,
    /// Its number.
    pub(crate) burst: Burst,
    /// The floor was refused or taken back: the button is still held, and nothing is heard.
    pub(crate) lost: Option<NoFloor>,
}

/// Whose turn it is, as the button of a call shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Nobody speaks.
    Free,
    /// Pressed; the floor is asked for.
    Asking,
    /// This screen speaks; the seconds left, once they are few.
    Yours(Option<u8>),
    /// Somebody else speaks.
    Taken(Speaker),
    /// The press got no floor, or lost it.
    Lost(NoFloor),
    /// Not connected yet, or for a moment.
    Connecting,
    /// The network carries no voice now.
    NoNetwork,
}

/// Whose turn it is in `view`, which came `since_ms` ago.
pub(crate) fn turn(view: &CallView, press: Option<Press>, since_ms: i64) -> Turn {
    let press = press.filter(|press| press.call == view.call);
    match (press, view.floor) {
        // Who speaks instead says more than why this press does not.
        (Some(Press { lost: Some(NoFloor::Taken), .. }) | None, FloorView::Taken(speaker)) => Turn::Taken(speaker),
        (Some(Press { lost: Some(why), .. }), _) => Turn::Lost(why),
        (Some(press), FloorView::Yours { burst, left_ms }) if burst == press.burst => {
            // Rounded up: *0 s left* would be said while it still can be heard.
            let left = (i64::from(left_ms) - since_ms.max(0) + 999).max(0) / 1_000;
            Turn::Yours((left <= LAST_SECONDS).then_some(left as u8))
        }
        (Some(_), _) => Turn::Asking,
        (None, _) => Turn::Free,
    }
}

/// How the phone of the person who asked for help stands to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phone {
    /// Nothing connects it to the talk: not yet, not now, or not any more.
    Away,
    /// Connected, its sound off: what is said is not heard.
    Silent,
    /// Connected and heard.
    Hears,
}

/// How the attendee's phone stands to this call.
pub(crate) fn phone(members: &[Member]) -> Phone {
    match members.iter().find(|member| member.who == Speaker::Attendee) {
        None | Some(Member { connected: false, .. }) => Phone::Away,
        Some(Member { hears: false, .. }) => Phone::Silent,
        Some(_) => Phone::Hears,
    }
}

/// Whether anybody of the desk hears this call now: whoever took another one has it on hold.
pub(crate) fn desk_hears(members: &[Member]) -> bool {
    members.iter().any(|member| member.hears && matches!(member.who, Speaker::Desk(_)))
}

/// Those of the desk who are in a call now: as the live call says, else as the record says.
pub(crate) fn desk_in(row: &CallRow, live: Option<&CallView>, is_desk: impl Fn(PersonId) -> bool) -> Vec<PersonId> {
    let mut ids: Vec<PersonId> = match live {
        Some(view) => view
            .members
            .iter()
            .filter_map(|member| match member.who {
                Speaker::Desk(person) => person,
                Speaker::Attendee | Speaker::Responder(_) => None,
            })
            .collect(),
        None => row.joined.iter().copied().filter(|person| is_desk(*person)).collect(),
    };
    ids.dedup();
    ids
}

/// What stays joined over a lost connection or a reload: the calls in the order in which they were
/// heard last, the one that is heard now at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Kept(pub(crate) Vec<IncidentId>);

impl Kept {
    /// This call is heard from now on.
    pub(crate) fn hear(&mut self, call: IncidentId) {
        self.0.retain(|other| *other != call);
        self.0.push(call);
    }

    /// This call is left or over. Gives the call to hear instead, if this was the one that was heard.
    pub(crate) fn drop(&mut self, call: IncidentId) -> Option<IncidentId> {
        let heard = self.heard() == Some(call);
        self.0.retain(|other| *other != call);
        self.heard().filter(|_| heard)
    }

    /// The call that is heard.
    pub(crate) fn heard(&self) -> Option<IncidentId> {
        self.0.last().copied()
    }

    /// As one line.
    pub(crate) fn write(&self) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// From one line; what cannot be read is left out.
    pub(crate) fn read(line: &str) -> Self {
        Kept(line.split(' ').filter_map(|id| id.parse().ok()).collect())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u8) -> IncidentId {
        IncidentId([n; 8])
    }

    fn view(n: u8, joined: bool, floor: FloorView) -> CallView {
        CallView { call: id(n), joined, floor, members: Vec::new() }
    }

    fn calls(joined: &[(u8, bool)]) -> Calls {
        joined.iter().map(|(n, joined)| (id(*n), view(*n, *joined, FloorView::Idle))).collect()
    }

    #[test]
    fn a_press_goes_into_the_call_of_the_open_case() {
        assert_eq!(target(Some(id(2)), &calls(&[(1, true), (2, true)])), Target::Call(id(2)));
    }

    #[test]
    fn an_open_case_without_a_call_never_lets_a_press_through_to_another() {
        assert_eq!(target(Some(id(3)), &calls(&[(1, true), (3, false)])), Target::Unclear);
        assert_eq!(target(Some(id(4)), &calls(&[(1, true)])), Target::Unclear);
    }

    #[test]
    fn with_no_case_open_only_a_single_call_can_be_meant() {
        assert_eq!(target(None, &calls(&[(1, true), (2, false)])), Target::Call(id(1)));
        assert_eq!(target(None, &calls(&[(1, true), (2, true)])), Target::Unclear);
        assert_eq!(target(None, &calls(&[(1, false)])), Target::None);
    }

    #[test]
    fn the_last_five_seconds_are_counted_and_never_fall_below_nothing() {
        let press = Some(Press { call: id(1), burst: 7, lost: None });
        let at = |left_ms, since| turn(&view(1, true, FloorView::Yours { burst: 7, left_ms }), press, since);
        assert_eq!(at(30_000, 0), Turn::Yours(None));
        assert_eq!(at(30_000, 25_000), Turn::Yours(Some(5)));
        assert_eq!(at(30_000, 25_001), Turn::Yours(Some(5)));
        assert_eq!(at(30_000, 29_999), Turn::Yours(Some(1)));
        assert_eq!(at(30_000, 90_000), Turn::Yours(Some(0)));
    }

    #[test]
    fn the_floor_of_a_press_that_is_over_is_nobodys() {
        let floor = FloorView::Yours { burst: 7, left_ms: 30_000 };
        assert_eq!(turn(&view(1, true, floor), None, 0), Turn::Free);
        let newer = Press { call: id(1), burst: 8, lost: None };
        assert_eq!(turn(&view(1, true, floor), Some(newer), 0), Turn::Asking);
        let elsewhere = Press { call: id(2), burst: 7, lost: None };
        assert_eq!(turn(&view(1, true, floor), Some(elsewhere), 0), Turn::Free);
    }

    #[test]
    fn who_speaks_instead_says_more_than_busy() {
        let lost = |why| Some(Press { call: id(1), burst: 7, lost: Some(why) });
        let floor = FloorView::Taken(Speaker::Attendee);
        assert_eq!(turn(&view(1, true, floor), lost(NoFloor::Taken), 0), Turn::Taken(Speaker::Attendee));
        assert_eq!(turn(&view(1, true, floor), lost(NoFloor::AttendeeFirst), 0), Turn::Lost(NoFloor::AttendeeFirst));
        assert_eq!(turn(&view(1, true, FloorView::Idle), lost(NoFloor::TooLong), 0), Turn::Lost(NoFloor::TooLong));
    }

    #[test]
    fn a_phone_that_is_connected_and_silent_is_not_taken_for_one_that_hears() {
        let member = |who, connected, hears| Member { who, connected, hears };
        assert_eq!(phone(&[]), Phone::Away);
        assert_eq!(phone(&[member(Speaker::Desk(None), true, true)]), Phone::Away);
        assert_eq!(phone(&[member(Speaker::Attendee, false, true)]), Phone::Away);
        assert_eq!(phone(&[member(Speaker::Attendee, true, false)]), Phone::Silent);
        assert_eq!(phone(&[member(Speaker::Attendee, true, true)]), Phone::Hears);
    }

    #[test]
    fn when_the_call_that_is_heard_ends_the_one_before_is_heard() {
        let mut kept = Kept::default();
        for n in [1, 2, 3, 2] {
            kept.hear(id(n));
        }
        assert_eq!(kept.drop(id(1)), None);
        assert_eq!(kept.drop(id(2)), Some(id(3)));
        assert_eq!(kept.drop(id(3)), None);
    }

    proptest! {
        #[test]
        fn what_is_kept_survives_being_written_and_holds_no_call_twice(heard in proptest::collection::vec(0_u8..6, 0..20)) {
            let mut kept = Kept::default();
            for n in &heard {
                kept.hear(id(*n));
            }
            prop_assert_eq!(kept.heard(), heard.last().map(|n| id(*n)));
            let mut sorted = kept.0.clone();
            sorted.sort();
            sorted.dedup();
            prop_assert_eq!(sorted.len(), kept.0.len());
            prop_assert_eq!(Kept::read(&kept.write()), kept);
        }
    }
}
