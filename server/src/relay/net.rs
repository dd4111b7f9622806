//! The media stack's network: tokio's, with a socket that is guarded and small.
//!
//! Law: every datagram passes [`Gate`] before the stack sees it. One datagram at a time: the stack
//! reserves 96 KB per socket, twice, for a socket that says it can coalesce.
//!
//! It also takes two waits out of the stack's handshake, which together cost a caller a quarter of
//! a second: see [`Rush`].

use crate::relay::gate::Gate;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::ReadBuf;
use webrtc::runtime::{
    AsyncInterval, AsyncTcpListener, AsyncTcpStream, AsyncUdpSocket, JoinHandle, RecvMeta, Runtime, TokioRuntime,
    Transmit,
};

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tokio with guarded sockets, for one connection.
#[derive(Debug, Default)]
pub struct Guarded {
    rush: Arc<Rush>,
}

/// What the stack would wait for without need.
///
/// Its handshake's first flight lies ready when a pair is chosen, and leaves at the next timer, up
/// to 200 ms later: so after a STUN message the next sleep is short. And a browser's first check is
/// not answered before our own is, only its repetition 50 ms later: so it is delivered again, as
/// the network itself may do, once our own was answered.
#[derive(Debug, Default)]
struct Rush {
    soon: AtomicBool,
    checks: Mutex<Checks>,
}

#[derive(Debug, Default)]
struct Checks {
    unanswered: Option<(Vec<u8>, SocketAddr)>,
    again: Option<(Vec<u8>, SocketAddr)>,
}

const SHORT: Duration = Duration::from_millis(1);
const REQUEST: [u8; 2] = [0, 1];
const SUCCESS: [u8; 2] = [1, 1];

impl Rush {
    fn received(&self, datagram: &[u8], from: SocketAddr) {
        let mut checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        if datagram.starts_with(&REQUEST) {
            checks.unanswered = Some((datagram.to_vec(), from));
        } else if datagram.starts_with(&SUCCESS) {
            checks.again = checks.unanswered.take().filter(|(_, asker)| *asker == from);
        } else {
            return;
        }
        self.soon.store(true, Ordering::Relaxed);
    }

    fn sent(&self, datagram: &[u8]) {
        if datagram.starts_with(&SUCCESS) {
            self.checks.lock().unwrap_or_else(PoisonError::into_inner).unanswered = None;
        }
    }

    fn again(&self) -> Option<(Vec<u8>, SocketAddr)> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner).again.take()
    }
}

impl Runtime for Guarded {
    fn spawn(&self, future: Boxed<'static, ()>) -> Box<dyn JoinHandle> {
        TokioRuntime.spawn(future)
    }

    fn wrap_udp_socket(&self, socket: std::net::UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        socket.set_nonblocking(true)?;
        Ok(Arc::new(Socket {
            inner: tokio::net::UdpSocket::from_std(socket)?,
            gate: Mutex::default(),
            rush: self.rush.clone(),
        }))
    }

    fn wrap_tcp_listener(&self, _listener: std::net::TcpListener) -> io::Result<Arc<dyn AsyncTcpListener>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn connect_tcp<'a>(&'a self, _to: SocketAddr) -> Boxed<'a, io::Result<Arc<dyn AsyncTcpStream>>> {
        Box::pin(std::future::ready(Err(io::ErrorKind::Unsupported.into())))
    }

    fn resolve_host<'a>(&'a self, _host: &'a str) -> Boxed<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(std::future::ready(Err(io::ErrorKind::Unsupported.into())))
    }

    fn sleep(&self, duration: Duration) -> Boxed<'static, ()> {
        let soon = self.rush.soon.swap(false, Ordering::Relaxed);
        Box::pin(tokio::time::sleep(if soon { duration.min(SHORT) } else { duration }))
    }

    fn interval(&self, period: Duration) -> Box<dyn AsyncInterval> {
        TokioRuntime.interval(period)
    }

    fn block_on(&self, future: Pin<Box<dyn Future<Output = ()> + '_>>) {
        TokioRuntime.block_on(future);
    }

    fn yield_now(&self) -> Boxed<'static, ()> {
        TokioRuntime.yield_now()
    }

    fn name(&self) -> &'static str {
        "tokio, guarded"
    }
}

#[derive(Debug)]
struct Socket {
    inner: tokio::net::UdpSocket,
    gate: Mutex<Gate>,
    rush: Arc<Rush>,
}

impl AsyncUdpSocket for Socket {
    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }

    fn poll_send(&self, cx: &mut Context<'_>, transmit: &Transmit<'_>) -> Poll<io::Result<usize>> {
        self.rush.sent(transmit.contents);
        let sent = ready!(self.inner.poll_send_to(cx, transmit.contents, transmit.destination));
        self.gate.lock().unwrap_or_else(PoisonError::into_inner).sent_to(transmit.destination);
        match sent {
            // A network that is gone for now is ICE's affair: an error here would end the driver.
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Poll::Ready(Ok(transmit.contents.len())),
            sent => Poll::Ready(sent),
        }
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let (Some(buf), Some(meta)) = (bufs.first_mut(), meta.first_mut()) else { return Poll::Ready(Ok(0)) };
        if let Some((check, from)) = self.rush.again()
            && let Some(into) = buf.get_mut(..check.len())
        {
            into.copy_from_slice(&check);
            *meta = received(check.len(), from);
            return Poll::Ready(Ok(1));
        }
        loop {
            let mut into = ReadBuf::new(buf);
            let from = ready!(self.inner.poll_recv_from(cx, &mut into))?;
            let datagram = into.filled();
            if self.gate.lock().unwrap_or_else(PoisonError::into_inner).admits(datagram, from) {
                self.rush.received(datagram, from);
                *meta = received(datagram.len(), from);
                return Poll::Ready(Ok(1));
            }
        }
    }
}

fn received(length: usize, from: SocketAddr) -> RecvMeta {
    let mut meta = RecvMeta::default();
    meta.len = length;
    meta.stride = length;
    meta.addr = from;
    meta
}
