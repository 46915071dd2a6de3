//! The plan for tokens that only their authorization server can read.

mod builder;

pub use self::builder::IntrospectionBuilder;

use std::sync::Arc;

use tollbar_core::{Exchange, Kind, Refusal};
use tollbar_plan::{Admission, Credential, Fit, Identify, Plan, Source};

use crate::{AuthorizationServer, claims::TokenRules, verdict::Verdicts};

/// Lets in whoever shows an access token that its authorization server says is good (RFC 7662).
#[derive(Clone, Debug)]
pub struct Introspection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    server: AuthorizationServer,
    rules: TokenRules,
    verdicts: Verdicts,
}

impl Introspection {
    /// Asks this server. It needs a client id and secret.
    pub fn builder(server: AuthorizationServer) -> IntrospectionBuilder {
        IntrospectionBuilder::new(server)
    }

    async fn judge(&self, token: &str) -> Result<Admission, Refusal> {
        self.0.server.introspect(token).await?;
        Err(Refusal::new(
            Kind::Unavailable,
            "authorization_server_unavailable",
            "not yet",
        ))
    }
}

impl Plan for Introspection {
    fn name(&self) -> &str {
        &self.0.rules.plan
    }

    fn source(&self) -> Source {
        Source::Authorization
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        match credential {
            Credential::Token(_) => Fit::Possible,
            _ => Fit::No,
        }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        Box::pin(async move {
            match credential {
                Credential::Token(token) => self.judge(token).await,
                _ => Err(Refusal::new(
                    Kind::Unauthenticated,
                    "token_malformed",
                    "no token",
                )),
            }
        })
    }
}
