//! Whole pages: policy, language, compression, and no copy kept by anyone.

use super::compress;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// What an attendee page may do, before its inline constants are allowed by hash.
pub const CSP_ATTENDEE_WITHOUT_HASHES: &str = "default-src 'none'; connect-src 'self'; img-src 'self' data:; \
    manifest-src 'self'; media-src 'self' blob:; worker-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types sotto";

/// The policy of every attendee page: its inline style and script are constants, allowed by hash.
pub fn attendee_csp() -> &'static str {
    static CSP: OnceLock<String> = OnceLock::new();
    CSP.get_or_init(|| {
        let hash = |text: &str| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)));
        let style = [app::attendee::css(), app::attendee::case_css()].map(hash).join(" ");
        let script = [app::attendee::script(), app::attendee::back_script()].map(hash).join(" ");
        format!(
            "{CSP_ATTENDEE_WITHOUT_HASHES}; script-src 'self' {script} 'wasm-unsafe-eval'; style-src 'self' {style}"
        )
    })
}

/// The policy of a staff page: one nonce, for the small module that starts the bundle.
pub fn staff_csp(nonce: &str) -> String {
    format!(
        "default-src 'none'; connect-src 'self'; img-src 'self' data: blob:; manifest-src 'self'; \
         media-src 'self' blob:; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types sotto; \
         script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'"
    )
}

/// A page as it leaves the server.
pub fn html(request: &HeaderMap, status: StatusCode, csp: &str, lang: &str, page: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut put = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, "text/html; charset=utf-8");
    put(header::CONTENT_LANGUAGE, lang);
    put(header::CACHE_CONTROL, "no-store");
    put(header::VARY, "Accept-Language, Accept-Encoding, Cookie");
    put(header::CONTENT_SECURITY_POLICY, csp);
    let body = if accepts_brotli(request) {
        put(header::CONTENT_ENCODING, "br");
        // Beyond 6 a page shrinks by three bytes and takes 10 ms more, 60 times as long:
        // the encoder first clears tables made for far larger texts (`docs/performance.md`).
        compress(page.as_bytes(), 6)
    } else {
        page.as_bytes().to_vec()
    };
    put(header::CONTENT_LENGTH, &body.len().to_string());
    *response.body_mut() = Body::from(body);
    response
}

/// Whether the client takes `br`.
pub fn accepts_brotli(request: &HeaderMap) -> bool {
    let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && !parts.any(|part| part.replace(' ', "") == "q=0")
    })
}

/// Headers of every answer, also of errors.
pub fn harden(headers: &mut HeaderMap) {
    let always = [
        ("x-content-type-options", "nosniff"),
        // Not `no-referrer`: with it browsers send `Origin: null` with our own forms.
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("permissions-policy", "camera=(self), microphone=(self), geolocation=(self), interest-cohort=()"),
        ("x-robots-tag", "noindex, nofollow"),
        // Browsers ignore it over plain HTTP, as RFC 6797 wants.
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What says nothing of it, errors most of all, is kept nowhere.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
