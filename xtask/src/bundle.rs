//! `cargo xtask bundle`: Rust, CSS and public files in, a folder of
//! fingerprinted files out.
//!
//! Cargo decides whether the two modules are stale. Everything after it runs
//! again only when the digest of all its inputs differs from the one kept in
//! `bundle-report.json`.

use crate::project::Project;
use crate::report::{BUDGETS, Report, size};
use crate::site::{self, Writer};
use crate::{sh, tools};
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use wasm_bindgen_cli_support::Bindgen;

/// The three bundles: binaries of the package `app`.
pub(crate) const BINS: [&str; 3] = ["attendee", "place", "console"];

/// How much care a build gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Quick to build: nothing optimised or compressed, no budgets.
    Dev,
    /// What is shipped: optimised, minified, brotli twins, within budgets.
    Release,
}

/// Options of `bundle`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Optimise, compress and hold to the budgets (the default).
    #[arg(long, conflicts_with = "dev")]
    release: bool,
    /// Build quickly, for a development server.
    #[arg(long)]
    dev: bool,
}

/// The command itself.
pub(crate) fn command(project: &Project, args: &Args) -> Result<()> {
    let mode = if args.dev { Mode::Dev } else { Mode::Release };
    let site = bundle(project, mode)?;
    println!("{}", site.display());
    Ok(())
}

/// Brings the static files of `mode` up to date and returns their folder.
pub(crate) fn bundle(project: &Project, mode: Mode) -> Result<PathBuf> {
    tools::wasm_target(project)?;
    let npm = project.root.join("xtask/tools");
    tools::npm(&npm)?;
    let linked = compile(project, mode)?;

    let folder = project.site(mode);
    let inputs = digest_of_inputs(project, mode, &linked)?;
    if let Some(report) = Report::up_to_date(&folder, &inputs) {
        if mode == Mode::Release {
            report.print_table();
            report.hold_to_budgets()?;
        }
        return Ok(folder);
    }

    let started = Instant::now();
    let build = Build { project, mode, npm };
    let fresh = sibling(&folder, "new");
    let writer = Writer::new(&fresh, mode == Mode::Release)?;
    // Two modules, and mostly wasm-opt's time: one thread each.
    let modules = std::thread::scope(|scope| {
        let threads: Vec<_> =
            BINS.iter().zip(&linked).map(|(bin, path)| scope.spawn(|| build.module(bin, path, &writer))).collect();
        let mut modules = BTreeMap::new();
        for (bin, thread) in BINS.iter().zip(threads) {
            let Ok(sizes) = thread.join() else {
                bail!("bundling {bin} stopped unexpectedly; the lines above say where");
            };
            modules.insert((*bin).to_owned(), sizes?);
        }
        Ok(modules)
    })?;
    build.style(&writer)?;
    build.public(&writer)?;
    let report = Report::new(inputs, modules, writer.finish()?);
    report.write(&fresh)?;
    replace(&folder, &fresh)?;
    println!("Bundled in {:.1} s", started.elapsed().as_secs_f64());
    if mode == Mode::Release {
        report.print_table();
        report.hold_to_budgets()?;
    }
    Ok(folder)
}

/// Lets cargo link both modules; returns where they are.
fn compile(project: &Project, mode: Mode) -> Result<[PathBuf; BINS.len()]> {
    let mut command = project.cargo();
    command.args(["build", "--package", "app", "--features", "hydrate"]);
    command.args(["--target", "wasm32-unknown-unknown"]);
    for bin in BINS {
        command.args(["--bin", bin]);
    }
    let profile = match mode {
        Mode::Dev => "debug",
        Mode::Release => {
            command.args(["--profile", "wasm", "--config"]);
            command.arg(remapping()?);
            "wasm"
        }
    };
    sh::run(&mut command)?;
    let folder = project.target.join("wasm32-unknown-unknown").join(profile);
    Ok(BINS.map(|bin| folder.join(format!("{bin}.wasm"))))
}

/// Keeps the home folder out of panic messages: what is shipped tells nobody
/// where it was built. Members' own paths are relative already.
fn remapping() -> Result<String> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let mut flags = Vec::new();
    if let Some(registries) = home.and_then(|home| home.join("registry/src").read_dir().ok()) {
        for registry in registries {
            let sources = registry?.path();
            flags.push(format!("--remap-path-prefix={}=.", sources.display()));
        }
    }
    flags.sort();
    let flags = serde_json::to_string(&flags)?;
    Ok(format!("target.wasm32-unknown-unknown.rustflags={flags}"))
}

/// One bundling run.
struct Build<'a> {
    project: &'a Project,
    mode: Mode,
    npm: PathBuf,
}

