//! The outbox: small scripts put together into what a page and a service worker of each host run.
//!
//! Law (decision 0015): what was pressed is kept on the phone until the server itself has answered.

use crate::text::{AttendeeKey as K, LANGUAGES, Language, texts};
use std::sync::OnceLock;

const DB: &str = include_str!("db.js");
const SEND: &str = include_str!("send.js");
const CACHE: &str = include_str!("cache.js");
const WAKE: &str = include_str!("wake.js");

/// What the attendee's page runs.
const PAGE: [&str; 3] = [DB, SEND, include_str!("page.js")];
/// What the staff's page runs.
const DESK: [&str; 3] = [DB, SEND, include_str!("desk.js")];
/// What the attendee's service worker runs.
const WORKER: [&str; 5] = [DB, SEND, CACHE, WAKE, include_str!("worker.js")];
/// What the staff's service worker runs: whatever wakes it has a part of its own here.
const DESK_WORKER: [&str; 5] = [DB, SEND, CACHE, WAKE, include_str!("desk-worker.js")];
const KILL: [&str; 1] = [include_str!("kill.js")];

/// A script under a name that is a digest of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its file name.
    pub file: String,
    /// Its text.
    pub text: String,
}

impl Script {
    fn new(name: &str, parts: &[&str]) -> Self {
        let text = packed(parts);
        Script { file: [name, "-", &digest(&text), ".js"].concat(), text }
    }
}

/// The script of the attendee's page.
pub fn page() -> &'static Script {
    static SCRIPT: OnceLock<Script> = OnceLock::new();
    SCRIPT.get_or_init(|| {
        let words = words();
        let parts: Vec<&str> = [words.as_str()].into_iter().chain(PAGE).collect();
        Script::new("attendee-box", &parts)
    })
}

/// What is said of a tap that has not left the phone, in every language: Ready has no room for it.
fn words() -> String {
    let quoted = |text: String| ["\"", &text.replace('\\', "\\\\").replace('"', "\\\""), "\""].concat();
    let line = |language: &Language| {
        let texts = texts::<K>(language.tag);
        let keys = [K::SavedHere, K::NotSent, K::UndoUnsent, K::TookBackUnsent, K::Help];
        ["\"", language.tag, "\":[", &keys.map(|key| quoted(texts.get(key))).join(","), "]"].concat()
    };
    ["const WORDS={", &LANGUAGES.iter().map(line).collect::<Vec<_>>().join(","), "};"].concat()
}

/// The script of the staff's page.
pub fn desk() -> &'static Script {
    static SCRIPT: OnceLock<Script> = OnceLock::new();
    SCRIPT.get_or_init(|| Script::new("desk-box", &DESK))
}

/// What a service worker keeps, as addresses on its own host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shell {
    /// Pages that are the same for everybody in a language; one that does not answer is left out.
    pub pages: Vec<String>,
    /// Files that those pages need.
    pub first: Vec<String>,
    /// Files for later, when nobody waits.
    pub later: Vec<String>,
}

/// The attendee's service worker.
pub fn worker(shell: &Shell) -> String {
    with_shell(&WORKER, shell)
}

/// The staff's service worker.
pub fn desk_worker() -> String {
    with_shell(&DESK_WORKER, &Shell::default())
}

/// The worker that takes itself and its copies off the phone.
pub fn kill() -> String {
    packed(&KILL)
}

fn with_shell(parts: &[&str], shell: &Shell) -> String {
    let text = packed(parts);
    // Addresses of our own: letters, digits, and what stands between them.
    let list = |list: &[String]| list.iter().map(|one| ["\"", one, "\""].concat()).collect::<Vec<_>>().join(",");
    let lists =
        ["pages:[", &list(&shell.pages), "],first:[", &list(&shell.first), "],later:[", &list(&shell.later), "]"];
    let lists = lists.concat();
    let version = digest(&[&lists, &text[..]].concat());
    ["const SHELL={version:\"", &version, "\",", &lists, "};\n", &text].concat()
}

/// The parts in one, without comment lines and indentation.
fn packed(parts: &[&str]) -> String {
    let lines = parts.iter().flat_map(|part| part.lines()).map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// FNV-1a, 64 bits: tells versions of our own text apart, and guards nothing.
fn digest(text: &str) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_makes_another_worker_and_nothing_else_does() {
        let shell = Shell { pages: vec!["/page".to_owned()], ..Shell::default() };
        let more = Shell { later: vec!["/a/x-1.js".to_owned()], ..shell.clone() };
        assert_eq!(worker(&shell), worker(&shell));
        assert_ne!(worker(&shell), worker(&more));
        assert!(worker(&more).starts_with("const SHELL={version:\""));
    }

    /// The parts share one scope: a name that two of them have would stop the whole script.
    #[test]
    fn no_two_parts_of_a_script_have_one_name() {
        for parts in [&PAGE[..], &DESK, &WORKER, &DESK_WORKER, &KILL] {
            let lines = parts.iter().flat_map(|part| part.lines());
            let names = lines.filter_map(|line| line.strip_prefix("const ").or(line.strip_prefix("let ")));
            let mut names: Vec<_> = names.filter_map(|rest| rest.split([' ', ';']).next()).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|two| two[0] != two[1]), "{names:?}");
        }
    }

    #[test]
    fn each_script_holds_its_own_part_and_no_comment() {
        for (script, own) in [(page(), "\"/message\""), (desk(), "sottoBox")] {
            assert!(script.text.contains(own) && script.text.contains("durability: \"strict\""));
            assert!(!script.text.lines().any(|line| line.starts_with("//")));
            assert!(script.file.ends_with(".js"));
        }
        assert!(!page().text.contains("sottoBox") && !desk().text.contains("\"/message\""));
        assert!(kill().contains("unregister") && !worker(&Shell::default()).contains("unregister"));
    }
}
