//! Ten thousand phones at once, each with an open case, and fifty consoles: delays, memory, and all
//! of them coming back in the same moment.

use super::crowd::{Desk, Phone};
use super::house::House;
use super::spread::Spread;
use super::{Cli, Outcome};
use domain::ids::IncidentId;
use domain::wire::StaffCommand;
use domain::words::Words;
use serde::Serialize;
use server::visitor::Line;
use std::path::Path;
use std::time::{Duration, Instant};

/// Requests in flight while the crowd is made; the storm has no such limit.
const AT_ONCE: usize = 64;
/// The time between alerts.
const ALERT_EVERY: Duration = Duration::from_millis(100);
/// After ten thousand changes at once the consoles are behind: their frames are folded in a flood.
const SETTLE: Duration = Duration::from_secs(3);
/// What a page pauses at first after a socket that did not open (`app::live::Link`): half to all.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause of a page.
const PAUSE_MAX: Duration = Duration::from_secs(10);
/// Phones and desks that write to each other within the crowd.
const PAIRS: usize = 10;
/// Whoever is not back by then never is.
const BACK_WITHIN: Duration = Duration::from_secs(120);

#[derive(Serialize)]
pub struct Large {
    phones: usize,
    desks: usize,
    /// Resident memory of the server before anything, bytes.
    empty: u64,
    /// What a case takes that no phone is connected to, bytes: state, log, keys.
    per_case: f64,
    /// What a phone's open socket takes beyond it, bytes.
    per_phone: f64,
    /// What a console's socket takes, bytes.
    per_desk: f64,
    /// Alerts a second while the crowd was made, by one generator on the same machine.
    alerts_per_second: f64,
    /// From a console's first frame being asked for until it has every row.
    desk_filled: Spread,
    /// From the tap being sent until a frame with its row was read, at each console's socket.
    tap_to_frame: Spread,
    /// From the acknowledgement being read until that; 0 where the frame came first.
    acknowledged_to_frame: Spread,
    alerts_lost: usize,
    attendee_to_agent: Spread,
    agent_to_attendee: Spread,
    messages_lost: usize,
    /// Messages a second to all phones, while they were away.
    says_per_second: f64,
    /// All sockets gone, all back at once, each with a message that it has not seen.
    storm: Storm,
    /// The server killed and started again: every page is loaded anew and has the same messages.
    restart: Storm,
}

#[derive(Serialize)]
struct Storm {
    /// Until the case with everything in it was on a phone's screen, from the common start.
    up_to_date: Spread,
    /// Sockets that had to be tried again.
    tried_again: usize,
    /// Phones that never were up to date.
    lost: usize,
    /// Until the server answered again; 0 where it never was away.
    server_back_ms: f64,
}

