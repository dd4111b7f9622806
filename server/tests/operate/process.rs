//! A `sotto` process and a client of it, which speaks HTTP/1.1 by hand.

use server::secrets::{hex, random};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

pub const FORM: &str = "application/x-www-form-urlencoded";

/// A server that runs. It is killed when this is dropped.
pub struct Sotto {
    child: Child,
    lines: JoinHandle<String>,
    pub address: SocketAddr,
    pub operator: SocketAddr,
    /// What it printed when it was ready.
    pub ready: serde_json::Value,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The value of a cookie that it sets.
    pub fn sets(&self, name: &str) -> Option<String> {
        let line = self.head.lines().find(|line| line.starts_with(&format!("set-cookie: {name}=")))?;
        line.split(['=', ';']).nth(1).map(str::to_owned)
    }
}

/// The binary under test.
pub fn sotto() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sotto"));
    command.kill_on_drop(true).env_remove("RUST_LOG").env_remove("SOTTO_LOG_FORMAT");
    command
}

/// Runs a command to its end: whether it went well, and what it said.
pub async fn run(arguments: &[&str]) -> (bool, String) {
    let output = sotto().args(arguments).output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

impl Sotto {
    /// Starts the demo on `data`; `more` are further arguments.
    pub async fn serve(data: &Path, more: &[&str]) -> Self {
        Self::serve_with(data, more, &[]).await
    }

    /// As [`Sotto::serve`], with environment variables.
    pub async fn serve_with(data: &Path, more: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = sotto();
        command.args(["serve", "--demo", "--print-json", "--listen", "127.0.0.1:0", "--operator", "0", "--data"]);
        command.arg(data).args(more).envs(environment.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        // Read all the while: a full pipe would stop the server.
        let lines = tokio::spawn(async move {
            let mut text = String::new();
            let _ = errors.read_to_string(&mut text).await;
            text
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
        let ready: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let port = ready["attendee"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let operator = ready["operator"].as_str().unwrap().parse().unwrap();
        let server = Sotto { child, lines, address, operator, ready };
        // The line comes a moment before it serves.
        while server.operator("/readyz").await.is_none_or(|answer| answer.status != 200) {}
        server
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end: how, and every line that it wrote.
    pub async fn ended(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().await.unwrap();
        (status, self.lines.await.unwrap())
    }

    /// Stops it as a service manager does.
    pub async fn stop(self) -> String {
        self.signal("TERM");
        let (status, lines) = self.ended().await;
        assert!(status.success(), "{status}: {lines}");
        lines
    }

    /// Asks the operator's address; `None` when nobody is there.
    pub async fn operator(&self, path: &str) -> Option<Answer> {
        ask(self.operator, None, &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"), "")
            .await
    }

    /// The value of a metric, by its line up to the space.
    pub async fn metric(&self, name: &str) -> f64 {
        let page = self.operator("/metrics").await.unwrap().body;
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in\n{page}")).parse().unwrap()
    }

    /// Asks one of the sites.
    pub async fn site(&self, host: &str, request: &str, headers: &[(&str, &str)], body: &str) -> Option<Answer> {
        self.site_from(None, host, request, headers, body).await
    }

    /// As [`Sotto::site`], from one of this machine's own addresses.
    pub async fn site_from(
        &self,
        from: Option<IpAddr>,
        host: &str,
        request: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        ask(self.address, from, &self.head(host, request, headers, body.len()), body).await
    }

    /// The head of a request of our own page.
    pub fn head(&self, host: &str, request: &str, headers: &[(&str, &str)], length: usize) -> String {
        let port = self.address.port();
        let mut head = format!(
            "{request} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n\
             content-length: {length}\r\n"
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head + "\r\n"
    }

    /// A tap of a new phone; its token when it was taken.
    pub async fn tap(&self) -> Option<String> {
        let (body, headers) = tap();
        let answer = self.site("localhost", "POST /alert", &headers, &body).await?;
        (answer.status == 303).then(|| answer.sets("__Host-t").unwrap())
    }

    /// The page of the phone that holds `token`.
    pub async fn case_of(&self, token: &str) -> u16 {
        let cookie = format!("__Host-t={token}");
        self.site("localhost", "GET /now", &[("cookie", &cookie)], "").await.unwrap().status
    }
}

/// The form of a tap under a fresh key, and its headers.
pub fn tap() -> (String, [(&'static str, &'static str); 2]) {
    (format!("key={}&p=", hex(&random::<16>())), [("content-type", FORM), ("cookie", "__Host-ok=1")])
}

/// Connects, from one of this machine's addresses if that matters.
pub async fn connect(to: SocketAddr, from: Option<IpAddr>) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if let Some(from) = from {
        socket.bind((from, 0).into())?;
    }
    socket.connect(to).await
}

async fn ask(to: SocketAddr, from: Option<IpAddr>, head: &str, body: &str) -> Option<Answer> {
    let mut stream = connect(to, from).await.ok()?;
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.ok()?;
    answer(stream).await
}

/// Reads an answer to its end, if there is a whole one.
pub async fn answer(mut stream: TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
}
