//! What became of the pages of each subscription. Law: only an answer of the phone itself proves one.

use super::store::{Store, StoreError, Subscription};
use domain::ids::{PersonId, SessionHash};
use domain::reach::{ANSWERED_WITHIN_MS, Pages};
use domain::time::Now;
use domain::wire::PagingView;

/// One subscription and its newest page. In memory: after a restart nothing is proved.
#[derive(Debug)]
struct Entry {
    subscription: Subscription,
    newest: Proof,
    /// The one before, which holds again where the newest turned out to be of no use.
    before: Proof,
}

/// What became of a page.
#[derive(Debug, Clone, Copy, Default)]
struct Proof {
    sent: Option<Now>,
    came: Option<(Now, i64)>,
    failed: bool,
}

impl Proof {
    fn pages(&self, now: Now) -> Pages {
        let Some(sent) = self.sent else { return Pages::Untested };
        let ago_ms = now.since(sent);
        match self.came {
            Some((at, after_ms)) => Pages::Came { ago_ms: now.since(at), after_ms },
            None if self.failed || ago_ms >= ANSWERED_WITHIN_MS => Pages::Failed { ago_ms },
            None => Pages::Underway { ago_ms },
        }
    }
}

/// All of them.
pub(super) struct Book {
    store: Store,
    entries: Vec<Entry>,
    /// Moves with every change, so that screens know when to be told.
    stamp: u64,
}

impl Book {
    pub(super) fn new(store: Store, subscriptions: Vec<Subscription>) -> Self {
        let entry = |subscription| Entry { subscription, newest: Proof::default(), before: Proof::default() };
        Book { store, entries: subscriptions.into_iter().map(entry).collect(), stamp: 0 }
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        self.stamp += 1;
        self.store.keep(&self.entries.iter().map(|entry| &entry.subscription).collect::<Vec<_>>())
    }

    /// Keeps a subscription: one a sign-in, and one owner a browser, also where a phone changes hands.
    pub(super) fn put(&mut self, subscription: Subscription) -> Result<(), StoreError> {
        if self.entries.iter().any(|entry| entry.subscription == subscription) {
            return Ok(());
        }
        self.entries.retain(|entry| {
            entry.subscription.session != subscription.session && entry.subscription.endpoint != subscription.endpoint
        });
        self.entries.push(Entry { subscription, newest: Proof::default(), before: Proof::default() });
        self.keep()
    }

    /// Forgets every subscription that fits.
    pub(super) fn drop_where(&mut self, fits: impl Fn(&Subscription) -> bool) -> Result<(), StoreError> {
        let before = self.entries.len();
        self.entries.retain(|entry| !fits(&entry.subscription));
        if self.entries.len() == before { Ok(()) } else { self.keep() }
    }

    /// Where somebody can be paged.
    pub(super) fn of(&self, person: PersonId) -> Vec<Subscription> {
        let own = self.entries.iter().filter(|entry| entry.subscription.person == person);
        own.map(|entry| entry.subscription.clone()).collect()
    }

    /// The subscription of a sign-in.
    pub(super) fn by_session(&self, session: &SessionHash) -> Option<Subscription> {
        self.find(session).map(|entry| entry.subscription.clone())
    }

