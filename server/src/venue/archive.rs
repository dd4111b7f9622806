//! Unpacking: the files of a plan out of a zip or a folder, within limits.
//!
//! Law: a size that an archive declares is never believed, only bytes that arrived are counted;
//! nothing is ever written to disk.

use super::{Part, Refused};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Component, Path};
use zip::{CompressionMethod, ZipArchive};

/// How much an archive may hold.
pub(super) struct Limits {
    /// Bytes of one file, unpacked.
    pub(super) file: u64,
    /// Bytes of all files that are used, unpacked.
    pub(super) total: u64,
    /// Entries of a zip.
    pub(super) entries: usize,
    /// Unpacked bytes for each packed one. Real plans reach 30.
    pub(super) ratio: u64,
}

pub(super) const LIMITS: Limits = Limits { file: 16 << 20, total: 64 << 20, entries: 1_000, ratio: 200 };

/// Small files may be packed as tightly as they like.
const ALWAYS_FINE: u64 = 1 << 16;

/// The files of a plan that Sotto reads, and the names of those that it does not.
#[derive(Debug, Default, Clone)]
pub(super) struct Files {
    pub(super) known: BTreeMap<Part, Source>,
    pub(super) unused: Vec<String>,
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// What a file is, by its name.
enum Role {
    Known(Part),
    /// Part of the standard and of no use for a map (addresses, footprints), or not a plan's file.
    Silent,
    /// Part of a plan, but not drawn.
    Unused,
}

fn role(name: &str) -> Role {
    let name = name.to_ascii_lowercase();
    let stem = match name.rsplit_once('.') {
        Some((stem, "geojson")) => stem,
        Some(("manifest", "json")) => "manifest",
        _ => return Role::Silent,
    };
    match Part::ALL.iter().find(|part| part.stem() == stem) {
        Some(&part) => Role::Known(part),
        None if ["address", "building", "footprint"].contains(&stem) => Role::Silent,
        None => Role::Unused,
    }
}

/// Opens a folder or a zip file.
pub(super) fn open(path: &Path, limits: &Limits) -> Result<Files, Refused> {
    let shown = || path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let unreadable = |_: io::Error| Refused::NotThere { name: shown() };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        let file = File::open(path).map_err(unreadable)?;
        let bytes = read(file, limits.total, u64::MAX).map_err(|problem| match problem {
            Problem::Unreadable => Refused::NotThere { name: shown() },
            Problem::TooLarge | Problem::Bomb => Refused::TooLarge { mib: limits.total >> 20 },
        })?;
        return unzip(&bytes, limits);
    }
    let mut files = Files::default();
    let mut left = limits.total;
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        match role(&name) {
            Role::Silent => {}
            Role::Unused => files.unused.push(name),
            Role::Known(part) => {
                let file = File::open(entry.path()).map_err(unreadable)?;
                let bytes = read(file, limits.file.min(left), u64::MAX)
                    .map_err(|problem| refuse(problem, &name, limits, left))?;
                left -= bytes.len() as u64;
                files.known.insert(part, Source { name, bytes });
            }
        }
    }
    finish(files)
}

/// Opens the bytes of a zip file.
pub(super) fn unzip(bytes: &[u8], limits: &Limits) -> Result<Files, Refused> {
    if bytes.len() as u64 > limits.total {
        return Err(Refused::TooLarge { mib: limits.total >> 20 });
    }
    let damaged = if bytes.starts_with(b"PK") { Refused::CutShort } else { Refused::NotAZip };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged)?;
    if zip.len() > limits.entries {
        return Err(Refused::TooManyEntries { limit: limits.entries });
    }
    let (folder, entries) = plan_of(&mut zip)?;
    let mut files = Files::default();
    let mut left = limits.total;
    for (index, path) in entries {
        let Some(name) = path.strip_prefix(folder.as_str()).filter(|name| !name.contains('/')) else {
            continue;
        };
        let part = match role(name) {
            Role::Silent => continue,
            Role::Unused => {
                files.unused.push(name.to_owned());
                continue;
            }
            Role::Known(part) => part,
        };
        readable(&mut zip, index, name)?;
        let entry = zip.by_index(index).map_err(|_| Refused::CutShort)?;
        // What it claims to take up, but never more than there is.
        let packed = entry.compressed_size().min(bytes.len() as u64);
        let tight = packed.saturating_mul(limits.ratio).max(ALWAYS_FINE);
        let bytes = read(entry, limits.file.min(left), tight).map_err(|problem| refuse(problem, name, limits, left))?;
        left -= bytes.len() as u64;
        files.known.insert(part, Source { name: name.to_owned(), bytes });
    }
    finish(files)
}

