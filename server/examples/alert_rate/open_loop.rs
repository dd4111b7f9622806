//! Alerts that come when they come, whether or not the last one was answered; or as fast as they go.

use super::spread::Spread;
use super::{Outcome, Run};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::unbounded_channel;

/// Runs `send` at `rate` a second for `span`, or, at rate 0, `at_once` of it at any time. A wait
/// counts from the moment in which the alert should have come.
pub async fn run<S, F>(rate: u32, at_once: usize, span: Duration, send: S) -> Outcome<Run>
where
    S: Fn(u64) -> F + Send + Sync + 'static,
    F: Future<Output = Outcome<()>> + Send + 'static,
{
    let send = Arc::new(send);
    let (tell, mut told) = unbounded_channel();
    let start = Instant::now();
    if rate == 0 {
        for writer in 0..at_once as u64 {
            let (send, tell) = (send.clone(), tell.clone());
            tokio::spawn(async move {
                let mut n = 0;
                while start.elapsed() < span {
                    let came = Instant::now();
                    let outcome = send(writer << 32 | n).await;
                    let _ = tell.send(outcome.map(|()| came.elapsed()));
                    n += 1;
                }
            });
        }
    } else {
        let tell = tell.clone();
        tokio::spawn(async move {
            let every = Duration::from_secs(1) / rate;
            for n in 0..(span.as_secs() * u64::from(rate)) {
                let due = start + every * n as u32;
                tokio::time::sleep_until(due.into()).await;
                let (send, tell) = (send.clone(), tell.clone());
                tokio::spawn(async move {
                    let outcome = send(n).await;
                    let _ = tell.send(outcome.map(|()| due.elapsed()));
                });
            }
        });
    }
    drop(tell);
    let mut waits = Vec::new();
    while let Some(outcome) = told.recv().await {
        waits.push(outcome?);
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(Run { asked: rate, rate: waits.len() as f64 / seconds, wait: Spread::of(waits) })
}
