//! Looking at everything that matters of an authorization server.

mod introspection;
mod keys;
mod login;
mod metadata;

use super::{
    Examination, Inner, Needs, Outcome, Step,
    failure::ServerFailure,
    json::Object,
    metadata::{INTROSPECTION, KEYS, Named},
};
use crate::endpoint::Endpoint;

/// What there is to do where nobody answers.
const UNREACHABLE: &str = "see that the server runs, and that this machine can reach it";

/// Asks for everything anew, and notes nothing of how that went for others.
pub(super) async fn examine(server: &Inner, needs: &Needs) -> Examination {
    let attempts = server.discovery.attempts().await;
    let document = attempts.iter().find_map(|it| it.found.as_ref().ok());
    let mut steps = vec![metadata::step(server, &attempts)];
    steps.push(metadata::issuer(server, &attempts));
    let sight = Sight {
        server,
        needs,
        document,
        // Without the metadata nobody knows what it would have said.
        blocked: steps.iter().rev().find_map(blocks),
    };
    steps.extend(login::steps(&sight));
    steps.extend(introspection::steps(&sight).await);
    steps.push(keys::look(&sight).await);
    Examination::of(steps)
}

/// Why later steps are skipped.
fn blocks(step: &Step) -> Option<&'static str> {
    (step.outcome() == Outcome::Failed).then_some(match step.name() {
        metadata::ISSUER => "needs the right issuer",
        _ => "needs the metadata",
    })
}

/// What steps look at.
struct Sight<'a> {
    server: &'a Inner,
    needs: &'a Needs,
    document: Option<&'a Object>,
    /// What keeps the metadata from being read.
    blocked: Option<&'static str>,
}

impl Sight<'_> {
    /// The configured endpoint for introspection, or the one that the metadata names.
    fn introspection_endpoint(&self) -> Result<Endpoint, ServerFailure> {
        self.endpoint(self.server.introspection_endpoint.as_ref(), INTROSPECTION)
    }

    /// Likewise for keys.
    fn keys_endpoint(&self) -> Result<Endpoint, ServerFailure> {
        self.endpoint(self.server.jwks_uri.as_ref(), KEYS)
    }

    fn endpoint(
        &self,
        configured: Option<&Endpoint>,
        name: &'static str,
    ) -> Result<Endpoint, ServerFailure> {
        match (configured, self.document) {
            (Some(endpoint), _) => Ok(endpoint.clone()),
            (None, Some(document)) => self.named(document, name),
            (None, None) => Err(ServerFailure::NoEndpoint(name)),
        }
    }

    fn named(&self, document: &Object, name: &'static str) -> Result<Endpoint, ServerFailure> {
        let discovery = &self.server.discovery;
        Named::new(document, name, &discovery.issuer, discovery.plain_http).endpoint()
    }

    /// What a step without an endpoint comes to: skipped where that is not known, or not needed.
    fn without(
        &self,
        name: &'static str,
        failure: &ServerFailure,
        is_needed: bool,
        fix: &str,
    ) -> Step {
        if let (Some(blocked), None) = (self.blocked, self.document) {
            return Step::skipped(name, blocked);
        }
        let brief = failure.brief();
        if !is_needed {
            return Step::skipped(name, format!("{brief}, and no plan needs it"));
        }
        let found = match (failure, self.document) {
            (ServerFailure::NoEndpoint(_), Some(_)) => format!("its metadata has {brief}"),
            (ServerFailure::NoEndpoint(_), None) => format!("{brief} is known"),
            _ => failure.explained(),
        };
        Step::new(name, Outcome::Failed, found)
            .with_brief(brief)
            .with_fix(fix)
    }
}
