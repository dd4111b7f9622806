//! A screen's voice: one media connection to the relay, one microphone, one ear. Attendee, console
//! and guard share it; it knows nothing of any of them.
//!
//! Law: sound leaves this device only between [`Voice::press`] and [`Voice::release`]; whatever is
//! unclear (hidden page, lost connection, refused floor) shuts the gate. `line` decides on the
//! connection, on a clock it is given; `engine` carries that out in a browser.
//!
//! ```text
//! let voice = Voice::open(Party::Phone, spare, move |out| socket.send(&encode(&FromPhone::Voice(out.for_phone()))));
//! voice.take(&say);               // every VoiceSay of the live socket, after the screen's own look at it
//! voice.reconnected();            // whenever the live socket has come back
//! voice.microphone().await?;      // only after a tap that says so; again after MicError::Busy
//! voice.press(None);              // the call's id on staff screens
//! voice.release();
//! voice.sound(true);              // only from a gesture
//! voice.close();                  // also when the last clone goes
//! voice.line(); voice.level(); voice.held(); voice.cut(); voice.ready();   // signals
//! ```

#[cfg(feature = "hydrate")]
pub(crate) mod awake;
#[cfg(feature = "hydrate")]
mod ear;
#[cfg(feature = "hydrate")]
mod engine;
#[cfg(feature = "hydrate")]
pub(crate) mod js;
mod line;
#[cfg(feature = "hydrate")]
mod microphone;
#[cfg(feature = "hydrate")]
mod out;
#[cfg(feature = "hydrate")]
mod peer;

#[cfg(feature = "hydrate")]
pub use engine::{Party, Voice};
pub use line::{Connection, Input, Line, Order};
#[cfg(feature = "hydrate")]
pub use microphone::{Asking, MicError, asking};
#[cfg(feature = "hydrate")]
pub use out::VoiceOut;
#[cfg(feature = "hydrate")]
pub use peer::Spare;
