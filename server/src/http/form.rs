//! Form bodies, read as kindly as possible: a fault in one field costs that field, never the alert.

/// The fields of a form-encoded body.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, Result<String, String>)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` bytes.
    pub fn parse(body: &[u8]) -> Self {
        let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).take(48);
        let field = |pair: &[u8]| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default()).ok()?;
            Some((name, decode(halves.next().unwrap_or_default())))
        };
        Form(pairs.filter_map(field).collect())
    }

    /// The first value of a field, empty if there is none or it is not UTF-8.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).and_then(|value| value.as_ref().ok()).map_or("", String::as_str)
    }

    /// Whether the field is there, readable or not.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Every readable value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self.0.iter().filter(move |(found, _)| found == name);
        values.filter_map(|(_, value)| value.as_ref().ok()).map(String::as_str)
    }

    /// The first value of a field, or what could be read of it where it is not UTF-8 (lone
    /// surrogates are not): nothing of it may pass for what somebody wrote.
    pub fn text(&self, name: &str) -> Result<&str, &str> {
        self.find(name).map_or(Ok(""), |value| match value {
            Ok(value) => Ok(value),
            Err(broken) => Err(broken),
        })
    }

    fn find(&self, name: &str) -> Option<&Result<String, String>> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }
}

/// The text of an encoded part; in `Err` with replacement characters where it is not UTF-8.
fn decode(part: &[u8]) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part;
    while let Some((first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|byte| (*byte as char).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits make a byte.
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', ..) => bytes.push(b' '),
            (other, ..) => bytes.push(*other),
        }
        rest = after;
    }
    String::from_utf8(bytes).map_err(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_lone_surrogate_is_told_and_costs_its_field_only() {
        let form = Form::parse(b"key=1&text=a%ED%A0%80b&l=fr");
        assert_eq!((form.get("text"), form.get("l"), form.get("key")), ("", "fr", "1"));
        assert!(form.text("text").unwrap_err().starts_with('a'));
        assert_eq!(form.text("missing"), Ok(""));
    }

    proptest! {
        #[test]
        fn whatever_a_browser_encodes_is_read_as_it_was(name in "[a-z]{1,4}", value: String, more: String) {
            let pairs = [(&name, &value), (&name, &more)];
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let form = Form::parse(body.as_bytes());
            prop_assert_eq!(form.get(&name), value.as_str());
            prop_assert_eq!(form.all(&name).collect::<Vec<_>>(), [value.as_str(), more.as_str()]);
        }

        #[test]
        fn any_bytes_are_read_as_others_read_them(body: Vec<u8>) {
            let form = Form::parse(&body);
            for (name, value) in form_urlencoded::parse(&body).take(48) {
                if !name.contains('\u{fffd}') && !value.contains('\u{fffd}') {
                    prop_assert!(form.all(&name).any(|found| found == value));
                }
            }
        }
    }
}
