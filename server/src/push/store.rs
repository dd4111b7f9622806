//! The subscriptions, sealed in one file of their own: who holds the data folder without the key folder
//! learns neither whose phones there are nor where they can be reached.
//!
//! Law: a change is on disk before it is answered; a file that cannot be opened is set aside, and phones
//! say that pages have to be allowed again.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use domain::ids::{PersonId, SessionHash};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use web_push_native::Auth;
use web_push_native::p256::PublicKey;

/// First byte of the file.
const VERSION: u8 = 1;
const ASSOCIATED: &[u8] = b"sotto push subscriptions 1";

/// Where one browser of a member of staff can be paged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Whose.
    pub person: PersonId,
    /// The sign-in that it belongs to: it ends with it.
    pub session: SessionHash,
    /// The address at the push service. A secret: whoever has it can ring.
    pub endpoint: String,
    /// The browser's key, an uncompressed point of P-256.
    pub key: Vec<u8>,
    /// The browser's authentication secret, 16 bytes.
    pub auth: Vec<u8>,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subscription({}, …)", self.person)
    }
}

impl Subscription {
    /// Reads what a browser says, keys in base64url. `None` where they are no keys.
    pub fn read(person: PersonId, session: SessionHash, endpoint: &str, key: &str, auth: &str) -> Option<Self> {
        let decode = |text: &str| BASE64.decode(text.trim_end_matches('=')).ok();
        let found =
            Subscription { person, session, endpoint: endpoint.to_owned(), key: decode(key)?, auth: decode(auth)? };
        found.keys().map(|_| found)
    }

    /// The keys to seal for.
    pub(super) fn keys(&self) -> Option<(PublicKey, Auth)> {
        let auth: [u8; 16] = self.auth.as_slice().try_into().ok()?;
        Some((PublicKey::from_sec1_bytes(&self.key).ok()?, auth.into()))
    }
}

/// The file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the subscriptions cannot be kept in {path}: {source}")]
pub struct StoreError {
    path: String,
    source: std::io::Error,
}

/// The file.
pub(super) struct Store {
    path: PathBuf,
    key: LessSafeKey,
}

impl Store {
    /// The file in `folder`, and what is in it.
    pub(super) fn open(folder: &Path, key: &[u8; 32]) -> (Self, Vec<Subscription>) {
        // The key has the length that the cipher wants.
        let unbound = UnboundKey::new(&AES_256_GCM, key).unwrap_or_else(|_| unreachable!("32 bytes are a key"));
        let store = Store { path: folder.join("push.sealed"), key: LessSafeKey::new(unbound) };
        let Ok(bytes) = std::fs::read(&store.path) else { return (store, Vec::new()) };
        match store.unseal(bytes) {
            Some(found) => (store, found),
            None => {
                tracing::warn!("the subscriptions cannot be read: pages have to be allowed again on every phone");
                let aside = store.path.with_extension("unreadable");
                if let Err(error) = std::fs::rename(&store.path, aside) {
                    tracing::warn!(%error, "the file could not be set aside");
                }
                (store, Vec::new())
            }
        }
    }

    fn unseal(&self, mut bytes: Vec<u8>) -> Option<Vec<Subscription>> {
        let (head, sealed) = bytes.split_at_mut_checked(1 + NONCE_LEN)?;
        let (version, nonce) = head.split_first()?;
        if *version != VERSION {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let open = self.key.open_in_place(nonce, Aad::from(ASSOCIATED), sealed).ok()?;
        postcard::from_bytes(open).ok()
    }

    /// Replaces what is kept.
    pub(super) fn keep(&self, all: &[&Subscription]) -> Result<(), StoreError> {
        let wrap = |source| StoreError { path: self.path.display().to_string(), source };
        let mut sealed = postcard::to_allocvec(all).map_err(|error| wrap(std::io::Error::other(error)))?;
        let nonce: [u8; NONCE_LEN] = crate::secrets::random();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(ASSOCIATED), &mut sealed)
            .map_err(|_| wrap(std::io::Error::other("it cannot be sealed")))?;
        self.replace(&[&[VERSION], nonce.as_slice(), &sealed].concat()).map_err(wrap)
    }

    fn replace(&self, bytes: &[u8]) -> std::io::Result<()> {
        use std::os::unix::fs::OpenOptionsExt as _;
        let fresh = self.path.with_extension("new");
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.path)?;
        match self.path.parent() {
            Some(folder) => std::fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use web_push_native::p256::SecretKey;
    use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint as _;

    pub(in super::super) fn sample(n: u8) -> Subscription {
        let key = SecretKey::from_slice(&[n + 1; 32]).unwrap().public_key().to_encoded_point(false).as_bytes().to_vec();
        let endpoint = format!("https://fcm.googleapis.com/fcm/send/secret-{n}");
        Subscription { person: PersonId([n; 8]), session: SessionHash([n; 32]), endpoint, key, auth: vec![n; 16] }
    }

    #[test]
    fn what_is_kept_comes_back_and_shows_nothing_of_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (store, none) = Store::open(folder.path(), &[5; 32]);
        assert!(none.is_empty());
        let all = [sample(1), sample(2)];
        store.keep(&all.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(Store::open(folder.path(), &[5; 32]).1, all);
        let bytes = std::fs::read(folder.path().join("push.sealed")).unwrap();
        for secret in [b"secret".as_slice(), b"googleapis", &[1; 8], &all[0].key] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
        assert!(!format!("{:?}", all[0]).contains("secret"));
    }

    #[test]
    fn a_changed_byte_or_another_key_opens_nothing_and_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path(), &[5; 32]);
        store.keep(&[&sample(1)]).unwrap();
        let path = folder.path().join("push.sealed");
        let bytes = std::fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            let mut broken = bytes.clone();
            broken[at] ^= 1;
            assert!(store.unseal(broken).is_none(), "{at}");
            assert!(store.unseal(bytes[..at].to_vec()).is_none());
        }
        assert!(Store::open(folder.path(), &[6; 32]).1.is_empty());
        assert!(!path.exists() && path.with_extension("unreadable").exists());
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let good = sample(1);
        let (key, auth) = (BASE64.encode(&good.key), BASE64.encode(&good.auth));
        let read = |key: &str, auth: &str| Subscription::read(good.person, good.session, &good.endpoint, key, auth);
        assert_eq!(read(&key, &auth), Some(good.clone()));
        let off_the_curve = BASE64.encode([4; 65]);
        for (key, auth) in [("", auth.as_str()), (&key, ""), (&key, "AAAA"), ("!", &auth), (&off_the_curve, &auth)] {
            assert_eq!(read(key, auth), None);
        }
    }
}
