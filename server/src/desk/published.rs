//! What is durable, and the news of it. Law: nothing here is ahead of the disk.

use crate::clock::Clock;
use crate::festival::Festival;
use crate::operate::meters::Meters;
use domain::desk::{Body, Event, State, Stored, Stream};
use domain::ids::{IncidentId, PersonId, VenueDigest};
use domain::incident::{Incident, IncidentEvent, Origin};
use domain::reach::{Before, Cause, Pages, Presence};
use domain::time::Now;
use domain::venue::Venue;
use domain::view::Lens;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use tokio::sync::{mpsc, watch};

/// The venue that places are read against.
#[derive(Debug)]
pub struct VenueInPlace {
    /// SHA-256 of its archive.
    pub digest: VenueDigest,
    /// The model.
    pub venue: Venue,
    /// The packed map for attendees, brotli.
    pub packed_attendee: axum::body::Bytes,
    /// The packed map for staff, brotli.
    pub packed_staff: axum::body::Bytes,
}

/// The state as it stands on disk, with an index of what changed when.
#[derive(Debug, Default)]
struct Durable {
    state: State,
    /// Incidents by the sequence of their newest event: what a cursor asks for.
    by_change: BTreeMap<u64, IncidentId>,
    /// Sequence of the newest erasure: a reader who has not come so far shows what is gone.
    forgot: u64,
}

/// The case that a phone is shown while something happens to another one of its cases: whoever
/// follows it has to look, because the phone may be shown the other one from now on.
fn shown_instead(state: &State, id: IncidentId, stored: &Stored) -> Option<IncidentId> {
    let phone = match &stored.body {
        Body::Open(Event::Incident(IncidentEvent::Alerted { origin: Origin::Phone(phone), .. })) => *phone,
        Body::Open(Event::Incident(IncidentEvent::CodeUsed { phone, .. })) => *phone,
        _ => state.incidents.get(&id)?.phone()?,
    };
    state.phones.get(&phone).copied().filter(|shown| *shown != id)
}

/// Everything that screens are made of.
pub struct Published {
    /// The festival's settings.
    pub festival: Festival,
    /// What is counted.
    pub meters: Meters,
    stopping: watch::Sender<bool>,
    full: AtomicBool,
    clock: Arc<dyn Clock>,
    started: Now,
    durable: RwLock<Durable>,
    venue: RwLock<Option<Arc<VenueInPlace>>>,
    seq: watch::Sender<u64>,
    cases: Mutex<HashMap<IncidentId, watch::Sender<u64>>>,
    heard: Mutex<HashMap<PersonId, Now>>,
    /// Screens in sight, by a number of their own.
    sights: Mutex<HashMap<u64, PersonId>>,
    next_screen: std::sync::atomic::AtomicU64,
    pages: OnceLock<Pager>,
}

/// Whoever pages: takes causes, and knows how the pages of somebody fare.
struct Pager {
    causes: mpsc::UnboundedSender<Cause>,
    fare: Box<dyn Fn(PersonId) -> Pages + Send + Sync>,
}

/// One connected screen. Out of sight when it goes.
pub struct Screen<'a> {
    published: &'a Published,
    id: u64,
    person: PersonId,
}

impl Screen<'_> {
    /// What the screen says of itself.
    pub fn in_sight(&self, yes: bool) {
        let mut sights = self.published.sights.lock().unwrap_or_else(PoisonError::into_inner);
        if yes {
            sights.insert(self.id, self.person);
        } else {
            sights.remove(&self.id);
        }
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        self.in_sight(false);
    }
}

impl Published {
    pub(super) fn new(festival: Festival, clock: Arc<dyn Clock>) -> Self {
        Published {
            festival,
            meters: Meters::default(),
            stopping: watch::Sender::new(false),
            full: AtomicBool::new(false),
            started: clock.now(),
            clock,
            durable: RwLock::default(),
            venue: RwLock::default(),
            seq: watch::Sender::new(0),
            cases: Mutex::default(),
            heard: Mutex::default(),
            sights: Mutex::default(),
            next_screen: Default::default(),
            pages: OnceLock::new(),
        }
    }

    /// When this process started.
    pub fn started(&self) -> Now {
        self.started
    }

    /// The time.
    pub fn now(&self) -> Now {
        self.clock.now()
    }

    /// Applies durable events. Only the desk calls it.
    pub(super) fn advance(&self, events: &[Stored]) {
        let mut touched = Vec::new();
        let mut causes = Vec::new();
        {
            let mut durable = self.durable.write().unwrap_or_else(PoisonError::into_inner);
            let Durable { state, by_change, forgot } = &mut *durable;
            for stored in events {
                let before = Before::of(state, stored);
                if let Stream::Incident(id) = stored.stream {
                    if let Some(before) = state.incidents.get(&id) {
                        by_change.remove(&before.changed);
                    }
                    let shown = shown_instead(state, id, stored);
                    state.apply(stored);
                    if state.incidents.contains_key(&id) {
                        by_change.insert(stored.seq, id);
                    } else {
                        *forgot = stored.seq;
                    }
                    touched.push(id);
                    touched.extend(shown);
                } else {
                    state.apply(stored);
                }
                causes.extend(before.cause(state, stored));
            }
        }
        // What was read from the log at the start was called for long ago: nobody listens yet.
        if let Some(pager) = self.pages.get() {
            for cause in causes {
                let _ = pager.causes.send(cause);
            }
        }
        let Some(last) = events.last().map(|stored| stored.seq) else { return };
        self.seq.send_replace(last);
        let mut cases = self.cases.lock().unwrap_or_else(PoisonError::into_inner);
        for id in touched {
            if let Some(sender) = cases.get(&id)
                && sender.send(last).is_err()
            {
                cases.remove(&id);
            }
        }
    }

