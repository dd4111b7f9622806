//! A certificate authority of this machine's own: a phone on the same network that takes it on sees an
//! encrypted page, so microphone, location and offline use can be tried there. Not for service.
//!
//! Law: it vouches for the names it was made for and for nothing else (critical name constraints), so
//! whoever takes it on is not at its owner's mercy.

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The authority can be taken on for so many years.
const YEARS: i32 = 2;

/// Why there is no local authority.
#[derive(Debug, thiserror::Error)]
pub enum LocalCaError {
    /// Its folder cannot be used.
    #[error("the local certificate authority cannot be kept in {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    /// A name that no certificate can bear, or a damaged key.
    #[error("the local certificate authority cannot be made: {0}. If its folder is damaged, delete it.")]
    Made(#[from] rcgen::Error),
}

/// The files that the authority made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCa {
    /// The authority's own certificate, PEM: what a phone takes on.
    pub authority: String,
    /// The server's certificate, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
}

/// Opens the authority in `folder` for `names` (host names and addresses), or makes it: another list of
/// names needs another authority. The server's own certificate is made anew each time. `now_ms`: Unix time.
///
/// # Errors
/// [`LocalCaError`].
pub fn open(folder: &Path, names: &[String], now_ms: i64) -> Result<LocalCa, LocalCaError> {
    let failed = |error| LocalCaError::Folder(folder.to_owned(), error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    let path = |name: &str| folder.join(name);
    let list = names.join("\n");
    let read = |name: &str| std::fs::read_to_string(path(name)).ok();
    let kept = read("names").filter(|kept| *kept == list).and_then(|_| Some((read("ca.pem")?, read("ca.key")?)));
    let (authority, key) = match kept {
        Some((authority, key)) => (authority, KeyPair::from_pem(&key)?),
        None => {
            let key = KeyPair::generate()?;
            let authority = authority_params(names, now_ms).self_signed(&key)?.pem();
            // The list comes last: without it the rest counts for nothing.
            write(&path("ca.key"), &key.serialize_pem()).map_err(failed)?;
            write(&path("ca.pem"), &authority).map_err(failed)?;
            write(&path("names"), &list).map_err(failed)?;
            (authority, key)
        }
    };
    let issuer = Issuer::new(authority_params(names, now_ms), key);
    let own = KeyPair::generate()?;
    let certificate = server_params(names, now_ms)?.signed_by(&own, &issuer)?.pem();
    let made = LocalCa { authority, certificate: path("server.pem"), key: path("server.key") };
    write(&made.key, &own.serialize_pem()).map_err(failed)?;
    write(&made.certificate, &certificate).map_err(failed)?;
    Ok(made)
}

fn authority_params(names: &[String], now_ms: i64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Sotto trial");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let subtree = |name: &String| match name.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address.into(), 32)),
        Ok(IpAddr::V6(address)) => GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address.into(), 128)),
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    };
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: names.iter().map(subtree).collect(),
        excluded_subtrees: Vec::new(),
    });
    valid(&mut params, now_ms, 365 * YEARS);
    params
}

fn server_params(names: &[String], now_ms: i64) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Sotto trial server");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    // Phones take none that is longer valid.
    valid(&mut params, now_ms, 300);
    Ok(params)
}

/// From yesterday (a phone's clock may be late) for `days`.
fn valid(params: &mut CertificateParams, now_ms: i64, days: i32) {
    let now = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default();
    let today = jiff::tz::Offset::UTC.to_datetime(now).date();
    let date = |days: i32| {
        let date = today.saturating_add(jiff::Span::new().days(days));
        // Months and days of a calendar fit.
        rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    (params.not_before, params.not_after) = (date(-1), date(days));
}

/// Writes a file that nobody else may read.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::remove_file(path).or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_789_913_600_000;

    #[test]
    fn it_stays_the_same_for_the_same_names_and_is_another_for_others() {
        let folder = tempfile::tempdir().unwrap();
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let first = open(folder.path(), &names(&["localhost", "192.168.1.20"]), NOW).unwrap();
        let certificate = std::fs::read(&first.certificate).unwrap();
        let again = open(folder.path(), &names(&["localhost", "192.168.1.20"]), NOW).unwrap();
        assert_eq!(again.authority, first.authority);
        assert_ne!(std::fs::read(&again.certificate).unwrap(), certificate);
        let other = open(folder.path(), &names(&["localhost", "192.168.1.21"]), NOW).unwrap();
        assert_ne!(other.authority, first.authority);
        crate::listen::tls(&other.certificate, &other.key).unwrap();
    }
}
