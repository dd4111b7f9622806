//! Form bodies, read as kindly as possible: a fault in one field costs that field, never the alert.

/// The fields of a form-encoded body.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` bytes; broken UTF-8 becomes replacement characters,
    /// which no field accepts.
    pub fn parse(body: &[u8]) -> Self {
        Form(form_urlencoded::parse(body).into_owned().take(32).collect())
    }

    /// The first value of a field, empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }
}
