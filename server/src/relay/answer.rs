//! The relay's answer, written here and not by the media stack.
//!
//! Law: nothing stands in it but the relay's own address, names and certificate.

use crate::relay::offer::{Offer, Section, codecs};
use std::net::{IpAddr, SocketAddr};

/// What the stack chose for this connection, read from the description it made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// ICE user name.
    pub ufrag: String,
    /// ICE password.
    pub password: String,
    /// Hash and value of our certificate.
    pub fingerprint: String,
    /// Where the browser reaches us, the best first.
    pub addresses: Vec<SocketAddr>,
}

impl Local {
    /// Reads the stack's own description; none if something is missing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let get = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(str::to_owned);
        let mut addresses: Vec<SocketAddr> = Vec::new();
        for candidate in text.lines().filter_map(|line| line.strip_prefix("a=candidate:")) {
            // foundation component protocol priority address port "typ" type
            let words: Vec<&str> = candidate.split(' ').collect();
            let [_, "1", protocol, _, ip, port, "typ", "host", ..] = words.as_slice() else { continue };
            let address = ip.parse::<IpAddr>().ok().zip(port.parse::<u16>().ok()).map(SocketAddr::from);
            if let Some(address) = address
                && protocol.eq_ignore_ascii_case("udp")
                && !addresses.contains(&address)
            {
                addresses.push(address);
            }
        }
        (!addresses.is_empty()).then_some(())?;
        Some(Self {
            ufrag: get("a=ice-ufrag:")?,
            password: get("a=ice-pwd:")?,
            fingerprint: get("a=fingerprint:")?,
            addresses,
        })
    }
}

/// Writes the answer to an offer. `ssrc` is the stream of the floor track, `version` grows with
/// each answer of a connection.
#[must_use]
pub fn write(offer: &Offer, local: &Local, ssrc: u32, version: u32) -> String {
    let names: Vec<&str> = offer.sections.iter().take(2).map(|section| section.mid.as_str()).collect();
    let mut text = format!(
        "v=0\r\no=sotto 1 {version} IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\na=msid-semantic: WMS floor\r\n",
        names.join(" ")
    );
    for (index, section) in offer.sections.iter().enumerate() {
        match index {
            0 => text += &audio(offer, local, section, "recvonly"),
            1 => {
                text += &audio(offer, local, section, "sendonly");
                text += &format!("a=msid:floor floor\r\na=ssrc:{ssrc} cname:floor\r\n");
            }
            _ => {
                let Section { media, transport, format, mid } = section;
                text +=
                    &format!("m={media} 0 {transport} {format}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na=inactive\r\n");
            }
        }
    }
    text
}

fn audio(offer: &Offer, local: &Local, section: &Section, direction: &str) -> String {
    let opus = offer.formats.opus;
    let red = offer.formats.red.map(|red| format!("{red} ")).unwrap_or_default();
    let Local { ufrag, password, fingerprint, addresses } = local;
    let mut text = format!(
        "m=audio 9 UDP/TLS/RTP/SAVPF {red}{opus}\r\nc=IN IP4 0.0.0.0\r\na=mid:{}\r\na={direction}\r\na=rtcp-mux\r\n\
         a=setup:active\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\na=fingerprint:{fingerprint}\r\na=ptime:20\r\n",
        section.mid
    );
    text += &codecs(offer.formats);
    for (index, address) in (0_u32..).zip(addresses) {
        let priority = 2_130_706_431 - 256 * index;
        text += &format!("a=candidate:{} 1 udp {priority} {} {} typ host\r\n", index + 1, address.ip(), address.port());
    }
    text + "a=end-of-candidates\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::offer::tests::BROWSER;

    #[test]
    fn an_answer_names_the_relay_and_refuses_what_it_does_not_know() {
        let more = format!(
            "{BROWSER}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=candidate:1 1 udp 1 203.0.113.9 5 typ host\r\n"
        );
        let offer = Offer::parse(&more).expect("answerable");
        let local = Local {
            ufrag: "ours".into(),
            password: "p".repeat(22),
            fingerprint: "sha-256 00".into(),
            addresses: vec!["192.0.2.1:4000".parse().expect("an address")],
        };
        let answer = write(&offer, &local, 77, 1);
        assert!(answer.contains("m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"), "{answer}");
        assert!(answer.contains("a=group:BUNDLE 0 1\r\n") && answer.contains("a=ssrc:77 cname:floor"), "{answer}");
        assert!(!answer.contains("203.0.113") && !answer.contains(&offer.password), "{answer}");
        assert_eq!(answer.matches("192.0.2.1 4000").count(), 2, "{answer}");
        assert_eq!(Local::parse(&answer), Some(local));
    }
}
