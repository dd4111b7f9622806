//! The one task that decides.
//!
//! Law: commands are decided in the order in which they come, against a state that is ahead of the
//! disk by exactly the appends in flight; answers leave in the same order, after their commit.

use super::published::Published;
use crate::body;
use crate::clock::Clock;
use crate::festival::Festival;
use crate::log::{Append, Appended, EventLog, KeyHash, LogError, NewEvent, Seq, StreamName};
use crate::secrets::request_digest;
use domain::desk::{Actor, Body, Command, Decision, Event, State, Stored, Stream, decide};
use domain::refusal::Refusal;
use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

/// Commands that may wait for the desk. Beyond it senders wait, which slows a flood down evenly.
const QUEUE: usize = 4096;
/// Entries read from the log at a time.
const PAGE: usize = 4096;

/// A command and who sends it.
#[derive(Debug, Clone)]
pub struct Submission {
    /// What.
    pub command: Command,
    /// Who.
    pub actor: Actor,
    /// The idempotency key, if the sender made one.
    pub key: Option<KeyHash>,
}

/// What a command came to. It is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The stream it concerned.
    pub stream: Stream,
    /// The log's end when it was decided.
    pub seq: u64,
    /// The same command had been sent before.
    pub repeated: bool,
}

/// Why a command changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk is full; it works again when there is space.
    #[error("The disk is full. Nothing was saved.")]
    Full,
    /// The server is stopping.
    #[error("The server is stopping. Nothing was saved.")]
    Stopping,
}

struct Request {
    submission: Submission,
    reply: oneshot::Sender<Result<Answer, Rejected>>,
}

/// The way to the desk. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    requests: mpsc::Sender<Request>,
    /// What is durable.
    pub published: Arc<Published>,
}

impl Desk {
    /// Submits a command; resolves when what it came to is on disk.
    ///
    /// # Errors
    /// [`Rejected`]; nothing was changed.
    pub async fn submit(&self, submission: Submission) -> Result<Answer, Rejected> {
        self.hand_in(submission).await?.await.map_err(|_| Rejected::Stopping)?
    }

    /// Hands a command in: it is decided before every command that is handed in later. The answer
    /// comes when what it came to is on disk.
    ///
    /// # Errors
    /// [`Rejected::Stopping`].
    pub async fn hand_in(
        &self,
        submission: Submission,
    ) -> Result<oneshot::Receiver<Result<Answer, Rejected>>, Rejected> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request { submission, reply }).await.map_err(|_| Rejected::Stopping)?;
        Ok(answer)
    }

    /// Whether the desk decides nothing any more.
    pub fn has_ended(&self) -> bool {
        self.requests.is_closed()
    }

    /// Submits a command without an idempotency key.
    ///
    /// # Errors
    /// As [`Desk::submit`].
    pub async fn tell(&self, actor: Actor, command: Command) -> Result<Answer, Rejected> {
        self.submit(Submission { command, actor, key: None }).await
    }
}

/// Why the desk could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// An entry cannot be understood.
    #[error(transparent)]
    Body(#[from] body::BodyError),
}

/// Rebuilds the state from the log and starts the desk.
///
/// `fatal` is called when a commit fails: the process has to end before it acknowledges anything
/// else.
///
/// # Errors
/// When the log cannot be read or understood.
pub fn open(
    log: Arc<dyn EventLog>,
    festival: Festival,
    clock: Arc<dyn Clock>,
    fatal: impl Fn(&LogError) + Send + 'static,
) -> Result<Desk, OpenError> {
    let published = Arc::new(Published::new(festival, clock.clone()));
    let start = clock.now();
    let mut keys = HashMap::new();
    let mut after = Seq(0);
    loop {
        let records = log.read(after, PAGE)?;
        let Some(last) = records.last() else { break };
        after = last.seq;
        let mut page = Vec::with_capacity(records.len());
        for record in &records {
            let stored = body::decode(record, start)?;
            if let Some(key) = record.key {
                keys.insert(key.key, Known { request: key.request, stream: stored.stream });
            }
            page.push(stored);
        }
        published.advance(&page);
    }
    let (requests, queue) = mpsc::channel(QUEUE);
    let task = Task {
        state: published.copy(),
        published: published.clone(),
        clock,
        log,
        keys,
        in_flight: VecDeque::new(),
        resync: false,
        fatal: Box::new(fatal),
    };
    tokio::spawn(task.run(queue));
    Ok(Desk { requests, published })
}

