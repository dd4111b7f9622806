//! The attendee's own case: four honest steps.
//!
//! Law: a step is lit by an acknowledgement that is on disk, and goes dark, with a sentence, when
//! its last ground falls away.

use super::label::{Lens, PlaceLabel, own_place_label, since_when};
use super::reporter;
use super::talk::{AnswerView, Answered, Asking, PhoneLine, answered, asking, for_phone};
use crate::desk::{REOPEN_FOR_MS, State};
use crate::escalation::Step;
use crate::hours::Service;
use crate::incident::{CannotReason, Dispatch, DispatchState, Incident};
use crate::person::May;
use crate::place::Place;
use crate::question::{Whom, WorksHere};
use crate::time::Now;
use serde::{Deserialize, Serialize};

/// *Undo* is offered this long after a tap (`machines.md`, Four endings).
pub const UNDO_MS: i64 = 8_000;

/// Which page the case is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The team has it.
    Open,
    /// Taken back; the team still sees it.
    Withdrawn,
    /// Over.
    Closed {
        /// Whether *Open it again* is offered.
        can_reopen: bool,
    },
}

/// One of the four steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepView {
    /// Not yet, or not any more.
    Dark,
    /// True since then: seconds since midnight, festival time.
    Lit(u32),
}

/// Why *Coming* or *Here* went dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dark {
    /// The responder had to turn back.
    TurnedBack,
    /// The responder was there and did not find the person.
    NotFound,
    /// The responder was there and has left.
    Left,
}

/// How long nobody has opened the alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Unseen {
    /// Not long, or somebody looked.
    No,
    /// More people are being alerted, and the page says so.
    Told,
    /// The emergency numbers come first now.
    NumbersGrow,
}

/// The one quiet question after *Undo*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Check {
    /// No question.
    None,
    /// Waiting for one tap, or for nothing.
    Asked,
    /// Answered: *I am safe* or not.
    Answered(bool),
}

/// Whether there is a call to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallOffer {
    /// None: *Talk* opens one.
    None,
    /// The phone opened it: a page that was reloaded goes back to it.
    Own,
    /// The team offers one, silently.
    Team,
}

/// Whether the team reads now, as a page says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ServiceView {
    /// It does.
    Open,
    /// It does not: nothing was accepted silently.
    Closed(
        /// When it does again, if it does.
        Option<Back>,
    ),
}

/// When the team is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// Seconds since midnight, festival time.
    pub at: u32,
    /// Milliseconds from now: whether it is today, tomorrow or later.
    pub in_ms: i64,
}

/// Who of the team is there: counted by heartbeats of their screens, never by a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamView {
    /// People whose screens were heard in the last [`HEARD_WITHIN_MS`].
    pub answering: u16,
    /// Whoever has this case is among them.
    pub with_you: bool,
}

/// A screen that was heard this recently is there.
pub const HEARD_WITHIN_MS: i64 = 20_000;

/// The ground on which the four steps stand, as this phone may know it.
pub(super) struct Ground<'a> {
    pub(super) place: Option<&'a Place>,
    pub(super) dispatches: Vec<&'a Dispatch>,
}

/// What the attendee's phone shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseView {
    /// Which page.
    pub stage: Stage,
    /// The place the team was told.
    pub place: Option<PlaceLabel>,
    /// *Sent*: seconds since midnight of the latest tap.
    pub sent: u32,
    /// *Seen*.
    pub seen: StepView,
    /// *Coming*.
    pub coming: StepView,
    /// *Here*.
    pub here: StepView,
    /// How to know those who come; empty when not said.
    pub who: String,
    /// How to know those who are there.
    pub who_here: String,
    /// Why a step went dark.
    pub dark: Option<Dark>,
    /// Nobody looked for so long.
    pub unseen: Unseen,
    /// Milliseconds in which *Undo* is still offered.
    pub undo_ms: u32,
    /// When it was taken back.
    pub withdrawn: Option<u32>,
    /// The check question.
    pub check: Check,
    /// The talk.
    pub call: CallOffer,
    /// *I'm OK now* was said.
    pub ok_said: bool,
    /// *Nobody is here* was said and nobody has looked since.
    pub nobody_here: bool,
    /// How often the phone asked again.
    pub asked_again: u32,
    /// The one question.
    pub asking: Option<Asking>,
    /// What was answered, in the order of the questions.
    pub answered: Vec<Answered>,
    /// For whom the alert is, if it was said. Whoever reports for another sees help come to their
    /// own place and nothing else.
    pub whom: Option<Whom>,
    /// *The person works here*, if it was said.
    pub works_here: Option<WorksHere>,
    /// The newest messages, oldest first.
    pub messages: Vec<PhoneLine>,
    /// Who of the team is there.
    pub team: TeamView,
    /// Whether the team reads now.
    pub service: ServiceView,
    /// The latest tap came outside the hours: it is a message for when the team is back.
    pub for_morning: bool,
}

