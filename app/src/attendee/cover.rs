//! The cover: the festival's programme in place of whatever page it lies in, and the eye that shows it.
//!
//! Law: it stands whole in every document, so that one tap shows it in one frame and without a
//! network; nothing in it, its title or its address says what is behind (`product.md`, rule 5).

use super::case::Hidden;
use super::common::{EYE, icon};
use super::pages::{hidden_fields, query_of};
use super::shell::{bare, escape};
use super::tree::html;
use crate::text::{AttendeeKey as K, Texts};
use leptos::prelude::*;

/// What is on and what comes next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Programme {
    /// Earliest first.
    pub lines: Vec<ProgrammeLine>,
    /// How to get home at night; empty if the festival says nothing.
    pub home: String,
}

/// One line of it, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeLine {
    /// When it begins, `23:15`.
    pub at: String,
    /// Whether it is on now.
    pub on: bool,
    /// What it is called.
    pub title: String,
    /// Who made it; empty for nobody in particular.
    pub by: String,
    /// How long it lasts.
    pub lasts: String,
    /// Where it is.
    pub room: String,
}

/// What the eye leads to without script, and back from there.
#[derive(Debug, Clone, Copy)]
pub enum Behind<'a> {
    /// Ready or a page before an alert, with this place.
    Ready {
        /// The language asked for.
        lang: &'a str,
        /// The place as a form value.
        place: &'a str,
    },
    /// The case, or Ready where there is none.
    Case(&'a Hidden),
}

/// The programme as it lies in a document: its first child is the festival's name, its second the
/// heading, and the page's script takes the title of the document from them. `end`: what follows it;
/// `None` for Ready, which must be small and has less of each line.
pub(super) fn programme(texts: &Texts<K>, festival: &str, programme: &Programme, end: Option<&str>) -> String {
    let mut page =
        ["<div id=p class=page role=main tabindex=-1><p class=muted>", &escape(festival), "</p><h1 tabindex=0>"]
            .concat();
    page.extend([&*texts.get(K::Programme), "</h1><ol>"]);
    for line in &programme.lines {
        page.extend(["<li><p>", &line.at]);
        if line.on {
            page.extend(["<i>", &texts.get(K::ProgrammeNow), "</i>"]);
        }
        page.extend(["</p><p><b>", &escape(&line.title), "</b>"]);
        let about: Vec<&str> = [&*line.by, &*line.lasts].into_iter().filter(|part| !part.is_empty()).collect();
        if end.is_some() && !about.is_empty() {
            page.extend(["<small>", &escape(&about.join(" · ")), "</small><br>"]);
        }
        page.extend([&*escape(&line.room), "</p>"]);
    }
    page.push_str("</ol>");
    if !programme.home.is_empty() && end.is_some() {
        page.extend(["<p><i>", &texts.get(K::ProgrammeHome), "</i><br>", &escape(&programme.home), "</p>"]);
    }
    page.extend([end.unwrap_or_default(), "</div>"]);
    page
}

/// The strip at the lower edge of every page: whatever belongs there, and the eye.
pub(super) fn strip(texts: &Texts<K>, before: &str, behind: Behind) -> String {
    let eye = html(&[icon(EYE).into()]);
    let label = texts.get(K::Cover);
    let (open, close, tag) = match behind {
        Behind::Case(hidden @ Hidden { token: Some(_), .. }) => {
            let fields = Owner::new().with(|| hidden_fields(hidden).to_html());
            (["<form method=\"post\" action=\"/programme\">", &fields, "<button "].concat(), "</form>", "button")
        }
        Behind::Case(hidden) => (["<a href=\"/programme", &query_of(&hidden.lang, ""), "\" "].concat(), "", "a"),
        Behind::Ready { lang, place } => {
            let lang = if lang.is_empty() { String::new() } else { ["l=", lang, "&amp;"].concat() };
            (["<a href=\"/programme?", &lang, "p=", &escape(place), "\" "].concat(), "", "a")
        }
    };
    [
        "<footer>",
        before,
        &open,
        "id=e class=\"button small\" aria-label=\"",
        &escape(&label),
        "\">",
        &eye,
        "</",
        tag,
        ">",
        close,
        "</footer>",
    ]
    .concat()
}

/// What the programme as a page of its own shows: what the eye leads to without script.
#[derive(Debug, Clone)]
pub struct ProgrammePage<'a> {
    /// Texts of the reader's language.
    pub texts: Texts<K>,
    /// The festival's name.
    pub festival: String,
    /// The lines.
    pub programme: Programme,
    /// Where *Back* leads.
    pub behind: Behind<'a>,
}

/// The programme as a document. It has no script: nothing there needs one.
pub fn programme_page(page: &ProgrammePage) -> String {
    let ProgrammePage { texts, festival, programme: lines, behind } = page;
    let back = texts.get(K::Back);
    let link = |href: String| ["<p><a href=\"", &escape(&href), "\">", &back, "</a></p>"].concat();
    let end = match behind {
        Behind::Case(hidden @ Hidden { token: Some(_), .. }) => {
            let fields = Owner::new().with(|| hidden_fields(hidden).to_html());
            ["<form method=\"post\" action=\"/now\">", &fields, "<button class=small>", &back, "</button></form>"]
                .concat()
        }
        Behind::Case(hidden) => link(["/now", &query_of(&hidden.lang, "")].concat()),
        Behind::Ready { lang, place } => link(["/", &query_of(lang, place)].concat()),
    };
    bare(texts.lang(), &texts.get(K::Programme), &programme(texts, festival, lines, Some(&end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::texts;

    #[test]
    fn what_an_organiser_wrote_stays_text_and_the_title_is_the_heading() {
        let line = ProgrammeLine {
            at: "23:15".to_owned(),
            on: true,
            title: "<b>Salt & Season".to_owned(),
            by: "A \"B\"".to_owned(),
            lasts: "108 min".to_owned(),
            room: "<i>".to_owned(),
        };
        let page = ProgrammePage {
            texts: texts("en"),
            festival: "Baie".to_owned(),
            programme: Programme { lines: vec![line], home: "<bus>".to_owned() },
            behind: Behind::Ready { lang: "en", place: "c:7K3F9Q" },
        };
        let html = programme_page(&page);
        assert!(
            html.contains("&lt;b&gt;Salt &amp; Season") && html.contains("&lt;i&gt;") && html.contains("&lt;bus&gt;")
        );
        assert!(html.contains("<title>Programme</title>") && html.contains("<html lang=en class=p>"));
        assert!(html.contains("<a href=\"/?l=en&amp;p=c:7K3F9Q\">Back</a>"));
        assert!(!html.contains("<script"));
    }
}
