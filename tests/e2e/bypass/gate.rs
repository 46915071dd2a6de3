//! The gateway of the suite, and the requests that are sent to it.

use std::{net::SocketAddr, time::Duration};

use super::{
    answer::Answer, attempt::Request, hidden::POLICY, server::Server, version::Version, wire,
};
use crate::reload::gateway::Gateway;

/// Which way a request takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Through the gateway, where the policy holds.
    Ruled,
    /// Through the gateway, where nothing is denied.
    Bare,
    /// To the server itself.
    Direct,
}

/// A gateway in front of a server, behind these doors:
///
/// - `/ruled`: the policy
/// - `/bare`: no policy
/// - `/keyed`: the policy, and a key plan
/// - `/empty`: a policy without a rule
/// - `/honest`: the policy, with denials that say so
/// - `/scrubbed`: the policy, and links to what may not be read are taken out
pub(super) struct Gate {
    pub(super) address: SocketAddr,
    pub(super) server: Server,
    keys: Vec<(&'static str, String)>,
    _gateway: Gateway,
}

impl Gate {
    /// Starts both.
    pub(super) async fn open() -> Self {
        let server = Server::start().await;
        let ruled = |name: &str, lines: &str| format!("{name}\n[proxy.acl]\n{lines}\n{POLICY}");
        let proxies = [
            ruled("ruled", ""),
            "bare".to_owned(),
            format!("{}\n[[proxy.plan]]\ntype = \"key\"", ruled("keyed", "")),
            "empty\n[proxy.acl]".to_owned(),
            ruled("honest", "denials = \"honest\""),
            ruled("scrubbed", "scrub_links = true"),
        ];
        let proxies: Vec<_> = proxies.iter().map(String::as_str).collect();
        let url = format!("http://{}/mcp", server.address);
        let gateway = Gateway::before(&url, &[], &proxies);
        let address = gateway.base.trim_start_matches("http://").parse().unwrap();
        let names = ["reader", "admin"].into_iter();
        let keys = names
            .map(|name| (name, gateway.make_key(name, "keyed")))
            .collect();
        let gate = Self {
            address,
            server,
            keys,
            _gateway: gateway,
        };
        gate.wait_for_keys().await;
        gate
    }

    /// Keys are taken up within a second.
    async fn wait_for_keys(&self) {
        for _ in 0..100 {
            let (_, key) = self.keys.last().unwrap();
            let head = format!("Authorization: Bearer {key}\r\n");
            let body = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
            let sent = post("/keyed", &head, body.as_bytes());
            if wire::send(self.address, &sent).await.status == 200 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the keys are never taken up");
    }

    /// The bytes of a request of the table.
    pub(super) async fn request(&self, row: &Request, version: Version, way: Way) -> Vec<u8> {
        let session = match row.session {
            true => self.session(row.door(), version, way).await,
            false => String::new(),
        };
        let door = (way == Way::Bare).then_some("/bare");
        row.with(&self.keys, door).on_the_wire(version, &session)
    }

    /// The bytes of what asks for an answer of the table.
    pub(super) async fn asking(&self, row: &Answer, version: Version, way: Way) -> Vec<u8> {
        self.request(&row.question(), version, way).await
    }

    /// Begins a session, and gives its id.
    async fn session(&self, door: &str, version: Version, way: Way) -> String {
        if way == Way::Direct {
            return "upstream-session".to_owned();
        }
        let door = match way {
            Way::Bare => "/bare",
            Way::Ruled | Way::Direct => door,
        };
        let version = version.as_str();
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":"{version}","capabilities":{{}},"clientInfo":{{"name":"a","version":"1"}}}}}}"#
        );
        let (_, key) = self.keys.first().unwrap();
        let head = match door {
            "/keyed" => format!("Authorization: Bearer {key}\r\n"),
            _ => String::new(),
        };
        let reply = wire::send(self.address, &post(door, &head, body.as_bytes())).await;
        let session = reply.header("mcp-session-id");
        session.unwrap_or_else(|| panic!("no session: {}", String::from_utf8_lossy(&reply.raw)))
    }
}

fn post(target: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nContent-Length: {length}\r\n\
         Connection: close\r\n{head}\r\n"
    );
    [head.as_bytes(), body].concat()
}
