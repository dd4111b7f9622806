//! Log lines, for people or as JSON.
//!
//! Law: a line holds what this program wrote into it, and no content. Other people's crates are
//! heard from a warning on only, whatever `RUST_LOG` says: they print headers and addresses.

use std::io::IsTerminal;
use std::sync::OnceLock;
use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for what collects them.
    Json,
}

static FORMAT: OnceLock<Format> = OnceLock::new();

/// Begins to write lines to the standard error. `RUST_LOG` says which of our own.
pub fn begin(format: Format) {
    let _ = FORMAT.set(format);
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let ours = filter_fn(|about| {
        // A connection that breaks is the client's business: anybody could fill the log with them.
        let (warns, connection) = (*about.level() <= Level::WARN, about.target().starts_with("h2"));
        warns && !connection || about.target().starts_with("server") || about.target().starts_with("sotto")
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let layer = match format {
        Format::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        Format::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    tracing_subscriber::registry().with(layer.with_filter(ours)).with(wanted).init();
    std::panic::set_hook(Box::new(|panic| {
        // What a panic says may hold what it stumbled over.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a task has stopped at a fault of the program");
    }));
}

/// The arguments that make a child process write alike.
pub fn arguments() -> &'static [&'static str] {
    match FORMAT.get() {
        Some(Format::Json) => &["--log-format", "json"],
        _ => &[],
    }
}
