//! What a bundling run made, and whether it is light enough.

use crate::site::{self, Manifest};
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The report's name inside the folder it is about.
const NAME: &str = "bundle-report.json";

/// What an attendee's phone may have to load over a crowded network, in bytes
/// after brotli. Raise one only with a decision record.
pub(crate) const BUDGETS: [(&str, u64); 5] = [
    ("attendee_bg.wasm", 102_400),
    ("attendee.js", 9_000),
    ("attendee-keep.js", 1_000),
    ("place_bg.wasm", 90_000),
    ("place.js", 7_000),
];

/// What a bundling run found, kept beside the files as `bundle-report.json`.
#[derive(Deserialize, Serialize)]
pub(crate) struct Report {
    /// Digest of everything the folder was made from.
    pub(crate) inputs: String,
    /// Per module: size in bytes as linked, after wasm-bindgen, after wasm-opt.
    pub(crate) modules: BTreeMap<String, [u64; 3]>,
    /// The budgets in force, in bytes after brotli.
    pub(crate) budgets: BTreeMap<String, u64>,
    /// Everything served; also in `manifest.json`.
    pub(crate) files: Manifest,
}

impl Report {
    /// A report with the budgets in force.
    pub(crate) fn new(inputs: String, modules: BTreeMap<String, [u64; 3]>, files: Manifest) -> Self {
        let budget = |(name, most): &(&str, u64)| ((*name).to_owned(), *most);
        Self { inputs, modules, budgets: BUDGETS.iter().map(budget).collect(), files }
    }

    /// Keeps the report beside the files.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        std::fs::write(folder.join(NAME), serde_json::to_vec_pretty(self)?)?;
        Ok(())
    }

    /// The kept report, if the folder was made from the same inputs and is whole.
    pub(crate) fn up_to_date(folder: &Path, inputs: &str) -> Option<Self> {
        let kept = std::fs::read(folder.join(NAME)).ok()?;
        let report: Self = serde_json::from_slice(&kept).ok()?;
        let whole = |name: &str, bytes: u64| size(&folder.join(name)).is_ok_and(|have| have == bytes);
        let all = report.files.values().all(|file| {
            let twin = format!("{}.br", file.file);
            whole(&file.file, file.bytes) && file.brotli.is_none_or(|bytes| whole(&twin, bytes))
        });
        (report.inputs == inputs && all && site::read_manifest(folder).ok()? == report.files).then_some(report)
    }

    /// Prints every file with its sizes.
    pub(crate) fn print_table(&self) {
        println!("{:<28}{:>12}{:>12}{:>12}", "file", "bytes", "brotli", "budget");
        let text = |number: Option<&u64>| number.map_or("-".into(), |number| site::grouped(*number));
        for (name, file) in &self.files {
            println!(
                "{name:<28}{:>12}{:>12}{:>12}",
                site::grouped(file.bytes),
                text(file.brotli.as_ref()),
                text(self.budgets.get(name)),
            );
        }
    }

    /// Fails when a file is heavier than its budget allows.
    pub(crate) fn hold_to_budgets(&self) -> Result<()> {
        for (name, most) in &self.budgets {
            let have = self.files.get(name).and_then(|file| file.brotli);
            let have = have.with_context(|| format!("{name} is missing from the bundle"))?;
            ensure!(
                have <= *most,
                "{name} is {} bytes after brotli, {} more than its budget of {}",
                site::grouped(have),
                site::grouped(have - most),
                site::grouped(*most),
            );
        }
        Ok(())
    }
}

/// A file's length in bytes.
pub(crate) fn size(path: &Path) -> Result<u64> {
    Ok(std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A finished folder whose attendee module weighs `brotli` bytes on the way.
    fn report(brotli: u64) -> Report {
        let file = |brotli| site::File { file: "any".into(), bytes: 1, brotli: Some(brotli) };
        let files =
            BUDGETS.map(|(name, _)| (name.to_owned(), file(if name == "attendee_bg.wasm" { brotli } else { 1 })));
        Report::new("digest".into(), BTreeMap::new(), files.into())
    }

    #[test]
    fn the_budget_may_be_used_up_but_not_exceeded() {
        report(102_400).hold_to_budgets().unwrap();
        let error = report(102_401).hold_to_budgets().unwrap_err().to_string();
        assert!(error.contains("attendee_bg.wasm is 102,401 bytes"), "{error}");
    }

    #[test]
    fn a_bundle_without_a_budgeted_file_does_not_pass() {
        let mut report = report(1);
        report.files.remove("attendee.js");
        assert!(report.hold_to_budgets().is_err());
    }

    #[test]
    fn a_report_holds_only_for_the_same_inputs_and_a_whole_folder() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let writer = site::Writer::new(&site, true).unwrap();
        let file = writer.add("a.js", b"help()").unwrap();
        let files = writer.finish().unwrap();
        Report::new("one".into(), BTreeMap::new(), files).write(&site).unwrap();
        assert!(Report::up_to_date(&site, "one").is_some());
        assert!(Report::up_to_date(&site, "two").is_none());
        std::fs::remove_file(site.join(format!("{file}.br"))).unwrap();
        assert!(Report::up_to_date(&site, "one").is_none());
    }
}