impl CaseView {
    /// The case as it stands at `now`, without what time alone changes and without who of the team is
    /// there: two views of one case that are alike in it show the same. Law: whoever counts the
    /// frames of a phone learns nothing that the page does not say.
    #[must_use]
    pub fn still(mut self, now: Now) -> Self {
        self.undo_ms = 0;
        (self.team, self.service) = (TeamView { answering: 0, with_you: false }, ServiceView::Open);
        self.place.iter_mut().for_each(|place| place.stand(now));
        self.asking.iter_mut().for_each(|asking| since_when(&mut asking.age_ms, now.mono_ms));
        for given in &mut self.answered {
            since_when(&mut given.age_ms, now.mono_ms);
            if let AnswerView::How(how) = &mut given.answer {
                how.stand(now);
            }
        }
        self
    }
}

/// The case as its own phone sees it.
pub fn case(incident: &Incident, state: &State, lens: &Lens) -> CaseView {
    let clock = |at: crate::time::Now| (lens.clock)(at.wall_ms);
    let ground = if incident.reported() { reporter::ground(incident) } else { own_ground(incident) };
    let open: Vec<&Dispatch> = ground.dispatches.iter().copied().filter(|dispatch| dispatch.state.open()).collect();
    // What was is kept when the case is over: the desk reads it there.
    let over = incident.closed.as_ref().map(|_| &ground.dispatches);
    let done = over.into_iter().flatten().copied().filter(|dispatch| dispatch.state == DispatchState::Clear);
    let counted: Vec<&Dispatch> = open.iter().copied().chain(done).collect();
    let here = counted.iter().filter_map(|dispatch| dispatch.on_scene).min_by_key(|at| at.mono_ms);
    let coming =
        counted.iter().filter_map(|dispatch| dispatch.en_route.or(dispatch.on_scene)).min_by_key(|at| at.mono_ms);
    // Whoever comes is to be known: all of them.
    let looks = |wanted: &[DispatchState]| {
        let those = open.iter().filter(|dispatch| wanted.contains(&dispatch.state));
        let looks = those.filter_map(|dispatch| state.people.get(&dispatch.responder));
        let looks = looks.map(|person| person.profile.appearance(lens.lang)).filter(|look| !look.is_empty());
        looks.collect::<Vec<_>>().join("; ")
    };
    let wait = incident.wait_told();
    let closed = incident.closed.as_ref().map(|(mark, _)| lens.now.since(mark.at) < REOPEN_FOR_MS);
    let stage = match (closed, incident.withdrawn) {
        (Some(can_reopen), _) => Stage::Closed { can_reopen },
        (None, Some(_)) => Stage::Withdrawn,
        (None, None) => Stage::Open,
    };
    let undo =
        if incident.withdrawn.is_none() && closed.is_none() { UNDO_MS - lens.now.since(incident.asked) } else { 0 };
    // Whoever holds this phone later reads nothing of a case that is over for good.
    let told = stage != Stage::Closed { can_reopen: false };
    CaseView {
        stage,
        place: ground.place.map(|place| own_place_label(place, lens)),
        sent: clock(incident.asked),
        seen: lit(incident.seen.map(|mark| clock(mark.at))),
        coming: lit(coming.map(clock)),
        here: lit(here.map(clock)),
        who: looks(&[DispatchState::EnRoute]),
        who_here: looks(&[DispatchState::OnScene]),
        dark: if coming.is_some() { None } else { fallen(&ground.dispatches) },
        unseen: match wait.and_then(|wait| wait.reached) {
            // Nobody is being alerted: the numbers come first at once.
            _ if wait.is_some() && !lens.service.is_open() => Unseen::NumbersGrow,
            Some(Step::NumbersGrow) => Unseen::NumbersGrow,
            Some(Step::LeadTold) => Unseen::Told,
            Some(Step::OfferedAgain) | None => Unseen::No,
        },
        undo_ms: undo.clamp(0, UNDO_MS) as u32,
        withdrawn: incident.withdrawn.map(clock),
        check: match (stage, incident.check) {
            (Stage::Withdrawn, None) => Check::Asked,
            (Stage::Withdrawn, Some(safe)) => Check::Answered(safe),
            _ => Check::None,
        },
        call: match &incident.call {
            None => CallOffer::None,
            Some(call) if call.by.is_none() => CallOffer::Own,
            Some(_) => CallOffer::Team,
        },
        ok_said: incident.ok_said.is_some(),
        nobody_here: incident.nobody_here.is_some(),
        asked_again: incident.asked_again,
        asking: asking(incident, lens),
        answered: if told { answered(&incident.conversation, lens) } else { Vec::new() },
        whom: incident.conversation.whom.filter(|_| told),
        works_here: incident.conversation.works_here.filter(|_| told),
        messages: if told { for_phone(&incident.conversation, lens) } else { Vec::new() },
        team: team(incident, state, lens),
        service: service_view(lens),
        for_morning: incident.for_morning,
    }
}

