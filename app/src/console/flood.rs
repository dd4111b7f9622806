//! The desk in a flood: whether alerts are grouped by place, which line is open, and what was looked
//! at together.
//!
//! Law: together only what was on this screen, each for itself, never a P1.

use super::desk::Desk;
use super::order::{Part, Stop};
use crate::live::now_ms;
use crate::staff::{Aged, Sign, Store, sign};
use crate::text::StaffKey as K;
use domain::flood::{Gauge, LOOK_AGAIN_MS, PER_AGENT, RowNow, agents_here, quiet};
use domain::ids::IncidentId;
use domain::incident::Priority;
use domain::view::QueueRow;
use domain::wire::StaffCommand;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What only time changes is looked at so often, milliseconds: the rows are many.
const TICK_MS: i64 = 5_000;

/// The state of one desk in a flood.
#[derive(Clone, Copy)]
pub(super) struct Flood {
    /// How much comes in.
    pub(super) gauge: Memo<Gauge>,
    /// Whether it is a flood.
    pub(super) floods: Memo<bool>,
    /// Moves every [`TICK_MS`].
    pub(super) tick: Memo<i64>,
    /// What somebody chose at this desk, until the counts say otherwise again.
    by_hand: RwSignal<Option<bool>>,
    /// The line whose cases are shown.
    pub(super) opened: RwSignal<Option<Stop>>,
    /// Cases of that line that have been on the screen since it was opened.
    pub(super) sighted: RwSignal<BTreeSet<IncidentId>>,
    /// Since when each silent row has been left alone at this desk.
    looked: StoredValue<BTreeMap<IncidentId, i64>>,
}

/// A row as it is now.
pub(super) fn row_now(row: &Aged<QueueRow>, now: i64) -> RowNow<'_> {
    RowNow { row: &row.value, later_ms: (now - row.at).max(0) }
}

impl Flood {
    pub(super) fn new(store: Store) -> Self {
        let tick = Memo::new(move |_| store.now.get() / TICK_MS);
        let agents = Memo::new(move |_| {
            tick.track();
            store.people.with(|people| agents_here(&people.value, (now_ms() - people.at).max(0)))
        });
        let gauge = Memo::new(move |_| {
            tick.track();
            let (now, agents) = (now_ms(), agents.get());
            store.rows.with(|rows| Gauge::read(rows.values().map(|row| row_now(row, now)), agents))
        });
        let by_hand = RwSignal::new(None);
        let floods = Memo::new(move |_| gauge.with(|gauge| gauge.flood));
        Effect::new(move |before: Option<bool>| {
            let floods = floods.get();
            if before.is_some_and(|before| before != floods) {
                by_hand.set(None);
            }
            floods
        });
        Flood {
            gauge,
            floods,
            tick,
            by_hand,
            opened: RwSignal::new(None),
            sighted: RwSignal::new(BTreeSet::new()),
            looked: StoredValue::new(BTreeMap::new()),
        }
    }

    /// Whether alerts are to be grouped.
    pub(super) fn wanted(self) -> bool {
        self.by_hand.get().unwrap_or_else(|| self.floods.get())
    }

    /// Notes since when silent rows are left alone, and says which are due for another look.
    ///
    /// The clock is this desk's own: after a reload it begins anew, so that a row may come back later
    /// than it should, and never not at all.
    pub(super) fn due(self, rows: &BTreeMap<IncidentId, Aged<QueueRow>>, now: i64) -> BTreeSet<IncidentId> {
        let silent = rows.iter().filter(|(_, row)| quiet(&row.value));
        self.looked
            .try_update_value(|looked| {
                let since: BTreeMap<_, _> = silent.map(|(id, _)| (*id, *looked.get(id).unwrap_or(&now))).collect();
                *looked = since;
                let due = looked.iter().filter(|(_, since)| now - **since >= LOOK_AGAIN_MS);
                due.map(|(id, _)| *id).collect()
            })
            .unwrap_or_default()
    }

