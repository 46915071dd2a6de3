//! An MCP server that judges its tokens itself, their authorization server, and a gateway that relays.

use serde_json::{Value, json};
use tollbar_tests::{authorization_server::AuthorizationServer, secured_server::SecuredServer};

use crate::reload::gateway::Gateway;

/// All scopes that there are: one to come in, one for a tool.
const SCOPES: &str = "mcp reports";

/// As whom the gateway may ask about tokens, where it verifies them.
const CLIENT: &str = "tollbar";
const SECRET: &str = "a-secret-of-the-gateway-alone";

/// All of them; the proxy is called `mcp`.
pub(crate) struct Scene {
    pub(crate) login: AuthorizationServer,
    pub(crate) server: SecuredServer,
    pub(crate) gateway: Gateway,
    public: String,
}

impl Scene {
    /// Starts the server with options of its command line, and the gateway with these lines of the proxy.
    pub(crate) async fn start(options: &[&str], proxy: &str) -> Self {
        let login = AuthorizationServer::start(&["--scopes", SCOPES]);
        let server = SecuredServer::start(&login, options).await;
        let asking = json!({
            "identifier": server.url(), "client_id": CLIENT, "client_secret": SECRET,
        });
        login.register(&asking).await;
        let named = format!(
            "mcp\n{proxy}\n[[authorization_server]]\nname = \"login\"\nissuer = \"{}\"\n\
             client_id = \"{CLIENT}\"\nclient_secret = {{ file = \"secret\" }}\n",
            login.issuer()
        );
        // It is not asked about where no plan names it.
        let proxy = match proxy.contains("authorization_server") {
            true => named,
            false => format!("mcp\n{proxy}"),
        };
        let gateway = Gateway::before(server.url(), &[("secret", SECRET)], &[&proxy]);
        let public = gateway.url("mcp");
        let scene = Self {
            login,
            server,
            gateway,
            public,
        };
        scene.known(&scene.public).await;
        scene
    }

    /// Clients reach the proxy under this URL from now on.
    pub(crate) async fn publish(&mut self, url: String, proxy: &str) {
        let public = format!("mcp\npublic_url = \"{url}\"\n{proxy}");
        self.gateway.reload(&[&public]);
        self.known(&url).await;
        self.public = url;
    }

    /// The authorization server has this resource, and the server answers to it.
    async fn known(&self, url: &str) {
        self.login.register(&json!({ "identifier": url })).await;
        self.server.alias(url).await;
    }

    /// The MCP endpoint, as clients know it.
    pub(crate) fn url(&self) -> &str {
        &self.public
    }

    /// A token for the proxy, made without a login: what `/console/tokens` takes besides the resource.
    pub(crate) async fn token(&self, mut more: Value) -> String {
        more["resource"] = json!(self.public);
        if more.get("scope").is_none() {
            more["scope"] = json!("mcp");
        }
        self.login.token(&more).await
    }
}
