//! An authorization server, and a gateway that is registered there.

use serde_json::json;
use tollbar_tests::authorization_server::{AuthorizationServer, INTROSPECTION, Registered};

use super::TAKES_NOTICE;
use crate::reload::gateway::Gateway;

/// Tests come with many bad tokens from one address.
const PATIENT: &str = "failed_attempts.burst = 100000";

/// An authorization server and a gateway in front of the demo server, which is the proxy `mcp`.
pub(crate) struct Scene {
    pub(crate) server: AuthorizationServer,
    pub(crate) gateway: Gateway,
    registered: std::sync::OnceLock<Registered>,
    /// The URL that clients know, when it is another one than the gateway's own.
    public: std::sync::OnceLock<String>,
}

impl Scene {
    /// Begins with an open proxy, of which the authorization server knows nothing.
    pub(crate) async fn open(options: &[&str]) -> Self {
        let server = AuthorizationServer::start(options);
        let keyless = "mcp\n[[proxy.plan]]\ntype = \"keyless\"";
        Self {
            server,
            gateway: Gateway::start(PATIENT, &[], &[keyless]),
            registered: std::sync::OnceLock::new(),
            public: std::sync::OnceLock::new(),
        }
    }

    /// Begins with a proxy that takes tokens of this format: what else is said of the server, and its plan.
    pub(crate) async fn start(options: &[&str], format: &str, server: &str, plan: &str) -> Self {
        let scene = Self::open(options).await;
        scene.register(format).await;
        scene.plan(server, &[plan]);
        scene
    }

    /// Clients reach the proxy under this URL.
    pub(crate) fn publish(&self, url: &str) {
        self.public.set(url.to_owned()).unwrap();
    }

    /// The MCP endpoint, as clients know it.
    pub(crate) fn url(&self) -> String {
        let own = || self.gateway.url("mcp");
        self.public.get().cloned().unwrap_or_else(own)
    }

    /// Registers the proxy as a resource, as whose client the gateway may ask about tokens.
    pub(crate) async fn register(&self, format: &str) {
        let resource = json!({"identifier": self.url(), "format": format});
        let registered = self.server.register(&resource).await;
        std::fs::write(self.gateway.path("secret"), &registered.secret).unwrap();
        self.registered.set(registered).unwrap();
    }

    /// Gives the proxy these plans, and waits until they hold.
    pub(crate) fn plan(&self, server: &str, plans: &[&str]) {
        let before = self.gateway.count("reloaded: ");
        let registered = self.registered.get().unwrap();
        let (issuer, id) = (self.server.issuer(), &registered.id);
        let listener = format!(
            "{PATIENT}\n[[authorization_server]]\nname = \"login\"\nissuer = \"{issuer}\"\n\
             client_id = \"{id}\"\nclient_secret = {{ file = \"secret\" }}\n{server}\n"
        );
        let public = self.public.get();
        let public = public.map_or_else(String::new, |url| format!("public_url = \"{url}\"\n"));
        let plans = plans.iter().map(|plan| format!("[[proxy.plan]]\n{plan}\n"));
        let proxy = format!("mcp\n{public}{}", plans.collect::<String>());
        self.gateway.write(&listener, &[&proxy]);
        let begun = std::time::Instant::now();
        while self.gateway.count("reloaded: ") == before {
            let said = self.gateway.running.said();
            assert!(begun.elapsed() < TAKES_NOTICE, "it does not reload: {said}");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    /// Waits until the gateway has asked about so many tokens.
    pub(crate) async fn introspected(&self, times: u64) {
        let begun = std::time::Instant::now();
        while self.server.count(INTROSPECTION).await < times {
            assert!(begun.elapsed() < TAKES_NOTICE, "it does not ask");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    /// A token for the proxy, made without a login: what `/console/tokens` takes besides the resource.
    pub(crate) async fn token(&self, mut more: serde_json::Value) -> String {
        more["resource"] = json!(self.url());
        if more.get("scope").is_none() {
            more["scope"] = json!("mcp");
        }
        self.server.token(&more).await
    }
}
