//! A real venue, defects and all.

use super::*;
use domain::venue::{Code, Ordinal, PackFor, pack, unpack};

fn postech() -> Imported {
    import_path(Path::new(POSTECH)).unwrap()
}

#[test]
fn the_folder_and_the_zip_are_the_same_venue() {
    let zip = Path::new(POSTECH).join("postech-c5.imdf.zip");
    assert_eq!(import_path(&zip).unwrap(), postech());
    assert_eq!(import_zip(&std::fs::read(zip).unwrap()).unwrap(), postech());
}

#[test]
fn its_report_names_the_genuine_defects_in_plain_words() {
    let report = postech().report;
    assert_eq!(
        report.sentences("en"),
        [
            "6 levels, 167 rooms, spaces and walls, 59 doors, 35 amenities, 22 places for posters, names in English and Korean.",
            "Two things share one number: a staircase (Stairs) and an amenity (BreakArea), number 6dfd5562…. Both kept.",
            "13 of 35 amenities (such as lifts, toilets, desks) lie outside the room they name: kept, on that room's level. Among them: 1F Elevator, 6F Elevator, 5F Elevator, DiningArea and Coatroom.",
            "The file amenity.geojson had a stray comma: repaired.",
            "The plan gives its language as ko-KR and marks its names with ko: taken for the same, Korean.",
            "Extra entries that the map does not need, left aside: building_ids (in venue.geojson), id (in unit.geojson), display_point (in amenity.geojson), level_id (in amenity.geojson), level_id (in occupant.geojson) and unit_id (in occupant.geojson).",
            "7 kinds of amenity have names that the standard (IMDF) does not know. Understood by their wording: breakarea, coatroom, diningarea, elevatorNotNow, informationdesk, registrationdesk and stairsNotNow.",
        ]
    );
    let french = report.sentences("fr-FR");
    assert_eq!(
        french[0],
        "6 niveaux, 167 salles, espaces et murs, 59 portes, 35 équipements, 22 places d’affiche, noms en anglais et coréen."
    );
    assert_eq!(french[3], "Le fichier amenity.geojson contenait une virgule de trop : corrigé.");
    report.sentences("en").iter().chain(&french).for_each(|sentence| assert_plain(sentence));
}

#[test]
fn its_packed_map_is_small_and_whole() {
    let mut venue = postech().venue;
    // What it took on the day it was written, and a little: let it not grow unnoticed.
    for (whom, most) in [(PackFor::Staff, 6_500), (PackFor::Attendee, 6_000)] {
        let packed = pack(&venue, whom);
        let mut small = Vec::new();
        let quality = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
        brotli::BrotliCompress(&mut &packed[..], &mut small, &quality).unwrap();
        println!("{whom:?}: {} bytes, {} after brotli", packed.len(), small.len());
        assert!(small.len() <= 8_192, "the figure of the goals");
        assert!(small.len() <= most, "{}", small.len());
        if whom == PackFor::Attendee {
            venue.checkpoints.clear();
        }
        assert_eq!(unpack(&packed).as_ref(), Ok(&venue));
    }
}

#[test]
fn every_poster_hangs_in_its_room_and_is_found_by_its_code() {
    let venue = postech().venue;
    assert_eq!(venue.checkpoints.len(), 22);
    for checkpoint in &venue.checkpoints {
        let typed = checkpoint.code.to_string().to_lowercase();
        let found = venue.checkpoint(&Code::parse(&typed).unwrap());
        assert_eq!(found, Some(checkpoint));
        assert_eq!(venue.unit_at(checkpoint.ordinal, checkpoint.point), Some(checkpoint.unit));
    }
}

#[test]
fn its_levels_and_rooms_answer_questions() {
    let venue = postech().venue;
    assert_eq!(venue.ordinals(), [0, 1, 2, 3, 4, 5].map(Ordinal));
    assert_eq!(venue.level_name(Ordinal(4), "fr"), Some("Level 5"));
    assert_eq!(venue.level_short(Ordinal(4), "en"), Some("L5"));
    assert_eq!(venue.languages, ["ko", "en"]);
    let lobby = venue.units.iter().position(|u| u.name.pick("en") == "Lobby(5F)").unwrap() as u16;
    let unit = &venue.units[usize::from(lobby)];
    assert_eq!(venue.unit_label(lobby, "ko"), Some("5층로비"));
    assert_eq!(venue.unit_at(Ordinal(4), unit.display), Some(lobby));
    assert_ne!(venue.unit_at(Ordinal(5), unit.display), Some(lobby), "the level counts");
    assert_eq!(venue.unit_by_id(unit.id.unwrap()), Some(lobby));
    let phone = venue.to_local(venue.to_wgs84(unit.display));
    assert_eq!(venue.nearest_unit(Ordinal(4), phone), Some((lobby, 0)));
}

/// What a stranger's export may look like after an evening in a text editor.
#[test]
fn a_hand_broken_copy_still_makes_a_map_and_says_what_is_wrong() {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(POSTECH).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with("json") {
            files.push((name, std::fs::read_to_string(path).unwrap()));
        }
    }
    let edit = |files: &mut Vec<(String, String)>, name: &str, from: &str, to: &str| {
        let file = files.iter_mut().find(|(known, _)| known == name).unwrap();
        assert!(file.1.contains(from), "{name}: {from}");
        file.1 = file.1.replacen(from, to, 1);
    };
    edit(&mut files, "opening.geojson", "]", "");
    edit(&mut files, "occupant.geojson", "{", "\u{feff}{");
    edit(&mut files, "anchor.geojson", "\"unit_id\": \"751de579", "\"unit_id\": \"851de579");
    edit(&mut files, "anchor.geojson", "36.014302", "36.015302");
    let level = "\"level_id\": \"c8a71e5c-9907-4247-aa34-b653d4eff8d9\"";
    edit(&mut files, "unit.geojson", level, "\"level_id\": \"0\"");
    edit(&mut files, "unit.geojson", "\"coordinates\": [\n          [\n", "\"coordinates\": [[],\n          [\n");
    let files: Vec<_> = files.iter().map(|(n, text)| (n.as_str(), text.clone().into_bytes())).collect();
    let report = import_zip(&zip(&files, CompressionMethod::Deflated)).unwrap().report;
    let said = report.sentences("en").join("\n");
    println!("{said}");
    for part in [
        "The file opening.geojson cannot be read, something is wrong near line",
        ": left out, so the map shows no doors.",
        "The file occupant.geojson began with an invisible mark: taken off.",
        "1 place for a poster was left out: in a room that the plan does not have.",
        "1 of 21 places for posters lies outside the room it names: kept. Look at them before you print. It is: MeetingRoom6.",
        "1 room or space was left out: on a level that the plan does not have.",
    ] {
        assert!(said.contains(part), "{part}\nnot in:\n{said}");
    }
    said.lines().for_each(assert_plain);
    report.sentences("fr").iter().for_each(|sentence| assert_plain(sentence));
}
