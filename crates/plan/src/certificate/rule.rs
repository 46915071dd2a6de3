//! Which certificates may enter, and who holds them.

use thiserror::Error;
use tollbar_core::ClientCertificate;

use super::{InvalidName, pattern::Pattern};

/// Admits certificates that say one thing, and names the consumer who holds them.
///
/// Everything is compared as a whole, so that a rule never admits more than it shows. The one
/// exception is [`uri`](Self::uri) with `/*` at its end.
///
/// ```
/// use tollbar_plan::certificate::CertificateRule;
///
/// let rule = CertificateRule::subject("CN=ci, O=Example")?;
/// assert_eq!(rule, CertificateRule::subject("cn=ci,o=Example")?);
/// assert_ne!(rule, CertificateRule::subject("CN=ci")?);
/// let rule = rule.consumer("ci").scopes(["tools:call"]);
/// assert!(CertificateRule::uri("spiffe://example/agents/*").is_ok());
/// assert!(CertificateRule::uri("spiffe://*").is_err());
/// # Ok::<(), tollbar_plan::certificate::InvalidRule>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRule {
    pattern: Pattern,
    consumer: Option<Box<str>>,
    scopes: Vec<Box<str>>,
}

/// This cannot be what a certificate says.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidRule {
    /// Not 32 bytes in hex.
    #[error(
        "`{0}` is not a SHA-256 thumbprint: write its 64 hex digits, with or without colons, as `openssl x509 -noout -fingerprint -sha256` shows them"
    )]
    Thumbprint(String),
    /// Not a distinguished name.
    #[error(transparent)]
    Subject(#[from] InvalidName),
    /// Empty, or with characters that no such name has.
    #[error("`{0}` cannot be a name in a certificate: write visible ASCII without spaces")]
    Name(String),
    /// A `*` that is not the last element of a path.
    #[error(
        "`{0}` has `*` in a place where it means nothing: write it as the last part of the path, as in `spiffe://example/agents/*`"
    )]
    Wildcard(String),
}

impl CertificateRule {
    /// The one certificate with this SHA-256 thumbprint: 64 hex digits, with or without colons.
    ///
    /// # Errors
    ///
    /// [`InvalidRule::Thumbprint`] for anything else.
    pub fn thumbprint(hex: &str) -> Result<Self, InvalidRule> {
        Ok(Self::new(Pattern::thumbprint(hex)?))
    }

    /// Certificates with this subject (RFC 4514, such as `CN=ci,O=Example`), as
    /// `openssl x509 -noout -subject -nameopt RFC2253` shows it. All elements must be there, in this
    /// order; names of attributes are compared without regard to case, values byte for byte.
    ///
    /// # Errors
    ///
    /// [`InvalidRule::Subject`] when this is not such a name, or an empty one.
    pub fn subject(name: &str) -> Result<Self, InvalidRule> {
        Ok(Self::new(Pattern::subject(name)?))
    }

    /// Certificates with this `dNSName` among their alternative names, compared without regard to
    /// case. A wildcard in a certificate is a name like any other.
    ///
    /// # Errors
    ///
    /// [`InvalidRule::Name`] when it holds anything but visible ASCII.
    pub fn dns(name: &str) -> Result<Self, InvalidRule> {
        Ok(Self::new(Pattern::dns(name)?))
    }

    /// Certificates with this URI among their alternative names, compared byte for byte. With `/*`
    /// at its end: with one beneath this path, at any depth (`spiffe://example/agents/*`), that has
    /// no empty, `.` or `..` part, no query and no escapes.
    ///
    /// # Errors
    ///
    /// [`InvalidRule::Name`] when it holds anything but visible ASCII, [`InvalidRule::Wildcard`] for
    /// a `*` anywhere else, or one without a host before it.
    pub fn uri(uri: &str) -> Result<Self, InvalidRule> {
        Ok(Self::new(Pattern::uri(uri)?))
    }

    /// Certificates with this mail address among their alternative names. The part behind the `@` is
    /// compared without regard to case (RFC 5280 section 7.5).
    ///
    /// # Errors
    ///
    /// [`InvalidRule::Name`] when it holds anything but visible ASCII.
    pub fn email(address: &str) -> Result<Self, InvalidRule> {
        Ok(Self::new(Pattern::email(address)?))
    }

    /// Every certificate. Who verifies them decides who enters: use it with an authority that issues
    /// certificates for this purpose only.
    #[must_use]
    pub const fn any() -> Self {
        Self::new(Pattern::Any)
    }

    const fn new(pattern: Pattern) -> Self {
        Self {
            pattern,
            consumer: None,
            scopes: Vec::new(),
        }
    }

    /// Sets the subject of the consumer. Default: what the rule has matched in the certificate; with
    /// [`any`](Self::any) its subject, else its first alternative name, else its thumbprint.
    #[must_use]
    pub fn consumer(mut self, subject: impl Into<Box<str>>) -> Self {
        self.consumer = Some(subject.into());
        self
    }

    /// Sets the scopes that the consumer has. Default: none.
    #[must_use]
    pub fn scopes<T: Into<Box<str>>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Who holds this certificate, and their scopes; `None` when the rule is not about it.
    pub(super) fn admit(&self, certificate: &ClientCertificate) -> Option<(Box<str>, &[Box<str>])> {
        let matched = self.pattern.find(certificate)?;
        let consumer = self.consumer.clone();
        Some((consumer.unwrap_or_else(|| matched.into()), &self.scopes))
    }
}
