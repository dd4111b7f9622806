//! Taking somebody off the team who may be on the way to a case.
//!
//! Law: a command is one stream's. The case is told first, so that a stop in between leaves nobody
//! bound who cannot come: at worst a colleague who is still on the team, and an organiser who
//! was not told that it is done.

use super::task::{Answer, Desk, Rejected, Submission};
use crate::log::KeyHash;
use domain::desk::{Actor, Command};
use domain::ids::PersonId;
use domain::refusal::Refusal;

/// An agent may send the same responder out again in between; nobody is that quick this often.
const TRIES: usize = 8;

impl Desk {
    /// Ends the dispatch of `person`, if there is one, and takes them off the team.
    ///
    /// # Errors
    /// As [`Desk::submit`].
    pub async fn remove(&self, by: Actor, person: PersonId, key: Option<KeyHash>) -> Result<Answer, Rejected> {
        let mut outcome = Err(Refusal::DispatchOpen(person).into());
        for _ in 0..TRIES {
            let bound = self.published.read(|state| state.dispatch_of(person).map(|incident| incident.id));
            if let Some(incident) = bound {
                self.tell(by, Command::TakeOff { incident, responder: person }).await?;
            }
            outcome = self.submit(Submission { command: Command::Remove(person), actor: by, key }).await;
            if outcome != Err(Refusal::DispatchOpen(person).into()) {
                break;
            }
        }
        outcome
    }
}
