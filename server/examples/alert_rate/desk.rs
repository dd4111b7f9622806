//! Alerts as commands of this process: decided, chained, committed, marked, published.

use super::{Outcome, Run, open_loop};
use domain::desk::{Actor, Command, Event};
use domain::ids::{IncidentId, TokenHash};
use domain::incident::{IncidentEvent, Origin, Priority};
use domain::place::{Place, Source};
use domain::venue::{Ordinal, Wgs84};
use server::clock::SystemClock;
use server::desk::{self, Submission};
use server::festival::{DEMO, Festival};
use server::log::{KeyHash, SqliteLog};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A place as a poster gives it.
fn place() -> Place {
    Place {
        level: Some(Ordinal(1)),
        unit: Some(domain::venue::FeatureId([7; 16])),
        point: Some(Wgs84 { lat_e7: 435_512_345, lon_e7: 70_171_234 }),
        radius_m: 3,
        source: Source::Checkpoint,
        code: None,
        at_wall_ms: 1_790_000_000_000,
    }
}

/// The bytes of one alert's event: what bare SQLite is given too.
pub fn body() -> Outcome<Vec<u8>> {
    let event = Event::Incident(IncidentEvent::Alerted {
        origin: Origin::Phone(TokenHash([7; 32])),
        lang: "fr".to_owned(),
        place: Some(place()),
        priority: Priority::P2,
        for_morning: false,
    });
    Ok(server::body::encode(&event)?)
}

/// Spreads numbers as hashes are spread: a key's place in its index is anywhere.
pub fn spread(n: u64) -> [u8; 16] {
    u128::from(n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes()
}

pub async fn run(folder: &Path, rate: u32, at_once: usize, span: Duration) -> Outcome<Run> {
    let festival = Festival::parse(DEMO)?;
    let log = Arc::new(SqliteLog::open(folder, &festival.id)?);
    let desk = desk::open(log.clone(), festival, Arc::new(SystemClock::default()), |error| {
        eprintln!("{error}");
        std::process::exit(70);
    })?;
    let send = move |n: u64| {
        let (desk, key) = (desk.clone(), spread(n));
        async move {
            let mut phone = [0; 32];
            phone[..16].copy_from_slice(&key);
            let mut fresh = [0; 8];
            fresh.copy_from_slice(&key[..8]);
            let command = Command::Alert {
                fresh: IncidentId(fresh),
                lang: "fr".to_owned(),
                place: Some(place()),
                for_morning: false,
            };
            let actor = Actor::Phone(TokenHash(phone));
            desk.submit(Submission { command, actor, key: Some(KeyHash { key, request: key }) }).await?;
            Ok(())
        }
    };
    let found = open_loop::run(rate, at_once, span, send).await;
    log.close();
    found
}
