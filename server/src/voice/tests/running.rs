//! The task itself: channels, the timer, sockets that end, a screen that does not read.

use super::hall::{OFFER, offer};
use crate::clock::{Clock, SystemClock};
use crate::desk::{self, Desk};
use crate::festival::{DEMO, Festival};
use crate::log::SqliteLog;
use crate::relay::LinkEvent;
use crate::relay::frame::{Order, Peer, Report};
use crate::voice::{Chair, Voice, Who};
use domain::desk::{Actor, Command};
use domain::ids::{IncidentId, InviteHash, PersonId, SessionHash, TokenHash};
use domain::person::{Profile, Role};
use domain::wire::{FloorView, NoFloor, PhoneVoice, StaffVoice, TalkView, VoiceSay};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc;

const CASE: IncidentId = IncidentId([7; 8]);
const AGENT: Who = Who::Staff(PersonId([1; 8]), SessionHash([1; 32]));
const PHONE: Who = Who::Phone(TokenHash([7; 32]));

/// A desk on disk with one case and one agent, and both ends of a relay's link.
struct Stage {
    desk: Desk,
    voice: Voice,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<LinkEvent>,
    _folder: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = Arc::new(SqliteLog::open(folder.path(), "demo").unwrap());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let desk = desk::open(log, Festival::parse(DEMO).unwrap(), clock, |error| panic!("{error}")).unwrap();
        let invite = InviteHash([1; 32]);
        let (name, languages, appearance) = ("Amina".to_owned(), Vec::new(), String::new());
        let profile = Profile { name, role: Role::Agent, languages, appearance, appearance_in: Default::default() };
        let (fresh, session) = (PersonId([1; 8]), SessionHash([1; 32]));
        desk.tell(Actor::Terminal, Command::Invite { invite, profile, valid_ms: 60_000 }).await.unwrap();
        desk.tell(Actor::Terminal, Command::Join { invite, fresh, name: String::new(), session }).await.unwrap();
        let alert = Command::Alert { fresh: CASE, lang: "fr".to_owned(), place: None, for_morning: false };
        desk.tell(Actor::Phone(TokenHash([7; 32])), alert).await.unwrap();
        let (give, orders) = mpsc::channel(64);
        let (events, told) = mpsc::channel(64);
        events.send(LinkEvent::Up).await.unwrap();
        let voice = Voice::start(desk.clone(), give, told);
        Stage { desk, voice, orders, events, _folder: folder }
    }

    async fn report(&self, report: Report) {
        self.events.send(LinkEvent::Report(report)).await.unwrap();
    }

    async fn connect(&mut self) -> Peer {
        loop {
            match self.orders.recv().await.unwrap() {
                Order::Connect { peer, offer, .. } => {
                    assert_eq!(offer, OFFER);
                    self.report(Report::Answer { peer, sdp: "answer".to_owned() }).await;
                    self.report(Report::Connected(peer, true)).await;
                    return peer;
                }
                Order::Route { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn talking(&mut self) -> (Chair, Peer) {
        let mut chair = self.voice.enter(PHONE).await;
        chair.phone(offer()).await;
        let peer = self.connect().await;
        // The call is on disk and the relay has answered, in any order.
        let (mut answered, mut open) = (false, false);
        while !(answered && open) {
            match chair.next().await.unwrap() {
                VoiceSay::Answer(sdp) => answered = sdp == "answer",
                VoiceSay::Talk(_) => open = true,
                other => panic!("{other:?}"),
            }
        }
        (chair, peer)
    }

    async fn route(&mut self) -> (Option<Peer>, Vec<Peer>) {
        loop {
            if let Order::Route { speaker, ears, .. } = self.orders.recv().await.unwrap() {
                return (speaker, ears);
            }
        }
    }
}

async fn until(chair: &mut Chair, wanted: impl Fn(&VoiceSay) -> bool) -> VoiceSay {
    loop {
        let say = chair.next().await.expect("the chair was taken away");
        if wanted(&say) {
            return say;
        }
    }
}

fn floor(say: &VoiceSay) -> Option<FloorView> {
    match say {
        VoiceSay::Talk(TalkView { floor, .. }) => Some(*floor),
        VoiceSay::Call(view) => Some(view.floor),
        _ => None,
    }
}

#[tokio::test]
async fn a_press_reaches_the_relay_and_the_log_knows_who_hears() {
    let mut stage = Stage::new().await;
    let agent = stage.voice.enter(AGENT).await;
    agent.staff(StaffVoice::Offer { sdp: OFFER.to_owned(), restart: false }).await;
    let ear = stage.connect().await;
    agent.staff(StaffVoice::Join(CASE)).await;
    assert_eq!(stage.route().await, (None, vec![ear]));
    assert!(stage.desk.published.read(|state| state.incidents[&CASE].call.as_ref().unwrap().joined.len() == 1));
    let (phone, mouth) = stage.talking().await;
    phone.phone(PhoneVoice::Press(1)).await;
    assert_eq!(stage.route().await, (Some(mouth), vec![ear]));
    // The socket ends in the middle of a word.
    drop(phone);
    assert_eq!(stage.orders.recv().await, Some(Order::Close(mouth)));
    assert_eq!(stage.route().await, (None, vec![ear]));
    assert!(stage.desk.published.read(|state| state.incidents[&CASE].call.is_some()));
}

#[tokio::test]
async fn the_timer_warns_and_ends() {
    let mut stage = Stage::new().await;
    let (mut phone, mouth) = stage.talking().await;
    phone.phone(PhoneVoice::Press(1)).await;
    assert_eq!(stage.route().await.0, Some(mouth));
    tokio::time::pause();
    let pressed = tokio::time::Instant::now();
    assert_eq!(until(&mut phone, |say| matches!(say, VoiceSay::Ending(_))).await, VoiceSay::Ending(1));
    let warned = pressed.elapsed();
    assert!((Duration::from_millis(24_500)..Duration::from_millis(25_100)).contains(&warned), "{warned:?}");
    let end = until(&mut phone, |say| matches!(say, VoiceSay::NoFloor(..))).await;
    assert_eq!(end, VoiceSay::NoFloor(1, NoFloor::TooLong));
    let ended = pressed.elapsed();
    assert!((Duration::from_millis(29_500)..Duration::from_millis(30_100)).contains(&ended), "{ended:?}");
    assert_eq!(stage.route().await.0, None);
}

#[tokio::test]
async fn a_link_that_ends_is_a_relay_that_is_down() {
    let mut stage = Stage::new().await;
    let (mut phone, _) = stage.talking().await;
    let Stage { desk, voice, orders, events, _folder } = stage;
    drop((orders, events));
    assert_eq!(until(&mut phone, |say| *say == VoiceSay::Again).await, VoiceSay::Again);
    phone.phone(offer()).await;
    let refused = until(&mut phone, |say| matches!(say, VoiceSay::Refused(_))).await;
    assert_eq!(refused, VoiceSay::Refused("relay_down".to_owned()));
    drop((desk, voice));
}

#[tokio::test]
async fn a_screen_that_does_not_read_is_cut_off_and_the_others_go_on() {
    let mut stage = Stage::new().await;
    let mut deaf = stage.voice.enter(AGENT).await;
    let (mut phone, mouth) = stage.talking().await;
    for burst in 0..2_000 {
        deaf.staff(StaffVoice::Press(CASE, burst)).await;
    }
    phone.phone(PhoneVoice::Press(1)).await;
    let yours = until(&mut phone, |say| matches!(floor(say), Some(FloorView::Yours { .. }))).await;
    assert!(floor(&yours).is_some());
    assert_eq!(stage.route().await.0, Some(mouth));
    // What it was told before is still there to be read, then it ends.
    let mut told = 0;
    while deaf.next().await.is_some() {
        told += 1;
    }
    assert!(told < 2_000, "{told} messages waited for a screen that does not read");
}
