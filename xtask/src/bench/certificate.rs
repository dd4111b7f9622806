//! A throw-away certificate chain about as large as a public authority's, so
//! that the handshake costs as many bytes as it will.

use crate::sh;
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the server and the browser are given.
pub(crate) struct Chain {
    /// The leaf, then the intermediate, PEM.
    pub(crate) certificates: PathBuf,
    /// The leaf's key, PEM.
    pub(crate) key: PathBuf,
    /// SHA-256 of the leaf's public key, base64: how Chromium names it.
    pub(crate) spki: String,
    /// Size on the wire in bytes.
    pub(crate) bytes: u64,
}

/// Two signed timestamps, as every public certificate carries, take this many bytes.
const TIMESTAMPS: usize = 240;

/// The extensions of the three certificates; those of the leaf as long as usual.
fn settings(host: &str) -> String {
    let mut settings = format!(
        "[req]\ndistinguished_name = name\n[name]\n\
         [root]\nbasicConstraints = critical, CA:TRUE\n\
         [middle]\nbasicConstraints = critical, CA:TRUE, pathlen:0\n\
         keyUsage = critical, keyCertSign, cRLSign, digitalSignature\n\
         extendedKeyUsage = serverAuth, clientAuth\n\
         subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n\
         authorityInfoAccess = caIssuers;URI:http://root.bench.test/\n\
         crlDistributionPoints = URI:http://root.bench.test/root.crl\n\
         [leaf]\nbasicConstraints = critical, CA:FALSE\n\
         keyUsage = critical, digitalSignature\nextendedKeyUsage = serverAuth\n\
         subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n\
         authorityInfoAccess = caIssuers;URI:http://middle.bench.test/\n\
         crlDistributionPoints = URI:http://middle.bench.test/17.crl\n\
         certificatePolicies = 2.23.140.1.2.1\n\
         subjectAltName = DNS:{host}, DNS:desk.{host}\n"
    );
    // An octet string under a number for examples, in place of the timestamps.
    settings.push_str("2.999.1 = DER:0481");
    for byte in std::iter::once(TIMESTAMPS as u8).chain((0..TIMESTAMPS).map(|i| i as u8)) {
        // Writing into a string cannot fail.
        write!(settings, "{byte:02x}").ok();
    }
    settings.push('\n');
    settings
}

/// Makes a new chain for `host` in `folder`.
pub(crate) fn make(folder: &Path, host: &str) -> Result<Chain> {
    std::fs::write(folder.join("openssl.cnf"), settings(host))?;
    let openssl = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        command.current_dir(folder).args(arguments).stderr(Stdio::null());
        sh::run(&mut command)
    };
    // The sizes of key that public authorities use: they make most of the bytes.
    let (rsa, curve) = (["rsa:4096"].as_slice(), |name| ["ec", "-pkeyopt", name]);
    let (p384, p256) = (curve("ec_paramgen_curve:P-384"), curve("ec_paramgen_curve:P-256"));
    let chain = [("root", None, rsa), ("middle", Some("root"), &p384[..]), ("leaf", Some("middle"), &p256[..])];
    for (name, signer, algorithm) in chain {
        let (key, out, subject) = (format!("{name}.key"), format!("{name}.pem"), format!("/O=Bench/CN={name}"));
        let mut arguments = vec!["req", "-x509", "-config", "openssl.cnf", "-extensions", name, "-days", "30"];
        arguments.push("-newkey");
        arguments.extend(algorithm);
        arguments.extend(["-nodes", "-subj", &subject, "-keyout", &key, "-out", &out]);
        let signed = signer.map(|signer| (format!("{signer}.pem"), format!("{signer}.key")));
        if let Some((certificate, key)) = &signed {
            arguments.extend(["-CA", certificate, "-CAkey", key]);
        }
        openssl(&arguments).with_context(|| format!("openssl did not make the {name} certificate"))?;
    }
    openssl(&["x509", "-in", "leaf.pem", "-pubkey", "-noout", "-out", "leaf.pub"])?;
    openssl(&["pkey", "-pubin", "-in", "leaf.pub", "-outform", "der", "-out", "leaf.spki"])?;
    openssl(&["dgst", "-sha256", "-binary", "-out", "leaf.digest", "leaf.spki"])?;
    openssl(&["base64", "-in", "leaf.digest", "-out", "leaf.pin"])?;

    let mut bytes = 0;
    let mut chain = String::new();
    for name in ["leaf", "middle"] {
        let (pem, der) = (format!("{name}.pem"), format!("{name}.der"));
        openssl(&["x509", "-in", &pem, "-outform", "der", "-out", &der])?;
        bytes += std::fs::metadata(folder.join(&der))?.len();
        chain.push_str(&std::fs::read_to_string(folder.join(&pem))?);
    }
    let certificates = folder.join("chain.pem");
    std::fs::write(&certificates, chain)?;
    let spki = std::fs::read_to_string(folder.join("leaf.pin"))?.trim().to_owned();
    Ok(Chain { certificates, key: folder.join("leaf.key"), spki, bytes })
}
