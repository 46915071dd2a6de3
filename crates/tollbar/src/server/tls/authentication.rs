//! Certificates of clients.

use std::sync::Arc;

use rustls::{
    RootCertStore,
    crypto::CryptoProvider,
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};

use super::{TlsError, pem};

/// Whether clients must show a certificate in the handshake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// They are not asked for one.
    #[default]
    Off,
    /// They are asked. One that cannot be verified ends the handshake; without one they get in, and
    /// it is for the plans to decide.
    Optional,
    /// Without one that can be verified, the handshake fails.
    Required,
}

/// Whom to trust with the certificates of clients, and which of these are revoked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Authorities {
    /// PEM files.
    pub(super) roots: Vec<Vec<u8>>,
    /// PEM files.
    pub(super) revoked: Vec<Vec<u8>>,
}

impl Authorities {
    pub(super) const fn is_empty(&self) -> bool {
        self.roots.is_empty() && self.revoked.is_empty()
    }

    /// What verifies clients; `None` when they are not asked.
    pub(super) fn verifier(
        &self,
        authentication: ClientAuthentication,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Option<Arc<dyn ClientCertVerifier>>, TlsError> {
        if authentication == ClientAuthentication::Off {
            return match self.is_empty() {
                true => Ok(None),
                false => Err(TlsError::ClientCaUnused),
            };
        }
        let roots = Arc::new(self.roots()?);
        let mut builder = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(provider));
        for pem in &self.revoked {
            let lists = pem::all::<CertificateRevocationListDer<'static>>(pem, "CRL")?;
            if lists.is_empty() {
                let message = "expected `-----BEGIN X509 CRL-----`".to_owned();
                return Err(TlsError::ClientCrl(message));
            }
            builder = builder.with_crls(lists).enforce_revocation_expiration();
        }
        if authentication == ClientAuthentication::Optional {
            builder = builder.allow_unauthenticated();
        }
        let verifier = builder.build();
        Ok(Some(
            verifier.map_err(|error| TlsError::ClientCrl(error.to_string()))?,
        ))
    }

    fn roots(&self) -> Result<RootCertStore, TlsError> {
        let mut roots = RootCertStore::empty();
        for pem in &self.roots {
            let certificates = pem::all::<CertificateDer<'static>>(pem, "client CA")?;
            if certificates.is_empty() {
                let message = "expected `-----BEGIN CERTIFICATE-----`".to_owned();
                return Err(TlsError::ClientCa(message));
            }
            for certificate in certificates {
                roots
                    .add(certificate)
                    .map_err(|error| TlsError::ClientCa(error.to_string()))?;
            }
        }
        match roots.is_empty() {
            true => Err(TlsError::NoClientCa),
            false => Ok(roots),
        }
    }
}
