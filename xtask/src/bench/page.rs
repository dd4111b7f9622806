//! `cargo xtask bench page`: a phone's first visit and its tap, in a real
//! Chromium with TLS, over lines that delay every packet.

use super::certificate::{self, Chain};
use super::figures::Found;
use super::line::{Line, PROFILES, Profile, Running};
use super::load;
use crate::project::Project;
use crate::{dist, sh, site, tools};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The name the phone looks up; `.test` belongs to nobody (RFC 6761).
const HOST: &str = "sotto.test";

/// What one visit may take at most, with its pauses; beyond it something hangs.
const VISIT_WITHIN: Duration = Duration::from_secs(15);

/// Options of `bench page`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Counted visits on each network.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    samples: u32,
    /// Measure this finished `sotto` instead of building one.
    #[arg(long, value_name = "FILE")]
    sotto: Option<PathBuf>,
    /// Give server and browser a processor before all other work of this
    /// machine: for one that cannot be left alone meanwhile.
    #[arg(long)]
    right_of_way: bool,
}

/// Everything that is the same on each network.
struct Bench<'a> {
    project: &'a Project,
    samples: u32,
    right_of_way: bool,
    sotto: PathBuf,
    chromium: PathBuf,
    folder: Scratch,
    chain: Chain,
}

/// Measures, prints, and writes `target/bench/page.json`.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    requirements()?;
    tools::npm(&project.root.join("end2end"))?;
    let chromium = tools::chromium()?;
    let (sotto, bundle) = match &args.sotto {
        Some(file) => (file.canonicalize().with_context(|| format!("cannot find {}", file.display()))?, None),
        None => dist::build(project).map(|(sotto, folder)| (sotto, Some(folder)))?,
    };
    let results = project.target.join("bench");
    let folder = Scratch::make(results.join(format!("page-{}", std::process::id())))?;
    let chain = certificate::make(&folder.0, HOST)?;
    let bench =
        Bench { project, samples: args.samples, right_of_way: args.right_of_way, sotto, chromium, folder, chain };
    let measured = bench.all(bundle.as_deref())?;
    let file = results.join("page.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&measured)?)?;
    println!("\n{}", file.display());
    Ok(())
}

/// A folder that goes when its owner does.
struct Scratch(PathBuf);

impl Scratch {
    fn make(folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Says in a sentence what is missing.
fn requirements() -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "this bench delays packets with Linux's network namespaces: run it on Linux");
    let root = sh::output(Command::new("id").arg("-u"))?.trim_ascii() == b"0";
    ensure!(root, "this bench makes network namespaces, which only root may: run it as root");
    for (program, package) in [("ip", "iproute2"), ("python3", "python3"), ("openssl", "openssl")] {
        ensure!(sh::which(program).is_some(), "{program} is missing: run `apt-get install {package}`");
    }
    Ok(())
}

impl Bench<'_> {
    fn all(&self, bundle: Option<&Path>) -> Result<Value> {
        let load_before = load();
        let cores = std::thread::available_parallelism()?.get();
        println!("{cores} cores, load {load_before}, certificates {} bytes", self.chain.bytes);
        let mut networks = Vec::new();
        let mut browser = String::new();
        for profile in &PROFILES {
            let found = self.network(profile).with_context(|| format!("{} could not be measured", profile.name))?;
            found.believe(profile)?;
            networks.push(found.report(profile)?);
            browser = found.browser;
        }
        let load_after = load();
        let busy = if self.right_of_way { "with right of way" } else { "above the cores, times are upper bounds" };
        println!("\nLoad at the end {load_after}; {busy}. Chromium {browser}.");
        let live = bundle.map(live_part).transpose()?;
        Ok(json!({
            "cores": cores,
            "load": [load_before, load_after],
            "browser": browser,
            "certificateBytes": self.chain.bytes,
            "samples": self.samples,
            "rightOfWay": self.right_of_way,
            "networks": networks,
            "livePartBrotliBytes": live,
        }))
    }

    /// The visits on one network. What is started here ends here, latest first.
    fn network(&self, profile: &Profile) -> Result<Found> {
        let line = Line::start(self.project, profile, self.right_of_way)?;
        let rig = self.project.root.join("end2end/rig");
        let mut far = line.far(Path::new("python3"));
        far.arg(rig.join("far.py")).args([line.far_ip(), HOST]);
        let _far = Running::start(&mut far).context("the name server did not start")?;
        let (_server, ready) = Running::start(&mut self.server(&line)?).context("sotto did not start")?;
        let ready: Value = serde_json::from_str(&ready).context("sotto did not say where its poster is")?;

        let resolv_conf = self.folder.0.join("resolv.conf");
        std::fs::write(&resolv_conf, format!("nameserver {}\n", line.far_ip()))?;
        let config = json!({
            "chromium": self.chromium,
            "url": ready["poster"],
            "spki": self.chain.spki,
            "samples": self.samples,
            "far": line.far_ip(),
            "port": 443,
            "roundTripMs": profile.round_trip_ms,
            "downKbit": profile.down_kbit,
            "upKbit": profile.up_kbit,
        });
        let out = self.folder.0.join("found.json");
        let mut phone = line.near(&resolv_conf, "node");
        phone.arg(rig.join("page.mjs")).arg(config.to_string());
        phone.stdin(Stdio::null()).stdout(std::fs::File::create(&out)?);
        let mut phone = Running(phone.spawn().context("cannot start node")?);
        // As many repeat visits follow.
        let until = Instant::now() + VISIT_WITHIN * (2 * self.samples + 8);
        let status = loop {
            if let Some(status) = phone.0.try_wait()? {
                break status;
            }
            ensure!(Instant::now() < until, "the browser hangs: one visit takes more than {VISIT_WITHIN:?}");
            std::thread::sleep(Duration::from_millis(100));
        };
        if !status.success() {
            bail!("the browser's part failed ({status}); the lines above say why");
        }
        serde_json::from_slice(&std::fs::read(&out)?).context("the browser's part wrote something unexpected")
    }

    /// The server at the far end, with an empty log on this machine's disk.
    fn server(&self, line: &Line) -> Result<Command> {
        let data = self.folder.0.join("data");
        std::fs::remove_dir_all(&data).ok();
        std::fs::create_dir_all(&data)?;
        let mut command = line.far(&self.sotto);
        command
            .args(["serve", "--demo", "--print-json", "--host", HOST, "--desk-host"])
            .arg(format!("desk.{HOST}"))
            .arg(format!("--listen={}:443", line.far_ip()))
            .arg("--data")
            .arg(data)
            .arg("--tls-cert")
            .arg(&self.chain.certificates)
            .arg("--tls-key")
            .arg(&self.chain.key);
        Ok(command)
    }
}

/// What a phone loads after its first page, by name, in bytes after brotli.
fn live_part(folder: &Path) -> Result<Value> {
    let files = site::read_manifest(folder)?;
    let sizes = ["attendee_bg.wasm", "attendee.js"].map(|name| (name, files.get(name).and_then(|file| file.brotli)));
    for (name, bytes) in sizes {
        println!("{name}: {} bytes after brotli", bytes.map_or("no".to_owned(), site::grouped));
    }
    Ok(sizes.into_iter().map(|(name, bytes)| (name.to_owned(), json!(bytes))).collect::<serde_json::Map<_, _>>().into())
}
