//! Whom to trust.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::UpstreamError;

/// A configuration that trusts the public roots of the web and the certificates in `extra`, a list
/// of PEM files. The cryptography is ring's, given here and never installed for the process.
pub(crate) fn trust(extra: &[Vec<u8>]) -> Result<ClientConfig, UpstreamError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for pem in extra {
        let mut found = false;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| UpstreamError::Pem(error.to_string()))?;
            roots
                .add(certificate)
                .map_err(|error| UpstreamError::Certificate(error.to_string()))?;
            found = true;
        }
        if !found {
            return Err(UpstreamError::NoCertificate);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| UpstreamError::Tls(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
