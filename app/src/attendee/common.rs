//! Words and parts that several attendee pages share.

use crate::text::{AttendeeKey as K, Texts};
use domain::place::Source;
use domain::view::PlaceLabel;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The emergency numbers of the festival's country: a setting, never a constant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// Police, by voice.
    pub police: String,
    /// Any emergency, by voice.
    pub emergency: String,
    /// By text message, for those who cannot speak.
    pub text: String,
}

/// How sure a place is, in words: *From your choice. Right to about 25 m.*
pub fn place_words(place: &PlaceLabel, texts: &Texts<K>) -> String {
    let metres = place.radius_m.to_string();
    let key = match place.source {
        Source::Checkpoint => K::FromPoster,
        Source::TypedCode => K::FromCode,
        Source::Zone if place.radius_m == 0 => K::FromLevel,
        Source::Zone => K::FromZone,
        Source::MapTap => K::FromTap,
        Source::Geolocation => K::FromPhone,
    };
    texts.fill(key, &[("metres", &metres)])
}

/// Seconds since midnight as `23:14`.
pub(crate) fn hour_minute(seconds: u32) -> String {
    let two = |n: u32| [char::from(b'0' + (n / 10 % 10) as u8), char::from(b'0' + (n % 10) as u8)];
    let [h1, h2] = two(seconds / 3600 % 24);
    let [m1, m2] = two(seconds / 60 % 60);
    [h1, h2, ':', m1, m2].into_iter().collect()
}

/// Level and room in two lines of a card.
pub(crate) fn place_lines(place: &PlaceLabel, texts: &Texts<K>) -> (String, Option<String>) {
    let level = place.level.as_ref().map_or_else(|| texts.get(K::LevelUnknown), |level| level.name.clone());
    (level, place.room.clone())
}

/// The three numbers, with a text message that says the place in words: whoever reads it there
/// knows nothing of our codes.
#[component]
pub(crate) fn NumberRow(numbers: Numbers, place: Option<PlaceLabel>, texts: Texts<K>) -> impl IntoView {
    let body = match &place {
        Some(place) => texts.fill(K::SmsBody, &[("place", &place.line(&texts.get(K::LevelUnknown)))]),
        None => texts.get(K::SmsBodyNoPlace),
    };
    let sms = ["sms:", &numbers.text, "?body=", &percent_encode(&body)].concat();
    view! {
        <div class="row call">
            <a class="button" href=["tel:", &numbers.police].concat()>
                <b>{numbers.police.clone()}</b>
                <small>{texts.get(K::Police)}</small>
            </a>
            <a class="button" href=["tel:", &numbers.emergency].concat()>
                <b>{numbers.emergency.clone()}</b>
                <small>{texts.get(K::Emergency)}</small>
            </a>
            <a class="button" href=sms>
                <b>{["SMS ", &numbers.text].concat()}</b>
                <small>{texts.get(K::ByText)}</small>
            </a>
        </div>
    }
}

/// RFC 3986 percent-encoding of everything but unreserved characters.
fn percent_encode(text: &str) -> String {
    let hex = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 });
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_two_digits_and_wrap_at_midnight() {
        assert_eq!(hour_minute(23 * 3600 + 14 * 60 + 59), "23:14");
        assert_eq!(hour_minute(24 * 3600 + 60), "00:01");
    }

    #[test]
    fn a_text_message_is_encoded_byte_by_byte() {
        assert_eq!(percent_encode("à 2 m."), "%C3%A0%202%20m.");
    }
}
