//! Calls from socket to socket through a relay process, with callers that have no browser.

use super::client::Client;
use super::rig::{children, kill};
use super::support::Site;
use super::support::socket::Socket;
use super::voice::{heard, phone, say_phone, say_staff, soon, staff};
use domain::person::Role;
use domain::wire::{FloorView, PhoneVoice, StaffVoice, ToPhone, ToStaff, VoiceSay};
use server::relay::link::{Settings, start};

/// Addresses that only one side's offer names.
const OF_PHONE: &str = "203.0.113.77";
const OF_DESK: &str = "198.51.100.99";

/// One relay at a time, also where all tests are one process: a test kills its own.
static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn site() -> Site {
    let (orders, events) = start(Settings {
        program: Some(env!("CARGO_BIN_EXE_sotto").into()),
        addresses: vec!["127.0.0.1".parse().unwrap()],
        ports: (0, 0),
    });
    Site::with_relay(orders, events)
}

/// An offer that names an address of its own besides.
async fn offer(client: &Client, address: &str) -> String {
    let offer = soon("an offer", client.offer(false)).await;
    format!("{offer}a=candidate:9 1 udp 2113937151 {address} 54321 typ host\r\n")
}

fn answer(say: &VoiceSay) -> Option<String> {
    match say {
        VoiceSay::Answer(sdp) => Some(sdp.clone()),
        _ => None,
    }
}

async fn connect_phone(socket: &mut Socket) -> (Client, String) {
    let client = Client::new(109, None).await;
    let sdp = offer(&client, OF_PHONE).await;
    say_phone(socket, PhoneVoice::Offer { sdp: sdp.clone(), restart: false }).await;
    client.accept(heard::<ToPhone, _>(socket, "an answer", answer).await).await;
    soon("a connection", client.connected()).await;
    (client, sdp)
}

async fn connect_staff(socket: &mut Socket) -> (Client, String) {
    let client = Client::new(111, None).await;
    let sdp = offer(&client, OF_DESK).await;
    say_staff(socket, StaffVoice::Offer { sdp: sdp.clone(), restart: false }).await;
    client.accept(heard::<ToStaff, _>(socket, "an answer", answer).await).await;
    soon("a connection", client.connected()).await;
    (client, sdp)
}

