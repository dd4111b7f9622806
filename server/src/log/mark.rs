//! The high-water mark: a second file that remembers how far the log went, because
//! a damaged SQLite WAL forgets its end in silence. Two slots of lines, written in
//! turn and synced; a torn write spoils one slot, and the newer whole one counts.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::Seq;
use super::envelope::{hex, sha256};

/// Bytes of one slot: a page of its own, so that one torn write can't reach the other.
const SLOT: usize = 4096;

/// An event that was on disk, with all before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The festival whose log this is.
    pub festival: String,
    /// The event; 0 = the log was empty.
    pub seq: Seq,
    /// The event's time, milliseconds since 1970.
    pub at_wall_ms: i64,
    /// The event's hash.
    pub hash: [u8; 32],
}

impl Mark {
    fn lines(&self) -> String {
        format!(
            "sotto-mark 1\nfestival {}\nseq {}\nat {}\nhash {}\n",
            self.festival,
            self.seq,
            self.at_wall_ms,
            hex(&self.hash)
        )
    }

    fn to_slot(&self) -> Vec<u8> {
        let lines = self.lines();
        let check = hex(&sha256(lines.as_bytes()));
        let mut slot = format!("{lines}check {check}\n").into_bytes();
        slot.resize(SLOT, b'\n');
        slot
    }

    fn from_slot(slot: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(slot).ok()?;
        let mut lines = text.lines().skip(1);
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let mark = Self {
            festival: field("festival")?.to_owned(),
            seq: Seq(field("seq")?.parse().ok()?),
            at_wall_ms: field("at")?.parse().ok()?,
            hash: unhex(field("hash")?)?,
        };
        // Equal to the byte, checksum and padding included, or it is no mark.
        (mark.to_slot() == slot).then_some(mark)
    }

    /// Reads the newest whole mark of a file; `None` when there is none.
    ///
    /// # Errors
    /// When the file can't be read, unless it does not exist.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        Ok(newest(&slots(path)?).map(|(_, mark)| mark))
    }
}

fn unhex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn slots(path: &Path) -> io::Result<[Option<Mark>; 2]> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(2 * SLOT as u64).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    bytes.resize(2 * SLOT, 0);
    Ok([Mark::from_slot(&bytes[..SLOT]), Mark::from_slot(&bytes[SLOT..])])
}

fn newest(slots: &[Option<Mark>; 2]) -> Option<(usize, Mark)> {
    let marks = slots.iter().enumerate();
    marks.filter_map(|(slot, mark)| Some((slot, mark.clone()?))).max_by_key(|(_, mark)| mark.seq)
}

/// The mark's file, open for writing. One owner at a time.
#[derive(Debug)]
pub(super) struct MarkFile {
    file: File,
    next: usize,
}

impl MarkFile {
    /// Opens the file, or makes one with room for both slots, so that a full disk can't
    /// refuse a later mark.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let next = newest(&slots(path)?).map_or(0, |(slot, _)| 1 - slot);
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        let length = file.metadata()?.len() as usize;
        if length < 2 * SLOT {
            file.seek(SeekFrom::End(0))?;
            file.write_all(&vec![0; 2 * SLOT - length])?;
            file.sync_all()?;
        }
        Ok(Self { file, next })
    }

    /// Writes a mark over the older slot; it is on disk when this returns.
    pub(super) fn write(&mut self, mark: &Mark) -> io::Result<()> {
        self.file.seek(SeekFrom::Start((self.next * SLOT) as u64))?;
        self.file.write_all(&mark.to_slot())?;
        self.file.sync_data()?;
        self.next = 1 - self.next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mark(seq: u64) -> Mark {
        Mark {
            festival: "demo".to_owned(),
            seq: Seq(seq),
            at_wall_ms: 1_790_000_000_000 + seq as i64,
            hash: sha256(&seq.to_le_bytes()),
        }
    }

    #[test]
    fn the_newest_mark_counts_also_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.mark");
        assert_eq!(Mark::read(&path).unwrap(), None);
        for seq in 1..6 {
            MarkFile::open(&path).unwrap().write(&mark(seq)).unwrap();
            assert_eq!(Mark::read(&path).unwrap(), Some(mark(seq)));
        }
    }

    proptest! {
        #[test]
        fn a_write_torn_anywhere_leaves_the_mark_before_it(cut in 0..SLOT, garbage: u8) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("log.mark");
            let mut file = MarkFile::open(&path).unwrap();
            for seq in 1..4 {
                file.write(&mark(seq)).unwrap();
            }
            let before = std::fs::read(&path).unwrap();
            file.write(&mark(4)).unwrap();
            let mut torn = std::fs::read(&path).unwrap();
            torn[SLOT + cut..].copy_from_slice(&before[SLOT + cut..]);
            torn[SLOT + cut] ^= garbage | 1;
            std::fs::write(&path, &torn).unwrap();
            prop_assert_eq!(Mark::read(&path).unwrap(), Some(mark(3)));
        }
    }
}
