//! Pages of their own within a case: Write, what the person wears, the desk's code.
//!
//! Law: they never refresh. What was typed and not accepted stands in the field again.

use super::case::Hidden;
use super::converse::piece;
use super::cover::{Behind, Programme};
use super::pages::{hidden_fields, query_of};
use super::shell::{Frame, case_document, escape};
use crate::text::{AttendeeKey as K, Book, Texts};
use domain::question::{Colour, Garment, PIECES_MAX, Piece};
use leptos::prelude::*;

/// What Write shows.
#[derive(Debug, Clone)]
pub struct WritePage {
    /// Texts of the reader's language.
    pub texts: Texts<K>,
    /// The festival's name: also the title.
    pub festival: String,
    /// What the cover shows.
    pub programme: Programme,
    /// What the form carries.
    pub hidden: Hidden,
    /// What was typed and not accepted.
    pub text: String,
    /// Why not.
    pub warning: Option<K>,
}

fn bar(texts: &Texts<K>, festival: &str, hidden: &Hidden) -> impl IntoView + use<> {
    // Where no cookie is kept, the way back needs the token too.
    let back = texts.get(K::Back);
    let festival = festival.to_owned();
    let link = match &hidden.token {
        Some(_) => view! {
            <form method="post" action="/now">{hidden_fields(hidden)} <button class="small">{back}</button></form>
        }
        .into_any(),
        None => {
            view! { <a class="button small" href=["/now", &query_of(&hidden.lang, "")].concat()>{back}</a> }.into_any()
        }
    };
    view! { <div class="bar">{link} <span>{festival}</span></div> }
}

fn warn(texts: &Texts<K>, warning: Option<K>) -> impl IntoView + use<> {
    warning.map(|key| view! { <p class="warn" role="alert">{texts.get(key)}</p> })
}

/// Write as a document.
pub fn write_page(page: &WritePage) -> String {
    let WritePage { texts, festival, programme, hidden, text, warning } = page;
    // Escaped here: the renderer takes a text area's children as they are. Browsers drop one line
    // break at its beginning.
    let field = ["\n", &escape(text)].concat();
    let body = Owner::new().with(|| {
        view! {
            <main class="page">
                {bar(texts, festival, hidden)} {warn(texts, *warning)}
                <form method="post" action="/message" class="card">
                    {hidden_fields(hidden)}
                    <label>
                        {texts.get(K::WriteLabel)}
                        <textarea
                            name="text"
                            rows="6"
                            maxlength="4096"
                            dir="auto"
                            autocomplete="off"
                            spellcheck="false"
                            autofocus
                            inner_html=field
                        ></textarea>
                    </label>
                    <button class="main">{texts.get(K::Send)}</button>
                </form>
                <p class="muted">{texts.get(K::WriteNote)}</p>
            </main>
        }
        .to_html()
    });
    let behind = Behind::Case(hidden);
    case_document(&Frame { texts, festival, programme, strip: "", behind }, "", &body)
}

/// What *How will we know you?* shows.
#[derive(Debug, Clone)]
pub struct LookPage {
    /// Texts of the reader's language.
    pub texts: Texts<K>,
    /// Garments and colours.
    pub book: Book,
    /// The festival's name: also the title.
    pub festival: String,
    /// What the cover shows.
    pub programme: Programme,
    /// What the form carries.
    pub hidden: Hidden,
    /// What was said before.
    pub pieces: Vec<Piece>,
    /// Why what was chosen is not enough.
    pub warning: Option<K>,
}

/// The chips as a document: one garment and one colour at a time.
pub fn look_page(page: &LookPage) -> String {
    let LookPage { texts, book, festival, programme, hidden, pieces, warning } = page;
    let chip = |name: &'static str, value: &'static str, label: String| {
        view! { <label class="chip"><input type="radio" name=name value=value/> <span>{label}</span></label> }
    };
    let body = Owner::new().with(|| {
        let garments: Vec<_> =
            Garment::ALL.iter().map(|one| chip("garment", one.name(), book.garment.get(*one))).collect();
        let colours: Vec<_> = Colour::ALL.iter().map(|one| chip("colour", one.name(), book.colour.get(*one))).collect();
        let kept: Vec<_> = pieces
            .iter()
            .map(|one| {
                let value = [one.garment.name(), ".", one.colour.name()].concat();
                let label = piece(one, book);
                view! {
                    <label class="chip"><input type="checkbox" name="wear" value=value checked/> <span>{label}</span></label>
                }
            })
            .collect();
        let room = pieces.len() < PIECES_MAX;
        view! {
            <main class="page">
                {bar(texts, festival, hidden)} {warn(texts, *warning)}
                <h1>{book.question.get(domain::question::Question::KnownBy)}</h1>
                <form method="post" action="/known">
                    {hidden_fields(hidden)} {kept}
                    {room.then(|| view! {
                        <fieldset><legend>{texts.get(K::LookWhat)}</legend><div class="chips">{garments}</div></fieldset>
                        <fieldset><legend>{texts.get(K::LookColour)}</legend><div class="chips">{colours}</div></fieldset>
                    })}
                    <button class="main">{texts.get(K::Send)}</button>
                </form>
            </main>
        }
        .to_html()
    });
    let behind = Behind::Case(hidden);
    case_document(&Frame { texts, festival, programme, strip: "", behind }, "", &body)
}

/// What the page for the desk's code shows.
#[derive(Debug, Clone)]
pub struct CodePage {
    /// Texts of the reader's language.
    pub texts: Texts<K>,
    /// The festival's name: also the title.
    pub festival: String,
    /// What the cover shows.
    pub programme: Programme,
    /// What the form carries.
    pub hidden: Hidden,
    /// What was typed.
    pub typed: String,
    /// Why it did not work.
    pub warning: Option<K>,
}

/// The page for the desk's code as a document.
pub fn code_page(page: &CodePage) -> String {
    let CodePage { texts, festival, programme, hidden, typed, warning } = page;
    let body = Owner::new().with(|| {
        view! {
            <main class="page">
                {bar(texts, festival, hidden)} {warn(texts, *warning)}
                <form method="post" action="/claim" class="card">
                    {hidden_fields(hidden)}
                    <label>
                        {texts.get(K::CaseCode)}
                        <input name="code" maxlength="12" autocomplete="off" autocapitalize="characters" spellcheck="false" value=typed.clone()/>
                    </label>
                    <button class="main">{texts.get(K::UseCode)}</button>
                </form>
            </main>
        }
        .to_html()
    });
    let behind = Behind::Case(hidden);
    case_document(&Frame { texts, festival, programme, strip: "", behind }, "", &body)
}
