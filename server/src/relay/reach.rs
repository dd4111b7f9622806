//! Where browsers reach the relay.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// First and last UDP port, as in `40000-40999`; 0, 0 lets the system choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PortRange(pub u16, pub u16);

/// The text is no range of ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name the first and the last UDP port, like 40000-40999")]
pub struct NoRange;

impl FromStr for PortRange {
    type Err = NoRange;

    fn from_str(text: &str) -> Result<Self, NoRange> {
        let (first, last) = text.split_once('-').ok_or(NoRange)?;
        let (first, last) = (first.trim().parse().map_err(|_| NoRange)?, last.trim().parse().map_err(|_| NoRange)?);
        if first == 0 || first > last { Err(NoRange) } else { Ok(Self(first, last)) }
    }
}

/// The addresses the relay listens on: the chosen ones, else the one the server listens on, else,
/// where it listens everywhere, those of every interface that others can reach.
#[must_use]
pub fn addresses(listen: IpAddr, chosen: &[IpAddr]) -> Vec<IpAddr> {
    if !chosen.is_empty() {
        return chosen.to_vec();
    }
    if !listen.is_unspecified() {
        return vec![listen];
    }
    let interfaces = rtc::shared::ifaces::ifaces().unwrap_or_default();
    let mut found: Vec<IpAddr> = Vec::new();
    for ip in interfaces.into_iter().filter_map(|interface| interface.addr).map(|address: SocketAddr| address.ip()) {
        // On `[::]` the server takes IPv4 as well; on `0.0.0.0` no IPv6.
        if reachable(ip) && (listen.is_ipv6() || ip.is_ipv4()) && !found.contains(&ip) {
            found.push(ip);
        }
    }
    // A machine without a network still talks to itself.
    if found.is_empty() { vec![IpAddr::from([127, 0, 0, 1])] } else { found }
}

fn reachable(ip: IpAddr) -> bool {
    let link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !ip.is_loopback() && !ip.is_unspecified() && !ip.is_multicast() && !link_local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_first_to_last() {
        assert_eq!("40000-40999".parse(), Ok(PortRange(40_000, 40_999)));
        for wrong in ["", "40000", "9-3", "0-9", "1-70000", "a-b"] {
            assert_eq!(wrong.parse::<PortRange>(), Err(NoRange), "{wrong}");
        }
    }

    #[test]
    fn the_relay_listens_where_the_server_does() {
        let loopback = IpAddr::from([127, 0, 0, 1]);
        let public = IpAddr::from([192, 0, 2, 7]);
        assert_eq!(addresses(loopback, &[]), [loopback]);
        assert_eq!(addresses(loopback, &[public]), [public]);
        let everywhere = addresses(IpAddr::from([0, 0, 0, 0]), &[]);
        assert!(everywhere.iter().all(|ip| ip.is_ipv4() && !ip.is_unspecified()) && !everywhere.is_empty());
    }
}
