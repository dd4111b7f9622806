//! Ready, Where, the case and notices as whole documents.

use super::case::{Given, Hidden, Scene, parts};
use super::common::{Numbers, away, number_row, place_lines, place_words};
use super::cover::{Behind, Programme};
use super::shell::{Bundle, Frame, case_document, plain_document, ready_document};
use super::tree::{Node, html};
use crate::text::{AttendeeKey as K, Book, LANGUAGES, Language, Texts};
use domain::view::{CaseView, PlaceLabel, ServiceView};
use leptos::prelude::*;

/// What Ready shows.
#[derive(Debug, Clone)]
pub struct ReadyPage {
    /// Texts of the reader's language.
    pub texts: Texts<K>,
    /// The festival's name: also the title.
    pub festival: String,
    /// What the cover shows.
    pub programme: Programme,
    /// The country's numbers.
    pub numbers: Numbers,
    /// What the forms carry.
    pub hidden: Hidden,
    /// The place as a form value (`p`), empty for none.
    pub place_value: String,
    /// The place in words.
    pub place: Option<PlaceLabel>,
    /// A sentence about a code that could not be read.
    pub warning: Option<K>,
    /// Whether the team reads now.
    pub service: ServiceView,
    /// *Continue* found no case on this phone: whoever has a code of the team's can use it.
    pub claim: bool,
}

/// Ready: one button.
pub fn ready_page(page: &ReadyPage) -> String {
    let ReadyPage { texts, festival, programme, numbers, hidden, place_value, place, warning, service, claim } =
        page.clone();
    let closed = away(service, &texts);
    let (help, note, class) = match &closed {
        // Nobody reads now: no button that looks like help at once.
        Some(_) => (K::LeaveMessage, K::LeaveMessageNote, "answer"),
        None => (K::Help, K::HelpNote, "main help"),
    };
    let query = query(&hidden, &place_value);
    let strip = Owner::new().with(|| language_menu(&texts, Go::Ready(&place_value)).to_html());
    let strip = [&strip, "<small>", &texts.get(K::CoverNote), "</small>"].concat();
    // A point of the map or the phone's location belongs in no address.
    let kept_place = if place_value.starts_with(['m', 'g']) { String::new() } else { place_value.clone() };
    let where_link = ["/where", &query].concat();
    let continue_link = ["/now", &query].concat();
    let card = match &place {
        Some(place) if closed.is_some() => view! {
            <p class="muted">
                {place.line(&texts.get(K::LevelUnknown))} " · " <a href=where_link.clone()>{texts.get(K::Change)}</a>
            </p>
        }
        .into_any(),
        Some(place) => {
            let (level, room) = place_lines(place, &texts);
            let words = place_words(place, &texts);
            view! {
                <section class="card">
                    <p class="muted">{festival.clone()} " · " {texts.get(K::YouAreHere)}</p>
                    <h2>{level}</h2>
                    {room.map(|room| view! { <h1>{room}</h1> })}
                    <p class="muted">{words}</p>
                    <hr/>
                    <p class="muted">{texts.get(K::NotHere)} " " <a href=where_link.clone()>{texts.get(K::Change)}</a></p>
                </section>
            }
            .into_any()
        }
        None if closed.is_some() => view! { <p><a href=where_link.clone()>{texts.get(K::SayWhere)}</a></p> }.into_any(),
        None => view! {
            <section class="card">
                <p class="muted">{festival.clone()}</p>
                <h1>{texts.get(K::WhereAreYou)}</h1>
                <p><a href=where_link.clone()>{texts.get(K::SayWhere)}</a></p>
            </section>
        }
        .into_any(),
    };
    let body = Owner::new().with(|| {
        view! {
            <main class="page">
                {warning.map(|key| view! { <p class="warn">{texts.get(key)}</p> })}
                {closed.clone().map(|closed| view! { <p class="muted">{festival.clone()}</p> <h1>{closed}</h1> <p>{texts.get(K::ClosedNobody)}</p> })}
                {card}
                {claim.then(|| view! { <a class="button" href=["/claim", &query].concat()>{texts.get(K::CaseCode)}</a> })}
                <div class="grow"></div>
                {closed.is_some().then(|| numbers_of("row call grown", &numbers, place.as_ref(), &texts))}
                <div class="row three">
                    {closed.is_none().then(|| view! {
                        <button form="tap" name="then" value="talk">{texts.get(K::TalkQuietly)}</button>
                    })}
                    <a class="button" href=where_link.clone()>{texts.get(K::SharePlace)}</a>
                    <a class="button" href=continue_link>{texts.get(K::Continue)}</a>
                </div>
                <form id="tap" method="post" action="/alert" data-sending=texts.get(K::Sending) data-unsent=texts.get(K::NoNetwork)>
                    {hidden_fields(&hidden)}
                    <input type="hidden" name="p" value=place_value/>
                    <button class=class><b aria-live="polite">{texts.get(help)}</b><small>{texts.get(note)}</small></button>
                </form>
                {closed.is_none().then(|| numbers_of("row call", &numbers, place.as_ref(), &texts))}
            </main>
        }
        .to_html()
    });
    let behind = Behind::Ready { lang: &hidden.lang, place: &kept_place };
    let frame = Frame { texts: &texts, festival: &festival, programme: &programme, strip: &strip, behind };
    if closed.is_some() { plain_document(&frame, &body) } else { ready_document(&frame, &body) }
}

