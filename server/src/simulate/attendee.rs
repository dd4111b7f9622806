//! Somebody who asks for help: scans, taps, answers, writes, until the team says that it is over.

use super::dice::Dice;
use super::plan::{End, Reply, Say, Visit};
use super::world::{Count, World};
use crate::visitor::{Live, Visitor};
use domain::question::Question;
use domain::view::{CaseView, Check, Stage, StepView};
use domain::wire::{FromPhone, ToPhone};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A page whose socket closed tries again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// And gives up after so many tries in a row.
const TRIES: u32 = 60;

/// What a person does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Whom,
    Answer(Question, Reply),
    Say(Say),
    Undo,
    Safe,
    SayOk,
}

/// The person's mind: what is left of the story.
struct Mind {
    visit: Visit,
    says: VecDeque<Say>,
    answered: Vec<Question>,
    whom_said: bool,
    undone: bool,
    checked: bool,
    ok_said: bool,
    /// The newest word of the team that they have replied to, and how many that were.
    replied: (u32, u8),
}

impl Mind {
    fn of(visit: Visit) -> Self {
        let says = visit.story.says.iter().copied().collect();
        Mind {
            visit,
            says,
            answered: Vec::new(),
            whom_said: false,
            undone: false,
            checked: false,
            ok_said: false,
            replied: (0, 0),
        }
    }

    /// What they do about what they see; one thing at a time.
    fn next(&mut self, view: &CaseView) -> Option<Act> {
        if matches!(view.stage, Stage::Closed { .. }) {
            return None;
        }
        let story = &self.visit.story;
        if story.end == End::Undo {
            let act = if !self.undone { Some(Act::Undo) } else { None };
            self.undone = true;
            let check = view.check == Check::Asked && !self.checked;
            self.checked |= check;
            return act.or(check.then_some(Act::Safe));
        }
        if story.whom.is_some() && !self.whom_said {
            self.whom_said = true;
            return Some(Act::Whom);
        }
        if let Some(asking) = view.asking
            && !self.answered.contains(&asking.question)
            && let Some((question, reply)) = story.answers.iter().find(|(question, _)| *question == asking.question)
        {
            self.answered.push(*question);
            return Some(Act::Answer(*question, *reply));
        }
        // The first word comes unasked, once the danger is told; then one for each of the team's.
        let heard = view.messages.iter().rev().find(|line| !line.mine).map_or(0, |line| line.n);
        let (upto, replies) = self.replied;
        let unasked = upto == 0 && replies == 0 && self.answered.len() >= 2.min(story.answers.len());
        if heard > upto || unasked {
            self.replied = (heard.max(upto), replies.saturating_add(1));
            if matches!(story.end, End::SaysOk(after) if self.replied.1 > after) && !self.ok_said {
                self.ok_said = true;
                return Some(Act::SayOk);
            }
            return self.says.pop_front().map(Act::Say);
        }
        None
    }
}

