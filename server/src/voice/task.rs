//! Runs the machine: channels in, channels out, one timer.
//!
//! Law: it waits for nobody. A socket that does not read is cut off, orders wait in a queue of
//! their own, commands are handed in by a clerk, in order.

use super::calls::{Asked, Calls, Effect};
use super::screen::Who;
use crate::desk::{Desk, Rejected, Submission};
use crate::relay::LinkEvent;
use crate::relay::frame::Order;
use domain::desk::{Actor, Command};
use domain::floor::Seat;
use domain::wire::{PhoneVoice, StaffVoice, VoiceSay};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// What a socket brings.
#[derive(Debug)]
pub(super) enum Input {
    Enter(Seat, Who, mpsc::Sender<VoiceSay>),
    Phone(Seat, PhoneVoice),
    Staff(Seat, StaffVoice),
}

/// A command on its way to the desk, and what came of it.
struct Errand {
    seat: Seat,
    actor: Actor,
    command: Command,
    asked: Asked,
}

type Outcome = (Seat, Asked, Result<(), String>);

struct Task {
    desk: Desk,
    calls: Calls,
    says: BTreeMap<Seat, mpsc::Sender<VoiceSay>>,
    /// Orders that the link has not taken yet.
    backlog: VecDeque<Order>,
    errands: mpsc::UnboundedSender<Errand>,
    start: Instant,
    /// Milliseconds since the start; it never goes back.
    clock: i64,
    /// The log's end at the last look.
    seen: u64,
}

/// Runs until nobody can reach it any more.
pub(super) async fn run(
    desk: Desk,
    orders: mpsc::Sender<Order>,
    mut events: mpsc::Receiver<LinkEvent>,
    mut inputs: mpsc::Receiver<Input>,
    mut gone: mpsc::UnboundedReceiver<Seat>,
) {
    let mut follow = desk.published.follow();
    let (errands, waiting) = mpsc::unbounded_channel();
    let (told, mut outcomes) = mpsc::unbounded_channel();
    tokio::spawn(clerk(desk.clone(), waiting, told));
    let mut task = Task {
        desk,
        calls: Calls::default(),
        says: BTreeMap::new(),
        backlog: VecDeque::new(),
        errands,
        start: Instant::now(),
        clock: 0,
        seen: 0,
    };
    task.step(|_, _, _| {});
    let (mut linked, mut taking) = (true, true);
    loop {
        let due = task.calls.due();
        let wake = due.map(|ms| task.start + Duration::from_millis(u64::try_from(ms).unwrap_or_default()));
        let timer = async {
            match wake {
                Some(wake) => tokio::time::sleep_until(wake).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            seat = gone.recv() => {
                // Nobody can reach the task any more.
                let Some(seat) = seat else { return };
                task.says.remove(&seat);
                task.step(|calls, _, now| calls.gone(seat, now));
            }
            permit = orders.reserve(), if taking && !task.backlog.is_empty() => match (permit, task.backlog.pop_front()) {
                (Ok(permit), Some(order)) => permit.send(order),
                (Ok(_), None) => {}
                (Err(_), _) => {
                    taking = false;
                    task.backlog.clear();
                    task.step(|calls, _, now| calls.down(now));
                }
            },
            () = timer => {
                // The timer's grain is coarser than the clock's: what it woke us for is due.
                task.clock = task.clock.max(due.unwrap_or_default());
                task.step(|calls, _, now| calls.tick(now));
            }
            event = events.recv(), if linked => match event {
                Some(event) => task.link(event),
                None => {
                    linked = false;
                    task.link(LinkEvent::Down);
                }
            },
            outcome = outcomes.recv() => if let Some((seat, asked, outcome)) = outcome {
                task.step(|calls, state, now| calls.decided(state, seat, asked, outcome, now));
            },
            changed = follow.changed() => match changed {
                Ok(()) => task.step(|_, _, _| {}),
                Err(_) => return,
            },
            input = inputs.recv() => match input {
                Some(input) => task.input(input),
                None => return,
            },
        }
    }
}

impl Task {
    fn input(&mut self, input: Input) {
        match input {
            // Its socket has ended already.
            Input::Enter(_, _, says) if says.is_closed() => {}
            Input::Enter(seat, who, says) => {
                self.says.insert(seat, says);
                self.step(|calls, state, _| calls.enter(state, seat, who));
            }
            Input::Phone(seat, say) => self.step(|calls, state, now| calls.phone(state, seat, say, now)),
            Input::Staff(seat, say) => self.step(|calls, state, now| calls.staff(state, seat, say, now)),
        }
    }

    fn link(&mut self, event: LinkEvent) {
        match &event {
            LinkEvent::Up => tracing::info!("the relay is up"),
            LinkEvent::Down => tracing::warn!("the relay is down"),
            LinkEvent::Report(_) => {}
        }
        if !matches!(event, LinkEvent::Report(_)) {
            // Said to a relay that is gone.
            self.backlog.clear();
        }
        self.step(|calls, state, now| calls.link(state, event, now));
    }

    /// One input: the machine sees the log first, then the input, then says what differs.
    fn step(&mut self, act: impl FnOnce(&mut Calls, &domain::desk::State, i64)) {
        self.clock = self.clock.max(i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX));
        let now = self.clock;
        let Task { desk, calls, seen, .. } = self;
        let effects = desk.published.read_changed(*seen, |state, changed| {
            calls.look(state, changed, now);
            *seen = state.seq;
            act(calls, state, now);
            calls.settle(state, now)
        });
        for effect in effects {
            self.effect(effect);
        }
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Say(seat, say) => {
                if let Some(says) = self.says.get(&seat)
                    && says.try_send(say).is_err()
                {
                    // Too far behind: the socket ends, and the page comes back with a fresh one.
                    self.says.remove(&seat);
                }
            }
            Effect::Order(order) => {
                if let Order::Route { call, .. } = &order {
                    // Whole, so the last one is all that matters.
                    let same = |queued: &Order| matches!(queued, Order::Route { call: other, .. } if other == call);
                    self.backlog.retain(|queued| !same(queued));
                }
                self.backlog.push_back(order);
            }
            Effect::Submit { seat, actor, command, asked } => {
                let _ = self.errands.send(Errand { seat, actor, command, asked });
            }
        }
    }
}

/// Hands commands in, in order, without keeping the task: the desk may be busy or the disk slow.
async fn clerk(desk: Desk, mut errands: mpsc::UnboundedReceiver<Errand>, outcomes: mpsc::UnboundedSender<Outcome>) {
    while let Some(Errand { seat, actor, command, asked }) = errands.recv().await {
        let answer = desk.hand_in(Submission { command, actor, key: None }).await;
        let outcomes = outcomes.clone();
        tokio::spawn(async move {
            let outcome = match answer {
                Ok(answer) => answer.await.unwrap_or(Err(Rejected::Stopping)).map(|_| ()),
                Err(rejected) => Err(rejected),
            };
            let _ = outcomes.send((seat, asked, outcome.map_err(|rejected| code(&rejected).to_owned())));
        });
    }
}

/// The stable code of a rejection.
fn code(rejected: &Rejected) -> &'static str {
    match rejected {
        Rejected::Refused(refusal) => refusal.code(),
        Rejected::Full => "disk_full",
        Rejected::Stopping => "stopping",
    }
}
