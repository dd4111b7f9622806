//! Real plans, small plans with one thing wrong, and noise.

mod broken;
mod noise;
mod postech;
mod small;

use super::*;
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The real venue, as a folder.
const POSTECH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/venues/postech-c5");

/// A zip file with these files.
fn zip(files: &[(&str, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A plan of one level and two rooms, to be spoilt.
#[derive(Clone)]
struct Small(Vec<(&'static str, Value)>);

const UNIT: &str = "11111111-0000-4000-8000-00000000000";

impl Small {
    fn new() -> Self {
        let anchors = vec![feature(
            "33333333-0000-4000-8000-000000000001",
            json!({"unit_id": format!("{UNIT}1")}),
            json!({"type": "Point", "coordinates": [7.0001, 43.5001]}),
        )];
        Self(vec![
            ("manifest.json", json!({"version": "1.0.0", "language": "fr"})),
            (
                "venue.geojson",
                collection(vec![feature(
                    "44444444-0000-4000-8000-000000000001",
                    json!({"name": {"fr": "Palais", "en": "Palace"}, "category": "theater"}),
                    Value::Null,
                )]),
            ),
            (
                "level.geojson",
                collection(vec![feature(
                    "22222222-0000-4000-8000-000000000001",
                    json!({"ordinal": 0, "name": {"fr": "Rez", "en": "Ground"}, "outdoor": false}),
                    square(7.0, 43.5, 0.001),
                )]),
            ),
            (
                "unit.geojson",
                collection(vec![
                    unit(1, "Foyer", square(7.0, 43.5, 0.0004)),
                    unit(2, "Scène", square(7.0005, 43.5, 0.0004)),
                ]),
            ),
            ("opening.geojson", collection(vec![])),
            ("anchor.geojson", collection(anchors)),
        ])
    }

    /// The file's features, to be changed.
    fn file(&mut self, name: &str) -> &mut Vec<Value> {
        let file = self.0.iter_mut().find(|(known, _)| *known == name);
        file.unwrap().1["features"].as_array_mut().unwrap()
    }

    fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self
    }

    fn with(mut self, name: &'static str, features: Vec<Value>) -> Self {
        self = self.without(name);
        self.0.push((name, collection(features)));
        self
    }

    fn change(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        self.0.iter().map(|(name, value)| (*name, value.to_string().into_bytes())).collect()
    }

    fn zip(&self) -> Vec<u8> {
        zip(&self.files(), CompressionMethod::Deflated)
    }

    fn import(&self) -> Result<Imported, Refused> {
        import_zip(&self.zip())
    }
}

fn collection(features: Vec<Value>) -> Value {
    json!({"type": "FeatureCollection", "features": features})
}

fn feature(id: &str, properties: Value, geometry: Value) -> Value {
    json!({"type": "Feature", "id": id, "properties": properties, "geometry": geometry})
}

fn unit(n: u8, name: &str, geometry: Value) -> Value {
    let level = "22222222-0000-4000-8000-000000000001";
    let properties = json!({"category": "room", "name": {"fr": name}, "level_id": level});
    feature(&format!("{UNIT}{n}"), properties, geometry)
}

fn square(lon: f64, lat: f64, side: f64) -> Value {
    let (east, north) = (lon + side, lat + side);
    json!({"type": "Polygon", "coordinates": [
        [[lon, lat], [east, lat], [east, north], [lon, north], [lon, lat]]
    ]})
}

/// No sentence needs a reader who knows what is inside the archive.
fn assert_plain(sentence: &str) {
    let said = sentence.replace(".geojson", "").replace("manifest.json", "").to_lowercase();
    for jargon in ["json", "uuid", "polygon", "feature", "null", "geometry", "parse", "vertex", "ring "] {
        assert!(!said.contains(jargon), "{jargon} in: {sentence}");
    }
    assert!(sentence.ends_with(['.', '…']), "{sentence}");
}
