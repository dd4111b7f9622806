//! The accept loop: TLS, time-outs, a cap on connections, two hosts behind one port, a clean end.
//!
//! Law: slow or idle connections are dropped before they can cost an alert its place.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::convert::Infallible;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto::ring};
use tower::ServiceExt;

/// Connections at once. A live phone holds one; `goals.md` asks for 50,000 on one machine.
const CONNECTIONS_MAX: usize = 65_536;
/// A request's head has to be there by then.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// A TLS handshake has to be done by then.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// A request's body and answer have to be done by then; a socket's handshake counts, not its life.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
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
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let Ok(permit) = room.clone().acquire_owned().await else { break };
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
        // Small answers must not wait for more to send.
        let _ = stream.set_nodelay(true);
        let (sites, tls, watcher) = (sites.clone(), tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _permit = permit;
            match tls {
                None => connection(stream, false, sites, watcher).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_WITHIN, tls.accept(stream)).await {
                        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                        connection(stream, http2, sites, watcher).await;
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

/// The protocol is agreed by TLS or is HTTP/1: a builder that guesses it waits without a limit for
/// the first bytes, and a thousand silent connections would shut everybody out.
async fn connection<S>(stream: S, http2: bool, sites: Sites, watcher: hyper_util::server::graceful::Watcher)
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
    let service = service_fn(move |request: Request<Incoming>| {
        let sites = sites.clone();
        async move { Ok::<_, Infallible>(route(sites, request.map(Body::new)).await) }
    });
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    // A connection that breaks is the client's business; nothing of it is logged.
    let _ = watcher.watch(serving.into_owned()).await;
}

async fn route(sites: Sites, mut request: Request) -> Response {
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
    let router = if name.eq_ignore_ascii_case(&sites.desk_host) { sites.desk } else { sites.attendee };
    let mut response = match tokio::time::timeout(ANSWER_WITHIN, router.oneshot(request)).await {
        Ok(Ok(response)) => response,
        // A body that drips in byte by byte would hold its connection for ever.
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    crate::http::harden(response.headers_mut());
    response
}
