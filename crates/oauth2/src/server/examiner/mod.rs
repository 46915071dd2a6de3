//! Looking at everything that matters of an authorization server.

mod keys;
mod login;

use super::{
    Examination, Inner, Introspected, Outcome, Step,
    discovery::Attempt,
    failure::ServerFailure,
    json::Object,
    metadata::{INTROSPECTION, KEYS, Named},
};
use crate::{ClientAuthentication, endpoint::Endpoint};

/// Asks for everything anew, and notes nothing of how that went for others.
pub(super) async fn examine(server: &Inner) -> Examination {
    let mut steps = Vec::new();
    let attempts = server.discovery.attempts().await;
    steps.push(metadata(server, &attempts));
    let document = attempts.iter().find_map(|it| it.found.as_ref().ok());
    if let Some(step) = issuer(server, &attempts) {
        steps.push(step);
    }
    if let Some(document) = document {
        steps.push(endpoints(server, document));
        steps.extend(login::steps(document));
    }
    let endpoint = endpoint_of(
        server,
        document,
        server.introspection_endpoint.as_ref(),
        INTROSPECTION,
    );
    steps.push(introspection(server, document, &endpoint));
    if let (Ok(endpoint), Some(client)) = (&endpoint, &server.client) {
        let token = nobodys_token();
        let asked = client.introspect(endpoint, &server.fetcher, &token).await;
        steps.push(client_step(asked));
    }
    steps.push(
        match endpoint_of(server, document, server.jwks_uri.as_ref(), KEYS) {
            Ok(endpoint) => keys::step(server.documents.fetch(endpoint.url()).await),
            Err(failure) => Step::new("keys", Outcome::Warning, failure.explained())
                .with_fix("configure `jwks_uri` where a `jwt` plan is to use this server"),
        },
    );
    Examination::of(steps)
}

/// Where the metadata is.
fn metadata(server: &Inner, attempts: &[Attempt]) -> Step {
    let told: Vec<_> = attempts
        .iter()
        .map(|Attempt { url, found }| match found {
            Ok(_) => format!("`{url}` answers"),
            Err(failure) => format!("`{url}`: {}", failure.explained()),
        })
        .collect();
    let told = told.join("; ");
    if attempts.iter().any(|it| it.found.is_ok()) {
        return Step::new("metadata", Outcome::Passed, told);
    }
    let is_configured = server.introspection_endpoint.is_some() || server.jwks_uri.is_some();
    if is_configured && !attempts.iter().any(is_unreachable) {
        return Step::new("metadata", Outcome::Warning, told).with_fix(
            "the configured endpoints work without, but MCP clients find the server by it: have it \
             served at one of these URLs",
        );
    }
    Step::new("metadata", Outcome::Failed, told).with_fix(
        "check the issuer, and that this machine can reach it; `ca_file` trusts a CA of your own",
    )
}

fn is_unreachable(attempt: &Attempt) -> bool {
    matches!(&attempt.found, Err(failure) if failure.is_unreachable())
}

/// Whether the metadata is that of the configured issuer (RFC 8414 section 3.3).
fn issuer(server: &Inner, attempts: &[Attempt]) -> Option<Step> {
    if attempts.iter().any(|it| it.found.is_ok()) {
        let found = format!("`{}`, byte for byte", server.discovery.issuer.text());
        return Some(Step::new("issuer", Outcome::Passed, found));
    }
    let another = attempts.iter().find_map(|it| match &it.found {
        Err(failure @ ServerFailure::Issuer(_)) => Some(failure.explained()),
        _ => None,
    });
    let step = Step::new("issuer", Outcome::Failed, another?);
    Some(
        step.with_fix(
            "configure as `issuer` what the metadata says, with or without its last slash",
        ),
    )
}

