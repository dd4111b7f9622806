//! The invented people of a lively demo.

use crate::demo::Link;
use crate::http::Addresses;
use crate::simulate::{self, How, Member};
use crate::visitor::Site;
use domain::person::Role;
use std::net::{IpAddr, SocketAddr};
use tokio::task::JoinHandle;

/// They come in from outside, as people do; resolves when all
/// have signed in.
pub(super) async fn play(
    rate: simulate::Rate,
    crew: Vec<Link>,
    at: SocketAddr,
    addresses: &Addresses,
) -> JoinHandle<()> {
    // Whatever it listens on, it is reached from this machine.
    let ip = if at.ip().is_unspecified() { IpAddr::from([127, 0, 0, 1]) } else { at.ip() };
    let at = SocketAddr::new(ip, at.port());
    let site = |address: &str| {
        let host = address.split_once("://").map_or(address, |(_, host)| host);
        Site { host: host.to_owned(), at, from: None }
    };
    let mut members = Vec::new();
    for link in crew.iter().filter(|link| link.role != Role::Organiser) {
        let path = link.url.strip_prefix(&addresses.desk).unwrap_or_default();
        match Member::enter_at(site(&addresses.desk), path).await {
            Ok(member) => members.push(member),
            Err(error) => tracing::warn!(%error, "an invented colleague could not sign in"),
        }
    }
    // Another crowd at each start.
    let seed = u64::from_le_bytes(crate::secrets::random());
    let how = How { rate, seed, speed: 1, for_ms: None };
    let attendees = site(&addresses.attendee);
    tokio::spawn(async move {
        if let Err(error) = simulate::run(attendees, members, &how).await {
            tracing::warn!(%error, "the demo is not lively");
        }
    })
}
