//! A live socket from the screen's end.

use super::Site;
use domain::wire::{FRAME_MAX, decode, encode};
use futures_util::{SinkExt as _, StreamExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Small, because a load generator holds ten thousand.
const READ_BUFFER: usize = 2 * 1024;

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// The server says no: the status.
    #[error("the live socket was refused with status {0}")]
    Refused(u16),
    /// It is not reached.
    #[error(transparent)]
    Network(#[from] std::io::Error),
    /// Something else than a socket came back.
    #[error("the handshake of the live socket failed: {0}")]
    Handshake(String),
}

/// An open socket.
#[derive(Debug)]
pub struct Live(WebSocketStream<TcpStream>);

impl Live {
    pub(super) async fn open(site: &Site, cookie: &str, lang: &str) -> Result<Self, NotOpened> {
        let request = Request::get(format!("ws://{}/live", site.host))
            .header("host", &site.host)
            .header("origin", format!("http://{}", site.host))
            .header("accept-language", lang)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", generate_key())
            .header("cookie", cookie)
            .body(())
            .map_err(|error| NotOpened::Handshake(error.to_string()))?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(FRAME_MAX))
            .max_frame_size(Some(FRAME_MAX));
        let stream = site.connect().await?;
        match tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await {
            Ok((stream, _)) => Ok(Live(stream)),
            Err(Error::Http(response)) => Err(NotOpened::Refused(response.status().as_u16())),
            Err(Error::Io(error)) => Err(NotOpened::Network(error)),
            Err(error) => Err(NotOpened::Handshake(error.to_string())),
        }
    }

    /// Sends a message; whether it could be sent.
    pub async fn send<T: Serialize>(&mut self, message: &T) -> bool {
        self.0.send(Message::Binary(encode(message).into())).await.is_ok()
    }

    /// The next message; `None` when the server has closed or speaks another protocol. Safe to drop
    /// while it waits.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Option<T> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Binary(frame))) => return decode(&frame).ok(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => return None,
            }
        }
    }
}
