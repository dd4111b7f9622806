//! Small plans with one thing wrong, and the line about it.

use super::*;
use domain::venue::UnitClass;

/// A sentence, and what to spoil so that it is said.
type Case = (&'static str, fn(&mut Value));

/// The lines after the summary, in English. French must be there and plain too.
fn lines(small: &Small) -> Vec<String> {
    let report = small.import().unwrap().report;
    report.sentences("fr").iter().for_each(|sentence| assert_plain(sentence));
    let mut sentences = report.sentences("en");
    sentences.iter().for_each(|sentence| assert_plain(sentence));
    sentences.remove(0);
    sentences
}

fn unit_changed(change: impl FnOnce(&mut Value)) -> Small {
    // Two sound rooms more, so that one broken of four is below the limit for a refusal.
    Small::new().change(|small| {
        let units = small.file("unit.geojson");
        units.extend([3, 4].map(|n| unit(n, "Salle", square(7.0, 43.5005, 0.0003))));
        change(&mut units[0]);
    })
}

#[test]
fn a_sound_plan_has_nothing_but_a_summary() {
    assert!(lines(&Small::new()).is_empty());
    let imported = Small::new().import().unwrap();
    assert_eq!(
        imported.report.sentences("en"),
        [
            "1 level, 2 rooms, spaces and walls, no doors, no amenities, 1 place for a poster, names in French and English."
        ]
    );
    assert_eq!(imported.venue.name.pick("en"), "Palace");
    assert_eq!(imported.venue.languages, ["fr", "en"]);
    assert_eq!(imported.venue.checkpoints[0].unit, 0);
}

#[test]
fn files_may_sit_in_a_folder_of_the_zip_among_a_macs_leavings() {
    let files = Small::new().files();
    let mut named: Vec<_> = files.iter().map(|(n, b)| (format!("palais/plan/{n}"), b.clone())).collect();
    named.push(("__MACOSX/palais/plan/._level.geojson".into(), vec![0; 9]));
    named.push(("palais/plan/._unit.geojson".into(), vec![0; 9]));
    named.push(("palais/notes/unit.geojson".into(), vec![0; 9]));
    let named: Vec<_> = named.iter().map(|(n, b)| (n.as_str(), b.clone())).collect();
    let zipped = zip(&named, CompressionMethod::Deflated);
    assert_eq!(import_zip(&zipped), Small::new().import());
}

#[test]
fn one_broken_room_is_left_out_and_said() {
    let cases: [Case; 10] = [
        ("1 room or space was left out: no shape is drawn, or not the right sort of shape. It is: Foyer.", |u| {
            u["geometry"] = Value::Null
        }),
        ("1 room or space was left out: no shape is drawn, or not the right sort of shape. It is: Foyer.", |u| {
            u["geometry"] = json!({"type": "Point", "coordinates": [7, 43]})
        }),
        ("1 room or space was left out: no shape is drawn, or not the right sort of shape. It is: Foyer.", |u| {
            u["geometry"] = json!({"type": "Polygon", "coordinates": [[]]})
        }),
        ("1 room or space was left out: no shape is drawn, or not the right sort of shape. It is: Foyer.", |u| {
            u["geometry"] = json!({"type": "Polygon", "coordinates": [[[7, "43"], [1], [], 5]]})
        }),
        ("1 room or space was left out: too small to be seen. It is: Foyer.", |u| {
            u["geometry"] = square(7.0, 43.5, 0.0000003)
        }),
        ("1 room or space was left out: drawn at a position that does not exist on Earth. It is: Foyer.", |u| {
            u["geometry"] = square(7.0, 91.0, 0.0001)
        }),
        ("1 room or space was left out: drawn more than 20 km from the rest. It is: Foyer.", |u| {
            u["geometry"] = square(8.0, 43.5, 0.0001)
        }),
        ("1 room or space was left out: on a level that the plan does not have. It is: Foyer.", |u| {
            u["properties"]["level_id"] = json!("nowhere")
        }),
        (
            "1 room or space was left out: on a level that the plan does not have. It is: a room without a name (number 11111111…).",
            |u| u["properties"] = json!(7),
        ),
        (
            "1 room or space was left out: not written as the standard asks. It is: a room without a name (number 1…).",
            |u| *u = json!([1, 2]),
        ),
    ];
    for (sentence, change) in cases {
        let small = unit_changed(change);
        assert!(lines(&small).iter().any(|line| line == sentence), "{sentence}\n{:?}", lines(&small));
        assert_eq!(small.import().unwrap().venue.units.len(), 3);
    }
}

#[test]
fn one_odd_room_is_kept_and_said() {
    let cases: [Case; 5] = [
        ("1 of 4 rooms and spaces lies outside the outline of its level: kept. It is: Foyer.", |u| {
            u["geometry"] = square(7.01, 43.5, 0.0004)
        }),
        ("The outline of one room crosses itself: kept, but may look odd. It is: Foyer.", |u| {
            u["geometry"] = json!({"type": "Polygon", "coordinates": [
                [[7.0, 43.5], [7.0004, 43.5004], [7.0004, 43.5], [7.0, 43.5003], [7.0, 43.5]]
            ]})
        }),
        ("Two things share one number: a room (Foyer) and a room (Scène), number 11111111…. Both kept.", |u| {
            u["id"] = json!(format!("{UNIT}2"))
        }),
        ("1 thing has no number in the plan: Sotto gave one to each.", |u| u["id"] = Value::Null),
        ("One kind of room has a name that the standard (IMDF) does not know. Shown without a symbol: zorb.", |u| {
            u["properties"]["category"] = json!("zorb")
        }),
    ];
    for (sentence, change) in cases {
        let small = unit_changed(change);
        assert!(lines(&small).iter().any(|line| line == sentence), "{sentence}\n{:?}", lines(&small));
        let units = small.import().unwrap().venue.units;
        let ids: std::collections::BTreeSet<_> = units.iter().map(|unit| unit.id).collect();
        assert_eq!((units.len(), ids.len()), (4, 4));
    }
}

#[test]
fn numbers_that_are_no_uuids_do_their_work() {
    let small = Small::new().change(|small| {
        small.file("unit.geojson")[0]["id"] = json!("room-12");
        small.file("level.geojson")[0]["properties"]["ordinal"] = json!("2");
        small.file("anchor.geojson")[0]["properties"]["unit_id"] = json!("room-12");
    });
    let venue = small.import().unwrap().venue;
    assert_eq!(venue.checkpoints[0].ordinal.0, 2);
    assert!(lines(&small).is_empty());
}

#[test]
fn a_room_without_a_name_is_called_after_who_is_in_it() {
    let small = Small::new().change(|small| small.file("unit.geojson")[0]["properties"]["name"] = Value::Null);
    let small = small.with(
        "occupant.geojson",
        vec![feature(
            "55555555-0000-4000-8000-000000000001",
            json!({"name": {"fr": "Accueil\u{7}\n presse"}, "anchor_id": "33333333-0000-4000-8000-000000000001"}),
            Value::Null,
        )],
    );
    let venue = small.import().unwrap().venue;
    assert_eq!(venue.unit_label(0, "en"), Some("Accueil presse"));
}

#[test]
fn what_is_missed_or_not_drawn_is_said() {
    let small = Small::new()
        .without("anchor.geojson")
        .without("venue.geojson")
        .without("opening.geojson")
        .with("section.geojson", vec![]);
    assert_eq!(
        lines(&small),
        [
            "There is no file venue.geojson, so the venue has no name.",
            "There is no file opening.geojson, so the map shows no doors.",
            "There is no file anchor.geojson, so there are no places for posters yet.",
            "Left aside, because the map does not show such things: section.geojson.",
        ]
    );
}

#[test]
fn levels_of_one_height_and_levels_without_outline_are_said() {
    let small = Small::new().change(|small| {
        let terrace = json!({"ordinal": 0, "name": {"en": "Terrace"}, "outdoor": true});
        let id = "22222222-0000-4000-8000-000000000002";
        small.file("level.geojson").push(feature(id, terrace, Value::Null));
    });
    assert_eq!(
        lines(&small),
        [
            "1 level has no outline: drawn by the rooms alone.",
            "Rez and Terrace lie at the same height: shown as one level.",
        ]
        .map(|line| line.replace("Rez", "Ground"))
    );
}

#[test]
fn a_restricted_room_is_closed_to_the_public() {
    let small = unit_changed(|u| u["properties"]["restriction"] = json!("employeesonly"));
    assert_eq!(small.import().unwrap().venue.units[0].class, UnitClass::NonPublic);
}