/// Whether an entry is packed in one of the two usual ways and without a password.
fn readable(zip: &mut ZipArchive<Cursor<&[u8]>>, index: usize, name: &str) -> Result<(), Refused> {
    let entry = zip.by_index_raw(index).map_err(|_| Refused::CutShort)?;
    let name = shorten(name);
    match entry.compression() {
        _ if entry.encrypted() => Err(Refused::Locked { name }),
        CompressionMethod::Stored | CompressionMethod::Deflated => Ok(()),
        _ => Err(Refused::UnknownPacking { name }),
    }
}

/// The folder (`""` or `x/y/`) that holds the plan, and all entries worth a look.
fn plan_of(zip: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(String, Vec<(usize, String)>), Refused> {
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(|_| Refused::CutShort)?;
        let name = entry.name().map_err(|_| Refused::CutShort)?.replace('\\', "/");
        let inside = Path::new(&name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside || name.contains('\0') || name.get(1..2) == Some(":") {
            return Err(Refused::OutsidePath { name: shorten(&name) });
        }
        let hidden = name.split('/').any(|part| part == "__MACOSX" || part.starts_with("._"));
        if entry.is_file() && !hidden {
            entries.push((index, name.trim_start_matches("./").to_owned()));
        }
    }
    let folder_of = |path: &str| path.rfind('/').map_or("", |at| &path[..=at]).to_owned();
    let file_of = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let is_level = |path: &str| matches!(role(&file_of(path)), Role::Known(Part::Level));
    let mut folders = entries.iter().filter(|(_, path)| is_level(path)).map(|(_, p)| folder_of(p));
    let folder = folders.next().ok_or(Refused::NoFile { part: Part::Level })?;
    match folders.find(|other| *other != folder) {
        Some(other) => Err(Refused::SeveralPlans { first: shorten(&folder), second: shorten(&other) }),
        None => Ok((folder, entries)),
    }
}

fn finish(mut files: Files) -> Result<Files, Refused> {
    files.unused.sort();
    match [Part::Level, Part::Unit].into_iter().find(|part| !files.known.contains_key(part)) {
        Some(part) => Err(Refused::NoFile { part }),
        None => Ok(files),
    }
}

enum Problem {
    Unreadable,
    TooLarge,
    Bomb,
}

/// Reads at most `limit` bytes, and at most `tight` for its packed size.
fn read(from: impl Read, limit: u64, tight: u64) -> Result<Vec<u8>, Problem> {
    let most = limit.min(tight);
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes).map_err(|_| Problem::Unreadable)?;
    match bytes.len() as u64 > most {
        true if tight < limit => Err(Problem::Bomb),
        true => Err(Problem::TooLarge),
        false => Ok(bytes),
    }
}

fn refuse(problem: Problem, name: &str, limits: &Limits, left: u64) -> Refused {
    let name = shorten(name);
    match problem {
        Problem::Unreadable => Refused::FileDamaged { name },
        Problem::Bomb => Refused::Bomb { name },
        Problem::TooLarge if left < limits.file => Refused::TooLarge { mib: limits.total >> 20 },
        Problem::TooLarge => Refused::FileTooLarge { name, mib: limits.file >> 20 },
    }
}

/// A name from a stranger's archive, fit for a sentence.
fn shorten(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}
