//! What staff read about a case, put together from the texts of their language.

use crate::text::{StaffKey as K, Texts};
use domain::escalation::Step;
use domain::incident::{CannotReason, CloseReason, DispatchState, Priority, PriorityReason};
use domain::person::Role;
use domain::place::Source;
use domain::question::{Question, Whom};
use domain::view::{AnswerView, Danger, HowView, LevelLabel, PlaceLabel, QueueRow, TimelineKind, TimelineRow};

/// Words in the reader's language.
#[derive(Debug, Clone)]
pub(crate) struct Words(pub(crate) Texts<K>);

impl Words {
    /// A text.
    pub(crate) fn get(&self, key: K) -> String {
        self.0.get(key)
    }

    /// A text with its gaps filled.
    pub(crate) fn fill(&self, key: K, values: &[(&str, &str)]) -> String {
        if self.0.lang() != "ar" {
            return self.0.fill(key, values);
        }
        // A name in another script must not pull the signs beside it to its side.
        let isolated: Vec<(&str, String)> =
            values.iter().map(|(gap, value)| (*gap, ["\u{2068}", value, "\u{2069}"].concat())).collect();
        let values: Vec<(&str, &str)> = isolated.iter().map(|(gap, value)| (*gap, value.as_str())).collect();
        self.0.fill(key, &values)
    }

    /// A counted text for `n` things.
    pub(crate) fn count(&self, key: K, n: u32) -> String {
        self.0.count(key, n)
    }

    /// A duration in its largest unit: *12 s*, *3 min*, *2 h*.
    pub(crate) fn duration(&self, ms: i64) -> String {
        let seconds = ms.max(0) / 1_000;
        let (key, number) = match seconds {
            ..120 => (K::Seconds, seconds),
            120..7_200 => (K::Minutes, seconds / 60),
            _ => (K::Hours, seconds / 3_600),
        };
        self.fill(key, &[("n", &number.to_string())])
    }

    /// Seconds with one decimal, *0.4*; the sign between is the language's (CLDR).
    pub(crate) fn tenths(&self, ms: i64) -> String {
        let tenths = ms.max(0) / 100;
        // Arabic has the digits of this page's other numbers here, and so their point.
        let sign = if matches!(self.0.lang(), "en" | "zh-Hans" | "ja" | "ko" | "ar") { "." } else { "," };
        [&(tenths / 10).to_string(), sign, &(tenths % 10).to_string()].concat()
    }

    /// How long ago.
    pub(crate) fn ago(&self, ms: i64) -> String {
        self.fill(K::Ago, &[("age", &self.duration(ms))])
    }

    /// The short name of a level, as on a badge: *L1*, or the venue's own word.
    pub(crate) fn level_short(&self, level: Option<&LevelLabel>) -> String {
        match level {
            None => self.get(K::LevelUnknownShort),
            Some(level) if level.short.trim_start_matches(['-', '−']).chars().all(|c| c.is_ascii_digit()) => {
                self.fill(K::LevelShort, &[("n", &level.short.replace('-', "−"))])
            }
            Some(level) => level.short.clone(),
        }
    }

    /// A place in one line for the queue: short level and room.
    pub(crate) fn place_short(&self, place: Option<&PlaceLabel>) -> String {
        let Some(place) = place else { return self.get(K::PlaceUnknown) };
        let level = self.level_short(place.level.as_ref());
        match (&place.room, &place.level) {
            (Some(room), _) => [&level, " · ", room].concat(),
            (None, None) => [&level, " · ", &self.get(K::LevelUnknown)].concat(),
            (None, Some(label)) if label.name != label.short => [&level, " · ", &label.name].concat(),
            (None, Some(_)) => level,
        }
    }

    /// A place in one line, level first.
    pub(crate) fn place(&self, place: Option<&PlaceLabel>) -> String {
        place.map_or_else(|| self.get(K::PlaceUnknown), |place| place.line(&self.get(K::LevelUnknown)))
    }

