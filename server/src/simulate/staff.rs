//! Somebody of the team: signs in by a link, keeps a screen open, works as their role does.

use super::decide::{Patience, next};
use super::dice::Dice;
use super::sayings::APPROACH;
use super::world::{Places, World};
use crate::visitor::{Live, NotOpened, Site, Visitor};
use domain::ids::{IncidentId, PersonId};
use domain::incident::{CannotReason, DispatchState, Priority, Status};
use domain::person::{Duty, Role};
use domain::view::{CHATS_AT_ONCE, GuardPing, GuardView, Pane, PersonRow, QueueRow, offers, queue_order};
use domain::wire::{FromStaff, Me, StaffCommand, ToStaff};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// A screen whose socket closed tries again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// And gives up after so many tries in a row.
const TRIES: u32 = 60;

/// Why somebody could not begin.
#[derive(Debug, thiserror::Error)]
pub enum NoEntry {
    /// The server is not reached, or the address is wrong.
    #[error(transparent)]
    Network(#[from] io::Error),
    /// The link does not sign anybody in.
    #[error("a sign-in link was answered with status {0}: each works once, so take fresh ones")]
    Link(u16),
    /// There is no socket.
    #[error(transparent)]
    Socket(#[from] NotOpened),
    /// An organiser's link.
    #[error("one of the links is an organiser's, who has no live screen: leave it out")]
    NoScreen,
    /// The server speaks another protocol, or closed at once.
    #[error("the server closed the screen at once: is it of the same version?")]
    Closed,
}

/// Somebody who has signed in and sees their first screen.
pub struct Member {
    browser: Visitor,
    live: Live,
    first: ToStaff,
    /// Who they are.
    pub me: Me,
}

impl Member {
    /// Opens a link and presses its button, as a person does.
    ///
    /// # Errors
    /// [`NoEntry`].
    pub async fn enter(link: &str) -> Result<Self, NoEntry> {
        let (site, path) = Site::of(link).await?;
        Self::enter_at(site, &path).await
    }

    /// As [`Member::enter`], where the site is known.
    ///
    /// # Errors
    /// [`NoEntry`].
    pub async fn enter_at(site: Site, path: &str) -> Result<Self, NoEntry> {
        let mut browser = Visitor::new(site, "fr");
        let page = browser.get(path).await?;
        if !page.done() {
            return Err(NoEntry::Link(page.status));
        }
        let text = String::from_utf8_lossy(&page.body).into_owned();
        // The name stands in its field already.
        let name = text.split_once("autocomplete=off value=\"").and_then(|(_, rest)| rest.split('"').next());
        let answer = browser.post(path, &[("name", name.unwrap_or_default())]).await?;
        if answer.status != 303 {
            return Err(NoEntry::Link(answer.status));
        }
        let mut live = browser.live().await?;
        live.send(&FromStaff::Hello { cursor: Vec::new() }).await;
        loop {
            match live.next::<ToStaff>().await {
                Some(first @ (ToStaff::Desk { .. } | ToStaff::Guard { .. })) => {
                    let (ToStaff::Desk { me, .. } | ToStaff::Guard { me, .. }) = &first else { continue };
                    let me = me.clone();
                    return Ok(Member { browser, live, first, me });
                }
                Some(ToStaff::Voice(_) | ToStaff::Paging(_)) => {}
                // A screen's first frame comes before any ping.
                Some(ToStaff::Ping) => return Err(NoEntry::NoScreen),
                Some(ToStaff::Refused(_) | ToStaff::Reload) | None => return Err(NoEntry::Closed),
            }
        }
    }

    /// Where people can be, from the map that this screen shows. `None` without a venue.
    ///
    /// # Errors
    /// When the server is not reached.
    pub async fn places(&mut self) -> io::Result<Option<Places>> {
        let (ToStaff::Desk { map, .. } | ToStaff::Guard { map, .. }) = &self.first else { return Ok(None) };
        let address = map.clone();
        if address.is_empty() {
            return Ok(None);
        }
        let answer = self.browser.get(&address).await?;
        Ok(domain::venue::unpack(&answer.body).ok().map(|venue| Places::of(&venue)))
    }

    /// Works until the simulation is over or somebody else signs in as them.
    pub async fn work(self, world: Arc<World>, seed: u64) {
        let name = self.me.name.clone();
        let mut worker = Worker {
            world: &world,
            dice: Dice::new(seed),
            browser: self.browser,
            me: self.me,
            desk: DeskMind::default(),
            guard: GuardMind::default(),
        };
        let mut over = world.over.subscribe();
        let mut screen = Some((self.live, Some(self.first)));
        let mut tries = 0;
        while tries < TRIES {
            let Some((mut live, first)) = screen.take() else {
                tokio::time::sleep(AGAIN).await;
                tries += 1;
                screen = match worker.browser.live().await {
                    Ok(mut live) => {
                        let open = live.send(&FromStaff::Hello { cursor: Vec::new() }).await;
                        open.then_some((live, None))
                    }
                    // Signed out: that is somebody else's doing, and their right.
                    Err(NotOpened::Refused(401)) => break,
                    Err(_) => None,
                };
                continue;
            };
            let gone = tokio::select! {
                gone = worker.stay(&mut live, first) => gone,
                () = told(&mut over) => Gone::Home,
            };
            match gone {
                Gone::Home => return worker.leave().await,
                Gone::SignedOut => break,
                Gone::Closed(heard) => {
                    if heard {
                        tries = 0
                    }
                }
            }
        }
        tracing::info!(name, "somebody else is at this screen now; the simulation leaves it to them");
    }
}

/// Resolves when the crew may go home.
async fn told(over: &mut watch::Receiver<bool>) {
    // An error says that the world is gone: home as well.
    let _ = over.wait_for(|over| *over).await;
}

enum Gone {
    /// The simulation is over.
    Home,
    /// The session is over.
    SignedOut,
    /// The connection is; whether anything came over it.
    Closed(bool),
}

struct Worker<'a> {
    world: &'a World,
    dice: Dice,
    browser: Visitor,
    me: Me,
    desk: DeskMind,
    guard: GuardMind,
}

#[derive(Default)]
struct DeskMind {
    rows: BTreeMap<IncidentId, QueueRow>,
    people: Vec<PersonRow>,
    pane: Option<Box<Pane>>,
    watched: Option<IncidentId>,
    /// The cases that they took themselves: nobody's hand is guided who took one at the same desk.
    mine: BTreeSet<IncidentId>,
    /// What they had when they came.
    adopted: bool,
    approach: BTreeMap<IncidentId, &'static str>,
    turn: Option<IncidentId>,
}

#[derive(Default)]
struct GuardMind {
    view: Option<GuardView>,
    /// What was decided about a ping: when it is done, and what.
    due: Option<(Instant, IncidentId, Step)>,
    scan_at: Option<Instant>,
    /// The level of the place that they went to last.
    level: Option<i16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Go,
    Arrive,
    Done,
    Cannot(CannotReason),
}

impl Worker<'_> {
    async fn stay(&mut self, live: &mut Live, first: Option<ToStaff>) -> Gone {
        let mut heard = first.is_some();
        if let Some(first) = first {
            self.take(first);
        }
        let mut beat = Instant::now() + self.pace();
        loop {
            tokio::select! {
                message = live.next::<ToStaff>() => match message {
                    Some(ToStaff::Ping) => if !live.send(&FromStaff::Pong).await { return Gone::Closed(heard) },
                    Some(ToStaff::Refused(code)) if code == "signed_out" => return Gone::SignedOut,
                    Some(ToStaff::Reload | ToStaff::Refused(_)) | None => return Gone::Closed(heard),
                    Some(other) => {
                        heard = true;
                        self.take(other);
                    }
                },
                () = tokio::time::sleep_until(beat) => {
                    let wanted = if self.me.role == Role::Security {
                        self.respond().await;
                        None
                    } else {
                        self.attend().await
                    };
                    if let Some(case) = wanted {
                        self.desk.watched = Some(case);
                        self.desk.pane = None;
                        if !live.send(&FromStaff::Watch(Some(case))).await {
                            return Gone::Closed(heard);
                        }
                    }
                    beat = Instant::now() + self.pace();
                }
            }
        }
    }

