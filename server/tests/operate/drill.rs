//! The backup drill of `docs/operations.md`, as it stands there.

use crate::process::{Sotto, run};
use server::log::{EventLog, Seq, SqliteLog};
use server::operate::backup::{self, BackupError, RING_MS};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// The keys lie apart from the data, as in service.
async fn serve(data: &Path, keys: &Path) -> Sotto {
    Sotto::serve(data, &["--keys", keys.to_str().unwrap()]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_the_backup_is_there_after_the_restore() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let text = |name: &str| at(name).to_str().unwrap().to_owned();
    let server = Arc::new(serve(&at("data"), &at("keys")).await);
    // Phones tap all the while; whoever was answered before the backup began has to be in it.
    let tokens = Arc::new(Mutex::new(Vec::new()));
    let phones: Vec<_> = (0..4)
        .map(|_| {
            let (server, tokens) = (server.clone(), tokens.clone());
            tokio::spawn(async move {
                while let Some(token) = server.tap().await {
                    tokens.lock().unwrap().push(token);
                }
            })
        })
        .collect();
    let count = || tokens.lock().unwrap().len();
    let mut before = Vec::new();
    for (round, name) in (1..).zip(["monday", "tuesday", "wednesday"]) {
        while count() < round * 60 {
            tokio::task::yield_now().await;
        }
        before = tokens.lock().unwrap().clone();
        let (made, said) = run(&["backup", "--data", &text("data"), "--to", &text(name)]).await;
        assert!(made, "{said}");
        // A second one of that name replaces nothing.
        let (made, said) = run(&["backup", "--data", &text("data"), "--to", &text(name)]).await;
        assert!(!made && said.contains("replaces nothing"), "{said}");
        let (whole, said) = run(&["verify", &text(name)]).await;
        assert!(whole && said.contains("is whole"), "{said}");
    }
    assert!(count() > before.len(), "alerts came while the backup was made");
    // The machine is lost.
    server.signal("KILL");
    for phone in phones {
        phone.await.unwrap();
    }
    Arc::into_inner(server).unwrap().ended().await;
    std::fs::remove_dir_all(at("data")).unwrap();

    let (restored, said) = run(&["restore", &text("wednesday"), "--to", &text("elsewhere")]).await;
    assert!(restored, "{said}");
    let (walked, listed) = run(&["log", "--data", &text("elsewhere")]).await;
    assert!(walked, "{listed}");
    assert!(listed.matches("\"alerted\"").count() >= before.len());
    let server = serve(&at("elsewhere"), &at("keys")).await;
    assert!(server.ready["poster"].is_string(), "the map is in place");
    for token in &before {
        assert_eq!(server.case_of(token).await, 200, "an alert that was acknowledged before the backup is lost");
    }
    // It goes on: taps are taken, and colleagues' links were renewed.
    assert!(server.tap().await.is_some());
    server.stop().await;
    let log = SqliteLog::open(&at("elsewhere").join("log"), "baie").unwrap();
    assert!(log.verify().unwrap().last > Seq(0));
    log.close();
    // A stopped server's data can be copied too.
    let (made, said) = run(&["backup", "--data", &text("elsewhere"), "--to", &text("thursday")]).await;
    assert!(made, "{said}");
    // Nothing but backups, data and keys is left lying about.
    let mut left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["elsewhere", "keys", "monday", "thursday", "tuesday", "wednesday"]);
}

/// A backup of a server that ran, and its folder.
async fn made() -> (tempfile::TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Sotto::serve(&data, &[]).await;
    for _ in 0..5 {
        server.tap().await.unwrap();
    }
    server.stop().await;
    let to = folder.path().join("backup");
    backup::write(&data, &to, 1_000_000_000_000).unwrap();
    let bytes = std::fs::read(to).unwrap();
    (folder, bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_or_a_missing_end_is_found_wherever_it_is() {
    let (folder, whole) = made().await;
    let (file, to) = (folder.path().join("damaged"), folder.path().join("restored"));
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(backup::verify(&file).unwrap().cases, 5);
    let refused = |bytes: &[u8], what: &str| {
        std::fs::write(&file, bytes).unwrap();
        assert!(backup::verify(&file).is_err(), "{what}");
        assert!(backup::restore(&file, &to, true, 0).is_err() && !to.exists(), "{what}");
    };
    // Two hundred places over the whole file, its last bytes among them.
    let places = (0..200).map(|n| n * (whole.len() - 1) / 199);
    for place in places {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        refused(&bytes, &format!("byte {place} of {}", whole.len()));
    }
    for length in (0..20).map(|n| n * whole.len() / 20) {
        refused(&whole[..length], &format!("cut at {length}"));
    }
    refused(&[&whole[..], b"\n"].concat(), "one byte more");
    // Which part it is, where that can be told.
    let mut bytes = whole.clone();
    bytes[whole.len() / 2] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let said = backup::verify(&file).unwrap_err().to_string();
    assert!(said.contains("log/log.db") || said.contains(".imdf.zip"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_replaces_nothing_and_takes_an_old_backup_upon_a_word_only() {
    let (folder, _) = made().await;
    let (file, to, made_at) = (folder.path().join("backup"), folder.path().join("to"), 1_000_000_000_000);
    let data = folder.path().join("data");
    assert!(matches!(backup::restore(&file, &data, true, made_at), Err(BackupError::NotEmpty(_))));
    let old = backup::restore(&file, &to, false, made_at + RING_MS + 1);
    assert!(matches!(old, Err(BackupError::Old { days: 7 })) && !to.exists());
    assert!(matches!(backup::restore(&file, &to, false, 0), Err(BackupError::Future(_))) && !to.exists());
    std::fs::create_dir(&to).unwrap();
    backup::restore(&file, &to, true, made_at + 100 * RING_MS).unwrap();
    assert!(to.join("log/log.db").exists());
    for path in [&to, &to.join("log"), &to.join("log/log.db"), &file] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{} can be read by others", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_lost_its_end_makes_no_backup() {
    let (folder, _) = made().await;
    let data = folder.path().join("data");
    let database = rusqlite::Connection::open(data.join("log/log.db")).unwrap();
    database
        .execute_batch("DROP TRIGGER event_is_kept; DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
        .unwrap();
    drop(database);
    let to = folder.path().join("hides");
    let refused = backup::write(&data, &to, 0).unwrap_err();
    assert!(refused.to_string().contains("1 entry is missing"), "{refused}");
    assert!(!to.exists());
    let nothing = backup::write(folder.path(), &to, 0);
    assert!(matches!(nothing, Err(BackupError::NoLog(_))));
}
