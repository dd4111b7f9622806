//! The map in words: rows of the level picker, the list of rooms, calls that have no place.

use super::mark::kind_class;
use super::model::{MapPing, MapWords, PingKind};
use domain::venue::{Ordinal, UnitClass, Venue};

/// So many calls without a place stand above the map: two lines of it.
const STRIP: usize = 3;
/// So many calls of a level stand in the list.
const LISTED: usize = 40;

/// One level in the picker, and the heading of its part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) ordinal: Ordinal,
    /// What the picker shows: *1*.
    pub(super) short: String,
    /// Its full name.
    pub(super) name: String,
    /// The name, whether the reader is there, and the number of calls, for who cannot see.
    pub(super) said: String,
    /// *you*, or nothing.
    pub(super) you: String,
    /// The number of calls, or nothing.
    pub(super) badge: String,
    /// Look of the most urgent of them.
    pub(super) look: &'static str,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Its look in the style sheet.
    pub(super) class: String,
    /// Before its text, less loud.
    pub(super) lead: String,
    /// Its text.
    pub(super) text: String,
    /// What it does: `p` and a call's number, or `r`, a level, a comma and a unit's index. Empty: it is
    /// no button and only says something.
    pub(super) act: String,
}

/// The levels, highest first. `pings` with the reader's own place.
pub(super) fn levels(venue: &Venue, lang: &str, pings: &[MapPing], words: &MapWords) -> Vec<Row> {
    let row = |ordinal: Ordinal| {
        let here = || pings.iter().filter(|ping| ping.level == Some(ordinal));
        let calls = || here().filter(|ping| ping.kind != PingKind::Me);
        let own = |name: Option<&str>| name.map_or_else(|| ordinal.0.to_string(), str::to_owned);
        let short = own(venue.level_short(ordinal, lang));
        let name = own(venue.level_name(ordinal, lang));
        let mut said = name.clone();
        let you = if here().any(|ping| ping.kind == PingKind::Me) { words.you.clone() } else { String::new() };
        if !you.is_empty() {
            said = format!("{said}, {you}");
        }
        let mut badge = String::new();
        if calls().next().is_some() {
            badge = calls().count().to_string();
            said = format!("{said}, {}: {badge}", words.alerts);
        }
        // A true minus, as wide as a figure.
        let short = short.strip_prefix('-').map(|depth| format!("−{depth}")).unwrap_or(short);
        let look = kind_class(calls().map(|ping| ping.kind).max().unwrap_or(PingKind::Neutral));
        Row { ordinal, short, name, said, you, badge, look }
    };
    venue.ordinals().into_iter().rev().map(row).collect()
}

/// A level's calls, and its rooms by name, each name once. `public` leaves out the rooms that are
/// closed to the public.
pub(super) fn items(
    venue: &Venue,
    ordinal: Ordinal,
    lang: &str,
    pings: &[MapPing],
    words: &MapWords,
    public: bool,
) -> Vec<Item> {
    let calls = pings.iter().filter(|ping| ping.level == Some(ordinal) && ping.kind != PingKind::Me);
    let mut items = some_of("map-item", calls, LISTED, |_| String::new());
    let first = items.len();
    for (ix, unit) in venue.units_on(ordinal) {
        if !unit.class.is_walkable() || (public && unit.class == UnitClass::NonPublic) {
            continue;
        }
        let own = venue.unit_label(ix, lang).map(str::to_owned);
        let Some(text) = own.or_else(|| (words.class)(unit.class)) else { continue };
        // Inserted in order: code for sorting is larger, and there are some hundreds at most.
        let at = first + items[first..].partition_point(|item| item.text < text);
        if items.get(at).is_none_or(|item| item.text != text) {
            let act = format!("r{},{ix}", ordinal.0);
            items.insert(at, Item { class: "map-item".to_owned(), lead: String::new(), text, act });
        }
    }
    items
}

/// Calls that are on no level, or nowhere on it.
pub(super) fn strip(pings: &[MapPing], words: &MapWords) -> Vec<Item> {
    let nowhere = pings.iter().filter(|ping| ping.level.is_none() || ping.at.is_none());
    let lead = |ping: &MapPing| if ping.level.is_none() { words.unknown.clone() } else { String::new() };
    some_of("map-nowhere", nowhere, STRIP, lead)
}

