//! The settings of a JWT plan.

use std::{sync::Arc, time::Duration};

use super::{Algorithm, Jwt, plan::Inner};
use tollbar_fetch::Seldom;

use crate::{
    AuthorizationServer, OAuth2Error,
    claims::{Audiences, ScopeRules, TokenRules},
    verdict::{TokenDigests, Verdicts},
};

/// Between two lines of the log that say the same.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// The settings of [`Jwt`]. Every bound has a default; whom a token must be for has not.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct JwtBuilder {
    server: AuthorizationServer,
    name: Arc<str>,
    audiences: Vec<String>,
    scopes: ScopeRules,
    skew: Duration,
    cache_size: u64,
    algorithms: Vec<Algorithm>,
    any_type: bool,
    token_limit: usize,
}

impl JwtBuilder {
    pub(super) fn new(server: AuthorizationServer) -> Self {
        Self {
            server,
            name: "jwt".into(),
            audiences: Vec::new(),
            scopes: ScopeRules {
                needed: Vec::new(),
                challenge: None,
                all: true,
                separator: ' ',
            },
            skew: Duration::from_secs(30),
            cache_size: 16 << 20,
            algorithms: Algorithm::ALL.to_vec(),
            any_type: false,
            token_limit: 16 << 10,
        }
    }

    /// What the plan is called in logs and rules. Default: `jwt`.
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds an audience that a token may be for, compared byte for byte: the URL of the proxy, mostly
    /// with and without a trailing slash. One at least is needed.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Adds audiences, of which a token has to be for one.
    pub fn audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audiences.extend(audiences.into_iter().map(Into::into));
        self
    }

    /// Adds scopes that a token needs. Default: none.
    pub fn scopes<T: Into<Box<str>>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes
            .needed
            .extend(scopes.into_iter().map(Into::into));
        self
    }

    /// One of the needed scopes is enough. Default: all are needed.
    pub const fn any_scope(mut self) -> Self {
        self.scopes.all = false;
        self
    }

    /// The scopes that clients are told to ask for when a token lacks one, where the authorization server
    /// calls them otherwise than they stand in its tokens. Default: those that are needed.
    pub fn challenge_scopes<T: Into<Box<str>>>(
        mut self,
        scopes: impl IntoIterator<Item = T>,
    ) -> Self {
        let scopes: Vec<Box<str>> = scopes.into_iter().map(Into::into).collect();
        self.scopes.challenge = (!scopes.is_empty()).then_some(scopes);
        self
    }

    /// What stands between the scopes of a token. Default: a space (RFC 6749 section 3.3).
    pub const fn scope_separator(mut self, separator: char) -> Self {
        self.scopes.separator = separator;
        self
    }

    /// By how much clocks may differ: so much longer than it says a token is good. Default: 30 seconds.
    pub const fn skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// Takes tokens signed in these ways only. Default: all of [`Algorithm`].
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Also takes tokens whose `typ` is `JWT`, and those without one: some servers sign access tokens so.
    /// Default: `at+jwt` only (RFC 9068 section 4), so that an ID token is no access token. Another `typ`,
    /// such as `logout+jwt`, is never taken.
    pub const fn any_type(mut self) -> Self {
        self.any_type = true;
        self
    }

    /// How many bytes a token may have. Default: 16 KiB. The
    /// [`PlanLayer`](tollbar_plan::PlanLayer) has a bound of its own.
    pub const fn token_limit(mut self, bytes: usize) -> Self {
        self.token_limit = bytes;
        self
    }

    /// How many bytes of what is known of good tokens are kept. Default: 16 MiB.
    pub const fn cache_size(mut self, bytes: u64) -> Self {
        self.cache_size = bytes;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`OAuth2Error`] names the setting that cannot work.
    pub fn build(self) -> Result<Jwt, OAuth2Error> {
        let audiences = Audiences::OneOf(self.audiences);
        audiences.check()?;
        self.scopes.check()?;
        if self.algorithms.is_empty() {
            return Err(OAuth2Error::Empty("algorithms"));
        }
        Ok(Jwt::new(Inner {
            rules: TokenRules {
                plan: self.name,
                issuer: self.server.issuer().into(),
                audiences,
                scopes: self.scopes,
                skew: self.skew,
                is_complete: true,
            },
            server: self.server,
            algorithms: self.algorithms,
            any_type: self.any_type,
            token_limit: self.token_limit,
            // Each plan has verdicts of its own.
            digests: TokenDigests::new(&[]),
            verdicts: Verdicts::new(self.cache_size),
            mismatches: Seldom::new(BETWEEN_LINES),
        }))
    }
}
