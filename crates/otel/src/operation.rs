//! An event in the words of the MCP semantic conventions.

use std::borrow::Cow;

use http::StatusCode;
use tollbar_analytics::{Ended, Event};
use tollbar_mcp::{Kind, Method, json::Slice};

/// What the conventions call an error that has no name, and a value that is not told apart.
pub(crate) const OTHER: &str = "_OTHER";

/// On which side of the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// Towards the client: the gateway is the server.
    Server,
    /// Towards the MCP server: the gateway is the client.
    Client,
}

/// One event, asked in the words of the conventions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'a>(pub(crate) &'a Event);

impl<'a> Operation<'a> {
    /// The method of the message. `None` for what carries none: streams, the end of a session, responses.
    pub(crate) fn method(self) -> Option<&'a Method> {
        self.0.asked.as_ref()?.method.as_ref()
    }

    /// The name of a span: `{method} {target}`, where the target is a tool or a prompt.
    pub(crate) fn span_name(self) -> String {
        let Some(method) = self.method() else {
            return self.unnamed().to_owned();
        };
        match self.tool().or_else(|| self.prompt()) {
            Some(target) => format!("{method} {target}"),
            None => method.to_string(),
        }
    }

    fn unnamed(self) -> &'a str {
        match &self.0.asked {
            Some(asked) if asked.kind != Kind::Post => asked.method_name().unwrap_or(OTHER),
            // Methods of HTTP are what the client has written.
            _ => match &*self.0.http_method {
                known @ ("POST" | "GET" | "DELETE" | "OPTIONS" | "HEAD" | "PUT") => known,
                _ => "HTTP",
            },
        }
    }

    pub(crate) fn tool(self) -> Option<&'a str> {
        self.subject("tool")
    }

    pub(crate) fn prompt(self) -> Option<&'a str> {
        self.subject("prompt")
    }

    /// Only of the methods that ask for one resource.
    pub(crate) fn resource(self) -> Option<&'a str> {
        match self.method()? {
            Method::ResourcesRead | Method::ResourcesSubscribe | Method::ResourcesUnsubscribe => {
                self.subject("resource")
            }
            _ => None,
        }
    }

    fn subject(self, kind: &str) -> Option<&'a str> {
        let asked = self.0.asked.as_ref()?;
        let is_it = asked.subject_kind == Some(kind);
        asked.subject.as_deref().filter(|_| is_it)
    }

    /// The id as a string: without the quotes of its JSON.
    pub(crate) fn request_id(self) -> Option<Cow<'a, str>> {
        let id = self.0.asked.as_ref()?.rpc_id.as_deref()?;
        Some(Slice::new(id).as_str().unwrap_or(Cow::Borrowed(id)))
    }

    /// The JSON-RPC code that this side has seen.
    pub(crate) fn code(self, side: Side) -> Option<i64> {
        match side {
            Side::Server => self.0.code(),
            Side::Client => self.0.upstream?.code,
        }
    }

    /// The class of the error with which it ended, of few words: the reason of a refusal, a JSON-RPC code, `tool_error`,
    /// an HTTP status, or how it broke off. A client that leaves is no error.
    pub(crate) fn error_type(self, side: Side) -> Option<Cow<'static, str>> {
        let event = self.0;
        if let Some(refusal) = &event.refusal
            && (side == Side::Server || event.upstream.is_none())
        {
            return Some(refusal.reason.into());
        }
        if let Some(code) = self.code(side) {
            return Some(code.to_string().into());
        }
        if event.upstream.is_some_and(|answer| answer.is_tool_error) {
            return Some("tool_error".into());
        }
        let status = match side {
            Side::Server => event.status,
            Side::Client => event.upstream.map(|answer| answer.status),
        };
        let is_failure = |status: &StatusCode| status.is_client_error() || status.is_server_error();
        if let Some(status) = status.filter(is_failure) {
            return Some(status.as_str().to_owned().into());
        }
        (event.ended == Ended::UpstreamBroke).then(|| event.ended.as_str().into())
    }

    /// Whether the MCP server was asked.
    pub(crate) fn is_onward(self) -> bool {
        self.0.times.asked.is_some()
    }
}
