//! Who comes when, from where, with what story: decided by the seed alone, before anything happens.

use super::dice::Dice;
use super::sayings::Saying;
use domain::phrase::Phrase;
use domain::question::{Colour, Garment, Question, Whom};
use std::str::FromStr;

/// So many alerts in so much time: `3/day`, `68/8h`, `300/h`, `10/15min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In how long, milliseconds.
    pub span_ms: u64,
}

/// A rate that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a rate is a number and a time, like 3/day, 68/8h, 300/h or 10/15min")]
pub struct NotARate;

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let (count, span) = text.split_once('/').ok_or(NotARate)?;
        let count: u32 = count.trim().parse().map_err(|_| NotARate)?;
        let span_ms = span_ms(span.trim()).ok_or(NotARate)?;
        if (1..=1_000_000).contains(&count) { Ok(Rate { count, span_ms }) } else { Err(NotARate) }
    }
}

/// A time like `90s`, `15min`, `8h`, `2days`, `h` or `day`, in milliseconds, up to a year.
pub fn span_ms(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = if number.is_empty() { 1 } else { number.parse().ok()? };
    let unit = match unit.trim() {
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(unit).filter(|ms| (1..=366 * 86_400_000).contains(ms))
}

/// How a phone says where it is. A number picks one of what the venue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A poster is scanned.
    Poster(u64),
    /// A room is chosen from the list.
    Room(u64),
    /// The map is tapped in a room.
    Tap(u64),
    /// It does not say.
    Unsaid,
}

/// What somebody says of their own accord or as a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// A sentence of the phrase book.
    Phrase(Phrase),
    /// In their own words.
    Own(Saying),
}

/// What somebody answers to a question of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Yes or no.
    Is(bool),
    /// *Skip*.
    Skip,
    /// To *How should we come?*, as the form has it.
    How(&'static str),
    /// To *How will we know you?*
    Wears(Garment, Colour),
}

/// How the person's part ends. The case ends when the team closes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was a mistake: *Undo* at once, *I am safe* on the question.
    Undo,
    /// *I'm OK now* after so many replies of the team.
    SaysOk(u8),
    /// Somebody comes.
    Helped,
}

/// What happens to somebody, and how much of it they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// What is answered; other questions are left standing.
    pub answers: Vec<(Question, Reply)>,
    /// For whom it is, where that is said.
    pub whom: Option<Whom>,
    /// What is said, one after each word of the team, the first unasked.
    pub says: Vec<Say>,
    /// How it ends.
    pub end: End,
}

/// Somebody asks for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// When, milliseconds from the start.
    pub at_ms: u64,
    /// The language of their phone.
    pub lang: &'static str,
    /// Where they say that they are.
    pub spot: Spot,
    /// What happens.
    pub story: Story,
    /// For how long they hesitate and the like.
    pub seed: u64,
}

/// All visits in their order, for ever. Each span of the rate has exactly its count, at times as
/// random as a crowd's (a Poisson process, given its count).
#[derive(Debug, Clone)]
pub struct Plan {
    rate: Rate,
    dice: Dice,
    span: u64,
    /// The visits of this span that are still to come, last first.
    coming: Vec<u64>,
}

/// The very first alert comes this soon: whoever starts it wants to see something.
const FIRST_MS: u64 = 2_000;

impl Plan {
    /// The plan of a seed.
    pub fn new(seed: u64, rate: Rate) -> Self {
        Plan { rate, dice: Dice::new(seed), span: 0, coming: Vec::new() }
    }

    fn next_span(&mut self) {
        let start = self.span * self.rate.span_ms;
        let mut times: Vec<u64> = (0..self.rate.count).map(|_| start + self.dice.below(self.rate.span_ms)).collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        if let (0, Some(first)) = (self.span, times.last_mut()) {
            *first = FIRST_MS.min(*first);
        }
        self.coming = times;
        self.span += 1;
    }
}

impl Iterator for Plan {
    type Item = Visit;

    fn next(&mut self) -> Option<Visit> {
        if self.coming.is_empty() {
            self.next_span();
        }
        let at_ms = self.coming.pop()?;
        let dice = &mut self.dice;
        let lang = language(dice);
        let number = dice.number();
        let spot = dice.weighed(&[
            (60, Spot::Poster(number)),
            (22, Spot::Room(number)),
            (12, Spot::Tap(number)),
            (6, Spot::Unsaid),
        ])?;
        let story = story(dice);
        Some(Visit { at_ms, lang, spot, story, seed: dice.number() })
    }
}

/// Whoever comes to a festival in France: half of them read French or English.
fn language(dice: &mut Dice) -> &'static str {
    let weight = |tag: &str| match tag {
        "fr" => 30,
        "en" => 22,
        "it" | "es" | "de" => 8,
        _ => 4,
    };
    let all: Vec<(u64, &'static str)> =
        app::text::LANGUAGES.iter().map(|language| (weight(language.tag), language.tag)).collect();
    dice.weighed(&all).unwrap_or("en")
}

#[derive(Clone, Copy)]
enum Kind {
    Bothered,
    Hiding,
    Hurt,
    Reporter,
    Writes,
    Silent,
    Mistake,
}

