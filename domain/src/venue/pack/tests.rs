//! The packed map against arbitrary venues and arbitrary bytes.

use super::super::{Amenity, Checkpoint, Code, FeatureId, Fixture, Level, Names, Opening, Ordinal, Wgs84};
use super::*;
use proptest::prelude::*;

fn xy() -> impl Strategy<Value = Xy> {
    let reach = -Xy::LIMIT..=Xy::LIMIT;
    (reach.clone(), reach).prop_map(|(x, y)| Xy { x, y })
}

fn shape() -> impl Strategy<Value = Vec<Polygon>> {
    let ring = prop::collection::vec(xy(), 0..6);
    let rings = prop::collection::vec(ring, 0..3);
    prop::collection::vec(rings.prop_map(|rings| Polygon { rings }), 0..3)
}

fn names() -> impl Strategy<Value = Names> {
    ("[a-zé로]{0,4}", "[a-zé로]{0,4}").prop_map(|(ko, en)| Names::from_iter([("ko", ko.as_str()), ("en", en.as_str())]))
}

fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

prop_compose! {
    fn unit()(
        id: Option<[u8; 16]>, level in 0..2u16, class in any_of(UnitClass::ALL),
        name in names(), polygons in shape(), display in xy(),
    ) -> Unit {
        Unit { id: id.map(FeatureId), level, class, name, polygons, display }
    }
}

prop_compose! {
    fn venue()(
        name in names(),
        lat_e7: i32,
        lon_e7: i32,
        levels in prop::collection::vec((any::<[u8; 16]>(), any::<i16>(), names(), names(), any::<bool>(), shape()), 2),
        units in prop::collection::vec(unit(), 2..5),
        openings in prop::collection::vec((0..2u16, prop::collection::vec(xy(), 2..4)), 0..3),
        amenities in prop::collection::vec((any_of(AmenityClass::ALL), 0..2u16, 0..2u16, xy(), names()), 0..3),
        fixtures in prop::collection::vec((0..2u16, any_of(FixtureClass::ALL), shape()), 0..3),
        checkpoints in prop::collection::vec((any::<u64>(), any::<[u8; 16]>(), 0..2u16, any::<i16>(), xy()), 0..3),
    ) -> Venue {
        Venue {
            name,
            languages: vec!["ko".into(), "en".into()],
            origin: Wgs84 { lat_e7, lon_e7 },
            levels: levels.into_iter().map(|(id, ordinal, name, short_name, outdoor, outline)| {
                Level { id: FeatureId(id), ordinal: Ordinal(ordinal), name, short_name, outdoor, outline }
            }).collect(),
            units,
            openings: openings.into_iter().map(|(level, line)| Opening { level, line }).collect(),
            amenities: amenities.into_iter().map(|(class, level, unit, point, name)| {
                Amenity { class, level, unit, point, name }
            }).collect(),
            fixtures: fixtures.into_iter().map(|(level, class, polygons)| {
                Fixture { level, class, polygons }
            }).collect(),
            checkpoints: checkpoints.into_iter().map(|(seed, anchor, unit, ordinal, point)| {
                Checkpoint {
                    code: Code::from_seed(seed), anchor: FeatureId(anchor), unit,
                    ordinal: Ordinal(ordinal), point,
                }
            }).collect(),
        }
    }
}

proptest! {
    #[test]
    fn staff_get_the_venue_and_attendees_all_but_the_posters(mut venue in venue()) {
        let staff = unpack(&pack(&venue, PackFor::Staff));
        prop_assert_eq!(staff.as_ref(), Ok(&venue));
        let attendee = unpack(&pack(&venue, PackFor::Attendee));
        venue.checkpoints.clear();
        prop_assert_eq!(attendee.as_ref(), Ok(&venue));
    }

    #[test]
    fn any_bytes_are_a_map_or_an_error(mut bytes: Vec<u8>) {
        let _ = unpack(&bytes);
        bytes.insert(0, FORMAT);
        let _ = unpack(&bytes);
    }

    #[test]
    fn a_damaged_map_is_a_map_or_an_error(
        venue in venue(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        keep: prop::sample::Index,
    ) {
        let whole = pack(&venue, PackFor::Staff);
        prop_assert!(unpack(&whole[..keep.index(whole.len())]).is_err(), "cut short");
        let mut bytes = whole;
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = unpack(&bytes);
    }
}

#[test]
fn a_map_of_another_version_says_so() {
    assert_eq!(unpack(&[FORMAT + 1, 0, 0]), Err(PackError::Format));
    assert_eq!(unpack(&[]), Err(PackError::Broken));
}
