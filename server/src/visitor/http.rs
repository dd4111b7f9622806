//! Requests over HTTP/1.1: one connection, opened again when it was closed.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{IpAddr, SocketAddr};
use tokio::net::{TcpSocket, TcpStream};

/// Longest answer that is read: pages and maps are far below.
const ANSWER_MAX: usize = 4 << 20;

/// One of the server's two hosts, and where it is reached.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its name with the port, as an address has it: `desk.localhost:3000`.
    pub host: String,
    /// Where it listens.
    pub at: SocketAddr,
    /// The address to call from; `None` lets the system choose. A single one has some 28,000 ports.
    pub from: Option<IpAddr>,
}

impl Site {
    /// The site of an address like `http://localhost:3000`, and the path after it.
    ///
    /// `localhost` and every name below it are this machine (RFC 6761), whatever its resolver says.
    ///
    /// # Errors
    /// When the address is not one of `http:` or its name is not found.
    pub async fn of(address: &str) -> io::Result<(Self, String)> {
        let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidInput, why);
        let rest = address
            .strip_prefix("http://")
            .ok_or_else(|| wrong(format!("{address} does not begin with http:// (TLS is not spoken here)")))?;
        let (host, path) =
            rest.split_once('/').map_or((rest, "/".to_owned()), |(host, path)| (host, format!("/{path}")));
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
        let port = port.parse().map_err(|_| wrong(format!("{address} has no port that is a number")))?;
        let local = name == "localhost" || name.ends_with(".localhost");
        let at = if local {
            SocketAddr::from(([127, 0, 0, 1], port))
        } else {
            let mut found = tokio::net::lookup_host((name, port)).await?;
            found.next().ok_or_else(|| wrong(format!("{name} is not found")))?
        };
        Ok((Site { host: host.to_owned(), at, from: None }, path))
    }

    /// A fresh connection.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn connect(&self) -> io::Result<TcpStream> {
        let stream = match self.from {
            Some(from) => {
                let socket = if from.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
                socket.set_reuseaddr(true)?;
                socket.bind(SocketAddr::new(from, 0))?;
                socket.connect(self.at).await?
            }
            None => TcpStream::connect(self.at).await?,
        };
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// Whether what was asked for was done: a page, an empty answer, or a way on.
    pub fn done(&self) -> bool {
        matches!(self.status, 200..=399)
    }

    /// The stable code of a problem, empty where there is none.
    pub fn code(&self) -> String {
        let problem: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        problem["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A connection that may be open.
#[derive(Debug, Default)]
pub struct Line(Option<SendRequest<Body>>);

impl Line {
    /// Sends one request and reads all of its answer.
    ///
    /// # Errors
    /// When the server is not reached or the answer is cut off.
    pub async fn send(&mut self, site: &Site, request: Request<Body>) -> io::Result<Answer> {
        let mut open = match self.0.take().filter(|open| !open.is_closed()) {
            Some(open) => open,
            None => {
                let (open, connection) =
                    handshake(TokioIo::new(site.connect().await?)).await.map_err(io::Error::other)?;
                // Its end is told by the request that it fails.
                tokio::spawn(connection);
                open
            }
        };
        open.ready().await.map_err(io::Error::other)?;
        let response = open.send_request(request).await.map_err(io::Error::other)?;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(Body::new(body), ANSWER_MAX).await.map_err(io::Error::other)?;
        self.0 = Some(open);
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }
}
