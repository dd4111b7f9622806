//! Who is heard, and what of it.

use crate::client::Client;
use crate::rig::{Rig, soon};
use server::relay::frame::{Call, Order, Report};
use server::relay::stamp::SILENCE;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_floor_is_heard() {
    let mut rig = Rig::new().await;
    let (agent, desk) = rig.join(111, None).await;
    let (attendee, phone) = rig.join(109, None).await;
    rig.route(Some(attendee), &[agent]).await;
    phone.say(109, b"hello").await;
    let heard = soon("a voice", desk.hear()).await;
    assert_eq!((heard.payload.as_slice(), heard.payload_type, heard.marker), (&b"hello"[..], 111, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_floor_is_not_heard() {
    let mut rig = Rig::new().await;
    let (agent, desk) = rig.join(111, None).await;
    let (attendee, phone) = rig.join(109, None).await;
    let (guard, radio) = rig.join(111, None).await;
    rig.route(Some(attendee), &[agent, guard]).await;
    // Every second packet is of somebody who may not speak.
    for n in 0..50_u8 {
        radio.say(111, &[b'x', n]).await;
        phone.say(109, &[b'a', n]).await;
        let heard = soon("a voice", desk.hear()).await;
        assert_eq!(heard.payload, [b'a', n]);
    }
    assert_eq!(desk.heard().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_syllable_waits_for_its_floor() {
    let mut rig = Rig::new().await;
    let (agent, desk) = rig.join(111, None).await;
    let (attendee, phone) = rig.join(109, None).await;
    let (guard, radio) = rig.join(111, None).await;
    rig.route(None, &[agent]).await;
    for n in 0..14_u8 {
        phone.say(109, &[n]).await;
    }
    // A voice that has a floor elsewhere, sent after those, came through: they are held by now.
    rig.order(Order::Route { call: Call(2), speaker: Some(guard), ears: vec![attendee] }).await;
    radio.say(111, b"now").await;
    soon("a voice", phone.hear()).await;
    rig.route(Some(attendee), &[agent]).await;
    for n in 0..14_u8 {
        assert_eq!(soon("what was held", desk.hear()).await.payload, [n]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bursts_of_two_talkers_are_one_stream_without_seams() {
    let mut rig = Rig::new().await;
    let (agent, desk) = rig.join(111, None).await;
    let (attendee, phone) = rig.join(109, None).await;
    let (guard, radio) = rig.join(111, None).await;
    let mut stream = Vec::new();
    for burst in 0..6_u8 {
        let (peer, voice, kind): (_, &Client, _) =
            if burst % 2 == 0 { (attendee, &phone, 109) } else { (guard, &radio, 111) };
        rig.route(Some(peer), &[agent, attendee, guard]).await;
        for n in 0..10_u8 {
            voice.say(kind, &[burst, n]).await;
            let heard = soon("a voice", desk.hear()).await;
            assert_eq!((heard.payload.as_slice(), heard.marker), (&[burst, n][..], n == 0));
            stream.push(heard);
        }
        rig.route(None, &[agent, attendee, guard]).await;
        let heard = soon("the silence after it", desk.hear()).await;
        assert_eq!(heard.payload, SILENCE);
        stream.push(heard);
    }
    for pair in stream.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq.wrapping_add(1));
        assert!(pair[1].at.wrapping_sub(pair[0].at).cast_signed() > 0);
        assert_eq!(pair[1].ssrc, pair[0].ssrc);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redundancy_goes_to_who_agreed_on_it() {
    let mut rig = Rig::new().await;
    let (agent, desk) = rig.join(111, Some(63)).await;
    let (guard, radio) = rig.join(109, None).await;
    let (attendee, phone) = rig.join(111, Some(63)).await;
    rig.route(Some(attendee), &[agent, guard]).await;
    let payload = [0x80 | 111, 0, 0, 3, 111, b'o', b'l', b'd', b'n', b'e', b'w'];
    phone.say(63, &payload).await;
    phone.say(63, &payload).await;
    for (ear, kinds, second) in [(&desk, (111, 63), &payload[..]), (&radio, (109, 109), b"new")] {
        let first = soon("a voice", ear.hear()).await;
        assert_eq!((first.payload_type, first.payload.as_slice()), (kinds.0, &b"new"[..]));
        let next = soon("a voice", ear.hear()).await;
        assert_eq!((next.payload_type, next.payload.as_slice()), (kinds.1, second));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_listener_slows_nobody() {
    let mut rig = Rig::new().await;
    let (agent, desk) = rig.join(111, None).await;
    let (attendee, phone) = rig.join(109, None).await;
    // Its thread stops dead once it is connected.
    let stuck = Client::new(111, None);
    let (offered, offer) = tokio::sync::oneshot::channel();
    let (answer, answered) = tokio::sync::oneshot::channel::<String>();
    let (wake, woken) = std::sync::mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = runtime.block_on(async {
            let client = stuck.await;
            offered.send(client.offer(false).await).expect("the test waits");
            client.accept(answered.await.expect("an answer")).await;
            client.connected().await;
            client
        });
        woken.recv().expect("the test wakes it");
        drop(client);
    });
    let guard = rig.next_peer();
    rig.order(Order::Connect { peer: guard, offer: soon("an offer", offer).await.expect("an offer"), reserve: true })
        .await;
    answer.send(rig.answer(guard).await).expect("the thread waits");
    assert_eq!(rig.report().await, Report::Connected(guard, true));

    rig.route(Some(attendee), &[guard, agent]).await;
    let payload = [7; 1_000];
    for n in 0..100_u8 {
        phone.say(109, &[&[n][..], &payload].concat()).await;
        assert_eq!(soon("a voice", desk.hear()).await.payload[0], n);
    }
    wake.send(()).expect("it waits");
    thread.join().expect("no panic");
}
