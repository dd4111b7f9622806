//! Calls over the real sockets, with a link that this test plays itself: who may, what cannot be
//! read, storms, presses at the same moment, a restart.

use super::offer_sample::BROWSER as OFFER;
use super::support::browser::Browser;
use super::support::socket::Socket;
use super::support::{Colleague, Site};
use domain::ids::IncidentId;
use domain::person::Role;
use domain::wire::{
    FloorView, FromPhone, FromStaff, NoFloor, OFFER_MAX, PhoneVoice, StaffCommand, StaffVoice, ToPhone, ToStaff,
    VoiceSay, encode,
};
use serde::de::DeserializeOwned;
use server::relay::LinkEvent;
use server::relay::frame::{Order, Peer, Report};
use std::time::Duration;
use tokio::sync::mpsc;

/// Waits for what must come.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

/// What is said to a screen about voice.
pub trait Said: DeserializeOwned {
    fn voice(self) -> Option<VoiceSay>;
}

impl Said for ToPhone {
    fn voice(self) -> Option<VoiceSay> {
        match self {
            ToPhone::Voice(say) => Some(say),
            _ => None,
        }
    }
}

impl Said for ToStaff {
    fn voice(self) -> Option<VoiceSay> {
        match self {
            ToStaff::Voice(say) => Some(say),
            _ => None,
        }
    }
}

/// The next thing said about voice for which `wanted` has an answer.
pub async fn heard<M: Said, T>(socket: &mut Socket, what: &str, wanted: impl Fn(&VoiceSay) -> Option<T>) -> T {
    soon(what, async {
        loop {
            let message = socket.next::<M>().await.unwrap_or_else(|| panic!("closed before {what}"));
            if let Some(found) = message.voice().as_ref().and_then(&wanted) {
                return found;
            }
        }
    })
    .await
}

/// Refusals and denials: what a screen is told when something is not for it.
fn no(say: &VoiceSay) -> Option<VoiceSay> {
    matches!(say, VoiceSay::Refused(_) | VoiceSay::NoFloor(..)).then(|| say.clone())
}

fn refused(code: &str) -> VoiceSay {
    VoiceSay::Refused(code.to_owned())
}

fn floor(say: &VoiceSay) -> Option<FloorView> {
    match say {
        VoiceSay::Talk(view) => Some(view.floor),
        VoiceSay::Call(view) => Some(view.floor),
        _ => None,
    }
}

pub async fn say_phone(socket: &mut Socket, say: PhoneVoice) {
    assert!(socket.send(&FromPhone::Voice(say)).await);
}

pub async fn say_staff(socket: &mut Socket, say: StaffVoice) {
    assert!(socket.send(&FromStaff::Voice(say)).await);
}

/// A phone with a case and its open socket.
pub async fn phone(site: &Site) -> (Browser, Socket, IncidentId) {
    let mut phone = site.phone();
    let before: Vec<IncidentId> = site.read(|state| state.incidents.keys().copied().collect());
    phone.tap().await;
    let id = site.read(|state| state.incidents.keys().copied().find(|id| !before.contains(id)).unwrap());
    let mut socket = Socket::of_phone(site, &phone.cookie()).await;
    assert!(socket.send(&FromPhone::Hello { token: None, cursor: Vec::new() }).await);
    (phone, socket, id)
}

