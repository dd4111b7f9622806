//! A server without a network: `Site` holds it, `browser` asks it things, `memory` is a log that
//! does what a test tells it to, `socket` speaks the live protocol.

pub mod browser;
pub mod memory;
pub mod push;
pub mod routes;
pub mod socket;

pub use browser::{Answer, Browser};

use domain::desk::{Actor, Command, Event, State};
use domain::ids::{PersonId, VenueDigest};
use domain::person::{INVITE_VALID_MS, Profile, Role};
use domain::time::Now;
use domain::venue::{Code, PackFor, Venue, pack};
use server::clock::ManualClock;
use server::desk::{self, Desk, VenueInPlace};
use server::festival::{DEMO, Festival};
use server::http::{Addresses, App, attendee_router, brotli, staff_router};
use server::log::{EventLog, LogError, Record, Seq, SqliteLog};
use server::push::{Push, Settings};
use server::relay::LinkEvent;
use server::relay::frame::Order;
use server::secrets::{Pepper, Token};
use server::venues::Venues;
use server::voice::Voice;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use tempfile::TempDir;
use tokio::sync::mpsc;

/// 20 September 2026, 14:13 UTC.
pub const START: Now = Now { wall_ms: 1_789_913_600_000, mono_ms: 1_000_000_000 };

/// A server, and all that it stands on.
pub struct Site {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub attendee: axum::Router,
    pub desk: axum::Router,
    pub log: Arc<dyn EventLog>,
    /// What the desk called fatal.
    pub fatal: Arc<Mutex<Vec<LogError>>>,
    folder: Arc<TempDir>,
}

impl Site {
    /// A fresh one with the demo's venue.
    pub async fn new() -> Self {
        let site = Self::without_venue().await;
        let place = demo_venue();
        site.app.desk.tell(Actor::Terminal, Command::ImportVenue(place.digest)).await.unwrap();
        site.app.desk.published.set_venue(place);
        site
    }

