//! What a client will find at the authorization server.

use http::{Request, StatusCode, header};
use serde_json::{Map, Value};
use tollbar_fetch::{Fetcher, Outcome, Step};
use url::Url;

/// The name of the step.
pub(super) const LOGIN: &str = "authorization_server_metadata";

/// Where the metadata of OAuth is (RFC 8414 section 3.1), and that of OpenID (OpenID Connect Discovery 1.0
/// section 4).
const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

/// Looks for the metadata of an authorization server, as a client does that is about to log in.
pub(super) async fn look(fetcher: &Fetcher, issuer: &str) -> Step {
    let failed = |found: String| Step::new(LOGIN, Outcome::Failed, found);
    let Ok(url) = Url::parse(issuer) else {
        return Step::skipped(LOGIN, "the authorization server is no URL");
    };
    let mut missed = Vec::new();
    for place in places(&url) {
        match fetch(fetcher, &place).await {
            Ok(document) => return judge(issuer, &place, &document),
            Err(missing) => {
                missed.push(format!("{} at `{}`", missing.reason, place.path()));
                if missing.is_last {
                    break;
                }
            }
        }
    }
    failed(format!(
        "no metadata at {}: {}",
        url.origin().ascii_serialization(),
        missed.join(", ")
    ))
    .with_brief("no metadata of the authorization server")
    .with_fix(
        "see that the authorization server runs, and that it is reached from here; clients look in \
             the same places",
    )
}

/// In the order in which clients look (MCP 2025-11-25, `basic/authorization`).
fn places(issuer: &Url) -> Vec<Url> {
    let path = issuer.path().trim_end_matches('/');
    let mut paths = vec![
        format!("{OAUTH}{path}"),
        format!("{OPENID}{path}"),
        format!("{path}{OPENID}"),
    ];
    // Without a path the last two are one.
    paths.dedup();
    let at = |path: &String| {
        let mut url = issuer.clone();
        url.set_path(path);
        url
    };
    paths.iter().map(at).collect()
}

/// Why there is no document at a place.
struct Missing {
    /// In a few words.
    reason: String,
    /// Whether it is the same at all places.
    is_last: bool,
}

impl Missing {
    fn here(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_last: false,
        }
    }
}

/// The document at this place.
async fn fetch(fetcher: &Fetcher, place: &Url) -> Result<Map<String, Value>, Missing> {
    let request = Request::get(place.as_str())
        .header(header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| Missing::here("no URL of HTTP"))?;
    let answer = fetcher.fetch(request).await;
    let answer = answer.map_err(|failure| Missing {
        reason: failure.brief(),
        is_last: failure.is_unreachable(),
    })?;
    if answer.status() != StatusCode::OK {
        return Err(Missing::here(answer.status().as_u16().to_string()));
    }
    serde_json::from_slice(answer.body()).map_err(|_| Missing::here("no JSON object"))
}

/// What keeps a client from logging in with this document.
fn judge(issuer: &str, place: &Url, document: &Map<String, Value>) -> Step {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let path = place.path();
    if text("issuer") != Some(issuer) {
        return Step::new(
            LOGIN,
            Outcome::Failed,
            format!("`{path}` there is the metadata of another issuer than the server names"),
        )
        .with_fix(
            "have the server name its authorization server as that calls itself under `issuer`, \
             character by character: clients compare it (RFC 8414 section 3.3)",
        );
    }
    for name in ["authorization_endpoint", "token_endpoint"] {
        if text(name).is_none() {
            let found = format!("it has no `{name}`: no user can log in there");
            return Step::new(LOGIN, Outcome::Failed, found)
                .with_fix("see that users can log in there with an authorization code");
        }
    }
    let listed = |name: &str, value: &str| {
        let listed = document.get(name).and_then(Value::as_array);
        listed.is_some_and(|listed| listed.iter().any(|it| it == value))
    };
    if !listed("code_challenge_methods_supported", "S256") {
        return Step::new(
            LOGIN,
            Outcome::Warning,
            "it does not say that it takes PKCE with `S256`: clients of MCP 2025-11-25 and later refuse it",
        )
        .with_brief("it does not name PKCE with S256")
        .with_fix(
            "have it name `S256` under `code_challenge_methods_supported` (MCP 2025-11-25, \
             `basic/authorization`)",
        );
    }
    let is_true = |name: &str| document.get(name) == Some(&Value::Bool(true));
    let by_document = is_true("client_id_metadata_document_supported");
    let ways = match (text("registration_endpoint").is_some(), by_document) {
        (true, true) => "clients register themselves, or show a document of theirs",
        (true, false) => "clients register themselves",
        (false, true) => "clients show a document of theirs (not all can)",
        (false, false) => {
            return Step::new(
                LOGIN,
                Outcome::Warning,
                "clients cannot register themselves there: each needs a client id that was made for it",
            )
            .with_brief("no registration: each client needs an id")
            .with_fix(
                "register the clients there by hand, and enter the client id in each; or allow \
                 registration (RFC 7591)",
            );
        }
    };
    Step::new(LOGIN, Outcome::Passed, format!("found at `{path}`; {ways}"))
}
