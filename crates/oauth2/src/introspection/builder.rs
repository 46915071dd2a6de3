//! The settings of an introspection plan.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use tollbar_fetch::Seldom;

use super::{
    Introspection,
    judge::Judge,
    open::{Open, Pace},
};
use crate::{
    AuthorizationServer, OAuth2Error,
    claims::{Audiences, ScopeRules, TokenRules},
    verdict::{TokenDigests, Verdicts},
};

/// Between two lines of the log that say the same.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// How many tokens that were good are known again when they are not, and how long after they were last
/// looked up. Some 200 bytes each.
const SEEN: u64 = 65_536;
const SEEN_FOR: Duration = Duration::from_secs(24 * 60 * 60);

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
    watched: usize,
}

impl IntrospectionBuilder {
    pub(super) fn new(server: AuthorizationServer) -> Self {
        Self {
            server,
            name: "oauth2".into(),
            audiences: Audiences::OneOf(Vec::new()),
            scopes: ScopeRules {
                needed: Vec::new(),
                challenge: None,
                all: true,
                separator: ' ',
            },
            skew: Duration::from_secs(30),
            cache_size: 16 << 20,
            cache_ttl: Duration::from_secs(60),
            negative_ttl: Duration::from_secs(5),
            watched: 10_000,
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

    /// Adds audiences, of which a token has to be for one.
    pub fn audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        for audience in audiences {
            self = self.audience(audience);
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

    /// By how much clocks may differ. Default: 30 seconds.
    pub const fn skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// For how long it is believed at most what the server has said of a good token, counted from when it
    /// was asked. Default: 60 seconds. The server is asked again an eighth of it earlier.
    ///
    /// A token that is revoked opens nothing new after this, and what is open under it ends after this and
    /// the [time](crate::AuthorizationServerBuilder::timeout) that the server takes to answer; after twice
    /// as long in any case, for example when the server cannot be asked.
    pub const fn cache_ttl(mut self, ttl: Duration) -> Self {
        self.cache_ttl = ttl;
        self
    }

    /// How long a bad token is not asked about again, and one on which the server fails. Default: 5
    /// seconds; zero for not at all. Only when it is asked about a bad token counts as an attempt, unless
    /// it was good here before (of the last 65,536 good ones, within a day).
    pub const fn negative_ttl(mut self, ttl: Duration) -> Self {
        self.negative_ttl = ttl;
        self
    }

    /// How many tokens are looked after at a time, to end what is open under them when they are revoked.
    /// Each is kept in memory for as long, and counts while something is open under it and for
    /// [`cache_ttl`](Self::cache_ttl) after it was asked about. Default: 10,000, and never more than 32 MiB
    /// of tokens. What is open under further ones ends when the verdict on them does, good or bad.
    pub const fn watched(mut self, tokens: usize) -> Self {
        self.watched = tokens;
        self
    }

    /// How many bytes of verdicts are kept. Default: 16 MiB.
    pub const fn cache_size(mut self, bytes: u64) -> Self {
        self.cache_size = bytes;
        self
    }

    /// Checks the settings. Asks the server nothing yet, and needs no runtime.
    ///
    /// # Errors
    ///
    /// [`OAuth2Error`] names the setting that cannot work.
    pub fn build(self) -> Result<Introspection, OAuth2Error> {
        if !self.server.has_client() {
            return Err(OAuth2Error::NoClient);
        }
        self.audiences.check()?;
        self.scopes.check()?;
        if self.cache_ttl.is_zero() {
            return Err(OAuth2Error::ZeroTime("cache_ttl"));
        }
        let parts: Vec<_> = [&*self.name]
            .into_iter()
            .chain(self.audiences.parts())
            .collect();
        let digests = TokenDigests::new(&parts);
        let rules = TokenRules {
            plan: self.name,
            issuer: self.server.issuer().into(),
            audiences: self.audiences,
            scopes: self.scopes,
            skew: self.skew,
            is_complete: false,
        };
        Ok(Introspection(Arc::new(Judge {
            server: self.server,
            rules,
            digests,
            verdicts: Verdicts::new(self.cache_size),
            open: Open::new(Pace(self.cache_ttl), self.watched),
            negative_ttl: self.negative_ttl,
            seen: Cache::builder()
                .max_capacity(SEEN)
                .time_to_idle(SEEN_FOR)
                .build(),
            complaints: Seldom::new(BETWEEN_LINES),
            crowds: Seldom::new(BETWEEN_LINES),
            mismatches: Seldom::new(BETWEEN_LINES),
            unsaid: Seldom::new(BETWEEN_LINES),
        })))
    }
}
