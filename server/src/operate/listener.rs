//! The operator's own address: alive, ready, metrics. Never on the two sites' listener.
//!
//! Law: ready means that an alert that arrives now would be put on disk.

use crate::desk::Desk;
use crate::log::EventLog;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

/// Where the operator asks: a port alone is on this machine only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address(pub SocketAddr);

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let port = text.parse::<u16>().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let address = port.or_else(|_| text.parse());
        address.map(Address).map_err(|_| "name a port, like 9464, or an address, like 127.0.0.1:9464".to_owned())
    }
}

impl Address {
    /// Whether others than this machine can ask.
    pub fn is_open(self) -> bool {
        match self.0.ip() {
            IpAddr::V4(ip) => !ip.is_loopback(),
            IpAddr::V6(ip) => !ip.is_loopback(),
        }
    }
}

/// What the operator's listener looks at.
pub struct Operator {
    data: PathBuf,
    served: OnceLock<(Desk, Arc<dyn EventLog>)>,
}

impl Operator {
    /// Starting: alive, and not ready.
    pub fn starting(data: PathBuf) -> Arc<Self> {
        Arc::new(Operator { data, served: OnceLock::new() })
    }

    /// The sites are served from now on.
    pub fn serving(&self, desk: Desk, log: Arc<dyn EventLog>) {
        // Said once at start.
        let _ = self.served.set((desk, log));
    }

    /// Why it is not alive: somebody has to start it again.
    fn dead(&self) -> Option<&'static str> {
        let (desk, log) = self.served.get()?;
        if desk.has_ended() {
            return Some("the desk has ended");
        }
        log.follow().has_changed().is_err().then_some("the log has failed")
    }

    /// Why it is not ready, in the operator's words.
    fn unready(&self) -> Option<&'static str> {
        let Some((desk, _)) = self.served.get() else { return Some("starting") };
        if desk.published.is_stopping() {
            return Some("draining");
        }
        if let Some(why) = self.dead() {
            return Some(why);
        }
        (desk.published.is_full() && !self.has_room()).then_some("the disk is full")
    }

    /// After a full disk nobody may be sending: a small file says whether there is space again.
    fn has_room(&self) -> bool {
        let path = self.data.join("room.probe");
        let tried = std::fs::write(&path, [0; 256 * 1024]).and_then(|()| std::fs::File::open(&path)?.sync_all());
        let _ = std::fs::remove_file(&path);
        tried.is_ok()
    }

    fn metrics(&self) -> String {
        match self.served.get() {
            Some((desk, _)) => {
                let ready = self.unready().is_none();
                desk.published.meters.page(&desk.published, &self.data.join("log"), ready)
            }
            None => "# TYPE sotto_ready gauge\nsotto_ready 0\n# EOF\n".to_owned(),
        }
    }
}

/// The three pages.
pub fn router(operator: Arc<Operator>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(operator)
}

fn said(why: Option<&'static str>, well: &'static str) -> Response {
    let status = if why.is_none() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], format!("{}\n", why.unwrap_or(well))).into_response()
}

async fn healthz(State(operator): State<Arc<Operator>>) -> Response {
    said(operator.dead(), "alive")
}

async fn readyz(State(operator): State<Arc<Operator>>) -> Response {
    // It may write a file.
    let why = tokio::task::spawn_blocking(move || operator.unready()).await;
    said(why.unwrap_or(Some("it cannot be told")), "ready")
}

async fn metrics(State(operator): State<Arc<Operator>>) -> Response {
    let text = tokio::task::spawn_blocking(move || operator.metrics()).await;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text.unwrap_or_default()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_on_this_machine_only() {
        let read = |text: &str| text.parse::<Address>().map(|address| (address.0.to_string(), address.is_open()));
        assert_eq!(read("9464"), Ok(("127.0.0.1:9464".to_owned(), false)));
        assert_eq!(read("[::1]:9464"), Ok(("[::1]:9464".to_owned(), false)));
        assert_eq!(read("10.0.0.5:9464"), Ok(("10.0.0.5:9464".to_owned(), true)));
        assert!(read("localhost").is_err());
    }
}
