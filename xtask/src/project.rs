//! Where things lie: the repository's root and cargo's target folder.

use crate::bundle::Mode;
use crate::sh;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The folders of one checkout.
pub(crate) struct Project {
    /// The repository's root: where the workspace's `Cargo.toml` is.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever `CARGO_TARGET_DIR` or a config put it.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Finds the checkout this command was started from.
    pub(crate) fn find() -> Result<Self> {
        // `cargo run` sets the variable; the constant serves a binary started by hand.
        let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let root = Path::new(&here).parent().context("xtask must lie inside the repository")?.to_owned();
        let mut command = sh::cargo();
        command.current_dir(&root).args(["metadata", "--no-deps", "--format-version=1"]);
        let metadata: serde_json::Value = serde_json::from_slice(&sh::output(&mut command)?)?;
        let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
        Ok(Self { target: target.into(), root })
    }

    /// Where the static files of `mode` lie. `SOTTO_SITE` overrides it.
    pub(crate) fn site(&self, mode: Mode) -> PathBuf {
        match std::env::var_os("SOTTO_SITE") {
            Some(path) if !path.is_empty() => self.root.join(path),
            _ => self.target.join(match mode {
                Mode::Release => "site",
                Mode::Dev => "site-dev",
            }),
        }
    }

    /// A cargo command that runs at the root.
    pub(crate) fn cargo(&self) -> std::process::Command {
        let mut command = sh::cargo();
        command.current_dir(&self.root);
        command
    }
}
