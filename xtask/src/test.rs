//! `cargo xtask test`: everything that must hold before a change lands.

use crate::bundle::{self, BINS, Mode};
use crate::project::Project;
use crate::{audit, run, sh, site, tools};
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Strings that only one of the two modules holds. If one turns up in the
/// other, code of one audience is shipped to the other.
const MARKERS: [(&str, &str); 3] = [
    ("attendee", "SOTTO_ATTENDEE_BUNDLE_MARKER"),
    ("place", "SOTTO_PLACE_BUNDLE_MARKER"),
    ("console", "SOTTO_CONSOLE_BUNDLE_MARKER"),
];

/// Options of `test`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also run what takes minutes: cargo-deny, WebKit, and the staff's pages in all twelve languages.
    #[arg(long)]
    full: bool,
    /// Run these steps only.
    #[arg(long, value_delimiter = ',', value_name = "STEP")]
    only: Vec<Step>,
    /// After `--`: passed on to Playwright.
    #[arg(last = true)]
    playwright: Vec<String>,
}

impl Args {
    fn runs(&self, step: Step) -> bool {
        self.only.is_empty() || self.only.contains(&step)
    }
}

/// The steps, in the order they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Step {
    Fmt,
    Clippy,
    Unit,
    Bundle,
    E2e,
    Audit,
}

impl Step {
    const ALL: [Self; 6] = [Self::Fmt, Self::Clippy, Self::Unit, Self::Bundle, Self::E2e, Self::Audit];

    fn heading(self) -> &'static str {
        match self {
            Self::Fmt => "Formatting",
            Self::Clippy => "Lints, native and Wasm",
            Self::Unit => "Unit and integration tests",
            Self::Bundle => "Browser bundles, budgets and markers",
            Self::E2e => "In a real browser",
            Self::Audit => "Dependencies",
        }
    }

    fn run(self, project: &Project, args: &Args) -> Result<()> {
        match self {
            Self::Fmt => fmt(project),
            Self::Clippy => clippy(project),
            Self::Unit => unit(project),
            Self::Bundle => markers(&bundle::bundle(project, Mode::Release)?),
            Self::E2e => end_to_end(project, args),
            Self::Audit if args.full => audit::full(project),
            Self::Audit => audit::quick(project),
        }
    }
}

/// Runs the steps, stops at the first that fails, and says how long each took.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    let mut times = Vec::new();
    for step in Step::ALL.into_iter().filter(|step| args.runs(*step)) {
        println!("\n=== {} ===", step.heading());
        let started = Instant::now();
        let result = step.run(project, args);
        times.push((step, started.elapsed(), result.is_ok()));
        if let Err(error) = result {
            print_times(&times);
            bail!("{} failed: {error:#}", step.heading());
        }
    }
    print_times(&times);
    Ok(())
}

fn print_times(times: &[(Step, Duration, bool)]) {
    println!();
    for (step, time, passed) in times {
        let outcome = if *passed { "ok" } else { "FAILED" };
        println!("{:<40}{:>8.1} s  {outcome}", step.heading(), time.as_secs_f64());
    }
}

fn fmt(project: &Project) -> Result<()> {
    sh::run(project.cargo().args(["fmt", "--all", "--check"]))
}

/// Warnings are errors here and nowhere else, so that they never stop a build.
fn clippy(project: &Project) -> Result<()> {
    tools::wasm_target(project)?;
    let deny = ["--", "--deny", "warnings"];
    let mut native = project.cargo();
    native.args(["clippy", "--workspace", "--all-targets"]).args(deny);
    sh::run(&mut native)?;
    let mut wasm = project.cargo();
    wasm.args(["clippy", "--package", "app", "--lib", "--bins"]);
    wasm.args(["--features", "hydrate", "--target", "wasm32-unknown-unknown"]);
    sh::run(wasm.args(deny))
}

fn unit(project: &Project) -> Result<()> {
    if sh::which("cargo-nextest").is_some() {
        let mut nextest = project.cargo();
        nextest.args(["nextest", "run", "--workspace", "--no-tests=pass"]);
        nextest.args(["--status-level=fail", "--hide-progress-bar"]);
        sh::run(&mut nextest)?;
    } else {
        sh::run(project.cargo().args(["test", "--workspace", "--all-targets", "--quiet"]))?;
    }
    // nextest cannot run the examples in the documentation.
    sh::run(project.cargo().args(["test", "--workspace", "--doc", "--quiet"]))
}

/// Each module holds its own marker and not another's.
fn markers(folder: &Path) -> Result<()> {
    let manifest = site::read_manifest(folder)?;
    for bin in BINS {
        let name = format!("{bin}_bg.wasm");
        let entry = manifest.get(&name).with_context(|| format!("{name} is missing"))?;
        let module = std::fs::read(folder.join(&entry.file))?;
        for (owner, marker) in MARKERS {
            let there = contains(&module, marker.as_bytes());
            ensure!(
                there || owner != bin,
                "the {bin} bundle lacks its marker {marker}: it must reach the page at start"
            );
            ensure!(!there || owner == bin, "the {bin} bundle holds {marker}: code of the {owner} bundle got in");
        }
    }
    println!("Each bundle holds its own marker and not another's");
    Ok(())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Playwright against the development server with the release bundle.
fn end_to_end(project: &Project, args: &Args) -> Result<()> {
    let folder = project.root.join("end2end");
    tools::npm(&folder)?;
    let chromium = tools::chromium()?;
    let firefox = tools::firefox()?;
    tools::voice_rig()?;
    if args.full {
        tools::webkit()?;
    }
    let python = tools::python(project, &folder.join("rig/requirements.txt"))?;
    tools::fonts()?;
    let site = bundle::bundle(project, Mode::Release)?;
    let binary = if args.runs(Step::Unit) {
        // The unit step has built this one already: same packages, same features.
        sh::run(project.cargo().args(["build", "--workspace", "--bins", "--tests"]))?;
        run::server_binary(project)
    } else {
        run::build_server(project)?
    };
    let tool = |name: &str| {
        let mut command = Command::new(folder.join("node_modules/.bin").join(name));
        command.current_dir(&folder);
        command
    };
    sh::run(tool("tsc").arg("--noEmit"))?;
    let mut playwright = tool("playwright");
    if args.full {
        playwright.env("SOTTO_FULL", "1");
    }
    sh::run(
        playwright
            .arg("test")
            .args(&args.playwright)
            .env("SOTTO_BIN", binary)
            .env("SOTTO_SITE", site)
            .env("SOTTO_CHROMIUM", chromium)
            .env("SOTTO_FIREFOX", firefox)
            .env("SOTTO_PYTHON", python),
    )
}
