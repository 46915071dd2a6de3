//! The shape of every plan.

use std::{fmt, future::Future, pin::Pin};

use http::{HeaderName, HeaderValue};
use tollbar_core::{ClientCertificate, Consumer, Exchange, Grant, Refusal};

use crate::certificate::ForwardedCertificate;

/// Judges one kind of credential: says who asks, or why nobody may.
///
/// The [`PlanLayer`](crate::PlanLayer) finds out which credential a request presents, chooses the one
/// plan that judges it, and takes the credential off the request. A plan never sees a request without
/// its credential, and there is no way from one plan to the next.
///
/// ```
/// use std::{future::ready, sync::Arc};
/// use http::{HeaderName, header::AUTHORIZATION};
/// use tollbar_core::{Consumer, Exchange, Kind, Refusal};
/// use tollbar_plan::{Admission, Credential, Fit, Identify, Plan, Source};
///
/// /// Everybody who knows the word.
/// struct Password(&'static str);
///
/// impl Plan for Password {
///     fn name(&self) -> &str {
///         "password"
///     }
///
///     fn source(&self) -> Source {
///         Source::Header(HeaderName::from_static("x-password"))
///     }
///
///     fn fit(&self, _: &Credential<'_>) -> Fit {
///         Fit::Possible
///     }
///
///     fn identify<'a>(&'a self, credential: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
///         let known = matches!(credential, Credential::Token(word) if word == self.0);
///         let refusal = || Refusal::new(Kind::Unauthenticated, "wrong_password", "wrong password");
///         let judged = known.then(|| Admission::new(Consumer::new("password"))).ok_or_else(refusal);
///         Box::pin(ready(judged))
///     }
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let (plan, exchange) = (Password("open sesame"), Exchange::new());
/// assert!(plan.identify(Credential::Token("open sesame"), &exchange).await.is_ok());
/// assert!(plan.identify(Credential::Token("open barley"), &exchange).await.is_err());
/// # });
/// ```
///
/// (A real one compares in constant time.)
pub trait Plan: Send + Sync + 'static {
    /// What the plan is called in logs and rules. The consumers it admits carry this name.
    fn name(&self) -> &str;

    /// Where its credential stands.
    fn source(&self) -> Source;

    /// Whether this credential, which stands where this plan looks, is one for it to judge. Decides
    /// between plans that look in the same place, by the form of the credential alone.
    fn fit(&self, credential: &Credential<'_>) -> Fit;

    /// Judges a credential.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]: of kind [`Unauthenticated`](tollbar_core::Kind::Unauthenticated) when the
    /// credential is bad, [`Forbidden`](tollbar_core::Kind::Forbidden) when it is good and does not
    /// open this door, [`Unavailable`](tollbar_core::Kind::Unavailable) when that cannot be found
    /// out. The layer adds the challenge, and counts the bad ones by
    /// [`Refusal::is_attempt`]. A plan that knows whose credential it refuses may set the
    /// consumer on the exchange by itself, so that the log can tell; admitted ones are set by the layer.
    fn identify<'a>(&'a self, credential: Credential<'a>, exchange: &'a Exchange) -> Identify<'a>;
}

/// What [`Plan::identify`] answers with.
pub type Identify<'a> = Pin<Box<dyn Future<Output = Result<Admission, Refusal>> + Send + 'a>>;

/// Where a plan's credential stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// Nowhere: the plan admits those who present nothing.
    Nothing,
    /// In `Authorization`, with the scheme `Bearer` (RFC 6750 section 2.1).
    Authorization,
    /// In `Authorization`, where it is the MCP server's to judge: the plan only looks, and the header goes
    /// on. Whoever shows no other credential comes this way, with or without the header.
    Relayed {
        /// Whether it is judged here as well. It is a credential like any other then, and one beside it is
        /// one too many: whoever could choose the one that is judged would get the other one through.
        verified: bool,
    },
    /// In a header of its own, with or without `Bearer` in front.
    Header(HeaderName),
    /// In the client's certificate: that of the TLS handshake, or one that a trusted terminator
    /// passes in a header.
    Certificate(Option<ForwardedCertificate>),
}

impl Source {
    /// Whether what stands there goes on to the MCP server.
    pub(crate) const fn is_relayed(&self) -> bool {
        matches!(self, Self::Relayed { .. })
    }
}

/// A credential as it was presented. `Debug` shows of which kind it is, and nothing of a token.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credential<'a> {
    /// Nothing was presented.
    Nothing,
    /// The token, without scheme and spaces around it.
    Token(&'a str),
    /// The whole value of an `Authorization` that goes on to the MCP server.
    Relayed(&'a HeaderValue),
    /// A verified certificate.
    Certificate(ClientCertificate),
}

impl fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing"),
            Self::Token(_) => f.write_str("Token"),
            Self::Relayed(_) => f.write_str("Relayed"),
            Self::Certificate(certificate) => {
                f.debug_tuple("Certificate").field(certificate).finish()
            }
        }
    }
}

/// How a credential's form fits a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is not this plan's.
    No,
    /// It may be this plan's: it judges what no plan claims with certainty, and the first such plan
    /// does.
    Possible,
    /// Its form says that it is this plan's. Where `Authorization` goes on to the MCP server, such a token
    /// is refused there, even if this plan looks elsewhere.
    Certain,
}

/// What a plan found out.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Who asks.
    pub consumer: Consumer,
    /// Under which right.
    pub grant: Grant,
}

impl Admission {
    /// A consumer whose right has no end of its own.
    #[must_use]
    pub const fn new(consumer: Consumer) -> Self {
        Self {
            consumer,
            grant: Grant::new(),
        }
    }

    /// Sets the right under which the consumer goes on.
    #[must_use]
    pub fn with_grant(mut self, grant: Grant) -> Self {
        self.grant = grant;
        self
    }
}
