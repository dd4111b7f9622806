//! A press from the finger's touch to the shut gate.
//!
//! Law: the gate is open between a press that was asked for and its end, and never else.

use super::{Connection, Duration, Hold, IncidentId, Inner, Input, VoiceOut};
use leptos::leptos_dom::helpers::{set_interval_with_handle, set_timeout_with_handle};
use leptos::prelude::*;

/// What was said before the finger rose is still on its way through the device when it does: 20 to
/// 60 ms on phones. The gate stays open for that long, or the last sound of a word is cut. The
/// server lets 150 ms pass after the release. Every other end of a press shuts at once.
const TAIL_MS: u64 = 60;
/// The level is read this often: fast enough to follow speech, slow enough for an old phone.
const LEVEL_MS: u64 = 66;

impl Inner {
    pub(super) fn next_hold(&self, call: Option<IncidentId>) {
        let burst = self.bursts.get().wrapping_add(1);
        self.bursts.set(burst);
        self.hold.set(Some(Hold { call, burst, asked: false }));
        self.shown.held.set(Some(burst));
    }

    /// Asks for the floor and lets the audio through, if the connection stands.
    pub(super) fn speak(&self) {
        let Some(hold) = self.hold.get() else { return };
        if self.shown.connection.get_untracked() != Connection::Connected {
            return;
        }
        if !(self.send)(VoiceOut::Press(hold.call, hold.burst)) {
            self.step(Input::Deaf);
            return;
        }
        self.hold.set(Some(Hold { asked: true, ..hold }));
        self.gate(true);
    }

    /// Ends a press. `spoken`: by the finger, so that the last sound may still pass.
    pub(super) fn let_go(&self, spoken: bool) {
        let Some(hold) = self.hold.take() else { return };
        self.shown.held.set(None);
        let me = self.me.clone();
        let shut = move || {
            if let Some(inner) = me.upgrade() {
                inner.shutting.set(None);
                inner.gate(false);
            }
        };
        let timer = set_timeout_with_handle(shut, Duration::from_millis(TAIL_MS)).ok().filter(|_| spoken && hold.asked);
        match timer {
            Some(timer) => self.shutting.set(Some(timer)),
            None => self.shut_now(),
        }
        if hold.asked {
            (self.send)(VoiceOut::Release(hold.call, hold.burst));
        }
    }

    /// Ends a press that the person did not end, and remembers to say so.
    pub(super) fn cut_off(&self) {
        self.shut_now();
        if self.hold.get().is_some() {
            self.let_go(false);
            self.shown.cut.set(true);
        }
    }

    pub(super) fn shut_now(&self) {
        if let Some(timer) = self.shutting.take() {
            timer.clear();
        }
        self.gate(false);
    }

    pub(super) fn gate(&self, open: bool) {
        if let Some(microphone) = &*self.microphone.borrow() {
            microphone.sent.set_enabled(open);
        }
        if let Some(peer) = &*self.peer.borrow() {
            peer.gate(open);
        }
        if let Some(metering) = self.metering.take() {
            metering.clear();
        }
        self.shown.level.set(0.0);
        if open {
            let me = self.me.clone();
            let read = move || {
                if let Some(inner) = me.upgrade()
                    && let Some(microphone) = &*inner.microphone.borrow()
                {
                    inner.shown.level.set(microphone.level());
                }
            };
            self.metering.set(set_interval_with_handle(read, Duration::from_millis(LEVEL_MS)).ok());
        }
    }
}