fn own_ground(incident: &Incident) -> Ground<'_> {
    Ground { place: incident.place.as_ref(), dispatches: incident.dispatches.iter().collect() }
}

fn team(incident: &Incident, state: &State, lens: &Lens) -> TeamView {
    let there = |id| (lens.heard_ms)(id).is_some_and(|ms| ms < HEARD_WITHIN_MS);
    TeamView {
        answering: answering(state, lens),
        with_you: !incident.is_closed() && incident.claimed.is_some_and(|mark| there(mark.by)),
    }
}

/// How many of the desk are there now: 0 outside the hours, whatever screen was left on.
pub fn answering(state: &State, lens: &Lens) -> u16 {
    if !lens.service.is_open() {
        return 0;
    }
    let desk = state.people.values().filter(|person| !person.removed && person.profile.role.may(May::WorkIncidents));
    let there = desk.filter(|person| (lens.heard_ms)(person.id).is_some_and(|ms| ms < HEARD_WITHIN_MS));
    there.count().try_into().unwrap_or(u16::MAX)
}

/// Whether the team reads now.
pub fn service_view(lens: &Lens) -> ServiceView {
    match lens.service {
        Service::Open => ServiceView::Open,
        Service::Closed { back_wall_ms } => ServiceView::Closed(
            back_wall_ms.map(|at| Back { at: (lens.clock)(at), in_ms: (at - lens.now.wall_ms).max(0) }),
        ),
    }
}

fn lit(at: Option<u32>) -> StepView {
    at.map_or(StepView::Dark, StepView::Lit)
}

/// Why the ground of *Coming* fell away: told by the dispatch that ended last, if it had begun.
fn fallen(dispatches: &[&Dispatch]) -> Option<Dark> {
    let last = dispatches
        .iter()
        .filter(|dispatch| dispatch.ended.is_some() && dispatch.en_route.or(dispatch.on_scene).is_some())
        .max_by_key(|dispatch| dispatch.ended.map(|at| at.mono_ms))?;
    match last.state {
        DispatchState::Clear => Some(Dark::Left),
        DispatchState::Cannot(CannotReason::CannotFind) => Some(Dark::NotFound),
        DispatchState::Cannot(_) | DispatchState::Recalled => Some(Dark::TurnedBack),
        _ => None,
    }
}
