//! Where a page may be sent. Law: a subscription is an address that a browser names and this server
//! calls; it reaches the known push services by name, over TLS, and nothing else on any network
//! (`../research/security.md`, tests 46 and ASVS 13.2.4).

use axum::http::Uri;
use hyper_util::client::legacy::connect::dns::Name;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The push services of the browsers there are: Chrome and its relatives, Firefox, Safari, Edge.
const HOSTS: [&str; 1] = ["fcm.googleapis.com"];
/// Hosts below these.
const BELOW: [&str; 3] = [".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"];
/// No push service makes longer addresses.
const LONGEST: usize = 1_024;

/// An address to which nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an address of a push service")]
pub struct NotAllowed;

/// What may be called.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// A push service on this machine, `http://127.0.0.1:PORT`, for tests.
    loopback: Option<String>,
}

impl Allowed {
    /// The known push services, and for tests one on this machine.
    ///
    /// # Errors
    /// [`NotAllowed`] when the one named is not `http://127.0.0.1:PORT`.
    pub fn with_loopback(origin: Option<&str>) -> Result<Self, NotAllowed> {
        let Some(origin) = origin else { return Ok(Allowed::default()) };
        let port = origin.strip_prefix("http://127.0.0.1:").ok_or(NotAllowed)?;
        let _: u16 = port.parse().map_err(|_| NotAllowed)?;
        Ok(Allowed { loopback: Some(origin.to_owned()) })
    }

    /// The address, if a page may be sent there.
    ///
    /// # Errors
    /// [`NotAllowed`].
    pub fn check(&self, endpoint: &str) -> Result<Uri, NotAllowed> {
        if endpoint.len() > LONGEST {
            return Err(NotAllowed);
        }
        let uri: Uri = endpoint.parse().map_err(|_| NotAllowed)?;
        let authority = uri.authority().ok_or(NotAllowed)?.as_str();
        if let Some(origin) = &self.loopback
            && uri.scheme_str() == Some("http")
            && origin.strip_prefix("http://") == Some(authority)
        {
            return Ok(uri);
        }
        // Names as they are: no user, no port but 443, no other spelling of a host.
        let host = authority.strip_suffix(":443").unwrap_or(authority);
        let plain =
            host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
        let known =
            HOSTS.contains(&host) || BELOW.iter().any(|below| host.len() > below.len() && host.ends_with(below));
        if uri.scheme_str() == Some("https") && plain && known { Ok(uri) } else { Err(NotAllowed) }
    }
}

/// Whether an address belongs to the open internet. A name that leads elsewhere is not called.
pub(super) fn public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let reserved =
                a == 0 || a >= 224 || (a == 192 && b == 0 && ip.octets()[2] == 0) || (a == 198 && b & 254 == 18);
            !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation() || shared || reserved)
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => public(IpAddr::V4(mapped)),
            // Global unicast is 2000::/3; of it, not what stands for a tunnel or an example.
            None => {
                let [first, second, ..] = ip.segments();
                first & 0xe000 == 0x2000 && first != 0x2002 && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
            }
        },
    }
}

/// Looks names up and keeps the public addresses only.
#[derive(Debug, Clone, Copy)]
pub(super) struct PublicNames;

impl tower::Service<Name> for PublicNames {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.filter(|address| public(address.ip())).collect::<Vec<_>>().into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_known_services_are_called_and_their_likes_are_not() {
        let allowed = Allowed::default();
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QABC",
            "https://wns2-par02p.notify.windows.com/w/?token=x",
            "https://web.push.apple.com:443/x",
        ] {
            assert!(allowed.check(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/x",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evilfcm.googleapis.com/x",
            "https://evil.example/fcm.googleapis.com",
            "https://fcm.googleapis.com@evil.example/x",
            "https://user@web.push.apple.com/x",
            "https://web.push.apple.com:8443/x",
            "https://.push.apple.com/x",
            "https://push.apple.com.@127.0.0.1/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/x",
            "http://127.0.0.1:80/x",
            "file:///etc/passwd",
        ] {
            assert_eq!(allowed.check(bad), Err(NotAllowed), "{bad}");
        }
        assert_eq!(allowed.check(&format!("https://fcm.googleapis.com/{}", "x".repeat(LONGEST))), Err(NotAllowed));
    }

    #[test]
    fn a_service_on_this_machine_is_one_port_for_tests() {
        let allowed = Allowed::with_loopback(Some("http://127.0.0.1:4567")).unwrap();
        assert!(allowed.check("http://127.0.0.1:4567/push/1").is_ok());
        for bad in [
            "http://127.0.0.1:4568/x",
            "https://127.0.0.1:4567/x",
            "http://u@127.0.0.1:4567/x",
            "http://localhost:4567/x",
        ] {
            assert_eq!(allowed.check(bad), Err(NotAllowed), "{bad}");
        }
        for origin in [
            "http://10.0.0.1:80",
            "http://127.0.0.1",
            "http://127.0.0.1:80/x",
            "https://127.0.0.1:80",
            "http://127.0.0.1:99999",
        ] {
            assert!(Allowed::with_loopback(Some(origin)).is_err(), "{origin}");
        }
    }

    #[test]
    fn addresses_that_are_not_of_the_open_internet_are_not_called() {
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
            "64:ff9b::7f00:1",
        ] {
            assert!(!public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["1.1.1.1", "142.250.1.1", "100.128.0.1", "2a00:1450:4007::1", "2620:fe::fe", "::ffff:8.8.8.8"] {
            assert!(public(outside.parse().unwrap()), "{outside}");
        }
    }

    proptest! {
        #[test]
        fn no_address_passes_but_by_the_name_of_a_service(text in "\\PC{0,60}", host in "[a-z0-9.-]{1,30}") {
            let allowed = Allowed::default();
            for endpoint in [text.clone(), format!("https://{text}"), format!("https://{host}/x")] {
                if let Ok(uri) = allowed.check(&endpoint) {
                    let host = uri.host().unwrap_or_default();
                    prop_assert!(HOSTS.contains(&host) || BELOW.iter().any(|below| host.ends_with(below)));
                }
            }
        }
    }
}
