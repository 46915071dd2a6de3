//! The rows of the tables.

use std::{collections::BTreeSet, fs};

use serde::Deserialize;
use tollbar_tests::programs::tests;

use super::{
    answer::Answer,
    bytes::{Packing, bytes},
    expected::Expected,
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

fn post() -> String {
    "POST".to_owned()
}

pub(super) fn ruled() -> String {
    "/ruled".to_owned()
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
    /// What asks for an answer of the tables.
    pub(super) fn asking(
        name: &str,
        verb: &str,
        target: &str,
        headers: Vec<String>,
        route: Vec<String>,
        body: String,
    ) -> Self {
        Self {
            name: name.to_owned(),
            verb: verb.to_owned(),
            target: target.to_owned(),
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

/// A text with what its placeholders stand for.
pub(super) fn filled(text: &str, version: Version) -> String {
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
