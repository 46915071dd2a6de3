//! Setting TLS up.

use std::{fmt, sync::Arc};

use rustls::{
    Error, ServerConfig,
    crypto::{CryptoProvider, ring},
    server::NoServerSessionStorage,
    sign::{CertifiedKey, SingleCertAndKey},
    version::{TLS12, TLS13},
};
use rustls_pki_types::CertificateDer;
use tollbar_core::Revocation;

use super::{ClientAuthentication, Settings, Tls, TlsError, authentication::Authorities, pem};

/// Sets TLS up. See [`Tls`].
#[derive(Clone, Default)]
pub struct TlsBuilder {
    chain: Vec<u8>,
    key: Vec<u8>,
    authorities: Authorities,
    authentication: Option<ClientAuthentication>,
}

impl TlsBuilder {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Sets the certificate of the server, with those that issued it behind it, and its private key
    /// (PKCS#8, SEC1 or PKCS#1, without a password). Both may be the same file.
    #[must_use]
    pub fn certificate_pem(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.chain = chain.into();
        self.key = key.into();
        self
    }

    /// Trusts the authorities in this file with the certificates of clients, too.
    #[must_use]
    pub fn client_ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities.roots.push(pem.into());
        self
    }

    /// Refuses the certificates of clients that are revoked by the lists in this file (RFC 5280
    /// section 5), too. With any list there must be a current one for each authority in a client's
    /// chain: a certificate of whose state nothing is known is refused.
    #[must_use]
    pub fn client_crl_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities.revoked.push(pem.into());
        self
    }

    /// Sets whether clients must show a certificate. Default: required with a client CA, off
    /// without.
    #[must_use]
    pub const fn client_certificate(mut self, authentication: ClientAuthentication) -> Self {
        self.authentication = Some(authentication);
        self
    }

    /// Reads and checks all of it.
    ///
    /// A certificate that has expired is used, with a warning in the log: see
    /// [`Tls::valid_until`].
    ///
    /// # Errors
    ///
    /// [`TlsError`] says what is wrong.
    pub fn build(self) -> Result<Tls, TlsError> {
        let authentication = self
            .authentication
            .unwrap_or(match self.authorities.is_empty() {
                true => ClientAuthentication::Off,
                false => ClientAuthentication::Required,
            });
        let provider = Arc::new(ring::default_provider());
        let certified = certified(&self.chain, &self.key, &provider)?;
        let certificate = certified
            .end_entity_cert()
            .ok()
            .and_then(|certificate| tollbar_plan::certificate::read(certificate).ok());
        let verifier = self.authorities.verifier(authentication, &provider)?;
        let is_resumable = verifier.is_none();

        let builder = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|error| TlsError::Other(error.to_string()))?;
        let builder = match verifier {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        if !is_resumable {
            // A resumed session brings its client's certificate along, unverified: it may have
            // expired or been revoked since.
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Ok(Tls::new(Settings {
            authorities: self.authorities,
            distrust: Revocation::new(),
            unwelcome: Revocation::new(),
            config: Arc::new(config),
            authentication,
            validity: certificate.map(|it| (it.not_before(), it.not_after())),
        }))
    }
}

/// The server's certificate with its key.
fn certified(
    chain: &[u8],
    key: &[u8],
    provider: &CryptoProvider,
) -> Result<CertifiedKey, TlsError> {
    let chain: Vec<CertificateDer<'static>> = pem::all(chain, "certificate")?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate);
    }
    let key = provider
        .key_provider
        .load_private_key(pem::key(key)?)
        .map_err(|error| TlsError::Key(error.to_string()))?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Ok(()) => Ok(certified),
        Err(Error::InconsistentKeys(_)) => Err(TlsError::KeyMismatch),
        Err(error) => Err(TlsError::Certificate(error.to_string())),
    }
}

impl fmt::Debug for TlsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsBuilder")
            .field("authentication", &self.authentication)
            .finish_non_exhaustive()
    }
}