pub async fn run(cli: &Cli, folder: &Path) -> Outcome<Large> {
    let mut house = House::open(&cli.sotto, folder, cli.desks).await?;
    let empty = house.resident()?;

    let begun = Instant::now();
    let mut phones = each((0..cli.phones).map(|n| Phone::new(&house.attendee, n)).collect(), tap).await?;
    let alerts_per_second = cli.phones as f64 / begun.elapsed().as_secs_f64();
    let with_cases = house.resident()?;
    phones = each(phones, connect).await?;
    let with_phones = house.resident()?;
    eprintln!("{} phones after {:.0} s", cli.phones, begun.elapsed().as_secs_f64());

    let mut desks = Vec::new();
    let mut filled = Vec::new();
    for n in 0..cli.desks {
        let agent = house.agent(n).await?;
        let asked = Instant::now();
        let mut desk = Desk::open(agent).await?;
        filled.push(desk.settled().await? - asked);
        desks.push(desk);
    }
    let with_desks = house.resident()?;
    let cases = desks.first().map(Desk::rows).unwrap_or_default();
    if cases.len() != cli.phones {
        return Err(format!("a desk shows {} rows of {}", cases.len(), cli.phones).into());
    }

    // Somebody has looked at every case, or the ladder would speak up ten thousand times meanwhile.
    desks = for_each_case(desks, &cases, StaffCommand::See).await?;
    tokio::time::sleep(SETTLE).await;

    let alerts = alerts(cli, &house, &mut desks).await?;
    eprintln!("{} alerts after {:.0} s", cli.alerts, begun.elapsed().as_secs_f64());
    let messages = messages(cli, &house, &mut desks).await?;

    for phone in &mut phones {
        phone.drop_socket();
    }
    let said = Instant::now();
    desks = for_each_case(desks, &cases, |case| StaffCommand::Say(case, Words::Text(MISSED.to_owned()))).await?;
    let says_per_second = cases.len() as f64 / said.elapsed().as_secs_f64();
    let (mut phones, storm) = come_back(phones, Instant::now()).await?;
    eprintln!("the storm after {:.0} s", begun.elapsed().as_secs_f64());

    for phone in &mut phones {
        phone.drop_socket();
        phone.reload();
    }
    let agents: Vec<_> = desks.into_iter().map(Desk::close).collect();
    let start = Instant::now();
    let coming = tokio::spawn(come_back(phones, start));
    house.kill_and_restart().await?;
    let server_back_ms = start.elapsed().as_secs_f64() * 1e3;
    let opening = agents.into_iter().map(|agent| tokio::spawn(Desk::open(agent)));
    for desk in opening.collect::<Vec<_>>() {
        desk.await??.settled().await?;
    }
    let (_, restart) = coming.await??;
    Ok(Large {
        phones: cli.phones,
        desks: cli.desks,
        empty,
        per_case: (with_cases.saturating_sub(empty)) as f64 / cli.phones as f64,
        per_phone: (with_phones.saturating_sub(with_cases)) as f64 / cli.phones as f64,
        per_desk: (with_desks.saturating_sub(with_phones)) as f64 / cli.desks as f64,
        alerts_per_second,
        desk_filled: Spread::of(filled),
        tap_to_frame: Spread::of(alerts.from_tap),
        acknowledged_to_frame: Spread::of(alerts.from_answer),
        alerts_lost: alerts.lost,
        attendee_to_agent: Spread::of(messages.0),
        agent_to_attendee: Spread::of(messages.1),
        messages_lost: messages.2,
        says_per_second,
        storm,
        restart: Storm { server_back_ms, ..restart },
    })
}

async fn tap(mut phone: Phone, mut line: Line) -> Outcome<(Phone, Line)> {
    phone.lend(&mut line);
    phone.tap("").await?;
    phone.lend(&mut line);
    Ok((phone, line))
}

async fn connect(mut phone: Phone, line: Line) -> Outcome<(Phone, Line)> {
    phone.connect().await?;
    Ok((phone, line))
}

/// Does the same with every phone, over [`AT_ONCE`] connections that are used again.
async fn each<F>(phones: Vec<Phone>, act: fn(Phone, Line) -> F) -> Outcome<Vec<Phone>>
where
    F: Future<Output = Outcome<(Phone, Line)>> + Send + 'static,
{
    let (count, mut rest) = (phones.len(), phones);
    let mut working = Vec::new();
    while !rest.is_empty() {
        let share = rest.split_off(rest.len().saturating_sub(count.div_ceil(AT_ONCE)));
        working.push(tokio::spawn(async move {
            let (mut line, mut done) = (Line::default(), Vec::new());
            for phone in share {
                let (phone, back) = act(phone, line).await?;
                line = back;
                done.push(phone);
            }
            Outcome::Ok(done)
        }));
    }
    let mut phones = Vec::new();
    for share in working {
        phones.extend(share.await??);
    }
    Ok(phones)
}

struct Alerts {
    from_tap: Vec<Duration>,
    from_answer: Vec<Duration>,
    lost: usize,
}

/// Alerts of phones that were not here before, one after the other, until each is at every console.
async fn alerts(cli: &Cli, house: &House, desks: &mut [Desk]) -> Outcome<Alerts> {
    let mut alerts = Alerts { from_tap: Vec::new(), from_answer: Vec::new(), lost: 0 };
    let mut beat = tokio::time::interval(ALERT_EVERY);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for n in 0..cli.alerts {
        beat.tick().await;
        let (sent, acknowledged) = Phone::new(&house.attendee, n).tap("").await?;
        for desk in desks.iter_mut() {
            match desk.row().await {
                Some((_, at)) => {
                    alerts.from_tap.push(at - sent);
                    alerts.from_answer.push(at.saturating_duration_since(acknowledged));
                }
                None => alerts.lost += 1,
            }
        }
    }
    Ok(alerts)
}