    /// Somebody looked at these.
    pub(super) fn look(self, ids: &[IncidentId]) {
        let now = now_ms();
        self.looked.update_value(|looked| {
            for id in ids {
                if let Some(since) = looked.get_mut(id) {
                    *since = now;
                }
            }
        });
    }
}

impl Desk {
    /// Groups by place, or puts rows singly.
    pub(super) fn regroup(self) {
        let grouped = self.layout.with_untracked(|layout| layout.grouped);
        self.flood.by_hand.set(Some(!grouped));
        self.flood.opened.set(None);
        self.window.set(0);
        self.release();
    }

    /// Opens a line, or closes it.
    pub(super) fn turn(self, line: &Stop) {
        let open = self.flood.opened.with_untracked(|opened| opened.as_ref() == Some(line));
        self.flood.sighted.set(BTreeSet::new());
        self.flood.opened.set((!open).then(|| line.clone()));
        self.picked.set(Some(line.clone()));
    }

    /// Whether a case stands beneath the opened line.
    pub(super) fn beneath(self, id: IncidentId) -> bool {
        self.flood.opened.with(|opened| match opened {
            Some(Stop::Glance(part, spot)) => self.layout.with(|layout| layout.glance(*part, spot).contains(&id)),
            _ => false,
        })
    }

    /// Those of the opened line that a look together would cover.
    pub(super) fn together(self) -> Vec<IncidentId> {
        let Some(Stop::Glance(part, spot)) = self.flood.opened.get() else { return Vec::new() };
        let sighted = self.flood.sighted.get();
        self.store.rows.with(|rows| {
            let fits = |id: &&IncidentId| {
                let row = rows.get(id).map(|row| &row.value);
                let waits = |row: &QueueRow| row.unacknowledged || (part == Part::Again && quiet(row));
                sighted.contains(id) && row.is_some_and(|row| row.priority != Priority::P1 && waits(row))
            };
            self.layout.with(|layout| layout.glance(part, &spot).iter().filter(fits).copied().collect())
        })
    }

    /// Looks at what of `line` was on the screen, each case for itself; opens the line first.
    pub(super) fn see_together(self, line: &Stop) {
        if self.flood.opened.with_untracked(|opened| opened.as_ref() != Some(line)) {
            return self.turn(line);
        }
        let ids = untrack(|| self.together());
        self.flood.look(&ids);
        for id in ids {
            self.store.send(StaffCommand::See(id));
        }
    }
}

/// What comes in, and the button that groups it. Shown together with the rows' new order, so that it
/// never pushes them away under a hand.
pub(super) fn bar(desk: Desk) -> impl IntoView {
    let store = desk.store;
    let shown = Memo::new(move |_| {
        desk.layout.with(|layout| (layout.flood || layout.grouped).then_some((layout.flood, layout.grouped)))
    });
    move || {
        shown.get().map(|(flood, grouped)| {
            let head = move || {
                let gauge = desk.flood.gauge.get();
                let values = [("n", &*gauge.fresh.to_string()), ("waiting", &gauge.waiting.to_string())];
                store.fill(K::FloodHead, &values)
            };
            let why = move || {
                let gauge = desk.flood.gauge.get();
                let values = [("n", &*gauge.per_agent().to_string()), ("limit", &PER_AGENT.to_string())];
                store.fill(K::FloodWhy, &values)
            };
            view! {
                <section class="flood-bar" class:is-over=flood aria-label=store.get(K::Flood)>
                    <p>
                        {sign(Sign::Warning)} <b>{store.get(K::Flood)}</b> <span>{head}</span>
                    </p>
                    <p class="muted">{why}</p>
                    <button type="button" class="button is-small" aria-keyshortcuts="G" on:click=move |_| desk.regroup()>
                        <kbd>{"G"}</kbd>
                        <span>{store.get(if grouped { K::FloodSingle } else { K::FloodGroup })}</span>
                    </button>
                </section>
            }
        })
    }
}
