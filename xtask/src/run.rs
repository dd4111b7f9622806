//! `cargo xtask run`: from a fresh clone to a running demo.

use crate::bundle::{self, Mode};
use crate::project::Project;
use crate::sh;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `run` and `watch` take.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Passed on to `sotto serve --demo`: `--lively` lets invented people in, `--listen 127.0.0.1:3001` takes
    /// another port, `--help` names the rest.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds what changed and becomes the server.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    let site = bundle::bundle(project, Mode::Dev)?;
    let binary = build_server(project)?;
    let mut serve = serve(project, args, &binary, &site)?;
    replace_with(&mut serve)
}

/// Builds `sotto` for development and returns where it is.
pub(crate) fn build_server(project: &Project) -> Result<PathBuf> {
    sh::run(project.cargo().args(["build", "--package", "server", "--bin", "sotto"]))?;
    Ok(server_binary(project))
}

/// Where cargo puts the development build of `sotto`.
pub(crate) fn server_binary(project: &Project) -> PathBuf {
    let name = format!("sotto{}", std::env::consts::EXE_SUFFIX);
    project.target.join("debug").join(name)
}

/// The command that serves the demo festival out of `target/demo-data`, or with invented people out of
/// `target/lively-data`: their cases are nobody's to answer in a plain demo.
pub(crate) fn serve(project: &Project, args: &Args, binary: &Path, site: &Path) -> Result<Command> {
    let mut command = Command::new(binary);
    command.current_dir(&project.root).args(["serve", "--demo"]);
    // Somebody who names another folder means that one only.
    let own_data = |arg: &String| arg == "--data" || arg.starts_with("--data=");
    if !args.rest.iter().any(own_data) {
        let lively = args.rest.iter().any(|arg| arg.starts_with("--lively"));
        let data = project.target.join(if lively { "lively-data" } else { "demo-data" });
        std::fs::create_dir_all(&data).with_context(|| format!("cannot make the data folder {}", data.display()))?;
        command.arg("--data").arg(data);
    }
    command.args(&args.rest).env("SOTTO_SITE", site);
    Ok(command)
}

/// On Unix the server takes this process's place, so that every signal,
/// Ctrl-C or a supervisor's, reaches it without anybody forwarding it.
#[cfg(unix)]
fn replace_with(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(error).context("cannot start sotto")
}

/// Elsewhere the console sends Ctrl-C to both.
#[cfg(not(unix))]
fn replace_with(command: &mut Command) -> Result<()> {
    sh::run(command)
}
