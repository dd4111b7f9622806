//! The static files: bundles, style sheet, icons, as `cargo xtask bundle` made
//! them. A release carries them inside; a development build reads them from
//! disk, so that a new bundle shows without a new server.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

// `struct Embedded`, written by build.rs because the folder's place varies.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// One file, ready to be sent.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// The same content compressed by brotli, for whoever accepts `br`.
    pub brotli: Option<Cow<'static, [u8]>>,
    /// Value for `Content-Type`.
    pub content_type: &'static str,
    /// Value for `ETag`, quotes included. It names the content, whichever
    /// encoding is sent: send `Vary: Accept-Encoding` along.
    pub etag: String,
    /// The name holds a fingerprint of the content: cache it for ever.
    pub immutable: bool,
}

/// What the bundle made of each logical name; empty when there is no bundle.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Manifest {
    files: BTreeMap<String, ManifestFile>,
}

/// One entry of the manifest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct ManifestFile {
    /// The name to ask [`asset`] for and to put into pages.
    pub file: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Size in bytes after brotli, where there is such a twin.
    pub brotli: Option<u64>,
}

impl Manifest {
    /// The file that holds `logical` now, for example
    /// `attendee-0123456789ab.js` for `attendee.js`.
    #[must_use]
    pub fn file(&self, logical: &str) -> Option<&str> {
        Some(self.files.get(logical)?.file.as_str())
    }

    /// Every logical name with its entry, in order of the names.
    pub fn files(&self) -> impl Iterator<Item = (&str, &ManifestFile)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file))
    }
}

/// The static file of that name: a file name out of the manifest, or a logical
/// name (`icons/192.png`), which is then not [`Asset::immutable`].
#[must_use]
pub fn asset(name: &str) -> Option<Asset> {
    Source::current().asset(name)
}

/// The manifest of the files served now. In development it is read anew each
/// time, so ask once per page.
#[must_use]
pub fn manifest() -> Cow<'static, Manifest> {
    Source::current().manifest()
}

/// Where files come from.
enum Source {
    Binary,
    Folder(PathBuf),
}

impl Source {
    /// `SOTTO_SITE` at run time comes first, in a release too: so a finished
    /// binary can be measured with another bundle.
    fn current() -> Self {
        if let Some(site) = std::env::var_os("SOTTO_SITE").filter(|site| !site.is_empty()) {
            return Self::Folder(site.into());
        }
        if !cfg!(debug_assertions) {
            return Self::Binary;
        }
        let target = Path::new(env!("SOTTO_TARGET"));
        let dev = target.join("site-dev");
        Self::Folder(if dev.is_dir() { dev } else { target.join("site") })
    }

    fn manifest(&self) -> Cow<'static, Manifest> {
        static EMBEDDED: OnceLock<Manifest> = OnceLock::new();
        let parse = || {
            let bytes = self.read("manifest.json").unwrap_or_default();
            serde_json::from_slice(&bytes).unwrap_or_default()
        };
        match self {
            Self::Binary => Cow::Borrowed(EMBEDDED.get_or_init(parse)),
            Self::Folder(_) => Cow::Owned(parse()),
        }
    }

    fn asset(&self, name: &str) -> Option<Asset> {
        let manifest = self.manifest();
        // Only what the manifest lists: the twins and the report stay inside.
        let served = |(logical, file): &(&str, &ManifestFile)| file.file == name || *logical == name;
        let (logical, file) = manifest.files().find(served)?;
        let bytes = self.read(&file.file)?;
        let brotli = file.brotli.and_then(|_| self.read(&format!("{}.br", file.file)));
        // A fingerprinted name is a digest already; the few others are small.
        let immutable = name != logical;
        let etag = if immutable {
            format!("\"{name}\"")
        } else {
            let digest = Sha256::digest(&bytes);
            let hex: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            format!("\"{hex}\"")
        };
        Some(Asset { brotli, content_type: content_type(logical), etag, immutable, bytes })
    }

    fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Self::Binary => Some(Embedded::get(name)?.data),
            Self::Folder(folder) => {
                let plain = |part| matches!(part, Component::Normal(_));
                if !Path::new(name).components().all(plain) {
                    return None;
                }
                Some(std::fs::read(folder.join(name)).ok()?.into())
            }
        }
    }
}

/// `Content-Type` by ending. What is not known here is sent as plain bytes,
/// which no browser will run or show.
fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" => "image/jpeg",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder like the one xtask makes.
    fn site() -> (tempfile::TempDir, Source) {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        put("a-01.js", "run()");
        put("a-01.js.br", "small");
        put("sw.js", "work()");
        put("secret.txt", "not listed");
        put(
            "manifest.json",
            r#"{"a.js": {"file": "a-01.js", "bytes": 5, "brotli": 5},
                "sw.js": {"file": "sw.js", "bytes": 6, "brotli": null},
                "up.txt": {"file": "../up.txt", "bytes": 1, "brotli": null}}"#,
        );
        let source = Source::Folder(folder.path().to_owned());
        (folder, source)
    }

    #[test]
    fn a_fingerprinted_name_is_immutable_and_a_logical_one_is_not() {
        let (_folder, source) = site();
        let by_file = source.asset("a-01.js").unwrap();
        assert!(by_file.immutable);
        assert_eq!(by_file.content_type, "text/javascript; charset=utf-8");
        assert_eq!(by_file.brotli.as_deref(), Some("small".as_bytes()));
        let by_name = source.asset("a.js").unwrap();
        assert!(!by_name.immutable);
        assert_ne!(by_name.etag, source.asset("sw.js").unwrap().etag);
        assert!(!source.asset("sw.js").unwrap().immutable);
        assert_eq!(source.manifest().file("a.js"), Some("a-01.js"));
    }

    #[test]
    fn nothing_is_served_that_the_manifest_does_not_list_or_that_lies_outside() {
        let (_folder, source) = site();
        for name in ["secret.txt", "a-01.js.br", "manifest.json", "", "../up.txt", "up.txt"] {
            assert!(source.asset(name).is_none(), "{name}");
        }
    }

    #[test]
    fn without_a_bundle_there_are_no_files_and_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let source = Source::Folder(folder.path().join("missing"));
        assert_eq!(*source.manifest(), Manifest::default());
        assert!(source.asset("a.js").is_none());
    }
}
