//! `sotto serve`: opens the log, puts the venue in place, prints where everything is, serves.
//! `announce` prints, `lively` lets invented people in, `local` serves with a certificate of this machine.

mod announce;
mod lively;
mod local;

use crate::clock::{Clock, SystemClock};
use crate::demo;
use crate::desk::{self, Desk, Published};
use crate::festival::{DEMO, Festival, FestivalError};
use crate::http::{Addresses, App, attendee_router, staff_router, trial_router};
use crate::listen::{self, Sites};
use crate::local_ca::LocalCaError;
use crate::log::{EventLog, SqliteLog};
use crate::operate::listener::{self, Operator};
use crate::operate::night::Night;
use crate::push::{self, Push};
use crate::relay::link;
use crate::relay::reach::{self, PortRange};
use crate::secrets::Pepper;
use crate::simulate;
use crate::ticker;
use crate::venues::{PlaceError, Venues};
use crate::voice::Voice;
use announce::announce;
use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use domain::desk::Actor;
use domain::refusal::Refusal;
use local::Local;
use sd_notify::NotifyState;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::net::TcpListener;

/// Live sockets that were told to go get this long, after what open requests had.
const SOCKETS_GONE_WITHIN: Duration = Duration::from_secs(5);

/// How to serve.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Run the demo festival: invented palace, people with printed sign-in links.
    #[arg(long)]
    pub demo: bool,
    /// Let invented people use the demo: attendees who ask for help, and the team that answers. Whoever
    /// signs in as one of the responders takes their place.
    #[arg(long, requires = "demo", conflicts_with_all = ["tls_cert", "tls"], value_name = "RATE", num_args = 0..=1,
        require_equals = true, default_missing_value = simulate::LIVELY)]
    pub lively: Option<simulate::Rate>,
    /// Folder for the log, venues and keys.
    #[arg(long, default_value = "data")]
    pub data: PathBuf,
    /// Folder for the server's key, by which phones and colleagues are known; `keys` in the data folder
    /// if not named. Keep it outside the backups of the data.
    #[arg(long)]
    pub keys: Option<PathBuf>,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Host name of the attendees' site.
    #[arg(long, default_value = "localhost")]
    pub host: String,
    /// Host name of the staff's site.
    #[arg(long, default_value = "desk.localhost")]
    pub desk_host: String,
    /// Port people see, where something stands before the server.
    #[arg(long)]
    pub public_port: Option<u16>,
    /// The festival file; the demo has its own.
    #[arg(long)]
    pub festival: Option<PathBuf>,
    /// A venue to import at start: an IMDF archive, zip or folder.
    #[arg(long)]
    pub venue: Option<PathBuf>,
    /// TLS certificate chain, PEM.
    #[arg(long, requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Key of the certificate, PEM.
    #[arg(long, requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Encrypt for a phone on the same network: `local` makes a certificate authority of this machine's own.
    /// The address of `--listen` then has the page from which a phone takes it on.
    #[arg(long, value_enum, conflicts_with = "tls_cert")]
    pub tls: Option<TlsKind>,
    /// The attendees' port with `--tls local`; the staff's is the next one.
    #[arg(long, default_value_t = 8443)]
    pub tls_port: u16,
    /// Address on which browsers send their voice; several may be named. Default: where the server
    /// listens.
    #[arg(long)]
    pub media_address: Vec<IpAddr>,
    /// UDP ports for voice, like 40000-40999. Default: the system chooses.
    #[arg(long, value_name = "FIRST-LAST")]
    pub media_ports: Option<PortRange>,
    /// The operator's own address, for /healthz, /readyz and /metrics: a port, which is on this machine
    /// only, or an address. Never one that the public can reach.
    #[arg(long, value_name = "PORT")]
    pub operator: Option<listener::Address>,
    /// A push service on this machine, `http://127.0.0.1:PORT`, in place of the browsers' own: for
    /// tests, with the demo only.
    #[arg(long, hide = true, requires = "demo")]
    pub push_service: Option<String>,
    /// Take the service worker off every phone that has one, with all its copies, and give no new one:
    /// for when it does harm.
    #[arg(long)]
    pub no_worker: bool,
    /// Print a link that makes one more organiser, good for a quarter of an hour: after a restore, or when
    /// no organiser can sign in any more.
    #[arg(long)]
    pub new_organiser: bool,
    /// Print addresses and links as one line of JSON when ready, for tests.
    #[arg(long)]
    pub print_json: bool,
}

