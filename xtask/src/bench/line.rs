//! A slow line between two network namespaces, and programs at either end.
//!
//! Law: whatever happens to this process, the namespaces and what runs in them
//! go. The shim owns them and lives only as long as its standard input is open.

use crate::project::Project;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A kind of network, and what the goals ask of it.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    /// Milliseconds, both ways together.
    pub(crate) round_trip_ms: u32,
    /// Kilobits per second towards the phone.
    pub(crate) down_kbit: u32,
    /// Kilobits per second away from it.
    pub(crate) up_kbit: u32,
    /// The button should be usable after so many milliseconds.
    pub(crate) usable_ms: u32,
    /// A tap should be acknowledged after so many milliseconds.
    pub(crate) acknowledged_ms: u32,
}

/// Lighthouse's *Slow 4G* and the usual *Regular 3G* preset.
pub(crate) const PROFILES: [Profile; 2] = [
    Profile {
        name: "Slow 4G",
        round_trip_ms: 150,
        down_kbit: 1_600,
        up_kbit: 750,
        usable_ms: 800,
        acknowledged_ms: 300,
    },
    Profile {
        name: "Regular 3G",
        round_trip_ms: 300,
        down_kbit: 700,
        up_kbit: 250,
        usable_ms: 1_500,
        acknowledged_ms: 600,
    },
];

/// The shim and what it has made.
pub(crate) struct Line {
    shim: Child,
    ends: Ends,
    right_of_way: bool,
}

/// What the shim says when the line is up.
#[derive(Deserialize)]
struct Ends {
    near: String,
    far: String,
    far_ip: String,
}

impl Line {
    /// Makes the namespaces and joins them. With `right_of_way`, programs inside
    /// get a processor before all other work of the machine.
    pub(crate) fn start(project: &Project, profile: &Profile, right_of_way: bool) -> Result<Self> {
        let mut shim = Command::new("python3")
            .arg(project.root.join("end2end/rig/shim.py"))
            .arg(format!("--name=sotto-{}", std::process::id()))
            .arg(format!("--delay-ms={}", f64::from(profile.round_trip_ms) / 2.0))
            .arg(format!("--down-kbit={}", profile.down_kbit))
            .arg(format!("--up-kbit={}", profile.up_kbit))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start python3")?;
        let said = first_line(shim.stdout.take());
        match said.and_then(|line| Ok(serde_json::from_str(&line)?)) {
            Ok(ends) => Ok(Self { shim, ends, right_of_way }),
            Err(error) => {
                drop(shim.stdin.take());
                shim.wait().ok();
                Err(error).context("the slow line was not made; the lines above say why")
            }
        }
    }

    /// The server's address.
    pub(crate) fn far_ip(&self) -> &str {
        &self.ends.far_ip
    }

    /// `program` at the server's end.
    pub(crate) fn far(&self, program: &Path) -> Command {
        let mut command = self.inside(&self.ends.far);
        command.arg(program);
        command
    }

    /// `program` at the phone's end, where names are looked up over the line:
    /// `ip netns exec` gives it mounts of its own, so the machine's file stays.
    pub(crate) fn near(&self, resolv_conf: &Path, program: &str) -> Command {
        const SCRIPT: &str = "mount --bind \"$1\" /etc/resolv.conf && shift && exec \"$@\"";
        let mut command = self.inside(&self.ends.near);
        command.args(["sh", "-c", SCRIPT, "sh"]).arg(resolv_conf).arg(program);
        command
    }

    fn inside(&self, namespace: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace]);
        if self.right_of_way {
            command.args(["chrt", "--rr", "1"]);
        }
        command
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        drop(self.shim.stdin.take());
        self.shim.wait().ok();
    }
}

/// A program that ends with its owner.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Starts it and waits for its first line, which says that it is ready.
    pub(crate) fn start(command: &mut Command) -> Result<(Self, String)> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take();
        let running = Self(child);
        Ok((running, first_line(stdout)?))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn first_line(stdout: Option<ChildStdout>) -> Result<String> {
    let mut line = String::new();
    BufReader::new(stdout.context("nothing can be read")?).read_line(&mut line)?;
    if line.is_empty() {
        bail!("it ended without a word");
    }
    Ok(line)
}
