//! From DER to what a certificate says.

use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tollbar_core::{CertificateName, ClientCertificate};
use x509_parser::{
    certificate::X509Certificate,
    extensions::GeneralName,
    prelude::{ASN1Time, FromDer as _},
};

use super::distinguished_name;

/// The longest certificate that is read, in bytes: what a TLS handshake message can carry.
const LONGEST: usize = 65_535;

/// The most subject alternative names that are read.
const MOST_NAMES: usize = 1_000;

/// This is not a certificate that can be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidCertificate {
    /// There are more bytes than any certificate needs.
    #[error("the certificate has {0} bytes, which is more than {LONGEST}")]
    TooLong(usize),
    /// It is not the DER of an X.509 certificate.
    #[error("not an X.509 certificate: {0}")]
    Malformed(String),
    /// There is something behind the certificate.
    #[error("{0} bytes stand behind the certificate")]
    Trailing(usize),
    /// There are more names than anybody needs.
    #[error("the certificate has more than {MOST_NAMES} subject alternative names")]
    TooManyNames,
    /// Its validity lies outside of the calendar.
    #[error("the validity of the certificate cannot be represented")]
    Validity,
}

/// Reads an X.509 certificate (RFC 5280) from its DER bytes. Verifies nothing: neither who signed it
/// nor whether it has expired.
///
/// The subject is written as RFC 4514 says, and as `openssl x509 -noout -subject -nameopt RFC2253`
/// does: last element first, `emailAddress` by name. Values that are not text, and attributes
/// without a well-known name, are written as `#` and the DER bytes in hex. Names that hold anything
/// but visible ASCII are left out, since nothing can be matched with them safely.
///
/// At most 65,535 bytes and 1,000 names are read.
///
/// # Errors
///
/// [`InvalidCertificate`] when it is something else, or over one of these bounds.
pub fn read(der: &[u8]) -> Result<ClientCertificate, InvalidCertificate> {
    if der.len() > LONGEST {
        return Err(InvalidCertificate::TooLong(der.len()));
    }
    let (rest, certificate) = X509Certificate::from_der(der).map_err(|error| malformed(&error))?;
    if !rest.is_empty() {
        return Err(InvalidCertificate::Trailing(rest.len()));
    }
    let subject = distinguished_name::write(certificate.subject())
        .ok_or_else(|| malformed(&"the subject cannot be read"))?;
    let validity = certificate.validity();
    let read = ClientCertificate::new(
        Sha256::digest(der).into(),
        subject,
        time(validity.not_before)?,
        time(validity.not_after)?,
    );
    Ok(read.with_names(names(&certificate)?))
}

fn names(certificate: &X509Certificate<'_>) -> Result<Vec<CertificateName>, InvalidCertificate> {
    // An error too when there are two such extensions, or one that is no list of names.
    let extension = certificate
        .subject_alternative_name()
        .map_err(|error| malformed(&error))?;
    let given = extension.map_or(&[][..], |extension| &extension.value.general_names);
    if given.len() > MOST_NAMES {
        return Err(InvalidCertificate::TooManyNames);
    }
    let names = given.iter().filter_map(|name| match *name {
        GeneralName::DNSName(name) => visible(name).map(CertificateName::Dns),
        GeneralName::URI(uri) => visible(uri).map(CertificateName::Uri),
        GeneralName::RFC822Name(email) => visible(email).map(CertificateName::Email),
        _ => None,
    });
    Ok(names.collect())
}

/// A name without spaces, control characters and what is not ASCII.
fn visible(name: &str) -> Option<Box<str>> {
    let is_visible = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    is_visible.then(|| name.into())
}

fn time(time: ASN1Time) -> Result<SystemTime, InvalidCertificate> {
    let seconds = time.timestamp();
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = match seconds < 0 {
        true => SystemTime::UNIX_EPOCH.checked_sub(distance),
        false => SystemTime::UNIX_EPOCH.checked_add(distance),
    };
    time.ok_or(InvalidCertificate::Validity)
}

fn malformed(error: &dyn std::fmt::Display) -> InvalidCertificate {
    InvalidCertificate::Malformed(error.to_string())
}
