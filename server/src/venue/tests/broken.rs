//! What is no venue, and the sentence for it.

use super::super::archive::{Limits, unzip};
use super::*;

fn is(bytes: &[u8], expected: Refused) {
    let refused = import_zip(bytes).unwrap_err();
    assert_eq!(refused, expected);
    for lang in ["en", "fr"] {
        let sentence = refused.sentence(lang);
        println!("{sentence}");
        assert_plain(&sentence);
        assert!(sentence.len() > 40, "{sentence}");
    }
    assert_eq!(refused.to_string(), refused.sentence("en"));
    assert_ne!(refused.sentence("en"), refused.sentence("fr"));
}

fn deflated(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    zip(files, CompressionMethod::Deflated)
}

/// Overwrites a field of two bytes in all headers: `local` and `central` are its offsets.
fn patch(mut bytes: Vec<u8>, [local, central]: [usize; 2], value: u16) -> Vec<u8> {
    for at in 0..bytes.len().saturating_sub(46) {
        let field = match &bytes[at..at + 4] {
            b"PK\x03\x04" => at + local,
            b"PK\x01\x02" => at + central,
            _ => continue,
        };
        bytes[field..field + 2].copy_from_slice(&value.to_le_bytes());
    }
    bytes
}

#[test]
fn a_broken_archive_is_refused_with_its_sentence() {
    let good = Small::new().zip();
    let first = || "manifest.json".to_owned();
    is(b"", Refused::NotAZip);
    is(b"{\"type\": \"FeatureCollection\"}", Refused::NotAZip);
    is(&good[..good.len() / 2], Refused::CutShort);
    is(&good[..good.len() - 10], Refused::CutShort);
    is(&patch(good.clone(), [6, 8], 1), Refused::Locked { name: first() });
    is(&patch(good.clone(), [8, 10], 12), Refused::UnknownPacking { name: first() });

    let mut files = Small::new().files();
    files.push(("../../evil.geojson", vec![]));
    is(&deflated(&files), Refused::OutsidePath { name: "../../evil.geojson".into() });
    let files = vec![("/etc/level.geojson", vec![])];
    is(&deflated(&files), Refused::OutsidePath { name: "/etc/level.geojson".into() });

    let many: Vec<_> = (0..1_001).map(|n| format!("{n}.txt")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), vec![])).collect();
    is(&zip(&many, CompressionMethod::Stored), Refused::TooManyEntries { limit: 1_000 });

    let two: Vec<_> = [("a/level.geojson", vec![]), ("b/level.geojson", vec![])].into();
    is(&deflated(&two), Refused::SeveralPlans { first: "a/".into(), second: "b/".into() });
}

#[test]
fn an_archive_that_swells_is_refused_whatever_it_declares() {
    let bomb = deflated(&[("level.geojson", vec![b' '; 8 << 20])]);
    assert!(bomb.len() < 20_000);
    let refused = Refused::Bomb { name: "level.geojson".into() };
    is(&bomb, refused.clone());
    // Claims to unpack to a few bytes only.
    let liar = patch(patch(bomb, [22, 24], 16), [24, 26], 0);
    let answer = import_zip(&liar).unwrap_err();
    let damaged = Refused::FileDamaged { name: "level.geojson".into() };
    assert!([refused, damaged, Refused::CutShort].contains(&answer), "{answer:?}");
}

#[test]
fn sizes_are_limited_file_by_file_and_in_all() {
    let large = zip(&[("level.geojson", vec![b'7'; (16 << 20) + 1])], CompressionMethod::Stored);
    is(&large, Refused::FileTooLarge { name: "level.geojson".into(), mib: 16 });
    let limits = Limits { file: 16 << 20, total: 1 << 20, entries: 10, ratio: 200 };
    let half = vec![b'7'; 600 << 10];
    let files = [("level.geojson", half.clone()), ("unit.geojson", half)];
    let refused = unzip(&zip(&files, CompressionMethod::Deflated), &limits).unwrap_err();
    assert!(matches!(refused, Refused::Bomb { .. } | Refused::TooLarge { mib: 1 }), "{refused:?}");
    let stored = zip(&files, CompressionMethod::Stored);
    assert_eq!(unzip(&stored, &limits).unwrap_err(), Refused::TooLarge { mib: 1 });
}

