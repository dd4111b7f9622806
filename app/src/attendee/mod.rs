//! The attendee's pages: Ready, Where, the case. Rendered by the server, plain forms throughout.
//!
//! Law: between scan and sent there is one tap and nothing else; whatever script or Wasm adds
//! (`live`) only saves a page load.

// As data, for the server and for the browser; nobody else asks for them.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod case;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod common;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod converse;
#[cfg(feature = "ssr")]
mod cover;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(any(feature = "hydrate", test))]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the bundle shows it; tests read the pure parts"))]
mod talk;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod tree;
#[cfg(feature = "ssr")]
mod write;

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub use case::Hidden;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub use common::{Number, Numbers, place_words};
#[cfg(feature = "ssr")]
pub use cover::{Behind, Programme, ProgrammeLine, ProgrammePage, programme_page};
#[cfg(feature = "hydrate")]
pub use live::{start_case, start_place};
#[cfg(feature = "ssr")]
pub use pages::{CasePage, Choice, Notice, ReadyPage, WherePage, case_page, notice_page, ready_page, where_page};
#[cfg(feature = "ssr")]
pub use shell::{Bundle, back_script, case_css, css, script};
#[cfg(feature = "ssr")]
pub use write::{CodePage, LookPage, WritePage, code_page, look_page, write_page};
