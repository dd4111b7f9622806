//! Waits for what calls for a page, asks the domain who is meant, and tries.

use super::allow::{Allowed, NotAllowed};
use super::book::Book;
use super::post::{LIFE_S, Outcome, Post};
use super::store::{Store, StoreError, Subscription};
use super::vapid::{Vapid, VapidError};
use crate::desk::Published;
use crate::secrets::Pepper;
use domain::desk::State;
use domain::ids::{PersonId, SessionHash};
use domain::reach::{Cause, Pages, paged};
use domain::wire::PagingView;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

/// A test of one phone at most this often, milliseconds.
pub const TEST_EVERY_MS: i64 = 3_000;
/// In a flood a console rings at most this often, milliseconds: the page says the same each time.
const RING_EVERY_MS: i64 = 3_000;
/// Tries that run at the same time.
const AT_ONCE: usize = 32;
/// Subscriptions of sign-ins that ended are forgotten this often.
const SWEEP: Duration = Duration::from_secs(60);

/// What may be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of the data.
    pub data: PathBuf,
    /// Folder of the keys.
    pub keys: PathBuf,
    /// Where a push service finds us.
    pub contact: String,
    /// A push service on this machine, for tests.
    pub loopback: Option<String>,
    /// The pause after the first try; each next one is twice as long.
    pub first_pause: Duration,
}

/// Paging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The key.
    #[error(transparent)]
    Key(#[from] VapidError),
    /// The folder.
    #[error("the data folder cannot be used for subscriptions: {0}")]
    Folder(#[from] std::io::Error),
    /// The push service for tests.
    #[error("--push-service takes http://127.0.0.1:PORT: it is for tests on this machine")]
    Loopback(#[from] NotAllowed),
}

/// Why a test was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestRefused {
    /// This browser has no subscription.
    NoSubscription,
    /// One was sent a moment ago.
    TooSoon,
}

/// The way to the pages. Cheap to clone.
#[derive(Clone)]
pub struct Push(Arc<Inner>);

struct Inner {
    published: Arc<Published>,
    book: Mutex<Book>,
    post: Post,
    turns: Semaphore,
    first_pause: Duration,
}

/// Why a page is sent, and with that until when.
#[derive(Debug, Clone, Copy)]
enum Why {
    Cause(Cause),
    Test,
}

impl Push {
    /// Opens the subscriptions and begins to listen to what calls for pages.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(published: Arc<Published>, pepper: &Pepper, settings: &Settings) -> Result<Self, StartError> {
        let vapid = Vapid::load(&settings.keys, &settings.contact)?;
        let allowed = Allowed::with_loopback(settings.loopback.as_deref())?;
        std::fs::create_dir_all(&settings.data)?;
        let push = Self::open(published, &settings.data, pepper, Post::new(vapid, allowed), settings.first_pause);
        let (causes, listen) = mpsc::unbounded_channel();
        // Weak, or the desk's state would keep itself alive.
        let fare = Arc::downgrade(&push.0);
        push.0
            .published
            .page_by(causes, move |person| fare.upgrade().map(|inner| inner.pages(person)).unwrap_or_default());
        tokio::spawn(run(Arc::downgrade(&push.0), listen));
        Ok(push)
    }

    fn open(published: Arc<Published>, data: &Path, pepper: &Pepper, post: Post, first_pause: Duration) -> Self {
        let (store, found) = Store::open(data, &pepper.sealing_key("push subscriptions"));
        let book = Mutex::new(Book::new(store, found));
        Push(Arc::new(Inner { published, book, post, turns: Semaphore::new(AT_ONCE), first_pause }))
    }

    /// The public key that browsers subscribe with.
    pub fn public_key(&self) -> String {
        self.0.post.vapid().public()
    }

    /// Whether a page may be sent to this address.
    pub fn allows(&self, endpoint: &str) -> bool {
        self.0.post.allowed().check(endpoint).is_ok()
    }

    /// Keeps a browser's subscription.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub fn subscribe(&self, subscription: Subscription) -> Result<(), StoreError> {
        self.0.book().put(subscription)?;
        self.0.published.nudge();
        Ok(())
    }

    /// Forgets the subscription of a sign-in.
    ///
    /// # Errors
    /// When that cannot be made durable.
    pub fn stop(&self, session: &SessionHash) -> Result<(), StoreError> {
        self.0.book().drop_where(|kept| kept.session == *session)?;
        self.0.published.nudge();
        Ok(())
    }

    /// Sends a page to the browser of a sign-in, to see whether it answers.
    ///
    /// # Errors
    /// [`TestRefused`].
    pub fn test(&self, session: &SessionHash) -> Result<(), TestRefused> {
        let now = self.0.published.now();
        let (to, sent_ms) = {
            let book = self.0.book();
            (book.by_session(session).ok_or(TestRefused::NoSubscription)?, book.sent_ms(session, now))
        };
        if sent_ms.is_some_and(|ms| ms < TEST_EVERY_MS) {
            return Err(TestRefused::TooSoon);
        }
        self.0.book().sent(session, now);
        tokio::spawn(deliver(self.0.clone(), to, Why::Test));
        self.0.published.nudge();
        Ok(())
    }

    /// The phone itself says that a page came: it was heard.
    pub fn came(&self, session: &SessionHash) {
        let now = self.0.published.now();
        self.0.book().came(session, now);
        self.0.published.nudge();
    }

    /// How the browser of a sign-in can be paged, and a number that moves when that changes.
    pub fn view(&self, session: &SessionHash) -> (PagingView, u64) {
        let now = self.0.published.now();
        self.0.book().view(session, now)
    }

    /// Everything that is kept, for tests.
    pub fn subscriptions(&self, person: PersonId) -> Vec<Subscription> {
        self.0.book().of(person)
    }
}

