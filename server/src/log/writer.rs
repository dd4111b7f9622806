//! The writer thread and the mark thread behind it. The writer drains the queue into
//! one transaction at a time; while it commits batch n+1, the mark of batch n syncs.
//! Every answer, also a refusal, passes through the mark thread: it may rest on an
//! event of a batch whose mark is not on disk yet.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use super::mark::{Mark, MarkFile};
use super::opening::keep_wal_on_close;
use super::pen::{Halt, Pen};
use super::{Append, Appended, LogError, Seq};

/// The most appends of one transaction: bounds the wait of the first of them.
const MAX_BATCH: usize = 1024;

/// Batches committed and waiting for their mark; the mark thread takes all at once.
const MARKS_WAITING: usize = 4;

type Answer = Result<Appended, LogError>;

/// What the writer is asked to do.
pub(super) enum Job {
    /// Write this and answer.
    Append(Append, oneshot::Sender<Answer>),
    /// Take these bodies away.
    Erase(Vec<Seq>, oneshot::Sender<Result<(), LogError>>),
    /// Leave nothing of what was taken away.
    Scrub(oneshot::Sender<Result<bool, LogError>>),
    /// Finish what stands before this in the queue, then end.
    Close,
}

/// A batch on its way from the writer to the mark thread.
struct Committed {
    end: Mark,
    answers: Vec<(oneshot::Sender<Answer>, Answer)>,
}

/// Set once, by whichever thread failed, before any answer says so.
pub(super) type Failure = Arc<OnceLock<LogError>>;

/// What both threads start with.
pub(super) struct Start {
    pub(super) connection: Connection,
    pub(super) end: Mark,
    pub(super) mark: MarkFile,
    pub(super) checkpoint_pages: u32,
    pub(super) jobs: Receiver<Job>,
    pub(super) durable: watch::Sender<Seq>,
    pub(super) failure: Failure,
}

/// Starts both threads; the handle ends after both, when the queue was closed or failed.
pub(super) fn start(start: Start) -> std::io::Result<JoinHandle<()>> {
    let (to_mark, committed) = mpsc::sync_channel(MARKS_WAITING);
    let failure = start.failure.clone();
    let (mark, durable) = (start.mark, start.durable);
    let marker = thread::Builder::new()
        .name("log-mark".to_owned())
        .spawn(move || keep_marks(mark, &committed, &durable, &failure))?;
    let failure = start.failure;
    thread::Builder::new().name("log-writer".to_owned()).spawn(move || {
        let connection = start.connection;
        let pen = Pen::new(&connection, start.end).map_err(Halt::from);
        let result = pen.and_then(|mut pen| write(&mut pen, &start.jobs, &to_mark, start.checkpoint_pages, &failure));
        if let Err(halt) = result {
            fail(&failure, halt);
            // No second try: closing would sync what could not be synced.
            let _ = keep_wal_on_close(&connection, true);
        }
        // Waiting appends are answered by the fall of their senders, after `failure` is set.
        drop((start.jobs, to_mark));
        let _ = marker.join();
    })
}

/// Writes batch after batch, until the queue closes or the mark thread has ended.
fn write(
    pen: &mut Pen<'_>,
    jobs: &Receiver<Job>,
    to_mark: &SyncSender<Committed>,
    checkpoint_pages: u32,
    failure: &Failure,
) -> Result<(), Halt> {
    let mut open = true;
    while open {
        let mut batch = Vec::new();
        let mut waiting = Vec::new();
        let mut chore = None;
        let mut next = jobs.recv().ok();
        loop {
            match next {
                Some(Job::Append(append, answer)) => {
                    batch.push(append);
                    waiting.push(answer);
                }
                Some(job @ (Job::Erase(..) | Job::Scrub(_))) => {
                    chore = Some(job);
                    break;
                }
                Some(Job::Close) | None => {
                    open = false;
                    break;
                }
            }
            if batch.len() == MAX_BATCH {
                break;
            }
            match jobs.try_recv() {
                Ok(job) => next = Some(job),
                Err(_) => break,
            }
        }
        if !batch.is_empty() {
            let answers = match pen.write(&batch) {
                Ok(answers) => waiting.into_iter().zip(answers).collect(),
                Err(Halt::Full) => {
                    let full = |answer| (answer, Err(LogError::Full));
                    waiting.into_iter().map(full).collect()
                }
                Err(broken) => {
                    // Before `waiting` falls, which answers.
                    fail(failure, broken.clone());
                    return Err(broken);
                }
            };
            let end = pen.end().clone();
            if to_mark.send(Committed { end, answers }).is_err() {
                return Err(Halt::Broken("the high-water mark".to_owned()));
            }
            pen.checkpoint(checkpoint_pages)?;
        }
        match chore {
            Some(Job::Erase(bodies, answer)) => settle(pen.erase(&bodies), answer, failure)?,
            Some(Job::Scrub(answer)) => settle(pen.scrub(), answer, failure)?,
            _ => {}
        }
    }
    Ok(())
}

/// Answers a chore; whoever waited may be gone.
fn settle<T>(
    outcome: Result<T, Halt>,
    answer: oneshot::Sender<Result<T, LogError>>,
    failure: &Failure,
) -> Result<(), Halt> {
    match outcome {
        Ok(done) => drop(answer.send(Ok(done))),
        Err(Halt::Full) => drop(answer.send(Err(LogError::Full))),
        Err(broken) => {
            // Before `answer` falls, which answers.
            fail(failure, broken.clone());
            return Err(broken);
        }
    }
    Ok(())
}

/// Says why nothing is written any more; the first reason stands.
fn fail(failure: &Failure, halt: Halt) {
    let why = match halt {
        Halt::Full => "the disk is full".to_owned(),
        Halt::Broken(why) => why,
    };
    let _ = failure.set(LogError::Storage(why));
}

/// Syncs the mark of the newest committed batch, then answers all of them.
fn keep_marks(mut mark: MarkFile, committed: &Receiver<Committed>, durable: &watch::Sender<Seq>, failure: &Failure) {
    while let Ok(first) = committed.recv() {
        let mut batches = vec![first];
        batches.extend(committed.try_iter());
        // The writer hands over in order, so the last batch has the furthest end.
        if let Some(last) = batches.last()
            && last.end.seq > *durable.borrow()
        {
            if let Err(error) = mark.write(&last.end) {
                fail(failure, Halt::Broken(format!("the high-water mark: {error}")));
                return;
            }
            durable.send_replace(last.end.seq);
        }
        if failure.get().is_some() {
            return;
        }
        for (answer, result) in batches.into_iter().flat_map(|batch| batch.answers) {
            // Nobody has to wait for an answer.
            let _ = answer.send(result);
        }
    }
}
