//! A push service of the test's own, and phones that can open what it was given.

use super::{Browser, Site};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use server::secrets::random;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use web_push_native::p256::SecretKey;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;

/// What the service was given.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Whose address it was.
    pub to: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

#[derive(Clone)]
struct Shared {
    taken: mpsc::UnboundedSender<Taken>,
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
}

/// A push service on this machine.
pub struct Service {
    pub origin: String,
    taken: mpsc::UnboundedReceiver<Taken>,
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
}

async fn take(
    State(shared): State<Shared>,
    Path(to): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Response {
    let (status, location) = shared.answers.lock().unwrap().pop_front().unwrap_or((201, ""));
    drop(shared.taken.send(Taken { to, headers, body: body.to_vec() }));
    let status = StatusCode::from_u16(status).unwrap();
    if location.is_empty() { status.into_response() } else { (status, [("location", location)]).into_response() }
}

impl Service {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (taken, receive) = mpsc::unbounded_channel();
        let answers = Arc::default();
        let shared = Shared { taken, answers: Arc::clone(&answers) };
        let router = Router::new().route("/{*to}", any(take)).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Service { origin, taken: receive, answers }
    }

    /// What it answers next, in order; 201 after that.
    pub fn will_answer(&self, answers: &[(u16, &'static str)]) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// The next page that comes.
    pub async fn next(&mut self) -> Taken {
        let next = tokio::time::timeout(Duration::from_secs(10), self.taken.recv()).await;
        next.expect("no page came").unwrap()
    }

    /// What has come and was not looked at.
    pub fn rest(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.taken.try_recv().ok()).map(|taken| taken.to).collect()
    }
}

/// A browser that can be paged.
pub struct Phone {
    pub name: &'static str,
    secret: SecretKey,
    auth: [u8; 16],
}

impl Phone {
    pub fn new(name: &'static str) -> Self {
        let secret = loop {
            if let Ok(secret) = SecretKey::from_slice(&random::<32>()) {
                break secret;
            }
        };
        Phone { name, secret, auth: random() }
    }

    /// The form that its page sends.
    pub fn form(&self, endpoint: &str) -> [(&'static str, String); 3] {
        let key = self.secret.public_key().to_encoded_point(false);
        [
            ("endpoint", endpoint.to_owned()),
            ("p256dh", BASE64.encode(key.as_bytes())),
            ("auth", BASE64.encode(self.auth)),
        ]
    }

    /// Lets a browser's phone ring by way of `service`; the answer's status.
    pub async fn allow(&self, browser: &mut Browser, service: &Service) -> u16 {
        self.allow_at(browser, &format!("{}/{}", service.origin, self.name)).await
    }

    /// As [`Phone::allow`], at any address.
    pub async fn allow_at(&self, browser: &mut Browser, endpoint: &str) -> u16 {
        let form = self.form(endpoint);
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/push", &fields).await.status
    }

    /// What a page says to it.
    pub fn open(&self, taken: &Taken) -> Vec<u8> {
        assert_eq!(taken.to, self.name);
        web_push_native::decrypt(taken.body.clone(), &self.secret, &self.auth.into()).unwrap()
    }
}

impl Site {
    /// The signing key, as phones know it.
    pub fn push_key(&self) -> String {
        self.app.push.public_key()
    }
}
