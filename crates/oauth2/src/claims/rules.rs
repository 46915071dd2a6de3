//! What a token has to be.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};
use tollbar_core::{Claims, Consumer};

use super::{
    Audiences, Known, Mismatch, Rejected, ScopeRules, TokenFault,
    members::{Members, Unreadable},
    rejected::SCOPE,
    usage::other_usage,
    weight::weight,
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

/// Who asks by a token.
struct Owner<'a> {
    subject: Option<&'a str>,
    /// A name for people, which others may have, or have had: it identifies nobody.
    has_username: bool,
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
    ) -> Result<Result<Known, Rejected>, Unreadable> {
        let members = Members(&claims);
        let (begins, expires) = (members.time("nbf")?, members.time("exp")?);
        let issued = members.time("iat")?;
        let owner = Owner::of(members)?;
        let scopes = self.scopes.of(members)?;
        let fault = self.fault(members, &owner, &scopes)?;
        if fault.is_none() && self.is_complete && expires.is_none() {
            return Err(Unreadable("exp"));
        }
        let size = weight(&claims).saturating_add(scopes.len().saturating_mul(SCOPE));
        let consumer = self.consumer(&owner, scopes);
        if let Some((fault, mismatch)) = fault {
            // Whom another server means by a name is not known here.
            let is_known = !matches!(fault, TokenFault::WrongIssuer(_)) && owner.is_somebody();
            let consumer = is_known.then_some(consumer);
            return Ok(Err(Rejected::new(fault, consumer, mismatch)));
        }
        let known = Known {
            // A token from the future is one whose clock is wrong.
            begins: begins.max(issued),
            expires,
            skew: self.skew,
            size,
            consumer: consumer.clone().with_claims(Claims::from(claims)),
        };
        Ok(match known.check(now) {
            Ok(()) | Err(TokenFault::NotYetValid) => Ok(known),
            Err(fault) => Err(Rejected::new(fault, Some(consumer), None)),
        })
    }

    /// Who asks, without claims.
    fn consumer(&self, owner: &Owner<'_>, scopes: Vec<Box<str>>) -> Consumer {
        let mut consumer = Consumer::new(Arc::clone(&self.plan)).with_scopes(scopes);
        if let Some(subject) = owner.subject {
            consumer = consumer.with_subject(subject);
        }
        if let Some(client) = owner.client {
            consumer = consumer.with_client_id(client);
        }
        consumer
    }

    /// What is wrong with a token, the gravest first: whose it is before what it may.
    fn fault(
        &self,
        members: Members<'_>,
        owner: &Owner<'_>,
        scopes: &[Box<str>],
    ) -> Result<Option<(TokenFault, Option<Mismatch>)>, Unreadable> {
        let differs = |claim, expected: &str| {
            let found = members.shown(claim);
            Some(Mismatch::new(claim, &found, expected))
        };
        let is_issuer = match members.text("iss")? {
            Some(issuer) => *issuer == *self.issuer,
            None => !self.is_complete,
        };
        if !is_issuer {
            let fault = TokenFault::WrongIssuer(self.issuer.clone());
            return Ok(Some((fault, differs("iss", &self.issuer))));
        }
        if !self.audiences.accept(members)? {
            let expected = self.audiences.parts().join(" or ");
            let fault = TokenFault::WrongAudience(self.audiences.first().into());
            return Ok(Some((fault, differs("aud", &expected))));
        }
        if let Some(claim) = other_usage(members)? {
            let mismatch = differs(claim, "an access token for bearers");
            return Ok(Some((TokenFault::WrongType, mismatch)));
        }
        if members.has("cnf") {
            return Ok(Some((TokenFault::Bound, None)));
        }
        if !owner.suffices(self.is_complete) {
            return Ok(Some((TokenFault::Anonymous, None)));
        }
        Ok(self.scopes.lacking(scopes).map(|fault| {
            let mismatch = Mismatch::new("scope", &scopes.join(" "), &self.scopes.expected());
            (fault, Some(mismatch))
        }))
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
            has_username: members.name("username")?.is_some(),
            client,
        })
    }

    const fn is_somebody(&self) -> bool {
        self.subject.is_some() || self.client.is_some()
    }

    /// A client of its own right has no user. Where there is one who is not named, all users of the
    /// client would be taken for one.
    const fn suffices(&self, is_complete: bool) -> bool {
        match is_complete {
            true => self.subject.is_some(),
            false => self.subject.is_some() || (self.client.is_some() && !self.has_username),
        }
    }
}
