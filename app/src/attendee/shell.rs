//! The document around an attendee's page.
//!
//! Law: everything inline is a constant of the build, so that the policy can allow it by hash and
//! the service worker's copy stays valid (`machines.md`, Two hosts).

use super::cover::{Behind, Programme, programme, strip};
use crate::text::{AttendeeKey as K, Texts};
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
    TEXT.get_or_init(|| without_comments(SCRIPT).replace("OUTBOX", &crate::outbox::page().file))
}

/// What stands before [`script`] on pages after Ready: *Back* to them shows the cover.
pub fn back_script() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| without_comments(include_str!("back.js")))
}

fn without_comments(script: &str) -> String {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Addresses of the attendee's Wasm bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    /// The glue module.
    pub js: String,
    /// The Wasm module.
    pub wasm: String,
}

/// What every page of an attendee has besides its own content.
pub(super) struct Frame<'a> {
    /// Texts of the reader's language.
    pub(super) texts: &'a Texts<K>,
    /// The festival's name: the title, which is neutral.
    pub(super) festival: &'a str,
    /// What the cover shows.
    pub(super) programme: &'a Programme,
    /// What stands in the strip beside the eye.
    pub(super) strip: &'a str,
    /// What is behind the cover, for a browser without script.
    pub(super) behind: Behind<'a>,
}

/// A document of a case, or of the way to one: *Back* to it shows the cover.
pub(super) fn case_document(frame: &Frame, head: &str, body: &str) -> String {
    framed(frame, &[head, &style(case_css()), "<script>", back_script(), "</script>"].concat(), true, body)
}

/// A document that is neither Ready's first page nor of a case.
pub(super) fn plain_document(frame: &Frame, body: &str) -> String {
    framed(frame, &style(case_css()), true, body)
}

/// Ready: the smallest.
pub(super) fn ready_document(frame: &Frame, body: &str) -> String {
    framed(frame, "", false, body)
}

fn style(css: &str) -> String {
    ["<style>", css, "</style>"].concat()
}

fn framed(frame: &Frame, head: &str, full: bool, body: &str) -> String {
    let Frame { texts, festival, programme: lines, strip: before, behind } = frame;
    let cover = programme(texts, festival, lines, if full { Some("") } else { None });
    // The script stands in the head: a covered page that is loaded again is covered in its first frame.
    let head = [head, "<script>", script(), "</script>"].concat();
    // The marks that hydration would need: nothing is hydrated (decision 0006).
    let body = [body, &strip(texts, before, *behind), &cover].concat().replace("<!>", "");
    whole(texts.lang(), "", festival, &head, &body)
}

/// A document of the programme and nothing else: as other pages look under their cover.
pub(super) fn bare(lang: &str, title: &str, body: &str) -> String {
    whole(lang, " class=p", title, &style(case_css()), body)
}

fn whole(lang: &str, mark: &str, title: &str, head: &str, body: &str) -> String {
    let dir = if crate::text::direction(lang) == "rtl" { " dir=rtl" } else { "" };
    [
        "<!doctype html><html lang=",
        lang,
        mark,
        dir,
        "><head><meta charset=utf-8><meta name=viewport content=\"width=device-width,initial-scale=1\"><title>",
        &escape(title),
        "</title><link rel=icon href=data:,>",
        head,
        "<style>",
        css(),
        "</style></head><body>",
        body,
        "</body></html>",
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
        for text in [css(), case_css(), script(), back_script()] {
            assert!(!text.contains("</") && !text.contains("<!--"), "{text}");
        }
        assert!(!css().contains("/*") && !case_css().contains("/*"));
    }
}