/// Presses until the floor is there: a press in the moment before the server knows that the
/// connection stands is told so.
async fn floor_for_phone(socket: &mut Socket, bursts: &mut u32) {
    loop {
        *bursts += 1;
        say_phone(socket, PhoneVoice::Press(*bursts)).await;
        let outcome = |say: &VoiceSay| match say {
            VoiceSay::NoFloor(..) => Some(false),
            VoiceSay::Talk(view) => matches!(view.floor, FloorView::Yours { .. }).then_some(true),
            _ => None,
        };
        if heard::<ToPhone, _>(socket, "the floor", outcome).await {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// What stands in a description and must stay there: addresses, ports, names and secrets.
fn secrets(sdp: &str) -> Vec<String> {
    let mut secrets = vec![OF_PHONE.to_owned(), OF_DESK.to_owned()];
    secrets.retain(|address| sdp.contains(address));
    for line in sdp.lines() {
        if let Some(candidate) = line.strip_prefix("a=candidate:") {
            secrets.extend(candidate.split(' ').nth(5).map(str::to_owned));
        }
        for name in ["a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:sha-256 "] {
            secrets.extend(line.strip_prefix(name).map(str::to_owned));
        }
    }
    assert!(secrets.len() > 4, "the offer is read wrongly here: {sdp}");
    secrets
}

fn holds(frames: &[Vec<u8>], text: &str) -> bool {
    frames.iter().any(|frame| frame.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_goes_from_the_phone_to_the_desk_and_no_address_does() {
    let _one = ONE.lock().await;
    let site = site();
    let (_browser, mut mine, id) = phone(&site).await;
    let (agent, mut desk) = staff(&site, Role::Agent).await;
    let (caller, of_phone) = connect_phone(&mut mine).await;
    let (ear, of_desk) = connect_staff(&mut desk).await;
    say_staff(&mut desk, StaffVoice::Join(id)).await;
    let joined = |say: &VoiceSay| matches!(say, VoiceSay::Call(view) if view.joined).then_some(());
    heard::<ToStaff, _>(&mut desk, "being in the call", joined).await;
    let hears = |say: &VoiceSay| matches!(say, VoiceSay::Talk(view) if view.desk == 1).then_some(());
    heard::<ToPhone, _>(&mut mine, "that the desk hears", hears).await;
    floor_for_phone(&mut mine, &mut 0).await;
    caller.say(109, b"hello").await;
    assert_eq!(soon("a voice", ear.hear()).await.payload, b"hello");

    say_staff(&mut desk, StaffVoice::Press(id, 1)).await;
    say_phone(&mut mine, PhoneVoice::Offer { sdp: offer_again(&caller).await, restart: true }).await;
    heard::<ToPhone, _>(&mut mine, "an answer", answer).await;
    let denied = |say: &VoiceSay| matches!(say, VoiceSay::NoFloor(..)).then_some(());
    heard::<ToStaff, _>(&mut desk, "an answer", denied).await;
    let (to_phone, to_desk) = (mine.frames(), desk.frames());
    for secret in secrets(&of_desk) {
        assert!(!holds(to_phone, &secret), "the phone was sent {secret}");
    }
    for secret in secrets(&of_phone) {
        assert!(!holds(to_desk, &secret), "the desk was sent {secret}");
    }
    // Each does hold its own answer, so this looks at the right thing; nor is the phone told who it is.
    assert!(holds(to_phone, "a=ice-ufrag:") && holds(to_desk, "a=ice-ufrag:"));
    assert!(!to_phone.iter().any(|frame| frame.windows(8).any(|window| window == agent.id.0)));
}

async fn offer_again(client: &Client) -> String {
    soon("an offer", client.offer(true)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_killed_costs_a_moment_and_the_call_goes_on() {
    let _one = ONE.lock().await;
    let before = children();
    let site = site();
    let (_browser, mut mine, id) = phone(&site).await;
    let (_agent, mut desk) = staff(&site, Role::Agent).await;
    let mut bursts = 0;
    connect_phone(&mut mine).await;
    connect_staff(&mut desk).await;
    say_staff(&mut desk, StaffVoice::Join(id)).await;
    floor_for_phone(&mut mine, &mut bursts).await;
    let own: Vec<u32> = children().into_iter().filter(|child| !before.contains(child)).collect();
    let [relay] = own[..] else { panic!("one relay") };
    kill(relay);
    let again = |say: &VoiceSay| (*say == VoiceSay::Again).then_some(());
    heard::<ToPhone, _>(&mut mine, "the request to come again", again).await;
    heard::<ToStaff, _>(&mut desk, "the request to come again", again).await;
    // At once, before the next relay is there: the offers wait for it.
    let (caller, _) = connect_phone(&mut mine).await;
    let (ear, _) = connect_staff(&mut desk).await;
    let hears = |say: &VoiceSay| matches!(say, VoiceSay::Talk(view) if view.desk == 1).then_some(());
    heard::<ToPhone, _>(&mut mine, "that the desk hears", hears).await;
    floor_for_phone(&mut mine, &mut bursts).await;
    caller.say(109, b"again").await;
    assert_eq!(soon("a voice", ear.hear()).await.payload, b"again");
    assert_eq!(site.count("call_joined"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_the_relay_cannot_read_is_refused() {
    let _one = ONE.lock().await;
    let site = site();
    let (_browser, mut mine, _) = phone(&site).await;
    let sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".to_owned();
    say_phone(&mut mine, PhoneVoice::Offer { sdp, restart: false }).await;
    let refused = |say: &VoiceSay| match say {
        VoiceSay::Refused(code) => Some(code.clone()),
        _ => None,
    };
    assert_eq!(heard::<ToPhone, _>(&mut mine, "a refusal", refused).await, "bad_offer");
    connect_phone(&mut mine).await;
}
