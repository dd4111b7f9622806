//! Cookies, read and written by hand: four names, no jar.

use axum::http::{HeaderMap, HeaderValue, header};

/// Says that this browser keeps cookies. The same for everybody: it identifies nobody.
pub const OK: &str = "__Host-ok";
/// A phone's token.
pub const PHONE: &str = "__Host-t";
/// That this phone was just cleared, for the one page that says so: `1` while the case goes on, `0`
/// when it was over.
pub const CLEARED: &str = "__Host-n";
/// A staff session.
pub const DESK: &str = "__Host-desk";

/// The cookies of a request.
#[derive(Debug)]
pub struct Cookies<'a>(&'a HeaderMap);

impl<'a> Cookies<'a> {
    /// The cookies in `headers`.
    pub fn of(headers: &'a HeaderMap) -> Self {
        Cookies(headers)
    }

    /// The value of a cookie.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        // Byte by byte: another cookie of the domain with an accent in it must not hide ours.
        let lines = self.0.get_all(header::COOKIE).iter().map(|line| line.as_bytes());
        let mut pairs = lines.flat_map(|line| line.split(|byte| *byte == b';')).map(<[u8]>::trim_ascii);
        pairs.find_map(|pair| std::str::from_utf8(pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?).ok())
    }
}

/// A `Set-Cookie` for this host only, out of reach of scripts, gone after `seconds`.
pub fn set(name: &str, value: &str, seconds: i64) -> HeaderValue {
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax; Secure; HttpOnly");
    // Names and values here are our own hexadecimal digits.
    HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static(""))
}
