//! What somebody changed behind the log's back is named, and an erased body is not damage.

use server::log::{EventLog, LogError, Seq};

use super::{Store, all, command, five, wait, write};

/// The sequence that opening or verifying names as damaged.
fn named<S: Store>(store: &S) -> Option<Seq> {
    let refusal = store.open().and_then(|log| log.verify()).expect_err("the damage was not noticed");
    match refusal {
        LogError::Corrupt { seq, .. } => seq,
        other => panic!("{other}"),
    }
}

pub(crate) fn a_changed_body_is_named<S: Store>() {
    for seq in 1..=5 {
        let (store, _) = five::<S>();
        store.tamper(&format!("UPDATE event SET body = CAST('z' AS BLOB) WHERE seq = {seq}"));
        assert_eq!(named(&store), Some(Seq(seq)));
    }
}

pub(crate) fn a_changed_header_is_named<S: Store>() {
    for change in [
        "format = 2",
        "festival = 'other'",
        "stream = 'incident/3', stream_version = 1",
        "stream_version = 9",
        "kind = 'closed'",
        "kind_version = 2",
        "at_wall_ms = 0",
        "actor = 'phone/6'",
        "key = body_digest, request = body_digest",
        "previous = body_digest",
        "hash = body_digest",
        "body_digest = hash",
    ] {
        let (store, _) = five::<S>();
        store.tamper(&format!("UPDATE event SET {change} WHERE seq = 3"));
        assert_eq!(named(&store), Some(Seq(3)), "{change}");
    }
}

pub(crate) fn a_removed_event_is_named<S: Store>() {
    for seq in 1..=4 {
        let (store, _) = five::<S>();
        store.tamper(&format!("DELETE FROM event WHERE seq = {seq}"));
        assert_eq!(named(&store), Some(Seq(seq)));
    }
}

pub(crate) fn a_lost_tail_is_refused_at_opening<S: Store>() {
    for kept in 0..5 {
        let (store, records) = five::<S>();
        store.tamper(&format!("DELETE FROM event WHERE seq > {kept}"));
        let refusal = store.open().err().expect("the lost tail was not noticed");
        let LogError::MissingTail { have, want, .. } = refusal else {
            panic!("{refusal}");
        };
        assert_eq!((have, want), (Seq(kept), records[4].seq));
        let said = match 5 - kept {
            1 => "1 entry is missing".to_owned(),
            missing => format!("{missing} entries are missing"),
        };
        assert!(refusal.to_string().starts_with(&said), "{refusal}");
    }
}

pub(crate) fn an_exchanged_tail_is_refused_at_opening<S: Store>() {
    // Another log's end: whole in itself, but not what was acknowledged here.
    let (store, _) = five::<S>();
    store.tamper("DELETE FROM event WHERE seq = 5");
    store.tamper("UPDATE event SET seq = 5 WHERE seq = 4");
    assert_eq!(named(&store), Some(Seq(5)));
}

pub(crate) fn an_erased_body_leaves_the_chain_whole<S: Store>() {
    let (store, before) = five::<S>();
    store.tamper("UPDATE event SET body = NULL WHERE seq IN (2, 5)");
    let log = store.open().unwrap();
    assert_eq!(log.verify().unwrap().erased, 2);
    let after = all(&log);
    assert_eq!((&after[1].body, &after[4].body), (&None, &None));
    assert_eq!(after[1].body_digest, before[1].body_digest);
    write(&log, command("incident/1", 4, &["f"])).unwrap();
    assert_eq!(log.verify().unwrap().last, Seq(6));
}

pub(crate) fn what_is_erased_is_gone_and_the_rest_stays<S: Store>() {
    let (store, before) = five::<S>();
    let log = store.open().unwrap();
    // Behind an append that nobody has awaited yet, and with one that is not there.
    let later = log.append(command("incident/9", 0, &["MARKER-late"]));
    wait(log.erase(vec![Seq(2), Seq(6), Seq(99)])).unwrap();
    wait(later).unwrap();
    wait(log.erase(vec![Seq(2), Seq(5)])).unwrap();
    assert!(wait(log.scrub()).unwrap());
    let again = |log: &S::Log| {
        let after = all(log);
        let gone: Vec<_> = after.iter().filter(|record| record.body.is_none()).map(|record| record.seq.0).collect();
        assert_eq!(gone, [2, 5, 6]);
        for (was, is) in before.iter().zip(&after) {
            assert_eq!((was.hash, was.body_digest, &was.actor), (is.hash, is.body_digest, &is.actor));
            assert!(is.body.is_none() || is.body == was.body);
        }
        assert_eq!(log.verify().unwrap().erased, 3);
    };
    again(&log);
    write(&log, command("incident/9", 1, &["g"])).unwrap();
    drop(log);
    again(&store.open().unwrap());
}
