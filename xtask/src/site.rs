//! The folder of static files: fingerprinted names, brotli twins, a manifest.
//!
//! `manifest.json` maps each logical name (`attendee.js`, `icons/192.png`) to
//! the file that holds it now. The server reads the same file.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Logical name to what is served for it.
pub(crate) type Manifest = BTreeMap<String, File>;

/// One static file.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct File {
    /// Path inside the folder, with `/` between its parts.
    pub(crate) file: String,
    /// Size as stored, in bytes.
    pub(crate) bytes: u64,
    /// Size of the `.br` twin in bytes, where there is one.
    pub(crate) brotli: Option<u64>,
}

/// Reads the manifest of a finished folder.
pub(crate) fn read_manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join("manifest.json");
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is damaged", path.display()))
}

/// Fills a folder; several threads may add files at once.
pub(crate) struct Writer {
    folder: PathBuf,
    compress: bool,
    files: Mutex<Manifest>,
}

impl Writer {
    /// Starts with an empty `folder`; `compress` asks for brotli twins.
    pub(crate) fn new(folder: &Path, compress: bool) -> Result<Self> {
        std::fs::remove_dir_all(folder).ok();
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned(), compress, files: Mutex::default() })
    }

    /// Stores a file under its fingerprinted name and returns that name.
    pub(crate) fn add(&self, logical: &str, bytes: &[u8]) -> Result<String> {
        let file = if keeps_its_name(logical) { logical.to_owned() } else { fingerprinted(logical, &digest(bytes)) };
        let path = self.folder.join(&file);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, bytes)?;
        let mut brotli = None;
        if self.compress && is_text_or_code(logical) {
            let small = compressed(bytes)?;
            brotli = Some(small.len() as u64);
            std::fs::write(self.folder.join(format!("{file}.br")), small)?;
        }
        let entry = File { file: file.clone(), bytes: bytes.len() as u64, brotli };
        self.files
            .lock()
            .map_err(|_| anyhow::anyhow!("another part of the bundle failed"))?
            .insert(logical.to_owned(), entry);
        Ok(file)
    }

    /// Writes the manifest and hands it back.
    pub(crate) fn finish(self) -> Result<Manifest> {
        let files = self.files.into_inner().map_err(|_| anyhow::anyhow!("another part of the bundle failed"))?;
        std::fs::write(self.folder.join("manifest.json"), serde_json::to_vec_pretty(&files)?)?;
        Ok(files)
    }
}

/// SHA-256 in lower-case hex.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `icons/192.png` becomes `icons/192-0123456789ab.png`.
fn fingerprinted(logical: &str, digest: &str) -> String {
    let short = digest.get(..12).unwrap_or(digest);
    let name_at = logical.rfind('/').map_or(0, |slash| slash + 1);
    match logical[name_at..].rfind('.') {
        Some(dot) if dot > 0 => {
            let (stem, extension) = logical.split_at(name_at + dot);
            format!("{stem}-{short}{extension}")
        }
        _ => format!("{logical}-{short}"),
    }
}

/// Files whose address is fixed by a standard or by a browser's habit, and the
/// service worker, whose address is its identity.
fn keeps_its_name(logical: &str) -> bool {
    matches!(logical, "sw.js" | "robots.txt" | "favicon.ico")
        || logical.ends_with(".webmanifest")
        || logical.starts_with(".well-known/")
}

/// Whether compressing it is worth a second file: images and fonts already are.
fn is_text_or_code(logical: &str) -> bool {
    let extension = logical.rsplit('.').next().unwrap_or_default();
    matches!(extension, "css" | "html" | "js" | "json" | "svg" | "txt" | "wasm" | "webmanifest")
}

/// Brotli at its highest quality.
fn compressed(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters)?;
    Ok(out)
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_stands_before_the_ending() {
        let name = fingerprinted("icons.v2/a.min.js", "0123456789abcdef");
        assert_eq!(name, "icons.v2/a.min-0123456789ab.js");
        let name = fingerprinted("icons.v2/LICENSE", "0123456789abcdef");
        assert_eq!(name, "icons.v2/LICENSE-0123456789ab");
    }

    #[test]
    fn another_content_is_another_name_except_for_the_service_worker() {
        let folder = tempfile::tempdir().unwrap();
        let writer = Writer::new(&folder.path().join("site"), true).unwrap();
        let first = writer.add("a.js", b"1").unwrap();
        let second = writer.add("a.js", b"2").unwrap();
        assert_ne!(first, second);
        assert_eq!(writer.add("sw.js", b"1").unwrap(), "sw.js");
        assert_eq!(writer.finish().unwrap()["a.js"].file, second);
    }

    #[test]
    fn the_manifest_read_back_is_the_one_written_and_every_twin_unpacks() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let writer = Writer::new(&site, true).unwrap();
        let text = "help ".repeat(1000);
        let file = writer.add("deep/a.css", text.as_bytes()).unwrap();
        writer.add("icon.png", b"not compressed twice").unwrap();
        let manifest = writer.finish().unwrap();
        assert_eq!(read_manifest(&site).unwrap(), manifest);
        assert_eq!(manifest["icon.png"].brotli, None);
        let twin = std::fs::read(site.join(format!("{file}.br"))).unwrap();
        assert_eq!(manifest["deep/a.css"].brotli, Some(twin.len() as u64));
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &twin[..], &mut back).unwrap();
        assert_eq!(back, text.as_bytes());
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(90_000), "90,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