/// Whether the endpoints are there that clients and the gateway need, and are safe to ask.
fn endpoints(server: &Inner, document: &Object) -> Step {
    let discovery = &server.discovery;
    let mut wrong = Vec::new();
    for name in ["authorization_endpoint", "token_endpoint"] {
        let named = Named::new(document, name, &discovery.issuer, discovery.plain_http);
        if let Err(failure) = named.endpoint() {
            wrong.push(failure.explained());
        }
    }
    if wrong.is_empty() {
        let found = "`authorization_endpoint` and `token_endpoint` are there, and safe to ask";
        return Step::new("endpoints", Outcome::Passed, found);
    }
    Step::new("endpoints", Outcome::Warning, wrong.join("; ")).with_fix(
        "without them MCP clients cannot log in: allow the authorization code grant there",
    )
}

/// The configured endpoint, or the one that the metadata names.
fn endpoint_of(
    server: &Inner,
    document: Option<&Object>,
    configured: Option<&Endpoint>,
    name: &'static str,
) -> Result<Endpoint, ServerFailure> {
    let discovery = &server.discovery;
    match (configured, document) {
        (Some(endpoint), _) => Ok(endpoint.clone()),
        (None, Some(document)) => {
            Named::new(document, name, &discovery.issuer, discovery.plain_http).endpoint()
        }
        (None, None) => Err(ServerFailure::NoEndpoint(name)),
    }
}

/// Whether tokens can be introspected, and in the configured way (RFC 8414 section 2).
fn introspection(
    server: &Inner,
    document: Option<&Object>,
    endpoint: &Result<Endpoint, ServerFailure>,
) -> Step {
    const NAME: &str = "introspection";
    let endpoint = match endpoint {
        Ok(endpoint) => endpoint,
        Err(failure) => {
            return Step::new(NAME, Outcome::Warning, failure.explained()).with_fix(
                "configure `introspection_endpoint` where an `oauth2` plan is to use this server",
            );
        }
    };
    let found = match server.introspection_endpoint {
        Some(_) => format!("configured, at `{endpoint}`"),
        None => format!("in the metadata, at `{endpoint}`"),
    };
    let Some(client) = &server.client else {
        return Step::new(NAME, Outcome::Warning, found)
            .with_fix("give client id and secret where an `oauth2` plan is to use this server");
    };
    let method = match client.authentication {
        ClientAuthentication::Basic => "client_secret_basic",
        ClientAuthentication::Post => "client_secret_post",
    };
    let methods = document.and_then(|it| {
        let own = it.texts("introspection_endpoint_auth_methods_supported");
        own.or_else(|| it.texts("token_endpoint_auth_methods_supported"))
    });
    match methods {
        Some(methods) if !methods.contains(&method) => {
            let found = format!("{found}; its metadata does not name `{method}`");
            Step::new(NAME, Outcome::Warning, found).with_fix("set `method` to one that it names")
        }
        _ => Step::new(NAME, Outcome::Passed, found),
    }
}

/// What a token that nobody has issued has proved of the client's id and secret.
fn client_step(asked: Result<Introspected, ServerFailure>) -> Step {
    const NAME: &str = "client";
    match asked {
        Ok(Introspected::Inactive) => Step::new(
            NAME,
            Outcome::Passed,
            "id and secret are taken, and a token that nobody has issued is not active",
        ),
        Ok(Introspected::Active(..)) => Step::new(
            NAME,
            Outcome::Failed,
            "the server calls a token active that nobody has issued",
        )
        .with_fix("do not use it: whoever makes up a token would be let in"),
        Err(failure) => {
            let fix = match &failure {
                ServerFailure::Client(_) => {
                    "give the id and secret of this resource, not of a client that logs in; try the \
                     other `method`"
                }
                ServerFailure::Token(_) => {
                    "the server should answer `{\"active\":false}` with status 200 (RFC 7662 section 2.2)"
                }
                _ => "check `introspection_endpoint`",
            };
            Step::new(NAME, Outcome::Failed, failure.explained()).with_fix(fix)
        }
    }
}

/// A token that is nobody's, and different each time.
fn nobodys_token() -> String {
    use base64::Engine as _;
    let mut bytes = [0; 32];
    // Without chance it is a token of zeros, which is nobody's either.
    let _ = getrandom::fill(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