    /// How a place was learnt and how exact it is.
    pub(crate) fn source(&self, place: &PlaceLabel) -> String {
        let metres = place.radius_m.to_string();
        let code = place.code.as_deref().unwrap_or_default();
        let key = match (place.source, &place.code) {
            (Source::Checkpoint, Some(_)) => K::SourcePosterCode,
            (Source::Checkpoint, None) => K::SourcePoster,
            (Source::TypedCode, _) => K::SourceTyped,
            // A whole level is no point that could be right to some metres.
            (Source::Zone, _) if place.radius_m == 0 => K::SourceLevel,
            (Source::Zone, _) => K::SourceZone,
            (Source::MapTap, _) => K::SourceTap,
            (Source::Geolocation, _) => K::SourcePhone,
        };
        self.fill(key, &[("metres", &metres), ("code", code)]).trim().to_owned()
    }

    /// A place that was left for `to`, for the queue: the level where that changed, else the room.
    pub(crate) fn left_short(&self, from: &PlaceLabel, to: Option<&PlaceLabel>) -> String {
        match &from.room {
            Some(room) if from.level == to.and_then(|to| to.level.clone()) => room.clone(),
            _ => self.level_short(from.level.as_ref()),
        }
    }

    /// That the place changed under somebody's way, from a place in words: *Moved from Level 1*.
    pub(crate) fn moved(&self, from: &str) -> String {
        self.fill(K::MovedFrom, &[("place", from)])
    }

    /// A priority's name.
    pub(crate) fn priority(&self, priority: Priority) -> String {
        self.get(match priority {
            Priority::P1 => K::P1,
            Priority::P2 => K::P2,
            Priority::P3 => K::P3,
        })
    }

    /// A role's name.
    pub(crate) fn role(&self, role: Role) -> String {
        let role = self.get(match role {
            Role::Agent => K::RoleAgent,
            Role::Security => K::RoleSecurity,
            Role::Lead => K::RoleLead,
            Role::Organiser => K::RoleOrganiser,
        });
        // German writes its nouns with a capital wherever they stand.
        if self.0.lang() == "de" { role } else { role.to_lowercase() }
    }

    /// Why somebody cannot go.
    pub(crate) fn cannot(&self, reason: CannotReason) -> String {
        self.get(match reason {
            CannotReason::Busy => K::CannotBusy,
            CannotReason::NoWay => K::CannotNoWay,
            CannotReason::CannotFind => K::CannotFind,
            CannotReason::Removed => K::CannotRemoved,
        })
    }

    /// Why a case was closed.
    pub(crate) fn close_reason(&self, reason: CloseReason) -> String {
        self.get(match reason {
            CloseReason::Helped => K::CloseHelped,
            CloseReason::SaidOk => K::CloseSaidOk,
            CloseReason::HandedOn => K::CloseHandedOn,
            CloseReason::Test => K::CloseTest,
        })
    }

    /// Where a responder stands with a dispatch.
    pub(crate) fn dispatch(&self, state: DispatchState, name: &str) -> String {
        let key = match state {
            DispatchState::Dispatched => K::StateDispatched,
            DispatchState::EnRoute => K::StateEnRoute,
            DispatchState::OnScene => K::StateOnScene,
            DispatchState::Clear => K::StateClear,
            DispatchState::Cannot(reason) => {
                return self.fill(K::StateCannot, &[("name", name), ("why", &self.cannot(reason))]);
            }
            DispatchState::Recalled => K::StateRecalled,
        };
        self.fill(key, &[("name", name)])
    }

    /// How a dispatch ended, said to the responder.
    pub(crate) fn ended(&self, state: DispatchState) -> String {
        match state {
            DispatchState::Recalled => self.get(K::EndedRecalled),
            DispatchState::Cannot(CannotReason::CannotFind) => self.get(K::EndedNotFound),
            DispatchState::Cannot(reason) => self.fill(K::EndedCannot, &[("why", &self.cannot(reason))]),
            _ => self.get(K::EndedDone),
        }
    }

