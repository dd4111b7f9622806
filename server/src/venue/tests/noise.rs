//! Noise: whatever happens to the bytes, there is a venue or a refusal, and it can be packed.

use super::super::archive::{LIMITS, Source, open};
use super::*;
use domain::venue::{PackFor, pack, unpack};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::OnceLock;

/// The real venue's files, its rooms thinned out so that many tries are quick.
fn files() -> archive::Files {
    static FILES: OnceLock<archive::Files> = OnceLock::new();
    let thin = || {
        let mut files = open(Path::new(POSTECH), &LIMITS).unwrap();
        for part in [Part::Unit, Part::Fixture, Part::Opening] {
            let source = files.known.get_mut(&part).unwrap();
            let mut value: Value = serde_json::from_slice(&source.bytes).unwrap();
            let features = value["features"].as_array_mut().unwrap();
            let mut n = 0;
            features.retain(|_| {
                n += 1;
                n % 8 == 0
            });
            *source = Source { name: source.name.clone(), bytes: serde_json::to_vec_pretty(&value).unwrap() };
        }
        files
    };
    FILES.get_or_init(thin).clone()
}

fn check(answer: Result<Imported, Refused>) -> Result<(), TestCaseError> {
    match answer {
        Ok(Imported { venue, report }) => {
            prop_assert!(!report.sentences("fr").is_empty());
            let unpacked = unpack(&pack(&venue, PackFor::Staff));
            prop_assert_eq!(unpacked.as_ref(), Ok(&venue));
        }
        Err(refused) => prop_assert!(!refused.sentence("fr").is_empty()),
    }
    Ok(())
}

/// Bytes that mean something to JSON, so that damage is not always at once fatal.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![any::<u8>(), prop::sample::select(&b"[]{},:\"0123456789eE.-ntf \\"[..])]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn files_with_changed_bytes_never_panic(
        part: Index,
        flips in prop::collection::vec((any::<Index>(), byte()), 1..6),
    ) {
        let mut files = files();
        let at = part.index(files.known.len());
        let source = files.known.values_mut().nth(at).unwrap();
        for (at, value) in flips {
            let at = at.index(source.bytes.len());
            source.bytes[at] = value;
        }
        check(build::build(files))?;
    }

    #[test]
    fn files_cut_short_never_panic(part: Index, keep: Index) {
        let mut files = files();
        let at = part.index(files.known.len());
        let source = files.known.values_mut().nth(at).unwrap();
        source.bytes.truncate(keep.index(source.bytes.len()));
        check(build::build(files))?;
    }

    #[test]
    fn values_of_the_wrong_kind_never_panic(
        part: Index,
        which: Index,
        key: Index,
        value in prop_oneof![
            Just(Value::Null), Just(json!([])), Just(json!({})), Just(json!("x")), Just(json!(-1)),
            Just(json!(1e300)), Just(json!([[[]]])), Just(json!(true)),
        ],
        inner: bool,
    ) {
        let mut files = files();
        let at = part.index(files.known.len());
        let source = files.known.values_mut().nth(at).unwrap();
        if let Ok(mut all) = serde_json::from_slice::<Value>(&source.bytes)
            && let Some(features) = all["features"].as_array_mut().filter(|all| !all.is_empty())
        {
            let at = which.index(features.len());
            let object = if inner { &mut features[at]["properties"] } else { &mut features[at] };
            let object = object.as_object_mut().unwrap();
            let key = object.keys().nth(key.index(object.len())).unwrap().clone();
            object.insert(key, value);
            source.bytes = all.to_string().into_bytes();
        }
        check(build::build(files))?;
    }

    #[test]
    fn a_zip_with_changed_bytes_never_panics(
        flips in prop::collection::vec((any::<Index>(), any::<u8>()), 1..6),
        keep in prop::option::of(any::<Index>()),
    ) {
        let mut bytes = Small::new().zip();
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(keep) = keep {
            bytes.truncate(keep.index(bytes.len()));
        }
        check(import_zip(&bytes))?;
    }
}
