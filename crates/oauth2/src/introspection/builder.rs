//! The settings of an introspection plan.

use std::{sync::Arc, time::Duration};

use super::{Inner, Introspection};
use crate::{
    AuthorizationServer, OAuth2Error,
    claims::{Audiences, ScopeRules, TokenRules},
    verdict::Verdicts,
};

/// The settings of [`Introspection`]. Every bound has a default; whom a token must be for has not.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct IntrospectionBuilder {
    server: AuthorizationServer,
    name: Arc<str>,
    audiences: Audiences,
    scopes: ScopeRules,
    skew: Duration,
    cache_size: u64,
    cache_ttl: Duration,
    negative_ttl: Duration,
}

impl IntrospectionBuilder {
    pub(super) fn new(server: AuthorizationServer) -> Self {
        Self {
            server,
            name: "oauth2".into(),
            audiences: Audiences::OneOf(Vec::new()),
            scopes: ScopeRules {
                needed: Vec::new(),
                all: true,
                separator: ' ',
            },
            skew: Duration::from_secs(30),
            cache_size: 16 << 20,
            cache_ttl: Duration::from_secs(60),
            negative_ttl: Duration::from_secs(5),
        }
    }

    /// What the plan is called in logs and rules. Default: `oauth2`.
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds an audience that a token may be for, compared byte for byte: the URL of the proxy, mostly
    /// with and without a trailing slash. One at least is needed, unless [`any_audience`](Self::any_audience)
    /// is called.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        if let Audiences::OneOf(audiences) = &mut self.audiences {
            audiences.push(audience.into());
        }
        self
    }

    /// Takes tokens for whomever they are: every token of the authorization server opens this door.
    pub fn any_audience(mut self) -> Self {
        self.audiences = Audiences::Any;
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

    /// What stands between the scopes of a token. Default: a space (RFC 6749 section 3.3).
    pub const fn scope_separator(mut self, separator: char) -> Self {
        self.scopes.separator = separator;
        self
    }

    /// By how much clocks may differ. Default: 30 seconds.
    pub const fn skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// How long a good token is not asked about again. Default: 60 seconds. A revoked token lives as
    /// long.
    pub const fn cache_ttl(mut self, ttl: Duration) -> Self {
        self.cache_ttl = ttl;
        self
    }

    /// How long a bad token is not asked about again. Default: 5 seconds.
    pub const fn negative_ttl(mut self, ttl: Duration) -> Self {
        self.negative_ttl = ttl;
        self
    }

    /// How many bytes of verdicts are kept. Default: 16 MiB.
    pub const fn cache_size(mut self, bytes: u64) -> Self {
        self.cache_size = bytes;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`OAuth2Error`] names the setting that cannot work.
    pub fn build(self) -> Result<Introspection, OAuth2Error> {
        let rules = TokenRules {
            plan: self.name,
            issuer: self.server.issuer().into(),
            audiences: self.audiences,
            scopes: self.scopes,
            skew: self.skew,
            is_complete: false,
        };
        Ok(Introspection(Arc::new(Inner {
            server: self.server,
            rules,
            verdicts: Verdicts::new(self.cache_size),
        })))
    }
}
