//! Poster codes: made from the identity of the anchor, so that printed posters survive.
//!
//! Law: a code depends on the anchor's identity alone. Importing the plan again, changed or
//! with other anchors, gives each old anchor its old code. The one exception: two anchors whose
//! codes collide (one pair in 24 million); of those the smaller identity keeps the code, the
//! other takes the next, and would change it if the first were removed.

use domain::venue::{Code, FeatureId};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A code for each anchor. Identities are distinct.
pub(super) fn codes(anchors: impl IntoIterator<Item = FeatureId>) -> BTreeMap<FeatureId, Code> {
    let anchors: BTreeSet<_> = anchors.into_iter().collect();
    let mut taken = BTreeSet::new();
    let code = |anchor| (0..).map(move |n| Code::from_seed(seed(anchor, n)));
    let free = |anchor| code(anchor).find(|&code| taken.insert(code)).map(|code| (anchor, code));
    anchors.into_iter().filter_map(free).collect()
}

/// The first eight bytes of a SHA-256 over the identity, and over the counter if it is not 0.
fn seed(anchor: FeatureId, counter: u32) -> u64 {
    let mut hash = Sha256::new_with_prefix(anchor.0);
    if counter > 0 {
        hash.update(counter.to_be_bytes());
    }
    hash.finalize().iter().take(8).fold(0, |seed, &byte| seed << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_code_stays_when_other_anchors_come_and_go(
            ids in prop::collection::btree_set(any::<[u8; 16]>(), 2..40),
        ) {
            let ids: Vec<_> = ids.into_iter().map(FeatureId).collect();
            let all = codes(ids.iter().copied());
            prop_assert_eq!(all.values().collect::<BTreeSet<_>>().len(), ids.len());
            for id in ids {
                prop_assert_eq!(codes([id])[&id], all[&id]);
            }
        }
    }

    /// Posters are printed: if this fails, every poster in the world is waste paper.
    #[test]
    fn the_code_of_an_identity_never_changes() {
        let id: FeatureId = "deb57748-87ad-42ba-866c-862f9883d728".parse().unwrap();
        assert_eq!(codes([id])[&id].to_string(), "598-HDW");
    }
}
