//! Cases that the desk opens itself: by telephone or for somebody without a phone; where the person
//! is; the code with which their own phone takes over.

use super::ask::Ask;
use super::desk::Desk;
use crate::text::StaffKey as K;
use domain::ids::IncidentId;
use domain::incident::Found;
use domain::question::{Came, Whom};
use domain::venue::Ordinal;
use domain::view::{Pane, QueueRow};
use domain::wire::StaffCommand;
use leptos::prelude::*;

/// Opens a case, and shows it as soon as it is there.
pub(super) fn open_for(desk: Desk, came: Came) {
    let store = desk.store;
    let known = store.rows.with_untracked(|rows| rows.keys().copied().collect());
    desk.expects.set(Some(known));
    let (lang, place, note) = (store.lang(), String::new(), String::new());
    store.send(StaffCommand::OpenFor { came, lang, place, note });
}

/// Shows the case that was just opened here.
pub(super) fn follow(desk: Desk) {
    let store = desk.store;
    Effect::new(move |_| {
        let Some(known) = desk.expects.get() else { return };
        let me = store.me.with_untracked(|me| me.as_ref().map(|me| me.id));
        let fresh = store.rows.with(|rows| {
            let mine = rows.values().filter(|row| row.value.came.is_some() && row.value.holder == me);
            mine.map(|row| row.value.id).find(|id| !known.contains(id))
        });
        if let Some(id) = fresh {
            desk.expects.set(None);
            desk.show(id);
        }
    });
}

/// The first question of *Where they are*: whom the team found, where that is not known yet.
pub(super) fn found(desk: Desk, row: &QueueRow) -> Ask {
    let phone = untrack(|| desk.with_pane(|pane| pane.has_phone && pane.row.id == row.id));
    let no_phone = row.responder_call.is_some() || (row.came.is_some() && phone == Some(false));
    if no_phone || row.whom.is_some_and(Whom::reports) {
        Ask::FoundLevel(row.id, Found::Unsaid)
    } else {
        Ask::FoundWho(row.id)
    }
}

/// What says where the person is.
pub(super) fn found_at(id: IncidentId, place: String, who: Found) -> StaffCommand {
    match who {
        Found::Unsaid => StaffCommand::FoundAt(id, place),
        who => StaffCommand::FoundWho(id, place, who),
    }
}

/// Levels, then rooms: `(label, what is sent, or the level to go on with)`.
pub(super) fn levels(desk: Desk) -> Vec<(Ordinal, String)> {
    let lang = desk.store.lang();
    desk.store.venue.with(|venue| {
        let venue = venue.as_deref();
        let named = |venue: &domain::venue::Venue, ordinal| {
            venue.level_name(ordinal, &lang).map_or_else(|| ordinal.0.to_string(), str::to_owned)
        };
        let ordinals = venue.map(|venue| venue.ordinals().into_iter().map(|at| (at, named(venue, at))).collect());
        ordinals.unwrap_or_default()
    })
}

/// The rooms of a level by name, as `(name, place as forms carry it)`.
pub(super) fn rooms(desk: Desk, level: Ordinal) -> Vec<(String, String)> {
    let lang = desk.store.lang();
    desk.store.venue.with(|venue| {
        let Some(venue) = venue.as_deref() else { return Vec::new() };
        let mut rooms: Vec<(String, String)> = venue
            .units_on(level)
            .filter_map(|(at, unit)| {
                let value = ["u:", &level.0.to_string(), ":", &unit.id?.to_string()].concat();
                Some((venue.unit_label(at, &lang)?.to_owned(), value))
            })
            .collect();
        rooms.sort();
        rooms
    })
}

/// Makes a code and shows it: it is read aloud, or shown to the person.
pub(super) fn make_code(desk: Desk, id: IncidentId) {
    let store = desk.store;
    desk.code.set(None);
    desk.ask.set(Some(Ask::Code(id)));
    store.send_read(StaffCommand::MakeCode(id), move |code| desk.code.set(Some(code)));
}

/// Whether the person's own phone could still take the case over.
pub(super) fn may_code(pane: &Pane) -> bool {
    pane.row.came.is_some() && !pane.has_phone && pane.row.closed.is_none()
}

/// The code, large, with how long it works.
pub(super) fn code(desk: Desk, id: IncidentId) -> impl IntoView {
    let store = desk.store;
    let left = move || {
        let ms = desk.with_pane(|pane| pane.code_ms.filter(|_| pane.row.id == id)).flatten()?;
        Some(store.fill(K::CodeWorks, &[("age", &store.words(|words| words.duration(ms)))]))
    };
    view! {
        <p class="case-code" role="status">{move || desk.code.get().unwrap_or_else(|| store.get(K::CodeComes))}</p>
        <p>{store.get(K::CodeHow)}</p>
        <p class="muted">{left}</p>
    }
}
