//! What stands in PEM files (RFC 7468).

use rustls_pki_types::{
    PrivateKeyDer,
    pem::{self, PemObject},
};

use super::TlsError;

/// All sections of one kind.
pub(super) fn all<T: PemObject>(pem: &[u8], what: &'static str) -> Result<Vec<T>, TlsError> {
    T::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| invalid(what, &error))
}

/// The one private key.
pub(super) fn key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, TlsError> {
    let mut keys = all::<PrivateKeyDer<'static>>(pem, "private key")?;
    let key = keys.pop().ok_or_else(|| match is_encrypted(pem) {
        true => TlsError::EncryptedKey,
        false => TlsError::NoKey,
    })?;
    keys.is_empty().then_some(key).ok_or(TlsError::SeveralKeys)
}

/// Whether there is a key under a password (RFC 5958 section 3).
fn is_encrypted(pem: &[u8]) -> bool {
    let begin = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
    pem.windows(begin.len()).any(|window| window == begin)
}

fn invalid(what: &'static str, error: &pem::Error) -> TlsError {
    // Its own words may hold the line that is wrong, and so a part of a key.
    let reason = match error {
        pem::Error::MissingSectionEnd { .. } => "a section has no end line",
        pem::Error::IllegalSectionStart { .. } => "a section has no proper begin line",
        pem::Error::Base64Decode(_) => "a section is not base64",
        pem::Error::SectionTooLarge => "a section is too large",
        _ => "it is damaged",
    };
    TlsError::Pem {
        what,
        reason: reason.to_owned(),
    }
}
