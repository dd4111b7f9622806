//! A small venue for tests: a hall 100 m wide with rooms, a deck outside, a cellar.

use super::model::MapWords;
use domain::venue::{
    Amenity, AmenityClass, FeatureId, Level, Names, Opening, Ordinal, Polygon, Unit, UnitClass, Venue, Wgs84, Xy,
};
use std::sync::Arc;

pub(super) fn square([x, y, w, h]: [i32; 4]) -> Vec<Polygon> {
    let corner = |dx, dy| Xy { x: x + dx, y: y + dy };
    vec![Polygon { rings: vec![vec![corner(0, 0), corner(w, 0), corner(w, h), corner(0, h)]] }]
}

fn unit(class: UnitClass, level: u16, name: &str, shape: [i32; 4]) -> Unit {
    let [x, y, w, h] = shape;
    Unit {
        id: class.is_walkable().then_some(FeatureId([x as u8; 16])),
        level,
        class,
        name: Names::from_iter([("en", name)]),
        polygons: square(shape),
        display: Xy { x: x + w / 2, y: y + h / 2 },
    }
}

fn level(ordinal: i16, name: &str, outdoor: bool, shape: [i32; 4]) -> Level {
    Level {
        id: FeatureId([ordinal as u8; 16]),
        ordinal: Ordinal(ordinal),
        name: Names::from_iter([("en", name)]),
        short_name: Names::new(),
        outdoor,
        outline: square(shape),
    }
}

pub(super) fn venue() -> Venue {
    Venue {
        name: Names::new(),
        languages: vec!["en".into()],
        origin: Wgs84 { lat_e7: 0, lon_e7: 0 },
        levels: vec![
            level(-1, "Cellar", false, [0, 0, 500, 500]),
            level(1, "Level 1", false, [0, 0, 1000, 600]),
            level(1, "Deck", true, [1000, 0, 500, 600]),
        ],
        units: vec![
            unit(UnitClass::Walkway, 1, "", [0, 0, 1000, 600]),
            unit(UnitClass::Auditorium, 1, "Auditorium Alizé", [400, 200, 200, 150]),
            unit(UnitClass::RestroomFemale, 1, "", [200, 100, 100, 60]),
            unit(UnitClass::FirstAid, 1, "First aid", [0, 0, 100, 100]),
            unit(UnitClass::Wall, 1, "", [700, 0, 10, 600]),
            unit(UnitClass::Outdoor, 2, "Deck", [1000, 0, 500, 600]),
            unit(UnitClass::Room, 0, "Store", [0, 0, 500, 500]),
        ],
        openings: vec![Opening { level: 1, line: vec![Xy { x: 290, y: 100 }, Xy { x: 310, y: 100 }] }],
        amenities: vec![Amenity {
            class: AmenityClass::Information,
            level: 1,
            unit: 0,
            point: Xy { x: 800, y: 300 },
            name: Names::new(),
        }],
        fixtures: vec![],
        checkpoints: vec![],
    }
}

pub(super) fn words() -> MapWords {
    let word = str::to_owned;
    MapWords {
        map: word("Map"),
        level: word("Level"),
        you: word("you"),
        zoom_in: word("Zoom in"),
        zoom_out: word("Zoom out"),
        unknown: word("Level unknown"),
        alerts: word("open"),
        list: word("List"),
        metre: word("m"),
        class: Arc::new(|class| (class == UnitClass::RestroomFemale).then(|| "Women's toilets".to_owned())),
    }
}