    /// The state of a queue row in a few words. `name` gives the name of a member of staff.
    pub(crate) fn row_state(&self, row: &QueueRow, name: &dyn Fn(domain::ids::PersonId) -> String) -> String {
        if let Some(reason) = row.closed {
            return self.close_reason(reason);
        }
        if let Some(person) = row.responder_call.filter(|_| row.unacknowledged) {
            return self.fill(K::StaffNeedsHelp, &[("name", &name(person))]);
        }
        // The gravest word must not be the one that a narrow row cuts off.
        if row.check == Some(false) {
            return self.get(K::SaysNotSafe);
        }
        if let Some(seconds) = row.withdrawn_after_s {
            let check = self.get(if row.check.is_none() { K::CheckShort } else { K::SafeShort });
            return self.fill(K::WithdrawnAfter, &[("n", &seconds.to_string()), ("check", &check)]);
        }
        if row.nobody_here {
            return self.get(K::SaysNobodyHere);
        }
        if row.ok_said {
            return self.get(K::SaysOk);
        }
        if row.unacknowledged {
            return match (row.step, row.asked_again) {
                (Some(Step::OfferedAgain), _) => self.get(K::OfferedAgain),
                (Some(Step::LeadTold), _) => self.get(K::LeadTold),
                (Some(Step::NumbersGrow), _) => self.get(K::NumbersGrow),
                (None, 0) => self.get(K::Offered),
                (None, times) => self.fill(K::AskedAgain, &[("n", &times.to_string())]),
            };
        }
        match (row.dispatch, row.holder) {
            (Some((person, state)), _) => self.dispatch(state, &name(person)),
            (None, Some(_)) => self.get(K::Taken),
            (None, None) => self.get(K::SeenNotTaken),
        }
    }

    /// The mark of a row whose person waits for an answer: that they wrote, never what.
    pub(crate) fn chat_wait(&self, ms: i64) -> (String, ChatWait) {
        let wait = ChatWait::of(ms);
        let key = match wait {
            ChatWait::Fresh => K::ChatWrote,
            ChatWait::Waits => K::ChatWaits,
            ChatWait::Late => K::ChatLate,
        };
        (self.fill(key, &[("age", &stopwatch(ms))]), wait)
    }

    /// Levels between a responder and a place, short: *▲2*, *▼1*, *same level*.
    pub(crate) fn climb_short(&self, levels: Option<i16>) -> String {
        match levels {
            None => self.get(K::ClimbUnknown),
            Some(0) => self.get(K::SameLevel),
            Some(up @ 1..) => ["▲", &up.to_string()].concat(),
            Some(down) => ["▼", &down.unsigned_abs().to_string()].concat(),
        }
    }

    /// Levels to climb or descend, in words without the arrow: *2 levels*.
    pub(crate) fn climb(&self, levels: Option<i16>) -> String {
        match levels {
            None => self.get(K::LevelUnknown),
            Some(0) => self.get(K::SameLevelBig),
            Some(levels) => self.count(K::ManyLevels, levels.unsigned_abs().into()),
        }
    }

    /// What is dangerous.
    pub(crate) fn danger(&self, danger: Danger) -> String {
        self.get(match danger {
            Danger::NotSafe => K::DangerNotSafe,
            Danger::Near => K::DangerNear,
            Danger::Hurt => K::DangerHurt,
            Danger::Colleague => K::DangerColleague,
        })
    }

