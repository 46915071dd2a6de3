//! The MCP server of `tests/servers/secured`, which judges its tokens itself.

use std::process::Command;

use serde_json::{Value, json};

use crate::{
    authorization_server::AuthorizationServer,
    process::Running,
    programs::{installed, node},
};

/// As whom it asks about tokens.
const CLIENT: &str = "secured";
const SECRET: &str = "a-secret-of-the-tests-alone";

/// A running server. Ended when dropped.
#[derive(Debug)]
pub struct SecuredServer {
    url: String,
    http: reqwest::Client,
    _running: Running,
}

/// One request that reached it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// What it was answered.
    pub status: u16,
    /// Who asked, as `User-Agent` says, or else `MCP-Protocol-Version`.
    pub agent: String,
}

impl SecuredServer {
    /// Starts one on a free port, with options of its command line, and registers it as a resource.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub async fn start(server: &AuthorizationServer, options: &[&str]) -> Self {
        let mut command = Command::new(node());
        command.arg(installed("servers/secured/main.js"));
        command.args(["--authorization-server", server.issuer()]);
        command.args(["--client-id", CLIENT]).args(options);
        command.env("SECURED_SECRET", SECRET);
        let (running, url) = Running::start(&mut command, |line| {
            line.strip_prefix("listening on ").map(str::to_owned)
        });
        // With the challenge `paragraph`, the whole host is one resource.
        let identifier = match options.contains(&"paragraph") {
            true => url.trim_end_matches("mcp"),
            false => &url,
        };
        let resource = json!({
            "identifier": identifier, "client_id": CLIENT, "client_secret": SECRET,
        });
        server.register(&resource).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            url,
            http,
            _running: running,
        }
    }

    /// Its MCP endpoint.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Takes tokens for another URL, too, under which clients know it.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn alias(&self, url: &str) {
        let place = self.console("aliases");
        let told = json!({ "alias": url }).to_string();
        let response = self.http.post(place).body(told).send().await.unwrap();
        assert_eq!(response.status(), 200);
    }

    /// The requests since the last time that somebody asked, in the order of their answers.
    ///
    /// # Panics
    ///
    /// When it does not say.
    pub async fn reached(&self) -> Vec<Reached> {
        let response = self.http.get(self.console("requests")).send().await;
        let told = response.unwrap().text().await.unwrap();
        let told: Vec<Value> = serde_json::from_str(&told).unwrap();
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        told.iter()
            .map(|one| Reached {
                method: text(one, "method"),
                path: text(one, "path"),
                status: one["status"].as_u64().unwrap().try_into().unwrap(),
                agent: text(one, "agent"),
            })
            .collect()
    }

    fn console(&self, what: &str) -> String {
        let base = self.url.trim_end_matches("/mcp");
        format!("{base}/console/{what}")
    }
}
