//! Reading JSON as people leave it: an invisible mark in front, a comma too many.

use super::archive::Source;
use super::report::{Kind, Notes};
use serde_json::Value;
use std::borrow::Cow;

/// The file is no JSON; the line where reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) line: usize,
}

/// The file as JSON, small repairs noted.
///
/// Depth is limited by serde_json to 128; numbers that do not fit are an error there too.
pub(super) fn parse(file: &Source, notes: &mut Notes) -> Result<Value, Broken> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let bytes = match file.bytes.strip_prefix(MARK) {
        Some(rest) => {
            notes.repaired(Kind::InvisibleMark { file: file.name.clone() });
            rest
        }
        None => &file.bytes,
    };
    let first = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => Broken { line: error.line().max(1) },
    };
    let (repaired, count) = without_stray_commas(bytes);
    match serde_json::from_slice(&repaired) {
        Ok(value) => {
            notes.repaired(Kind::StrayCommas { file: file.name.clone(), count });
            Ok(value)
        }
        // Past the comma that could be repaired there is something that could not.
        Err(error) if count > 0 => Err(Broken { line: error.line().max(1) }),
        Err(_) => Err(first),
    }
}

/// The features of a file: those of a collection, a bare list, or the one that there is.
pub(super) fn features(file: &Source, notes: &mut Notes) -> Result<Vec<Value>, Broken> {
    match parse(file, notes)? {
        Value::Array(all) => Ok(all),
        Value::Object(mut object) => match object.remove("features") {
            Some(Value::Array(all)) => Ok(all),
            None if object.contains_key("geometry") => Ok(vec![Value::Object(object)]),
            _ => Err(Broken { line: 1 }),
        },
        _ => Err(Broken { line: 1 }),
    }
}

/// Commas before a closing bracket become spaces, so that lines and columns stay.
fn without_stray_commas(bytes: &[u8]) -> (Cow<'_, [u8]>, usize) {
    let mut stray = Vec::new();
    let mut comma = None;
    let (mut in_text, mut escaped) = (false, false);
    for (at, &byte) in bytes.iter().enumerate() {
        if in_text {
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b',' => comma = Some(at),
            b']' | b'}' => stray.extend(comma.take()),
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => {
                comma = None;
                in_text = byte == b'"';
            }
        }
    }
    if stray.is_empty() {
        return (Cow::Borrowed(bytes), 0);
    }
    let mut repaired = bytes.to_vec();
    stray.iter().for_each(|&at| repaired[at] = b' ');
    (Cow::Owned(repaired), stray.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Result<Value, Broken>, usize) {
        let mut notes = Notes::default();
        let file = Source { name: "x.geojson".into(), bytes: text.as_bytes().to_vec() };
        (parse(&file, &mut notes), notes.lines.len())
    }

    #[test]
    fn a_comma_before_a_bracket_goes_and_one_in_a_text_stays() {
        let (value, notes) = read(r#"{"a": [1, 2 , ], "b": "x,]\",}",}"#);
        assert_eq!(value.unwrap(), serde_json::json!({"a": [1, 2], "b": "x,]\",}"}));
        assert_eq!(notes, 1);
    }

    #[test]
    fn an_invisible_mark_is_taken_off() {
        let (value, notes) = read("\u{feff}[1]");
        assert_eq!((value.unwrap(), notes), (serde_json::json!([1]), 1));
    }

    #[test]
    fn what_is_beyond_repair_names_its_line() {
        assert_eq!(read("[1,\n2,\n").0, Err(Broken { line: 3 }));
        assert_eq!(read("[1,\n2 3]").0, Err(Broken { line: 2 }));
        assert_eq!(read("[1,]\n]").0, Err(Broken { line: 2 }));
        assert_eq!(read("[1e400]").0, Err(Broken { line: 1 }));
        assert_eq!(read("").0, Err(Broken { line: 1 }));
        assert_eq!(read(&"[".repeat(10_000)).0, Err(Broken { line: 1 }));
    }
}
