//! What was asked.

use tollbar_mcp::{Call, Era, Id, Kind, Message, Method, Subject, Version};

use super::{
    text::{kept, kept_owned},
    uri::without_credentials,
};

/// What was asked, where that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// The era of the protocol.
    pub era: Era,
    /// Its revision, as far as it is known.
    pub version: Option<Version>,
    /// A POST, a stream, or the end of a session.
    pub kind: Kind,
    /// The MCP method. `None` for a stream, the end of a session, and responses of the client.
    pub method: Option<Method>,
    /// What kind of thing it is about: `tool`, `prompt`, `resource`, `template`, `task` or `subscriptions`.
    pub subject_kind: Option<&'static str>,
    /// Its name. Of a URI `[hidden]` stands in the place of user info, and of parameters that are called like a secret.
    pub subject: Option<Box<str>>,
    /// The id of the JSON-RPC request, as JSON.
    pub rpc_id: Option<Box<str>>,
}

impl Asked {
    pub(super) fn of(call: &Call, message: Option<&Message>) -> Self {
        let subject = message.and_then(Message::subject);
        let id = message.and_then(Message::id);
        Self {
            era: call.era(),
            version: call.version(),
            kind: call.kind(),
            method: message.and_then(Message::method).map(short),
            subject_kind: subject.map(Subject::kind),
            subject: subject.and_then(shown),
            rpc_id: id.map(Id::as_json).map(kept_owned),
        }
    }

    /// The method, or what stands for it: `GET stream`, `session end`. `None` for responses of the client.
    #[must_use]
    pub fn method_name(&self) -> Option<&str> {
        match self.kind {
            Kind::Post => self.method.as_ref().map(Method::as_str),
            Kind::Listen => Some("GET stream"),
            Kind::End => Some("session end"),
        }
    }

    pub(super) fn weight(&self) -> usize {
        let other = match &self.method {
            Some(Method::Other(name)) => name.len(),
            _ => 0,
        };
        let length = |text: &Option<Box<str>>| text.as_deref().map_or(0, str::len);
        other + length(&self.subject) + length(&self.rpc_id)
    }
}

/// The name of a subject, as it may be kept.
fn shown(subject: &Subject) -> Option<Box<str>> {
    let name = subject.name()?;
    Some(match is_uri(subject) {
        true => kept(&without_credentials(name)),
        false => kept(name),
    })
}

/// What is told about a message, which may name its subject.
pub(super) fn told(text: &str, message: Option<&Message>) -> Box<str> {
    let subject = message.and_then(Message::subject);
    match subject.filter(|it| is_uri(it)).and_then(Subject::name) {
        Some(uri) if !uri.is_empty() && text.contains(uri) => {
            kept(&text.replace(uri, &without_credentials(uri)))
        }
        _ => kept(text),
    }
}

const fn is_uri(subject: &Subject) -> bool {
    matches!(subject, Subject::Resource(_) | Subject::Template(_))
}

fn short(method: &Method) -> Method {
    match method {
        Method::Other(name) => Method::Other(kept(name)),
        known => known.clone(),
    }
}
