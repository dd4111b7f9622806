use super::*;
use proptest::prelude::*;

#[path = "offer_sample.rs"]
mod sample;
pub use sample::BROWSER;

#[test]
fn a_browser_s_offer_is_reduced_to_what_we_take() {
    let offer = Offer::parse(BROWSER).expect("answerable");
    assert_eq!((offer.ufrag.as_str(), offer.ssrc), ("u7aK", 4242));
    assert_eq!(offer.formats, Formats { opus: 111, red: Some(63) });
    let clean = offer.for_stack(1);
    assert!(!clean.contains("203.0.113") && !clean.contains("candidate") && !clean.contains("extmap"), "{clean}");
    // What we write is itself an offer that we read alike.
    let again = Offer::parse(&clean).expect("answerable");
    assert_eq!(
        (again.ssrc, again.formats, again.fingerprint.as_str()),
        (4242, offer.formats, offer.fingerprint.as_str())
    );
}

#[test]
fn a_browser_without_red_has_none() {
    let plain = BROWSER.replace("a=rtpmap:63 red/48000/2\r\n", "").replace("rtpmap:111", "rtpmap:109");
    assert_eq!(Offer::parse(&plain).expect("answerable").formats, Formats { opus: 109, red: None });
}

#[test]
fn what_we_cannot_answer_is_refused() {
    let sections =
        (2..200).fold(BROWSER.to_owned(), |text, n| text + &format!("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:{n}\r\n"));
    let cases = [
        ("empty", String::new()),
        ("too long", BROWSER.to_owned() + &"a=x\r\n".repeat(4_000)),
        ("200 sections", sections),
        ("no audio", BROWSER.replace("m=audio", "m=video")),
        ("no encryption", BROWSER.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP")),
        ("no certificate", BROWSER.replace("a=fingerprint", "a=nothing")),
        ("a weak hash", BROWSER.replace("sha-256", "md5")),
        ("no Opus", BROWSER.replace("opus", "speex")),
        ("no stream", BROWSER.replace("a=ssrc", "a=nothing")),
        ("not bundled", BROWSER.replace("a=group", "a=nothing")),
        ("a name twice", BROWSER.replace("a=mid:1", "a=mid:0")),
        ("wants to open the handshake", BROWSER.replace("actpass", "active")),
        ("does not send", BROWSER.replace("sendonly", "inactive")),
        ("control characters", BROWSER.replace("a=mid:0", "a=mid:0\u{7}")),
        ("one section", BROWSER[..BROWSER.rfind("m=audio").expect("two")].to_owned()),
    ];
    for (what, text) in cases {
        assert_eq!(Offer::parse(&text), Err(BadOffer), "{what}");
    }
}

#[test]
fn another_network_continues_a_connection_and_another_certificate_does_not() {
    let first = Offer::parse(BROWSER).expect("answerable");
    let moved = Offer::parse(&BROWSER.replace("u7aK", "n3wN")).expect("answerable");
    assert!(moved.continues(&first) && moved != first);
    let other = Offer::parse(&BROWSER.replace("0A:1B", "FF:1B")).expect("answerable");
    assert!(!other.continues(&first));
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,400}") {
        let _ = Offer::parse(&text);
    }

    /// Whatever lines are lost, doubled or cut, what is accepted is clean.
    #[test]
    fn what_is_accepted_is_clean(
        edits in prop::collection::vec((0..60usize, 0..4u8, any::<prop::sample::Index>()), 0..6),
    ) {
        let mut lines: Vec<String> = BROWSER.lines().map(str::to_owned).collect();
        for (line, edit, at) in edits {
            let line = line % lines.len();
            match edit {
                0 => { lines.remove(line); }
                1 => { let copy = lines[line].clone(); lines.insert(at.index(lines.len()), copy); }
                2 => { let cut = at.index(lines[line].len().max(1)); lines[line].truncate(cut); }
                _ => lines[line].push_str(" a=candidate:1 1 udp 1 198.51.100.1 9 typ host"),
            }
            if lines.is_empty() { break }
        }
        if let Ok(offer) = Offer::parse(&lines.join("\r\n")) {
            let clean = offer.for_stack(1);
            prop_assert!(!clean.contains("candidate") && !clean.contains("198.51") && !clean.contains("203.0"));
            prop_assert!(Offer::parse(&clean).is_ok());
        }
    }
}