impl Inner {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pages(&self, person: PersonId) -> Pages {
        self.book().pages(person, self.published.now())
    }

    /// Whether the sign-in of a subscription still holds and, now, still means this page.
    fn stands(&self, to: &Subscription, why: Why) -> bool {
        let now = self.published.now();
        let presence = |person| self.published.presence(person);
        self.published.read(|state| {
            holds(state, to, now)
                && match why {
                    Why::Cause(cause) => paged(state, cause, &presence, now).contains(&to.person),
                    // Before the shift, on their own tap: on duty or not.
                    Why::Test => true,
                }
        })
    }

    fn sweep(&self) {
        let now = self.published.now();
        let ended: Vec<SessionHash> = self.published.read(|state| {
            let book = self.book();
            let all = state.people.keys().flat_map(|person| book.of(*person));
            all.filter(|kept| !holds(state, kept, now)).map(|kept| kept.session).collect()
        });
        if ended.is_empty() {
            return;
        }
        if let Err(error) = self.book().drop_where(|kept| ended.contains(&kept.session)) {
            tracing::warn!(%error, "ended subscriptions are still on disk");
        }
    }
}

/// Whether the sign-in of a subscription holds.
fn holds(state: &State, to: &Subscription, now: domain::time::Now) -> bool {
    state.people.get(&to.person).is_some_and(|person| person.signed_in(&to.session, now))
}

async fn run(inner: std::sync::Weak<Inner>, mut causes: mpsc::UnboundedReceiver<Cause>) {
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        let cause = tokio::select! {
            cause = causes.recv() => cause,
            _ = sweep.tick() => {
                let Some(inner) = inner.upgrade() else { return };
                inner.sweep();
                continue;
            }
        };
        let (Some(cause), Some(inner)) = (cause, inner.upgrade()) else { return };
        page(&inner, cause);
    }
}

/// Sends a page to everyone who is meant, on each of their browsers.
fn page(inner: &Arc<Inner>, cause: Cause) {
    let now = inner.published.now();
    let presence = |person| inner.published.presence(person);
    let people = inner.published.read(|state| paged(state, cause, &presence, now));
    let own = matches!(cause, Cause::Sent { .. } | Cause::Silent { .. });
    for to in people.into_iter().flat_map(|person| inner.book().of(person)) {
        let lately = inner.book().sent_ms(&to.session, now).is_some_and(|ms| ms < RING_EVERY_MS);
        if lately && !own {
            continue;
        }
        inner.book().sent(&to.session, now);
        tokio::spawn(deliver(inner.clone(), to, Why::Cause(cause)));
    }
}

/// Tries until the push service has the page, it is of no use any more, or its life is over.
async fn deliver(inner: Arc<Inner>, to: Subscription, why: Why) {
    let mut pause = inner.first_pause;
    let mut spent = Duration::ZERO;
    loop {
        if !inner.stands(&to, why) {
            inner.book().moot(&to.session);
            inner.published.nudge();
            return;
        }
        let outcome = {
            let Ok(_turn) = inner.turns.acquire().await else { return };
            inner.post.once(&to, inner.published.now().wall_ms).await
        };
        match outcome {
            Outcome::Taken => return,
            Outcome::Gone => {
                if let Err(error) = inner.book().drop_where(|kept| *kept == to) {
                    tracing::warn!(%error, "a subscription that is gone is still on disk");
                }
                inner.published.nudge();
                return;
            }
            Outcome::Refused(status) => {
                tracing::warn!(status, "a push service refused a page");
                break;
            }
            Outcome::Later(after) => {
                let wait = pause.max(after);
                spent += wait;
                if spent > Duration::from_secs(LIFE_S) {
                    tracing::warn!("no push service took a page in time");
                    break;
                }
                tokio::time::sleep(wait).await;
                pause *= 2;
            }
        }
    }
    inner.book().failed(&to.session);
    inner.published.nudge();
}
