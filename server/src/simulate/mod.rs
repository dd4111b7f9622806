//! People who are not there: attendees who ask for help, agents and responders who answer, so that
//! anybody can watch a festival at work. `plan` says who comes (from a seed), `attendee` and `staff`
//! live it, `decide` is an agent's mind.
//!
//! Law: they come in by the same doors as people: posters, forms, sign-in links, live sockets.

mod attendee;
mod decide;
mod dice;
mod plan;
mod sayings;
mod staff;
mod world;

pub use plan::{NotARate, Plan, Rate, Visit};
pub use staff::{Member, NoEntry};
pub use world::Counts;

use crate::visitor::Site;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use world::World;

/// The rate of a demo that only wants to look alive.
pub const LIVELY: &str = "90/h";
/// After the last alert, cases are worked on for so much longer, milliseconds of simulated time.
const LAST_CASES_MS: u64 = 20 * 60_000;

/// How much happens.
#[derive(Debug, Clone, clap::Args)]
pub struct How {
    /// How many alerts come: 3/day, 68/8h, 300/h.
    #[arg(long, default_value = LIVELY)]
    pub rate: Rate,
    /// The same seed is the same crowd with the same stories.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Simulated time runs so many times as fast. The server's own clocks do not.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub speed: u32,
    /// For how long alerts come, in simulated time: 30min, 8h. Default: until it is stopped.
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    pub for_ms: Option<u64>,
}

fn time(text: &str) -> Result<u64, String> {
    plan::span_ms(text).ok_or_else(|| "a time is a number and a unit, like 90s, 30min, 8h or 2days".to_owned())
}

/// Options of `sotto simulate`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Sign-in links of the people who work, as `sotto serve --demo` prints them. Each works once.
    #[arg(value_name = "LINK", required_unless_present = "ready")]
    pub links: Vec<String>,
    /// A file with the line that `sotto serve --demo --print-json` writes, instead of links; - reads it
    /// from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "links")]
    pub ready: Option<PathBuf>,
    /// Address of the attendees' site.
    #[arg(long, default_value = "http://localhost:3000")]
    pub attendees: String,
    #[command(flatten)]
    /// How much happens.
    pub how: How,
}

/// Why there is no simulation.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// Somebody could not sign in.
    #[error(transparent)]
    Entry(#[from] NoEntry),
    /// The server is not reached.
    #[error("the server is not reached: {0}")]
    Network(#[from] std::io::Error),
    /// The file is not what `--print-json` writes.
    #[error("this is not the line that `sotto serve --demo --print-json` writes: {0}")]
    NotReady(#[from] serde_json::Error),
    /// Nobody would answer.
    #[error("name the link of at least one agent or lead: nobody would answer")]
    NobodyAtTheDesk,
}

/// What `--print-json` writes, as far as it is needed here.
#[derive(serde::Deserialize)]
struct Ready {
    attendee: String,
    links: Vec<ReadyLink>,
}

#[derive(serde::Deserialize)]
struct ReadyLink {
    role: domain::person::Role,
    url: String,
}

/// `sotto simulate`: to the end of `--for`, or until the process is stopped.
///
/// # Errors
/// [`SimulateError`] before anything happens.
pub async fn command(options: Options) -> Result<Counts, SimulateError> {
    let (attendees, links) = match &options.ready {
        None => (options.attendees, options.links),
        Some(path) => {
            let text = if path.as_os_str() == "-" {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text)?;
                text
            } else {
                std::fs::read_to_string(path)?
            };
            let ready: Ready = serde_json::from_str(text.trim())?;
            let works = |link: &ReadyLink| link.role != domain::person::Role::Organiser;
            (ready.attendee, ready.links.into_iter().filter(works).map(|link| link.url).collect())
        }
    };
    let (attendee, _) = Site::of(&attendees).await?;
    let mut crew = Vec::new();
    for link in &links {
        crew.push(Member::enter(link).await?);
    }
    run(attendee, crew, &options.how).await
}

/// Runs a simulation with people who have signed in.
///
/// # Errors
/// [`SimulateError::NobodyAtTheDesk`], or when the map cannot be fetched.
pub async fn run(attendee: Site, crew: Vec<Member>, how: &How) -> Result<Counts, SimulateError> {
    let world = Arc::new(World::new(attendee, how.speed));
    if !crew.iter().any(|member| member.me.role.may(domain::person::May::WorkIncidents)) {
        return Err(SimulateError::NobodyAtTheDesk);
    }
    let mut working = JoinSet::new();
    for (mut member, seed) in crew.into_iter().zip(how.seed..) {
        if world.places().is_none()
            && let Some(places) = member.places().await?
        {
            world.set_places(places);
        }
        working.spawn(member.work(world.clone(), seed));
    }
    let start = Instant::now();
    let mut living = JoinSet::new();
    for visit in Plan::new(how.seed, how.rate) {
        if how.for_ms.is_some_and(|end| visit.at_ms >= end) {
            break;
        }
        tokio::time::sleep_until(start + world.span(visit.at_ms)).await;
        while living.try_join_next().is_some() {}
        living.spawn(attendee::live(world.clone(), visit));
    }
    let patience = world.span(LAST_CASES_MS).max(Duration::from_secs(60));
    let _ = tokio::time::timeout(patience, async { while living.join_next().await.is_some() {} }).await;
    world.over.send_replace(true);
    while working.join_next().await.is_some() {}
    for refusal in world.refusals() {
        tracing::warn!(refusal, "refused");
    }
    Ok(world.counts())
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Counts { opened, seen, met, heard, ended, late, refused } = self;
        write!(
            f,
            "{opened} alerts, {seen} seen, {met} met by somebody, {heard} words of the team read, {ended} ended; \
             {late} requests came too late, {refused} refused"
        )
    }
}
