//! Tells rust-embed where the static files are: `cargo xtask dist` says it in
//! `SOTTO_SITE`; without it nothing is embedded and a fresh clone still compiles.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if release {
        // xtask changes the stamp whenever a file in the folder changes. A
        // development build reads from disk and must not depend on either.
        println!("cargo::rerun-if-env-changed=SOTTO_SITE");
        println!("cargo::rerun-if-env-changed=SOTTO_SITE_STAMP");
    }
    let embedded = match std::env::var("SOTTO_SITE") {
        Ok(site) if release && !site.is_empty() => site,
        _ => out.join("no-site").display().to_string(),
    };
    let code = format!(
        "#[derive(rust_embed::RustEmbed)]\n\
         #[folder = {embedded:?}]\n\
         #[allow_missing = true]\n\
         struct Embedded;\n"
    );
    std::fs::write(out.join("embedded.rs"), code).expect("cargo's own folder can be written");
    println!("cargo::rustc-env=SOTTO_TARGET={}", target_folder(&out).display());
}

/// Cargo's target folder: the nearest one above that cargo has marked as such.
fn target_folder(out: &Path) -> &Path {
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").is_file();
    out.ancestors().find(marked).unwrap_or(out)
}
