//! What somebody reads over a shoulder, in the tabs, in the history or in a list of requests: none
//! of it says what the page is for. Law: `product.md`, rule 5.

use super::support::{Answer, Browser, Site};
use app::text::LANGUAGES;
use domain::incident::CloseReason;
use domain::person::Role;
use domain::wire::StaffCommand;
use server::secrets::hex;

/// Words, or the start of their forms, that would tell. Lower case.
const FORBIDDEN: [(&str, &[&str]); 12] = [
    ("fr", &["aide", "secours", "agress", "harcel", "harcèl", "viol", "victime", "urgence", "danger", "police"]),
    (
        "en",
        &[
            "help",
            "assault",
            "harass",
            "rape",
            "abuse",
            "victim",
            "emergency",
            "violence",
            "danger",
            "unsafe",
            "police",
            "sos",
        ],
    ),
    ("it", &["aiuto", "soccorso", "aggress", "molest", "stupr", "vittim", "emergenza", "pericol", "polizia"]),
    (
        "es",
        &[
            "ayuda",
            "auxilio",
            "socorro",
            "agres",
            "acoso",
            "violac",
            "víctima",
            "victima",
            "emergencia",
            "peligro",
            "polic",
        ],
    ),
    (
        "de",
        &[
            "hilfe",
            "übergriff",
            "uebergriff",
            "belästig",
            "belaestig",
            "gewalt",
            "opfer",
            "notfall",
            "notruf",
            "gefahr",
            "polizei",
        ],
    ),
    (
        "pt",
        &[
            "ajuda",
            "socorro",
            "agress",
            "assédio",
            "assedio",
            "violaç",
            "violac",
            "vítima",
            "vitima",
            "emergência",
            "perigo",
            "polícia",
            "policia",
        ],
    ),
    ("zh-Hans", &["求助", "帮助", "救", "骚扰", "侵犯", "强奸", "暴力", "受害", "紧急", "危险", "警"]),
    ("ja", &["助け", "救", "痴漢", "嫌がらせ", "暴力", "暴行", "被害", "緊急", "危険", "警察", "通報"]),
    ("ko", &["도움", "성추행", "성폭", "괴롭", "폭력", "폭행", "피해", "긴급", "위험", "경찰", "신고"]),
    ("ar", &["مساعدة", "نجدة", "اعتداء", "تحرش", "اغتصاب", "عنف", "ضحية", "طوارئ", "خطر", "شرطة"]),
    ("ru", &["помощ", "помог", "домогат", "насили", "нападен", "жертв", "экстренн", "опасн", "полиц"]),
    ("uk", &["допомог", "домаган", "насильств", "напад", "жертв", "екстрен", "небезпе", "поліц"]),
];

/// Attributes that become an address or a name. What a person reads or hears stands in others.
const TELLING: [&str; 12] = [
    "id",
    "name",
    "href",
    "action",
    "src",
    "for",
    "form",
    "target",
    "data-js",
    "data-wasm",
    "data-map",
    "aria-labelledby",
];

/// The title, and every address, name and id of a page.
fn names(page: &str) -> Vec<String> {
    let title = page.split_once("<title>").unwrap().1.split("</title>").next().unwrap().to_owned();
    let mut names = vec![title];
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        for attribute in TELLING {
            for (at, found) in tag.match_indices(&format!(" {attribute}=")) {
                let value = &tag[at + found.len()..];
                let value = match value.strip_prefix('"') {
                    Some(quoted) => quoted.split('"').next(),
                    None => value.split(' ').next(),
                };
                names.push(value.unwrap().replace("&amp;", "&"));
            }
        }
    }
    // A call or a text message leaves the browser: no tab, no history. Its words must tell.
    names.retain(|name| !name.starts_with("sms:") && !name.starts_with("tel:"));
    names
}

/// What the cover says, if the page has one: there every word counts, not only names.
fn cover(page: &str) -> Option<&str> {
    Some(page.split_once("<div id=p ")?.1.split("</div>").next().unwrap())
}

fn check(answer: &Answer) {
    let page = answer.text();
    let mut names = names(&page);
    if page.contains("<body>") {
        let cover = cover(&page).expect("every page of a phone has its cover");
        assert_eq!(cover.matches("<li>").count(), server::programme::LINES);
        // Names of films hold such letters within other words (*violon*): whole words only.
        let words = cover.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        for word in words {
            for (lang, forbidden) in FORBIDDEN {
                assert!(!forbidden.iter().any(|start| word.starts_with(start)), "{word:?} ({lang}) on the cover");
            }
        }
    }
    for header in ["location", "x-sotto", "content-disposition", "link"] {
        names.push(answer.header(header).to_owned());
    }
    for cookie in answer.headers.get_all("set-cookie") {
        names.push(cookie.to_str().unwrap().split('=').next().unwrap().to_owned());
    }
    for name in names {
        let plain: String =
            form_urlencoded::parse(name.as_bytes()).map(|(key, value)| format!("{key}={value}&")).collect();
        for (lang, words) in FORBIDDEN {
            for word in words {
                let found = [&name, &plain].into_iter().any(|name| name.to_lowercase().contains(word));
                assert!(!found, "{word:?} ({lang}) in {name:?}");
            }
        }
    }
}

