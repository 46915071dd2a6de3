//! Whom to trust.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};

use crate::FetchError;

/// A configuration that trusts the public roots of the web and the certificates in these PEM files.
/// The cryptography is ring's, given here and never installed for the process.
pub(super) fn trust(authorities: &[Vec<u8>]) -> Result<ClientConfig, FetchError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for pem in authorities {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| FetchError::Pem(error.to_string()))?;
            roots
                .add(certificate)
                .map_err(|error| FetchError::Certificate(error.to_string()))?;
        }
        if roots.len() == before {
            return Err(FetchError::NoCertificate);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| FetchError::Tls(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
