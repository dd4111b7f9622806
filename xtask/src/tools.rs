//! Installs what a fresh machine lacks, and nothing when all is there.

use crate::project::Project;
use crate::{sh, site};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The version of cargo-deny the settings in `deny.toml` are written for.
const CARGO_DENY: &str = "0.20.2";

/// Makes sure Rust can compile for the browser.
pub(crate) fn wasm_target(project: &Project) -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let libraries = sh::output(Command::new(rustc).current_dir(&project.root).args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]))?;
    if Path::new(String::from_utf8_lossy(&libraries).trim()).is_dir() {
        return Ok(());
    }
    if sh::which("rustup").is_none() {
        bail!("the Rust target {TARGET} is missing: install it the way you installed Rust");
    }
    println!("Installing the Rust target {TARGET}");
    sh::run(Command::new("rustup").current_dir(&project.root).args(["target", "add", TARGET]))
}

/// Installs the npm packages of `folder` when its lock file has changed.
pub(crate) fn npm(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let want = site::digest(&std::fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?);
    let stamp = folder.join("node_modules/.sotto-stamp");
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == want) {
        return Ok(());
    }
    if sh::which("npm").is_none() || sh::which("node").is_none() {
        apt("Node and npm", &["nodejs", "npm"])?;
    }
    println!("Installing the npm packages of {}", folder.display());
    sh::run(Command::new("npm").current_dir(folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]))?;
    std::fs::write(stamp, want)?;
    Ok(())
}

/// The Chromium to test with: `SOTTO_CHROMIUM`, else Debian's, else installed now.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(own) = std::env::var_os("SOTTO_CHROMIUM") {
        let own = PathBuf::from(own);
        if !own.is_file() {
            bail!("SOTTO_CHROMIUM names no file: {}", own.display());
        }
        return Ok(own);
    }
    let debian = PathBuf::from("/usr/bin/chromium");
    if !debian.is_file() {
        apt("Chromium", &["chromium"])?;
    }
    Ok(debian)
}

/// The Firefox to test with: `SOTTO_FIREFOX`, else Debian's, else installed now.
pub(crate) fn firefox() -> Result<PathBuf> {
    if let Some(own) = std::env::var_os("SOTTO_FIREFOX") {
        let own = PathBuf::from(own);
        if !own.is_file() {
            bail!("SOTTO_FIREFOX names no file: {}", own.display());
        }
        return Ok(own);
    }
    let debian = PathBuf::from("/usr/bin/firefox-esr");
    if !debian.is_file() {
        apt("Firefox", &["firefox-esr"])?;
    }
    Ok(debian)
}

/// WebKitGTK, its driver and a screen for it.
pub(crate) fn webkit() -> Result<()> {
    for (program, package) in [("WebKitWebDriver", "webkit2gtk-driver"), ("Xvfb", "xvfb")] {
        if sh::which(program).is_none() {
            apt(program, &[package])?;
        }
    }
    Ok(())
}

/// What the tests of voice need beside browsers: a sound device for Firefox, whose sound clock
/// stands still without one, and rules that drop packets.
pub(crate) fn voice_rig() -> Result<()> {
    for (program, package) in [("pulseaudio", "pulseaudio"), ("iptables", "iptables"), ("unshare", "util-linux")] {
        // Root's programs are not always on another's path.
        let there = sh::which(program).is_some() || Path::new("/usr/sbin").join(program).is_file();
        if !there {
            apt(program, &[package])?;
        }
    }
    Ok(())
}

/// A Python with the packages of `requirements`, made anew when the list has changed.
pub(crate) fn python(project: &Project, requirements: &Path) -> Result<PathBuf> {
    let list = std::fs::read(requirements).with_context(|| format!("cannot read {}", requirements.display()))?;
    let want = site::digest(&list);
    let home = project.target.join("tools/python");
    let (program, stamp) = (home.join("bin/python"), home.join("sotto-stamp"));
    if program.is_file() && std::fs::read_to_string(&stamp).is_ok_and(|have| have == want) {
        return Ok(program);
    }
    let make = |python: &Path| sh::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&home));
    let python = Path::new("python3");
    if sh::which("python3").is_none() || make(python).is_err() {
        apt("Python", &["python3", "python3-venv"])?;
        make(python)?;
    }
    println!("Installing the Python packages of {}", requirements.display());
    let mut pip = Command::new(&program);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]);
    sh::run(pip.arg("--requirement").arg(requirements))?;
    std::fs::write(stamp, want)?;
    Ok(program)
}

/// Fonts that cover the languages shown in pictures; without apt only a warning.
pub(crate) fn fonts() -> Result<()> {
    if Path::new("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf").is_file() {
        return Ok(());
    }
    if sh::which("apt-get").is_none() {
        println!("Note: the Noto fonts were not found; pictures may differ from the kept ones.");
        return Ok(());
    }
    apt("the Noto fonts", &["fonts-noto-core"])
}

/// cargo-deny in its pinned version, built once and kept in the target folder.
pub(crate) fn cargo_deny(project: &Project) -> Result<PathBuf> {
    let home = project.target.join("tools");
    let program = home.join("bin/cargo-deny");
    let stamp = home.join("cargo-deny-version");
    if program.is_file() && std::fs::read_to_string(&stamp).is_ok_and(|have| have == CARGO_DENY) {
        return Ok(program);
    }
    println!("Building cargo-deny {CARGO_DENY} once; this takes about three minutes");
    let work = home.join("build");
    sh::run(
        project
            .cargo()
            .args(["install", "--locked", "--debug", "--force", "cargo-deny"])
            .args(["--version", CARGO_DENY])
            .arg("--root")
            .arg(&home)
            .arg("--target-dir")
            .arg(&work),
    )?;
    std::fs::remove_dir_all(work).ok();
    std::fs::write(stamp, CARGO_DENY)?;
    Ok(program)
}

/// Installs Debian packages, through sudo unless already root.
fn apt(what: &str, packages: &[&str]) -> Result<()> {
    if sh::which("apt-get").is_none() {
        bail!("{what} is missing and this system has no apt-get: please install it yourself");
    }
    let root = sh::output(Command::new("id").arg("-u"))?.trim_ascii() == b"0";
    if !root && sh::which("sudo").is_none() {
        bail!("{what} is missing: run `apt-get install {}` as root", packages.join(" "));
    }
    println!("Installing {what} ({})", packages.join(" "));
    let get = |arguments: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]).args(arguments).stdout(Stdio::null());
        sh::run(&mut command)
    };
    get(&["update"])?;
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    get(&install)
}