#[derive(Clone, Copy)]
struct Known {
    request: [u8; 16],
    stream: Stream,
}

type Written = Pin<Box<dyn Future<Output = Result<Appended, LogError>> + Send>>;

/// An answer that waits for its place in the order.
struct Pending {
    /// The append, or `None` for an answer that only waits for what was decided before it.
    written: Option<Written>,
    /// When it was decided, for the meters.
    decided: Instant,
    events: Vec<Stored>,
    key: Option<[u8; 16]>,
    answer: Answer,
    reply: oneshot::Sender<Result<Answer, Rejected>>,
}

struct Task {
    /// Ahead of the disk by the appends in flight.
    state: State,
    published: Arc<Published>,
    clock: Arc<dyn Clock>,
    log: Arc<dyn EventLog>,
    keys: HashMap<[u8; 16], Known>,
    in_flight: VecDeque<Pending>,
    /// An append was refused: the state is ahead of something that will never be.
    resync: bool,
    fatal: Box<dyn Fn(&LogError) + Send>,
}

impl Task {
    async fn run(mut self, mut queue: mpsc::Receiver<Request>) {
        loop {
            if self.resync {
                while !self.in_flight.is_empty() {
                    self.settle_next().await;
                }
                self.state = self.published.copy();
                self.resync = false;
            }
            let request = if self.in_flight.is_empty() {
                queue.recv().await
            } else {
                tokio::select! {
                    biased;
                    () = self.settle_next() => continue,
                    request = queue.recv() => request,
                }
            };
            match request {
                Some(request) => self.decide(request),
                None => break,
            }
        }
        while !self.in_flight.is_empty() {
            self.settle_next().await;
        }
    }

    fn decide(&mut self, Request { submission, reply }: Request) {
        let Submission { command, actor, mut key } = submission;
        if matches!(command, Command::Alert { .. }) {
            // What was erased answers nobody: a tap under its key is a new one, under a key of its own.
            while let Some(old) = key.filter(|key| self.was_erased(key)) {
                key = Some(KeyHash { key: request_digest(&[&old.key, b"erased"]), request: old.request });
            }
        }
        if let Some(found) = key.and_then(|key| self.keys.get(&key.key)).copied() {
            let same = key.is_some_and(|key| key.request == found.request);
            if same {
                let answer = Answer { stream: found.stream, seq: self.state.seq, repeated: true };
                return self.answer_in_order(answer, reply);
            }
            if !matches!(command, Command::Alert { .. }) {
                self.refuse(Refusal::KeyReused, reply);
                return;
            }
            // A second alert under the first one's key: nobody is refused, it asks again. Its own
            // key keeps a repetition of *it* from asking a third time.
            key = key.map(|key| KeyHash { key: request_digest(&[&key.key, &key.request]), request: key.request });
            if let Some(found) = key.and_then(|key| self.keys.get(&key.key)).copied() {
                let answer = Answer { stream: found.stream, seq: self.state.seq, repeated: true };
                return self.answer_in_order(answer, reply);
            }
        }
        let now = self.clock.now();
        let Decision { stream, events } = match decide(&self.state, &command, actor, now) {
            Ok(decision) => decision,
            Err(refusal) => {
                self.refuse(refusal, reply);
                return;
            }
        };
        if events.is_empty() {
            let answer = Answer { stream, seq: self.state.seq, repeated: false };
            return self.answer_in_order(answer, reply);
        }
        let expected = self.state.version(&stream);
        let mut bodies = Vec::with_capacity(events.len());
        for event in &events {
            // The domain's types serialise; if one ever did not, the command is refused unharmed.
            let Ok(bytes) = body::encode(event) else {
                self.refuse(Refusal::BadText, reply);
                return;
            };
            bodies.push(NewEvent { kind: event.kind().to_owned(), kind_version: body::KIND_VERSION, body: bytes });
        }
        let stored = self.store(stream, expected, events, now);
        for stored in &stored {
            self.state.apply(stored);
        }
        if let Some(key) = key {
            self.keys.insert(key.key, Known { request: key.request, stream });
        }
        let written = self.log.append(Append {
            stream: StreamName(stream.to_string()),
            expected,
            at_wall_ms: now.wall_ms,
            actor: actor.to_string(),
            key,
            events: bodies,
        });
        let answer = Answer { stream, seq: self.state.seq, repeated: false };
        let key = key.map(|key| key.key);
        self.in_flight.push_back(Pending {
            written: Some(written),
            decided: Instant::now(),
            events: stored,
            key,
            answer,
            reply,
        });
    }

