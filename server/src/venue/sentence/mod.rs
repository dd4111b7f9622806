//! Import reports and refusals in plain words. No jargon: a reader need not know what is inside
//! the archive, only what to do.

mod en;
mod fr;
mod languages;

use super::Refused;
use super::report::{Examples, Kind, Thing};

/// A line of a report, in `fr` or else in English.
pub(super) fn line(kind: &Kind, lang: &str) -> String {
    if is_french(lang) { fr::line(kind) } else { en::line(kind) }
}

/// A refusal, in `fr` or else in English.
pub(super) fn refused(why: &Refused, lang: &str) -> String {
    if is_french(lang) { fr::refused(why) } else { en::refused(why) }
}

/// The language that a reader of `lang` gets a report in.
pub(super) fn language(lang: &str) -> &'static str {
    if is_french(lang) { "fr" } else { "en" }
}

fn is_french(lang: &str) -> bool {
    lang.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case("fr"))
}

/// `a, b and c`.
fn list<T: AsRef<str>>(items: &[T], and: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {and} {}", first.join(", "), last.as_ref())
        }
    }
}

/// What examples are called, each once; whether more were found than are shown.
fn shown(which: &Examples, label: impl Fn(&Thing) -> String) -> (Vec<String>, bool) {
    let mut labels = Vec::new();
    for thing in &which.shown {
        let label = label(thing);
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    (labels, which.count > which.shown.len())
}
