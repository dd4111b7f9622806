//! One entry of a plan's file, read with patience: whatever is wrong with it, the rest counts.

use super::report::{Part, Thing};
use domain::venue::{FeatureId, Names, UnitClass};
use geojson::{Geometry, GeometryValue};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// An entry of a file.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) part: Part,
    /// Its identity: a UUID, or one made from whatever stands in its place.
    pub(super) id: FeatureId,
    /// Whether the file gave it one.
    pub(super) has_id: bool,
    pub(super) geometry: Option<Geometry>,
    pub(super) properties: Map<String, Value>,
}

impl Feature {
    /// `index` is its place in the file. `None` if it is not an object.
    pub(super) fn read(part: Part, index: usize, value: Value) -> Option<Self> {
        let Value::Object(mut object) = value else {
            return None;
        };
        let properties = match object.remove("properties") {
            Some(Value::Object(properties)) => properties,
            _ => Map::new(),
        };
        let id = object.get("id").and_then(identity);
        let id = id.or_else(|| properties.get("id").and_then(identity));
        let geometry = object.remove("geometry").and_then(|value| serde_json::from_value(value).ok());
        Some(Self {
            part,
            id: id.unwrap_or_else(|| derive(&format!("{} {index}", part.stem()))),
            has_id: id.is_some(),
            geometry,
            properties,
        })
    }

    /// How many points its shape has.
    pub(super) fn points(&self) -> usize {
        fn of(geometry: &GeometryValue) -> usize {
            match geometry {
                GeometryValue::Point { .. } => 1,
                GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => {
                    coordinates.len()
                }
                GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
                    coordinates.iter().map(Vec::len).sum()
                }
                GeometryValue::MultiPolygon { coordinates } => coordinates.iter().flatten().map(Vec::len).sum(),
                GeometryValue::GeometryCollection { geometries } => {
                    geometries.iter().map(|geometry| of(&geometry.value)).sum()
                }
            }
        }
        self.geometry.as_ref().map_or(0, |geometry| of(&geometry.value))
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.properties.get(key)?.as_str()
    }

    /// A whole number, also as `2.0` or `"2"`.
    pub(super) fn whole_number(&self, key: &str) -> Option<i64> {
        match self.properties.get(key)? {
            Value::String(text) => text.trim().parse().ok(),
            Value::Number(n) => n.as_i64().or_else(|| {
                let value = n.as_f64()?;
                (value.fract() == 0.0 && value.abs() < 1e9).then_some(value as i64)
            }),
            _ => None,
        }
    }

    /// The identities that a property refers to: one, or a list.
    pub(super) fn references(&self, key: &str) -> Vec<FeatureId> {
        match self.properties.get(key) {
            Some(Value::Array(all)) => all.iter().filter_map(identity).collect(),
            Some(one) => identity(one).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// A label in the languages of the venue, in their order. A bare text is in the first.
    pub(super) fn names(&self, key: &str, languages: &[String]) -> Names {
        let mut names = Names::new();
        match self.properties.get(key) {
            Some(Value::Object(texts)) => {
                for tag in languages {
                    if let Some(Value::String(text)) = texts.get(tag) {
                        names.insert(tag, &tidy(text));
                    }
                }
            }
            Some(Value::String(text)) => {
                names.insert(languages.first().map_or("und", String::as_str), &tidy(text));
            }
            _ => {}
        }
        names
    }

    /// Tags of the languages that its names are in.
    pub(super) fn languages(&self) -> impl Iterator<Item = &str> {
        let labels = ["name", "short_name"].iter().filter_map(|&key| self.properties.get(key));
        let texts = labels.filter_map(Value::as_object).flatten();
        texts.filter(|(tag, text)| is_tag(tag) && text.is_string()).map(|(tag, _)| tag.as_str())
    }

    /// What to call it in a sentence.
    pub(super) fn thing(&self, class: Option<UnitClass>, name: &Names) -> Thing {
        let number = self.id.to_string().chars().take(8).collect();
        Thing { part: self.part, class, name: name.clone(), number }
    }
}

/// Whether a text has the form of a language tag (`fr`, `zh-Hans`).
pub(super) fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or("");
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && text.len() <= 20
        && parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// An identity from a UUID, or from any other text or number that does its work.
fn identity(value: &Value) -> Option<FeatureId> {
    match value {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.trim().parse().unwrap_or_else(|_| derive(text.trim()))),
        Value::Number(number) => Some(derive(&number.to_string())),
        _ => None,
    }
}

/// An identity of our own for something that has no UUID; the same text gives the same.
pub(super) fn derive(text: &str) -> FeatureId {
    let mut bytes = [0; 16];
    let hash = Sha256::digest(text.as_bytes());
    bytes.iter_mut().zip(hash.iter()).for_each(|(byte, &hashed)| *byte = hashed);
    FeatureId(bytes)
}

/// A name without control characters and doubled blanks, at most 120 characters.
fn tidy(text: &str) -> String {
    let text = text.replace(char::is_control, " ");
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").chars().take(120).collect()
}
