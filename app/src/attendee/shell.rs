//! The document around an attendee's page.
//!
//! Law: everything inline is a constant of the build, so that the policy can allow it by hash and
//! the service worker's copy stays valid (`machines.md`, Two hosts).

use std::sync::OnceLock;

/// The script of every attendee page, as it stands in the page.
pub const SCRIPT: &str = include_str!("script.js");

/// The style of every attendee page, as it stands in the page: without comments and line breaks.
pub fn css() -> &'static str {
    static CSS: OnceLock<String> = OnceLock::new();
    CSS.get_or_init(|| packed(include_str!("../../../style/attendee.css")))
}

/// What pages after the first need besides [`css`], as it stands in them: Ready, which must be
/// small, goes without.
pub fn case_css() -> &'static str {
    static CSS: OnceLock<String> = OnceLock::new();
    CSS.get_or_init(|| packed(include_str!("../../../style/case.css")))
}

fn packed(mut rest: &str) -> String {
    let mut css = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        css.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    css.push_str(rest);
    css.lines().map(str::trim).collect()
}

/// [`SCRIPT`] without comment lines and indentation, and with the outbox's address: what really stands in
/// the page.
pub fn script() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let lines = SCRIPT.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        lines.collect::<Vec<_>>().join("\n").replace("OUTBOX", &crate::outbox::page().file)
    })
}

/// Addresses of the attendee's Wasm bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    /// The glue module.
    pub js: String,
    /// The Wasm module.
    pub wasm: String,
}

/// A whole document after Ready.
pub(super) fn case_document(lang: &str, title: &str, head: &str, body: &str) -> String {
    document(lang, title, &[head, "<style>", case_css(), "</style>"].concat(), body)
}

/// A whole document. `title` is neutral: the festival's name.
pub(super) fn document(lang: &str, title: &str, head: &str, body: &str) -> String {
    let dir = if crate::text::direction(lang) == "rtl" { " dir=rtl" } else { "" };
    [
        "<!doctype html><html lang=",
        lang,
        dir,
        "><head><meta charset=utf-8><meta name=viewport content=\"width=device-width,initial-scale=1\"><title>",
        &escape(title),
        "</title><link rel=icon href=data:,><link rel=manifest href=/manifest.webmanifest>",
        head,
        "<style>",
        css(),
        "</style></head><body>",
        body,
        "<script>",
        script(),
        "</script></body></html>",
    ]
    .concat()
}

/// Text for an element's content or a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_constants_cannot_end_their_element() {
        for text in [css(), case_css(), script()] {
            assert!(!text.contains("</") && !text.contains("<!--"), "{text}");
        }
        assert!(!css().contains("/*") && !case_css().contains("/*"));
    }
}
