//! `cargo xtask watch`: the daily loop. Saves are noticed by polling, what they
//! touch is rebuilt, and the server is restarted on the same data.

use crate::bundle::{self, Mode};
use crate::project::Project;
use crate::run;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// How often the folders are looked through; a walk takes about a millisecond.
const POLL: Duration = Duration::from_millis(300);

/// How long a server may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(3);

/// What is watched, and whether the browser bundles are made from it.
const WATCHED: [(&str, bool); 7] = [
    ("Cargo.toml", true),
    ("Cargo.lock", true),
    ("app", true),
    ("domain", true),
    ("public", true),
    ("style", true),
    ("server", false),
];

/// Runs until Ctrl-C.
pub(crate) fn command(project: &Project, args: &run::Args) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).context("cannot listen for Ctrl-C")?;
    }
    let mut seen = Snapshot::default();
    let mut stale = BTreeSet::new();
    let mut server = None;
    while !stop.load(Ordering::Relaxed) {
        let now = Snapshot::take(project);
        if now != seen {
            let started = Instant::now();
            stale.extend(seen.changed(&now));
            match rebuild(project, &stale) {
                Ok((binary, site)) => {
                    stale.clear();
                    end(server.take());
                    let mut serve = run::serve(project, args, &binary, &site)?;
                    server = Some(serve.spawn().context("cannot start sotto")?);
                    println!("Rebuilt in {:.1} s", started.elapsed().as_secs_f64());
                }
                Err(error) => eprintln!("{error:#}\nThe next change tries again."),
            }
            // What was saved during the build differs from `now` and is seen next.
            seen = now;
        }
        if let Some(child) = &mut server
            && let Some(status) = child.try_wait()?
        {
            eprintln!("sotto has ended ({status}). The next change starts it again.");
            server = None;
        }
        std::thread::sleep(POLL);
    }
    end(server);
    Ok(())
}

/// Builds what the changed files are part of; what fails stays stale.
fn rebuild(project: &Project, stale: &BTreeSet<&str>) -> Result<(PathBuf, PathBuf)> {
    let bundled = |name: &&str| WATCHED.iter().any(|(path, part)| path == name && *part);
    let site = if stale.iter().any(bundled) { bundle::bundle(project, Mode::Dev)? } else { project.site(Mode::Dev) };
    Ok((run::build_server(project)?, site))
}

/// When each watched file was last written, by the entry of `WATCHED` it is in.
#[derive(Default, PartialEq, Eq)]
struct Snapshot(BTreeMap<&'static str, BTreeMap<PathBuf, Option<SystemTime>>>);

impl Snapshot {
    fn take(project: &Project) -> Self {
        let entry = |name: &'static str| {
            let path = project.root.join(name);
            let files = if path.is_dir() {
                // A folder that vanishes while it is read shows at the next look.
                bundle::files_under(&path).unwrap_or_default()
            } else {
                vec![path]
            };
            let times = files.into_iter().map(|file| (written(&file), file));
            (name, times.map(|(time, file)| (file, time)).collect())
        };
        Self(WATCHED.map(|(name, _)| entry(name)).into())
    }

    /// The entries of `WATCHED` that differ.
    fn changed(&self, now: &Self) -> Vec<&'static str> {
        let differs = |name: &&&'static str| self.0.get(**name) != now.0.get(**name);
        now.0.keys().filter(differs).copied().collect()
    }
}

fn written(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).ok()?.modified().ok()
}

/// Asks a server to end, waits, and insists after `GRACE`.
fn end(server: Option<Child>) {
    let Some(mut child) = server else { return };
    // The standard library can only kill; a polite end goes through `kill`.
    Command::new("kill").arg(child.id().to_string()).status().ok();
    let asked = Instant::now();
    while asked.elapsed() < GRACE {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().ok();
    child.wait().ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_a_change_of_its_folder_only() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("style")).unwrap();
        let project = Project { root: root.path().to_owned(), target: root.path().join("target") };
        let before = Snapshot::take(&project);
        std::fs::write(root.path().join("style/a.css"), "").unwrap();
        let after = Snapshot::take(&project);
        assert_eq!(before.changed(&after), ["style"]);
        assert!(after.changed(&Snapshot::take(&project)).is_empty());
    }
}
