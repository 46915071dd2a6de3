//! What a client certificate says.

use std::{fmt, sync::Arc, time::SystemTime};

/// What a client's certificate (RFC 5280) says about it, once somebody has verified it: the server
/// in a TLS handshake, or a terminator in front that is trusted.
///
/// Plain data, read once for each connection. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate(Arc<Facts>);

#[derive(Clone, PartialEq, Eq)]
struct Facts {
    subject: Box<str>,
    names: Vec<CertificateName>,
    thumbprint: [u8; 32],
    not_before: SystemTime,
    not_after: SystemTime,
}

/// One subject alternative name (RFC 5280 section 4.2.1.6). Other kinds than these are left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateName {
    /// `dNSName`.
    Dns(Box<str>),
    /// `uniformResourceIdentifier`, such as a SPIFFE id.
    Uri(Box<str>),
    /// `rfc822Name`.
    Email(Box<str>),
}

impl ClientCertificate {
    /// The certificate with this SHA-256 of its DER bytes (RFC 8705 section 3.1, `x5t#S256`) and
    /// subject (RFC 4514, such as `CN=agent,O=Example`), valid between two times.
    #[must_use]
    pub fn new(
        thumbprint: [u8; 32],
        subject: impl Into<Box<str>>,
        not_before: SystemTime,
        not_after: SystemTime,
    ) -> Self {
        Self(Arc::new(Facts {
            subject: subject.into(),
            names: Vec::new(),
            thumbprint,
            not_before,
            not_after,
        }))
    }

    /// Sets the subject alternative names.
    #[must_use]
    pub fn with_names(mut self, names: impl IntoIterator<Item = CertificateName>) -> Self {
        Arc::make_mut(&mut self.0).names = names.into_iter().collect();
        self
    }

    /// SHA-256 of the certificate's DER bytes.
    #[must_use]
    pub fn thumbprint(&self) -> &[u8; 32] {
        &self.0.thumbprint
    }

    /// The subject's distinguished name (RFC 4514). May be empty.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The subject alternative names.
    #[must_use]
    pub fn names(&self) -> &[CertificateName] {
        &self.0.names
    }

    /// When it begins to be valid.
    #[must_use]
    pub fn not_before(&self) -> SystemTime {
        self.0.not_before
    }

    /// When it ceases to be valid.
    #[must_use]
    pub fn not_after(&self) -> SystemTime {
        self.0.not_after
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("subject", &self.0.subject)
            .field("names", &self.0.names)
            .finish_non_exhaustive()
    }
}
