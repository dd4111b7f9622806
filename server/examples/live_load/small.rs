//! A few cases at once: from a message being sent until it is on the other side's screen.

use super::crowd::{Desk, Phone};
use super::house::House;
use super::spread::Spread;
use super::{Cli, Outcome};
use domain::wire::StaffCommand;
use domain::words::Words;
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// A pair writes in turn, each once in two of these: a phone may write once a second.
const BEAT: Duration = Duration::from_millis(600);

#[derive(Serialize)]
pub struct Small {
    pairs: usize,
    /// The person's message, until a frame with it was read at the agent's socket.
    attendee_to_agent: Spread,
    /// The agent's message, until a frame with it was read at the phone's socket.
    agent_to_attendee: Spread,
    /// Messages that were not there within five seconds.
    lost: usize,
    seconds: f64,
}

pub async fn run(cli: &Cli, folder: &Path) -> Outcome<Small> {
    let house = House::open(&cli.sotto, folder, cli.pairs).await?;
    let mut pairs = Vec::new();
    for n in 0..cli.pairs {
        let mut desk = Desk::open(house.agent(n).await?).await?;
        desk.settled().await?;
        let mut phone = Phone::new(&house.attendee, n);
        phone.tap("").await?;
        phone.connect().await?;
        let case = desk.next_row().await?;
        desk.watch(case).await?;
        pairs.push((phone, desk, case));
    }
    let begun = Instant::now();
    let talking: Vec<_> = pairs
        .into_iter()
        .enumerate()
        .map(|(n, (phone, desk, case))| {
            let messages = cli.messages;
            // Spread over the beat, so that pairs do not write in step.
            let start = tokio::time::Instant::now() + BEAT * n as u32 / cli.pairs as u32;
            tokio::spawn(async move { talk(phone, desk, case, messages, start).await })
        })
        .collect();
    let (mut there, mut back, mut lost) = (Vec::new(), Vec::new(), 0);
    for pair in talking {
        let said = pair.await??;
        there.extend(said.0);
        back.extend(said.1);
        lost += said.2;
    }
    Ok(Small {
        pairs: cli.pairs,
        attendee_to_agent: Spread::of(there),
        agent_to_attendee: Spread::of(back),
        lost,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

type Said = (Vec<Duration>, Vec<Duration>, usize);

async fn talk(
    mut phone: Phone,
    mut desk: Desk,
    case: domain::ids::IncidentId,
    messages: usize,
    start: tokio::time::Instant,
) -> Outcome<Said> {
    let mut beat = tokio::time::interval_at(start, BEAT);
    let (mut there, mut back, mut lost) = (Vec::new(), Vec::new(), 0);
    for n in 0..messages {
        beat.tick().await;
        let text = format!("from the person {n}");
        let sent = Instant::now();
        phone.write(&text).await?;
        match desk.reads(&text).await {
            Some((at, number)) => {
                there.push(at - sent);
                // As a console does with a message in sight.
                desk.command(StaffCommand::Open(case, number)).await?;
            }
            None => lost += 1,
        }
        beat.tick().await;
        let text = format!("from the team {n}");
        let sent = Instant::now();
        desk.command(StaffCommand::Say(case, Words::Text(text.clone()))).await?;
        match phone.reads(&text).await {
            Some(at) => back.push(at - sent),
            None => lost += 1,
        }
    }
    Ok((there, back, lost))
}
