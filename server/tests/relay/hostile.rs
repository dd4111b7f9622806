//! What a stranger, or a caller who means ill, can send: the calls of others go on.

use crate::client::Client;
use crate::rig::{Rig, served_at, soon};
use server::relay::frame::{Order, Peer, Report};
use server::relay::pipe;
use std::net::{SocketAddr, UdpSocket};
use std::process::Stdio;

/// Two callers who talk while somebody else misbehaves.
struct Call {
    rig: Rig,
    agent: Peer,
    attendee: Peer,
    desk: Client,
    phone: Client,
    /// Where the relay serves the phone.
    at: SocketAddr,
}

impl Call {
    async fn new() -> Self {
        let mut rig = Rig::new().await;
        let (agent, desk) = rig.join(111, None).await;
        let phone = Client::new(109, None).await;
        let (attendee, at) = rig.connect(&phone).await;
        rig.route(Some(attendee), &[agent]).await;
        Self { rig, agent, attendee, desk, phone, at }
    }

    /// The call is as good as ever: every frame comes, nothing else does, both ways.
    async fn goes_on(&mut self) {
        for n in 0..20_u8 {
            self.phone.say(109, &[b'p', n]).await;
            assert_eq!(soon("the phone's voice", self.desk.hear()).await.payload, [b'p', n]);
        }
        self.rig.route(Some(self.agent), &[self.attendee]).await;
        for n in 0..20_u8 {
            self.desk.say(111, &[b'd', n]).await;
            assert_eq!(soon("the desk's voice", self.phone.hear()).await.payload, [b'd', n]);
        }
        self.rig.route(Some(self.attendee), &[self.agent]).await;
        while self.desk.heard().await.is_some() {}
        // The silence at the end of the desk's burst.
        soon("silence", self.phone.hear()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn offers_that_are_none_are_refused() {
    let mut call = Call::new().await;
    let good = Client::new(109, None).await.offer(false).await;
    let many = (2..200).fold(good.clone(), |text, n| format!("{text}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:{n}\r\n"));
    let bad = [
        String::new(),
        "v=0".into(),
        "\u{0}\u{1}\u{2}".into(),
        good[..good.len() / 2].into(),
        good.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        good.replace("a=fingerprint", "a=nothing"),
        good.clone() + &"a=x:y\r\n".repeat(4_000),
        many,
    ];
    for offer in bad {
        let peer = call.rig.next_peer();
        call.rig.order(Order::Connect { peer, offer, reserve: true }).await;
        assert_eq!(call.rig.report().await, Report::Refused { peer, code: "bad_offer".into() });
    }
    // A bad restart leaves the connection as it was, and so does one of another certificate.
    for offer in [String::new(), good] {
        call.rig.order(Order::Restart { peer: call.attendee, offer }).await;
        assert_eq!(call.rig.report().await, Report::Refused { peer: call.attendee, code: "bad_offer".into() });
    }
    call.goes_on().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_anything_because_an_offer_names_them() {
    let mut call = Call::new().await;
    let victim = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    victim.set_nonblocking(true).expect("a socket");
    let port = victim.local_addr().expect("an address").port();
    let client = Client::new(109, None).await;
    let offer = client.offer(false).await;
    let mine = offer.lines().find(|line| line.starts_with("a=candidate:")).expect("a candidate").to_owned();
    let other = format!("{mine}\r\na=candidate:9 1 udp 2130706431 127.0.0.1 {port} typ host");
    let peer = call.rig.next_peer();
    call.rig.order(Order::Connect { peer, offer: offer.replace(&mine, &other), reserve: true }).await;
    let answer = call.rig.answer(peer).await;
    assert!(!answer.contains(&format!(" {port} ")), "{answer}");
    client.accept(answer).await;
    soon("a connection", client.connected()).await;
    call.goes_on().await;
    assert!(victim.recv(&mut [0; 1_500]).is_err(), "a stranger was sent something");
}

/// A STUN message of this kind with these attributes, whose signature is nonsense.
fn stun(kind: u16, attributes: &[(u16, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, value) in attributes {
        body.extend_from_slice(&kind.to_be_bytes());
        body.extend_from_slice(&u16::try_from(value.len()).expect("short").to_be_bytes());
        body.extend_from_slice(value);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    let length = u16::try_from(body.len()).expect("short");
    [&kind.to_be_bytes()[..], &length.to_be_bytes(), &0x2112_A442_u32.to_be_bytes(), &[5; 12], &body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_s_datagrams_change_nothing() {
    let mut call = Call::new().await;
    let stranger = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    stranger.set_nonblocking(true).expect("a socket");
    let name: (u16, &[u8]) = (0x0006, b"wrong:name");
    let hello = [&[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 1][..], &[7; 99]].concat();
    let datagrams = [
        Vec::new(),
        vec![0],
        stun(1, &[name, (0x0008, &[1; 20])])[..19].to_vec(),
        stun(1, &[name, (0x0008, &[1; 12])]),
        stun(1, &[name, (0x0008, &[1; 20])]),
        stun(1, &[name, (0x8029, &[255; 8]), (0x0008, &[1; 20])]),
        stun(1, &[]),
        stun(0x0101, &[(0x0020, &[0, 1, 1, 1, 1, 1, 1, 1])]),
        stun(0x0111, &[]),
        hello,
        // An alert that says that the connection is closed.
        vec![21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0],
        // Voice and reports without a key, whole and broken.
        [&[0x80, 109, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9][..], &[3; 60]].concat(),
        vec![0xff; 1_200],
        vec![0x80],
        vec![0x8f, 109, 0, 1],
        vec![0x80, 200, 0, 255],
        vec![0x81, 203, 0, 1, 0, 0, 27, 89],
        vec![80; 30],
    ];
    for _ in 0..300 {
        for datagram in &datagrams {
            let _ = stranger.send_to(datagram, call.at);
        }
    }
    call.goes_on().await;
    assert!(stranger.recv(&mut [0; 1_500]).is_err(), "a stranger was answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_floods_is_not_passed_on_and_others_are() {
    let mut call = Call::new().await;
    let (_, flooder) = call.rig.join(111, None).await;
    let (guard, radio) = call.rig.join(111, None).await;
    for _ in 0..3_000 {
        flooder.say(111, &[9; 900]).await;
    }
    call.goes_on().await;
    assert_eq!(radio.heard().await, None);
    let _ = guard;
}

/// Orders that are garbage cost themselves; what came before and comes after stands.
#[tokio::test(flavor = "multi_thread")]
async fn garbage_between_orders_harms_nobody() {
    let mut relay = tokio::process::Command::new(env!("CARGO_BIN_EXE_sotto"))
        .arg("relay")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("a relay");
    let mut orders = relay.stdin.take().expect("a pipe");
    let mut reports = relay.stdout.take().expect("a pipe");
    let client = Client::new(109, None).await;
    let offer = client.offer(false).await;
    let garbage = vec![255_u8; 40];
    // Before there is anything, a connection is refused and the rest ignored.
    pipe::write(&mut orders, &Order::Connect { peer: Peer(1), offer: offer.clone(), reserve: true })
        .await
        .expect("it listens");
    pipe::write(&mut orders, &Order::Close(Peer(1))).await.expect("it listens");
    pipe::write(&mut orders, &garbage).await.expect("it listens");
    let refused = Report::Refused { peer: Peer(1), code: "relay_full".into() };
    assert_eq!(soon("a report", pipe::read(&mut reports)).await, pipe::Got::Frame(refused));

    let begin = Order::Begin { addresses: vec!["127.0.0.1".parse().expect("an address")], ports: (0, 0) };
    for _ in 0..2 {
        pipe::write(&mut orders, &begin).await.expect("it listens");
        pipe::write(&mut orders, &garbage).await.expect("it listens");
    }
    assert_eq!(soon("a report", pipe::read(&mut reports)).await, pipe::Got::Frame(Report::Ready));
    for offer in [offer, "twice the same number".into()] {
        pipe::write(&mut orders, &Order::Connect { peer: Peer(2), offer, reserve: true }).await.expect("it listens");
    }
    pipe::write(&mut orders, &Order::Close(Peer(77))).await.expect("it listens");
    // In either order: a number is used once, and the first use stands.
    let (mut refused, mut answer) = (false, None);
    while !refused || answer.is_none() {
        match soon("a report", pipe::read::<Report>(&mut reports)).await {
            pipe::Got::Frame(Report::Answer { peer: Peer(2), sdp }) => answer = Some(sdp),
            pipe::Got::Frame(Report::Refused { peer: Peer(2), .. }) => refused = true,
            other => panic!("{other:?}"),
        }
    }
    let answer = answer.expect("it came");
    assert!(served_at(&answer).ip().is_loopback());
    client.accept(answer).await;
    soon("a connection", client.connected()).await;
    assert_eq!(soon("a report", pipe::read(&mut reports)).await, pipe::Got::Frame(Report::Connected(Peer(2), true)));
}