    /// The time between two acts of one person.
    fn pace(&mut self) -> Duration {
        self.world.moment(&mut self.dice, 900, 2_600).max(Duration::from_millis(20))
    }

    fn take(&mut self, message: ToStaff) {
        match message {
            ToStaff::Desk { reset, rows, people, pane, .. } => {
                if reset {
                    self.desk.rows.clear();
                }
                self.desk.rows.extend(rows.into_iter().map(|row| (row.id, row)));
                self.desk.people = people;
                if pane.as_ref().is_some_and(|pane| Some(pane.row.id) == self.desk.watched) {
                    self.desk.pane = pane;
                }
                if !std::mem::replace(&mut self.desk.adopted, true) {
                    let me = self.me.id;
                    let own = self.desk.rows.values().filter(|row| row.holder == Some(me));
                    self.desk.mine = own.map(|row| row.id).collect();
                }
            }
            ToStaff::Guard { view, .. } => self.guard.view = Some(view),
            ToStaff::Ping | ToStaff::Refused(_) | ToStaff::Reload | ToStaff::Voice(_) | ToStaff::Paging(_) => {}
        }
    }

    /// One act at the desk; a case that is to be opened next.
    async fn attend(&mut self) -> Option<IncidentId> {
        if let Some(row) = self.offered() {
            let (id, unseen) = (row.id, row.unacknowledged);
            // Also when somebody is quicker: the row is looked at again only after its next change.
            if let Some(row) = self.desk.rows.get_mut(&id) {
                (row.unacknowledged, row.holder) = (false, Some(self.me.id));
            }
            if unseen && !self.command(StaffCommand::See(id)).await {
                return None;
            }
            if self.command(StaffCommand::Claim(id, None)).await {
                self.desk.mine.insert(id);
                return Some(id);
            }
            return None;
        }
        if let Some(pane) = self.desk.pane.take() {
            let id = pane.row.id;
            let approach = match self.desk.approach.get(&id) {
                Some(approach) => approach,
                None => {
                    let chosen = self.dice.of(&APPROACH).unwrap_or_default();
                    self.desk.approach.insert(id, chosen);
                    chosen
                }
            };
            let patience = self.patience();
            // Nobody is sent who was just called back from here.
            let tried: Vec<PersonId> = pane.dispatches.iter().take(2).map(|dispatch| dispatch.responder).collect();
            if let Some(command) = next(&pane, approach, patience, |person| !tried.contains(&person)) {
                let over = matches!(command, StaffCommand::Close(..));
                let done = self.command(command).await;
                if over && done {
                    self.desk.mine.remove(&id);
                    self.desk.approach.remove(&id);
                }
                return None;
            }
        }
        self.turn()
    }