#[test]
fn what_is_no_plan_is_refused_with_its_sentence() {
    let small = Small::new;
    let refused = |small: Small, expected| is(&small.zip(), expected);
    refused(small().without("level.geojson"), Refused::NoFile { part: Part::Level });
    refused(small().without("unit.geojson"), Refused::NoFile { part: Part::Unit });
    refused(small().with("level.geojson", vec![]), Refused::Nothing { part: Part::Level });
    refused(small().with("unit.geojson", vec![]), Refused::Nothing { part: Part::Unit });
    let no_height = small().change(|s| {
        s.file("level.geojson")[0]["properties"] = json!({});
    });
    refused(no_height, Refused::Nothing { part: Part::Level });

    let metres = small().change(|s| s.file("level.geojson")[0]["geometry"] = square(350_000.0, 4_800_000.0, 80.0));
    refused(metres, Refused::NotDegrees);
    let drawing = small().change(|s| s.file("level.geojson")[0]["geometry"] = square(0.0, 0.0, 80.0));
    refused(drawing, Refused::NotDegrees);
    let units = small().change(|s| s.file("unit.geojson")[0]["geometry"] = square(7.0, 93.0, 0.001));
    refused(units, Refused::NotDegrees);
    let wide = small().change(|s| s.file("level.geojson")[0]["geometry"] = square(7.0, 43.5, 0.3));
    refused(wide, Refused::TooWide { km: 41 });
    let elsewhere = small().change(|s| s.file("level.geojson")[0]["geometry"] = square(7.1, 43.5, 0.001));
    refused(elsewhere, Refused::UnitsOutside { outside: 2, of: 2 });
    let many = small().with("fixture.geojson", vec![Value::Null; 20_001]);
    refused(many, Refused::TooManyThings { limit: 20_000 });

    let mut files = small().files();
    files[3].1.truncate(200);
    is(&deflated(&files), Refused::FileBroken { name: "unit.geojson".into(), line: 1 });
    files[3].1 = b"[\n".repeat(10_000);
    is(&deflated(&files), Refused::FileBroken { name: "unit.geojson".into(), line: 128 });
    files[3].1 = b"\"rooms\"".to_vec();
    is(&deflated(&files), Refused::FileBroken { name: "unit.geojson".into(), line: 1 });
}

#[test]
fn a_plan_of_more_points_than_a_map_is_refused_before_it_is_built() {
    let plan = |text: String| {
        let mut files = Small::new().files();
        files.push(("fixture.geojson", text.into_bytes()));
        zip(&files, CompressionMethod::Stored)
    };
    let line = |points: usize| {
        let points = "[7.0,43.5],".repeat(points);
        format!(r#"[{{"geometry":{{"type":"LineString","coordinates":[{}]}}}}]"#, points.trim_end_matches(','))
    };
    is(&plan(line(200_001)), Refused::TooManyPoints { limit: 200_000 });
    // Not even read: it would take a hundred times its size.
    is(&plan(format!("[{}]", "[],".repeat(2_000_001))), Refused::TooManyPoints { limit: 200_000 });
}

#[test]
fn a_path_to_nothing_is_refused_by_name() {
    let nothing = Path::new(POSTECH).join("nothing.zip");
    assert_eq!(import_path(&nothing), Err(Refused::NotThere { name: "nothing.zip".into() }));
    let readme = Path::new(POSTECH).join("LICENSE");
    assert_eq!(import_path(&readme), Err(Refused::NotAZip));
    assert_eq!(import_path(Path::new(POSTECH).parent().unwrap()), Err(Refused::NoFile { part: Part::Level }));
}