/// The hidden fields of a form.
pub(super) fn hidden_fields(hidden: &Hidden) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="key" value=hidden.key.clone()/>
        <input type="hidden" name="l" value=hidden.lang.clone()/>
        {hidden.token.clone().map(|token| view! { <input type="hidden" name="t" value=token/> })}
        {(hidden.last > 0).then(|| view! { <input type="hidden" name="m" value=hidden.last.to_string()/> })}
    }
}

/// The numbers within a page that is only rendered.
fn numbers_of(
    class: &'static str,
    numbers: &Numbers,
    place: Option<&PlaceLabel>,
    texts: &Texts<K>,
) -> impl IntoView + use<> {
    let row = Node::from(number_row(class, numbers, place, texts));
    view! { <div class="part" inner_html=html(&[row])></div> }
}

/// `?l=fr&p=c:7K3F9Q`, or nothing.
fn query(hidden: &Hidden, place: &str) -> String {
    query_of(&hidden.lang, place)
}

pub(super) fn query_of(lang: &str, place: &str) -> String {
    match (lang, place) {
        ("", "") => String::new(),
        ("", place) => ["?p=", place].concat(),
        (lang, "") => ["?l=", lang].concat(),
        (lang, place) => ["?l=", lang, "&p=", place].concat(),
    }
}

