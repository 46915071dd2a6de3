//! The rows of the tables that are answers.

use serde::Deserialize;

use super::{
    attempt::{Request, filled, ruled},
    bytes::{Packing, bytes},
    expected::Expected,
    version::Version,
    wire::Reply,
};

/// An answer that is to show what is denied.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) name: String,
    /// The method that is asked, or `GET`, or `resume`.
    #[serde(default = "tools")]
    ask: String,
    #[serde(default = "ruled")]
    target: String,
    /// Members of `params`.
    #[serde(default)]
    params: String,
    #[serde(default)]
    route: Vec<String>,
    versions: Option<Vec<Version>>,
    /// The first line.
    #[serde(default = "good")]
    line: String,
    #[serde(default)]
    headers: Vec<String>,
    /// Short for the line `Content-Type`.
    #[serde(default = "json")]
    media: String,
    #[serde(default)]
    body: String,
    pack: Option<Packing>,
    /// Into pieces of how many bytes the body is cut.
    #[serde(default)]
    cut: usize,
    /// Lines behind the last chunk.
    #[serde(default)]
    trailers: Vec<String>,
    /// The whole answer, in place of all this.
    raw: Option<String>,
    /// Texts that have to arrive: what is allowed, what is none of the policy's business.
    #[serde(default)]
    shows: Vec<String>,
    /// Texts that must not arrive, besides all that is hidden.
    #[serde(default)]
    lacks: Vec<String>,
    /// Even without a policy it does not arrive.
    #[serde(default)]
    refused_anyway: bool,
    #[serde(flatten)]
    expected: Expected,
}

fn tools() -> String {
    "tools/list".to_owned()
}

fn json() -> String {
    "application/json".to_owned()
}

fn good() -> String {
    "HTTP/1.1 200 OK".to_owned()
}

impl Answer {
    pub(super) fn versions(&self) -> Vec<Version> {
        match (&self.versions, self.ask.as_str()) {
            (Some(versions), _) => versions.clone(),
            (None, "GET" | "resume" | "initialize") => Version::LEGACY.to_vec(),
            (None, "subscriptions/listen" | "server/discover") => vec![Version::July2026],
            (None, _) => vec![Version::June2025, Version::November2025, Version::July2026],
        }
    }

    /// The request that is answered so.
    pub(super) fn question(&self) -> Request {
        let (verb, body) = match self.ask.as_str() {
            "GET" | "resume" => ("GET", String::new()),
            method => {
                let params = format!("$meta{}", self.params);
                let params = params.trim_end_matches(',');
                (
                    "POST",
                    format!(
                        r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}}}}}"#
                    ),
                )
            }
        };
        let headers = match self.ask.as_str() {
            "resume" => vec!["Last-Event-ID: 7".to_owned()],
            _ => Vec::new(),
        };
        let mut route = vec![self.ask.clone()];
        route.extend(self.route.iter().cloned());
        Request::asking(&self.name, verb, &self.target, headers, route, body)
    }

    /// The answer, in the pieces in which it is sent.
    pub(super) fn on_the_wire(&self, version: Version) -> Vec<Vec<u8>> {
        if let Some(raw) = &self.raw {
            return vec![bytes(&filled(raw, version))];
        }
        let mut body = bytes(&filled(&self.body, version));
        let mut lines = vec![self.line.clone(), "Connection: close".to_owned()];
        if !self.media.is_empty() {
            lines.push(format!("Content-Type: {}", self.media));
        }
        lines.extend(self.headers.iter().cloned());
        if let Some(packing) = self.pack {
            body = packing.pack(&body);
            lines.extend(packing.header().map(str::to_owned));
        }
        let chunked = self.cut > 0 || !self.trailers.is_empty();
        lines.push(match chunked {
            true => "Transfer-Encoding: chunked".to_owned(),
            false => format!("Content-Length: {}", body.len()),
        });
        let head = bytes(&format!("{}\r\n\r\n", lines.join("\r\n")));
        if !chunked {
            return vec![head, body];
        }
        let size = if self.cut == 0 {
            body.len().max(1)
        } else {
            self.cut
        };
        let mut pieces = vec![head];
        for piece in body.chunks(size) {
            let length = format!("{:x}\r\n", piece.len());
            pieces.push([length.as_bytes(), piece, b"\r\n"].concat());
        }
        let trailers: String = self
            .trailers
            .iter()
            .map(|line| format!("{line}\r\n"))
            .collect();
        pieces.push(format!("0\r\n{trailers}\r\n").into_bytes());
        pieces
    }

    /// Whether nothing of it arrives anyway.
    pub(super) fn is_refused_anyway(&self) -> bool {
        self.refused_anyway
    }

    /// Whether something arrives that the row says must not.
    pub(super) fn lacks(&self, reply: &Reply) -> bool {
        let text = String::from_utf8_lossy(&reply.raw).into_owned();
        self.lacks.iter().any(|lacking| text.contains(lacking))
    }

    /// Whether the client gets what the row says.
    pub(super) fn expects(&self, version: Version, reply: &Reply) -> Result<(), String> {
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        let missing = self
            .shows
            .iter()
            .find(|shown| !text.contains(shown.as_str()));
        if let Some(missing) = missing {
            return Err(format!("it does not show `{missing}`"));
        }
        if self.lacks(reply) {
            return Err(format!("it shows one of {:?}", self.lacks));
        }
        self.expected.holds(version, reply)
    }
}
