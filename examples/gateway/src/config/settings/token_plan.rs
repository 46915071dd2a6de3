//! Plans for access tokens, built.

use tollbar::oauth2::{AuthorizationServer, Introspection, Jwt, OAuth2Error};
use url::Url;

use super::PlanSettings;
use crate::config::section::{Audience, Plan, PlanType, Proxy, ScopesNeeded, TokenType, Verifier};

/// A plan that takes access tokens.
#[derive(Clone, Debug)]
pub(crate) enum TokenPlan {
    Introspection(Introspection),
    Jwt(Jwt),
}

impl PlanSettings {
    /// The plan, when it takes the tokens of this server, where they are for one of these unless
    /// it says otherwise.
    ///
    /// # Errors
    ///
    /// [`OAuth2Error`] names the setting that cannot work.
    pub(crate) fn token_plan(
        &self,
        server: AuthorizationServer,
        audiences: &[String],
    ) -> Result<TokenPlan, OAuth2Error> {
        let section = &self.section;
        let audiences: Vec<String> = match &section.audience {
            None => audiences.to_vec(),
            Some(Audience::OneOf(names)) => {
                names.iter().map(|name| name.as_str().to_owned()).collect()
            }
            Some(Audience::Any(_)) => Vec::new(),
        };
        let scopes = section.scopes.iter().map(|scope| scope.as_str());
        let bytes = u64::try_from(section.cache_size.0.0).unwrap_or(u64::MAX);
        if section.tokens() == Some(Verifier::Jwt) {
            let mut builder = Jwt::builder(server)
                .name(section.name())
                .scopes(scopes)
                .scope_separator(section.scope_separator.0.0)
                .skew(section.clock_skew.0)
                .cache_size(bytes)
                .token_limit(section.token_limit.0.0)
                .algorithms(section.algorithms.iter().copied().map(Into::into));
            for audience in audiences {
                builder = builder.audience(audience);
            }
            if section.scopes_needed == ScopesNeeded::Any {
                builder = builder.any_scope();
            }
            if section.challenge_scopes.is_some() {
                builder = builder.challenge_scopes(self.scopes_to_ask_for());
            }
            if section.token_type == TokenType::Any {
                builder = builder.any_type();
            }
            return builder.build().map(TokenPlan::Jwt);
        }
        let mut builder = Introspection::builder(server)
            .name(section.name())
            .scopes(scopes)
            .scope_separator(section.scope_separator.0.0)
            .skew(section.clock_skew.0)
            .cache_ttl(section.cache_ttl.0)
            .negative_ttl(section.negative_ttl.0.0.unwrap_or_default())
            .watched(usize::try_from(section.watched.get()).unwrap_or(usize::MAX))
            .cache_size(bytes);
        for audience in audiences {
            builder = builder.audience(audience);
        }
        if matches!(section.audience, Some(Audience::Any(_))) {
            builder = builder.any_audience();
        }
        if section.scopes_needed == ScopesNeeded::Any {
            builder = builder.any_scope();
        }
        if section.challenge_scopes.is_some() {
            builder = builder.challenge_scopes(self.scopes_to_ask_for());
        }
        builder.build().map(TokenPlan::Introspection)
    }

    /// The scopes that clients are told to ask for: those that are named for that, else all that a token
    /// needs, or, of those of which one is enough, the first.
    pub(crate) fn scopes_to_ask_for(&self) -> impl Iterator<Item = &str> {
        let section = &self.section;
        let (scopes, most) = match (&section.challenge_scopes, section.scopes_needed) {
            (Some(named), _) => (named, usize::MAX),
            (None, ScopesNeeded::All) => (&section.scopes, usize::MAX),
            (None, ScopesNeeded::Any) => (&section.scopes, 1),
        };
        scopes.iter().map(|scope| scope.as_str()).take(most)
    }

    /// The scopes that clients can ask for, as the authorization server calls them.
    pub(crate) fn scopes_on_offer(&self) -> impl Iterator<Item = &str> {
        let section = &self.section;
        let scopes = section.challenge_scopes.as_ref().unwrap_or(&section.scopes);
        scopes.iter().map(|scope| scope.as_str())
    }

    /// The scopes that a plan for tokens names.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.section.scopes.iter().map(|scope| scope.as_str())
    }
}

/// Whom tokens are for that a plan of this proxy judges, unless it says so itself: for the proxy, and for
/// what its server calls itself where that judges the same tokens.
pub(crate) fn audiences(proxy: &Proxy, plan: &Plan, public_url: &Url) -> Vec<String> {
    let mut audiences = identifiers(public_url).to_vec();
    if plan.kind == PlanType::Relay {
        let relay = proxy.relay().unwrap_or_default();
        let server = relay.identifier.map_or_else(
            || proxy.upstream.url.0.0.clone(),
            |identifier| identifier.0.0,
        );
        let known = identifiers(&server);
        audiences.extend(
            known
                .into_iter()
                .filter(|name| !identifiers(public_url).contains(name)),
        );
    }
    audiences
}

/// Both ways to write the URL of a proxy: clients use the one that their user has typed, so that both
/// stand in `aud` of tokens.
pub(crate) fn identifiers(url: &Url) -> [String; 2] {
    let own = url.as_str().to_owned();
    let other = match own.strip_suffix('/') {
        Some(stem) => stem.to_owned(),
        None => format!("{own}/"),
    };
    [own, other]
}
