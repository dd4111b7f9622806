//! A model of a disk with a cache. A file's writes last once the file is synced, its
//! name once the folder is; nothing else lasts for sure.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// One record of the journal; its kinds are described in `powercut.c`.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) kind: u8,
    descriptor: u32,
    number: u64,
    pub(crate) text: Vec<u8>,
    /// The name of the file within the folder; empty for the folder itself.
    pub(crate) file: String,
}

impl Step {
    pub(super) fn read(journal: &Path, folder: &Path) -> Vec<Self> {
        let bytes = std::fs::read(journal).unwrap_or_default();
        let mut names = HashMap::new();
        let mut rest = bytes.as_slice();
        let mut steps = Vec::new();
        while let Some((head, after)) = rest.split_at_checked(17) {
            let length = u32::from_ne_bytes(head[13..].try_into().unwrap()) as usize;
            let (text, after) = after.split_at(length);
            rest = after;
            let mut step = Self {
                kind: head[0],
                descriptor: u32::from_ne_bytes(head[1..5].try_into().unwrap()),
                number: u64::from_ne_bytes(head[5..13].try_into().unwrap()),
                text: text.to_vec(),
                file: String::new(),
            };
            match step.kind {
                b'S' => names.clear(),
                b'O' | b'U' => {
                    let path = Path::new(std::str::from_utf8(text).unwrap());
                    let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                    step.file = name.to_owned();
                    if step.kind == b'O' {
                        names.insert(step.descriptor, step.file.clone());
                    }
                }
                b'R' => panic!("nothing here renames: teach this model if something does"),
                _ => step.file = names[&step.descriptor].clone(),
            }
            steps.push(step);
        }
        steps
    }
}

/// What becomes of writes that were not synced when the power went.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unsynced {
    /// All are lost.
    Lost,
    /// Each is lost, or kept, or kept up to some sector, by this seed.
    Torn(u64),
}

impl Unsynced {
    /// A number below `below`: always 0 when all is lost.
    fn choose(&mut self, below: usize) -> usize {
        match self {
            Self::Lost => 0,
            Self::Torn(seed) => {
                // SplitMix64 (Steele, Lea, Flood 2014).
                *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *seed;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                ((z ^ (z >> 31)) % below as u64) as usize
            }
        }
    }
}

enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(offset, written) => {
            let start = *offset as usize;
            let end = start + written.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[start..end].copy_from_slice(written);
        }
        Change::Truncate(length) => bytes.resize(*length as usize, 0),
    }
}

#[derive(Default)]
struct Content {
    synced: Vec<u8>,
    waiting: Vec<(usize, Change)>,
}

type Names = BTreeMap<String, usize>;

/// The disk after some steps.
#[derive(Default)]
pub(crate) struct Disk {
    contents: Vec<Content>,
    names: Names,
    synced_names: Names,
    /// What every change of a name left behind, with the step that made it.
    waiting_names: Vec<(usize, Names)>,
    open: HashMap<u32, Option<usize>>,
}

impl Disk {
    /// The disk after these steps, with its cache.
    pub(crate) fn after(steps: &[Step]) -> Self {
        let mut disk = Self::default();
        for (index, step) in steps.iter().enumerate() {
            disk.take(index, step);
        }
        disk
    }

    fn take(&mut self, index: usize, step: &Step) {
        match step.kind {
            b'S' => self.open.clear(),
            b'O' if step.file.is_empty() => {
                self.open.insert(step.descriptor, None);
            }
            b'O' => {
                if step.number == 1 {
                    self.contents.push(Content::default());
                    self.names.insert(step.file.clone(), self.contents.len() - 1);
                    self.waiting_names.push((index, self.names.clone()));
                }
                let content = self.names[&step.file];
                if step.number == 2 {
                    let emptied = (index, Change::Truncate(0));
                    self.contents[content].waiting.push(emptied);
                }
                self.open.insert(step.descriptor, Some(content));
            }
            b'U' => {
                self.names.remove(&step.file);
                self.waiting_names.push((index, self.names.clone()));
            }
            b'C' => {
                self.open.remove(&step.descriptor);
            }
            b'Y' => match self.open[&step.descriptor] {
                Some(content) => self.sync(content, step.number as usize),
                None => {
                    let covered = |&(made, _): &(usize, _)| made < step.number as usize;
                    if let Some((_, names)) = self.waiting_names.iter().rfind(|n| covered(n)) {
                        self.synced_names = names.clone();
                    }
                    self.waiting_names.retain(|n| !covered(n));
                }
            },
            kind => {
                let change = match kind {
                    b'W' => Change::Write(step.number, step.text.clone()),
                    b'T' => Change::Truncate(step.number),
                    other => panic!("unknown step {other}"),
                };
                if let Some(content) = self.open[&step.descriptor] {
                    self.contents[content].waiting.push((index, change));
                }
            }
        }
    }

    fn sync(&mut self, content: usize, covered: usize) {
        let Content { synced, waiting } = &mut self.contents[content];
        waiting.retain(|(made, change)| {
            let late = *made >= covered;
            if !late {
                apply(synced, change);
            }
            late
        });
    }

    /// Cuts the power and writes what is left into `folder`.
    pub(crate) fn cut(mut self, mut unsynced: Unsynced, folder: &Path) {
        // A file system keeps the order of names, so they are lost from the end.
        let kept = unsynced.choose(self.waiting_names.len() + 1);
        if kept > 0 {
            self.synced_names = self.waiting_names.swap_remove(kept - 1).1;
        }
        for (name, content) in self.synced_names {
            let Content { synced, waiting } = &mut self.contents[content];
            let mut bytes = synced.clone();
            for (_, change) in waiting {
                match (unsynced.choose(3), &mut *change) {
                    (0, _) => continue,
                    (1, Change::Write(_, written)) => {
                        let sectors = written.len().div_ceil(512);
                        written.truncate(512 * unsynced.choose(sectors + 1));
                    }
                    _ => {}
                }
                apply(&mut bytes, change);
            }
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
}
