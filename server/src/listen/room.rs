//! Who is connected, and who has to go when it gets tight.
//!
//! Law: a tenth of the places is kept back. Once only that is free, whoever holds a connection
//! without asking for anything is let go, longest first, and nothing that would hold one
//! for long is begun (`super::route`): an alert finds a place.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Connections at once. A live phone holds one; `goals.md` asks for 50,000 on one machine.
const CONNECTIONS_MAX: usize = 65_536;
/// File handles that are no connections: the log, venues, the relay, the terminal.
const OTHER_HANDLES: u64 = 512;
/// Whoever was silent for less is still about to ask: handshakes over a slow network take so long.
const SILENT_FOR: Duration = Duration::from_secs(2);
/// Whoever has asked for nothing whole in so many times [`SILENT_FOR`] is silent too, whatever drips
/// in meanwhile.
const WHOLE_WITHIN: u64 = 3;
/// How often the silent are looked for: each look walks over everybody.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What one connection does.
#[derive(Debug)]
pub struct Guest {
    /// Milliseconds of the room's clock at which bytes last moved.
    moved: AtomicU64,
    /// When it came, or when its last request was answered.
    since: AtomicU64,
    /// Requests that are being answered.
    asking: AtomicU32,
    /// It has become a live socket, which minds itself (`crate::live`).
    live: AtomicBool,
    /// Asked to go already.
    told: AtomicBool,
    /// Resolves when it has to go.
    pub go: Notify,
}

/// All connections of the server.
#[derive(Debug)]
pub struct Room {
    most: usize,
    silent_for: Duration,
    start: Instant,
    guests: Mutex<HashMap<u64, Arc<Guest>>>,
    next: AtomicU64,
    looked: AtomicU64,
    /// A place has become free.
    pub freed: Notify,
    /// How much later it is than the clock says.
    #[cfg(test)]
    pub skew_ms: AtomicU64,
}

/// A connection's place in the room; free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    id: u64,
    room: Arc<Room>,
    /// What the connection does.
    pub guest: Arc<Guest>,
}

/// A request that is being answered.
#[derive(Debug)]
pub struct Asking(Arc<Guest>, Arc<Room>);

impl Room {
    /// A room for at most `most` connections, in which nobody has to go who was silent for less
    /// than `silent_for`.
    pub fn new(most: usize, silent_for: Duration) -> Arc<Self> {
        Arc::new(Room {
            most: most.max(1),
            silent_for,
            start: Instant::now(),
            guests: Mutex::default(),
            next: AtomicU64::new(0),
            looked: AtomicU64::new(0),
            freed: Notify::new(),
            #[cfg(test)]
            skew_ms: AtomicU64::new(0),
        })
    }

    /// A room as large as this process may have file handles; its soft limit is raised first.
    pub fn of_this_machine() -> Arc<Self> {
        let wanted = CONNECTIONS_MAX as u64 + OTHER_HANDLES;
        let handles = rlimit::increase_nofile_limit(wanted).unwrap_or_else(|error| {
            tracing::warn!(%error, "the limit of file handles could not be raised");
            1_024
        });
        if handles < wanted {
            tracing::warn!(handles, wanted, "few file handles: fewer phones can be connected at once (LimitNOFILE)");
        }
        let most = handles.saturating_sub(OTHER_HANDLES).max(handles / 2).min(CONNECTIONS_MAX as u64);
        Self::new(usize::try_from(most).unwrap_or(CONNECTIONS_MAX), SILENT_FOR)
    }

    /// How many are connected.
    pub fn count(&self) -> usize {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether only what is kept back is free.
    pub fn tight(&self) -> bool {
        self.count() > self.most - self.most.div_ceil(10)
    }

    /// A place, if there is one. When it gets tight, the silent are asked to go.
    pub fn enter(self: &Arc<Self>) -> Option<Place> {
        let entered = {
            let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
            (guests.len() < self.most).then(|| {
                let guest = Arc::new(Guest {
                    moved: AtomicU64::new(self.now_ms()),
                    since: AtomicU64::new(self.now_ms()),
                    asking: AtomicU32::new(0),
                    live: AtomicBool::new(false),
                    told: AtomicBool::new(false),
                    go: Notify::new(),
                });
                let id = self.next.fetch_add(1, Relaxed);
                guests.insert(id, guest.clone());
                Place { id, room: self.clone(), guest }
            })
        };
        if entered.is_none() || self.tight() {
            self.clear_out();
        }
        entered
    }

    /// Asks whoever is silent to go, longest silence first, until a fifth is free.
    fn clear_out(&self) {
        let now = self.now_ms();
        let looked = self.looked.load(Relaxed);
        if looked != 0 && now < looked + LOOK_EVERY.as_millis() as u64 {
            return;
        }
        // In the first moments nobody can have been silent for long.
        let silent_for = self.silent_for.as_millis() as u64;
        let Some(silent_since) = now.checked_sub(silent_for) else { return };
        self.looked.store(now, Relaxed);
        let guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        let mut silent: Vec<(u64, &Arc<Guest>)> = guests
            .values()
            .filter(|guest| guest.asking.load(Relaxed) == 0 && !guest.live.load(Relaxed))
            .filter(|guest| !guest.told.load(Relaxed))
            .map(|guest| (guest.since.load(Relaxed), guest))
            .filter(|(since, guest)| {
                guest.moved.load(Relaxed) <= silent_since || *since + WHOLE_WITHIN * silent_for <= now
            })
            .collect();
        silent.sort_unstable_by_key(|(since, _)| *since);
        let too_many = guests.len().saturating_sub(self.most - self.most / 5);
        for (_, guest) in silent.into_iter().take(too_many) {
            guest.told.store(true, Relaxed);
            guest.go.notify_one();
        }
    }

    fn now_ms(&self) -> u64 {
        let now = self.start.elapsed().as_millis() as u64;
        #[cfg(test)]
        let now = now + self.skew_ms.load(Relaxed);
        now
    }

    /// Makes every guest a live socket.
    #[cfg(test)]
    pub fn all_live(&self) {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(|guest| guest.goes_live());
    }
}

impl Place {
    /// Its visitor has come: the place may have waited for them, they have not been silent.
    pub fn taken(&self) {
        self.moved();
        self.guest.since.store(self.room.now_ms(), Relaxed);
    }