impl Build<'_> {
    /// Makes one module and its glue; returns its sizes on the way.
    fn module(&self, bin: &str, linked: &Path, writer: &Writer) -> Result<[u64; 3]> {
        let work = self.project.target.join("xtask").join(bin);
        std::fs::remove_dir_all(&work).ok();
        std::fs::create_dir_all(&work)?;

        let mut bindgen = Bindgen::new();
        bindgen
            .input_path(linked)
            .out_name(bin)
            .typescript(false)
            .omit_default_module_path(false)
            .remove_name_section(self.mode == Mode::Release)
            .remove_producers_section(self.mode == Mode::Release);
        bindgen.web(true)?;
        bindgen.generate(&work).with_context(|| format!("wasm-bindgen cannot read {}", linked.display()))?;
        let bound = work.join(format!("{bin}_bg.wasm"));
        let mut last = bound.clone();
        if self.mode == Mode::Release {
            last = work.join("optimised.wasm");
            self.wasm_opt(&bound, &last)?;
        }
        let logical = format!("{bin}_bg.wasm");
        let file = writer.add(&logical, &std::fs::read(&last)?)?;

        // Only `init` is taken over: `main` does the rest, nothing else is exported.
        let entry = work.join("entry.js");
        std::fs::write(&entry, format!("export {{ default }} from './{bin}.js';\n"))?;
        let glue = self.esbuild(&entry, &["--bundle", "--format=esm"])?;
        let glue = String::from_utf8(glue).context("the glue is not UTF-8")?;
        ensure!(
            glue.matches(&logical).count() == 1,
            "the glue of {bin} should name {logical} once: has wasm-bindgen changed?"
        );
        writer.add(&format!("{bin}.js"), glue.replace(&logical, &file).as_bytes())?;
        Ok([size(linked)?, size(&bound)?, size(&last)?])
    }

    /// Shrinks a module; the features are those every supported browser has.
    fn wasm_opt(&self, from: &Path, to: &Path) -> Result<()> {
        sh::run(
            Command::new("node")
                .arg(self.npm.join("node_modules/binaryen/bin/wasm-opt"))
                .args(["-Oz", "--converge", "--strip-debug", "--strip-producers"])
                .args(["--enable-bulk-memory", "--enable-multivalue"])
                .args(["--enable-mutable-globals", "--enable-reference-types"])
                .args(["--enable-nontrapping-float-to-int", "--enable-sign-ext"])
                .arg(from)
                .arg("-o")
                .arg(to),
        )
    }

    /// What esbuild makes of a file: minified in release mode.
    fn esbuild(&self, file: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
        // Not through its JavaScript wrapper, which buries a fault in a stack trace.
        let program = files_under(&self.npm.join("node_modules/@esbuild"))?
            .into_iter()
            .find(|path| path.file_stem().is_some_and(|name| name == "esbuild"))
            .context("npm offers no esbuild for this system")?;
        let mut command = Command::new(program);
        command
            .arg(file)
            .args(arguments)
            .args(["--log-level=warning", "--legal-comments=none"])
            // A browser would skip the rest of a broken sheet without a word.
            .arg("--log-override:css-syntax-error=error");
        if self.mode == Mode::Release {
            command.arg("--minify");
        }
        sh::output(&mut command)
    }

    /// The staff's style sheet with everything it imports, and the map's for attendees. Their other
    /// pages wait for no sheet: the server puts `attendee.css` into them.
    fn style(&self, writer: &Writer) -> Result<()> {
        for name in ["staff.css", "map.css"] {
            let sheet = self.project.root.join("style").join(name);
            if sheet.is_file() {
                // Sheets are put together; pictures and fonts are addresses of the server.
                let addresses = ["--external:*.png", "--external:*.svg", "--external:*.woff2"];
                let css = self.esbuild(&sheet, &[&["--bundle"], &addresses[..]].concat())?;
                writer.add(name, &css)?;
            }
        }
        Ok(())
    }

    /// Everything under `public/`, by its path there.
    fn public(&self, writer: &Writer) -> Result<()> {
        let public = self.project.root.join("public");
        for path in files_under(&public)? {
            let logical = logical_name(&public, &path)?;
            let script = logical.ends_with(".js") || logical.ends_with(".css");
            let bytes =
                if script && self.mode == Mode::Release { self.esbuild(&path, &[])? } else { std::fs::read(&path)? };
            writer.add(&logical, &bytes)?;
        }
        Ok(())
    }
}

/// One digest over the modules, the plain files, the tools and this code.
fn digest_of_inputs(project: &Project, mode: Mode, linked: &[PathBuf]) -> Result<String> {
    let mut files = linked.to_vec();
    for folder in ["style", "public"] {
        files.extend(files_under(&project.root.join(folder))?);
    }
    files.push(project.root.join("xtask/tools/package-lock.json"));
    let mut list = format!("{mode:?} {BUDGETS:?}\n");
    list.push_str(&site::digest(include_bytes!("bundle.rs")));
    list.push_str(&site::digest(include_bytes!("report.rs")));
    list.push_str(&site::digest(include_bytes!("site.rs")));
    for path in files {
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        list.push_str(&format!("\n{} {}", path.display(), site::digest(&bytes)));
    }
    Ok(site::digest(list.as_bytes()))
}

/// Puts the finished folder in the place of the old one.
fn replace(folder: &Path, fresh: &Path) -> Result<()> {
    let old = sibling(folder, "old");
    std::fs::remove_dir_all(&old).ok();
    if folder.exists() {
        std::fs::rename(folder, &old)?;
    }
    std::fs::rename(fresh, folder).with_context(|| format!("cannot put the bundle into {}", folder.display()))?;
    std::fs::remove_dir_all(&old).ok();
    Ok(())
}

/// `site` with the ending `new` is the folder `site.new` next to it.
fn sibling(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    folder.with_file_name(name)
}

/// Every file below `folder` in a fixed order; none if there is no such folder.
pub(crate) fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A path below `folder`, written with `/`.
fn logical_name(folder: &Path, path: &Path) -> Result<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(folder)?.iter().map(|part| part.to_str()).collect();
    let parts = parts.with_context(|| format!("{} is not plain text", path.display()))?;
    Ok(parts.join("/"))
}
