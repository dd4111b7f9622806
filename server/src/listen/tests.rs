//! Real sockets against a server whose answers are larger than what a socket keeps.

use super::*;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// More than two sockets keep between them.
const LARGE: usize = 64 << 20;

struct Server {
    address: std::net::SocketAddr,
    room: Arc<Room>,
    _stop: oneshot::Sender<()>,
}

async fn server(patience: Duration) -> Server {
    server_in(Room::new(100, PATIENCE), patience).await
}

async fn server_in(room: Arc<Room>, patience: Duration) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let large = || async { axum::body::Bytes::from_static(&[7; LARGE]) };
    let echo = |body: String| async { body };
    let attendee = Router::new()
        .route("/", get(|| async { "ready" }))
        .route("/large", get(large))
        .route("/a/x", get(|| async { "file" }))
        .route("/alert", post(echo));
    let sites = Sites { attendee, desk: Router::new(), desk_host: "desk.localhost".to_owned(), trial: false };
    let (_stop, stopped) = oneshot::channel();
    tokio::spawn(serve_in(room.clone(), patience, listener, None, sites, async { drop(stopped.await) }));
    Server { address, room, _stop }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Waits until `n` are connected, beside the place that waits for the next.
    async fn settle(&self, n: usize) {
        while self.room.count() != n + 1 {
            tokio::task::yield_now().await;
        }
    }
}

/// Sends, and reads until the server closes.
async fn ask(mut socket: TcpStream, request: &str) -> String {
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A reset after the answer is a close too.
    let _ = socket.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn whoever_takes_nothing_of_an_answer_loses_the_connection_and_its_place() {
    let server = server(Duration::from_millis(200)).await;
    let mut socket = server.connect().await;
    socket.write_all(b"GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    socket.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    // Nothing more is read: the place is free again.
    server.settle(0).await;
    let mut rest = Vec::new();
    let _ = socket.read_to_end(&mut rest).await;
    assert!(rest.len() < LARGE);
}

#[tokio::test]
async fn whoever_reads_slowly_but_reads_gets_all_of_it() {
    let server = server(Duration::from_secs(30)).await;
    let mut socket = server.connect().await;
    socket.write_all(b"GET /large HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let (mut piece, mut total) = (vec![0; 100_000], 0);
    while let Ok(n @ 1..) = socket.read(&mut piece).await {
        total += n;
        tokio::task::yield_now().await;
    }
    assert!(total > LARGE);
}

#[tokio::test]
async fn two_lengths_in_one_request_are_refused_and_the_connection_is_closed() {
    let server = server(PATIENCE).await;
    let body = "5\r\nhello\r\n0\r\n\r\n";
    let smuggled = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let (chunked, length) = ("Transfer-Encoding: chunked", "Content-Length: 5");
    for headers in [[chunked, length], [length, chunked], ["transfer-encoding: chunked", "CONTENT-LENGTH:0"]] {
        let headers = headers.join("\r\n");
        let request = format!("POST /alert HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n\r\n{body}{smuggled}");
        let answer = ask(server.connect().await, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{headers}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "nothing after it is answered: {answer}");
    }
    // Each alone is a request like any other, also one after the other.
    let one = format!("POST /alert HTTP/1.1\r\nhost: localhost\r\n{length}\r\n\r\nhello");
    let other = format!("POST /alert HTTP/1.1\r\nhost: localhost\r\n{chunked}\r\nconnection: close\r\n\r\n{body}");
    let mut socket = server.connect().await;
    socket.write_all(one.as_bytes()).await.unwrap();
    let mut answer = String::new();
    while !answer.ends_with("hello") {
        answer.push(char::from(socket.read_u8().await.unwrap()));
    }
    assert!(answer.starts_with("HTTP/1.1 200"));
    let answer = ask(socket, &other).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"), "{answer}");
}

const ALERT: &str = "POST /alert HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 4\r\n\r\nhelp";

#[tokio::test]
async fn a_tenth_is_kept_for_what_is_short() {
    let server = server_in(Room::new(20, PATIENCE), PATIENCE).await;
    let mut held = Vec::new();
    for n in 1..=18 {
        held.push(server.connect().await);
        server.settle(n).await;
    }
    // Eighteen hold a connection, and the place for the next makes nineteen: it is tight.
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let answer = ask(server.connect().await, &get("/")).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
    let answer = ask(server.connect().await, &get("/a/x")).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 10"), "{answer}");
    assert!(ask(server.connect().await, ALERT).await.ends_with("help"));
}

#[tokio::test]
async fn where_the_silent_fill_every_place_an_alert_finds_one() {
    let server = server_in(Room::new(20, Duration::from_millis(20)), PATIENCE).await;
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(server.connect().await);
    }
    assert!(ask(server.connect().await, ALERT).await.ends_with("help"));
    // It was made by one of those who had been silent longest.
    assert_eq!(silent[0].read(&mut [0]).await.unwrap_or_default(), 0);
}

#[tokio::test]
async fn an_alert_that_comes_after_a_quiet_time_in_a_tight_room_is_answered() {
    let server = server_in(Room::new(20, Duration::from_secs(2)), PATIENCE).await;
    let mut held = Vec::new();
    for n in 1..=18 {
        held.push(server.connect().await);
        server.settle(n).await;
    }
    server.room.all_live();
    // The place that waited has become live with them: it is used up.
    drop(server.connect().await);
    server.settle(18).await;
    for _ in 0..3 {
        // The place for the next visitor has waited longer than anybody may be silent.
        server.room.skew_ms.fetch_add(60_000, Relaxed);
        let socket = server.connect().await;
        // The place for the one after is looked for before the alert's bytes are there.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        assert!(ask(socket, ALERT).await.ends_with("help"));
        server.settle(18).await;
    }
}