    /// The next of their cases in turn, urgent ones twice as often.
    fn turn(&mut self) -> Option<IncidentId> {
        let rows = &self.desk.rows;
        let me = self.me.id;
        self.desk
            .mine
            .retain(|id| rows.get(id).is_some_and(|row| row.holder == Some(me) && row.status != Status::Closed));
        let after = self.desk.turn;
        let next = self.desk.mine.iter().copied().find(|id| after.is_none_or(|after| *id > after));
        self.desk.turn = next.or_else(|| self.desk.mine.first().copied());
        self.desk.turn
    }

    /// The row that they take next: what is offered to them; a lead, what nobody has taken in time.
    fn offered(&self) -> Option<&QueueRow> {
        let mut rows: Vec<&QueueRow> = self.desk.rows.values().filter(|row| row.status != Status::Closed).collect();
        rows.sort_by_key(|row| queue_order(row));
        let again = rows.iter().copied().find(|row| row.unacknowledged && row.holder == Some(self.me.id));
        if again.is_some_and(|row| self.desk.mine.contains(&row.id)) {
            return again;
        }
        if self.me.role == Role::Lead {
            let waits = |row: &&QueueRow| row.step.is_some() || row.priority == Priority::P1;
            let full = self.desk.mine.len() >= usize::from(CHATS_AT_ONCE);
            return rows.into_iter().filter(|row| row.holder.is_none()).find(|row| waits(row) && !full);
        }
        let owned: Vec<QueueRow> = rows.into_iter().cloned().collect();
        let (id, _) = offers(&owned, &self.desk.people).into_iter().find(|(_, agent)| *agent == self.me.id)?;
        self.desk.rows.get(&id)
    }