    /// What a refusal's code means to the one who pressed.
    pub(crate) fn error(&self, code: &str) -> String {
        let key = match code {
            "unknown" => K::ErrorUnknown,
            "closed" => K::ErrorClosed,
            "not_closed" => K::ErrorNotClosed,
            "claimed_by_other" => K::ErrorClaimedByOther,
            "dispatch_open" => K::ErrorDispatchOpen,
            "responder_busy" => K::ErrorResponderBusy,
            "responder_off_duty" => K::ErrorResponderOffDuty,
            "responder_unreachable" => K::ErrorResponderUnreachable,
            "out_of_order" => K::ErrorOutOfOrder,
            "still_dispatched" => K::ErrorStillDispatched,
            "bad_text" => K::ErrorBadText,
            "text_too_long" => K::ErrorTextTooLong,
            "bad_answer" => K::ErrorBadAnswer,
            "too_fast" => K::ErrorTooFast,
            "no_phone" => K::ErrorNoPhone,
            "reason_needed" => K::ErrorReasonNeeded,
            "code_unknown" => K::ErrorUnknownCode,
            "code_typo" => K::ErrorCodeTypo,
            "code_malformed" => K::CodeSixSigns,
            "signed_out" => K::ErrorSignedOut,
            "other_version" => K::Outdated,
            "key_reused" => K::ErrorKeyReused,
            "too_often" => K::ErrorTooOften,
            "relay_down" => K::ErrorRelayDown,
            "relay_full" => K::ErrorRelayFull,
            "bad_offer" => K::ErrorBadOffer,
            _ => return self.fill(K::ErrorOther, &[("code", code)]),
        };
        self.get(key)
    }

    /// One line of the timeline.
    pub(crate) fn timeline(&self, line: &TimelineRow, name: &dyn Fn(domain::ids::PersonId) -> String) -> String {
        let by = line.by.map(name).unwrap_or_default();
        let with = |key: K, place: &PlaceLabel| {
            let source = self.source(place);
            [&self.get(key), ". ", &self.place(Some(place)), " (", &source, ")"].concat()
        };
        match &line.what {
            TimelineKind::Alerted(Some(place)) => with(K::LineAlerted, place),
            TimelineKind::Alerted(None) => [&self.get(K::LineAlerted), ". ", &self.get(K::PlaceUnknown)].concat(),
            TimelineKind::AskedAgain(Some(place)) => with(K::LineAskedAgain, place),
            TimelineKind::AskedAgain(None) => self.get(K::LineAskedAgain),
            TimelineKind::Placed(place) => with(K::LinePlaced, place),
            TimelineKind::Withdrawn => self.get(K::LineWithdrawn),
            TimelineKind::CheckAnswered(true) => self.get(K::SaysSafe),
            TimelineKind::CheckAnswered(false) => self.get(K::SaysNotSafe),
            TimelineKind::OkSaid => self.get(K::SaysOk),
            TimelineKind::NobodyHere => self.get(K::SaysNobodyHere),
            TimelineKind::Seen => self.fill(K::LineSeen, &[("name", &by)]),
            TimelineKind::Claimed => self.fill(K::LineClaimed, &[("name", &by)]),
            TimelineKind::Priority(to, reason, note) => {
                let to = self.priority(*to);
                let line = match reason {
                    PriorityReason::NotSafe => self.fill(K::LinePriorityNotSafe, &[("to", &to)]),
                    PriorityReason::NearMe => self.fill(K::LinePriorityNear, &[("to", &to)]),
                    PriorityReason::Hurt => self.fill(K::LinePriorityHurt, &[("to", &to)]),
                    PriorityReason::Silence => self.fill(K::LinePrioritySilence, &[("to", &to)]),
                    PriorityReason::Judged => self.fill(K::LinePriority, &[("to", &to), ("name", &by)]),
                };
                if note.is_empty() { line } else { [&line, ": ", note].concat() }
            }
            TimelineKind::Approach(text) => self.fill(K::LineApproach, &[("name", &by), ("text", text)]),
            TimelineKind::Escalated(Step::OfferedAgain) => self.get(K::OfferedAgain),
            TimelineKind::Escalated(Step::LeadTold) => self.get(K::LeadTold),
            TimelineKind::Escalated(Step::NumbersGrow) => self.get(K::NumbersGrow),
            TimelineKind::Dispatched(person) => self.fill(K::LineDispatched, &[("name", &name(*person)), ("by", &by)]),
            TimelineKind::Moved(state) => self.dispatch(*state, &by),
            TimelineKind::Recalled(person) => self.fill(K::LineRecalled, &[("name", &name(*person)), ("by", &by)]),
            TimelineKind::Closed(reason) => {
                self.fill(K::LineClosed, &[("why", &self.close_reason(*reason)), ("name", &by)])
            }
            TimelineKind::CallOpened if line.by.is_some() => self.fill(K::LineCallOffered, &[("name", &by)]),
            TimelineKind::CallOpened => self.get(K::LineCallAsked),
            TimelineKind::CallJoined => self.fill(K::LineCallJoined, &[("name", &by)]),
            TimelineKind::CallEnded if line.by.is_some() => self.fill(K::LineCallEnded, &[("name", &by)]),
            TimelineKind::CallEnded => self.get(K::LineCallLeft),
            TimelineKind::Reopened if line.by.is_some() => self.fill(K::LineReopened, &[("name", &by)]),
            TimelineKind::Reopened => self.get(K::LineReopenedOwn),
            TimelineKind::Answered(question, answer) => {
                let (question, answer) = (self.question(*question), self.answer(answer));
                self.fill(K::LineAnswered, &[("question", &question), ("answer", &answer)])
            }
            TimelineKind::Whom(Whom::Me) => self.get(K::LineWhomMe),
            TimelineKind::Whom(Whom::Someone) => self.get(K::LineWhomSomeone),
            TimelineKind::Whom(Whom::Saw) => self.get(K::LineWhomSaw),
            TimelineKind::WorksHere(_) => self.get(K::LineWorksHere),
            TimelineKind::HandedOver(to) => self.fill(K::LineHandedOver, &[("to", &name(*to)), ("name", &by)]),
            TimelineKind::FoundAt(place) => {
                [&self.fill(K::LineFoundAt, &[("name", &by)]), ". ", &self.place(Some(place))].concat()
            }
            TimelineKind::CodeMade => self.fill(K::LineCodeMade, &[("name", &by)]),
            TimelineKind::CodeUsed => self.get(K::LineCodeUsed),
        }
    }

