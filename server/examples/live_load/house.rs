//! A server in a process of its own, with as many agents as wanted, and what it takes of the machine.

use super::Outcome;
use serde::Deserialize;
use server::visitor::{Site, Visitor};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A running server. It is killed when this is dropped.
pub struct House {
    child: Child,
    sotto: PathBuf,
    folder: PathBuf,
    /// The attendees' site.
    pub attendee: Site,
    /// The staff's site.
    pub desk: Site,
    /// Paths of the agents' sign-in links.
    pub links: Vec<String>,
}

#[derive(Deserialize)]
struct Ready {
    attendee: String,
    desk: String,
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Link {
    role: String,
    url: String,
}

impl House {
    /// Starts `sotto` on a log in `folder` with `agents` agents.
    pub async fn open(sotto: &Path, folder: &Path, agents: usize) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        let staff: String =
            (0..agents).map(|n| format!("\n[[staff]]\nname = \"Agent {n}\"\nrole = \"agent\"\n")).collect();
        std::fs::write(folder.join("festival.toml"), format!("{}{staff}", server::festival::DEMO))?;
        let (child, ready) = start(sotto, folder, 0).await?;
        let (attendee, _) = Site::of(&ready.attendee).await?;
        let (desk, _) = Site::of(&ready.desk).await?;
        let mut links = Vec::new();
        for link in ready.links.iter().filter(|link| link.role == "agent") {
            links.push(Site::of(&link.url).await?.1);
        }
        Ok(House { child, sotto: sotto.to_owned(), folder: folder.to_owned(), attendee, desk, links })
    }

    /// Kills the server, as a power cut of the process would, and starts it again on the same port.
    pub async fn kill_and_restart(&mut self) -> Outcome<()> {
        self.child.kill().await?;
        self.child = start(&self.sotto, &self.folder, self.attendee.at.port()).await?.0;
        Ok(())
    }

    /// Resident memory of the server, bytes. The relay is another process.
    pub fn resident(&self) -> Outcome<u64> {
        let pid = self.child.id().ok_or("the server has ended")?;
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
        let line = rollup.lines().find(|line| line.starts_with("Rss:")).ok_or("no Rss")?;
        Ok(1_024 * line.split_whitespace().nth(1).ok_or("no number")?.parse::<u64>()?)
    }

    /// An agent who has just signed in.
    pub async fn agent(&self, n: usize) -> Outcome<Visitor> {
        let mut agent = Visitor::new(self.desk.clone(), ["fr", "en"][n % 2]);
        let path = self.links.get(n).ok_or("there are fewer agents")?;
        let answer = agent.post(path, &[("name", &format!("Agent {n}"))]).await?;
        if answer.status != 303 {
            return Err(format!("a sign-in link was answered with {}", answer.status).into());
        }
        Ok(agent)
    }
}

async fn start(sotto: &Path, folder: &Path, port: u16) -> Outcome<(Child, Ready)> {
    let mut child = Command::new(sotto)
        .args(["serve", "--demo", "--print-json", "--listen", &format!("127.0.0.1:{port}")])
        .arg("--festival")
        .arg(folder.join("festival.toml"))
        .arg("--data")
        .arg(folder.join("data"))
        .env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "warn".to_owned()))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no pipe")?;
    let line = BufReader::new(stdout).lines().next_line().await?.ok_or("the server ended at once")?;
    Ok((child, serde_json::from_str(&line)?))
}
