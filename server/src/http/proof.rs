//! Proof that a request comes from our own page.

use axum::http::{HeaderMap, header};

/// What the headers say about where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Our own page, or typed by a person.
    Same,
    /// Another site, or another host of ours.
    Foreign,
    /// The browser says nothing: old, or a bare client.
    Unsaid,
}

/// Reads `Sec-Fetch-Site`, else compares `Origin` with `Host`. Forwarding headers are not believed.
pub fn same_origin(headers: &HeaderMap) -> Origin {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => return Origin::Same,
        Some(_) => return Origin::Foreign,
        None => {}
    }
    match (text(header::ORIGIN.as_str()), host(headers)) {
        (None, _) => Origin::Unsaid,
        (Some(origin), Some(host)) if origin.split_once("://").is_some_and(|(_, name)| name == host) => Origin::Same,
        _ => Origin::Foreign,
    }
}

/// The `Host`, as HTTP/1 sends it; the accept loop copies HTTP/2's authority into it.
pub fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_attendee_host_is_a_stranger_to_the_desk() {
        assert_eq!(same_origin(&headers(&[("sec-fetch-site", "same-site")])), Origin::Foreign);
        let sibling = [("origin", "http://localhost:3000"), ("host", "desk.localhost:3000")];
        assert_eq!(same_origin(&headers(&sibling)), Origin::Foreign);
        assert_eq!(same_origin(&headers(&[("origin", "null"), ("host", "localhost")])), Origin::Foreign);
        assert_eq!(same_origin(&headers(&[("host", "localhost")])), Origin::Unsaid);
    }
}