/// Where the certificate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TlsKind {
    /// From a local authority, for trials.
    Local,
}

/// Why the server did not start. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// No festival file was named.
    #[error("name a festival file with --festival FILE, or try the demo with --demo")]
    NoFestival,
    /// The festival file is wrong.
    #[error(transparent)]
    Festival(#[from] FestivalError),
    /// The key folder cannot be used.
    #[error(transparent)]
    Key(#[from] crate::secrets::PepperError),
    /// Paging cannot start.
    #[error(transparent)]
    Push(#[from] crate::push::StartError),
    /// The log cannot be opened.
    #[error(transparent)]
    Log(#[from] crate::log::LogError),
    /// The log cannot be understood.
    #[error(transparent)]
    Open(#[from] desk::OpenError),
    /// The venue cannot be used.
    #[error("the venue was not put in place: {0}")]
    Venue(#[from] PlaceError),
    /// A folder of venue files cannot be packed.
    #[error("the venue folder cannot be read: {0}")]
    Folder(std::io::Error),
    /// A link could not be saved.
    #[error("the sign-in links could not be saved: {0}")]
    Links(#[from] desk::Rejected),
    /// The certificate is wrong.
    #[error(transparent)]
    Tls(#[from] listen::TlsError),
    /// There is no local authority.
    #[error(transparent)]
    LocalCa(#[from] LocalCaError),
    /// The address is taken.
    #[error(
        "cannot listen on {address}: {source}. Is another server running? Choose another address with --listen, such as --listen 127.0.0.1:3001."
    )]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

/// Serves until the process is told to stop.
///
/// # Errors
/// [`ServeError`] before anything is served.
pub async fn serve(options: Options) -> Result<(), ServeError> {
    let festival = match (&options.festival, options.demo) {
        (Some(path), _) => Festival::load(path)?,
        (None, true) => Festival::parse(DEMO)?,
        (None, false) => return Err(ServeError::NoFestival),
    };
    // First of all: whoever watches sees that it is starting.
    let operator = Operator::starting(options.data.clone());
    let watched = match options.operator {
        Some(address) => Some(watch(address, operator.clone()).await?),
        None => None,
    };
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(certificates), Some(key)) => Some(listen::tls(certificates, key)?),
        _ => None,
    };
    let pepper = Pepper::load(&key_folder(&options))?;
    if options.keys.is_none() && !options.demo {
        tracing::warn!(
            folder = %key_folder(&options).display(),
            "the server's key is beside the log. In service name a folder outside the data and its backups with \
             --keys (move server.key there): whoever has both can guess what the log holds as digests only."
        );
    }
    let log = Arc::new(SqliteLog::open(&options.data.join("log"), &festival.id)?);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let now_ms = clock.now().wall_ms;
    let desk = desk::open(log.clone(), festival.clone(), clock, |error| {
        // Nothing may be acknowledged any more: phones keep what was not, and say so.
        tracing::error!(%error, "the log cannot be written: the server ends here");
        std::process::exit(70);
    })?;
    let venues = Venues::under(&options.data);
    place_venue(&options, &desk, &venues).await?;

    let listener = bind(options.listen).await?;
    let port = listener.local_addr().map_or(options.listen.port(), |address| address.port());
    let local = match options.tls {
        Some(TlsKind::Local) => Some(Local::open(&options, now_ms).await?),
        None => None,
    };
    let addresses = Arc::new(match &local {
        Some(local) => local.addresses(&options),
        None => addresses(&options, port, tls.is_some()),
    });
    let install = local.as_ref().map(|_| format!("http://{}:{port}", options.host));
    let at = listener.local_addr().unwrap_or(options.listen);

    let (orders, events) = link::start(link::Settings {
        program: None,
        addresses: reach::addresses(options.listen.ip(), &options.media_address),
        ports: options.media_ports.map_or((0, 0), |PortRange(first, last)| (first, last)),
    });
    let voice = Voice::start(desk.clone(), orders, events);
    let push = Push::start(
        desk.published.clone(),
        &pepper,
        &push::Settings {
            data: options.data.clone(),
            keys: key_folder(&options),
            contact: addresses.desk.replacen("http://", "https://", 1),
            loopback: options.push_service.clone(),
            first_pause: Duration::from_secs(1),
        },
    )?;
    let app = App {
        desk: desk.clone(),
        pepper: pepper.clone(),
        venues,
        voice,
        push,
        worker: !options.no_worker,
        addresses: addresses.clone(),
        tries: Arc::default(),
        shares: Default::default(),
    };
    let published = desk.published.clone();
    let attendee = counted(attendee_router(app.clone()), &published, false);
    let staff = counted(staff_router(app), &published, true);
    let ticking = tokio::spawn(ticker::run(desk.clone()));
    let nights = tokio::spawn(Night::new(desk.clone(), log.clone(), options.data.clone()).run());
    let told_to_stop = told_to_stop();
    let stopping = published.clone();
    let told = async move {
        told_to_stop.await;
        tracing::info!("stopping: no new connections, sockets are told to come back");
        let _ = sd_notify::notify(&[NotifyState::Stopping]);
        stopping.stop();
    };
    let serving = match local {
        None => {
            let sites = Sites { attendee, desk: staff, desk_host: options.desk_host.clone(), trial: false };
            tokio::spawn(listen::serve(listener, tls, sites, told))
        }
        Some(local) => {
            let install = trial_router(addresses.clone(), local.authority.clone(), festival.language);
            tokio::spawn(local.serve(attendee, staff, listener, install, told))
        }
    };
    // Before the links for people are made: who is on the team already is invited again as themself.
    let playing = match options.lively {
        Some(rate) => Some(
            lively::play(rate, demo::links(&desk, &pepper, &festival, &addresses.desk).await?, at, &addresses).await,
        ),
        None => None,
    };
    announce(&options, &desk, &pepper, &festival, &addresses, watched, install.as_deref()).await?;
    operator.serving(desk, log.clone());
    // The service manager, if there is one.
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    tracing::info!("serving");
    // Its end is the server's, however it ends.
    let _ = serving.await;
    if let Some(playing) = playing {
        playing.abort();
    }
    if tokio::time::timeout(SOCKETS_GONE_WITHIN, gone(&published)).await.is_err() {
        tracing::warn!(sockets = published.meters.sockets(), "some sockets did not end by themselves");
    }
    nights.abort();
    ticking.abort();
    // Whatever was queued is written, and answered to whoever still listens.
    let closing = log.clone();
    let _ = tokio::task::spawn_blocking(move || closing.close()).await;
    tracing::info!(entries = log.last().0, "stopped");
    Ok(())
}

/// The same site, with every answer counted by its class.
fn counted(site: Router, published: &Arc<Published>, desk: bool) -> Router {
    let published = published.clone();
    site.layer(map_response(move |response: Response| {
        published.meters.answered(desk, response.status().as_u16());
        std::future::ready(response)
    }))
}

/// Waits until no live socket is left.
async fn gone(published: &Published) {
    while published.meters.sockets() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Answers the operator from now on; the address says which port the system chose.
async fn watch(address: listener::Address, operator: Arc<Operator>) -> Result<SocketAddr, ServeError> {
    let wrap = |source| ServeError::Listen { address: address.0, source };
    if address.is_open() {
        tracing::warn!("the operator's address can be reached from other machines: let only your own through");
    }
    let socket = TcpListener::bind(address.0).await.map_err(wrap)?;
    let bound = socket.local_addr().map_err(wrap)?;
    tokio::spawn(async move { axum::serve(socket, listener::router(operator)).await });
    Ok(bound)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

fn key_folder(options: &Options) -> PathBuf {
    options.keys.clone().unwrap_or_else(|| options.data.join("keys"))
}

async fn place_venue(options: &Options, desk: &Desk, venues: &Venues) -> Result<(), ServeError> {
    let pack = |error: zip::result::ZipError| ServeError::Folder(error.into());
    let archive = match &options.venue {
        Some(path) => Some(read_archive(path)?),
        None if options.demo && desk.published.read(|state| state.venue.is_none()) => {
            Some(demo::venue_archive().map_err(pack)?)
        }
        None => None,
    };
    let Some(archive) = archive else { return Ok(venues.restore(desk)?) };
    let imported = match venues.place(venues.turn()?, desk, || Ok(archive), Actor::Terminal).await {
        // People are waiting: the server starts, with the map their places belong to.
        Err(PlaceError::Desk(desk::Rejected::Refused(refusal @ Refusal::CasesOpen))) => {
            tracing::warn!(%refusal, "the venue was not changed");
            return Ok(venues.restore(desk)?);
        }
        placed => placed?,
    };
    if options.venue.is_some() && !options.print_json {
        for sentence in imported.report.sentences("en") {
            println!("  {sentence}");
        }
    }
    Ok(())
}

/// The bytes of an archive, or of a folder packed into one.
fn read_archive(path: &Path) -> Result<Vec<u8>, ServeError> {
    if !path.is_dir() {
        return std::fs::read(path).map_err(ServeError::Folder);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(ServeError::Folder)? {
        let entry = entry.map_err(ServeError::Folder)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".geojson") || name.ends_with(".json") {
            files.push((name, std::fs::read(entry.path()).map_err(ServeError::Folder)?));
        }
    }
    files.sort();
    demo::archive(files.into_iter()).map_err(|error| ServeError::Folder(error.into()))
}

fn addresses(options: &Options, port: u16, tls: bool) -> Addresses {
    let (scheme, usual) = if tls { ("https", 443) } else { ("http", 80) };
    let port = options.public_port.unwrap_or(port);
    let port = if port == usual { String::new() } else { format!(":{port}") };
    Addresses {
        attendee: format!("{scheme}://{}{port}", options.host),
        desk: format!("{scheme}://{}{port}", options.desk_host),
    }
}

/// Ctrl-C, or the service manager's request. Listened for from the call on, awaited or not: whoever
/// was told that we are ready may say it at once.
fn told_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut signals: Vec<_> =
        [SignalKind::interrupt(), SignalKind::terminate()].into_iter().filter_map(|kind| signal(kind).ok()).collect();
    std::future::poll_fn(move |context| {
        // Each is asked, so that each wakes us.
        let told = signals.iter_mut().filter_map(|signal| signal.poll_recv(context).is_ready().then_some(())).count();
        if told > 0 { Poll::Ready(()) } else { Poll::Pending }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn the_key_lies_where_it_is_told_to_and_is_not_made_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let (data, keys) = (folder.path().join("data"), folder.path().join("keys"));
        let line = |more: &[&str]| {
            let data = data.to_string_lossy().into_owned();
            let line = ["sotto", "--data", &data].into_iter().chain(more.iter().copied());
            key_folder(&Line::parse_from(line).options)
        };
        assert_eq!(line(&[]), data.join("keys"));
        let told = line(&["--keys", &keys.to_string_lossy()]);
        Pepper::load(&told).unwrap();
        assert!(keys.join("server.key").exists() && !data.exists());
    }
}
