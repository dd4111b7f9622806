//! A short simulation against a server that listens, in fast time: everybody who asks is answered.

use super::support::Site;
use domain::incident::CloseReason;
use domain::person::Role;
use server::listen::{self, Sites};
use server::simulate::{self, Counts, How, Member};
use server::visitor;
use tokio::net::TcpListener;

/// Alerts of one simulated hour.
const ALERTS: u32 = 14;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_of_a_short_simulation_is_answered_and_nothing_is_refused() {
    let site = Site::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let sites = Sites {
        attendee: site.attendee.clone(),
        desk: site.desk.clone(),
        desk_host: "desk.localhost".to_owned(),
        trial: false,
    };
    let serving = tokio::spawn(listen::serve(listener, None, sites, std::future::pending()));

    // The people of a simulation wait in real time, however fast: here the clock runs.
    let clock = site.clock.clone();
    let ticking = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(5));
        loop {
            ticks.tick().await;
            clock.advance(5);
        }
    });

    let mut crew = Vec::new();
    for role in [Role::Agent, Role::Agent, Role::Lead, Role::Security, Role::Security, Role::Security] {
        let token = site.link(role).await;
        let link = format!("http://desk.localhost:{}/join/{}", at.port(), token.reveal());
        crew.push(Member::enter(&link).await.unwrap());
    }
    let (attendee, _) = visitor::Site::of(&format!("http://localhost:{}", at.port())).await.unwrap();
    let how = How { rate: format!("{ALERTS}/h").parse().unwrap(), seed: 7, speed: 400, for_ms: Some(3_600_000) };
    let Counts { opened, seen, met, heard, ended, late, refused } = simulate::run(attendee, crew, &how).await.unwrap();

    assert_eq!((opened, seen, ended, refused), (ALERTS, ALERTS, ALERTS, 0), "{late} late");
    assert!(met > 0 && heard > 0, "nobody was met or heard");
    site.read(|state| {
        assert_eq!(state.incidents.len(), ALERTS as usize);
        assert_eq!(state.open_incidents().count(), 0);
        let on_duty = state.people.values().filter(|person| person.duty != domain::person::Duty::Off);
        assert_eq!(on_duty.count(), 0, "somebody stayed on duty after the end");
        for incident in state.incidents.values() {
            let (_, reason) = incident.closed.unwrap();
            let somebody_was_there = incident.dispatches.iter().any(|dispatch| dispatch.on_scene.is_some());
            match reason {
                CloseReason::Helped | CloseReason::HandedOn => assert!(somebody_was_there),
                CloseReason::SaidOk => assert!(incident.ok_said.is_some()),
                CloseReason::Test => assert!(incident.withdrawn.is_some() && incident.check == Some(true)),
            }
            let place = incident.place.as_ref();
            assert!(place.is_none_or(|place| place.level.is_some()), "a place that is none");
        }
        let known = |incident: &&domain::incident::Incident| incident.place.is_some();
        assert!(state.incidents.values().filter(known).count() * 2 > ALERTS as usize);
    });
    ticking.abort();
    serving.abort();
}
