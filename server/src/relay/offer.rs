//! A browser's offer, reduced to the little we take from it.
//!
//! Law: the media stack never sees a browser's text. It is given [`Offer::for_stack`], which we
//! write ourselves: two audio sections, no candidate of anybody, no extension, no second codec.

use crate::relay::switch::Formats;
use domain::wire::OFFER_MAX;

/// Most media sections that are looked at; those after the first two are answered *no*.
const SECTIONS_MAX: usize = 4;
/// Longest line.
const LINE_MAX: usize = 2_048;

/// How we want to be spoken to: mono, 20 ms, silence not sent, redundancy inside the frame.
pub const OPUS: &str = "minptime=10;useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=28000";

/// The offer is none that we can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the offer cannot be answered")]
pub struct BadOffer;

/// What an offer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// ICE user name.
    pub ufrag: String,
    /// ICE password.
    pub password: String,
    /// Hash and value of the certificate, as in `sha-256 AA:BB`.
    pub fingerprint: String,
    /// The microphone's stream.
    pub ssrc: u32,
    /// Payload types.
    pub formats: Formats,
    /// The media sections as they stand, for the answer.
    pub sections: Vec<Section>,
}

/// One media section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What is offered, as in `audio`.
    pub media: String,
    /// Over what, as in `UDP/TLS/RTP/SAVPF`.
    pub transport: String,
    /// The first format, for a section that is answered *no*.
    pub format: String,
    /// Its name.
    pub mid: String,
}

/// The lines of a section, or of the head, by attribute.
#[derive(Default)]
struct Lines<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Lines<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        self.all(key).next()
    }

    fn all(&self, key: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| *name == key).map(|(_, value)| *value)
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The payload type that maps to this codec.
    fn payload_type(&self, codec: &str) -> Option<u8> {
        self.all("rtpmap").find_map(|map| {
            let (number, name) = map.split_once(' ')?;
            let number = number.parse().ok().filter(|number| *number < 128)?;
            name.trim().eq_ignore_ascii_case(codec).then_some(number)
        })
    }

    fn formats(&self) -> Option<Formats> {
        let opus = self.payload_type("opus/48000/2")?;
        let red = self.payload_type("red/48000/2").filter(|red| {
            let inside = |value: &str| {
                value.split_once(' ').is_some_and(|(number, kinds)| {
                    number.parse() == Ok(*red) && kinds.trim().split('/').all(|kind| kind.parse() == Ok(opus))
                })
            };
            *red != opus && self.all("fmtp").any(inside)
        });
        Some(Formats { opus, red })
    }
}