/// Lives one visit from the scan to the end.
pub async fn live(world: Arc<World>, visit: Visit) {
    let mut dice = Dice::new(visit.seed);
    let mut phone = Visitor::new(world.attendee.clone(), visit.lang);
    let (place, page) = world.places().map(|places| places.value(visit.spot)).unwrap_or_default();
    let mut tapped = false;
    // The page's script does the same: the alert is sent until it is taken.
    for _ in 0..TRIES {
        if !tapped {
            tapped = match phone.get(&page).await {
                Ok(ready) if world.done("the first page", &ready) => {
                    tokio::time::sleep(world.moment(&mut dice, 500, 3_000)).await;
                    match phone.submit("/alert", &[("p", &place), ("l", visit.lang)]).await {
                        Ok(answer) => world.done("the alert", &answer),
                        Err(_) => false,
                    }
                }
                _ => false,
            };
        }
        if tapped {
            break;
        }
        tokio::time::sleep(AGAIN).await;
    }
    if !tapped {
        return world.refused("an alert was never taken".to_owned());
    }
    world.count(Count::Opened);
    let mut person = Person { world: &world, dice, phone, mind: Mind::of(visit), seen: false, met: false, heard: 0 };
    let mut cursor = Vec::new();
    for _ in 0..TRIES {
        let Ok(mut page) = person.phone.live().await else {
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        if page.send(&FromPhone::Hello { token: None, cursor: cursor.clone() }).await
            && person.stay(&mut page, &mut cursor).await
        {
            world.count(Count::Ended);
            return;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

struct Person<'a> {
    world: &'a World,
    dice: Dice,
    phone: Visitor,
    mind: Mind,
    seen: bool,
    met: bool,
    heard: u32,
}

impl Person<'_> {
    /// Stays on the page: true once the case is over, false when the connection is.
    async fn stay(&mut self, page: &mut Live, cursor: &mut Vec<u8>) -> bool {
        let mut due: Option<(Instant, Act)> = None;
        let mut view: Option<CaseView> = None;
        loop {
            // What they decide, they do after a moment; meanwhile they keep reading.
            if due.is_none()
                && let Some(act) = view.as_ref().and_then(|view| self.mind.next(view))
            {
                due = Some((Instant::now() + self.hesitates(act), act));
            }
            let at = due.map_or_else(Instant::now, |(at, _)| at);
            tokio::select! {
                message = page.next::<ToPhone>() => match message {
                    Some(ToPhone::Case { cursor: new, view: new_view }) => {
                        *cursor = new;
                        if matches!(new_view.stage, Stage::Closed { .. }) {
                            self.notice(&new_view, page).await;
                            return true;
                        }
                        if !self.notice(&new_view, page).await {
                            return false;
                        }
                        view = Some(*new_view);
                    }
                    Some(ToPhone::Ping) => if !page.send(&FromPhone::Pong).await { return false },
                    Some(ToPhone::Voice(_)) => {}
                    Some(ToPhone::Refused(code)) => {
                        self.world.refused(format!("a page: {code}"));
                        return false;
                    }
                    Some(ToPhone::Reload) | None => return false,
                },
                () = tokio::time::sleep_until(at), if due.is_some() => {
                    if let Some((_, act)) = due.take() {
                        self.act(act).await;
                    }
                }
            }
        }
    }

    /// Counts what the page shows for the first time, and says which words are in sight.
    async fn notice(&mut self, view: &CaseView, page: &mut Live) -> bool {
        let lit = |step: StepView| step != StepView::Dark;
        if lit(view.seen) && !std::mem::replace(&mut self.seen, true) {
            self.world.count(Count::Seen);
        }
        if lit(view.here) && !std::mem::replace(&mut self.met, true) {
            self.world.count(Count::Met);
        }
        let before = self.heard;
        for line in view.messages.iter().filter(|line| !line.mine && line.n > before) {
            self.heard = line.n;
            self.world.count(Count::Heard);
        }
        self.heard == before || page.send(&FromPhone::Got { upto: self.heard, shown: true }).await
    }

    fn hesitates(&mut self, act: Act) -> Duration {
        let (least, most) = match act {
            Act::Undo => (1_500, 6_000),
            Act::Safe => (4_000, 20_000),
            Act::Say(Say::Own(_)) => (8_000, 25_000),
            Act::SayOk => (15_000, 40_000),
            Act::Whom | Act::Answer(..) | Act::Say(Say::Phrase(_)) => (2_500, 9_000),
        };
        self.world.moment(&mut self.dice, least, most)
    }

    async fn act(&mut self, act: Act) {
        let whom = self.mind.visit.story.whom.map(|whom| whom.name()).unwrap_or_default();
        let lang = self.mind.visit.lang;
        let (path, fields): (&str, Vec<(&str, &str)>) = match act {
            Act::Undo => ("/undo", Vec::new()),
            Act::Safe => ("/safe", vec![("safe", "1")]),
            Act::SayOk => ("/ok", Vec::new()),
            Act::Whom => ("/whom", vec![("w", whom)]),
            Act::Answer(_, Reply::How(how)) => ("/how", vec![("a", how)]),
            Act::Answer(_, Reply::Wears(garment, colour)) => {
                ("/known", vec![("garment", garment.name()), ("colour", colour.name())])
            }
            Act::Answer(Question::How, Reply::Skip) => ("/how", vec![("a", "skip")]),
            Act::Answer(question, reply) => {
                let answer = match reply {
                    Reply::Is(true) => "yes",
                    Reply::Is(false) => "no",
                    _ => "skip",
                };
                ("/answer", vec![("q", question.name()), ("a", answer)])
            }
            Act::Say(Say::Phrase(phrase)) => ("/phrase", vec![("p", phrase.name())]),
            Act::Say(Say::Own(saying)) => ("/message", vec![("text", saying.text(lang))]),
        };
        // A request that did not get through is like one that was never made: the page stays.
        if let Ok(answer) = self.phone.submit(path, &fields).await {
            self.world.done(path, &answer);
        }
    }
}
