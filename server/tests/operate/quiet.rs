//! A whole journey with a marker in everything that anybody can put in: no line of output holds it.

use crate::process::{Answer, FORM, Sotto, run};
use domain::desk::{Body, State};
use domain::ids::IncidentId;
use domain::incident::{CloseReason, Priority};
use domain::time::Now;
use domain::wire::{StaffCommand, StaffPost, encode};
use domain::words::Words;
use server::log::{EventLog, Seq, SqliteLog};
use server::secrets::{hex, random};
use std::net::IpAddr;
use std::path::Path;

const MARKER: &str = "MARKERzoe";
/// Of this machine, and of nobody else here.
const ADDRESS: &str = "127.0.0.77";

/// The demo's venue with the marker in the name of every room, as a folder.
fn venue(folder: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/venue");
    std::fs::create_dir(folder).unwrap();
    let mut named = 0;
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        let mut json: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for feature in json["features"].as_array_mut().into_iter().flatten() {
            for (_, name) in feature["properties"]["name"].as_object_mut().into_iter().flatten() {
                *name = format!("{MARKER} {}", name.as_str().unwrap()).into();
                named += 1;
            }
        }
        std::fs::write(folder.join(path.file_name().unwrap()), json.to_string()).unwrap();
    }
    assert!(named > 20);
}

/// Somebody's browser: every request comes from [`ADDRESS`] and says the marker in its headers.
struct Visitor<'a> {
    server: &'a Sotto,
    host: &'a str,
    cookies: Vec<String>,
}

impl Visitor<'_> {
    async fn ask(&mut self, request: &str, kind: &str, body: &str) -> Answer {
        let cookies = self.cookies.join("; ");
        let headers = [
            ("content-type", kind),
            ("cookie", &cookies),
            ("user-agent", MARKER),
            ("x-forwarded-for", ADDRESS),
            ("referer", MARKER),
            ("accept-language", "en"),
        ];
        let from: IpAddr = ADDRESS.parse().unwrap();
        let answer = self.server.site_from(Some(from), self.host, request, &headers, body).await.unwrap();
        for line in answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let pair = line.split(';').next().unwrap().to_owned();
            self.cookies.push(pair);
        }
        answer
    }

    async fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.ask(&format!("POST {path}"), FORM, &body).await
    }

    async fn command(&self, command: StaffCommand) -> u16 {
        let bytes = encode(&StaffPost { key: random(), command });
        let cookies = self.cookies.join("; ");
        let headers = [("content-type", "application/octet-stream"), ("cookie", &*cookies)];
        let head = self.server.head(self.host, "POST /command", &headers, bytes.len());
        let from = ADDRESS.parse().ok();
        let mut stream = crate::process::connect(self.server.address, from).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, &[head.as_bytes(), &bytes].concat()).await.unwrap();
        crate::process::answer(stream).await.unwrap().status
    }
}

