//! Live sockets over a stream in memory: the real HTTP handshake, the real frames.

use super::Site;
use axum::Router;
use domain::wire::{decode, encode};
use futures_util::{SinkExt, StreamExt};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::DuplexStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};

/// One open socket, and every frame that came over it.
pub struct Socket(WebSocketStream<DuplexStream>, Vec<Vec<u8>>);

/// How a handshake went wrong: the status of the answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused(pub u16);

/// What a browser sends along with a handshake.
pub struct Handshake<'a> {
    pub host: &'a str,
    pub origin: Option<&'a str>,
    pub cookie: &'a str,
}

impl Socket {
    /// Opens `/live` of a host.
    pub async fn open(router: Router, handshake: Handshake<'_>) -> Result<Self, Refused> {
        Self::open_narrow(router, handshake, 1 << 20).await
    }

    /// As [`Socket::open`], over a connection that holds no more than `buffer` bytes on their way.
    pub async fn open_narrow(router: Router, handshake: Handshake<'_>, buffer: usize) -> Result<Self, Refused> {
        let (ours, theirs) = tokio::io::duplex(buffer);
        tokio::spawn(async move {
            let service = TowerToHyperService::new(router);
            let _ =
                Builder::new(TokioExecutor::new()).serve_connection_with_upgrades(TokioIo::new(theirs), service).await;
        });
        let mut request = tungstenite::http::Request::get(format!("ws://{}/live", handshake.host))
            .header("host", handshake.host)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", tungstenite::handshake::client::generate_key());
        if let Some(origin) = handshake.origin {
            request = request.header("origin", origin);
        }
        if !handshake.cookie.is_empty() {
            request = request.header("cookie", handshake.cookie);
        }
        match tokio_tungstenite::client_async(request.body(()).unwrap(), ours).await {
            Ok((stream, _)) => Ok(Socket(stream, Vec::new())),
            Err(tungstenite::Error::Http(response)) => Err(Refused(response.status().as_u16())),
            Err(error) => panic!("{error}"),
        }
    }

    /// The socket of a phone's page.
    pub async fn of_phone(site: &Site, cookie: &str) -> Self {
        let (host, origin) = ("localhost:3000", Some("http://localhost:3000"));
        Self::open(site.attendee.clone(), Handshake { host, origin, cookie }).await.unwrap()
    }

    /// The socket of a staff screen.
    pub async fn of_staff(site: &Site, cookie: &str) -> Self {
        let (host, origin) = ("desk.localhost:3000", Some("http://desk.localhost:3000"));
        Self::open(site.desk.clone(), Handshake { host, origin, cookie }).await.unwrap()
    }

    /// Sends a message; whether it could be sent.
    pub async fn send<T: Serialize>(&mut self, message: &T) -> bool {
        self.send_bytes(encode(message)).await
    }

    /// Sends a frame of any bytes.
    pub async fn send_bytes(&mut self, frame: Vec<u8>) -> bool {
        self.0.send(Message::Binary(frame.into())).await.is_ok()
    }

    /// The next message, or `None` when the server has closed.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Option<T> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Binary(frame))) => {
                    self.1.push(frame.to_vec());
                    return Some(decode(&frame).unwrap());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => return None,
            }
        }
    }

    /// Every frame that came so far.
    pub fn frames(&self) -> &[Vec<u8>] {
        &self.1
    }

    /// The message that is there already, if there is one.
    pub async fn waiting<T: DeserializeOwned>(&mut self) -> Option<T> {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        match futures_util::FutureExt::now_or_never(self.0.next())? {
            Some(Ok(Message::Binary(frame))) => {
                self.1.push(frame.to_vec());
                Some(decode(&frame).unwrap())
            }
            _ => None,
        }
    }
}