impl Offer {
    /// Reads an offer.
    ///
    /// # Errors
    /// [`BadOffer`] for anything that is not two bundled audio sections over DTLS-SRTP with Opus,
    /// the first one sending and the second one receiving.
    pub fn parse(text: &str) -> Result<Self, BadOffer> {
        if text.len() > OFFER_MAX {
            return Err(BadOffer);
        }
        let mut head = Lines::default();
        let mut sections: Vec<(&str, Lines<'_>)> = Vec::new();
        for line in text.lines() {
            if line.len() > LINE_MAX || line.chars().any(char::is_control) {
                return Err(BadOffer);
            }
            match line.split_once('=') {
                Some(("m", media)) => {
                    if sections.len() == SECTIONS_MAX {
                        return Err(BadOffer);
                    }
                    sections.push((media, Lines::default()));
                }
                Some(("a", attribute)) => {
                    let pair = attribute.split_once(':').unwrap_or((attribute, ""));
                    sections.last_mut().map_or(&mut head, |(_, lines)| lines).0.push(pair);
                }
                _ => {}
            }
        }
        let named: Vec<Section> =
            sections.iter().map(|(media, lines)| section(media, lines)).collect::<Result<_, _>>()?;
        let [(_, mic), (_, floor), ..] = sections.as_slice() else { return Err(BadOffer) };
        let [first, second, ..] = named.as_slice() else { return Err(BadOffer) };

        let audio = |section: &Section| section.media == "audio" && section.transport.starts_with("UDP/TLS/RTP/SAVP");
        let bundled = head.all("group").filter_map(|group| group.strip_prefix("BUNDLE ")).any(|group| {
            let has = |mid: &str| group.split(' ').any(|name| name == mid);
            has(&first.mid) && has(&second.mid)
        });
        let sends = !mic.has("recvonly") && !mic.has("inactive");
        let hears = !floor.has("sendonly") && !floor.has("inactive");
        let muxed = mic.has("rtcp-mux") && floor.has("rtcp-mux");
        if !audio(first) || !audio(second) || first.mid == second.mid || !bundled || !sends || !hears || !muxed {
            return Err(BadOffer);
        }

        let shared = |key: &str| mic.get(key).or_else(|| head.get(key)).ok_or(BadOffer);
        // We are the one who opens the handshake.
        if !matches!(shared("setup")?, "actpass" | "passive") {
            return Err(BadOffer);
        }
        let ssrc = mic.get("ssrc").and_then(|line| line.split(' ').next()?.parse().ok()).ok_or(BadOffer)?;
        let formats = mic.formats().ok_or(BadOffer)?;
        if floor.formats().map(|floor| floor.opus) != Some(formats.opus) {
            return Err(BadOffer);
        }
        Ok(Self {
            ufrag: token(shared("ice-ufrag")?, 4..=256, |c| c.is_ascii_alphanumeric() || "+/-_=".contains(c))?,
            password: token(shared("ice-pwd")?, 22..=256, |c| c.is_ascii_alphanumeric() || "+/-_=".contains(c))?,
            fingerprint: fingerprint(shared("fingerprint")?)?,
            ssrc,
            formats: Formats {
                red: formats.red.filter(|red| floor.formats().and_then(|floor| floor.red) == Some(*red)),
                ..formats
            },
            sections: named,
        })
    }

    /// The description the media stack is given. `version` grows with each of a connection.
    #[must_use]
    pub fn for_stack(&self, version: u32) -> String {
        let Formats { opus, red } = self.formats;
        let kinds = red.map(|red| format!("{red} ")).unwrap_or_default();
        let mut text = format!(
            "v=0\r\no=- 1 {version} IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=msid-semantic: WMS *\r\n"
        );
        for (mid, direction) in [(0, "sendonly"), (1, "recvonly")] {
            text += &format!(
                "m=audio 9 UDP/TLS/RTP/SAVPF {kinds}{opus}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={direction}\r\n\
                 a=rtcp-mux\r\na=setup:actpass\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:{}\r\n",
                self.ufrag, self.password, self.fingerprint
            );
            text += &codecs(self.formats);
        }
        let mic = format!("a=msid:mic mic\r\na=ssrc:{} cname:mic\r\na=ssrc:{} msid:mic mic\r\n", self.ssrc, self.ssrc);
        let floor = text.rfind("m=audio").unwrap_or(text.len());
        text.insert_str(floor, &mic);
        text
    }

    /// Whether this is the same connection over another network: all but the ICE names is as it was.
    #[must_use]
    pub fn continues(&self, earlier: &Self) -> bool {
        let media = |offer: &Self| (offer.fingerprint.clone(), offer.ssrc, offer.formats, offer.sections.clone());
        media(self) == media(earlier)
    }
}

/// The lines that name our codecs.
#[must_use]
pub fn codecs(Formats { opus, red }: Formats) -> String {
    let mut text = String::new();
    if let Some(red) = red {
        text += &format!("a=rtpmap:{red} red/48000/2\r\na=fmtp:{red} {opus}/{opus}\r\n");
    }
    text + &format!("a=rtpmap:{opus} opus/48000/2\r\na=fmtp:{opus} {OPUS}\r\n")
}

fn section(media: &str, lines: &Lines<'_>) -> Result<Section, BadOffer> {
    let mut words = media.split(' ');
    let mut word = |length| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.*".contains(c);
        token(words.next().unwrap_or_default(), 1..=length, plain)
    };
    let (media, port, transport, format) = (word(16)?, word(5)?, word(32)?, word(32)?);
    port.parse::<u16>().map_err(|_| BadOffer)?;
    let mid = lines.get("mid").ok_or(BadOffer)?;
    let mid = token(mid, 1..=32, |c| c.is_ascii_graphic())?;
    Ok(Section { media, transport, format, mid })
}

fn fingerprint(value: &str) -> Result<String, BadOffer> {
    let (hash, bytes) = value.split_once(' ').ok_or(BadOffer)?;
    let length = match hash.to_ascii_lowercase().as_str() {
        "sha-256" => 32,
        "sha-384" => 48,
        "sha-512" => 64,
        _ => return Err(BadOffer),
    };
    let pairs = bytes.split(':').filter(|pair| pair.len() == 2 && pair.chars().all(|c| c.is_ascii_hexdigit())).count();
    (pairs == length && bytes.len() == 3 * length - 1)
        .then(|| format!("{} {}", hash.to_ascii_lowercase(), bytes.to_ascii_uppercase()))
        .ok_or(BadOffer)
}

fn token(
    value: &str,
    length: std::ops::RangeInclusive<usize>,
    allowed: impl Fn(char) -> bool,
) -> Result<String, BadOffer> {
    (length.contains(&value.len()) && value.chars().all(allowed)).then(|| value.to_owned()).ok_or(BadOffer)
}

#[cfg(test)]
#[path = "offer_tests.rs"]
pub(crate) mod tests;
