//! What the server writes to its terminal: nothing about anybody.

use super::support::browser::FORM;
use super::support::{Site, memory};
use domain::person::Role;
use domain::wire::StaffCommand;
use std::io::Write;
use std::sync::{Arc, Mutex};

/// What was written, for the test to read.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_about_anybody_is_written_to_the_terminal() {
    const MARKER: &str = "MARKER-zoe-behind-the-bar";
    let written = Written::default();
    let sink = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || sink.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    tracing::info!("the test listens");

    let log = Arc::new(memory::MemoryLog::default());
    let site = Site::on_log(log.clone());
    let mut secrets = vec![MARKER.to_owned()];
    let mut phone = site.phone();
    let sent = phone.post("/alert", &[("p", MARKER), ("l", MARKER), ("key", MARKER), ("name", MARKER)]).await;
    secrets.push(sent.sets("__Host-t").unwrap());
    phone.get_with("/now", &[("user-agent", MARKER), ("x-forwarded-for", MARKER), ("referer", MARKER)]).await;
    phone.get(&format!("/{MARKER}?p={MARKER}&typed={MARKER}")).await;
    phone.get(&format!("/code?typed={MARKER}")).await;
    phone.post("/place", &[("typed", MARKER)]).await;
    phone.post_bytes("/alert", &[("content-type", MARKER)], MARKER).await;
    phone.post_bytes("/alert", &[("content-type", FORM)], "x".repeat(20_000)).await;

    let link = site.link(Role::Agent).await;
    secrets.push(link.reveal().to_owned());
    let mut agent = site.stranger();
    agent.get(&format!("/join/{}", link.reveal())).await;
    agent.post(&format!("/join/{}", link.reveal()), &[("name", MARKER)]).await;
    agent.post(&format!("/join/{}", link.reveal()), &[("name", MARKER)]).await;
    secrets.push(agent.cookies["__Host-desk"].clone());
    let id = site.read(|state| *state.incidents.keys().next().unwrap());
    assert_eq!(agent.command(StaffCommand::SetApproach(id, MARKER.to_owned())).await.status, 204);
    agent.command(StaffCommand::Scan(MARKER.to_owned())).await;
    agent.post_from("cross-site", "/command", &[("x", MARKER)]).await;

    // Also when things go wrong.
    site.phone().tap().await;
    site.clock.advance(60_000);
    log.be(memory::Mood::Full);
    server::ticker::tick(&site.app.desk).await;
    phone.tap().await;
    log.be(memory::Mood::Broken);
    phone.tap().await;
    server::ticker::tick(&site.app.desk).await;

    drop(guard);
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("the test listens"));
    assert!(text.contains("could not be taken"), "the failing tick was seen");
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} stands in\n{text}");
    }
}
