//! The authorization server of `tests/servers/authorization-server`, and what its console does.

use std::process::Command;

use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::{
    process::Running,
    programs::{installed, node},
};

/// The user that is there from the start, and its password.
pub const USER: [&str; 2] = ["ada", "lovelace"];

/// Where tokens are introspected.
pub const INTROSPECTION: &str = "/token/introspection";

/// Where the keys of tokens are.
pub const KEYS: &str = "/jwks";

/// Where clients register themselves.
pub const REGISTRATION: &str = "/reg";

/// A running authorization server. Ended when dropped.
#[derive(Debug)]
pub struct AuthorizationServer {
    issuer: String,
    client: Client,
    _running: Running,
}

/// As whom a resource is registered.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Its client id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// What may go wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It closes every connection.
    Down,
    /// It answers nothing.
    Slow,
    /// It answers with a page.
    Garbage,
    /// It answers with 500.
    Failing,
}

impl AuthorizationServer {
    /// Starts one on a free port, with options of its command line.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn start(options: &[&str]) -> Self {
        let mut command = Command::new(node());
        // The modules that it needs lie beside it.
        let _ = installed("servers/node_modules/oidc-provider");
        command.arg(installed("servers/authorization-server/main.js"));
        let (running, issuer) = Running::start(command.args(options), |line| {
            line.strip_prefix("listening on ").map(str::to_owned)
        });
        Self {
            issuer,
            client: Client::builder().no_proxy().build().unwrap(),
            _running: running,
        }
    }

    /// Its issuer identifier, which is its URL without a slash at the end.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Registers a resource: `identifier`, and what else `/console/resources` takes.
    ///
    /// # Panics
    ///
    /// When it does not take it.
    pub async fn register(&self, resource: &Value) -> Registered {
        let told = self.console("resources", resource).await;
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        Registered {
            id: text("client_id"),
            secret: text("client_secret"),
        }
    }

    /// Registers a client that comes back to any port of this machine, as an administrator does.
    ///
    /// # Panics
    ///
    /// When it does not take it.
    pub async fn register_client(&self) -> String {
        let uris = [
            "http://127.0.0.1/callback",
            "http://127.0.0.1/oauth/callback",
        ];
        let client = json!({"name": "An agent", "redirect_uris": uris});
        let told = self.console("clients", &client).await;
        told["client_id"].as_str().unwrap().to_owned()
    }

    /// Makes a token without a login: `resource`, and what else `/console/tokens` takes.
    ///
    /// # Panics
    ///
    /// When it makes none.
    pub async fn token(&self, token: &Value) -> String {
        let told = self.console("tokens", token).await;
        told["token"].as_str().unwrap().to_owned()
    }

    /// Revokes a token that was made without a login (RFC 7009).
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn revoke(&self, token: &str) {
        let revocation = self
            .client
            .post(format!("{}/token/revocation", self.issuer));
        let response = revocation
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("client_id=tests&token={token}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
    }

    /// Switches a fault on, on these paths or everywhere, or all faults off.
    ///
    /// # Panics
    ///
    /// When it does not know it.
    pub async fn fault(&self, fault: Fault, paths: &[&str]) {
        let mut told = json!({"fault": format!("{fault:?}").to_lowercase()});
        if !paths.is_empty() {
            told["paths"] = json!(paths);
        }
        self.console("faults", &told).await;
    }

    /// How often a path was asked for.
    ///
    /// # Panics
    ///
    /// When it does not say.
    pub async fn count(&self, path: &str) -> u64 {
        let counts = self.client.get(format!("{}/console/counts", self.issuer));
        let counts = read(counts.send().await.unwrap()).await;
        counts[path].as_u64().unwrap_or(0)
    }

    async fn console(&self, what: &str, body: &Value) -> Value {
        let url = format!("{}/console/{what}", self.issuer);
        let request = self.client.post(url).body(body.to_string());
        read(request.send().await.unwrap()).await
    }
}

async fn read(response: Response) -> Value {
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}
