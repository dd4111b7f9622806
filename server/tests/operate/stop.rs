//! A server that is told to stop: what was acknowledged is there, and screens know to come back.

use crate::process::{Sotto, answer, connect, tap};
use futures_util::{SinkExt, StreamExt};
use server::log::{EventLog, Seq, SqliteLog};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message, handshake::client::generate_key};

/// A phone's live socket that has its case.
async fn live(server: &Sotto, token: &str) -> tokio_tungstenite::WebSocketStream<tokio::net::TcpStream> {
    let host = format!("localhost:{}", server.address.port());
    let request = Request::get(format!("ws://{host}/live"))
        .header("host", &host)
        .header("origin", format!("http://{host}"))
        .header("cookie", format!("__Host-t={token}"))
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", generate_key());
    let stream = connect(server.address, None).await.unwrap();
    let (mut socket, _) = tokio_tungstenite::client_async(request.body(()).unwrap(), stream).await.unwrap();
    let hello = domain::wire::encode(&domain::wire::FromPhone::Hello { token: None, cursor: Vec::new() });
    socket.send(Message::Binary(hello.into())).await.unwrap();
    assert!(matches!(socket.next().await, Some(Ok(Message::Binary(_)))));
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_loses_nothing_and_sends_the_screens_back() {
    let data = tempfile::tempdir().unwrap();
    let server = Arc::new(Sotto::serve(data.path(), &[]).await);
    let mut screens = Vec::new();
    for _ in 0..5 {
        let token = server.tap().await.unwrap();
        screens.push(live(&server, &token).await);
    }
    assert_eq!(server.metric("sotto_sockets{audience=\"attendee\"}").await, 5.0);
    // Phones that go on tapping until nobody answers.
    let (taken, tried) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let phones: Vec<_> = (0..8)
        .map(|_| {
            let (server, taken, tried) = (server.clone(), taken.clone(), tried.clone());
            tokio::spawn(async move {
                let mut tokens = Vec::new();
                loop {
                    tried.fetch_add(1, SeqCst);
                    let Some(token) = server.tap().await else { return tokens };
                    tokens.push(token);
                    taken.fetch_add(1, SeqCst);
                }
            })
        })
        .collect();
    // One alert is half sent when it happens.
    let (body, headers) = tap();
    let head = server.head("localhost", "POST /alert", &headers, body.len());
    let mut half = connect(server.address, None).await.unwrap();
    half.write_all(&[head.as_bytes(), &body.as_bytes()[..9]].concat()).await.unwrap();
    while taken.load(SeqCst) < 100 {
        tokio::task::yield_now().await;
    }
    server.signal("TERM");
    while server.operator("/readyz").await.is_some_and(|answer| answer.status != 503) {}
    let draining = server.operator("/readyz").await;
    assert_eq!(draining.map(|answer| answer.body).as_deref(), Some("draining\n"), "it waits for the open request");
    for screen in &mut screens {
        let code = loop {
            match screen.next().await {
                Some(Ok(Message::Close(Some(frame)))) => break frame.code,
                Some(Ok(_)) => {}
                end => panic!("cut off: {end:?}"),
            }
        };
        assert_eq!(code, CloseCode::Restart);
    }
    half.write_all(&body.as_bytes()[9..]).await.unwrap();
    let late = answer(half).await.unwrap();
    assert_eq!(late.status, 303);
    let mut tokens = vec![late.sets("__Host-t").unwrap()];
    for phone in phones {
        tokens.extend(phone.await.unwrap());
    }
    let (status, lines) = Arc::into_inner(server).unwrap().ended().await;
    assert!(status.success(), "{status}: {lines}");
    assert!(lines.contains("stopped") && !lines.contains("did not end"), "{lines}");

    let log = SqliteLog::open(&data.path().join("log"), "baie").unwrap();
    log.verify().unwrap();
    let alerted = log.read(Seq(0), 1 << 20).unwrap().iter().filter(|record| record.kind == "alerted").count();
    drop(log);
    // The screens' own five and the late one; whoever was not answered may have been written or not.
    let (least, most) = (5 + tokens.len(), 6 + tried.load(SeqCst));
    assert!((least..=most).contains(&alerted), "{least} <= {alerted} <= {most}");
    let server = Sotto::serve(data.path(), &[]).await;
    for token in &tokens {
        assert_eq!(server.case_of(token).await, 200, "an alert that was acknowledged is not known any more");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_does_not_end_is_not_waited_for_for_ever() {
    let data = tempfile::tempdir().unwrap();
    let server = Sotto::serve(data.path(), &[]).await;
    let (body, headers) = tap();
    let head = server.head("localhost", "POST /alert", &headers, body.len());
    let mut never = connect(server.address, None).await.unwrap();
    never.write_all(head.as_bytes()).await.unwrap();
    let lines = server.stop().await;
    assert!(lines.contains("stopped"), "{lines}");
    assert_eq!(answer(never).await, None, "it was not answered, so nothing was promised");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_manager_is_told_when_it_is_ready_and_when_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = tokio::net::UnixDatagram::bind(&path).unwrap();
    let environment = [("NOTIFY_SOCKET", path.to_str().unwrap())];
    let server = Sotto::serve_with(&folder.path().join("data"), &[], &environment).await;
    let mut word = [0; 256];
    let length = manager.recv(&mut word).await.unwrap();
    assert_eq!(&word[..length], b"READY=1\n");
    server.stop().await;
    let length = manager.recv(&mut word).await.unwrap();
    assert_eq!(&word[..length], b"STOPPING=1\n");
}
