//! `cargo xtask audit`: what may come in with a dependency.
//!
//! `deny.toml` holds the rules. cargo-deny is their full judge; `quick` reads
//! the licence list, the bans and the sources from the same file in a second,
//! for the daily test.

use crate::licence;
use crate::project::Project;
use crate::{sh, tools};
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The parts of `deny.toml` that `quick` enforces itself.
#[derive(Deserialize)]
struct Rules {
    graph: Graph,
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licences {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default)]
    deny_multiple_versions: bool,
    #[serde(default)]
    reason: String,
}

/// What `cargo metadata` says about the crates that can get into a build.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Clone, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

/// The quick check, then cargo-deny's.
pub(crate) fn full(project: &Project) -> Result<()> {
    quick(project)?;
    let deny = tools::cargo_deny(project)?;
    let mut command = std::process::Command::new(deny);
    command.current_dir(&project.root);
    command.args(["--log-level", "warn", "--locked", "check"]);
    command.args(["--hide-inclusion-graph", "licenses", "bans", "sources"]);
    sh::run(&mut command)
}

/// Licences, bans and sources, without any tool to install.
pub(crate) fn quick(project: &Project) -> Result<()> {
    let rules = std::fs::read_to_string(project.root.join("deny.toml")).context("cannot read deny.toml")?;
    let rules: Rules = toml::from_str(&rules).context("deny.toml is not as expected")?;
    let mut command = project.cargo();
    command.args(["metadata", "--format-version=1", "--locked", "--all-features", "--quiet"]);
    for target in &rules.graph.targets {
        command.args(["--filter-platform", target]);
    }
    let metadata: Metadata = serde_json::from_slice(&sh::output(&mut command)?)?;
    let used: BTreeSet<String> = metadata.resolve.nodes.into_iter().map(|node| node.id).collect();
    let mut packages = metadata.packages;
    packages.retain(|package| used.contains(&package.id));

    let faults = faults(&rules, &packages);
    ensure!(!packages.is_empty(), "cargo metadata lists no packages");
    if !faults.is_empty() {
        bail!("the dependencies break deny.toml:\n  {}", faults.join("\n  "));
    }
    println!("{} packages: licences, bans and sources in order", packages.len());
    println!(
        "Security advisories are NOT checked: their database lives on a code-hosting\n\
         site that neither CI nor an offline machine can reach. Before a release, run\n\
         `cargo deny check advisories` on a machine that can."
    );
    Ok(())
}

/// One sentence per broken rule.
fn faults(rules: &Rules, packages: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut registries = BTreeSet::new();
    for package in packages {
        let Package { name, version, .. } = package;
        versions.entry(name).or_default().insert(version);
        match &package.license {
            Some(licence) if licence::is_allowed(licence, &rules.licenses.allow) => {}
            Some(licence) => faults.push(format!("{name} {version} is under {licence}")),
            None => faults.push(format!("{name} {version} states no licence")),
        }
        match &package.source {
            Some(source) if source.starts_with("registry+") => {
                registries.insert(source);
            }
            Some(source) => faults.push(format!("{name} {version} comes from {source}")),
            None => {}
        }
    }
    for ban in &rules.bans.deny {
        let found = versions.get(ban.name.as_str()).map_or(0, BTreeSet::len);
        if found > usize::from(ban.deny_multiple_versions) {
            let Ban { name, reason, .. } = ban;
            faults.push(format!("{name} is there in {found} version(s): {reason}; `cargo tree -i {name}` shows why"));
        }
    }
    if registries.len() > 1 {
        faults.push(format!("packages come from several registries: {registries:?}"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        toml::from_str(
            r#"
            graph.targets = []
            licenses.allow = ["MIT"]
            [[bans.deny]]
            crate = "openssl-sys"
            reason = "C"
            [[bans.deny]]
            crate = "libsqlite3-sys"
            deny-multiple-versions = true
            "#,
        )
        .unwrap()
    }

    fn package(name: &str, version: &str) -> Package {
        Package {
            id: format!("{name}@{version}"),
            name: name.into(),
            version: version.into(),
            license: Some("MIT".into()),
            source: Some("registry+one".into()),
        }
    }

    #[test]
    fn one_sqlite_is_fine_and_a_second_is_not() {
        let mut packages = vec![package("libsqlite3-sys", "0.35.0")];
        assert!(faults(&rules(), &packages).is_empty());
        packages.push(package("libsqlite3-sys", "0.30.1"));
        assert_eq!(faults(&rules(), &packages).len(), 1);
    }

    #[test]
    fn a_banned_crate_a_foreign_licence_and_a_git_source_are_each_named() {
        let banned = package("openssl-sys", "0.9.0");
        let mut foreign = package("a", "1.0.0");
        foreign.license = Some("GPL-3.0".into());
        let mut silent = package("b", "1.0.0");
        silent.license = None;
        let mut git = package("c", "1.0.0");
        git.source = Some("git+somewhere".into());
        for bad in [banned, foreign, silent, git] {
            let found = faults(&rules(), std::slice::from_ref(&bad));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(&bad.name));
        }
    }
}
