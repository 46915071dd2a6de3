//! The forms in which terminators write a certificate into a header.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use percent_encoding::percent_decode_str;
use rustls_pki_types::{CertificateDer, pem::PemObject as _};

/// Padding may be left out (RFC 8941 section 4.2.7), bits behind the last byte must be zero.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The DER bytes of the one certificate that a header's value holds, whichever form it has. `None`
/// for anything else.
pub(super) fn decode(value: &str) -> Option<Vec<u8>> {
    // RFC 9440 section 2.2: a byte sequence of structured fields.
    if let Some(sequence) = value.strip_prefix(':') {
        return BASE64.decode(sequence.strip_suffix(':')?).ok();
    }
    let plain = percent_decode_str(value).decode_utf8().ok()?;
    if !plain.starts_with("-----BEGIN ") {
        return BASE64.decode(plain.as_bytes()).ok();
    }
    let mut certificates = CertificateDer::pem_slice_iter(plain.as_bytes());
    let certificate = certificates.next()?.ok()?;
    certificates
        .next()
        .is_none()
        .then(|| certificate.as_ref().to_vec())
}
