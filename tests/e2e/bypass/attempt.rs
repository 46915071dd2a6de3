//! The rows of the tables.

use std::{collections::BTreeSet, fs};

use serde::Deserialize;
use tollbar_tests::programs::tests;

use super::{
    bytes::{Packing, bytes},
    hidden,
    version::Version,
    wire::Reply,
};

/// All tables together.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attempts {
    #[serde(default, rename = "request")]
    pub(super) requests: Vec<Request>,
    #[serde(default, rename = "answer")]
    pub(super) answers: Vec<Answer>,
}

/// A request that is to run, or to show, what is denied.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub(super) name: String,
    #[serde(default = "post")]
    verb: String,
    #[serde(default = "ruled")]
    target: String,
    /// Lines that are added to the head.
    #[serde(default)]
    headers: Vec<String>,
    /// Lines that are left out of it, by name.
    #[serde(default)]
    without: Vec<String>,
    /// What the routing headers of 2026-07-28 say: the method, and the name.
    #[serde(default)]
    route: Vec<String>,
    #[serde(default)]
    body: String,
    /// The whole request, in place of all this.
    raw: Option<String>,
    pack: Option<Packing>,
    versions: Option<Vec<Version>>,
    /// Whether it belongs to a session.
    #[serde(default)]
    pub(super) session: bool,
    /// It is allowed and has to arrive: without such rows, a gateway that refuses all would pass.
    #[serde(default)]
    pub(super) permitted: bool,
    /// What it may run all the same, as `tool NAME`.
    #[serde(default)]
    allows: Vec<String>,
    /// Its purpose is not to run something.
    #[serde(default)]
    runs_nothing: bool,
    #[serde(flatten)]
    expected: Expected,
}

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

/// What has to come back. An empty list is about nothing.
#[derive(Clone, Debug, Default, Deserialize)]
struct Expected {
    #[serde(default)]
    status: Vec<u16>,
    #[serde(default)]
    modern_status: Vec<u16>,
    #[serde(default)]
    code: Vec<i64>,
    #[serde(default)]
    modern_code: Vec<i64>,
}

fn post() -> String {
    "POST".to_owned()
}

