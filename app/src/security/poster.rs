//! The code in what a camera read or a hand typed.

use domain::venue::{Code, CodeError};

/// The poster code in the text of a QR code: the last part of the path of its address.
///
/// # Errors
/// [`CodeError`] if there is none: another poster, or no poster of ours.
pub(crate) fn code_in(text: &str) -> Result<Code, CodeError> {
    let path = text.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    Code::parse(path.rsplit('/').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_last_part_of_a_posters_address() {
        let code = Code::from_seed(4_711);
        let short = code.url_form();
        for text in [
            format!("HTTPS://SOTTO.EXAMPLE/{short}"),
            format!("http://localhost:3000/{short}/?from=poster#top"),
            short.to_lowercase(),
            code.to_string(),
        ] {
            assert_eq!(code_in(&text), Ok(code), "{text}");
        }
        assert!(code_in("https://example.org/menu").is_err());
        assert!(code_in("WIFI:S:festival;T:WPA;P:secret;;").is_err());
    }
}
