//! TLS of the server.

mod authentication;
mod builder;
mod error;
mod failure;
mod handshake;
mod pem;
mod plain;

pub use self::{authentication::ClientAuthentication, builder::TlsBuilder, error::TlsError};

pub(super) use self::handshake::Secured;

use std::{fmt, sync::Arc, time::SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use tollbar_core::Revocation;

use self::authentication::Authorities;

/// TLS for a [`Server`](crate::Server): its certificate, and whether clients must show one too.
///
/// TLS 1.2 and 1.3, with HTTP/2 and HTTP/1.1 by ALPN (RFC 7301). The cryptography is ring's, and
/// nothing is installed for the process. A clone is another handle on the same settings, which can
/// be [replaced](Self::replace) while the server runs.
///
/// With a client CA, a client's certificate is verified in the handshake (chain, validity, purpose,
/// and revocation where there is a CRL), and is then on each exchange
/// ([`Exchange::certificate`](tollbar_core::Exchange::certificate)), where a
/// [`CertificatePlan`](tollbar_plan::certificate::CertificatePlan) judges it.
///
/// Beware:
///
/// - A certificate is verified once for each connection. When it expires, a plan ends its right;
///   when it is revoked, only a new CRL does ([`replace`](Self::replace)).
/// - With a client CA no session is ever resumed, since a resumed one skips this verification:
///   each connection costs a whole handshake. Without, up to 256 sessions are kept in memory.
/// - The handshake must be done within the server's header timeout, and has a place among its
///   connections. Whoever speaks plain HTTP gets a 400 that says so.
///
/// ```
/// use tollbar::{Server, Tls, TlsError};
///
/// # let key = rcgen::KeyPair::generate()?;
/// # let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?;
/// # let (chain, key) = (params.self_signed(&key)?.pem(), key.serialize_pem());
/// let tls = Tls::builder().certificate_pem(&*chain, &*key).build()?;
/// let server = Server::new().tls(tls.clone());
///
/// // Later, when there is a new certificate: the server above uses it from now on.
/// tls.replace(Tls::builder().certificate_pem(&*chain, &*key).build()?);
/// assert!(tls.valid_until().is_some());
///
/// let other = rcgen::KeyPair::generate()?.serialize_pem();
/// let error = Tls::builder().certificate_pem(chain, other).build().unwrap_err();
/// assert!(matches!(error, TlsError::KeyMismatch));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Tls(Arc<ArcSwap<Settings>>);

/// What new handshakes use.
#[derive(Clone)]
struct Settings {
    /// Who vouches for clients.
    authorities: Authorities,
    /// Ends the trust in what they vouch for.
    distrust: Revocation,
    /// Ends the welcome of clients that have shown no certificate.
    unwelcome: Revocation,
    config: Arc<ServerConfig>,
    authentication: ClientAuthentication,
    validity: Option<(SystemTime, SystemTime)>,
}

impl Settings {
    /// These, in the place of others. What they do not end goes on.
    fn after(&self, old: &Self) -> Self {
        let kept = |ends: bool, of: &Revocation| match ends {
            true => Revocation::new(),
            false => of.clone(),
        };
        Self {
            distrust: kept(self.ends_trust_of(old), &old.distrust),
            unwelcome: kept(self.ends_welcome_of(old), &old.unwelcome),
            ..self.clone()
        }
    }

    fn ends_trust_of(&self, old: &Self) -> bool {
        self.authorities != old.authorities
    }

    fn ends_welcome_of(&self, old: &Self) -> bool {
        let required = ClientAuthentication::Required;
        self.authentication == required && old.authentication != required
    }
}

impl Tls {
    /// Starts from nothing: a certificate is needed.
    #[must_use]
    pub fn builder() -> TlsBuilder {
        TlsBuilder::new()
    }

    fn new(settings: Settings) -> Self {
        let tls = Self(Arc::new(ArcSwap::from_pointee(settings)));
        tls.warn();
        tls
    }

    /// Puts the settings of another one in place of these, for all handles. New handshakes use them;
    /// sessions of before are not resumed.
    ///
    /// Open connections go on, except these, which close as soon as what is under way is done, and
    /// whose next requests get a 421 (RFC 9110 section 15.5.20):
    ///
    /// - with a certificate of the client, when the client CA or the CRL is another one;
    /// - without one, when clients must show one from now on.
    pub fn replace(&self, other: Self) {
        let Self(other) = other;
        let other = other.load_full();
        // Of two at once, the later one sees what the earlier one has ended.
        let old = self.0.rcu(|old| other.after(old));
        if other.ends_trust_of(&old) {
            old.distrust.revoke();
        }
        if other.ends_welcome_of(&old) {
            old.unwelcome.revoke();
        }
    }

    /// When the server's certificate begins to be valid. `None` when it cannot be read.
    #[must_use]
    pub fn valid_from(&self) -> Option<SystemTime> {
        self.0.load().validity.map(|(from, _)| from)
    }

    /// When the server's certificate ceases to be valid. `None` when it cannot be read.
    #[must_use]
    pub fn valid_until(&self) -> Option<SystemTime> {
        self.0.load().validity.map(|(_, until)| until)
    }

    /// Whether clients must show a certificate.
    #[must_use]
    pub fn client_authentication(&self) -> ClientAuthentication {
        self.0.load().authentication
    }

    /// Tells of a certificate that clients will not accept. It is used all the same: the clock may
    /// be wrong, and a gateway that does not start helps nobody.
    fn warn(&self) {
        let now = SystemTime::now();
        if self.valid_until().is_some_and(|until| until < now) {
            tracing::warn!("the certificate of the server has expired: clients will refuse it");
        }
        if self.valid_from().is_some_and(|from| now < from) {
            tracing::warn!(
                "the certificate of the server is not valid yet: clients will refuse it"
            );
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("client_authentication", &self.client_authentication())
            .field("valid_until", &self.valid_until())
            .finish_non_exhaustive()
    }
}
