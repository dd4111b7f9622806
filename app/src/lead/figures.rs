//! What the page counts, from what a screen knows. No browser in it.

use domain::ids::PersonId;
use domain::incident::DispatchState;
use domain::person::{Duty, Role};
use domain::reach::{Pages, Reach, reach};
use domain::venue::Ordinal;
use domain::view::{PersonRow, QueueRow};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Somebody has arrived within this, milliseconds, or the row is amber (`product.md`, Lead).
pub(super) const ARRIVED_WITHIN_MS: i64 = 5 * 60_000;
/// The longest age that a bar shows, milliseconds.
pub(super) const BAR_MS: i64 = 20 * 60_000;

/// The open rows, oldest first. Ages as they are now.
pub(super) fn oldest_first(mut rows: Vec<QueueRow>) -> Vec<QueueRow> {
    rows.retain(|row| row.closed.is_none());
    rows.sort_by_key(|row| (Reverse(row.age_ms), row.id));
    rows
}

/// Whether nobody has come in time.
pub(super) fn is_late(row: &QueueRow) -> bool {
    let come = matches!(row.dispatch, Some((_, DispatchState::OnScene | DispatchState::Clear)));
    row.age_ms >= ARRIVED_WITHIN_MS && !come && !row.for_morning
}

/// The length of a row's bar, 0 to 100.
pub(super) fn bar(age_ms: i64) -> i64 {
    age_ms.clamp(0, BAR_MS) * 100 / BAR_MS
}

/// How long the person who waits longest for an answer of `agent` has waited.
pub(super) fn longest_wait(rows: &[QueueRow], agent: PersonId) -> Option<i64> {
    rows.iter().filter(|row| row.holder == Some(agent)).filter_map(|row| row.chat_ms).max()
}

/// Responders on duty by the level they confirmed last, highest first; those who confirmed none last.
pub(super) fn by_level(people: &[PersonRow]) -> Vec<(Option<Ordinal>, Vec<PersonRow>)> {
    let mut levels: BTreeMap<Reverse<Option<Ordinal>>, Vec<PersonRow>> = BTreeMap::new();
    for person in people.iter().filter(|person| person.role == Role::Security && person.duty != Duty::Off) {
        levels.entry(Reverse(person.level)).or_default().push(person.clone());
    }
    levels.into_iter().map(|(Reverse(level), people)| (level, people)).collect()
}

/// Responders on duty and those of them who can be sent now.
pub(super) fn duty(people: &[PersonRow]) -> (usize, usize) {
    let on = people.iter().filter(|person| person.role == Role::Security && person.duty != Duty::Off);
    (on.clone().count(), on.filter(|person| person.duty == Duty::On && person.busy.is_none()).count())
}

/// Who cannot be reached, in which way.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Health {
    /// Responders on duty whose phone is silent.
    pub(super) silent: Vec<PersonRow>,
    /// Those on duty or at the desk whose last ring did not come.
    pub(super) missed: Vec<PersonRow>,
    /// Responders on duty whose phone does not ring, or was not tested.
    pub(super) unproven: Vec<PersonRow>,
}

/// Sorts everyone who should be reachable. `age` tells how old an age of the list is now.
pub(super) fn health(people: &[PersonRow], age: impl Fn(i64) -> i64) -> Health {
    let mut health = Health::default();
    for person in people {
        let on_duty = person.role == Role::Security && person.duty != Duty::Off;
        let at_desk = matches!(person.role, Role::Agent | Role::Lead) && person.heard_ms.is_some();
        if on_duty && matches!(reach(person.duty, person.heard_ms.map(&age)), Reach::Silent(_)) {
            health.silent.push(person.clone());
        }
        match person.pages {
            Pages::Failed { .. } if on_duty || at_desk => health.missed.push(person.clone()),
            Pages::Off | Pages::Untested if on_duty => health.unproven.push(person.clone()),
            _ => {}
        }
    }
    health
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn person(n: u8, duty: Duty, level: Option<i16>, heard_ms: Option<i64>, pages: Pages) -> PersonRow {
        PersonRow {
            id: PersonId([n; 8]),
            name: format!("P{n}"),
            role: Role::Security,
            languages: Vec::new(),
            appearance: String::new(),
            duty,
            level: level.map(Ordinal),
            position: None,
            position_age_ms: None,
            heard_ms,
            in_sight: false,
            pages,
            signed_in: true,
            busy: None,
            chats: 0,
        }
    }

    #[test]
    fn levels_stand_as_in_the_building_and_the_unknown_one_last() {
        let on = |n, level| person(n, Duty::On, level, Some(0), Pages::Untested);
        let people = [
            on(1, Some(-1)),
            on(2, None),
            on(3, Some(2)),
            on(4, Some(2)),
            person(5, Duty::Off, Some(1), None, Pages::Off),
        ];
        let levels: Vec<_> =
            by_level(&people).into_iter().map(|(level, people)| (level.map(|l| l.0), people.len())).collect();
        assert_eq!(levels, [(Some(2), 2), (Some(-1), 1), (None, 1)]);
        assert_eq!(duty(&people), (4, 4));
    }

    #[test]
    fn whoever_cannot_be_reached_is_named_and_nobody_off_duty() {
        let failed = Pages::Failed { ago_ms: 1 };
        let came = Pages::Came { ago_ms: 1, after_ms: 1 };
        let people = [
            person(1, Duty::On, None, Some(70_000), came),
            person(2, Duty::Unreachable, None, Some(90_000), failed),
            person(3, Duty::On, None, Some(0), Pages::Off),
            person(4, Duty::Off, None, None, failed),
        ];
        let names = |people: &[PersonRow]| people.iter().map(|person| person.id.0[0]).collect::<Vec<_>>();
        let now = health(&people, |ms| ms);
        assert_eq!((names(&now.silent), names(&now.missed), names(&now.unproven)), (vec![2], vec![2], vec![3]));
        // Ten seconds later, without a word of the server.
        assert_eq!(names(&health(&people, |ms| ms + 10_000).silent), [1, 2]);
    }

    proptest! {
        #[test]
        fn a_bar_stays_in_its_frame_and_grows_with_the_age(a in -5_000i64..10_000_000, b in -5_000i64..10_000_000) {
            prop_assert!((0..=100).contains(&bar(a)));
            prop_assert!(a > b || bar(a) <= bar(b));
        }
    }
}
