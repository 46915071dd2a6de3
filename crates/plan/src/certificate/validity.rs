//! Whether a certificate is valid now.

use std::time::SystemTime;

use tollbar_core::{ClientCertificate, Kind, Refusal};

/// Refuses a certificate before and after its time (RFC 5280 section 4.1.2.5).
pub(super) fn check(certificate: &ClientCertificate, now: SystemTime) -> Result<(), Refusal> {
    if now < certificate.not_before() {
        return Err(Refusal::new(
            Kind::Unauthenticated,
            "certificate_not_yet_valid",
            "the client certificate is not valid yet",
        ));
    }
    if now > certificate.not_after() {
        return Err(Refusal::new(
            Kind::Unauthenticated,
            "certificate_expired",
            "the client certificate has expired",
        ));
    }
    Ok(())
}