    /// A question in one or two words, for a chip.
    pub(crate) fn question(&self, question: Question) -> String {
        self.get(match question {
            Question::Safe => K::AskSafe,
            Question::Near => K::AskNear,
            Question::Hurt => K::AskHurt,
            Question::CanMove => K::AskCanMove,
            Question::Woman => K::AskWoman,
            Question::How => K::AskHow,
            Question::KnownBy => K::AskKnownBy,
        })
    }

    /// An answer, for a chip.
    pub(crate) fn answer(&self, answer: &AnswerView) -> String {
        match answer {
            AnswerView::Yes => self.get(K::Yes),
            AnswerView::No => self.get(K::No),
            AnswerView::Skipped => self.get(K::Skipped),
            AnswerView::How(HowView::Discreetly) => self.get(K::HowDiscreetly),
            AnswerView::How(HowView::MeetAt(place)) => self.fill(K::HowMeet, &[("place", &self.place(place.as_ref()))]),
            AnswerView::How(HowView::OnlyWrite) => self.get(K::HowOnlyWrite),
            AnswerView::How(HowView::OnlyWatch) => self.get(K::HowOnlyWatch),
            // The screens that show chips name garments and colours.
            AnswerView::Look(pieces) => pieces
                .iter()
                .map(|piece| [piece.colour.name(), " ", piece.garment.name()].concat())
                .collect::<Vec<_>>()
                .join(", "),
        }
    }
}

/// How long a person has waited for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChatWait {
    /// Not long.
    Fresh,
    /// 30 s.
    Waits,
    /// 60 s.
    Late,
}

impl ChatWait {
    /// What it is after so many milliseconds.
    pub(crate) fn of(ms: i64) -> Self {
        match ms {
            60_000.. => ChatWait::Late,
            30_000.. => ChatWait::Waits,
            _ => ChatWait::Fresh,
        }
    }

    /// What is added to the class of its mark.
    pub(crate) fn class(self) -> &'static str {
        match self {
            ChatWait::Fresh => "",
            ChatWait::Waits => " is-amber",
            ChatWait::Late => " is-late",
        }
    }
}

