//! The responder's view: place, level, instruction and danger. Law: never the story; nothing here can
//! hold a word that the person wrote.
//!
//! Off duty the view is empty: nobody off duty is ever sent anything.

use super::label::{Lens, MovedLabel, PlaceLabel, moved_label, place_label, since_when};
use super::talk::{AnswerView, HowView, answer_view};
use crate::desk::State;
use crate::ids::IncidentId;
use crate::incident::{DispatchState, Origin};
use crate::person::{Duty, Person};
use crate::question::{Answer, Piece, Question};
use crate::time::Now;
use crate::venue::{Ordinal, distance_dm};
use serde::{Deserialize, Serialize};

/// What makes coming near dangerous.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Danger {
    /// The person answered that they are not safe.
    NotSafe,
    /// Whom they fear is near.
    Near,
    /// They are hurt.
    Hurt,
    /// A colleague asks for help.
    Colleague,
}

/// One place to go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardPing {
    /// Which.
    pub incident: IncidentId,
    /// Where; `None` when the place is not known.
    pub place: Option<PlaceLabel>,
    /// It was another one until a moment ago, and the responder has not acted since.
    pub moved: Option<MovedLabel>,
    /// Levels to climb (+) or descend (-) from the level the responder confirmed last.
    pub levels: Option<i16>,
    /// Straight metres from the last poster scanned.
    pub metres: Option<u32>,
    /// Where the dispatch stands.
    pub state: DispatchState,
    /// How to approach.
    pub approach: String,
    /// What to expect.
    pub danger: Vec<Danger>,
    /// How the person wants to be helped: an instruction.
    pub how: Option<HowView>,
    /// What the person wears, to be found by: chips, never words.
    pub known_by: Vec<Piece>,
    /// The person says that nobody is there.
    pub nobody_here: bool,
    /// A call is open that this responder may join.
    pub call: bool,
    /// Milliseconds since the dispatch.
    pub sent_ms: i64,
}

/// A responder's phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardView {
    /// On, off, or not heard.
    pub duty: Duty,
    /// A lead put them on duty: they did not do so themselves.
    pub raised: bool,
    /// The level confirmed last.
    pub level: Option<Ordinal>,
    /// Where they last scanned a poster.
    pub position: Option<PlaceLabel>,
    /// How old that is, milliseconds.
    pub position_age_ms: Option<i64>,
    /// The dispatch, and the ones that ended in the last ten minutes, newest first.
    pub pings: Vec<GuardPing>,
    /// Their own *I need help*, while it is open.
    pub help: Option<OwnHelp>,
}

impl GuardView {
    /// The view as it stands at `now`, without what time alone changes.
    #[must_use]
    pub fn still(mut self, now: Now) -> Self {
        self.position.iter_mut().for_each(|place| place.stand(now));
        self.position_age_ms.iter_mut().for_each(|ms| since_when(ms, now.mono_ms));
        for ping in &mut self.pings {
            ping.place.iter_mut().for_each(|place| place.stand(now));
            since_when(&mut ping.sent_ms, now.mono_ms);
            if let Some(moved) = &mut ping.moved {
                moved.from.stand(now);
                since_when(&mut moved.age_ms, now.mono_ms);
            }
            ping.how.iter_mut().for_each(|how| how.stand(now));
        }
        self
    }
}

/// A responder's own call for help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnHelp {
    /// Which: they may talk about it.
    pub incident: IncidentId,
    /// Somebody of the desk has seen it.
    pub seen: bool,
}

/// An ended dispatch stays on the list this long, to read why it ended.
const ENDED_SHOWN_MS: i64 = 600_000;

/// What `me` sees.
pub fn guard(me: &Person, state: &State, lens: &Lens) -> GuardView {
    let mut pings: Vec<GuardPing> = Vec::new();
    if me.duty != Duty::Off {
        let mine = state.sent_to(me.id).filter_map(|incident| Some((incident, incident.dispatch_of(me.id)?)));
        for (incident, dispatch) in
            mine.filter(|(_, dispatch)| dispatch.ended.is_none_or(|at| lens.now.since(at) < ENDED_SHOWN_MS))
        {
            // After the end there is nothing to find there any more: what happens next is not theirs.
            let open = dispatch.state.open();
            let place = incident.goal().filter(|_| open);
            let levels =
                place.and_then(|place| place.level).zip(me.level).map(|(to, from)| to.0.saturating_sub(from.0));
            let points = place.and_then(|place| place.point).zip(me.position.as_ref().and_then(|at| at.point));
            let mut danger = Vec::new();
            let said = |question| incident.conversation.answer(question).filter(|_| open);
            if open && incident.check == Some(false) || said(Question::Safe) == Some(&Answer::No) {
                danger.push(Danger::NotSafe);
            }
            if said(Question::Near) == Some(&Answer::Yes) {
                danger.push(Danger::Near);
            }
            if said(Question::Hurt) == Some(&Answer::Yes) {
                danger.push(Danger::Hurt);
            }
            if matches!(incident.origin, Origin::Responder(_)) {
                danger.push(Danger::Colleague);
            }
            pings.push(GuardPing {
                incident: incident.id,
                place: place.map(|place| place_label(place, lens)),
                moved: moved_label(dispatch, lens),
                levels,
                metres: points
                    .zip(lens.venue)
                    .map(|((to, from), venue)| distance_dm(venue.to_local(from), venue.to_local(to)) / 10),
                state: dispatch.state,
                approach: incident
                    .approach
                    .as_ref()
                    .filter(|_| open)
                    .map(|approach| approach.text.clone())
                    .unwrap_or_default(),
                danger,
                how: said(Question::How).and_then(|answer| match answer_view(answer, lens) {
                    AnswerView::How(how) => Some(how),
                    _ => None,
                }),
                known_by: match said(Question::KnownBy) {
                    Some(Answer::Look(pieces)) => pieces.clone(),
                    _ => Vec::new(),
                },
                nobody_here: open && incident.nobody_here.is_some(),
                call: open && incident.call.is_some(),
                sent_ms: lens.now.since(dispatch.sent),
            });
        }
        pings.sort_by_key(|ping| (!ping.state.open(), ping.sent_ms));
    }
    GuardView {
        duty: me.duty,
        raised: me.raised.is_some() && me.duty != Duty::Off,
        level: me.level,
        position: me.position.as_ref().map(|place| place_label(place, lens)),
        position_age_ms: me.positioned.map(|at| lens.now.since(at)),
        pings,
        help: state.own_call(me.id).map(|incident| OwnHelp { incident: incident.id, seen: incident.seen.is_some() }),
    }
}
