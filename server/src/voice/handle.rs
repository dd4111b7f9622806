//! How sockets reach the task: a clonable handle, and a chair for each socket.

use super::screen::Who;
use super::task::{self, Input};
use crate::desk::Desk;
use crate::relay::LinkEvent;
use crate::relay::frame::Order;
use domain::floor::Seat;
use domain::wire::{PhoneVoice, StaffVoice, VoiceSay};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Frames that may wait for the task; beyond it the sockets wait.
const INPUTS: usize = 1024;
/// Messages that may wait for one socket. A screen that is that far behind is cut off and comes
/// back: views are whole, so nothing is lost by it.
const SAYS: usize = 512;

/// The way to the task. Cheap to clone; the task ends with the last one.
#[derive(Clone)]
pub struct Voice {
    inputs: mpsc::Sender<Input>,
    gone: mpsc::UnboundedSender<Seat>,
    seats: Arc<AtomicU64>,
}

impl Voice {
    /// Starts the task. `orders` and `events` are the two ends of the relay's link.
    pub fn start(desk: Desk, orders: mpsc::Sender<Order>, events: mpsc::Receiver<LinkEvent>) -> Self {
        let (inputs, queue) = mpsc::channel(INPUTS);
        let (gone, left) = mpsc::unbounded_channel();
        tokio::spawn(task::run(desk, orders, events, queue, left));
        Voice { inputs, gone, seats: Arc::default() }
    }

    /// A task without any relay: every offer is refused with `relay_down`.
    pub fn without_relay(desk: Desk) -> Self {
        Self::start(desk, mpsc::channel(1).0, mpsc::channel(1).1)
    }

    /// A chair for one socket; nothing is said in it until the socket speaks, but the views of the
    /// calls that a staff screen may see. It is given back by dropping it.
    pub async fn enter(&self, who: Who) -> Chair {
        let seat = Seat(self.seats.fetch_add(1, Ordering::Relaxed));
        let (says, heard) = mpsc::channel(SAYS);
        // A task that has ended takes nothing in; the chair then says so by ending.
        let _ = self.inputs.send(Input::Enter(seat, who, says)).await;
        Chair { seat, inputs: self.inputs.clone(), gone: self.gone.clone(), says: heard }
    }
}

/// One socket's place.
pub struct Chair {
    seat: Seat,
    inputs: mpsc::Sender<Input>,
    gone: mpsc::UnboundedSender<Seat>,
    says: mpsc::Receiver<VoiceSay>,
}

impl Chair {
    /// A phone's page says something.
    pub async fn phone(&self, say: PhoneVoice) {
        let _ = self.inputs.send(Input::Phone(self.seat, say)).await;
    }

    /// A staff screen says something.
    pub async fn staff(&self, say: StaffVoice) {
        let _ = self.inputs.send(Input::Staff(self.seat, say)).await;
    }

    /// What is to be told to the screen next; `None` when the socket has to end.
    pub async fn next(&mut self) -> Option<VoiceSay> {
        self.says.recv().await
    }
}

impl Drop for Chair {
    fn drop(&mut self) {
        // In this order: a task that has not seen this chair yet finds it closed.
        self.says.close();
        let _ = self.gone.send(self.seat);
    }
}