    /// A copy of the durable state, for the desk to start from.
    pub(super) fn copy(&self) -> State {
        self.durable.read().unwrap_or_else(PoisonError::into_inner).state.clone()
    }

    /// Reads the durable state. Keep it short: writers wait.
    pub fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.durable.read().unwrap_or_else(PoisonError::into_inner).state)
    }

    /// Reads the incidents that changed after `seq`, oldest change first.
    pub fn read_changed<T>(&self, seq: u64, look: impl FnOnce(&State, &mut dyn Iterator<Item = &Incident>) -> T) -> T {
        let durable = self.durable.read().unwrap_or_else(PoisonError::into_inner);
        let mut changed = durable.by_change.range(seq + 1..).filter_map(|(_, id)| durable.state.incidents.get(id));
        look(&durable.state, &mut changed)
    }

    /// How far a reader has come: nowhere, if what it shows holds a case that was erased since.
    pub fn shown_since(&self, seq: Option<u64>) -> Option<u64> {
        let forgot = self.durable.read().unwrap_or_else(PoisonError::into_inner).forgot;
        seq.filter(|seq| *seq >= forgot)
    }

    /// Tells every socket that the server stops; they come back to the next one.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Whether the server stops.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Follows whether the server stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Whether the last entry found a full disk. Only the desk says so.
    pub(super) fn found_full(&self, full: bool) {
        self.full.store(full, Relaxed);
    }

    /// Whether the last entry found a full disk.
    pub fn is_full(&self) -> bool {
        self.full.load(Relaxed)
    }

    /// Follows the durable end of the log.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.seq.subscribe()
    }

    /// Wakes followers for something that is not in the log: somebody was heard, a venue is ready.
    pub fn nudge(&self) {
        self.seq.send_modify(|_| {});
    }

    /// Follows one incident only: thousands of phones must not wake for each other.
    pub fn follow_case(&self, id: IncidentId) -> watch::Receiver<u64> {
        let mut cases = self.cases.lock().unwrap_or_else(PoisonError::into_inner);
        cases.entry(id).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// A member of staff's screen was heard.
    pub fn heard(&self, person: PersonId) {
        let now = self.now();
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).insert(person, now);
    }

    /// When somebody's screen was last heard.
    pub fn presence(&self, person: PersonId) -> Presence {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner).get(&person).copied();
        let in_sight = self.sights.lock().unwrap_or_else(PoisonError::into_inner).values().any(|id| *id == person);
        let pages = self.pages.get().map(|pager| (pager.fare)(person)).unwrap_or_default();
        Presence { heard_ms: heard.map(|at| self.now().since(at)), in_sight, pages }
    }

    /// A screen of somebody has connected. It is out of sight until it says otherwise.
    pub fn screen(&self, person: PersonId) -> Screen<'_> {
        let id = self.next_screen.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Screen { published: self, id, person }
    }

    /// From now on durable events tell `causes` what they call for; `fare` says how pages fare. Once.
    pub fn page_by(
        &self,
        causes: mpsc::UnboundedSender<Cause>,
        fare: impl Fn(PersonId) -> Pages + Send + Sync + 'static,
    ) {
        drop(self.pages.set(Pager { causes, fare: Box::new(fare) }));
    }

    /// The venue in place.
    pub fn venue(&self) -> Option<Arc<VenueInPlace>> {
        self.venue.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a venue in place and wakes every screen.
    pub fn set_venue(&self, venue: VenueInPlace) {
        *self.venue.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(venue));
        self.nudge();
    }

    /// Looks through the eyes of a reader of `lang`.
    pub fn lens<T>(&self, lang: &str, look: impl FnOnce(&Lens) -> T) -> T {
        let venue = self.venue();
        let clock = |wall_ms: i64| self.festival.seconds_of_day(wall_ms);
        let class_name = |class| crate::http::class_name(class, lang);
        let now = self.now();
        let own = self.festival.language;
        let country_class = |class| crate::http::class_name(class, own);
        let country = |place: &domain::place::Place| {
            let lens = Lens {
                venue: venue.as_ref().map(|place| &place.venue),
                lang: own,
                now,
                clock: &clock,
                class_name: &country_class,
                phrase: &|_, _| None,
                heard_ms: &|_| None,
                service: self.festival.hours.at(now.wall_ms),
                lead: false,
                country: &|_| None,
            };
            let unknown = app::text::texts(own).get(app::text::AttendeeKey::LevelUnknown);
            (lang != own).then(|| domain::view::place_label(place, &lens).line(&unknown))
        };
        look(&Lens {
            venue: venue.as_ref().map(|place| &place.venue),
            lang,
            now,
            clock: &clock,
            class_name: &class_name,
            phrase: &|phrase, lang| Some(app::text::texts::<domain::phrase::Phrase>(lang).get(phrase)),
            heard_ms: &|person| self.presence(person).heard_ms,
            service: self.festival.hours.at(now.wall_ms),
            lead: false,
            country: &country,
        })
    }
}