/// The most urgent of `calls`, at most `most`, and how many more there are. The queue has them all.
fn some_of<'a>(
    class: &str,
    calls: impl Iterator<Item = &'a MapPing>,
    most: usize,
    lead: impl Fn(&MapPing) -> String,
) -> Vec<Item> {
    let (mut shown, mut count) = (Vec::<(usize, &MapPing)>::new(), 0);
    for ping in calls {
        let at = shown.partition_point(|(_, other)| other.kind >= ping.kind);
        if at < most {
            shown.insert(at, (count, ping));
            shown.truncate(most);
        }
        count += 1;
    }
    // In the order in which they were given: a button stays where it is while nothing comes.
    shown.sort_by_key(|(given, _)| *given);
    let more = count - shown.len();
    let more = (more > 0).then(|| Item {
        class: "map-more".to_owned(),
        lead: String::new(),
        text: format!("+{more}"),
        act: String::new(),
    });
    shown.into_iter().map(|(_, ping)| call(class, ping, lead(ping))).chain(more).collect()
}

fn call(class: &str, ping: &MapPing, lead: String) -> Item {
    let class = format!("{class} {}", kind_class(ping.kind));
    Item { class, lead, text: ping.label.clone(), act: format!("p{}", ping.id) }
}

#[cfg(test)]
mod tests {
    use super::super::mark::mine;
    use super::super::sample;
    use super::*;
    use domain::venue::Xy;

    fn ping(id: u64, level: Option<i16>, kind: PingKind) -> MapPing {
        MapPing {
            id,
            kind,
            level: level.map(Ordinal),
            label: format!("call {id}"),
            ..mine(Ordinal(0), Xy { x: 0, y: 0 }, 5)
        }
    }

    #[test]
    fn a_level_counts_its_calls_in_the_colour_of_the_most_urgent_and_says_where_the_reader_is() {
        let calls = [
            ping(1, Some(1), PingKind::Neutral),
            ping(2, Some(1), PingKind::P2),
            ping(3, None, PingKind::P1),
            ping(0, Some(-1), PingKind::Me),
        ];
        let rows = levels(&sample::venue(), "en", &calls, &sample::words());
        let seen: Vec<_> = rows.iter().map(|row| (row.badge.as_str(), row.look, row.said.as_str())).collect();
        assert_eq!(seen, [("2", "is-p2", "Level 1, open: 2"), ("", "is-held", "Cellar, you")]);
    }

    #[test]
    fn the_list_has_calls_first_and_then_rooms_by_name_or_kind() {
        let calls = [ping(2, Some(1), PingKind::P2), ping(3, None, PingKind::P1)];
        let items = items(&sample::venue(), Ordinal(1), "en", &calls, &sample::words(), false);
        let texts: Vec<_> = items.iter().map(|item| (item.text.as_str(), item.act.as_str())).collect();
        let rooms =
            [("Auditorium Alizé", "r1,1"), ("Deck", "r1,5"), ("First aid", "r1,3"), ("Women's toilets", "r1,2")];
        assert_eq!(texts[0], ("call 2", "p2"));
        assert_eq!(texts[1..], rooms);
    }

    #[test]
    fn a_call_without_a_level_or_a_point_stands_above_the_map() {
        let calls = [
            ping(1, Some(1), PingKind::P1),
            ping(2, None, PingKind::P3),
            MapPing { at: None, ..ping(3, Some(1), PingKind::P2) },
        ];
        let leads: Vec<_> = strip(&calls, &sample::words()).into_iter().map(|item| (item.act, item.lead)).collect();
        assert_eq!(leads, [("p2".into(), "Level unknown".into()), ("p3".into(), String::new())]);
    }

    #[test]
    fn a_flood_of_calls_without_a_place_leaves_the_map_in_sight_and_is_counted() {
        let mut calls: Vec<MapPing> = (0..900).map(|id| ping(id, None, PingKind::P2)).collect();
        calls.push(ping(999, None, PingKind::P1));
        let items = strip(&calls, &sample::words());
        assert_eq!((items.len(), items[STRIP - 1].act.as_str()), (STRIP + 1, "p999"));
        assert_eq!((items[STRIP].text.as_str(), items[STRIP].act.as_str()), ("+898", ""));
    }
}