    /// Bytes have moved.
    pub fn moved(&self) {
        self.guest.moved.store(self.room.now_ms(), Relaxed);
    }
}

impl Guest {
    /// A request has come into `room`; it is over when this is dropped.
    pub fn asks(self: &Arc<Self>, room: &Arc<Room>) -> Asking {
        self.asking.fetch_add(1, Relaxed);
        Asking(self.clone(), room.clone())
    }

    /// Whether it goes, once asked: not in the middle of a request that came meanwhile.
    pub fn may_go(&self) -> bool {
        let free = self.asking.load(Relaxed) == 0;
        self.told.store(free, Relaxed);
        free
    }

    /// The connection has become a live socket.
    pub fn goes_live(&self) {
        self.live.store(true, Relaxed);
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.since.store(self.1.now_ms(), Relaxed);
        self.0.asking.fetch_sub(1, Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.guests.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
        self.room.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(place: &Place) -> bool {
        place.guest.told.load(Relaxed)
    }

    #[tokio::test(start_paused = true)]
    async fn when_it_gets_tight_the_silent_go_first_and_nobody_who_is_answered_or_live() {
        let room = Room::new(20, SILENT_FOR);
        let old: Vec<Place> = (0..14).filter_map(|_| room.enter()).collect();
        let asking = old[0].guest.asks(&room);
        old[1].guest.goes_live();
        tokio::time::advance(Duration::from_secs(5)).await;
        old[2].moved();
        let mut new: Vec<Place> = (0..4).filter_map(|_| room.enter()).collect();
        assert!(!room.tight() && !old.iter().any(told), "as long as there is room everybody may stay");
        new.extend(room.enter());
        assert!(room.tight());
        // Nineteen are three more than four fifths of twenty.
        assert_eq!(old.iter().filter(|place| told(place)).count(), 3);
        assert!(!told(&old[0]) && !told(&old[1]) && !told(&old[2]) && !new.iter().any(told));
        old[3..].iter().find(|place| told(place)).unwrap().guest.go.notified().await;
        drop(asking);
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_waited_for_its_visitor_is_no_silent_guest() {
        let room = Room::new(20, SILENT_FOR);
        let live: Vec<Place> = (0..18).filter_map(|_| room.enter()).collect();
        live.iter().for_each(|place| place.guest.goes_live());
        let waiting = room.enter().unwrap();
        tokio::time::advance(Duration::from_secs(60)).await;
        waiting.taken();
        let next = room.enter().unwrap();
        assert!(room.tight() && !told(&waiting) && !told(&next));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_drips_goes_like_the_silent() {
        let room = Room::new(10, SILENT_FOR);
        let dripping: Vec<Place> = (0..9).filter_map(|_| room.enter()).collect();
        for _ in 0..5 {
            tokio::time::advance(Duration::from_secs(1)).await;
            dripping.iter().for_each(Place::moved);
        }
        let next = room.enter().unwrap();
        assert!(!dripping.iter().any(told), "a slow network may take so long");
        tokio::time::advance(Duration::from_secs(1)).await;
        dripping.iter().for_each(Place::moved);
        drop(next);
        let _next = room.enter();
        assert_eq!(dripping.iter().filter(|place| told(place)).count(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_room_lets_nobody_in_until_somebody_goes() {
        let room = Room::new(10, SILENT_FOR);
        let mut places: Vec<Place> = (0..10).filter_map(|_| room.enter()).collect();
        assert_eq!((places.len(), room.enter().is_none()), (10, true));
        tokio::time::advance(Duration::from_secs(3)).await;
        assert!(room.enter().is_none());
        assert_eq!(places.iter().filter(|place| told(place)).count(), 2);
        places.retain(|place| !told(place));
        room.freed.notified().await;
        assert!(room.enter().is_some());
    }
}
