//! Words and parts that several attendee pages share.

use super::tree::{Element, el};
use crate::text::{AttendeeKey as K, Texts};
use domain::place::Source;
use domain::view::{PlaceLabel, ServiceView};

/// One emergency number of the festival's country: a setting, never a constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// What is dialled.
    pub number: String,
    /// Whether it reads text messages instead of answering calls.
    pub by_text: bool,
    /// What it is, in the reader's language.
    pub label: String,
    /// What a text message says first, with `{place}` and without a place: whoever reads messages
    /// there reads the country's language. Empty where that is the reader's own.
    pub country: [String; 2],
}

/// The numbers, in the order in which they stand on the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbers(pub Vec<Number>);

impl Numbers {
    /// For a page's data: one number a line.
    pub fn to_page(&self) -> String {
        let line = |number: &Number| {
            let [with, without] = &number.country;
            [if number.by_text { "t" } else { "c" }, &number.number, &number.label, with, without].join("\t")
        };
        self.0.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// What [`Numbers::to_page`] wrote.
    pub fn from_page(text: &str) -> Self {
        let number = |line: &str| {
            let mut parts = line.splitn(5, '\t').map(str::to_owned);
            let by_text = parts.next()? == "t";
            Some(Number {
                by_text,
                number: parts.next()?,
                label: parts.next()?,
                country: [parts.next()?, parts.next()?],
            })
        };
        Numbers(text.lines().filter_map(number).collect())
    }
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

/// A time of the day is enough for whoever waits for less than a day, in milliseconds.
const DAY_MS: i64 = 24 * 3_600_000;

/// That the team is away and when it is back; nothing while it is there.
pub(crate) fn away(service: ServiceView, texts: &Texts<K>) -> Option<String> {
    match service {
        ServiceView::Open => None,
        ServiceView::Closed(None) => Some(texts.get(K::ClosedForGood)),
        ServiceView::Closed(Some(back)) => {
            let key = if back.in_ms < DAY_MS { K::ClosedBack } else { K::ClosedBackLater };
            Some(texts.fill(key, &[("time", &hour_minute(back.at))]))
        }
    }
}

/// An eye: what it shows in place of the page is the cover.
pub(super) const EYE: &str = "M2 12q10-14 20 0-10 14-20 0zm7 0a3 3 0 1 0 6 0 3 3 0 1 0-6 0";

/// A pictogram, for eyes only.
pub(super) fn icon(path: &'static str) -> Element {
    el("svg").set("viewBox", "0 0 24 24").set("aria-hidden", "true").add(el("path").set("d", path))
}

/// Level and room in two lines of a card.
pub(crate) fn place_lines(place: &PlaceLabel, texts: &Texts<K>) -> (String, Option<String>) {
    let level = place.level.as_ref().map_or_else(|| texts.get(K::LevelUnknown), |level| level.name.clone());
    (level, place.room.clone())
}

/// The numbers, with a text message that says the place in words: whoever reads it there knows
/// nothing of our codes, and reads the country's language.
pub(crate) fn number_row(
    class: &'static str,
    numbers: &Numbers,
    place: Option<&PlaceLabel>,
    texts: &Texts<K>,
) -> Element {
    let line = place.map(|place| place.line(&texts.get(K::LevelUnknown)));
    let own = match &line {
        Some(line) => texts.fill(K::SmsBody, &[("place", line)]),
        None => texts.get(K::SmsBodyNoPlace),
    };
    let body = |number: &Number| {
        let [with, without] = &number.country;
        let theirs = place.map(|place| place.country.as_deref().or(line.as_deref()).unwrap_or_default());
        let country = theirs.map_or_else(|| without.clone(), |place| with.replace("{place}", place));
        query_encode(&if country.is_empty() { own.clone() } else { [&country, " / ", &own].concat() })
    };
    let link = |number: &Number| {
        let (href, shown, class) = if number.by_text {
            let href = ["sms:", &number.number, "?body=", &body(number)].concat();
            (href, ["SMS ", &number.number].concat(), "button by-text")
        } else {
            (["tel:", &number.number].concat(), number.number.clone(), "button")
        };
        el("a").class(class).set("href", href).add(el("b").add(shown)).add(el("small").add(number.label.clone()))
    };
    el("div").class(class).all(numbers.0.iter().map(link).collect())
}

/// Text for the query of an address in a page: only what would end it or mean something else is
/// written as `%26`. Browsers encode the rest themselves (URL standard, query percent-encode set), and
/// the page stays small: in most scripts an encoded letter is nine bytes.
fn query_encode(text: &str) -> String {
    let hex = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 });
    let mut encoded = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match u8::try_from(letter) {
            Ok(byte) if byte < 32 || b"%&#+<>\"'\x7f".contains(&byte) => {
                encoded.extend(['%', hex(byte >> 4), hex(byte & 15)]);
            }
            _ => encoded.push(letter),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::view::Back;

    #[test]
    fn times_have_two_digits_and_wrap_at_midnight() {
        assert_eq!(hour_minute(23 * 3600 + 14 * 60 + 59), "23:14");
        assert_eq!(hour_minute(24 * 3600 + 60), "00:01");
    }

    #[test]
    fn a_time_alone_is_said_only_where_it_is_the_next_one() {
        let texts = crate::text::texts::<K>("en");
        let said = |in_ms| away(ServiceView::Closed(Some(Back { at: 9 * 3_600, in_ms })), &texts);
        assert_eq!(said(DAY_MS - 1).as_deref(), Some("The team is back at 09:00."));
        assert_eq!(said(DAY_MS).as_deref(), Some("The team comes back on a later day, at 09:00."));
        assert_eq!(away(ServiceView::Open, &texts), None);
    }

    #[test]
    fn numbers_come_out_of_a_page_as_they_went_in() {
        let number = |number: &str, by_text, country: [&str; 2]| Number {
            number: number.to_owned(),
            by_text,
            label: "Police".to_owned(),
            country: country.map(str::to_owned),
        };
        let numbers = Numbers(vec![number("17", false, ["", ""]), number("114", true, ["Ici : {place}", "Ici"])]);
        assert_eq!(Numbers::from_page(&numbers.to_page()), numbers);
    }

    #[test]
    fn a_text_message_keeps_its_letters_and_cannot_end_its_address() {
        assert_eq!(query_encode("à 2 m."), "à 2 m.");
        assert_eq!(query_encode("50 % & #1+'\n"), "50 %25 %26 %231%2B%27%0A");
    }
}
