//! What may reach the phone of somebody who reports for another, by their own word or because the
//! team found somebody else than the person of the phone.
//!
//! Law: an abuser would use us as a finder. From the moment the team has found the person, nothing
//! of where they are, of who goes there or of when somebody arrives passes through here; what is
//! left is the reporter's own place and the help that came to it.

use super::attendee::Ground;
use crate::incident::Incident;

/// The ground on which the reporter's four steps stand.
pub(super) fn ground(incident: &Incident) -> Ground<'_> {
    Ground { place: incident.place.as_ref(), dispatches: incident.dispatches_told().collect() }
}