/// A running time for the queue: *0:38*, *18:07*, *1:02:03*.
pub(crate) fn stopwatch(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    let two = |number: i64| if number < 10 { ["0", &number.to_string()].concat() } else { number.to_string() };
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    let lead = if hours > 0 { [&hours.to_string(), ":", &two(minutes)].concat() } else { minutes.to_string() };
    [&lead, ":", &two(seconds % 60)].concat()
}

/// Seconds since midnight as *23:14:06*.
pub(crate) fn time_of_day(seconds: u32) -> String {
    let two = |number: u32| if number < 10 { ["0", &number.to_string()].concat() } else { number.to_string() };
    [&two(seconds / 3_600 % 24), ":", &two(seconds / 60 % 60), ":", &two(seconds % 60)].concat()
}

/// Seconds from one time of day to a later one, over midnight too.
pub(crate) fn seconds_between(from: u32, to: u32) -> u32 {
    (to + 86_400 - from % 86_400) % 86_400
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn words(lang: &str) -> Words {
        Words(crate::text::texts(lang))
    }

    #[test]
    fn times_are_written_as_people_read_them() {
        assert_eq!(stopwatch(38_900), "0:38");
        assert_eq!(stopwatch(1_087_000), "18:07");
        assert_eq!(stopwatch(3_723_000), "1:02:03");
        assert_eq!(time_of_day(83_646), "23:14:06");
        assert_eq!(seconds_between(86_395, 4), 9);
        assert_eq!(words("en").duration(119_000), "119 s");
        assert_eq!(words("fr").ago(180_000), "il y a 3 min");
        assert_eq!((words("fr").tenths(1_499), words("en").tenths(-1)), ("1,4".to_owned(), "0.0".to_owned()));
    }

    #[test]
    fn a_chat_that_waits_says_so_in_words_and_not_in_colour_alone() {
        let at = |ms| words("en").chat_wait(ms);
        assert_eq!(at(29_999), ("wrote 0:29".into(), ChatWait::Fresh));
        assert_eq!(at(30_000), ("waits 0:30".into(), ChatWait::Waits));
        assert_eq!(at(60_000), ("waits long 1:00".into(), ChatWait::Late));
    }

    #[test]
    fn a_level_that_is_not_known_is_said_and_never_the_ground_floor() {
        let place = PlaceLabel {
            level: None,
            room: None,
            radius_m: 30,
            source: Source::Geolocation,
            code: None,
            xy: None,
            age_ms: 0,
            country: None,
        };
        assert_eq!(words("en").place_short(Some(&place)), "L? · Level not known");
        assert_eq!(words("en").climb_short(Some(-1)), "▼1");
        assert!(!words("en").source(&place).contains('{'));
    }

    #[test]
    fn a_whole_level_is_never_right_to_some_metres() {
        for language in &crate::text::LANGUAGES {
            let (source, radius_m) = (Source::Zone, 0);
            let level = PlaceLabel {
                level: None,
                room: None,
                radius_m,
                source,
                code: None,
                xy: None,
                age_ms: 0,
                country: None,
            };
            let room = PlaceLabel { radius_m: 20, ..level.clone() };
            let words = words(language.tag);
            assert!(!words.source(&level).contains('0'), "{}", words.source(&level));
            assert!(words.source(&room).contains("20"));
        }
    }

    #[test]
    fn every_refusal_of_the_desk_has_a_sentence_of_its_own() {
        use domain::ids::PersonId;
        use domain::refusal::Refusal as R;
        let me = PersonId([0; 8]);
        for refusal in [
            R::Unknown,
            R::Closed,
            R::NotClosed,
            R::ClaimedBy(me),
            R::DispatchOpen(me),
            R::Busy(me),
            R::OffDuty(me),
            R::Unreachable(me),
            R::OutOfOrder,
            R::StillDispatched,
            R::BadText,
            R::ReasonNeeded,
            R::KeyReused,
        ] {
            assert!(!words("fr").error(refusal.code()).contains(refusal.code()), "{refusal:?}");
        }
    }
}