fn story(dice: &mut Dice) -> Story {
    let kinds = [
        (26, Kind::Bothered),
        (12, Kind::Hiding),
        (12, Kind::Hurt),
        (14, Kind::Reporter),
        (16, Kind::Writes),
        (10, Kind::Silent),
        (10, Kind::Mistake),
    ];
    let kind = dice.weighed(&kinds).unwrap_or(Kind::Silent);
    let (phrase, own) = (Say::Phrase, Say::Own);
    let wears =
        Reply::Wears(dice.of(Garment::ALL).unwrap_or(Garment::Jacket), dice.of(Colour::ALL).unwrap_or(Colour::Blue));
    let maybe = |dice: &mut Dice, reply| if dice.percent(75) { reply } else { Reply::Skip };
    use Question as Q;
    match kind {
        Kind::Bothered => Story {
            answers: vec![
                (Q::Safe, Reply::Is(dice.percent(60))),
                (Q::Near, Reply::Is(dice.percent(50))),
                (Q::Hurt, Reply::Is(false)),
                (Q::CanMove, Reply::Is(true)),
                (Q::Woman, maybe(dice, Reply::Is(true))),
                (Q::How, Reply::How("discreetly")),
                (Q::KnownBy, maybe(dice, wears)),
            ],
            whom: None,
            says: vec![own(Saying::Bothered), phrase(Phrase::ComeQuietly), phrase(Phrase::SeeYou)],
            end: End::Helped,
        },
        Kind::Hiding => Story {
            answers: vec![(Q::Safe, Reply::Is(false)), (Q::Near, Reply::Is(true)), (Q::Hurt, Reply::Is(false))],
            whom: None,
            says: vec![phrase(Phrase::Hiding), own(Saying::Where), phrase(Phrase::PleaseHurry)],
            end: End::Helped,
        },
        Kind::Hurt => Story {
            answers: vec![
                (Q::Safe, Reply::Is(true)),
                (Q::Near, Reply::Is(false)),
                (Q::Hurt, Reply::Is(true)),
                (Q::CanMove, Reply::Is(dice.percent(40))),
                (Q::Woman, Reply::Skip),
                (Q::How, Reply::Skip),
                (Q::KnownBy, maybe(dice, wears)),
            ],
            whom: None,
            says: vec![own(Saying::Dizzy), phrase(Phrase::Okay), phrase(Phrase::ThankYou)],
            end: End::Helped,
        },
        Kind::Reporter => Story {
            answers: vec![(Q::Safe, Reply::Is(true)), (Q::Near, Reply::Is(dice.percent(70)))],
            whom: Some(if dice.percent(60) { Whom::Someone } else { Whom::Saw }),
            says: vec![own(Saying::Other), phrase(Phrase::Yes), phrase(Phrase::ThankYou)],
            end: End::Helped,
        },
        Kind::Writes => Story {
            answers: vec![
                (Q::Safe, Reply::Is(true)),
                (Q::Near, Reply::Is(false)),
                (Q::Hurt, Reply::Is(false)),
                (Q::CanMove, Reply::Is(true)),
                (Q::Woman, Reply::Skip),
                (Q::How, Reply::How("write")),
            ],
            whom: None,
            says: vec![own(Saying::Lost), phrase(Phrase::Alone), own(Saying::Better), phrase(Phrase::ThankYou)],
            end: End::SaysOk(3),
        },
        Kind::Silent => Story { answers: Vec::new(), whom: None, says: Vec::new(), end: End::Helped },
        Kind::Mistake => Story { answers: Vec::new(), whom: None, says: Vec::new(), end: End::Undo },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rates_are_read_as_people_write_them() {
        let rate = |text: &str| text.parse::<Rate>().map(|rate| (rate.count, rate.span_ms)).ok();
        assert_eq!(rate("3/day"), Some((3, 86_400_000)));
        assert_eq!(rate("68/8h"), Some((68, 8 * 3_600_000)));
        assert_eq!(rate("300/h"), Some((300, 3_600_000)));
        assert_eq!(rate("10 / 15 min"), Some((10, 900_000)));
        for wrong in ["", "3", "3/", "/h", "0/h", "3/0h", "-1/h", "3/fortnight", "3/9999999999999999d"] {
            assert_eq!(rate(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_seed_has_one_plan_with_the_count_in_every_span(
            seed: u64,
            count in 1u32..80,
            span_ms in 1_000u64..100_000_000,
        ) {
            let rate = Rate { count, span_ms };
            let visits: Vec<Visit> = Plan::new(seed, rate).take(3 * count as usize).collect();
            prop_assert_eq!(&visits, &Plan::new(seed, rate).take(3 * count as usize).collect::<Vec<_>>());
            prop_assert!(visits.is_sorted_by_key(|visit| visit.at_ms));
            prop_assert!(visits[0].at_ms <= FIRST_MS);
            for (span, visits) in (0u64..).zip(visits.chunks(count as usize)) {
                prop_assert!(visits.iter().all(|visit| visit.at_ms / span_ms == span));
            }
        }

        #[test]
        fn every_story_is_one_that_the_pages_take(seed: u64) {
            for visit in Plan::new(seed, Rate { count: 50, span_ms: 1_000 }).take(50) {
                let Story { answers, says, .. } = &visit.story;
                prop_assert!(app::text::known_language(visit.lang).is_some());
                // The pace of one phone is ten messages at once: a story never waits for it.
                prop_assert!(says.len() < 8);
                for say in says {
                    match say {
                        Say::Phrase(phrase) => prop_assert!(Phrase::of_person().any(|known| known == *phrase)),
                        Say::Own(saying) => prop_assert!(!saying.text(visit.lang).is_empty()),
                    }
                }
                let mut asked: Vec<_> = answers.iter().map(|(question, _)| *question).collect();
                asked.dedup();
                prop_assert_eq!(asked.len(), answers.len());
            }
        }

        #[test]
        fn another_seed_is_another_crowd(seed: u64) {
            let plan = |seed| Plan::new(seed, Rate { count: 20, span_ms: 3_600_000 }).take(20).collect::<Vec<_>>();
            prop_assert_ne!(plan(seed), plan(seed ^ 1));
        }
    }
}
