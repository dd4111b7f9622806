//! Which sentences the keys 1 to 9 say now.
//!
//! Law: a key keeps its sentence as long as that sentence is true and of use; what would not be true
//! (*Someone is on the way*, while nobody is) has no key.

use domain::phrase::Phrase;

/// What the keys look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// A responder is on the way.
    pub(crate) coming: bool,
    /// A responder is on the scene.
    pub(crate) here: bool,
    /// The team knows a level.
    pub(crate) placed: bool,
    /// The person said that they cannot move.
    pub(crate) stuck: bool,
    /// The person said how the team should come.
    pub(crate) how_said: bool,
    /// The person reads the agent's language.
    pub(crate) same_language: bool,
}

/// The sentences of the keys 1 to 9.
pub(crate) fn keys(now: Moment) -> [Phrase; Phrase::KEYS] {
    let second = match now {
        Moment { here: true, .. } => Phrase::LookAround,
        Moment { coming: true, .. } => Phrase::SomeoneComing,
        Moment { placed: false, .. } => Phrase::WhereNow,
        _ => Phrase::AreYouAlone,
    };
    [
        Phrase::WithYou,
        second,
        Phrase::StayIfSafe,
        if now.stuck { Phrase::LockDoor } else { Phrase::GoSafer },
        Phrase::NothingWrong,
        Phrase::BelieveYou,
        Phrase::Staying,
        if now.how_said { Phrase::YouDecide } else { Phrase::KeepDistance },
        if now.same_language { Phrase::WriteAnyTime } else { Phrase::UseSentences },
    ]
}

/// Whether a sentence may be said while the keys are `keys`: that somebody is coming, or near, is said
/// only while it is so.
pub(crate) fn fits(phrase: Phrase, keys: [Phrase; Phrase::KEYS]) -> bool {
    !matches!(phrase, Phrase::SomeoneComing | Phrase::LookAround) || keys.contains(&phrase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_key_has_a_sentence_of_its_own_that_is_true(flags: [bool; 6]) {
            let [coming, here, placed, stuck, how_said, same_language] = flags;
            let keys = keys(Moment { coming, here, placed, stuck, how_said, same_language });
            let distinct: std::collections::BTreeSet<Phrase> = keys.into_iter().collect();
            prop_assert_eq!(distinct.len(), Phrase::KEYS);
            prop_assert!(!keys.contains(&Phrase::SomeoneComing) || coming && !here);
            prop_assert!(!keys.contains(&Phrase::LookAround) || here);
            prop_assert!(keys.iter().all(|phrase| Phrase::of_staff().any(|ours| ours == *phrase)));
        }
    }
}
