//! Tokens, their hashes, and the one secret they are peppered with.
//!
//! Law: a token is never stored and never logged; only its peppered hash is. `Debug` of a secret
//! shows nothing.

use domain::ids::{CodeHash, IncidentId, InviteHash, PersonId, SessionHash, TokenHash};
use domain::venue::Code;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::path::Path;

/// A secret that somebody outside holds: 256 bits, 64 hexadecimal digits as text.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A fresh one.
    pub fn fresh() -> Self {
        Token(hex(&random::<32>()))
    }

    /// A token as it comes from outside, if it can be one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Token(text.to_owned()))
    }

    /// The text, for a cookie, a form field or a link. Nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The server's pepper. It lives in the key folder, outside database and backups.
#[derive(Clone)]
pub struct Pepper([u8; 32]);

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pepper(…)")
    }
}

/// The key folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "the server's key {path} cannot be read or made: {source}. Without it no phone and no colleague would be known again."
)]
pub struct PepperError {
    path: String,
    source: std::io::Error,
}

impl Pepper {
    /// A pepper for tests.
    pub fn for_tests() -> Self {
        Pepper([7; 32])
    }

    /// Reads the pepper from `folder`, or makes one on the very first start.
    ///
    /// # Errors
    /// When the file cannot be read, has another length, or cannot be made durable.
    pub fn load(folder: &Path) -> Result<Self, PepperError> {
        let path = folder.join("server.key");
        let wrap = |source| PepperError { path: path.display().to_string(), source };
        match std::fs::read(&path) {
            Ok(bytes) => bytes.try_into().map(Pepper).map_err(|_| wrap(std::io::Error::other("it has not 32 bytes"))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let bytes = random::<32>();
                std::fs::create_dir_all(folder).map_err(wrap)?;
                write_private(&path, &bytes).map_err(wrap)?;
                Ok(Pepper(bytes))
            }
            Err(error) => Err(wrap(error)),
        }
    }

    fn hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The hash of a phone's token.
    pub fn phone(&self, token: &Token) -> TokenHash {
        TokenHash(self.hash("phone", &[token.reveal().as_bytes()]))
    }

    /// The hash of a staff session.
    pub fn session(&self, token: &Token) -> SessionHash {
        SessionHash(self.hash("session", &[token.reveal().as_bytes()]))
    }

    /// The hash of an invitation link.
    pub fn invite(&self, token: &Token) -> InviteHash {
        InviteHash(self.hash("invite", &[token.reveal().as_bytes()]))
    }

    /// The code that a key of a member of staff stands for: whoever repeats the key gets it again.
    pub fn code_of_key(&self, who: &[u8], key: &[u8; 16]) -> Code {
        let hash = self.hash("code of key", &[who, key]);
        Code::from_seed(hash.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte)))
    }

    /// The hash of a code with which somebody takes over a case.
    pub fn code(&self, code: Code) -> CodeHash {
        CodeHash(self.hash("code", &[code.url_form().as_bytes()]))
    }

    /// The token that the key of a page's first alert stands for: whoever repeats the key gets the
    /// same token again, so that a lost answer loses nothing.
    pub fn token_of_first_key(&self, key: &[u8; 16]) -> Token {
        Token(hex(&self.hash("first", &[key])))
    }

    /// An idempotency key within its scope.
    pub fn key(&self, scope: &[u8], key: &[u8]) -> [u8; 16] {
        first_half(self.hash("key", &[scope, key]))
    }

    /// The digest of a request's content: tells a repetition from another request. Peppered, since
    /// the log keeps it for ever and the contents are short enough to be guessed.
    pub fn request(&self, parts: &[&[u8]]) -> [u8; 16] {
        first_half(self.hash("request", parts))
    }

    /// A key under which something of the server's own is sealed on disk.
    pub fn sealing_key(&self, purpose: &str) -> [u8; 32] {
        self.hash("sealing key", &[purpose.as_bytes()])
    }

    /// Proof that a cursor was made here, for this reader.
    pub fn cursor(&self, reader: &[u8], seq: u64) -> [u8; 8] {
        let hash = self.hash("cursor", &[reader, &seq.to_le_bytes()]);
        std::array::from_fn(|index| hash[index])
    }
}

/// A digest of digests, for what needs no secret any more.
pub fn request_digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    first_half(digest.finalize().into())
}

fn first_half(hash: [u8; 32]) -> [u8; 16] {
    std::array::from_fn(|index| hash[index])
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without the system's randomness nothing here is safe: better no server than guessable tokens.
    getrandom::fill(&mut bytes).unwrap_or_else(|error| panic!("no randomness from the system: {error}"));
    bytes
}

/// A fresh incident identity.
pub fn fresh_incident() -> IncidentId {
    IncidentId(random())
}

/// A fresh person identity.
pub fn fresh_person() -> PersonId {
    PersonId(random())
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sixteen bytes from 32 hexadecimal digits.
pub fn parse_key(text: &str) -> Option<[u8; 16]> {
    if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 16];
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(key)
}

pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself() {
        let token = Token::fresh();
        assert!(!format!("{token:?}").contains(token.reveal()));
        assert!(!format!("{:?}", Pepper::for_tests()).contains('7'));
    }

    #[test]
    fn the_same_key_is_another_key_for_another_phone() {
        let pepper = Pepper::for_tests();
        assert_ne!(pepper.key(b"one", b"k"), pepper.key(b"two", b"k"));
        assert_ne!(pepper.key(b"on", b"ek"), pepper.key(b"one", b"k"));
    }

    #[test]
    fn a_key_that_is_not_hexadecimal_is_none() {
        assert!(parse_key("zz").is_none());
        assert!(parse_key(&"é".repeat(16)).is_none());
        assert!(parse_key(&"+f".repeat(16)).is_none());
        assert_eq!(parse_key(&"0a".repeat(16)), Some([10; 16]));
    }
}
