//! What a token has to be.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};
use tollbar_core::{Claims, Consumer};

use super::{
    Audiences, Known, ScopeRules, TokenFault,
    members::{Members, Unreadable},
    usage::is_access_token,
    weight::weight,
};

/// What a scope takes besides what the claims do, in bytes.
const SCOPE: usize = 96;

/// What a token has to be, besides genuine.
#[derive(Clone, Debug)]
pub(crate) struct TokenRules {
    /// The name of the plan that asks.
    pub(crate) plan: Arc<str>,
    /// Who must have issued it.
    pub(crate) issuer: Box<str>,
    pub(crate) audiences: Audiences,
    pub(crate) scopes: ScopeRules,
    /// By how much clocks may differ.
    pub(crate) skew: Duration,
    /// Whether `iss`, `exp` and `sub` must be there, as in a JWT (RFC 9068 section 2.2), or count when
    /// they are, as in an introspection response (RFC 7662 section 2.2).
    pub(crate) is_complete: bool,
}

/// Who asks by a token.
struct Owner<'a> {
    subject: Option<&'a str>,
    user: Option<&'a str>,
    client: Option<&'a str>,
}

impl TokenRules {
    /// What these claims, which are genuine, make of a token. One that is not valid yet may be kept, and
    /// is known: [`Known::check`] says so for each request.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] when a member is not what the standards say: nothing is known then.
    pub(crate) fn judge(
        &self,
        claims: Map<String, Value>,
        now: SystemTime,
    ) -> Result<Result<Known, TokenFault>, Unreadable> {
        let members = Members(&claims);
        let (begins, expires) = (members.time("nbf")?, members.time("exp")?);
        let issued = members.time("iat")?;
        let owner = Owner::of(members)?;
        let scopes = self.scopes.of(members)?;
        if let Some(fault) = self.fault(members, &owner, &scopes)? {
            return Ok(Err(fault));
        }
        if self.is_complete && expires.is_none() {
            return Err(Unreadable("exp"));
        }
        let size = weight(&claims).saturating_add(scopes.len().saturating_mul(SCOPE));
        let mut consumer = Consumer::new(Arc::clone(&self.plan)).with_scopes(scopes);
        if let Some(subject) = owner.subject.or(owner.user) {
            consumer = consumer.with_subject(subject);
        }
        if let Some(client) = owner.client {
            consumer = consumer.with_client_id(client);
        }
        let known = Known {
            // A token from the future is one whose clock is wrong.
            begins: begins.max(issued),
            expires,
            skew: self.skew,
            size,
            consumer: consumer.with_claims(Claims::from(claims)),
        };
        Ok(match known.check(now) {
            Ok(()) | Err(TokenFault::NotYetValid) => Ok(known),
            Err(fault) => Err(fault),
        })
    }

    /// What is wrong with a token, the gravest first: whose it is before what it may.
    fn fault(
        &self,
        members: Members<'_>,
        owner: &Owner<'_>,
        scopes: &[Box<str>],
    ) -> Result<Option<TokenFault>, Unreadable> {
        let is_issuer = match members.text("iss")? {
            Some(issuer) => *issuer == *self.issuer,
            None => !self.is_complete,
        };
        if !is_issuer {
            return Ok(Some(TokenFault::WrongIssuer));
        }
        if !self.audiences.accept(members)? {
            return Ok(Some(TokenFault::WrongAudience));
        }
        if !is_access_token(members)? {
            return Ok(Some(TokenFault::WrongType));
        }
        if members.has("cnf") {
            return Ok(Some(TokenFault::Bound));
        }
        if !owner.suffices(self.is_complete) {
            return Ok(Some(TokenFault::Anonymous));
        }
        Ok(self.scopes.lacking(scopes))
    }
}

impl<'a> Owner<'a> {
    fn of(members: Members<'a>) -> Result<Self, Unreadable> {
        let client = match members.name("client_id")? {
            Some(client) => Some(client),
            // What OpenID Connect calls it.
            None => members.name("azp")?,
        };
        Ok(Self {
            subject: members.name("sub")?,
            user: members.name("username")?,
            client,
        })
    }

    fn suffices(&self, is_complete: bool) -> bool {
        match is_complete {
            true => self.subject.is_some(),
            false => self.subject.or(self.client).or(self.user).is_some(),
        }
    }
}
