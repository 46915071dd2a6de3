//! The attributes of metrics, of which there are only so many.

use std::collections::HashSet;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use tollbar_analytics::Event;
use tollbar_mcp::{Method, Version};

use crate::{
    attribute::Attributes,
    operation::{OTHER, Operation, Side},
};

/// The longest name of a tool or prompt that metrics tell apart, in bytes. MCP advises servers to have none that is longer
/// (2025-11-25, `server/tools`, Tool Names).
const LONGEST_NAME: usize = 128;

/// One set of attributes. No value in it is what a stranger has chosen, unless an MCP server knows it too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Labels {
    proxy: Option<Box<str>>,
    method: Box<str>,
    tool: Option<Box<str>>,
    prompt: Option<Box<str>>,
    error: Option<Box<str>>,
    code: Option<Box<str>>,
    version: Option<&'static str>,
    /// For all for which there was no room.
    is_overflow: bool,
}

/// Of a proxy, where that has a name: what kind of thing, and its name.
type Name = (Option<Box<str>>, &'static str, Box<str>);

/// The names of tools and prompts that an MCP server has answered for.
#[derive(Debug)]
pub(crate) struct Names {
    known: HashSet<Name>,
    most: usize,
}

impl Names {
    pub(crate) fn new(most: usize) -> Self {
        let known = HashSet::new();
        Self { known, most }
    }

    /// The name, or what stands for those that nobody has answered for.
    fn confirmed(
        &mut self,
        event: &Event,
        kind: &'static str,
        name: Option<&str>,
    ) -> Option<Box<str>> {
        let (name, proxy) = (name?, &event.proxy.name);
        if name.len() > LONGEST_NAME {
            return Some(OTHER.into());
        }
        let key = (proxy.clone(), kind, Box::<str>::from(name));
        if self.known.contains(&key) {
            return Some(key.2);
        }
        let of_proxy = self.known.iter().filter(|known| known.0 == *proxy).count();
        if !event.is_confirmed() || of_proxy >= self.most {
            return Some(OTHER.into());
        }
        let name = key.2.clone();
        self.known.insert(key);
        Some(name)
    }
}

impl Labels {
    /// `None` for what is no operation of MCP: streams, responses, what cannot be read.
    pub(crate) fn of(event: &Event, side: Side, names: &mut Names) -> Option<Self> {
        let operation = Operation(event);
        let method = match operation.method()? {
            Method::Other(_) => OTHER,
            known => known.as_str(),
        };
        let error = operation.error_type(side);
        let code = operation.code(side);
        let is_foreign = |code: &i64| !is_of_protocol(*code);
        // A code that the server has made up is its type of error too.
        let error = match (code.filter(is_foreign), error) {
            (Some(code), Some(error)) if error == code.to_string() => Some(OTHER.into()),
            (_, error) => error,
        };
        Some(Self {
            proxy: event.proxy.name.clone(),
            method: method.into(),
            tool: names.confirmed(event, "tool", operation.tool()),
            prompt: names.confirmed(event, "prompt", operation.prompt()),
            error: error.as_deref().map(Into::into),
            code: code.map(|code| match is_of_protocol(code) {
                true => code.to_string().into(),
                false => OTHER.into(),
            }),
            version: event
                .asked
                .as_ref()
                .and_then(|asked| asked.version)
                .map(Version::as_str),
            is_overflow: false,
        })
    }

    /// For all for which there is no room.
    pub(crate) fn overflow() -> Self {
        Self {
            is_overflow: true,
            ..Self::default()
        }
    }

    pub(crate) fn attributes(&self) -> Vec<KeyValue> {
        let mut all = Attributes::default();
        if self.is_overflow {
            all.truth("otel.metric.overflow", true);
            return all.into_list();
        }
        all.text("mcp.method.name", &*self.method);
        all.text_if("error.type", self.error.as_deref());
        all.text_if("gen_ai.tool.name", self.tool.as_deref());
        all.text_if("gen_ai.prompt.name", self.prompt.as_deref());
        let is_tool = self.tool.is_some();
        all.text_if("gen_ai.operation.name", is_tool.then_some("execute_tool"));
        all.text_if("rpc.response.status_code", self.code.as_deref());
        all.text_if("mcp.protocol.version", self.version);
        all.text("network.protocol.name", "http");
        all.text("network.transport", "tcp");
        all.text_if("tollbar.proxy", self.proxy.as_deref());
        all.into_list()
    }
}

/// Whether JSON-RPC or MCP have set the code aside. Others a server may make up as it likes.
const fn is_of_protocol(code: i64) -> bool {
    matches!(code, -32700 | -32603..=-32600 | -32099..=-32000)
}
