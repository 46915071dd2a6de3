//! Why TLS cannot be set up.

use thiserror::Error;

/// Why TLS cannot be set up. No message holds any part of a key.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsError {
    /// This is not PEM.
    #[error("the {what} cannot be read as PEM: {reason}")]
    Pem {
        /// What was read.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no certificate.
    #[error("there is no certificate: expected `-----BEGIN CERTIFICATE-----`")]
    NoCertificate,
    /// The certificate cannot be used.
    #[error("the certificate cannot be used: {0}")]
    Certificate(String),
    /// There is no private key.
    #[error(
        "there is no private key: expected `-----BEGIN PRIVATE KEY-----` (PKCS#8), `EC PRIVATE KEY` (SEC1) or `RSA PRIVATE KEY` (PKCS#1)"
    )]
    NoKey,
    /// The private key is under a password.
    #[error(
        "the private key is encrypted: write it without a password, as `openssl pkey -in key.pem` does"
    )]
    EncryptedKey,
    /// There are several private keys.
    #[error("there is more than one private key: leave the one of the certificate")]
    SeveralKeys,
    /// The private key cannot be used.
    #[error("the private key cannot be used: {0}")]
    Key(String),
    /// The private key is that of another certificate.
    ///
    /// In a chain, the server's own certificate comes first, then those that issued it.
    #[error("the private key does not belong to the certificate")]
    KeyMismatch,
    /// Clients shall show a certificate, and there is nobody to trust.
    #[error("client certificates cannot be verified without a client CA")]
    NoClientCa,
    /// There is a client CA, or a CRL, that nobody will ask.
    #[error(
        "there is a client CA or CRL, but client certificates are off: make them optional or required"
    )]
    ClientCaUnused,
    /// The client CA cannot be used.
    #[error("the client CA cannot be used: {0}")]
    ClientCa(String),
    /// The list of revoked certificates cannot be used.
    #[error("the CRL of the client CA cannot be used: {0}")]
    ClientCrl(String),
    /// TLS cannot be set up for another reason.
    #[error("TLS cannot be set up: {0}")]
    Other(String),
}
