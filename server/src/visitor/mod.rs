//! A person with a browser, as a program: forms, commands and live sockets over the public
//! interface, nothing else. The simulation and the load generators visit the server with it.
//!
//! Law: it knows the server by its addresses and links only, like anybody.

mod http;
mod live;

pub use http::{Answer, Line, Site};
pub use live::{Live, NotOpened};

use crate::secrets::{hex, random};
use axum::body::Body;
use axum::http::{Request, header};
use domain::wire::{StaffCommand, StaffPost, encode};
use std::collections::BTreeMap;
use std::io;

/// One browser on one host. It keeps cookies and one connection.
#[derive(Debug)]
pub struct Visitor {
    /// Whose pages it visits.
    pub site: Site,
    /// Its connection, if one is open. Another visitor may be lent it: a request says who asks.
    pub line: Line,
    /// The language it asks for, a BCP 47 tag.
    pub lang: String,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// A browser that was never here.
    pub fn new(site: Site, lang: &str) -> Self {
        Visitor { site, line: Line::default(), lang: lang.to_owned(), cookies: BTreeMap::new() }
    }

    /// Has a cookie, as from an earlier visit.
    pub fn remember(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Opens an address.
    ///
    /// # Errors
    /// When the server is not reached or the answer is cut off.
    pub async fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form of the server's own page.
    ///
    /// # Errors
    /// As [`Visitor::get`].
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body.into()).await
    }

    /// Sends a form with a fresh key, as every page's forms have one.
    ///
    /// # Errors
    /// As [`Visitor::get`].
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let key = hex(&random::<16>());
        let fields: Vec<(&str, &str)> = [("key", key.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post(path, &fields).await
    }

    /// Sends a command of a staff screen under a fresh key.
    ///
    /// # Errors
    /// As [`Visitor::get`].
    pub async fn command(&mut self, command: StaffCommand) -> io::Result<Answer> {
        let request = Request::post("/command").header(header::CONTENT_TYPE, "application/octet-stream");
        let post = StaffPost { key: random(), command };
        self.send(request, encode(&post).into()).await
    }

    /// Opens the host's live socket.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub async fn live(&self) -> Result<Live, NotOpened> {
        Live::open(&self.site, &self.cookie(), &self.lang).await
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> io::Result<Answer> {
        let mut request = request
            .header(header::HOST, &self.site.host)
            .header(header::ACCEPT_LANGUAGE, &self.lang)
            .header("sec-fetch-site", "same-origin");
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.cookie());
        }
        let request = request.body(body).map_err(io::Error::other)?;
        let answer = self.line.send(&self.site, request).await?;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let Some((name, value)) = line.to_str().ok().and_then(|line| line.split(';').next()?.split_once('='))
            else {
                continue;
            };
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }

    fn cookie(&self) -> String {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }
}