/// What stands in the log of a stopped server.
fn state(data: &Path) -> State {
    let log = SqliteLog::open(&data.join("log"), "baie").unwrap();
    let mut state = State::default();
    for record in log.read(Seq(0), 1 << 20).unwrap() {
        let stored = server::body::decode(&record, Now { wall_ms: 0, mono_ms: 0 }).unwrap();
        assert!(matches!(stored.body, Body::Open(_)));
        state.apply(&stored);
    }
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_of_output_holds_anything_of_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let (data, maps) = (folder.path().join("data"), folder.path().join("venue"));
    venue(&maps);
    let more = ["--log-format", "json", "--venue", maps.to_str().unwrap()];
    let server = Sotto::serve_with(&data, &more, &[("RUST_LOG", "trace")]).await;
    let mut secrets = vec![MARKER.to_owned(), ADDRESS.to_owned()];

    let mut phone = Visitor { server: &server, host: "localhost", cookies: vec!["__Host-ok=1".to_owned()] };
    let code = server.ready["poster_code"].as_str().unwrap();
    let page = phone.ask(&format!("GET /{code}"), FORM, "").await;
    assert!(page.status == 200 && page.body.contains(MARKER), "the place's name is on the page: {}", page.status);
    let fresh = || hex(&random::<16>());
    let key = fresh();
    secrets.push(key.clone());
    let sent =
        phone.form("/alert", &[("key", &key), ("p", &format!("c.{code}")), ("name", MARKER), ("l", MARKER)]).await;
    assert_eq!(sent.status, 303);
    let token = sent.sets("__Host-t").unwrap();
    secrets.push(token.clone());
    let case = phone.ask("GET /now", FORM, "").await;
    assert_eq!(case.status, 200);
    assert_eq!(phone.form("/message", &[("key", &fresh()), ("text", &format!("{MARKER} is here"))]).await.status, 303);
    phone.form("/message", &[("key", &fresh()), ("text", &MARKER.repeat(2_000))]).await;
    phone.form("/answer", &[("key", &fresh()), ("q", MARKER), ("a", MARKER)]).await;
    phone.form("/place", &[("key", &fresh()), ("typed", MARKER)]).await;
    phone.form("/claim", &[("key", &fresh()), ("code", MARKER)]).await;
    phone.form("/alert", &[("key", MARKER), (MARKER, MARKER)]).await;
    for path in
        [format!("/{MARKER}"), format!("/code?typed={MARKER}"), format!("/map/{MARKER}?{MARKER}"), "/live".to_owned()]
    {
        phone.ask(&format!("GET {path}"), FORM, "").await;
    }
    phone.ask("POST /alert", MARKER, MARKER).await;
    phone.ask(&format!("{MARKER} /now"), FORM, "").await;

    let links = server.ready["links"].as_array().unwrap();
    let link = |role: &str| links.iter().find(|link| link["role"] == role).unwrap()["url"].as_str().unwrap().to_owned();
    let join = |url: &str| format!("/join/{}", url.rsplit('/').next().unwrap());
    let mut agent = Visitor { server: &server, host: "desk.localhost", cookies: Vec::new() };
    let path = join(&link("agent"));
    secrets.push(path.clone());
    for _ in 0..2 {
        agent.form(&path, &[("name", MARKER)]).await;
    }
    let session = agent.cookies.iter().find_map(|cookie| cookie.strip_prefix("__Host-desk=")).unwrap().to_owned();
    secrets.push(session);
    agent.ask(&format!("GET /join/{MARKER}"), FORM, "").await;
    // The case's number is on no page without Wasm: unknown ones are refused, and the log gives the real one.
    let text = || MARKER.to_owned();
    let nowhere = IncidentId([9; 8]);
    agent.command(StaffCommand::Note(nowhere, text())).await;
    agent.command(StaffCommand::Scan(text())).await;
    // Half of it in another life, which says what the restart reads.
    let cookies = agent.cookies.clone();
    let first = server.stop().await;
    let id = *state(&data).incidents.keys().next().unwrap();
    secrets.push(id.to_string());
    let server = Sotto::serve_with(&data, &more, &[("RUST_LOG", "server=trace,hyper=trace,h2=trace,trace")]).await;
    let agent = Visitor { server: &server, host: "desk.localhost", cookies };
    for command in [
        StaffCommand::Claim(id, None),
        StaffCommand::SetPriority(id, Priority::P3, text()),
        StaffCommand::SetApproach(id, text()),
        StaffCommand::Note(id, text()),
        StaffCommand::Say(id, Words::Text(text())),
        StaffCommand::FoundAt(id, text()),
        StaffCommand::FoundWho(id, text(), domain::incident::Found::Another),
    ] {
        agent.command(command).await;
    }
    assert_eq!(agent.command(StaffCommand::Close(id, CloseReason::Helped)).await, 204);
    let backup = folder.path().join("backup");
    let (data_text, backup_text) = (data.to_str().unwrap(), backup.to_str().unwrap());
    let (made, mut said) = run(&["backup", "--data", data_text, "--to", backup_text]).await;
    assert!(made, "{said}");
    let metrics = server.operator("/metrics").await.unwrap().body;
    let second = server.stop().await;
    for arguments in [vec!["verify", backup_text], vec!["log", "--data", data_text], vec!["clock", "--data", data_text]]
    {
        let (well, more) = run(&arguments).await;
        assert!(well, "{more}");
        // The log's list names the cases by design: it is for whoever may read the log.
        said += &more.replace(&id.to_string(), "");
    }
    // What was put in is there, or the search means nothing.
    let kept = state(&data);
    assert!(format!("{:?}", kept.incidents[&id]).matches(MARKER).count() >= 5);

    let output = [first, second, metrics, said].concat();
    assert!(output.contains("\"serving\"") && output.contains("\"stopped\""), "{output}");
    for secret in secrets {
        assert!(!output.contains(&secret), "{secret} stands in\n{output}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_json_that_a_machine_reads() {
    let data = tempfile::tempdir().unwrap();
    let server = Sotto::serve(data.path(), &["--log-format", "json"]).await;
    server.tap().await.unwrap();
    let lines = server.stop().await;
    assert!(lines.lines().count() >= 3);
    for line in lines.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["timestamp"].is_string() && line["level"].is_string() && line["message"].is_string(), "{line}");
    }
}
