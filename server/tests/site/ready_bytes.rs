//! What the first bytes are: few, complete, and allowed by nothing but their own hashes.

use super::support::{Answer, Site};
use app::text::{AttendeeKey as K, LANGUAGES, direction, texts};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use server::clock::Clock;
use sha2::{Digest, Sha256};
use std::io::Read;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// `goals.md` and issue 3: Ready fits the first flight of a fresh connection.
const READY_MAX: usize = 4_096;

fn unpacked(answer: &Answer) -> String {
    let mut text = String::new();
    brotli::Decompressor::new(answer.body.as_slice(), 4096).read_to_string(&mut text).unwrap();
    text
}

/// The insides of every element `<name>` or `<name …>` of a page, with its attributes.
fn elements<'a>(page: &'a str, name: &str) -> Vec<(&'a str, &'a str)> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let found = page.split(open.as_str()).skip(1).filter(|rest| rest.starts_with(['>', ' ']));
    found
        .map(|rest| {
            let (attributes, rest) = rest.split_once('>').unwrap();
            (attributes.trim(), rest.split(close.as_str()).next().unwrap())
        })
        .collect()
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

#[tokio::test]
async fn ready_is_small_complete_and_waits_for_nothing() {
    let site = Site::new().await;
    // The longest Ready: with a place, which most people see.
    let place = site.app.desk.published.venue().unwrap();
    let codes: Vec<String> = place.venue.checkpoints.iter().map(|checkpoint| checkpoint.code.url_form()).collect();
    let mut largest = (0, String::new());
    for lang in LANGUAGES.iter().map(|language| language.tag) {
        let dir = if direction(lang) == "rtl" { " dir=rtl" } else { "" };
        for path in codes.iter().map(|code| format!("/{code}")).chain(["/".to_owned()]) {
            let headers = [("accept-language", lang), ("accept-encoding", "gzip, deflate, br, zstd")];
            let answer = site.new_phone().get_with(&path, &headers).await;
            assert_eq!((answer.status, answer.header("content-encoding")), (200, "br"));
            assert_eq!(answer.header("content-length"), answer.body.len().to_string());
            assert!(answer.body.len() <= READY_MAX, "{path} in {lang}: {} bytes", answer.body.len());
            largest = largest.max((answer.body.len(), format!("{path} in {lang}")));
            let page = unpacked(&answer);
            assert!(page.contains(&format!("<html lang={lang}{dir}>")));
            assert!(LANGUAGES.iter().all(|language| page.contains(language.name)), "the menu has all twelve");
            assert!(page.contains("id=\"tap\" method=\"post\" action=\"/alert\""), "the button is there");
            assert!(page.contains(&texts::<K>(lang).get(K::Help)));
            // Nothing outside the document can hold up its first picture.
            let links: Vec<_> = elements(&page, "link").into_iter().map(|(attributes, _)| attributes).collect();
            assert_eq!(links, ["rel=icon href=data:,"]);
            assert!(elements(&page, "script").iter().all(|(attributes, _)| !attributes.contains("src")));
            for outside in ["@import", "url(", "<img", "<iframe", "<object", "http-equiv", "preload"] {
                assert!(!page.contains(outside), "{outside}");
            }
        }
    }
    // The cover's lines change with the clock: the longest of them must fit as well.
    for _ in 0..40 {
        site.clock.advance(5 * 3_600_000 + 11 * 60_000);
        for lang in ["ja", "ko", "ru", "uk", "de"] {
            let headers = [("accept-language", lang), ("accept-encoding", "br")];
            let path = largest.1.split(' ').next().unwrap().to_owned();
            let answer = site.new_phone().get_with(&path, &headers).await;
            let now = site.clock.now().wall_ms;
            assert!(answer.body.len() <= READY_MAX, "{path} in {lang} at {now}: {} bytes", answer.body.len());
            largest = largest.max((answer.body.len(), format!("{path} in {lang} at {now}")));
        }
    }
    println!("largest Ready: {largest:?}");
}

