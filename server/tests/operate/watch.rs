//! Alive, ready and the metrics: where they are, and where they are not.

use crate::process::Sotto;

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_pages_are_on_their_own_address_only() {
    let data = tempfile::tempdir().unwrap();
    let server = Sotto::serve(data.path(), &[]).await;
    assert!(server.operator.ip().is_loopback());
    for (path, text) in [("/healthz", "alive\n"), ("/readyz", "ready\n")] {
        let answer = server.operator(path).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, text));
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        for host in ["localhost", "desk.localhost", "127.0.0.1"] {
            let answer = server.site(host, &format!("GET {path}"), &[], "").await.unwrap();
            // Six letters could be a poster's code: then the page is an attendee's.
            let help = answer.status == 200 && path == "/readyz" && answer.body.contains("action=\"/alert\"");
            assert!(help || answer.status == 404, "{host}{path}: {}", answer.status);
            assert!(!answer.body.starts_with("ready") && !answer.body.contains("sotto_"));
        }
    }
    // And nothing of the sites there.
    assert_eq!(server.operator("/").await.unwrap().status, 404);
    assert_eq!(server.operator("/now").await.unwrap().status, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_and_nobody_is_named() {
    let data = tempfile::tempdir().unwrap();
    let server = Sotto::serve(data.path(), &[]).await;
    let before = server.metric("sotto_log_entries").await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(server.tap().await.unwrap());
    }
    assert_eq!(server.metric("sotto_alerts_total").await, 3.0);
    assert_eq!(server.metric("sotto_log_entries").await, before + 3.0);
    assert_eq!(server.metric("sotto_open_incidents{state=\"unseen\"}").await, 3.0);
    assert_eq!(server.metric("sotto_sockets{audience=\"attendee\"}").await, 0.0);
    assert_eq!(server.metric("sotto_calls").await, 0.0);
    assert_eq!(server.metric("sotto_ready").await, 1.0);
    assert_eq!(server.metric("sotto_http_answers_total{site=\"attendee\",class=\"3xx\"}").await, 3.0);
    assert!(server.metric("sotto_commit_seconds_count").await >= 3.0);
    assert!(server.metric("sotto_log_size_bytes").await > 4_096.0);
    assert_eq!(server.metric("sotto_escalations_total{step=\"lead_told\"}").await, 0.0);
    // A refusal: reopening what is open.
    let cookie = format!("__Host-t={}", tokens[0]);
    server.site("localhost", "POST /reopen", &[("cookie", &cookie), ("content-type", crate::process::FORM)], "").await;
    assert_eq!(server.metric("sotto_refusals_total{code=\"not_closed\"}").await, 1.0);

    let page = server.operator("/metrics").await.unwrap();
    assert!(page.head.contains("application/openmetrics-text") && page.body.ends_with("# EOF\n"));
    // Every label is one of a few words.
    let labels = page.body.lines().filter_map(|line| line.split_once('{')?.1.split_once('}')).map(|(labels, _)| labels);
    for label in labels.flat_map(|labels| labels.split(',')) {
        let (name, value) = label.split_once('=').unwrap();
        assert!(["state", "audience", "step", "code", "site", "class", "le"].contains(&name), "{label}");
        let word = value.trim_matches('"');
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        assert!(name == "le" || name == "class" || word.bytes().all(plain), "{label}");
    }
    for token in &tokens {
        assert!(!page.body.contains(token));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_operators_address_is_said_before_anything_is_served() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let data = tempfile::tempdir().unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = data.path().to_str().unwrap();
    let (well, said) = crate::process::run(&["serve", "--demo", "--data", data, "--operator", &address]).await;
    assert!(!well && said.contains(&format!("cannot listen on {address}")), "{said}");
}
