//! Serving a trial under one address, with a certificate of this machine's own (decision 0015).

use super::{Options, ServeError, bind};
use crate::http::Addresses;
use crate::listen::{self, Sites};
use crate::local_ca;
use axum::Router;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Three ports under one address, since an address has no host names to tell sites apart.
pub(super) struct Local {
    attendee: TcpListener,
    desk: TcpListener,
    tls: TlsAcceptor,
    pub(super) authority: String,
}

impl Local {
    pub(super) async fn open(options: &Options, now_ms: i64) -> Result<Self, ServeError> {
        let mut names = vec![options.host.clone()];
        names.extend(["localhost", "127.0.0.1"].map(str::to_owned).into_iter().filter(|name| *name != options.host));
        let made = local_ca::open(&options.data.join("local-ca"), &names, now_ms)?;
        let next = if options.tls_port == 0 { 0 } else { options.tls_port.saturating_add(1) };
        Ok(Local {
            attendee: bind(SocketAddr::new(options.listen.ip(), options.tls_port)).await?,
            desk: bind(SocketAddr::new(options.listen.ip(), next)).await?,
            tls: listen::tls(&made.certificate, &made.key)?,
            authority: made.authority,
        })
    }

    pub(super) fn addresses(&self, options: &Options) -> Addresses {
        let of = |listener: &TcpListener| {
            let port = listener.local_addr().map_or(options.tls_port, |address| address.port());
            format!("https://{}:{port}", options.host)
        };
        Addresses { attendee: of(&self.attendee), desk: of(&self.desk) }
    }

    /// Serves all three until it is `told` to stop.
    pub(super) async fn serve(
        self,
        attendee: Router,
        staff: Router,
        listener: TcpListener,
        install: Router,
        told: impl Future<Output = ()>,
    ) {
        let (stop, stopped) = tokio::sync::watch::channel(());
        let one = |listener: TcpListener, tls: Option<TlsAcceptor>, router: Router| {
            let sites = Sites { attendee: router.clone(), desk: router, desk_host: String::new(), trial: true };
            let mut stopped = stopped.clone();
            // Ends when the sender is gone.
            listen::serve(listener, tls, sites, async move { while stopped.changed().await.is_ok() {} })
        };
        tokio::join!(
            one(self.attendee, Some(self.tls.clone()), attendee),
            one(self.desk, Some(self.tls), staff),
            one(listener, None, install),
            async {
                told.await;
                drop(stop);
            }
        );
    }
}