/// Writes to and fro between a few phones and desks of the crowd.
async fn messages(cli: &Cli, house: &House, desks: &mut [Desk]) -> Outcome<(Vec<Duration>, Vec<Duration>, usize)> {
    let mut phones = Vec::new();
    for n in 0..PAIRS.min(desks.len()) {
        let mut phone = Phone::new(&house.attendee, n);
        phone.tap("").await?;
        phone.connect().await?;
        let mut case = None;
        for desk in desks.iter_mut() {
            case = desk.row().await.map(|(id, _)| id);
        }
        let case = case.ok_or("an alert did not reach a desk")?;
        desks.get_mut(n).ok_or("there are fewer desks")?.watch(case).await?;
        phones.push((phone, case));
    }
    let (mut there, mut back, mut lost) = (Vec::new(), Vec::new(), 0);
    let mut beat = tokio::time::interval(ALERT_EVERY);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for n in 0..cli.messages {
        for ((phone, case), desk) in phones.iter_mut().zip(desks.iter_mut()) {
            beat.tick().await;
            let (text, sent) = (format!("from the person {n}"), Instant::now());
            phone.write(&text).await?;
            match desk.reads(&text).await {
                Some((at, _)) => there.push(at - sent),
                None => lost += 1,
            }
            let (text, sent) = (format!("from the team {n}"), Instant::now());
            desk.command(StaffCommand::Say(*case, Words::Text(text.clone()))).await?;
            match phone.reads(&text).await {
                Some(at) => back.push(at - sent),
                None => lost += 1,
            }
        }
    }
    Ok((there, back, lost))
}

/// What every phone is told while it is away.
const MISSED: &str = "while you were away";

/// Every desk gives a command for its share of the cases, all desks at once.
async fn for_each_case(
    desks: Vec<Desk>,
    cases: &[IncidentId],
    command: fn(IncidentId) -> StaffCommand,
) -> Outcome<Vec<Desk>> {
    let share = cases.len().div_ceil(desks.len().max(1));
    let giving: Vec<_> = desks
        .into_iter()
        .zip(cases.chunks(share))
        .map(|(mut desk, cases)| {
            let cases = cases.to_vec();
            tokio::spawn(async move {
                for case in cases {
                    desk.command(command(case)).await?;
                }
                Outcome::Ok(desk)
            })
        })
        .collect();
    let mut desks = Vec::new();
    for desk in giving {
        desks.push(desk.await??);
    }
    Ok(desks)
}

/// All phones connect at once and wait for what they have missed.
async fn come_back(phones: Vec<Phone>, start: Instant) -> Outcome<(Vec<Phone>, Storm)> {
    let coming: Vec<_> = phones.into_iter().map(|phone| tokio::spawn(back(phone))).collect();
    let (mut phones, mut delays, mut tried_again, mut lost) = (Vec::new(), Vec::new(), 0, 0);
    for phone in coming {
        let (phone, at, tries) = phone.await?;
        phones.push(phone);
        tried_again += tries;
        match at {
            Some(at) => delays.push(at - start),
            None => lost += 1,
        }
    }
    Ok((phones, Storm { up_to_date: Spread::of(delays), tried_again, lost, server_back_ms: 0.0 }))
}

async fn back(mut phone: Phone) -> (Phone, Option<Instant>, usize) {
    let mut tries = 0;
    let began = Instant::now();
    while began.elapsed() < BACK_WITHIN {
        if phone.connect().await.is_ok()
            && let Some(at) = phone.reads_within(MISSED, BACK_WITHIN).await
        {
            return (phone, Some(at), tries);
        }
        let whole = (PAUSE * 2u32.pow((tries as u32).min(4))).min(PAUSE_MAX);
        let [share] = server::secrets::random::<1>();
        tokio::time::sleep(whole / 2 + whole / 2 * u32::from(share) / 256).await;
        tries += 1;
    }
    (phone, None, tries)
}