fn ruled() -> String {
    "/ruled".to_owned()
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

impl Attempts {
    /// Reads all tables.
    pub(super) fn read() -> Self {
        let mut all = Self::default();
        for entry in fs::read_dir(tests().join("e2e/bypass")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let read: Self =
                toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            all.requests.extend(read.requests);
            all.answers.extend(read.answers);
        }
        all
    }
}

impl Request {
    pub(super) fn versions(&self) -> Vec<Version> {
        match (&self.versions, self.session) {
            (Some(versions), _) => versions.clone(),
            (None, true) => Version::LEGACY.to_vec(),
            (None, false) => Version::ALL.to_vec(),
        }
    }

    /// Whether it is to run something that is denied.
    pub(super) fn is_hostile(&self) -> bool {
        !self.permitted && !self.runs_nothing
    }

    pub(super) fn allows(&self) -> BTreeSet<String> {
        self.allows.iter().cloned().collect()
    }

    /// The first segment of the path.
    pub(super) fn door(&self) -> &str {
        let end = self.target.find('?').unwrap_or(self.target.len());
        &self.target[..end]
    }

    /// The same with keys in the places of their names, and at another door.
    pub(super) fn with(&self, keys: &[(&str, String)], door: Option<&str>) -> Self {
        let mut row = self.clone();
        for (name, key) in keys {
            let place = format!("${name}");
            row.target = row.target.replace(&place, key);
            for line in &mut row.headers {
                *line = line.replace(&place, key);
            }
        }
        if let Some(door) = door {
            door.clone_into(&mut row.target);
        }
        row
    }

    pub(super) fn on_the_wire(&self, version: Version, session: &str) -> Vec<u8> {
        let filled = |text: &str| bytes(&filled(text, version).replace("$session", session));
        if let Some(raw) = &self.raw {
            return filled(raw);
        }
        let mut body = filled(&self.body);
        if let Some(packing) = self.pack {
            body = packing.pack(&body);
        }
        let mut lines = vec![
            "Host: localhost".to_owned(),
            "Accept: application/json, text/event-stream".to_owned(),
            "Connection: close".to_owned(),
        ];
        if self.verb == "POST" {
            lines.push("Content-Type: application/json".to_owned());
            lines.push(format!("Content-Length: {}", body.len()));
        }
        lines.extend(version.header());
        if self.session {
            lines.push(format!("Mcp-Session-Id: {session}"));
        }
        if version.is_modern() {
            let names = ["Mcp-Method", "Mcp-Name"].into_iter();
            lines.extend(
                names
                    .zip(&self.route)
                    .map(|(name, value)| format!("{name}: {value}")),
            );
        }
        lines.retain(|line| {
            let name = line.split(':').next().unwrap_or_default();
            !self
                .without
                .iter()
                .any(|without| without.eq_ignore_ascii_case(name))
        });
        lines.extend(self.pack.and_then(Packing::header).map(str::to_owned));
        let mut sent = format!("{} {} HTTP/1.1\r\n", self.verb, self.target).into_bytes();
        for line in lines.iter().chain(&self.headers) {
            sent.extend(filled(line));
            sent.extend_from_slice(b"\r\n");
        }
        sent.extend_from_slice(b"\r\n");
        sent.extend(body);
        sent
    }

    /// Whether the answer is as the row says.
    pub(super) fn expects(&self, version: Version, reply: &Reply) -> Result<(), String> {
        // A client with a session takes 404 for its end, and would begin anew.
        if self.session && reply.status == 404 && self.expected.status.is_empty() {
            return Err("it ends the session".to_owned());
        }
        if reply.status == 0 || (reply.status >= 500 && self.expected.status.is_empty()) {
            return Err(format!("its status is {}", reply.status));
        }
        self.expected.holds(version, reply)
    }
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
        Request {
            name: self.name.clone(),
            verb: verb.to_owned(),
            target: self.target.clone(),
            headers,
            without: Vec::new(),
            route,
            body,
            raw: None,
            pack: None,
            versions: None,
            session: verb == "GET",
            permitted: false,
            allows: Vec::new(),
            runs_nothing: true,
            expected: Expected::default(),
        }
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

impl Expected {
    fn holds(&self, version: Version, reply: &Reply) -> Result<(), String> {
        let modern = version.is_modern();
        let statuses = match modern && !self.modern_status.is_empty() {
            true => &self.modern_status,
            false => &self.status,
        };
        if !statuses.is_empty() && !statuses.contains(&reply.status) {
            return Err(format!(
                "its status is {}, not one of {statuses:?}",
                reply.status
            ));
        }
        let codes = match modern && !self.modern_code.is_empty() {
            true => &self.modern_code,
            false => &self.code,
        };
        match reply.code() {
            _ if codes.is_empty() => Ok(()),
            Some(code) if codes.contains(&code) => Ok(()),
            other => Err(format!("its code is {other:?}, not one of {codes:?}")),
        }
    }
}

/// A text with what its placeholders stand for.
fn filled(text: &str, version: Version) -> String {
    let whole = |member: &str, kind: &str| {
        let (more, list) = (version.more(), hidden::list(kind));
        format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{{more}"{member}":{list}}}}}"#)
    };
    text.replace(
        "$meta}",
        &format!("{}}}", version.meta().trim_end_matches(',')),
    )
    .replace("@tools", &whole("tools", "tools"))
    .replace("@resources", &whole("resources", "resources"))
    .replace("@templates", &whole("resourceTemplates", "templates"))
    .replace("@prompts", &whole("prompts", "prompts"))
    .replace("$tools", hidden::list("tools"))
    .replace("$resources", hidden::list("resources"))
    .replace("$templates", hidden::list("templates"))
    .replace("$prompts", hidden::list("prompts"))
    .replace("$meta", version.meta())
    .replace("$more", version.more())
    .replace("$version", version.as_str())
}
