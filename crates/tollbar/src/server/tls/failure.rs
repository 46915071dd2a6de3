//! Why a handshake has failed, in words for whoever runs the server.

use std::io;

use rustls::{AlertDescription, CertificateError, Error};

use super::handshake::HandshakeError;

impl HandshakeError {
    /// What is wrong, and what to do about it where that is known.
    pub(in crate::server) fn words(&self) -> String {
        match self {
            Self::Failed(error) => io_words(error),
            Self::Gone | Self::Plain | Self::Certificate(_) => self.to_string(),
        }
    }

    /// Whether this is nobody's mistake: probes of load balancers connect and leave.
    pub(in crate::server) const fn is_usual(&self) -> bool {
        matches!(self, Self::Gone)
    }
}

fn io_words(error: &io::Error) -> String {
    let tls = error
        .get_ref()
        .and_then(|error| error.downcast_ref::<Error>());
    match tls {
        Some(error) => tls_words(error),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the client left in the middle of it".to_owned()
        }
        None => error.to_string(),
    }
}

fn tls_words(error: &Error) -> String {
    let words = match error {
        Error::InvalidCertificate(error) => return certificate_words(error),
        Error::NoCertificatesPresented => "the client has shown no certificate, and must",
        Error::AlertReceived(
            AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnsupportedCertificate,
        ) => "the client does not trust the server's certificate",
        Error::AlertReceived(AlertDescription::CertificateExpired) => {
            "the client says that the server's certificate has expired"
        }
        Error::PeerIncompatible(_) => {
            "the client and the server have no version of TLS, or no cipher, in common"
        }
        Error::InvalidMessage(_) => "the client does not speak TLS",
        error => return error.to_string(),
    };
    words.to_owned()
}

fn certificate_words(error: &CertificateError) -> String {
    let words = match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the client's certificate has expired"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the client's certificate is not valid yet"
        }
        CertificateError::Revoked => "the client's certificate is revoked",
        CertificateError::UnknownIssuer => {
            "the client's certificate was issued by nobody in the client CA"
        }
        CertificateError::BadSignature => {
            "the signature of the client's certificate, or of its handshake, is wrong"
        }
        CertificateError::UnknownRevocationStatus => {
            "no CRL tells whether the client's certificate is revoked"
        }
        CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. } => {
            "the CRL of the client's certificate has expired"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "the client's certificate is not one for clients: issue it with the extended key usage \
             `clientAuth`"
        }
        CertificateError::BadEncoding => "the client's certificate cannot be read",
        // The verifier's own error has no other name here.
        CertificateError::Other(error) if error.0.to_string() == "UnsupportedCertVersion" => {
            "the client's certificate is version 1: issue it with extensions (X.509 v3)"
        }
        error => return format!("the client's certificate cannot be verified: {error}"),
    };
    words.to_owned()
}