    /// A fresh one without any venue.
    pub async fn without_venue() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(folder.path(), "demo").unwrap());
        Self::on(log, folder, Arc::new(ManualClock::at(START)))
    }

    /// A fresh one whose festival file is the demo's with something replaced.
    pub fn with_festival(from: &str, to: &str) -> Self {
        assert!(DEMO.contains(from), "the demo has no {from}");
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(folder.path(), "demo").unwrap());
        let festival = Festival::parse(&DEMO.replace(from, to)).unwrap();
        Self::of(festival, log, folder, Arc::new(ManualClock::at(START)))
    }

    /// A fresh one on a log of the test's own.
    pub fn on_log(log: Arc<dyn EventLog>) -> Self {
        Self::on(log, Arc::new(tempfile::tempdir().unwrap()), Arc::new(ManualClock::at(START)))
    }

    /// A fresh one without a venue and with a relay, or what a test takes for one.
    pub fn with_relay(orders: mpsc::Sender<Order>, events: mpsc::Receiver<LinkEvent>) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(folder.path(), "demo").unwrap());
        let voice = |desk: Desk| Voice::start(desk, orders, events);
        let festival = Festival::parse(DEMO).unwrap();
        Self::calling(festival, log, folder, Arc::new(ManualClock::at(START)), voice, None)
    }

    /// A fresh one without a venue whose pages go to a push service of the test's own.
    pub fn with_push(origin: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(folder.path(), "demo").unwrap());
        let festival = Festival::parse(DEMO).unwrap();
        let clock = Arc::new(ManualClock::at(START));
        Self::calling(festival, log, folder, clock, Voice::without_relay, Some(origin.to_owned()))
    }

    fn on(log: Arc<dyn EventLog>, folder: Arc<TempDir>, clock: Arc<ManualClock>) -> Self {
        Self::of(Festival::parse(DEMO).unwrap(), log, folder, clock)
    }

    fn of(festival: Festival, log: Arc<dyn EventLog>, folder: Arc<TempDir>, clock: Arc<ManualClock>) -> Self {
        Self::calling(festival, log, folder, clock, Voice::without_relay, None)
    }

    fn calling(
        festival: Festival,
        log: Arc<dyn EventLog>,
        folder: Arc<TempDir>,
        clock: Arc<ManualClock>,
        voice: impl FnOnce(Desk) -> Voice,
        loopback: Option<String>,
    ) -> Self {
        let fatal = Arc::new(Mutex::new(Vec::new()));
        let told = fatal.clone();
        let fatal_error = move |error: &LogError| told.lock().unwrap().push(error.clone());
        let desk = desk::open(log.clone(), festival, clock.clone(), fatal_error).unwrap();
        let addresses =
            Addresses { attendee: "http://localhost:3000".to_owned(), desk: "http://desk.localhost:3000".to_owned() };
        let voice = voice(desk.clone());
        let pepper = Pepper::for_tests();
        let paging = Settings {
            data: folder.path().to_owned(),
            keys: folder.path().join("keys"),
            contact: "https://desk.localhost".to_owned(),
            loopback,
            first_pause: std::time::Duration::from_millis(1),
        };
        let push = Push::start(desk.published.clone(), &pepper, &paging).unwrap();
        let app = App {
            push,
            desk,
            voice,
            pepper,
            venues: Venues::under(folder.path()),
            addresses: Arc::new(addresses),
            worker: true,
            tries: Arc::default(),
            shares: Default::default(),
        };
        let (attendee, desk) = (attendee_router(app.clone()), staff_router(app.clone()));
        Site { app, clock, attendee, desk, log, fatal, folder }
    }

    /// Stops the server and starts another one on the same files, `down_ms` later.
    pub async fn restart(self, down_ms: i64) -> Self {
        let Site { app, clock, attendee, desk, log, folder, .. } = self;
        let venue = app.desk.published.venue();
        let held = Arc::downgrade(&log);
        drop((app, attendee, desk, log));
        // The desk's task ends when nobody can reach it any more, and lets the log go.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(held.strong_count(), 0, "a browser of the old server is still in use");
        clock.advance(down_ms);
        let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(folder.path(), "demo").unwrap());
        let site = Self::on(log, folder, clock);
        if let Some(place) = venue {
            site.app.desk.published.set_venue(copy(&place));
        }
        site
    }

    /// What a second reader finds on disk at this moment, with the server running on.
    pub fn on_disk(&self) -> Vec<Record> {
        let copy = tempfile::tempdir().unwrap();
        for name in ["log.db", "log.db-wal", "log.mark"] {
            let from = self.folder.path().join(name);
            if from.exists() {
                std::fs::copy(from, copy.path().join(name)).unwrap();
            }
        }
        let log = SqliteLog::open(copy.path(), "demo").unwrap();
        log.verify().unwrap();
        log.read(Seq(0), usize::MAX >> 1).unwrap()
    }

    /// The folder of the log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Every event so far, with its stream.
    pub fn events(&self) -> Vec<(String, Event)> {
        let records = self.log.read(Seq(0), 1 << 20).unwrap();
        let open = |record: Record| {
            (record.stream.0, serde_json::from_slice(&record.body.expect("nothing was erased")).unwrap())
        };
        records.into_iter().map(open).collect()
    }

    /// How many events of a kind there are.
    pub fn count(&self, kind: &str) -> usize {
        self.events().iter().filter(|(_, event)| event.kind() == kind).count()
    }

    /// The log's end.
    pub fn seq(&self) -> u64 {
        self.log.last().0
    }

    /// Looks at the durable state.
    pub fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        self.app.desk.published.read(look)
    }

    /// A poster of the venue in place.
    pub fn poster(&self) -> Code {
        self.app.desk.published.venue().unwrap().venue.checkpoints[0].code
    }

    /// A phone that has never been here.
    pub fn new_phone(&self) -> Browser {
        Browser::new(self.attendee.clone(), "localhost:3000")
    }

    /// A phone that has shown that it keeps cookies.
    pub fn phone(&self) -> Browser {
        let mut phone = self.new_phone();
        phone.cookies.insert("__Host-ok".to_owned(), "1".to_owned());
        phone
    }

    /// A phone that keeps none.
    pub fn phone_without_cookies(&self) -> Browser {
        let mut phone = self.new_phone();
        phone.keeps_cookies = false;
        phone
    }

    /// A browser on the staff's host, signed out.
    pub fn stranger(&self) -> Browser {
        Browser::new(self.desk.clone(), "desk.localhost:3000")
    }

    /// A link for a new colleague.
    pub async fn link(&self, role: Role) -> Token {
        let token = Token::fresh();
        let (invite, name) = (self.app.pepper.invite(&token), format!("{role:?}"));
        let profile =
            Profile { name, role, languages: Vec::new(), appearance: String::new(), appearance_in: Default::default() };
        let command = Command::Invite { invite, profile, valid_ms: INVITE_VALID_MS };
        self.app.desk.tell(Actor::Terminal, command).await.unwrap();
        token
    }

    /// A new colleague who has signed in.
    pub async fn join(&self, role: Role) -> Colleague {
        let token = self.link(role).await;
        let mut browser = self.stranger();
        let before: Vec<PersonId> = self.read(|state| state.people.keys().copied().collect());
        let answer = browser.post(&format!("/join/{}", token.reveal()), &[("name", "")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let id = self.read(|state| state.people.keys().copied().find(|id| !before.contains(id)).unwrap());
        Colleague { id, browser }
    }

    /// Another browser of somebody who is on the team.
    pub async fn join_again(&self, person: PersonId) -> Browser {
        let token = Token::fresh();
        let invite = self.app.pepper.invite(&token);
        let command = Command::InviteAgain { invite, person, valid_ms: INVITE_VALID_MS };
        self.app.desk.tell(Actor::Terminal, command).await.unwrap();
        let mut browser = self.stranger();
        assert_eq!(browser.post(&format!("/join/{}", token.reveal()), &[]).await.status, 303);
        browser
    }
}

/// Somebody of the team, at their browser.
pub struct Colleague {
    pub id: PersonId,
    pub browser: Browser,
}

fn copy(place: &VenueInPlace) -> VenueInPlace {
    VenueInPlace {
        digest: place.digest,
        venue: place.venue.clone(),
        packed_attendee: place.packed_attendee.clone(),
        packed_staff: place.packed_staff.clone(),
    }
}

/// The demo's venue: imported once for all tests.
pub fn demo_venue() -> VenueInPlace {
    static VENUE: OnceLock<VenueInPlace> = OnceLock::new();
    let place = VENUE.get_or_init(|| {
        let archive = server::demo::venue_archive().unwrap();
        let venue: Venue = server::venue::import_zip(&archive).unwrap().venue;
        let packed = |whom| brotli(&pack(&venue, whom));
        let (packed_attendee, packed_staff) = (packed(PackFor::Attendee), packed(PackFor::Staff));
        VenueInPlace {
            digest: VenueDigest([9; 32]),
            venue,
            packed_attendee: packed_attendee.into(),
            packed_staff: packed_staff.into(),
        }
    });
    copy(place)
}
