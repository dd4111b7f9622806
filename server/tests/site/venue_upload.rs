//! An organiser's upload, one at a time.

use super::support::Site;
use super::support::browser::Answer;
use domain::person::Role;

const FENCE: &str = "----fence";

async fn upload(organiser: &mut super::support::Browser, boundary: &str, archive: &[u8]) -> Answer {
    let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"a.zip\"\r\n\r\n");
    let body = [head.as_bytes(), archive, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
    let kind = format!("multipart/form-data; boundary={boundary}");
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", kind.as_str())];
    organiser.post_bytes("/venue", &headers, body).await
}

#[tokio::test]
async fn one_map_is_imported_at_a_time() {
    let site = Site::without_venue().await;
    let mut organiser = site.join(Role::Organiser).await.browser;
    let archive = server::demo::venue_archive().unwrap();

    let turn = site.app.venues.turn().unwrap();
    let busy = upload(&mut organiser, FENCE, &archive).await;
    assert_eq!(busy.status, 429);
    assert!(busy.text().contains("Un autre plan est en cours"), "{}", busy.text());
    assert!(site.app.desk.published.venue().is_none());

    drop(turn);
    assert_eq!(upload(&mut organiser, FENCE, &archive).await.status, 200);
    assert!(site.app.desk.published.venue().is_some());
    // Whatever came of one, the next has its turn.
    assert_eq!(upload(&mut organiser, FENCE, b"no zip").await.status, 422);
    assert_eq!(upload(&mut organiser, &"x".repeat(28_000), &archive).await.status, 422);
    assert!(site.app.venues.turn().is_ok());
}

/// What nothing names would travel in every backup.
#[tokio::test]
async fn a_refused_map_leaves_nothing_on_the_disk() {
    let site = Site::new().await;
    site.phone().tap().await;
    let mut organiser = site.join(Role::Organiser).await.browser;
    let before = files(&site);
    let archive = server::demo::venue_archive().unwrap();
    // The same venue under another digest: a comment at the archive's end.
    let other = [&archive[..archive.len() - 2], &[1, 0, b'x']].concat();
    let refused = upload(&mut organiser, FENCE, &other).await;
    assert_ne!(refused.status, 200, "cases are open");
    assert_eq!(files(&site), before);
}

fn files(site: &Site) -> Vec<std::path::PathBuf> {
    let Ok(found) = std::fs::read_dir(site.folder().join("venues")) else { return Vec::new() };
    found.map(|file| file.unwrap().path()).collect()
}
