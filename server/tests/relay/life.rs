//! How connections and relays begin and end.

use crate::client::Client;
use crate::rig::{Rig, children, kill, soon};
use server::relay::frame::{Order, Report};
use server::relay::link::LinkEvent;
use std::io::Write;
use std::net::UdpSocket;
use std::process::{Command, Stdio};

#[tokio::test(flavor = "multi_thread")]
async fn another_network_continues_the_connection() {
    let mut rig = Rig::new().await;
    let (agent, desk) = rig.join(111, None).await;
    let (attendee, phone) = rig.join(109, None).await;
    rig.route(Some(attendee), &[agent]).await;
    phone.say(109, b"before").await;
    let before = soon("a voice", desk.hear()).await;

    let offer = soon("an offer", phone.offer(true)).await;
    rig.order(Order::Restart { peer: attendee, offer }).await;
    let answer = rig.answer(attendee).await;
    phone.accept(answer).await;
    soon("a connection", phone.connected()).await;
    // Said until heard: the first ones may fall between the two networks.
    let heard = async {
        loop {
            phone.say(109, b"after").await;
            tokio::task::yield_now().await;
            if let Some(heard) = desk.heard().await {
                return heard;
            }
        }
    };
    let after = soon("a voice after it", heard).await;
    assert_eq!((after.payload.as_slice(), after.ssrc), (&b"after"[..], before.ssrc));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_the_browser_closes_is_gone() {
    let mut rig = Rig::new().await;
    let (attendee, phone) = rig.join(109, None).await;
    phone.close().await;
    // Browsers do not say goodbye on the media path: it is noticed after 2 s and final after 10.
    assert_eq!(rig.report().await, Report::Connected(attendee, false));
    assert_eq!(rig.report().await, Report::Gone(attendee));
    // Nothing of it is left.
    rig.order(Order::Restart { peer: attendee, offer: phone_offer().await }).await;
    assert_eq!(rig.report().await, Report::Gone(attendee));
}

async fn phone_offer() -> String {
    Client::new(109, None).await.offer(false).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_come_back_and_a_full_relay_says_so() {
    // One port, free a moment ago.
    let port = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let mut rig = Rig::on_ports((port, port)).await;
    let client = Client::new(109, None).await;
    let (first, at) = rig.connect(&client).await;
    assert_eq!(at.port(), port);

    let refused = rig.next_peer();
    rig.order(Order::Connect { peer: refused, offer: phone_offer().await, reserve: true }).await;
    assert_eq!(rig.report().await, Report::Refused { peer: refused, code: "relay_full".into() });

    rig.order(Order::Close(first)).await;
    // Closing takes its moment; who asks meanwhile is told that it is full.
    let again = async {
        loop {
            let client = Client::new(109, None).await;
            let peer = rig.next_peer();
            rig.order(Order::Connect { peer, offer: client.offer(false).await, reserve: true }).await;
            match rig.report().await {
                Report::Answer { .. } => return,
                Report::Refused { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    };
    soon("the port", again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_relay_is_started_again() {
    let mut rig = Rig::new().await;
    let (_, phone) = rig.join(109, None).await;
    let [relay] = children()[..] else { panic!("one relay") };
    kill(relay);
    assert_eq!(rig.event().await, LinkEvent::Down);
    assert_eq!(rig.event().await, LinkEvent::Up);
    phone.close().await;

    let (agent, desk) = rig.join(111, None).await;
    let (attendee, phone) = rig.join(109, None).await;
    rig.route(Some(attendee), &[agent]).await;
    phone.say(109, b"again").await;
    assert_eq!(soon("a voice", desk.hear()).await.payload, b"again");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_to_give_orders_ends_the_relay() {
    let rig = Rig::new().await;
    let [relay] = children()[..] else { panic!("one relay") };
    drop(rig);
    let ended = async {
        while std::fs::read_to_string(format!("/proc/{relay}/stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
            tokio::task::yield_now().await;
        }
    };
    soon("the end of the relay", ended).await;
}

/// What `kill -9` of the server looks like from here: the pipe ends.
#[test]
fn a_relay_whose_server_dies_ends() {
    let mut relay = Command::new(env!("CARGO_BIN_EXE_sotto"))
        .arg("relay")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a relay");
    // Half a frame: the server died while it wrote.
    relay.stdin.take().expect("a pipe").write_all(&[9, 0, 0, 0, 1]).expect("it listens");
    assert!(relay.wait().expect("an end").success());
}
