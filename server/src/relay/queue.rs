//! What waits to be sent to one listener.
//!
//! Law: whoever puts something in never waits, and what is older than 100 ms is not worth sending:
//! a stuck listener loses its own sound and nobody else's.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Older than this is dropped.
pub const AGE_MAX: Duration = Duration::from_millis(100);
/// A released hold and the packets behind it.
const LENGTH_MAX: usize = 64;

/// A bounded line of one listener's packets.
#[derive(Debug)]
pub struct Queue<T> {
    inner: Mutex<Inner<T>>,
    wake: Notify,
}

#[derive(Debug)]
struct Inner<T> {
    line: VecDeque<(Instant, T)>,
    closed: bool,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { inner: Mutex::new(Inner { line: VecDeque::new(), closed: false }), wake: Notify::new() }
    }
}

impl<T> Queue<T> {
    /// Puts one in; the oldest goes when the line is full.
    pub fn put(&self, what: T, now: Instant) {
        let mut inner = self.lock();
        if inner.line.len() == LENGTH_MAX {
            inner.line.pop_front();
        }
        inner.line.push_back((now, what));
        drop(inner);
        self.wake.notify_one();
    }

    /// The next one that is still worth sending; none once the queue is closed. One reader.
    pub async fn next(&self) -> Option<T> {
        loop {
            {
                let mut inner = self.lock();
                if inner.closed {
                    return None;
                }
                let now = Instant::now();
                while let Some((came, what)) = inner.line.pop_front() {
                    if now.saturating_duration_since(came) <= AGE_MAX {
                        return Some(what);
                    }
                }
            }
            // A notice that came since the lock was let go is kept for us.
            self.wake.notified().await;
        }
    }

    /// What is next, of any age; for tests.
    #[cfg(test)]
    pub fn try_next(&self) -> Option<T> {
        self.lock().line.pop_front().map(|(_, what)| what)
    }

    /// Ends the reader.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.line.clear();
        drop(inner);
        self.wake.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_order_is_kept() {
        let queue = Queue::default();
        (0..10).for_each(|n| queue.put(n, Instant::now()));
        for n in 0..10 {
            assert_eq!(queue.next().await, Some(n));
        }
    }

    #[tokio::test]
    async fn what_is_old_is_dropped_and_what_is_new_is_sent() {
        let queue = Queue::default();
        let now = Instant::now();
        queue.put("old", now.checked_sub(AGE_MAX * 2).expect("the machine is up longer"));
        queue.put("new", now);
        assert_eq!(queue.next().await, Some("new"));
    }

    #[tokio::test]
    async fn nobody_waits_for_a_reader_who_does_not_read() {
        let queue = Queue::default();
        (0..10_000).for_each(|n| queue.put(n, Instant::now()));
        assert_eq!(queue.next().await, Some(10_000 - LENGTH_MAX));
    }

    #[tokio::test]
    async fn closing_ends_a_waiting_reader() {
        let queue = std::sync::Arc::new(Queue::<u8>::default());
        let reader = tokio::spawn({
            let queue = queue.clone();
            async move { queue.next().await }
        });
        tokio::task::yield_now().await;
        queue.close();
        assert_eq!(reader.await.expect("no panic"), None);
    }
}
