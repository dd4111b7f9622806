//! The media stack's network: tokio's, with a socket that is guarded and small.
//!
//! Law: every datagram passes [`Gate`] before the stack sees it. One datagram at a time: the stack
//! reserves 96 KB per socket, twice, for a socket that says it can coalesce.

use crate::relay::gate::Gate;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::ReadBuf;
use webrtc::runtime::{
    AsyncInterval, AsyncTcpListener, AsyncTcpStream, AsyncUdpSocket, JoinHandle, RecvMeta, Runtime, TokioRuntime,
    Transmit,
};

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tokio with guarded sockets.
#[derive(Debug)]
pub struct Guarded;

impl Runtime for Guarded {
    fn spawn(&self, future: Boxed<'static, ()>) -> Box<dyn JoinHandle> {
        TokioRuntime.spawn(future)
    }

    fn wrap_udp_socket(&self, socket: std::net::UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        socket.set_nonblocking(true)?;
        Ok(Arc::new(Socket { inner: tokio::net::UdpSocket::from_std(socket)?, gate: Mutex::default() }))
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
        Box::pin(tokio::time::sleep(duration))
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
}

impl AsyncUdpSocket for Socket {
    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }

    fn poll_send(&self, cx: &mut Context<'_>, transmit: &Transmit<'_>) -> Poll<io::Result<usize>> {
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
        loop {
            let mut into = ReadBuf::new(buf);
            let from = ready!(self.inner.poll_recv_from(cx, &mut into))?;
            let datagram = into.filled();
            if self.gate.lock().unwrap_or_else(PoisonError::into_inner).admits(datagram, from) {
                *meta = RecvMeta::default();
                meta.len = datagram.len();
                meta.stride = datagram.len();
                meta.addr = from;
                return Poll::Ready(Ok(1));
            }
        }
    }
}
