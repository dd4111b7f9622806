//! A browser: cookies, the headers that matter, and nothing else.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use domain::wire::{StaffCommand, StaffPost, encode};
use server::secrets::{hex, random};
use std::collections::BTreeMap;
use tower::ServiceExt;

/// One browser on one host.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    host: &'static str,
    pub cookies: BTreeMap<String, String>,
    pub keeps_cookies: bool,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, empty without it.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a cookie that this answer sets.
    pub fn sets(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
        let pairs = lines.filter_map(|line| line.split(';').next()?.split_once('='));
        pairs.filter(|(found, _)| *found == name).map(|(_, value)| value.to_owned()).next_back()
    }

    /// The value of a hidden field of the page.
    pub fn field(&self, name: &str) -> Option<String> {
        let text = self.text();
        let rest = text.split_once(&format!("name=\"{name}\" value=\""))?.1;
        rest.split('"').next().map(str::to_owned)
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        let problem: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        problem["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether help can be asked for from this page.
    pub fn has_help_form(&self) -> bool {
        let text = self.text();
        text.contains("id=\"tap\"") && text.contains("action=\"/alert\"")
    }
}

/// A fresh idempotency key as forms carry it.
pub fn fresh_key() -> String {
    hex(&random::<16>())
}

impl Browser {
    pub fn new(router: Router, host: &'static str) -> Self {
        Browser { router, host, cookies: BTreeMap::new(), keeps_cookies: true }
    }

    /// The `Cookie` header.
    pub fn cookie(&self) -> String {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Sends a request exactly as it is, but for the host and the cookies.
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let headers = request.headers_mut();
        headers.entry("host").or_insert(self.host.parse().unwrap());
        if !self.cookies.is_empty() {
            headers.insert("cookie", self.cookie().parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body };
        if self.keeps_cookies {
            for line in answer.headers.get_all("set-cookie") {
                let line = line.to_str().unwrap();
                let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
                if line.contains("Max-Age=0;") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        answer
    }

    /// Opens an address.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    /// Opens an address with more headers.
    pub async fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = Request::get(path).header("sec-fetch-site", "same-origin");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form of our own page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from("same-origin", path, fields).await
    }

    /// Sends a form of a page of another kind.
    pub async fn post_from(&mut self, site: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_bytes(path, &[("sec-fetch-site", site), ("content-type", FORM)], body).await
    }

    /// Sends any bytes with any headers.
    pub async fn post_bytes(&mut self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let request = Request::post(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Sends a command of a staff screen.
    pub async fn command(&mut self, command: StaffCommand) -> Answer {
        self.command_with_key(random(), command).await
    }

    /// Sends a command under a given key.
    pub async fn command_with_key(&mut self, key: [u8; 16], command: StaffCommand) -> Answer {
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/octet-stream")];
        self.post_bytes("/command", &headers, encode(&StaffPost { key, command })).await
    }

    /// Taps *Get help quietly*, under a fresh key.
    pub async fn tap(&mut self) -> Answer {
        self.post("/alert", &[("key", &fresh_key()), ("p", "")]).await
    }
}

/// The type of every form.
pub const FORM: &str = "application/x-www-form-urlencoded";
