//! What a token has to be.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};
use tollbar_core::{Claims, Consumer};

use super::{
    Audiences, Known, TokenFault,
    members::{Members, Unreadable},
};

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

/// Which scopes a token has, and which it needs.
#[derive(Clone, Debug)]
pub(crate) struct ScopeRules {
    pub(crate) needed: Vec<Box<str>>,
    /// All that are needed, or one of them.
    pub(crate) all: bool,
    /// What stands between the scopes of a text.
    pub(crate) separator: char,
}

/// Where scopes stand: the first of these members that is there.
const SCOPES: [&str; 2] = ["scope", "scp"];

impl TokenRules {
    /// What these claims, which are genuine, make of a token.
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
        let (subject, user) = (members.text("sub")?, members.text("username")?);
        let client = match members.text("client_id")? {
            Some(client) => Some(client),
            None => members.text("azp")?,
        };
        let issuer = members.text("iss")?;
        let audience = members.texts("aud")?;
        let kind = members.text("token_type")?;
        let scopes = self.scopes.of(members)?;

        let is_issuer = issuer.map_or(!self.is_complete, |issuer| *issuer == *self.issuer);
        let is_owned = match self.is_complete {
            true => subject.is_some(),
            false => subject.or(client).or(user).is_some(),
        };
        let is_incomplete = self.is_complete && expires.is_none();
        let fault = if !is_issuer {
            Some(TokenFault::WrongIssuer)
        } else if !self.audiences.accept(audience.iter().flatten().copied()) {
            Some(TokenFault::WrongAudience)
        } else if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            Some(TokenFault::WrongType)
        } else if members.has("cnf") {
            Some(TokenFault::Bound)
        } else if !is_owned {
            Some(TokenFault::Anonymous)
        } else if is_incomplete {
            return Err(Unreadable("exp"));
        } else {
            self.scopes.lacking(&scopes)
        };
        if let Some(fault) = fault {
            return Ok(Err(fault));
        }
        let mut consumer = Consumer::new(Arc::clone(&self.plan)).with_scopes(scopes);
        if let Some(subject) = subject.or(user) {
            consumer = consumer.with_subject(subject);
        }
        if let Some(client) = client {
            consumer = consumer.with_client_id(client);
        }
        let known = Known {
            // A token from the future is one whose clock is wrong.
            begins: begins.max(issued),
            expires,
            skew: self.skew,
            consumer: consumer.with_claims(Claims::from(claims)),
        };
        Ok(match known.check(now) {
            Ok(()) | Err(TokenFault::NotYetValid) => Ok(known),
            Err(fault) => Err(fault),
        })
    }
}

impl ScopeRules {
    /// The scopes of a token.
    fn of(&self, members: Members<'_>) -> Result<Vec<Box<str>>, Unreadable> {
        for name in SCOPES {
            let Some(texts) = members.texts(name)? else {
                continue;
            };
            let scopes = texts.iter().flat_map(|text| text.split(self.separator));
            let scopes = scopes.map(str::trim).filter(|scope| !scope.is_empty());
            return Ok(scopes.map(Into::into).collect());
        }
        Ok(Vec::new())
    }

    /// What is wrong when these are all.
    fn lacking(&self, scopes: &[Box<str>]) -> Option<TokenFault> {
        let mut needed = self.needed.iter();
        let suffices = match self.all {
            true => needed.all(|scope| scopes.contains(scope)),
            false => self.needed.is_empty() || needed.any(|scope| scopes.contains(scope)),
        };
        (!suffices).then(|| TokenFault::Scope(self.named()))
    }

    /// What a client should ask for: every scope that is needed, and of those of which one is enough the
    /// first.
    pub(crate) fn named(&self) -> Box<str> {
        match self.all {
            true => self.needed.join(" ").into(),
            false => self.needed.first().cloned().unwrap_or_default(),
        }
    }
}
