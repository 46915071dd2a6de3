//! The plan for tokens that can be read and verified here.

mod algorithm;
mod builder;

pub use self::{algorithm::Algorithm, builder::JwtBuilder};

use std::sync::Arc;

use tollbar_core::{Exchange, Kind, Refusal};
use tollbar_plan::{Credential, Fit, Identify, Plan, Source};

use crate::{AuthorizationServer, claims::TokenRules, verdict::Verdicts};

/// Lets in whoever shows a signed access token of an authorization server (RFC 9068).
#[derive(Clone, Debug)]
pub struct Jwt(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    server: AuthorizationServer,
    rules: TokenRules,
    verdicts: Verdicts,
}

impl Jwt {
    /// Takes tokens of this server.
    pub fn builder(server: AuthorizationServer) -> JwtBuilder {
        JwtBuilder::new(server)
    }
}

impl Plan for Jwt {
    fn name(&self) -> &str {
        &self.0.rules.plan
    }

    fn source(&self) -> Source {
        Source::Authorization
    }

    fn fit(&self, _: &Credential<'_>) -> Fit {
        Fit::No
    }

    fn identify<'a>(&'a self, _: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        let refusal = Refusal::new(Kind::Unauthenticated, "token_malformed", "no token");
        Box::pin(std::future::ready(Err(refusal)))
    }
}