#[tokio::test]
async fn a_page_and_its_cookies_together_with_no_redirect_answer_a_scan() {
    let site = Site::new().await;
    let upper = format!("/{}", site.poster().url_form());
    for path in [upper.clone(), upper.to_lowercase(), "/".to_owned()] {
        let answer = site.new_phone().get(&path).await;
        assert_eq!((answer.status, answer.header("location")), (200, ""));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

/// The policy of an attendee page allows its own inline constants, and nothing else inline.
fn check_policy(answer: &Answer) {
    let (page, policy) = (answer.text(), answer.header("content-security-policy").to_owned());
    let mut inline: Vec<String> = elements(&page, "style").iter().map(|(_, text)| hash(text)).collect();
    // A data block is no script: the browser runs none of it, and no hash is needed.
    let scripts =
        elements(&page, "script").into_iter().filter(|(attributes, _)| !attributes.starts_with("type=text/plain"));
    inline.extend(scripts.map(|(attributes, text)| {
        assert_eq!(attributes, "");
        hash(text)
    }));
    // Ready goes without the style and the guard of the pages after it.
    assert!((2..=4).contains(&inline.len()));
    for hash in &inline {
        assert!(policy.contains(hash.as_str()), "{policy} does not allow {hash}");
    }
    // The tap's answer is put in place under Ready's own policy: it allows what later pages have too.
    assert_eq!(policy.matches("'sha256-").count(), 4);
    for loose in ["unsafe-inline", "'unsafe-eval'", "http:", "https:", "*"] {
        assert!(!policy.contains(loose), "{loose}");
    }
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
        assert!(policy.contains(part), "{part}");
    }
    assert!(policy.contains("require-trusted-types-for 'script'"));
    // What a policy by hashes cannot allow: handlers and styles in attributes.
    for attribute in [" onclick=", " onload=", " onsubmit=", " style="] {
        assert!(!page.contains(attribute), "{attribute}");
    }
}

#[tokio::test]
async fn the_policy_allows_exactly_what_stands_in_each_page() {
    let site = Site::new().await;
    let mut phone = site.phone();
    check_policy(&phone.get("/").await);
    check_policy(&phone.get("/now").await);
    phone.tap().await;
    for path in ["/", "/now", "/where", "/where?v=0", "/nothing-here", "/programme"] {
        check_policy(&phone.get(path).await);
    }
    check_policy(&phone.post("/where", &[]).await);
    check_policy(&phone.post("/place", &[("typed", "zzz")]).await);
    check_policy(&site.phone_without_cookies().tap().await);
}

#[tokio::test]
async fn a_staff_page_has_a_nonce_of_its_own_each_time() {
    let site = Site::new().await;
    let mut agent = site.join(domain::person::Role::Agent).await.browser;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = agent.get("/").await;
        let policy = answer.header("content-security-policy").to_owned();
        let nonce = policy.split_once("'nonce-").unwrap().1.split('\'').next().unwrap().to_owned();
        let page = answer.text();
        let scripts = elements(&page, "script");
        let module: Vec<_> = scripts.iter().filter(|(attributes, _)| attributes.starts_with("type=module")).collect();
        assert!(module.len() == 1 && module[0].0.contains(&format!("nonce=\"{nonce}\"")));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert!(!seen.contains(&nonce));
        seen.push(nonce);
    }
}

/// One request over a real connection; the head of the answer in lower case.
async fn head_of(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    text.split("\r\n\r\n").next().unwrap().to_lowercase()
}

#[tokio::test]
async fn every_answer_of_both_hosts_carries_the_protecting_headers() {
    let site = Site::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let sites = server::listen::Sites {
        attendee: site.attendee.clone(),
        desk: site.desk.clone(),
        desk_host: "desk.localhost".to_owned(),
        trial: false,
    };
    let serving = tokio::spawn(server::listen::serve(listener, None, sites, std::future::pending()));
    let mut asked = 0;
    for route in super::support::routes::all() {
        let host = if route.staff { "desk.localhost" } else { "localhost" };
        let path = route.path.replace("{code}", "ZZZZZZ").replace("{token}", "x").replace("{digest}", "x");
        let path = path.replace("{name}", "x");
        for method in ["GET", "POST", "HEAD", "DELETE"] {
            for extra in ["", "Sec-Fetch-Site: same-origin\r\n"] {
                let request = format!(
                    "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{extra}Content-Length: 0\r\nConnection: close\r\n\r\n"
                );
                let head = head_of(address, &request).await;
                for header in [
                    "x-content-type-options: nosniff",
                    "referrer-policy: same-origin",
                    "x-frame-options: deny",
                    "cross-origin-opener-policy: same-origin",
                    "cross-origin-resource-policy: same-origin",
                    "permissions-policy: camera=(self)",
                    "strict-transport-security: max-age=",
                    "x-robots-tag: noindex",
                ] {
                    assert!(head.contains(header), "{method} {host}{path}: no {header} in\n{head}");
                }
                if head.contains("text/html") {
                    assert!(head.contains("content-security-policy: default-src 'none'"), "{method} {host}{path}");
                    assert!(head.contains("cache-control: no-store"), "{method} {host}{path}");
                }
                assert!(!head.contains("server:") && !head.contains("x-powered-by"));
                asked += 1;
            }
        }
    }
    assert!(asked > 200);
    serving.abort();
}
