//! Who sends: the server's own signature (RFC 8292), one key for the life of the installation, since
//! every subscription is bound to it.

use crate::secrets::write_private;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use std::path::Path;

/// A signature holds this long, seconds: half of what RFC 8292 allows.
const VALID_S: i64 = 12 * 3_600;

/// The signing key.
pub struct Vapid {
    key: EcdsaKeyPair,
    random: SystemRandom,
    contact: String,
}

impl std::fmt::Debug for Vapid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vapid(…)")
    }
}

/// The signing key cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the key for paging {path} cannot be read or made: {why}. Without it every phone has to allow pages again.")]
pub struct VapidError {
    path: String,
    why: String,
}

impl Vapid {
    /// Reads the key from `folder`, or makes one the first time. `contact` is where a push service
    /// finds us: the staff's site.
    ///
    /// # Errors
    /// When the file cannot be read, is no key, or cannot be made durable.
    pub fn load(folder: &Path, contact: &str) -> Result<Self, VapidError> {
        let path = folder.join("push.key");
        let wrap = |why: String| VapidError { path: path.display().to_string(), why };
        let random = SystemRandom::new();
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
                    .map_err(|error| wrap(error.to_string()))?;
                std::fs::create_dir_all(folder).map_err(|error| wrap(error.to_string()))?;
                write_private(&path, made.as_ref()).map_err(|error| wrap(error.to_string()))?;
                made.as_ref().to_vec()
            }
            Err(error) => return Err(wrap(error.to_string())),
        };
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes, &random)
            .map_err(|error| wrap(error.to_string()))?;
        Ok(Vapid { key, random, contact: contact.to_owned() })
    }

    /// The public key as browsers want it: an uncompressed point, base64url.
    pub fn public(&self) -> String {
        BASE64.encode(self.key.public_key())
    }

    /// The `Authorization` of a page to a push service of this origin; `None` if it cannot be signed.
    pub fn authorization(&self, origin: &str, now_wall_ms: i64) -> Option<String> {
        let claims = serde_json::json!({
            "aud": origin,
            "exp": now_wall_ms / 1_000 + VALID_S,
            "sub": self.contact,
        });
        let head = BASE64.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", BASE64.encode(claims.to_string()));
        let signature = self.key.sign(&self.random, signed.as_bytes()).ok()?;
        Some(format!("vapid t={signed}.{}, k={}", BASE64.encode(signature), self.public()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    #[test]
    fn the_key_is_made_once_and_signs_for_one_service() {
        let folder = tempfile::tempdir().unwrap();
        let made = Vapid::load(folder.path(), "https://desk.example").unwrap();
        let vapid = Vapid::load(folder.path(), "https://desk.example").unwrap();
        assert_eq!(made.public(), vapid.public());
        let line = vapid.authorization("https://fcm.googleapis.com", 1_000_000).unwrap();
        let (token, key) = line.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let key = BASE64.decode(key).unwrap();
        assert_eq!((key.len(), key[0]), (65, 4));
        let check = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
        check.verify(signed.as_bytes(), &BASE64.decode(signature).unwrap()).unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&BASE64.decode(signed.split_once('.').unwrap().1).unwrap()).unwrap();
        let expected = serde_json::json!({
            "aud": "https://fcm.googleapis.com", "exp": 1_000 + VALID_S, "sub": "https://desk.example",
        });
        assert_eq!(claims, expected);
    }

    #[test]
    fn a_broken_key_is_said_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("push.key"), b"nonsense").unwrap();
        assert!(Vapid::load(folder.path(), "").is_err());
        assert_eq!(std::fs::read(folder.path().join("push.key")).unwrap(), b"nonsense");
    }
}