/// Every page that a phone can come to, from the scan to the end.
async fn walk(site: &Site, agent: &mut Browser, mut phone: Browser, lang: &str) -> usize {
    let mut seen = 0;
    let mut look = |answer: &Answer| {
        if answer.status != 303 {
            assert!(answer.text().contains(&format!("<html lang={lang}")), "{lang}");
            assert_eq!(answer.text().contains(" dir=rtl>"), lang == "ar");
            check(answer);
            seen += 1;
        }
    };
    let l = format!("l={lang}");
    let poster = format!("/{}?{l}", site.poster().url_form());
    let places = [format!("/?{l}"), poster, format!("/?{l}&p=l:0"), format!("/code?typed=zzz&{l}")];
    for path in places.into_iter().chain([format!("/where?{l}"), format!("/where?v=1&{l}"), format!("/claim?{l}")]) {
        look(&phone.get(&path).await);
    }
    look(&phone.post("/ready", &[("p", "g:48000000:2000000:30"), ("l", lang)]).await);
    for path in [format!("/programme?{l}"), format!("/programme?{l}&p=c:{}", site.poster().url_form())] {
        look(&phone.get(&path).await);
    }
    look(&phone.post("/undo", &[("l", lang)]).await);
    let mut token = String::new();
    let steps = "/alert /answer /meet /how /known /whom /works /phrase /write /message /look /where /place /undo /safe \
                 /alert /ok /nobody close /reopen /clear";
    for path in steps.split_whitespace() {
        if path == "close" {
            let open = site.read(|state| {
                state.incidents.values().filter(|case| case.closed.is_none()).map(|case| case.id).collect::<Vec<_>>()
            });
            for id in open {
                assert_eq!(agent.command(StaffCommand::Close(id, CloseReason::Helped)).await.status, 204);
            }
        } else {
            let key = hex(&server::secrets::random::<16>());
            let fields = [
                ("key", key.as_str()),
                ("l", lang),
                ("p", "l:0"),
                ("safe", "0"),
                ("t", &token),
                ("q", "hurt"),
                ("a", "yes"),
                ("w", "saw"),
                ("text", "x"),
            ];
            let answer = phone.post(path, &fields).await;
            look(&answer);
            token = answer.field("t").unwrap_or(token);
        }
        look(&phone.post("/now", &[("l", lang), ("t", &token)]).await);
        look(&phone.post("/programme", &[("l", lang), ("t", &token)]).await);
        for path in ["/now", "/write", "/look", "/programme"] {
            look(&phone.get(&format!("{path}?{l}")).await);
        }
    }
    seen
}

#[tokio::test]
async fn no_title_address_or_name_tells_what_the_page_is_for() {
    let site = Site::new().await;
    let mut agent = site.join(Role::Agent).await.browser;
    for language in &LANGUAGES {
        let with = walk(&site, &mut agent, site.phone(), language.tag).await;
        let without = walk(&site, &mut agent, site.phone_without_cookies(), language.tag).await;
        assert!(with > 25 && without > 35, "{} {with} {without}", language.tag);
    }
}

/// What the phone shows once the site is on its first screen: name and addresses.
#[tokio::test]
async fn what_stands_on_the_first_screen_of_a_phone_tells_nothing() {
    let site = Site::new().await;
    for language in &LANGUAGES {
        let answer = site.new_phone().get_with("/manifest.webmanifest", &[("accept-language", language.tag)]).await;
        assert_eq!(answer.header("content-type"), "application/manifest+json");
        let manifest: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((&manifest["start_url"], &manifest["display"]), (&"/".into(), &"standalone".into()));
        assert_eq!(manifest["lang"], language.tag);
        // As the text of a page's title: what is checked there is checked here.
        let page = format!("<title>{manifest}</title>").to_lowercase();
        check(&Answer { body: page.into_bytes(), ..answer });
    }
}

#[test]
fn a_telling_name_is_found() {
    let page = "<title>Baie</title><form id=\"Hilfe\" action=\"/%D0%BF%D0%BE%D0%BC%D0%BE%D1%89%D1%8C\">";
    assert_eq!(names(page), ["Baie", "Hilfe", "/%D0%BF%D0%BE%D0%BC%D0%BE%D1%89%D1%8C"]);
    for name in &names(page)[1..] {
        let page = format!("<title>{name}</title>");
        let answer = Answer { status: 200, headers: Default::default(), body: page.into_bytes() };
        assert!(std::panic::catch_unwind(|| check(&answer)).is_err(), "{name}");
    }
}

#[tokio::test]
async fn every_page_of_staff_says_its_language_and_direction() {
    let site = Site::new().await;
    let mut browsers = Vec::new();
    for role in [Role::Agent, Role::Security, Role::Lead, Role::Organiser] {
        browsers.push(site.join(role).await.browser);
    }
    for language in &LANGUAGES {
        let header = [("accept-language", language.tag)];
        let dir = app::text::direction(language.tag);
        let opening = format!("<html lang=\"{}\" dir={dir}>", language.tag);
        for (n, browser) in browsers.iter_mut().enumerate() {
            let path = if n == 3 { "/organiser" } else { "/" };
            assert!(browser.get_with(path, &header).await.text().contains(&opening), "{opening}");
        }
        for path in ["/", "/join/nothing"] {
            assert!(site.stranger().get_with(path, &header).await.text().contains(&opening), "{path} {opening}");
        }
    }
}
