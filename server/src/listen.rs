//! The accept loop: TLS, time-outs, a cap on connections, two hosts behind one port, a clean end.
//!
//! Law: slow or idle connections are dropped before they can cost an alert its place. `room` knows
//! who is connected and who has to go, `stream` watches the bytes.

mod room;
mod stream;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use room::{Guest, Room};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::convert::Infallible;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use stream::{Heard, Patient};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto::ring};
use tower::ServiceExt;

/// A request's head has to be there by then.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// A TLS handshake has to be done by then.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// A request's body and answer have to be done by then; a socket's handshake counts, not its life.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// The same while only the places that are kept back are free: an alert is one packet and an answer.
const ANSWER_WHEN_TIGHT_WITHIN: Duration = Duration::from_secs(5);
/// Whoever takes nothing of an answer for so long loses the connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// Open requests get this long at the end.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);

/// The two sites and how to tell them apart.
#[derive(Clone)]
pub struct Sites {
    /// For every host name but one.
    pub attendee: Router,
    /// For `desk_host`.
    pub desk: Router,
    /// The staff's host name, without a port.
    pub desk_host: String,
    /// Browsers are not told to come back encrypted: other servers of this machine have its name too.
    pub trial: bool,
}

/// A certificate that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the certificate or its key cannot be used: {0}")]
pub struct TlsError(String);

/// TLS from two PEM files.
///
/// # Errors
/// When one cannot be read or they do not belong together.
pub fn tls(certificates: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let wrong = |error: &dyn std::fmt::Display| TlsError(error.to_string());
    let chain = CertificateDer::pem_file_iter(certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(&error))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(&error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| wrong(&error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Serves until `stop` resolves, then lets open requests end.
pub async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, sites: Sites, stop: impl Future<Output = ()>) {
    serve_in(Room::of_this_machine(), PATIENCE, listener, tls, sites, stop).await;
}

async fn serve_in(
    room: Arc<Room>,
    patience: Duration,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    sites: Sites,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    'accepting: loop {
        let place = loop {
            if let Some(place) = room.enter() {
                break place;
            }
            tokio::select! {
                () = room.freed.notified() => {}
                // The silent are looked for again.
                () = tokio::time::sleep(Duration::from_millis(300)) => {}
                () = &mut stop => break 'accepting,
            }
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file handles, most likely: wait for some to come back.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        place.taken();
        // Small answers must not wait for more to send.
        let _ = stream.set_nodelay(true);
        let guest = place.guest.clone();
        // The place is the stream's: a live socket keeps it after its request is over.
        let stream = Patient::new(stream, place, patience);
        let visit = Visit { sites: sites.clone(), room: room.clone(), guest };
        let (tls, watcher) = (tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            match tls {
                None => connection(stream, false, visit, watcher).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_WITHIN, tls.accept(stream)).await {
                        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                        connection(stream, http2, visit, watcher).await;
                    }
                }
            }
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(DRAIN_WITHIN) => {}
    }
}

/// What the requests of one connection are answered with.
#[derive(Clone)]
struct Visit {
    sites: Sites,
    room: Arc<Room>,
    guest: Arc<Guest>,
}

/// The protocol is agreed by TLS or is HTTP/1: a builder that guesses it waits without a limit for
/// the first bytes, and a thousand silent connections would shut everybody out.
async fn connection<S>(stream: S, http2: bool, visit: Visit, watcher: hyper_util::server::graceful::Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(32 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(16)
        .keep_alive_interval(Some(Duration::from_secs(20)));
    let builder = if http2 { builder.http2_only() } else { builder.http1_only() };
    let named = Arc::new(AtomicBool::new(false));
    let heard = Heard::new(stream, named.clone());
    let guest = visit.guest.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (visit, length_named) = (visit.clone(), named.swap(false, Relaxed));
        async move { Ok::<_, Infallible>(answer(visit, request.map(Body::new), length_named).await) }
    });
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(heard), service);
    let serving = watcher.watch(serving.into_owned());
    tokio::pin!(serving);
    loop {
        tokio::select! {
            biased;
            // A connection that breaks is the client's business; nothing of it is logged.
            _ = &mut serving => break,
            () = guest.go.notified() => if guest.may_go() { break },
        }
    }
}

/// Answers one request, if it is one and there is room for it.
async fn answer(Visit { sites, room, guest }: Visit, request: Request, length_named: bool) -> Response {
    let _asking = guest.asks(&room);
    let (tight, http1) = (room.tight(), request.version() < Version::HTTP_2);
    let trial = sites.trial;
    let mut response = if length_named && request.headers().contains_key(header::TRANSFER_ENCODING) {
        // Two lengths: something before us may have read the other one (RFC 9112, 6.3).
        (StatusCode::BAD_REQUEST, [(header::CONNECTION, "close")]).into_response()
    } else {
        route(sites, request, tight).await
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        guest.goes_live();
    } else if tight && http1 {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    crate::http::harden(response.headers_mut());
    if trial {
        response.headers_mut().remove(header::STRICT_TRANSPORT_SECURITY);
    }
    response
}

async fn route(sites: Sites, mut request: Request, tight: bool) -> Response {
    // HTTP/2 carries the host in the address: handlers look for it in one place only.
    if let Some(authority) = request.uri().authority()
        && let Ok(value) = HeaderValue::from_str(authority.as_str())
    {
        request.headers_mut().insert(header::HOST, value);
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host });
    let desk = name.eq_ignore_ascii_case(&sites.desk_host);
    if tight && !desk && holds(request.uri().path()) {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "10")]).into_response();
    }
    let router = if desk { sites.desk } else { sites.attendee };
    let within = if tight { ANSWER_WHEN_TIGHT_WITHIN } else { ANSWER_WITHIN };
    match tokio::time::timeout(within, router.oneshot(request)).await {
        Ok(Ok(response)) => response,
        // A body that drips in byte by byte would hold its connection for ever.
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// What an attendee's page can do without when it gets tight, and what would hold a connection:
/// the live part and its files. Ready, the alert and the case are short and work without them. The
/// desk's live sockets are begun always: only a session opens one, and without the desk nobody
/// would see an alert.
fn holds(path: &str) -> bool {
    path == "/live" || path.starts_with("/a/") || path.starts_with("/map/")
}