/// Where a choice of language leads.
enum Go<'a> {
    /// To Ready, with this place.
    Ready(&'a str),
    /// To the case; by a form where the token must come along.
    Case(&'a Hidden),
}

/// Every language by its own name. The choice stands in the address: no cookie is needed for it.
fn language_menu(texts: &Texts<K>, go: Go) -> impl IntoView + use<> {
    let lang = texts.lang().to_owned();
    let item = |&Language { tag, name, .. }: &Language| {
        let current = (tag == lang).then_some("true");
        let link = |href: String| view! { <a href=href lang=tag aria-current=current>{name}</a> }.into_any();
        match &go {
            Go::Ready(place) => link(["/", &query_of(tag, place)].concat()),
            Go::Case(Hidden { token: None, .. }) => link(["/now", &query_of(tag, "")].concat()),
            Go::Case(Hidden { token: Some(token), .. }) => view! {
                <form method="post" action="/now">
                    <input type="hidden" name="t" value=token.clone()/>
                    <button name="l" value=tag lang=tag aria-current=current>{name}</button>
                </form>
            }
            .into_any(),
        }
    };
    let items: Vec<_> = LANGUAGES.iter().map(|language| view! { <li>{item(language)}</li> }).collect();
    let badge = LANGUAGES.iter().find(|language| language.tag == lang).map_or("", |language| language.badge);
    let label = [badge, " · ", &texts.get(K::Language)].concat();
    view! { <details><summary class="button small" aria-label=label>{badge}</summary><ul class="row">{items}</ul></details> }
}

/// What the case page shows.
#[derive(Debug, Clone)]
pub struct CasePage {
    /// Texts of the reader's language.
    pub texts: Texts<K>,
    /// The festival's name: also the title.
    pub festival: String,
    /// What the cover shows.
    pub programme: Programme,
    /// Sentences, questions, what people wear.
    pub book: Book,
    /// The country's numbers.
    pub numbers: Numbers,
    /// What the forms carry; the token only where no cookie could be kept.
    pub hidden: Hidden,
    /// The case.
    pub view: CaseView,
    /// The person wants to talk: the live part opens Talk.
    pub talk: bool,
    /// Where the live part comes from.
    pub bundle: Bundle,
    /// Where the small script is that keeps what is being typed.
    pub keep: String,
    /// What that is kept under: another for every case, and no word of it.
    pub draft: String,
}

/// The case as a document. Without script it asks again every ten seconds by itself, where a
/// cookie lets it; elsewhere *Refresh* is a POST.
pub fn case_page(page: &CasePage) -> String {
    let CasePage { texts, book, festival, programme, numbers, hidden, view: case, talk, bundle, keep, draft } =
        page.clone();
    let table_of_book = book.to_page();
    let seconds = case.undo_ms.div_ceil(1_000);
    let data = hex(&domain::wire::encode(&case));
    let numbers_line = numbers.to_page();
    let table = texts.to_page();
    let method = if hidden.token.is_some() { "post" } else { "get" };
    let fields = || hidden_fields(&hidden);
    let again = view! {
        <form id="again" method=method action="/now">
            {hidden.token.is_some().then(fields)}
            {hidden.token.is_none().then(|| view! { <input type="hidden" name="l" value=hidden.lang.clone()/> })}
            {talk.then(|| view! { <input type="hidden" name="then" value="talk"/> })}
            <noscript><button class="small">{texts.get(K::Refresh)}</button></noscript>
        </form>
    };
    let (checking, offline) = (texts.get(K::Checking), texts.get(K::NoNetwork));
    let token = hidden.token.clone().unwrap_or_default();
    let given = Given {
        write: Owner::new().with(|| {
            view! {
                <noscript>
                    <form method="post" action="/write">{hidden_fields(&hidden)} <button>{texts.get(K::Write)}</button></form>
                </noscript>
            }
            .to_html()
        }),
    };
    let scene = Scene { texts: texts.clone(), book, numbers, hidden: hidden.clone(), given };
    let live = html(&parts(&scene, &case, seconds, ""));
    let body = Owner::new().with(|| {
        view! {
            <div class="page">
                {talk.then(|| view! { <noscript><p class="warn">{texts.get(K::TalkNeedsScript)}</p></noscript> })}
                <main
                    id="live"
                    data-js=bundle.js
                    data-wasm=bundle.wasm
                    data-keep=keep
                    data-draft=draft
                    data-case=data
                    data-numbers=numbers_line
                    data-token=token
                    data-lang=hidden.lang.clone()
                    data-checking=checking
                    data-offline=offline


                    data-talk=talk.then_some("1")
                >
                    <div class="part" inner_html=live></div>
                    <div class="part"></div>
                </main>
                {again}
            </div>
        }
        .to_html()
    });
    // The texts hold no `<` (a test of the language files), so this element ends where it should.
    let texts_of = |id: &str, table: &str| ["<script type=text/plain id=", id, ">", table, "</script>"].concat();
    let body = [body, texts_of("texts", &table), texts_of("book", &table_of_book)].concat();
    let refresh = if method == "get" { "<noscript><meta http-equiv=refresh content=10></noscript>" } else { "" };
    let strip = Owner::new().with(|| language_menu(&texts, Go::Case(&hidden)).to_html());
    let behind = Behind::Case(&hidden);
    let frame = Frame { texts: &texts, festival: &festival, programme: &programme, strip: &strip, behind };
    case_document(&frame, refresh, &body)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One thing to choose: what it says and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the person reads.
    pub label: String,
    /// The form value.
    pub value: String,
}

/// What Where shows: levels, or the rooms of one level.
#[derive(Debug, Clone)]
pub struct WherePage {
    /// Texts of the reader's language.
    pub texts: Texts<K>,
    /// The festival's name: also the title.
    pub festival: String,
    /// What the cover shows.
    pub programme: Programme,
    /// What the forms carry.
    pub hidden: Hidden,
    /// Whether an open case asks; else the answer leads back to Ready.
    pub in_case: bool,
    /// The place to meet at is asked for, not the place where the person is.
    pub meet: bool,
    /// Levels, highest first, as ordinals.
    pub levels: Vec<Choice>,
    /// The chosen level with its rooms; the first choice is *only this level*.
    pub rooms: Option<(String, Vec<Choice>)>,
    /// A sentence about a code that could not be read.
    pub warning: Option<K>,
    /// Where the packed map is; empty without a venue.
    pub map: String,
    /// Where the map's style sheet is. This page is not the first one: it may wait for it.
    pub map_style: String,
    /// The level that the map opens on, as an ordinal; empty for the map's own choice.
    pub level: String,
    /// Where the live part comes from.
    pub bundle: Bundle,
}

/// Where: at most three taps from Ready to a named room, with plain links and forms.
pub fn where_page(page: &WherePage) -> String {
    let WherePage {
        texts,
        festival,
        programme,
        hidden,
        in_case,
        meet,
        levels,
        rooms,
        warning,
        map,
        map_style,
        level,
        bundle,
    } = page.clone();
    let (again, chosen) = if meet { ("/meet", "/how") } else { ("/where", "/place") };
    // A choice: a form in a case (the token may have to travel), a link before one.
    let choose = |action: &'static str, name: &'static str, choice: &Choice| {
        let Choice { label, value } = choice.clone();
        let hidden = &hidden;
        if in_case {
            view! {
                <form method="post" action=action>
                    {hidden_fields(hidden)} <input type="hidden" name=name value=value/> <button>{label}</button>
                </form>
            }
            .into_any()
        } else {
            let target = if action == "/place" { "/" } else { action };
            let lang = if hidden.lang.is_empty() { String::new() } else { ["&l=", &hidden.lang].concat() };
            view! { <a href=[target, "?", name, "=", &value, &lang].concat()>{label}</a> }.into_any()
        }
    };
    let (title, list) = match &rooms {
        None => (texts.get(K::ChooseLevel), levels.iter().map(|level| choose(again, "v", level)).collect::<Vec<_>>()),
        Some((level, rooms)) => (
            [level, " · ", &texts.get(K::ChooseRoom)].concat(),
            rooms.iter().map(|room| choose(chosen, "p", room)).collect(),
        ),
    };
    let back = if in_case { "/now" } else { "/" };
    let method = if in_case { "post" } else { "get" };
    let (code_action, point_action) = if in_case { ("/place", "/place") } else { ("/code", "/ready") };
    let numbers = texts.to_page();
    let body = Owner::new().with(|| {
        let items: Vec<_> = list.into_iter().map(|item| view! { <li>{item}</li> }).collect();
        view! {
            <main class="page">
                <div class="bar">
                    <a class="button small" href=[back, &query_of(&hidden.lang, "")].concat()>{texts.get(K::Back)}</a>
                    <span>{festival.clone()}</span>
                </div>
                {warning.map(|key| view! { <p class="warn">{texts.get(key)}</p> })}
                <h1>{texts.get(if meet { K::HowMeet } else { K::WhereAreYou })}</h1>
                <form id="point" method="post" action=point_action hidden>
                    {hidden_fields(&hidden)} <input type="hidden" name="p" value=""/>
                </form>
                <div id="map" hidden=meet data-js=bundle.js data-wasm=bundle.wasm data-map=map data-level=level></div>
                <h2>{title}</h2>
                <ul class="list">{items}</ul>
                <form method=method action=code_action class="card" hidden=meet>
                    {in_case.then(|| hidden_fields(&hidden))}
                    {(!in_case).then(|| view! { <input type="hidden" name="l" value=hidden.lang.clone()/> })}
                    <label>
                        {texts.get(K::CodeOnPoster)}
                        <input name="typed" maxlength="12" autocomplete="off" autocapitalize="characters" spellcheck="false"/>
                    </label>
                    <button>{texts.get(K::UseCode)}</button>
                </form>
            </main>
        }
        .to_html()
    });
    let body = [&body, "<script type=text/plain id=texts>", &numbers, "</script>"].concat();
    let style =
        if map_style.is_empty() { String::new() } else { ["<link rel=stylesheet href=", &map_style, ">"].concat() };
    let behind = if in_case { Behind::Case(&hidden) } else { Behind::Ready { lang: &hidden.lang, place: "" } };
    let frame = Frame { texts: &texts, festival: &festival, programme: &programme, strip: "", behind };
    case_document(&frame, &style, &body)
}

/// A page that says one thing: an error, or that the phone is cleared.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Texts of the reader's language.
    pub texts: Texts<K>,
    /// The festival's name: also the title.
    pub festival: String,
    /// What the cover shows.
    pub programme: Programme,
    /// The country's numbers.
    pub numbers: Numbers,
    /// What the forms carry.
    pub hidden: Hidden,
    /// What is said.
    pub key: K,
    /// The stable code of an error, for whoever is asked for help with it.
    pub code: Option<&'static str>,
}

/// The notice as a document. The help button is always there: nobody in need is turned away.
pub fn notice_page(page: &Notice) -> String {
    let Notice { texts, festival, programme, numbers, hidden, key, code } = page.clone();
    let body = Owner::new().with(|| {
        view! {
            <main class="page">
                <div class="bar"><span>{festival.clone()}</span></div>
                <section class="card">
                    {code.map(|_| view! { <p class="muted">{texts.get(K::ErrorTitle)}</p> })}
                    <h1 class="line">{texts.get(key)}</h1>
                    {code.map(|code| view! { <p class="muted">{code}</p> })}
                </section>
                <div class="grow"></div>
                <form id="tap" method="post" action="/alert" data-sending=texts.get(K::Sending) data-unsent=texts.get(K::NoNetwork)>
                    {hidden_fields(&hidden)}
                    <button class="main help"><b aria-live="polite">{texts.get(K::Help)}</b><small>{texts.get(K::HelpNote)}</small></button>
                </form>
                {numbers_of("row call", &numbers, None, &texts)}
            </main>
        }
        .to_html()
    });
    let behind = Behind::Case(&hidden);
    let frame = Frame { texts: &texts, festival: &festival, programme: &programme, strip: "", behind };
    plain_document(&frame, &body)
}
