//! A power cut without pulling a plug: `end2end/powercut` writes down all that a process
//! does to its files; here a disk is rebuilt as it may be after a cut at any of these
//! points, when what was not synced is lost in whole or in part.

mod disk;

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use disk::{Disk, Step, Unsynced};
use tempfile::TempDir;

/// A folder under watch, with the journal of everything that processes did in it.
pub(crate) struct Rig {
    root: TempDir,
    recorder: PathBuf,
}

impl Rig {
    /// Builds the recorder, for which the machine needs a C compiler.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let recorder = root.path().join("powercut.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/powercut/powercut.c");
        let compiler = Command::new("gcc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .args([&recorder, &source])
            .args(["-lpthread"])
            .status();
        match compiler {
            Ok(status) => assert!(status.success(), "gcc could not build {source:?}"),
            Err(error) => panic!("the power-cut tests need gcc: install it (Debian: apt install gcc) ({error})"),
        }
        std::fs::create_dir(root.path().join("log")).unwrap();
        Self { root, recorder }
    }

    /// The watched folder, as SQLite will name it.
    pub(crate) fn folder(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap().join("log")
    }

    /// Runs an ignored test of this very binary as a process of its own, under watch.
    /// Returns whether it ended well, and what it said.
    pub(crate) fn run(&self, test: &str, session: &str) -> (bool, String) {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env("LD_PRELOAD", &self.recorder)
            .env("POWERCUT_FOLDER", self.folder())
            .env("POWERCUT_JOURNAL", self.root.path().join("journal"))
            .env("POWERCUT_EIO", self.root.path().join("eio"))
            .env("POWERCUT_DIE", self.root.path().join("die"))
            .env("POWERCUT_ENOSPC", self.root.path().join("enospc"))
            .env("POWERCUT_SESSION", session)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    /// All that was done in the folder so far.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let steps = Step::read(&self.root.path().join("journal"), &self.folder());
        assert!(steps.len() > 10, "the recorder was not loaded");
        steps
    }
}