    fn find(&self, session: &SessionHash) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.subscription.session == *session)
    }

    fn change(&mut self, session: &SessionHash, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.subscription.session == *session) {
            change(entry);
            self.stamp += 1;
        }
    }

    /// Milliseconds since the newest page of a sign-in was sent.
    pub(super) fn sent_ms(&self, session: &SessionHash, now: Now) -> Option<i64> {
        Some(now.since(self.find(session)?.newest.sent?))
    }

    pub(super) fn sent(&mut self, session: &SessionHash, now: Now) {
        self.change(session, |entry| {
            (entry.before, entry.newest) = (entry.newest, Proof { sent: Some(now), ..Proof::default() });
        });
    }

    pub(super) fn failed(&mut self, session: &SessionHash) {
        self.change(session, |entry| entry.newest.failed = entry.newest.came.is_none());
    }

    /// The newest page was of no use any more before a push service had it: it proves nothing.
    pub(super) fn moot(&mut self, session: &SessionHash) {
        self.change(session, |entry| {
            if entry.newest.came.is_none() {
                entry.newest = entry.before;
            }
        });
    }

    /// The phone answered. A page that nobody sent proves nothing.
    pub(super) fn came(&mut self, session: &SessionHash, now: Now) {
        self.change(session, |entry| {
            if let (Some(sent), None) = (entry.newest.sent, entry.newest.came) {
                entry.newest.came = Some((now, now.since(sent)));
            }
        });
    }

    /// How the pages of somebody fare: what is best of their browsers counts, since one is enough.
    pub(super) fn pages(&self, person: PersonId, now: Now) -> Pages {
        let own = self.entries.iter().filter(|entry| entry.subscription.person == person);
        let rank = |pages: &Pages| match pages {
            Pages::Off => 0,
            Pages::Failed { .. } => 1,
            Pages::Untested => 2,
            Pages::Underway { .. } => 3,
            Pages::Came { .. } => 4,
        };
        own.map(|entry| entry.newest.pages(now)).max_by_key(rank).unwrap_or_default()
    }

    /// How the browser of a sign-in can be paged, and a number that moves when that changes.
    pub(super) fn view(&self, session: &SessionHash, now: Now) -> (PagingView, u64) {
        let found = self.find(session);
        let pages = found.map_or(Pages::Off, |entry| entry.newest.pages(now));
        (PagingView { here: found.is_some(), pages }, self.stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::super::store::tests::sample;
    use super::*;

    fn at(ms: i64) -> Now {
        Now { wall_ms: ms, mono_ms: ms }
    }

    fn book(folder: &tempfile::TempDir) -> Book {
        let (store, found) = Store::open(folder.path(), &[5; 32]);
        Book::new(store, found)
    }

    #[test]
    fn only_the_phones_own_answer_proves_a_page() {
        let folder = tempfile::tempdir().unwrap();
        let mut book = book(&folder);
        let one = sample(1);
        let pages = |book: &Book, ms| book.pages(one.person, at(ms));
        assert_eq!(pages(&book, 0), Pages::Off);
        book.put(one.clone()).unwrap();
        assert_eq!(pages(&book, 0), Pages::Untested);
        book.came(&one.session, at(0));
        assert_eq!(pages(&book, 0), Pages::Untested, "an answer to nothing");
        book.sent(&one.session, at(1_000));
        assert_eq!(pages(&book, 3_000), Pages::Underway { ago_ms: 2_000 });
        assert_eq!(pages(&book, 1_000 + ANSWERED_WITHIN_MS), Pages::Failed { ago_ms: ANSWERED_WITHIN_MS });
        book.came(&one.session, at(40_000));
        assert_eq!(pages(&book, 41_000), Pages::Came { ago_ms: 1_000, after_ms: 39_000 }, "late, but it came");
        book.sent(&one.session, at(50_000));
        book.failed(&one.session);
        assert_eq!(pages(&book, 50_001), Pages::Failed { ago_ms: 1 });
        book.sent(&one.session, at(60_000));
        book.moot(&one.session);
        assert_eq!(pages(&book, 60_001), Pages::Failed { ago_ms: 10_001 }, "what was of no use proves nothing");
    }

    #[test]
    fn a_browser_has_one_owner_and_a_sign_in_one_browser() {
        let folder = tempfile::tempdir().unwrap();
        let mut book = book(&folder);
        let (one, two) = (sample(1), sample(2));
        book.put(one.clone()).unwrap();
        book.put(Subscription { person: two.person, session: two.session, ..one.clone() }).unwrap();
        assert_eq!((book.of(one.person).len(), book.of(two.person).len()), (0, 1), "the phone changed hands");
        book.put(two.clone()).unwrap();
        assert_eq!(book.of(two.person), std::slice::from_ref(&two), "allowed anew");
        book.sent(&two.session, at(5));
        book.put(two.clone()).unwrap();
        assert_eq!(book.sent_ms(&two.session, at(6)), Some(1), "saying the same again changes nothing");
    }
}