    fn patience(&self) -> Patience {
        let ms = |simulated| self.world.span(simulated).as_millis() as i64;
        Patience { send_after_ms: ms(25_000), recall_after_ms: ms(60_000), unsafe_after_ms: ms(75_000) }
    }

    /// One act of a responder.
    async fn respond(&mut self) {
        let Some(view) = self.guard.view.clone() else { return };
        let now = Instant::now();
        if view.duty == Duty::Off {
            self.command(StaffCommand::DutyOn(view.level)).await;
            return;
        }
        let ping = view.pings.iter().find(|ping| ping.state.open());
        if let Some((at, incident, step)) = self.guard.due {
            if ping.is_none_or(|ping| ping.incident != incident) {
                self.guard.due = None;
            } else if now >= at {
                self.guard.due = None;
                // A responder who arrives has walked past a poster of that level.
                if step == Step::Arrive {
                    self.scan(self.guard.level).await;
                }
                self.command(match step {
                    Step::Go => StaffCommand::Go(incident),
                    Step::Arrive => StaffCommand::Arrive(incident),
                    Step::Done => StaffCommand::Done(incident),
                    Step::Cannot(reason) => StaffCommand::Cannot(incident, reason),
                })
                .await;
                // What comes next is decided on the next frame.
                self.guard.view = None;
            }
            return;
        }
        if let Some(ping) = ping {
            let (after, step) = self.plan_step(ping);
            self.guard.level = ping.place.as_ref().and_then(|place| place.level.as_ref()).map(|level| level.ordinal.0);
            self.guard.due = Some((now + after, ping.incident, step));
        } else if self.guard.scan_at.is_none_or(|at| now >= at) {
            self.guard.scan_at = Some(now + self.world.moment(&mut self.dice, 40_000, 70_000));
            let level = view.level.map(|level| level.0).filter(|_| !self.dice.percent(30));
            self.scan(level).await;
        }
    }

    fn plan_step(&mut self, ping: &GuardPing) -> (Duration, Step) {
        let dice = &mut self.dice;
        let climbs = u64::from(ping.levels.unwrap_or(1).unsigned_abs());
        let metres = u64::from(ping.metres.unwrap_or(60).min(300));
        match ping.state {
            DispatchState::Dispatched if dice.percent(5) => {
                (self.world.moment(dice, 3_000, 9_000), Step::Cannot(CannotReason::Busy))
            }
            DispatchState::Dispatched => (self.world.moment(dice, 2_500, 9_000), Step::Go),
            DispatchState::EnRoute => {
                // A quick step through a crowd, and twelve seconds for each flight of stairs.
                let way = metres * 700 + climbs * 12_000;
                (self.world.moment(dice, way.max(8_000), way + 15_000), Step::Arrive)
            }
            _ if ping.nobody_here && dice.percent(50) => {
                (self.world.moment(dice, 5_000, 15_000), Step::Cannot(CannotReason::CannotFind))
            }
            _ => (self.world.moment(dice, 25_000, 80_000), Step::Done),
        }
    }

    async fn scan(&mut self, level: Option<i16>) {
        let code = self.world.places().and_then(|places| places.code_near(level, &mut self.dice));
        if let Some(code) = code {
            self.command(StaffCommand::Scan(code)).await;
        }
    }

    /// Whether it was done. A server that is away is not an answer: the screen comes back by itself.
    async fn command(&mut self, command: StaffCommand) -> bool {
        let what = format!("{command:?}");
        let what = what.split(['(', ' ']).next().unwrap_or_default().to_owned();
        match self.browser.command(command).await {
            Ok(answer) => self.world.done(&what, &answer),
            Err(_) => false,
        }
    }

    async fn leave(&mut self) {
        if self.me.role == Role::Security {
            self.command(StaffCommand::DutyOff).await;
        }
    }
}
