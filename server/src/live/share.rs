//! How many live sockets one phone, or one sign-in, holds.
//!
//! Law: a few. Whoever opens one more lets the oldest of their own go: nobody takes everybody's places.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// Live sockets of one phone or sign-in: a page in each of so many tabs.
const MOST: usize = 8;

/// Who is told to go, oldest first.
type Queue = VecDeque<Arc<Notify>>;

/// All live sockets by whom they belong to.
#[derive(Debug, Clone, Default)]
pub struct Shares(Arc<Mutex<HashMap<[u8; 32], Queue>>>);

/// One live socket's share; given back when it is dropped.
#[derive(Debug)]
pub struct Share {
    all: Shares,
    reader: [u8; 32],
    /// Resolves when this socket has to go.
    pub go: Arc<Notify>,
}

impl Shares {
    /// A share for `reader`: the hash of a token or of a session.
    pub fn take(&self, reader: [u8; 32]) -> Share {
        let go = Arc::new(Notify::new());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.entry(reader).or_default();
        own.push_back(go.clone());
        if own.len() > MOST
            && let Some(oldest) = own.pop_front()
        {
            oldest.notify_one();
        }
        Share { all: self.clone(), reader, go }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = all.get_mut(&self.reader) {
            own.retain(|go| !Arc::ptr_eq(go, &self.go));
            if own.is_empty() {
                all.remove(&self.reader);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_more_lets_the_oldest_of_ones_own_go_and_nobody_elses() {
        let shares = Shares::default();
        let other = shares.take([2; 32]);
        let mut own: VecDeque<Share> = (0..MOST).map(|_| shares.take([1; 32])).collect();
        for _ in 0..3 {
            own.push_back(shares.take([1; 32]));
            own.pop_front().unwrap().go.notified().await;
        }
        for share in own.iter().chain([&other]) {
            let waits =
                tokio::select! { biased; () = share.go.notified() => false, () = std::future::ready(()) => true };
            assert!(waits);
        }
        drop((own, other));
        assert!(shares.0.lock().unwrap().is_empty(), "nothing is kept of whoever has gone");
    }
}
