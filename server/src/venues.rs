//! Venue archives beside the log: imported once, kept by digest, put in place at start.

use crate::desk::{Desk, Rejected, VenueInPlace};
use crate::venue::{Imported, Refused, import_zip};
use domain::desk::{Actor, Command};
use domain::ids::VenueDigest;
use domain::venue::{PackFor, pack};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Why a venue was not put in place.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The archive is not a venue.
    #[error("{0}")]
    Refused(#[from] Refused),
    /// No archive arrived whole, or it was too large.
    #[error("No file arrived, or it was too large. Nothing was changed.")]
    NoArchive,
    /// The archive could not be kept.
    #[error("The venue could not be saved on the server's disk: {0}")]
    Disk(#[from] std::io::Error),
    /// Another one is being read.
    #[error("Another map is being imported. Try again in a minute.")]
    Busy,
    /// The desk refused it.
    #[error("{0}")]
    Desk(#[from] Rejected),
}

/// The folder of archives.
#[derive(Debug, Clone)]
pub struct Venues {
    folder: PathBuf,
    /// One import at a time: reading a map takes much memory and all of a processor.
    free: Arc<Semaphore>,
}

/// The right to import. It ends when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Venues {
    /// The archives kept under `data`.
    pub fn under(data: &Path) -> Self {
        Venues { folder: data.join("venues"), free: Arc::new(Semaphore::new(1)) }
    }

    /// The turn to import, to be taken before an upload is read.
    ///
    /// # Errors
    /// [`PlaceError::Busy`] while another import goes on.
    pub fn turn(&self) -> Result<Turn, PlaceError> {
        self.free.clone().try_acquire_owned().map(|_permit| Turn { _permit }).map_err(|_| PlaceError::Busy)
    }

    /// Imports an archive, keeps it, tells the desk, and puts it in place. The report is returned.
    /// `archive` makes its bytes on a thread where that may take its time.
    ///
    /// # Errors
    /// [`PlaceError`]; the venue that was in place stays.
    pub async fn place(
        &self,
        turn: Turn,
        desk: &Desk,
        archive: impl FnOnce() -> Result<Vec<u8>, PlaceError> + Send + 'static,
        actor: Actor,
    ) -> Result<Imported, PlaceError> {
        let venues = self.clone();
        let work = tokio::task::spawn_blocking(move || -> Result<_, PlaceError> {
            let archive = archive()?;
            let imported = import_zip(&archive)?;
            let digest = VenueDigest(Sha256::digest(&archive).into());
            let fresh = venues.keep(&digest, &archive)?;
            let place = in_place(digest, imported.venue.clone());
            // Not before: whoever gives up waiting does not stop the work.
            Ok((imported, place, fresh, turn))
        });
        let (imported, place, fresh, _turn) = work.await.map_err(std::io::Error::other)??;
        if let Err(rejected) = desk.tell(actor, Command::ImportVenue(place.digest)).await {
            // Nothing names it: it would only travel in every backup.
            if fresh && matches!(rejected, Rejected::Refused(_)) {
                std::fs::remove_file(self.path(&place.digest))?;
            }
            return Err(rejected.into());
        }
        desk.published.set_venue(place);
        Ok(imported)
    }

    /// Puts the venue that the log names in place, at start.
    ///
    /// # Errors
    /// When its archive is gone or no longer reads as a venue.
    pub fn restore(&self, desk: &Desk) -> Result<(), PlaceError> {
        let Some(digest) = desk.published.read(|state| state.venue) else { return Ok(()) };
        let imported = import_zip(&std::fs::read(self.path(&digest))?)?;
        desk.published.set_venue(in_place(digest, imported.venue));
        Ok(())
    }

    fn path(&self, digest: &VenueDigest) -> PathBuf {
        self.folder.join(format!("{digest}.imdf.zip"))
    }

    /// On disk before the log names it. Whether it was not there before.
    fn keep(&self, digest: &VenueDigest, archive: &[u8]) -> std::io::Result<bool> {
        std::fs::create_dir_all(&self.folder)?;
        let path = self.path(digest);
        if path.exists() {
            return Ok(false);
        }
        let half = path.with_extension("part");
        let mut file = std::fs::File::create(&half)?;
        file.write_all(archive)?;
        file.sync_all()?;
        std::fs::rename(&half, &path)?;
        std::fs::File::open(&self.folder)?.sync_all()?;
        Ok(true)
    }
}

fn in_place(digest: VenueDigest, venue: domain::venue::Venue) -> VenueInPlace {
    let packed_attendee = crate::http::brotli(&pack(&venue, PackFor::Attendee)).into();
    let packed_staff = crate::http::brotli(&pack(&venue, PackFor::Staff)).into();
    VenueInPlace { digest, venue, packed_attendee, packed_staff }
}