/// A colleague and their open socket.
pub async fn staff(site: &Site, role: Role) -> (Colleague, Socket) {
    let colleague = site.join(role).await;
    let mut socket = Socket::of_staff(site, &colleague.browser.cookie()).await;
    assert!(socket.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    (colleague, socket)
}

/// The other end of the relay's link.
struct Relay {
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<LinkEvent>,
}

impl Relay {
    async fn new() -> (Site, Self) {
        let (give, orders) = mpsc::channel(256);
        let (events, told) = mpsc::channel(256);
        events.send(LinkEvent::Up).await.unwrap();
        (Site::with_relay(give, told), Relay { orders, events })
    }

    async fn order(&mut self) -> Order {
        soon("an order", self.orders.recv()).await.unwrap()
    }

    /// Takes the next offer and connects it.
    async fn connect(&mut self) -> Peer {
        loop {
            if let Order::Connect { peer, .. } = self.order().await {
                self.events.send(LinkEvent::Report(Report::Answer { peer, sdp: "v=0".to_owned() })).await.unwrap();
                self.events.send(LinkEvent::Report(Report::Connected(peer, true))).await.unwrap();
                return peer;
            }
        }
    }

    async fn route(&mut self) -> (Option<Peer>, Vec<Peer>) {
        loop {
            if let Order::Route { speaker, ears, .. } = self.order().await {
                return (speaker, ears);
            }
        }
    }

    /// A phone in its call, connected.
    async fn talk(&mut self, socket: &mut Socket) -> Peer {
        say_phone(socket, PhoneVoice::Offer { sdp: OFFER.to_owned(), restart: false }).await;
        let peer = self.connect().await;
        heard::<ToPhone, _>(socket, "the call", |say| matches!(say, VoiceSay::Talk(_)).then_some(())).await;
        peer
    }

    /// A staff screen in a call, connected.
    async fn join(&mut self, socket: &mut Socket, id: IncidentId) -> Peer {
        say_staff(socket, StaffVoice::Offer { sdp: OFFER.to_owned(), restart: false }).await;
        let peer = self.connect().await;
        say_staff(socket, StaffVoice::Join(id)).await;
        let joined = |say: &VoiceSay| matches!(say, VoiceSay::Call(view) if view.joined).then_some(());
        heard::<ToStaff, _>(socket, "being in the call", joined).await;
        peer
    }
}

#[tokio::test]
async fn nobody_reaches_a_call_that_is_not_theirs() {
    let (site, mut relay) = Relay::new().await;
    let (_a, mut mine, id) = phone(&site).await;
    relay.talk(&mut mine).await;

    let (_b, mut other, _) = phone(&site).await;
    say_phone(&mut other, PhoneVoice::Press(1)).await;
    assert_eq!(heard::<ToPhone, _>(&mut other, "an answer", no).await, VoiceSay::NoFloor(1, NoFloor::NotInCall));
    say_phone(&mut other, PhoneVoice::Leave).await;
    // A staff screen's words from a phone are nothing.
    assert!(other.send(&FromStaff::Voice(StaffVoice::Join(id))).await);
    assert!(other.send(&FromStaff::Voice(StaffVoice::End(id))).await);
    say_phone(&mut other, PhoneVoice::Press(2)).await;
    assert_eq!(heard::<ToPhone, _>(&mut other, "an answer", no).await, VoiceSay::NoFloor(2, NoFloor::NotInCall));

    let (mut guard, mut radio) = staff(&site, Role::Security).await;
    assert_eq!(guard.browser.command(StaffCommand::DutyOn(None)).await.status, 204);
    let (_organiser, mut office) = staff(&site, Role::Organiser).await;
    for socket in [&mut radio, &mut office] {
        for say in [StaffVoice::Join(id), StaffVoice::End(id)] {
            say_staff(socket, say).await;
            assert_eq!(heard::<ToStaff, _>(socket, "a refusal", no).await, refused("unknown"));
        }
        say_staff(socket, StaffVoice::Press(id, 3)).await;
        let denied = heard::<ToStaff, _>(socket, "an answer", no).await;
        assert_eq!(denied, VoiceSay::NoFloor(3, NoFloor::NotInCall));
    }
    say_staff(&mut office, StaffVoice::Offer { sdp: OFFER.to_owned(), restart: false }).await;
    assert_eq!(heard::<ToStaff, _>(&mut office, "a refusal", no).await, refused("unknown"));
    // The call is as it was, and on record is nobody.
    assert_eq!((site.count("call_opened"), site.count("call_joined"), site.count("call_ended")), (1, 0, 0));
    assert!(relay.orders.try_recv().is_err(), "the relay was told something");
}

#[tokio::test]
async fn whoever_signs_out_hears_nothing_more() {
    let (site, mut relay) = Relay::new().await;
    let (_a, mut mine, id) = phone(&site).await;
    let mouth = relay.talk(&mut mine).await;
    let (mut agent, mut desk) = staff(&site, Role::Agent).await;
    let ear = relay.join(&mut desk, id).await;
    say_phone(&mut mine, PhoneVoice::Press(1)).await;
    while relay.route().await != (Some(mouth), vec![ear]) {}
    assert_eq!(agent.browser.post("/out", &[]).await.status, 303);
    // Out of the call by the log, closed by the end of the socket: whichever is first.
    let (mut out, mut closed) = (false, false);
    while !(out && closed) {
        match relay.order().await {
            Order::Route { speaker, ears, .. } => out |= (speaker, ears) == (Some(mouth), vec![]),
            order => closed |= order == Order::Close(ear),
        }
    }
    soon("the end of the socket", async { while desk.next::<ToStaff>().await.is_some() {} }).await;
}

#[tokio::test]
async fn a_responder_is_out_when_they_are_called_back() {
    let (site, mut relay) = Relay::new().await;
    let (_a, mut mine, id) = phone(&site).await;
    let mouth = relay.talk(&mut mine).await;
    let (mut guard, mut radio) = staff(&site, Role::Security).await;
    let mut agent = site.join(Role::Agent).await;
    assert_eq!(guard.browser.command(StaffCommand::DutyOn(None)).await.status, 204);
    assert_eq!(agent.browser.command(StaffCommand::Dispatch(id, guard.id)).await.status, 204);
    let ear = relay.join(&mut radio, id).await;
    say_phone(&mut mine, PhoneVoice::Press(1)).await;
    while relay.route().await != (Some(mouth), vec![ear]) {}
    assert_eq!(agent.browser.command(StaffCommand::Recall(id, guard.id)).await.status, 204);
    assert_eq!(relay.route().await, (Some(mouth), vec![]));
    let over = |say: &VoiceSay| matches!(say, VoiceSay::Call(view) if view.members.is_empty()).then_some(());
    heard::<ToStaff, _>(&mut radio, "the end of the call", over).await;
}

#[tokio::test]
async fn what_cannot_be_read_harms_nobody() {
    let (site, mut relay) = Relay::new().await;
    let (_a, mut mine, _) = phone(&site).await;
    relay.talk(&mut mine).await;
    let voice = encode(&FromPhone::Voice(PhoneVoice::Press(9)));
    let cut = &voice[..voice.len() - 1];
    let frames = [Vec::new(), vec![2], vec![0xff; 100], cut.to_vec(), [voice.as_slice(), &[0xff; 9]].concat()];
    for frame in frames {
        assert!(mine.send_bytes(frame).await);
    }
    let m_lines = format!("v=0\r\n{}", "m=audio 9 RTP 1\r\n".repeat(200));
    for sdp in [m_lines, "x".repeat(OFFER_MAX + 1), String::new(), "v=0\r\n\0".to_owned()] {
        say_phone(&mut mine, PhoneVoice::Offer { sdp, restart: false }).await;
        assert_eq!(heard::<ToPhone, _>(&mut mine, "a refusal", no).await, refused("bad_offer"));
    }
    // The connection that stands is not touched by what was refused.
    say_phone(&mut mine, PhoneVoice::Press(10)).await;
    let yours = |say: &VoiceSay| matches!(floor(say), Some(FloorView::Yours { burst: 10, .. })).then_some(());
    heard::<ToPhone, _>(&mut mine, "the floor", yours).await;
    // A frame larger than any offer ends its socket, and the floor with it.
    let _ = mine.send_bytes(vec![2; OFFER_MAX * 2]).await;
    soon("the end of the socket", async { while mine.next::<ToPhone>().await.is_some() {} }).await;
    while relay.route().await.0.is_some() {}
}

#[tokio::test]
async fn a_storm_ends_its_own_socket_and_no_other() {
    let (site, mut relay) = Relay::new().await;
    let (_a, mut mine, _) = phone(&site).await;
    relay.talk(&mut mine).await;
    let (_b, mut stormy, _) = phone(&site).await;
    for burst in 0..200 {
        if !stormy.send(&FromPhone::Voice(PhoneVoice::Press(burst))).await {
            break;
        }
    }
    soon("the end of the storm", async { while stormy.next::<ToPhone>().await.is_some() {} }).await;
    say_phone(&mut mine, PhoneVoice::Press(1)).await;
    let yours = |say: &VoiceSay| matches!(floor(say), Some(FloorView::Yours { .. })).then_some(());
    heard::<ToPhone, _>(&mut mine, "the floor", yours).await;
}

#[tokio::test]
async fn two_presses_at_once_give_one_floor() {
    let (site, mut relay) = Relay::new().await;
    let (_a, mut mine, id) = phone(&site).await;
    relay.talk(&mut mine).await;
    let (_anna, mut one) = staff(&site, Role::Agent).await;
    let (_ben, mut two) = staff(&site, Role::Agent).await;
    relay.join(&mut one, id).await;
    relay.join(&mut two, id).await;
    let outcome = |say: &VoiceSay| match say {
        VoiceSay::NoFloor(_, why) => Some(Err(*why)),
        _ => matches!(floor(say), Some(FloorView::Yours { .. })).then_some(Ok(())),
    };
    tokio::join!(say_staff(&mut one, StaffVoice::Press(id, 1)), say_staff(&mut two, StaffVoice::Press(id, 1)));
    let (first, second) = tokio::join!(
        heard::<ToStaff, _>(&mut one, "an answer", outcome),
        heard::<ToStaff, _>(&mut two, "an answer", outcome)
    );
    let mut answers = [first, second];
    answers.sort_by_key(Result::is_err);
    assert_eq!(answers, [Ok(()), Err(NoFloor::Taken)]);
    // And with the person who asked for help: theirs, whoever was first.
    say_phone(&mut mine, PhoneVoice::Press(1)).await;
    assert_eq!(heard::<ToPhone, _>(&mut mine, "an answer", outcome).await, Ok(()));
}

#[tokio::test]
async fn a_call_outlives_the_server_and_is_gone_back_to() {
    let (site, mut relay) = Relay::new().await;
    let (browser, mut mine, id) = phone(&site).await;
    relay.talk(&mut mine).await;
    let (agent, mut desk) = staff(&site, Role::Agent).await;
    relay.join(&mut desk, id).await;
    let (phone_cookie, desk_cookie) = (browser.cookie(), agent.browser.cookie());
    drop((mine, desk, browser, agent, relay));
    let site = site.restart(1_000).await;
    let mut desk = Socket::of_staff(&site, &desk_cookie).await;
    assert!(desk.send(&FromStaff::Hello { cursor: Vec::new() }).await);
    let call = |say: &VoiceSay| match say {
        VoiceSay::Call(view) => Some(view.clone()),
        _ => None,
    };
    let view = heard::<ToStaff, _>(&mut desk, "the call", call).await;
    assert_eq!((view.call, view.joined, view.floor), (id, false, FloorView::Idle));
    say_staff(&mut desk, StaffVoice::Join(id)).await;
    assert!(heard::<ToStaff, _>(&mut desk, "being in it", call).await.joined);
    assert_eq!(site.count("call_joined"), 1, "what is on record is not written again");
    let mut mine = Socket::of_phone(&site, &phone_cookie).await;
    assert!(mine.send(&FromPhone::Hello { token: None, cursor: Vec::new() }).await);
    match soon("the case", mine.next()).await {
        Some(ToPhone::Case { view, .. }) => assert_eq!(view.call, domain::view::CallOffer::Own),
        other => panic!("{other:?}"),
    }
}
