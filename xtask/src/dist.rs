//! `cargo xtask dist`: one self-contained binary.

use crate::bundle::{self, Mode};
use crate::project::Project;
use crate::{sh, site};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// Makes `dist/sotto` and says how large it is.
pub(crate) fn command(project: &Project) -> Result<()> {
    let (built, folder) = build(project)?;
    let name = format!("sotto{}", std::env::consts::EXE_SUFFIX);
    let dist = project.root.join("dist");
    std::fs::create_dir_all(&dist)?;
    let out = dist.join(&name);
    // Unlinked first: a running copy must not stop the build.
    std::fs::remove_file(&out).ok();
    std::fs::copy(&built, &out).with_context(|| format!("cannot copy {}", built.display()))?;
    let served: u64 = site::read_manifest(&folder)?.values().map(|file| file.bytes + file.brotli.unwrap_or(0)).sum();
    println!(
        "dist/{name}: {} bytes, {} of them browser files",
        site::grouped(std::fs::metadata(&out)?.len()),
        site::grouped(served),
    );
    Ok(())
}

/// Builds the binary and returns where it is, and the folder of what it carries.
pub(crate) fn build(project: &Project) -> Result<(PathBuf, PathBuf)> {
    let folder = bundle::bundle(project, Mode::Release)?;
    let stamp = site::digest(&std::fs::read(folder.join("manifest.json"))?);
    sh::run(
        project
            .cargo()
            .args(["build", "--release", "--package", "server", "--bin", "sotto"])
            .env("SOTTO_SITE", &folder)
            // The folder's path stays the same when its files change.
            .env("SOTTO_SITE_STAMP", stamp),
    )?;
    let name = format!("sotto{}", std::env::consts::EXE_SUFFIX);
    Ok((project.target.join("release").join(name), folder))
}
