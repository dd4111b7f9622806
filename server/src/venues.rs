//! Venue archives beside the log: imported once, kept by digest, put in place at start.

use crate::desk::{Desk, Rejected, VenueInPlace};
use crate::venue::{Imported, Refused, import_zip};
use domain::desk::{Actor, Command};
use domain::ids::VenueDigest;
use domain::venue::{PackFor, pack};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why a venue was not put in place.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The archive is not a venue.
    #[error("{0}")]
    Refused(#[from] Refused),
    /// The archive could not be kept.
    #[error("The venue could not be saved on the server's disk: {0}")]
    Disk(#[from] std::io::Error),
    /// The desk refused it.
    #[error("{0}")]
    Desk(#[from] Rejected),
}

/// The folder of archives.
#[derive(Debug, Clone)]
pub struct Venues {
    folder: PathBuf,
}

impl Venues {
    /// The archives kept under `data`.
    pub fn under(data: &Path) -> Self {
        Venues { folder: data.join("venues") }
    }

    /// Imports an archive, keeps it, tells the desk, and puts it in place. The report is returned.
    ///
    /// # Errors
    /// [`PlaceError`]; the venue that was in place stays.
    pub async fn place(&self, desk: &Desk, archive: Vec<u8>, actor: Actor) -> Result<Imported, PlaceError> {
        let venues = self.clone();
        let work = tokio::task::spawn_blocking(move || -> Result<_, PlaceError> {
            let imported = import_zip(&archive)?;
            let digest = VenueDigest(Sha256::digest(&archive).into());
            venues.keep(&digest, &archive)?;
            let place = in_place(digest, imported.venue.clone());
            Ok((imported, place))
        });
        let (imported, place) = work.await.map_err(std::io::Error::other)??;
        desk.tell(actor, Command::ImportVenue(place.digest)).await?;
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

    /// On disk before the log names it.
    fn keep(&self, digest: &VenueDigest, archive: &[u8]) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let path = self.path(digest);
        if path.exists() {
            return Ok(());
        }
        let half = path.with_extension("part");
        let mut file = std::fs::File::create(&half)?;
        file.write_all(archive)?;
        file.sync_all()?;
        std::fs::rename(&half, &path)?;
        std::fs::File::open(&self.folder)?.sync_all()
    }
}

fn in_place(digest: VenueDigest, venue: domain::venue::Venue) -> VenueInPlace {
    let packed_attendee = crate::http::brotli(&pack(&venue, PackFor::Attendee)).into();
    let packed_staff = crate::http::brotli(&pack(&venue, PackFor::Staff)).into();
    VenueInPlace { digest, venue, packed_attendee, packed_staff }
}