    /// Whether a key belongs to a case that is erased.
    fn was_erased(&self, key: &KeyHash) -> bool {
        self.keys.get(&key.key).is_some_and(
            |known| matches!(known.stream, Stream::Incident(id) if !self.state.incidents.contains_key(&id)),
        )
    }

    fn store(&self, stream: Stream, expected: u64, events: Vec<Event>, at: domain::time::Now) -> Vec<Stored> {
        let first = self.state.seq + 1;
        let numbered = events.into_iter().zip(0u64..);
        numbered
            .map(|(event, n)| Stored { seq: first + n, stream, version: expected + 1 + n, at, body: Body::Open(event) })
            .collect()
    }

    fn refuse(&self, why: Refusal, reply: oneshot::Sender<Result<Answer, Rejected>>) {
        let why = why.into();
        self.published.meters.refused(&why);
        drop(reply.send(Err(why)));
    }

    /// An answer without an append still waits for everything decided before it.
    fn answer_in_order(&mut self, answer: Answer, reply: oneshot::Sender<Result<Answer, Rejected>>) {
        let (decided, events) = (Instant::now(), Vec::new());
        self.in_flight.push_back(Pending { written: None, decided, events, key: None, answer, reply });
    }

    /// Waits for the oldest append and answers it. Safe to drop while it waits: the front stays.
    async fn settle_next(&mut self) {
        let Some(front) = self.in_flight.front_mut() else { return };
        let outcome = match &mut front.written {
            Some(written) => Some(written.as_mut().await),
            None => None,
        };
        let Some(mut done) = self.in_flight.pop_front() else { return };
        let result = match outcome {
            None if self.resync => Err(Rejected::Full),
            None => Ok(done.answer),
            Some(Ok(Appended { last })) => {
                // The log numbers: after a refusal in between its numbers differ from our guess.
                let first = last.0 + 1 - done.events.len() as u64;
                for (stored, seq) in done.events.iter_mut().zip(first..) {
                    stored.seq = seq;
                }
                self.published.found_full(false);
                self.published.meters.committed(done.decided.elapsed(), &done.events);
                self.published.advance(&done.events);
                Ok(Answer { seq: last.0, ..done.answer })
            }
            Some(Err(error)) => {
                self.resync = true;
                if let Some(key) = done.key {
                    self.keys.remove(&key);
                }
                self.published.found_full(error == LogError::Full);
                let why = match error {
                    LogError::Full | LogError::Conflict { .. } | LogError::DuplicateKey { .. } => Rejected::Full,
                    fatal => {
                        (self.fatal)(&fatal);
                        Rejected::Stopping
                    }
                };
                self.published.meters.refused(&why);
                Err(why)
            }
        };
        drop(done.reply.send(result));
    }
}
