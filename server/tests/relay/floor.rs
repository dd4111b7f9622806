//! Who is heard.

use crate::rig::{Rig, soon};

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
    phone.close().await;
}
