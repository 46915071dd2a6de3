//! A gateway that relays to servers which mean it ill.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use reqwest::{Method, RequestBuilder, Response, header::HeaderMap, redirect::Policy};
use serde_json::Value;
use tollbar_tests::{process::Running, programs::built};

use super::server::{Reply, Server};

/// How long anything may take that an honest server would do at once.
pub(super) const SECONDS: Duration = Duration::from_secs(9);

/// An answer of the gateway, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
    pub(super) took: Duration,
}

impl Answer {
    /// All lines of a header.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.headers.get_all(name).iter();
        lines
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect()
    }

    /// The body as JSON.
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// One hostile server, and a gateway with a proxy for each of its endpoints.
pub(super) struct Scene {
    pub(super) server: Server,
    pub(super) gateway: Running,
    pub(super) base: String,
    client: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Scene {
    /// Starts the gateway. A proxy is its name, which is also the path of its endpoint, and what is configured besides.
    pub(super) async fn start(server: Server, proxies: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let proxies = proxies.iter().map(|(name, rest)| {
            let upstream = server.origin();
            format!(
                "[[proxy]]\nname = \"{name}\"\npath = \"/{name}\"\nupstream.url = \"{upstream}/{name}\"\n\
                 [proxy.relay]\n{rest}\n"
            )
        });
        let proxies: String = proxies.collect();
        let path = folder.path().join("gateway.toml");
        let listener = "[listener]\naddress = \"127.0.0.1:0\"\n";
        fs::write(&path, format!("{listener}{proxies}")).unwrap();
        let mut command = Command::new(built("tollbar-gateway"));
        command.arg("--config").arg(&path).env_remove("RUST_LOG");
        let (gateway, base) = Running::start(&mut command, |line| {
            let line: Value = serde_json::from_str(line).ok()?;
            let url = line["listening"].as_str()?;
            Some(url[..url.rfind('/')?].to_owned())
        });
        let client = reqwest::Client::builder().redirect(Policy::none());
        Self {
            server,
            gateway,
            base,
            client: client.build().unwrap(),
            _folder: folder,
        }
    }

    /// Where the metadata of a proxy is, in the standard's form.
    pub(super) fn metadata_path(name: &str) -> String {
        format!("/.well-known/oauth-protected-resource/{name}")
    }

    /// Fetches the metadata of a proxy.
    pub(super) async fn metadata(&self, name: &str) -> Answer {
        self.get(&Self::metadata_path(name)).await
    }

    /// Asks the gateway for a path.
    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Calls the MCP server of a proxy, without a token.
    pub(super) async fn call(&self, name: &str) -> Answer {
        let request = self.request(Method::POST, &format!("/{name}"));
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;
        let request = request
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        self.send(request.body(body)).await
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub(super) async fn send(&self, request: RequestBuilder) -> Answer {
        let begun = Instant::now();
        let response: Response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        Answer {
            status,
            headers,
            text,
            took: begun.elapsed(),
        }
    }

    /// Waits for a warning about this proxy, with a fix and these words.
    #[track_caller]
    pub(super) fn warned(&self, name: &str, words: &[&str]) {
        let proxy = format!("proxy=\"{name}\" ");
        self.hear(&[&["WARN", &proxy, " fix="], words].concat());
    }

    /// Waits for a line of the gateway that has all these words.
    #[track_caller]
    pub(super) fn hear(&self, words: &[&str]) {
        let begun = Instant::now();
        let is_it = |line: &str| words.iter().all(|word| line.contains(word));
        while !self.gateway.said().lines().any(is_it) {
            let said = self.gateway.said();
            assert!(begun.elapsed() < SECONDS, "no line with {words:?}:\n{said}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Measured at the end: the highest memory so far never falls.
    #[track_caller]
    pub(super) fn grew_less_than_24_mebibytes_since(&self, before: u64) {
        let growth = self.gateway.memory("VmHWM:").saturating_sub(before);
        println!("memory: {} KiB more", growth / 1024);
        assert!(growth < 24 << 20, "{growth} bytes more");
    }
}

/// An answer with a body, which ends with the connection.
pub(crate) fn ok(headers: &str, body: &str) -> Reply {
    let text = format!("HTTP/1.1 200 OK\r\n{headers}connection: close\r\n\r\n{body}");
    Reply::Bytes(text.into_bytes())
}

/// A refusal with these header lines, byte for byte.
pub(crate) fn unauthorized(headers: &[u8]) -> Reply {
    let parts: [&[u8]; 3] = [
        b"HTTP/1.1 401 Unauthorized\r\n",
        headers,
        b"content-length: 0\r\n\r\n",
    ];
    Reply::Bytes(parts.concat())
}
