//! The ways on which a client comes to the server.

use tollbar_tests::secured_server::Reached;

use crate::{
    matrix::{ENDPOINT, Exchange, Relay},
    relay::Scene,
};

/// One way, ready to be gone.
pub(super) struct Way {
    pub(super) name: &'static str,
    scene: Scene,
    /// What is written down before the gateway; nothing where there is no gateway.
    relay: Option<Relay>,
}

impl Way {
    /// All of them, in the order of the page.
    pub(super) const NAMES: [&'static str; 4] =
        ["direct", "mirror", "mirror (bare metadata)", "verbatim"];

    /// Starts everything that is on it.
    pub(super) async fn prepare(name: &'static str) -> Self {
        let (options, proxy): (&[&str], _) = match name {
            "direct" | "mirror" => (&[], "[proxy.relay]"),
            "verbatim" => (&[], "[proxy.relay]\nmode = \"verbatim\""),
            _ => (&["--challenge", "paragraph"], "[proxy.relay]"),
        };
        let mut scene = Scene::start(options, proxy).await;
        let mut relay = None;
        if name != "direct" {
            let before = Relay::start(scene.url()).await;
            scene.publish(before.url(), proxy).await;
            relay = Some(before);
        }
        scene.server.reached().await;
        Self { name, scene, relay }
    }

    /// The MCP endpoint that clients are given.
    pub(super) fn url(&self) -> &str {
        match self.relay {
            Some(_) => self.scene.url(),
            None => self.scene.server.url(),
        }
    }

    /// The issuer of tokens.
    pub(super) fn login(&self) -> &str {
        self.scene.login.issuer()
    }

    /// Whether clients get in on it.
    pub(super) fn lets_in(&self) -> bool {
        self.name != "verbatim"
    }

    /// Whether the gateway tells what the server says of itself as its own.
    pub(super) fn is_relayed(&self) -> bool {
        self.name.starts_with("mirror")
    }

    /// What came through the gateway since the last call.
    pub(super) fn passed(&self) -> Vec<Exchange> {
        self.relay.as_ref().map(Relay::take).unwrap_or_default()
    }

    /// What clients asked the server for since the last call, without the gateway's own questions.
    pub(super) async fn reached(&self) -> Vec<Reached> {
        let mut reached = self.scene.server.reached().await;
        // The gateway says neither who it is nor which MCP it speaks when it asks for metadata.
        reached.retain(|one| !one.agent.is_empty());
        reached
    }

    /// Whatever the ports are: the hosts are called `GATEWAY`, `SERVER` and `LOGIN`.
    pub(super) fn same(&self, text: &str) -> String {
        let host = |url: &str| {
            let url = url.trim_start_matches("http://");
            url.trim_end_matches(ENDPOINT).to_owned()
        };
        text.replace(&host(self.scene.url()), "GATEWAY")
            .replace(&host(self.scene.server.url()), "SERVER")
            .replace(&host(self.login()), "LOGIN")
    }
}
